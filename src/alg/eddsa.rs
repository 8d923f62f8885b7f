//! EdDSA over Ed25519 (RFC 8037 §3.1), also under its fully specified name (RFC 9864 §2.2).

use super::jsonwebtoken_backend::{self, Known};
use super::{AlgError, Algorithm, KeyFamily, SignatureVerifier, Signer, SigningKeyParts, VerificationKeyParts};
use jsonwebtoken::{DecodingKey, EncodingKey};

pub(super) const EDDSA: Algorithm = Algorithm {
    name: "EdDSA",
    aliases: &["Ed25519"],
    family: KeyFamily::Ed25519,
    // Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
    hash_bits: 512,
    source: "RFC 8037 §3.1, RFC 9864 §2.2",
    verifier: |key| {
        let VerificationKeyParts::Ed25519(point) = *key else { return Err(AlgError::WrongKey) };
        Ok(SignatureVerifier {
            length: 64,
            inner: jsonwebtoken_backend::verifier(Known::EdDSA, &DecodingKey::from_ed_der(point))?,
        })
    },
    signer: |key| {
        let SigningKeyParts::Ed25519(pkcs8) = *key else { return Err(AlgError::WrongKey) };
        Ok(Signer(jsonwebtoken_backend::signer(Known::EdDSA, &EncodingKey::from_ed_der(pkcs8))?))
    },
};
