//! A slow, salted digest of a secret for its tombstone (PBKDF2, RFC 8018 §5.2). It recognises the secret under another
//! kid, and makes a dictionary attack on a leaked store as slow as one on passwords.

use crate::encoding::base64url;
use crate::key::{MAX_PBKDF2_ITERATIONS, PBKDF2_ITERATIONS};
use crate::secret::Secret;
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

const SALT_BYTES: usize = 16;

/// The digest of one secret with its derivation parameters; the texts are base64url.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct SecretDigest {
    salt: String,
    iterations: u32,
    pbkdf2_sha256: String,
}

/// A new salt, in base64url.
pub(super) fn salt(rng: &mut dyn CryptoRng) -> String {
    let mut bytes = [0; SALT_BYTES];
    rng.fill_bytes(&mut bytes);
    base64url::encode(&bytes)
}

impl SecretDigest {
    /// The digest of `secret` with a salt in base64url; `None` if the salt is invalid.
    pub(super) fn new(secret: &Secret<Vec<u8>>, salt: &str) -> Option<Self> {
        Self::with(secret, salt, PBKDF2_ITERATIONS)
    }

    /// The digest of `secret` with the parameters of this one; `None` if they are out of range.
    pub(super) fn for_other(&self, secret: &Secret<Vec<u8>>) -> Option<Self> {
        Self::with(secret, &self.salt, self.iterations)
    }

    pub(super) fn is_derived_as(&self, other: &Self) -> bool {
        (&self.salt, self.iterations) == (&other.salt, other.iterations)
    }

    fn with(secret: &Secret<Vec<u8>>, salt: &str, iterations: u32) -> Option<Self> {
        let rounds = NonZeroU32::new(iterations).filter(|_| u64::from(iterations) <= MAX_PBKDF2_ITERATIONS)?;
        let bytes = base64url::decode(salt.as_bytes()).ok()?;
        let mut digest = [0; 32];
        derive(PBKDF2_HMAC_SHA256, rounds, &bytes, secret.expose(), &mut digest);
        Some(Self { salt: salt.to_owned(), iterations, pbkdf2_sha256: base64url::encode(&digest) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7914 §11; the first 32 bytes are the first block.
    #[test]
    fn digest_matches_published_vector() {
        let secret = Secret::new(b"passwd".to_vec());
        let digest = SecretDigest::with(&secret, &base64url::encode(b"salt"), 1).unwrap();
        let bytes = base64url::decode(digest.pbkdf2_sha256.as_bytes()).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
        let other = Secret::new(b"other".to_vec());
        assert_eq!(digest.for_other(&secret).as_ref(), Some(&digest));
        assert_ne!(digest.for_other(&other).as_ref(), Some(&digest));
    }

    #[test]
    fn parameters_out_of_range_give_no_digest() {
        let secret = Secret::new(b"passwd".to_vec());
        assert_eq!(SecretDigest::with(&secret, "", 0), None);
        assert_eq!(SecretDigest::with(&secret, "", u32::MAX), None);
        assert_eq!(SecretDigest::with(&secret, "?", 1), None);
    }
}
