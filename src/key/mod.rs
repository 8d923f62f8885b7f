//! Keys: key material, encodings, validation and generation.

use crate::alg::{self, AlgError, Algorithm, Curve, KeyFamily, SigningKeyParts, VerificationKeyParts};
use crate::secret::Secret;
use base64ct::{Base64Unpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

mod asn1;
pub mod certificate;
pub mod der;
pub mod derive;
mod describe;
mod description;
pub mod detect;
mod distinguished_name;
pub mod encode;
mod encoded_keys;
mod encrypted;
mod kdf_limits;
mod legacy_encryption;
pub use kdf_limits::MAX_FILE_ITERATIONS;
pub(crate) use kdf_limits::{ITERATIONS as PBKDF2_ITERATIONS, MAX_ITERATIONS as MAX_PBKDF2_ITERATIONS};
pub mod entropy;
pub mod error;
pub mod factoring;
pub mod generate;
pub mod inventory;
mod json_container;
pub mod jwk;
mod key_assembly;
mod key_encoding;
pub mod pem;
mod pkcs12;
mod prime;
mod rsa_generation;
pub mod set;
pub mod shared_primes;
mod ssh;
mod structures;
mod thumbprint;
pub mod validation;
mod wrapping;

pub use description::Description;
pub use error::KeyError;
pub use key_encoding::KeyEncoding;
pub use set::{KeySet, KeySourceNote, SkippedMember};

/// Size limit of a key file in bytes; a JWK Set may be larger ([`MAX_SET_BYTES`]).
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// Size limit of a JWK Set in bytes.
pub const MAX_SET_BYTES: usize = 16 << 20;
/// Limit of members of a JWK Set.
pub const MAX_MEMBERS: usize = 100_000;
/// Limit of blocks of a PEM file.
pub const MAX_BLOCKS: usize = 1_000;
/// Limit of certificates of one key.
pub const MAX_CERTIFICATES: usize = 16;
/// Size limit of an integer in bytes (16,384 bits); a longer one is rejected before any arithmetic.
pub const MAX_INTEGER_BYTES: usize = 2_048;

/// Characters of a kid in a sentence; tables and JSON have all of it.
pub const SHORT_KID: usize = 12;

/// One key and the metadata of its container.
#[derive(Clone, Debug)]
pub struct Key {
    /// The numbers or bytes of the key.
    pub material: Material,
    /// `kid` as written; `None` if the container has none (PEM, DER, raw).
    pub kid: Option<String>,
    /// `alg` as written, known or not: the key must not be used with any other algorithm (RFC 7517 §4.4).
    pub alg: Option<String>,
    /// `use` (RFC 7517 §4.2).
    pub usage: Option<String>,
    /// `key_ops` (RFC 7517 §4.3).
    pub operations: Option<Vec<String>>,
    /// X.509 certificates in DER, leaf first: the PEM or DER certificate itself, or `x5c`.
    pub certificates: Vec<Vec<u8>>,
    /// Other members of the JWK, preserved for writing (`iat`, `nbf`, `exp`, `x5t`, …).
    pub others: serde_json::Map<String, serde_json::Value>,
}

/// Key material. Integers are big-endian; coordinates and scalars are padded to the curve's length.
#[derive(Clone, Debug)]
pub enum Material {
    /// An HMAC secret, of any length.
    Secret(Secret<Vec<u8>>),
    /// An RSA key.
    Rsa(RsaKey),
    /// A key on one of the curves.
    Ec(EcKey),
    /// An Ed25519 key (RFC 8037).
    Ed25519(EdKey),
}

/// RSA, integers without leading zeros.
#[derive(Clone, Debug)]
pub struct RsaKey {
    /// The modulus.
    pub n: Vec<u8>,
    /// The public exponent.
    pub e: Vec<u8>,
    /// Present in a private key.
    pub private: Option<RsaPrivate>,
}

/// The private part of an RSA key, always with its primes and CRT values (RFC 8017 §3.2).
#[derive(Clone, Debug)]
pub struct RsaPrivate {
    /// The private exponent.
    pub d: Secret<Vec<u8>>,
    /// The first prime factor.
    pub p: Secret<Vec<u8>>,
    /// The second prime factor.
    pub q: Secret<Vec<u8>>,
    /// `d` modulo `p - 1`.
    pub dp: Secret<Vec<u8>>,
    /// `d` modulo `q - 1`.
    pub dq: Secret<Vec<u8>>,
    /// The inverse of `q` modulo `p`.
    pub qi: Secret<Vec<u8>>,
}

/// A key on one of the four curves.
#[derive(Clone, Debug)]
pub struct EcKey {
    /// The curve.
    pub curve: Curve,
    /// The x coordinate of the public point.
    pub x: Vec<u8>,
    /// The y coordinate of the public point.
    pub y: Vec<u8>,
    /// The private scalar, in a private key.
    pub private: Option<Secret<Vec<u8>>>,
}

/// Ed25519 (RFC 8032); `private` is the seed.
#[derive(Clone, Debug)]
pub struct EdKey {
    /// The public key (RFC 8032 §5.1.5).
    pub x: [u8; 32],
    /// The seed, in a private key.
    pub private: Option<Secret<[u8; 32]>>,
}

impl Key {
    /// A key without metadata.
    pub fn new(material: Material) -> Self {
        Self {
            material,
            kid: None,
            alg: None,
            usage: None,
            operations: None,
            certificates: Vec::new(),
            others: serde_json::Map::new(),
        }
    }

    /// Whether the key has a private part. A secret does not count: it has no public part either.
    pub fn is_private(&self) -> bool {
        match &self.material {
            Material::Secret(_) => false,
            Material::Rsa(rsa) => rsa.private.is_some(),
            Material::Ec(ec) => ec.private.is_some(),
            Material::Ed25519(ed) => ed.private.is_some(),
        }
    }

    /// Whether it is an HMAC secret.
    pub fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }

    /// The key without its private parts; `None` for a secret, which has no public part.
    pub fn public(&self) -> Option<Self> {
        let material = match &self.material {
            Material::Secret(_) => return None,
            Material::Rsa(rsa) => Material::Rsa(RsaKey { n: rsa.n.clone(), e: rsa.e.clone(), private: None }),
            Material::Ec(ec) => {
                Material::Ec(EcKey { curve: ec.curve, x: ec.x.clone(), y: ec.y.clone(), private: None })
            }
            Material::Ed25519(ed) => Material::Ed25519(EdKey { x: ed.x, private: None }),
        };
        Some(Self {
            material,
            kid: self.kid.clone(),
            alg: self.alg.clone(),
            usage: self.usage.clone(),
            operations: self.operations.as_deref().map(public_operations),
            certificates: self.certificates.clone(),
            others: self.others.clone(),
        })
    }

    /// The family, which selects the algorithms.
    pub fn family(&self) -> KeyFamily {
        match &self.material {
            Material::Secret(_) => KeyFamily::Hmac,
            Material::Rsa(_) => KeyFamily::Rsa,
            Material::Ec(ec) => KeyFamily::Ec(ec.curve),
            Material::Ed25519(_) => KeyFamily::Ed25519,
        }
    }

    /// Length in bits of the modulus, of the curve's field, or of the secret.
    pub fn bits(&self) -> usize {
        match &self.material {
            Material::Secret(secret) => secret.expose().len().saturating_mul(8),
            Material::Rsa(rsa) => {
                let zeros = rsa.n.first().map_or(0, |byte| byte.leading_zeros());
                rsa.n.len().saturating_mul(8).saturating_sub(usize::try_from(zeros).unwrap_or(0))
            }
            Material::Ec(EcKey { curve: Curve::P521, .. }) => 521,
            Material::Ec(ec) => ec.curve.bytes().saturating_mul(8),
            Material::Ed25519(_) => 256,
        }
    }

    /// The `kty` of a JWK (RFC 7518 §6.1, RFC 8037 §2).
    pub fn type_name(&self) -> &'static str {
        match &self.material {
            Material::Secret(_) => "oct",
            Material::Rsa(_) => "RSA",
            Material::Ec(_) => "EC",
            Material::Ed25519(_) => "OKP",
        }
    }

    /// The default algorithm for signing with this key.
    pub fn default_algorithm(&self) -> &'static Algorithm {
        self.family().default_algorithm()
    }

    /// All algorithms for keys of this type, regardless of `alg`.
    pub fn algorithms(&self) -> impl Iterator<Item = &'static Algorithm> + use<> {
        let family = self.family();
        alg::ALGORITHMS.iter().copied().filter(move |algorithm| algorithm.family == family)
    }

    /// The fingerprint that `ssh-keygen -l` prints: `SHA256:` and base64 without padding, of the key in binary (RFC 4253
    /// §6.6). `None` for secrets and for secp256k1, which SSH does not have.
    pub fn ssh_fingerprint(&self) -> Option<String> {
        let digest = Sha256::digest(ssh::public_blob(self)?);
        Some(format!("SHA256:{}", Base64Unpadded::encode_string(&digest)))
    }

    /// SHA-256 thumbprint in base64url (RFC 7638). `None` for a secret, whose thumbprint would permit an offline
    /// dictionary attack (RFC 7638 §7).
    pub fn thumbprint(&self) -> Option<String> {
        (!self.is_secret()).then(|| thumbprint::thumbprint(self))
    }

    /// Equal for equal keys, including secrets: for comparison only, never to be printed or written.
    pub(crate) fn digest(&self) -> String {
        thumbprint::thumbprint(self)
    }

    /// Whether both are the same key: equal public parts, or equal secrets.
    pub fn same_key(&self, other: &Self) -> bool {
        match (&self.material, &other.material) {
            (Material::Secret(a), Material::Secret(b)) => a == b,
            (Material::Rsa(a), Material::Rsa(b)) => a.n == b.n && a.e == b.e,
            (Material::Ec(a), Material::Ec(b)) => a.curve == b.curve && a.x == b.x && a.y == b.y,
            (Material::Ed25519(a), Material::Ed25519(b)) => a.x == b.x,
            _ => false,
        }
    }

    /// Length in bytes of a signature with this key (RFC 7518 §3; RFC 8032 §5.1.6).
    pub fn signature_bytes(&self, algorithm: &Algorithm) -> usize {
        match &self.material {
            Material::Secret(_) => match algorithm.name {
                "HS512" => 64,
                "HS384" => 48,
                _ => 32,
            },
            Material::Rsa(rsa) => rsa.n.len(),
            Material::Ec(ec) => ec.curve.bytes().saturating_mul(2),
            Material::Ed25519(_) => 64,
        }
    }

    /// A verifier of `algorithm`, created from the public part or the secret.
    pub fn verifier(&self, algorithm: &Algorithm) -> Result<alg::SignatureVerifier, AlgError> {
        if algorithm.family != self.family() {
            return Err(AlgError::WrongKey);
        }
        match &self.material {
            Material::Secret(secret) => algorithm.verifier(&VerificationKeyParts::Hmac(secret.expose())),
            Material::Rsa(rsa) => algorithm.verifier(&VerificationKeyParts::Rsa { n: &rsa.n, e: &rsa.e }),
            Material::Ec(ec) => algorithm.verifier(&VerificationKeyParts::Ec { curve: ec.curve, point: &ec.point() }),
            Material::Ed25519(ed) => algorithm.verifier(&VerificationKeyParts::Ed25519(&ed.x)),
        }
    }

    /// A signer of `algorithm`; fails with [`AlgError::WrongKey`] for a public key.
    pub fn signer(&self, algorithm: &Algorithm) -> Result<alg::Signer, AlgError> {
        if algorithm.family != self.family() {
            return Err(AlgError::WrongKey);
        }
        if let Material::Secret(secret) = &self.material {
            return algorithm.signer(&SigningKeyParts::Hmac(secret.expose()));
        }
        let der = match &self.material {
            Material::Rsa(rsa) => encode::pkcs1(rsa),
            _ => encode::pkcs8(self),
        };
        let der = der.ok_or(AlgError::WrongKey)?;
        match &self.material {
            Material::Rsa(_) => algorithm.signer(&SigningKeyParts::Rsa(&der)),
            Material::Ec(ec) => algorithm.signer(&SigningKeyParts::Ec { curve: ec.curve, pkcs8: &der }),
            _ => algorithm.signer(&SigningKeyParts::Ed25519(&der)),
        }
    }
}

impl EcKey {
    /// The uncompressed point `04 || x || y` (SEC 1 §2.3.3).
    pub fn point(&self) -> Vec<u8> {
        [&[4], self.x.as_slice(), &self.y].concat()
    }
}

/// The permitted operations of the public part (RFC 7517 §4.3): `sign` becomes `verify`, and so on.
fn public_operations(operations: &[String]) -> Vec<String> {
    let mut public = Vec::new();
    for operation in operations {
        let half = match operation.as_str() {
            "sign" => "verify",
            "decrypt" => "encrypt",
            "unwrapKey" => "wrapKey",
            other => other,
        };
        if !public.iter().any(|own| own == half) {
            public.push(half.to_owned());
        }
    }
    public
}

#[cfg(test)]
mod tests;
