//! ECDSA signatures as the concatenation r || s, never in DER (RFC 7518 §3.4, RFC 8812 §3.2).
//!
//! Verification of ES256 and ES384 uses jsonwebtoken; ES512 and ES256K, which it does not support, and signing use
//! aws-lc-rs: jsonwebtoken parses the private key again for each signature.

use super::jsonwebtoken_backend::{self, Known};
use super::{
    AlgError, Algorithm, Curve, KeyFamily, Sign, SignatureVerifier, Signer, SigningKeyParts, VerificationKeyParts,
    Verify,
};
use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, ParsedPublicKey};
use jsonwebtoken::DecodingKey;

pub(super) const ES256: Algorithm = Algorithm {
    name: "ES256",
    aliases: &[],
    family: KeyFamily::Ec(Curve::P256),
    hash_bits: 256,
    source: "RFC 7518 §3.4",
    verifier: |key| library_verifier(Known::ES256, Curve::P256, &signature::ECDSA_P256_SHA256_FIXED, key),
    signer: |key| signer(Curve::P256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING, &digest::SHA256, key),
};

pub(super) const ES384: Algorithm = Algorithm {
    name: "ES384",
    family: KeyFamily::Ec(Curve::P384),
    hash_bits: 384,
    verifier: |key| library_verifier(Known::ES384, Curve::P384, &signature::ECDSA_P384_SHA384_FIXED, key),
    signer: |key| signer(Curve::P384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING, &digest::SHA384, key),
    ..ES256
};

pub(super) const ES512: Algorithm = Algorithm {
    name: "ES512",
    family: KeyFamily::Ec(Curve::P521),
    hash_bits: 512,
    verifier: |key| own_verifier(Curve::P521, &signature::ECDSA_P521_SHA512_FIXED, key),
    signer: |key| signer(Curve::P521, &signature::ECDSA_P521_SHA512_FIXED_SIGNING, &digest::SHA512, key),
    ..ES256
};

pub(super) const ES256K: Algorithm = Algorithm {
    name: "ES256K",
    family: KeyFamily::Ec(Curve::Secp256k1),
    source: "RFC 8812 §3.2",
    verifier: |key| own_verifier(Curve::Secp256k1, &signature::ECDSA_P256K1_SHA256_FIXED, key),
    signer: |key| signer(Curve::Secp256k1, &signature::ECDSA_P256K1_SHA256_FIXED_SIGNING, &digest::SHA256, key),
    ..ES256
};

struct OwnVerifier(ParsedPublicKey);

struct OwnSigner {
    key: EcdsaKeyPair,
    hash: &'static digest::Algorithm,
    curve: Curve,
}

fn library_verifier(
    algorithm: Known,
    curve: Curve,
    check: &'static EcdsaVerificationAlgorithm,
    key: &VerificationKeyParts<'_>,
) -> Result<SignatureVerifier, AlgError> {
    let point = point_on(curve, key)?;
    // jsonwebtoken would detect a point off the curve only at each signature.
    parsed(check, point)?;
    Ok(SignatureVerifier {
        length: both(curve),
        inner: jsonwebtoken_backend::verifier(algorithm, &DecodingKey::from_ec_der(point))?,
    })
}

fn own_verifier(
    curve: Curve,
    algorithm: &'static EcdsaVerificationAlgorithm,
    key: &VerificationKeyParts<'_>,
) -> Result<SignatureVerifier, AlgError> {
    let inner = Box::new(OwnVerifier(parsed(algorithm, point_on(curve, key)?)?));
    Ok(SignatureVerifier { length: both(curve), inner })
}

fn signer(
    curve: Curve,
    algorithm: &'static EcdsaSigningAlgorithm,
    hash: &'static digest::Algorithm,
    key: &SigningKeyParts<'_>,
) -> Result<Signer, AlgError> {
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8_on(curve, key)?).map_err(|_| AlgError::KeyRefused)?;
    Ok(Signer(Box::new(OwnSigner { key, hash, curve })))
}

/// The uncompressed point; the primitive would also parse other encodings.
fn point_on<'a>(wanted: Curve, key: &VerificationKeyParts<'a>) -> Result<&'a [u8], AlgError> {
    match *key {
        VerificationKeyParts::Ec { curve, point } if curve == wanted => {
            let uncompressed = point.first() == Some(&4) && point.len().checked_sub(1) == Some(both(curve));
            if uncompressed { Ok(point) } else { Err(AlgError::KeyRefused) }
        }
        _ => Err(AlgError::WrongKey),
    }
}

fn pkcs8_on<'a>(wanted: Curve, key: &SigningKeyParts<'a>) -> Result<&'a [u8], AlgError> {
    match *key {
        SigningKeyParts::Ec { curve, pkcs8 } if curve == wanted => Ok(pkcs8),
        _ => Err(AlgError::WrongKey),
    }
}

fn parsed(algorithm: &'static EcdsaVerificationAlgorithm, point: &[u8]) -> Result<ParsedPublicKey, AlgError> {
    ParsedPublicKey::new(algorithm, point).map_err(|_| AlgError::KeyRefused)
}

/// Length in bytes of r || s, and of x || y.
const fn both(curve: Curve) -> usize {
    curve.bytes().saturating_mul(2)
}

impl Verify for OwnVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl Sign for OwnSigner {
    /// Signs a digest: that call takes no generator, which aws-lc-rs would ignore.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgError> {
        let signature = self.key.sign_digest(&digest(self.hash, message)).map_err(|_| AlgError::SigningFailed)?;
        let mut signature = signature.as_ref().to_vec();
        if self.curve == Curve::Secp256k1 {
            make_s_low(&mut signature);
        }
        Ok(signature)
    }
}

/// The order of secp256k1 (SEC 2 §2.4.1).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, //
    0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// Half of it, rounded down.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// Whether an ES256K signature has the higher of its two possible s values. Both verify (RFC 8812 does not restrict
/// them), but other users of the curve accept only the low one, and accepting both makes a signature malleable.
pub fn has_high_s(signature: &[u8]) -> bool {
    signature.len() == both(Curve::Secp256k1) && signature.get(32..).is_some_and(|s| *s > HALF_ORDER[..])
}

/// Replaces s by n − s if that is lower; (r, n − s) is a signature of the same message.
fn make_s_low(signature: &mut [u8]) {
    if !has_high_s(signature) {
        return;
    }
    let mut borrow = false;
    for (s, n) in signature.iter_mut().rev().zip(ORDER.iter().rev()) {
        let (difference, below) = n.overflowing_sub(*s);
        let (difference, still_below) = difference.overflowing_sub(u8::from(borrow));
        *s = difference;
        borrow = below || still_below;
    }
}
