//! The signature algorithms, in one table: the single source for parsing, flag values, JWK `alg` and the key family of
//! each algorithm.
//!
//! This layer takes parsed key parts and never names `Key`. aws-lc-rs draws the nonce or salt of an ECDSA or PSS
//! signature itself; nothing else in the library is random.

use std::fmt;

mod ecdsa;
mod eddsa;
mod hmac;
mod jsonwebtoken_backend;
mod rsa;

pub use ecdsa::has_high_s;

/// The curves of RFC 7518 §6.2.1.1 and RFC 8812 §3.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1 (RFC 8812).
    Secp256k1,
}

impl Curve {
    /// Every curve, by its size.
    pub const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    /// The `crv` of a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
        }
    }

    /// Bytes of one coordinate, of the private scalar, and of r and s each.
    pub const fn bytes(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The curve of a `crv`, case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.name() == name)
    }
}

/// The key type that an algorithm requires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyFamily {
    /// A shared secret (`oct`).
    Hmac,
    /// An RSA key.
    Rsa,
    /// A key on one curve.
    Ec(Curve),
    /// An Ed25519 key (RFC 8037).
    Ed25519,
}

impl KeyFamily {
    /// The default algorithm for keys of this family.
    pub const fn default_algorithm(self) -> &'static Algorithm {
        match self {
            Self::Hmac => &hmac::HS256,
            Self::Rsa => &rsa::RS256,
            Self::Ec(Curve::P256) => &ecdsa::ES256,
            Self::Ec(Curve::P384) => &ecdsa::ES384,
            Self::Ec(Curve::P521) => &ecdsa::ES512,
            Self::Ec(Curve::Secp256k1) => &ecdsa::ES256K,
            Self::Ed25519 => &eddsa::EDDSA,
        }
    }

    /// The key family with its article, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Hmac => "a secret",
            Self::Rsa => "an RSA key",
            Self::Ec(Curve::P256) => "a P-256 key",
            Self::Ec(Curve::P384) => "a P-384 key",
            Self::Ec(Curve::P521) => "a P-521 key",
            Self::Ec(Curve::Secp256k1) => "a secp256k1 key",
            Self::Ed25519 => "an Ed25519 key",
        }
    }
}

/// The raw parts of a verification key.
#[derive(Clone, Copy)]
pub enum VerificationKeyParts<'a> {
    /// The secret itself.
    Hmac(&'a [u8]),
    /// Modulus and exponent, big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        n: &'a [u8],
        /// The public exponent.
        e: &'a [u8],
    },
    /// `04 || x || y`.
    Ec {
        /// The curve.
        curve: Curve,
        /// The uncompressed point.
        point: &'a [u8],
    },
    /// The public key (RFC 8032 §5.1.5).
    Ed25519(&'a [u8; 32]),
}

/// The raw parts of a signing key.
#[derive(Clone, Copy)]
pub enum SigningKeyParts<'a> {
    /// The secret itself.
    Hmac(&'a [u8]),
    /// PKCS#1 DER (RFC 8017 §A.1.2).
    Rsa(&'a [u8]),
    /// PKCS#8 DER with the public point (RFC 5958, RFC 5915).
    Ec {
        /// The curve.
        curve: Curve,
        /// The encoding.
        pkcs8: &'a [u8],
    },
    /// PKCS#8 DER (RFC 8410).
    Ed25519(&'a [u8]),
}

/// Why a key cannot be used with an algorithm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlgError {
    /// The key has another family or curve.
    WrongKey,
    /// The primitive rejected the key (an inconsistent private key, a point off its curve, an unsupported size).
    KeyRefused,
    /// The primitive failed to sign.
    SigningFailed,
}

impl fmt::Display for AlgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongKey => "the key type does not match the algorithm",
            Self::KeyRefused => "the cryptographic library rejected the key",
            Self::SigningFailed => "the cryptographic library failed to sign",
        })
    }
}

impl std::error::Error for AlgError {}

/// One signature algorithm. Entries are compared by name.
pub struct Algorithm {
    /// The `alg` of a header, and the name that `issue` writes by default.
    pub name: &'static str,
    /// Other registered names of the same algorithm (RFC 9864).
    pub aliases: &'static [&'static str],
    /// The keys that it works with.
    pub family: KeyFamily,
    /// Length of the hash in bits; an HMAC secret must not be shorter (RFC 7518 §3.2).
    pub hash_bits: u16,
    /// RFC and section that define it.
    pub source: &'static str,
    verifier: fn(&VerificationKeyParts<'_>) -> Result<SignatureVerifier, AlgError>,
    signer: fn(&SigningKeyParts<'_>) -> Result<Signer, AlgError>,
}

/// All algorithms, in display order.
pub static ALGORITHMS: &[&Algorithm] = &[
    &hmac::HS256,
    &hmac::HS384,
    &hmac::HS512,
    &rsa::RS256,
    &rsa::RS384,
    &rsa::RS512,
    &rsa::PS256,
    &rsa::PS384,
    &rsa::PS512,
    &ecdsa::ES256,
    &ecdsa::ES384,
    &ecdsa::ES512,
    &ecdsa::ES256K,
    &eddsa::EDDSA,
];

/// The algorithm with this name or alias; case-sensitive (RFC 7515 §4.1.1).
pub fn find(name: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.name == name || algorithm.aliases.contains(&name)).copied()
}

/// The algorithm that a user names, in any case, and its registered spelling. Never for the `alg` of a token or a key.
pub fn find_typed(name: &str) -> Option<(&'static Algorithm, &'static str)> {
    ALGORITHMS.iter().find_map(|algorithm| {
        let mut names = std::iter::once(algorithm.name).chain(algorithm.aliases.iter().copied());
        Some((*algorithm, names.find(|own| own.eq_ignore_ascii_case(name))?))
    })
}

impl Algorithm {
    /// The registered static name equal to `name`, for use in a header.
    pub fn spelling(&self, name: &str) -> Option<&'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied()).find(|own| *own == name)
    }

    /// Created once per key; verifying does not parse the key again.
    pub fn verifier(&self, key: &VerificationKeyParts<'_>) -> Result<SignatureVerifier, AlgError> {
        (self.verifier)(key)
    }

    /// Created once per key; signing does not parse the private key again.
    pub fn signer(&self, key: &SigningKeyParts<'_>) -> Result<Signer, AlgError> {
        (self.signer)(key)
    }
}

/// Verifies signatures of one algorithm with one key.
///
/// jsonwebtoken's verifiers are neither `Send` nor `Sync`, so neither is this: create one per thread.
pub struct SignatureVerifier {
    /// The only valid signature length in bytes for this algorithm and key.
    length: usize,
    inner: Box<dyn Verify>,
}

/// Signs with one algorithm and one key. Neither `Send` nor `Sync`, like [`SignatureVerifier`].
pub struct Signer(Box<dyn Sign>);

/// Verification by an algorithm family. The signature length is already checked; every failure is `false`.
trait Verify {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// Signing by an algorithm family.
trait Sign {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgError>;
}

impl SignatureVerifier {
    /// Whether `signature` (raw bytes) is a signature of `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.length && self.inner.verify(message, signature)
    }
}

impl Signer {
    /// The signature of `message`, as raw bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgError> {
        self.0.sign(message)
    }
}

impl fmt::Debug for VerificationKeyParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicParts")
    }
}

impl fmt::Debug for SigningKeyParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateParts")
    }
}

impl fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Algorithm {}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
pub(crate) mod tests;
