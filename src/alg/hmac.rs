//! HMAC with SHA-2 (RFC 7518 §3.2).

use super::jsonwebtoken_backend::{self, Known};
use super::{AlgError, Algorithm, KeyFamily, SignatureVerifier, Signer, SigningKeyParts, VerificationKeyParts, Verify};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::Sha256;

pub(super) const HS256: Algorithm = Algorithm {
    name: "HS256",
    aliases: &[],
    family: KeyFamily::Hmac,
    hash_bits: 256,
    source: "RFC 7518 §3.2",
    verifier: sha256,
    signer: |key| signer(Known::HS256, key),
};

pub(super) const HS384: Algorithm = Algorithm {
    name: "HS384",
    hash_bits: 384,
    verifier: |key| verifier(Known::HS384, 48, key),
    signer: |key| signer(Known::HS384, key),
    ..HS256
};

pub(super) const HS512: Algorithm = Algorithm {
    name: "HS512",
    hash_bits: 512,
    verifier: |key| verifier(Known::HS512, 64, key),
    signer: |key| signer(Known::HS512, key),
    ..HS256
};

/// The key state in `hmac` and `sha2` is small and copied for each token; aws-lc copies and wipes three contexts of
/// 400 bytes, which takes half as long as hashing a short token.
struct Sha256Verifier(Hmac<Sha256>);

impl Verify for Sha256Verifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // In constant time.
        self.0.clone().chain_update(message).verify_slice(signature).is_ok()
    }
}

fn sha256(key: &VerificationKeyParts<'_>) -> Result<SignatureVerifier, AlgError> {
    let VerificationKeyParts::Hmac(secret) = key else { return Err(AlgError::WrongKey) };
    let state = Hmac::new_from_slice(not_empty(secret)?).map_err(|_| AlgError::KeyRefused)?;
    Ok(SignatureVerifier { length: 32, inner: Box::new(Sha256Verifier(state)) })
}

/// The tag is never truncated: it has the length of the hash.
fn verifier(algorithm: Known, tag: usize, key: &VerificationKeyParts<'_>) -> Result<SignatureVerifier, AlgError> {
    let VerificationKeyParts::Hmac(secret) = key else { return Err(AlgError::WrongKey) };
    let inner = jsonwebtoken_backend::verifier(algorithm, &DecodingKey::from_secret(not_empty(secret)?))?;
    Ok(SignatureVerifier { length: tag, inner })
}

fn signer(algorithm: Known, key: &SigningKeyParts<'_>) -> Result<Signer, AlgError> {
    let SigningKeyParts::Hmac(secret) = key else { return Err(AlgError::WrongKey) };
    Ok(Signer(jsonwebtoken_backend::signer(algorithm, &EncodingKey::from_secret(not_empty(secret)?))?))
}

/// Rejects an empty secret, with which anyone can sign; jsonwebtoken accepts it.
fn not_empty(secret: &[u8]) -> Result<&[u8], AlgError> {
    if secret.is_empty() { Err(AlgError::KeyRefused) } else { Ok(secret) }
}
