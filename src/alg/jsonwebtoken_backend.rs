//! Adapters from the signers and verifiers of the jsonwebtoken crate to the traits of this module.

use super::{AlgError, Sign, Verify};
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::cell::Cell;

pub(super) use jsonwebtoken::Algorithm as Known;

struct LibrarySigner(Box<dyn JwtSigner>);

struct LibraryVerifier {
    verifier: Box<dyn JwtVerifier>,
    /// jsonwebtoken takes each signature as a `Vec`; this one is reused.
    scratch: Cell<Vec<u8>>,
}

pub(super) fn signer(algorithm: Known, key: &EncodingKey) -> Result<Box<dyn Sign>, AlgError> {
    let signer = (DEFAULT_PROVIDER.signer_factory)(&algorithm, key).map_err(|_| AlgError::KeyRefused)?;
    Ok(Box::new(LibrarySigner(signer)))
}

pub(super) fn verifier(algorithm: Known, key: &DecodingKey) -> Result<Box<dyn Verify>, AlgError> {
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&algorithm, key).map_err(|_| AlgError::KeyRefused)?;
    Ok(Box::new(LibraryVerifier { verifier, scratch: Cell::default() }))
}

impl Sign for LibrarySigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgError> {
        self.0.try_sign(message).map_err(|_| AlgError::SigningFailed)
    }
}

impl Verify for LibraryVerifier {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut scratch = self.scratch.take();
        scratch.clear();
        scratch.extend_from_slice(signature);
        let valid = self.verifier.verify(message, &scratch).is_ok();
        self.scratch.set(scratch);
        valid
    }
}
