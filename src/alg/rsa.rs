//! RSA signatures: PKCS#1 v1.5 (RFC 7518 §3.3) and PSS (RFC 7518 §3.5).
//!
//! Signing and verification both use aws-lc-rs: jsonwebtoken parses the key again for each signature, which costs more
//! than half of signing and a sixth of verifying.
//!
//! Keys of 1024 to 2047 bits reach this layer only if the caller allows weak keys. aws-lc-rs verifies them with RS256
//! and RS512; for RS384 and PSS it has no such verifier, and the key is rejected. None of them can sign.

use super::{
    AlgError, Algorithm, KeyFamily, Sign, SignatureVerifier, Signer, SigningKeyParts, VerificationKeyParts, Verify,
};
use aws_lc_rs::digest::{self as hash, digest};
use aws_lc_rs::signature::{
    self, ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as LEGACY_SHA256,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY as LEGACY_SHA512, RsaEncoding, RsaKeyPair, RsaParameters,
    RsaPublicKeyComponents,
};

pub(super) const RS256: Algorithm = Algorithm {
    name: "RS256",
    aliases: &[],
    family: KeyFamily::Rsa,
    hash_bits: 256,
    source: "RFC 7518 §3.3",
    verifier: |key| verifier(&signature::RSA_PKCS1_2048_8192_SHA256, Some(&LEGACY_SHA256), key),
    signer: |key| signer(&signature::RSA_PKCS1_SHA256, &hash::SHA256, key),
};

pub(super) const RS384: Algorithm = Algorithm {
    name: "RS384",
    hash_bits: 384,
    verifier: |key| verifier(&signature::RSA_PKCS1_2048_8192_SHA384, None, key),
    signer: |key| signer(&signature::RSA_PKCS1_SHA384, &hash::SHA384, key),
    ..RS256
};

pub(super) const RS512: Algorithm = Algorithm {
    name: "RS512",
    hash_bits: 512,
    verifier: |key| verifier(&signature::RSA_PKCS1_2048_8192_SHA512, Some(&LEGACY_SHA512), key),
    signer: |key| signer(&signature::RSA_PKCS1_SHA512, &hash::SHA512, key),
    ..RS256
};

pub(super) const PS256: Algorithm = Algorithm {
    name: "PS256",
    aliases: &[],
    family: KeyFamily::Rsa,
    hash_bits: 256,
    source: "RFC 7518 §3.5",
    verifier: |key| verifier(&signature::RSA_PSS_2048_8192_SHA256, None, key),
    signer: |key| signer(&signature::RSA_PSS_SHA256, &hash::SHA256, key),
};

pub(super) const PS384: Algorithm = Algorithm {
    name: "PS384",
    hash_bits: 384,
    verifier: |key| verifier(&signature::RSA_PSS_2048_8192_SHA384, None, key),
    signer: |key| signer(&signature::RSA_PSS_SHA384, &hash::SHA384, key),
    ..PS256
};

pub(super) const PS512: Algorithm = Algorithm {
    name: "PS512",
    hash_bits: 512,
    verifier: |key| verifier(&signature::RSA_PSS_2048_8192_SHA512, None, key),
    signer: |key| signer(&signature::RSA_PSS_SHA512, &hash::SHA512, key),
    ..PS256
};

struct RsaSigner {
    key: RsaKeyPair,
    encoding: &'static dyn RsaEncoding,
    hash: &'static hash::Algorithm,
}

struct RsaVerifier(ParsedPublicKey);

/// `legacy` accepts keys of fewer than 2048 bits.
fn verifier(
    parameters: &'static RsaParameters,
    legacy: Option<&'static RsaParameters>,
    key: &VerificationKeyParts<'_>,
) -> Result<SignatureVerifier, AlgError> {
    let VerificationKeyParts::Rsa { n, e } = *key else { return Err(AlgError::WrongKey) };
    let bits = bits(n);
    // aws-lc-rs checks the size only at each signature, and never the parity.
    if !(1024..=8192).contains(&bits) || n.last().is_none_or(|last| last % 2 == 0) {
        return Err(AlgError::KeyRefused);
    }
    let parameters = if bits < 2048 { legacy.ok_or(AlgError::KeyRefused)? } else { parameters };
    let parsed = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).map_err(|_| AlgError::KeyRefused)?;
    Ok(SignatureVerifier { length: n.len(), inner: Box::new(RsaVerifier(parsed)) })
}

fn signer(
    encoding: &'static dyn RsaEncoding,
    hash: &'static hash::Algorithm,
    key: &SigningKeyParts<'_>,
) -> Result<Signer, AlgError> {
    let SigningKeyParts::Rsa(pkcs1) = *key else { return Err(AlgError::WrongKey) };
    let key = RsaKeyPair::from_der(pkcs1).map_err(|_| AlgError::KeyRefused)?;
    Ok(Signer(Box::new(RsaSigner { key, encoding, hash })))
}

/// Bits of the number, not of its bytes: 256 bytes can be a modulus of 2041 bits.
fn bits(n: &[u8]) -> usize {
    let unused = n.first().map_or(0, |first| first.leading_zeros() as usize);
    n.len().saturating_mul(8).saturating_sub(unused)
}

impl Sign for RsaSigner {
    /// Signs a digest: that call takes no generator, which aws-lc-rs would ignore.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign_digest(self.encoding, &digest(self.hash, message), &mut signature)
            .map_err(|_| AlgError::SigningFailed)?;
        Ok(signature)
    }
}

impl Verify for RsaVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}
