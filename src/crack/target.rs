//! The target of a dictionary attack: the signing input and HMAC of a token.

use crate::alg::{self, Algorithm, KeyFamily};
use crate::encoding::json::JsonError;
use crate::token::compact::{CompactError, MAX_BYTES, Segments, TokenPart, trim};
use crate::token::header::JoseHeader;
use std::fmt;

/// A compact token signed with a secret.
#[derive(Clone)]
pub struct HmacTarget {
    /// Header and payload with the dot between them (RFC 7515 §5.1).
    signing_input: Vec<u8>,
    /// Has the hash length of the algorithm.
    signature: Vec<u8>,
    algorithm: &'static Algorithm,
}

/// Why a token cannot be attacked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HmacTargetError {
    /// Not a compact JWS.
    Shape(CompactError),
    /// The header is not UTF-8.
    HeaderText,
    /// The header is not a strict JSON object.
    Header(JsonError),
    /// `alg` is absent, not a string, or unknown (such as `none`).
    UnknownAlgorithm,
    /// Signed with a private key, not with a secret.
    NotHmac(&'static Algorithm),
    /// Not the length in bytes that the algorithm requires: no secret gives such a signature.
    SignatureLength {
        /// The length of the signature.
        bytes: usize,
        /// The length of the hash.
        wanted: usize,
    },
}

impl HmacTarget {
    /// Parses a compact token of at most 1 MiB. The payload may be anything: its encoded form is signed.
    ///
    /// # Errors
    /// The text is not a token, or its signature cannot be an HMAC.
    pub fn parse(token: &[u8]) -> Result<Self, HmacTargetError> {
        let segments = Segments::cut(trim(token), MAX_BYTES).map_err(HmacTargetError::Shape)?;
        let decoded = |part| {
            let mut bytes = Vec::new();
            segments.decode_part(part, &mut bytes).map_err(HmacTargetError::Shape).map(|()| bytes)
        };
        let (header, signature) = (decoded(TokenPart::Header)?, decoded(TokenPart::Signature)?);
        let header = std::str::from_utf8(&header).map_err(|_| HmacTargetError::HeaderText)?;
        let header = JoseHeader::parse(header).map_err(HmacTargetError::Header)?;
        let algorithm =
            header.alg.present().and_then(|name| alg::find(name)).ok_or(HmacTargetError::UnknownAlgorithm)?;
        if algorithm.family != KeyFamily::Hmac {
            return Err(HmacTargetError::NotHmac(algorithm));
        }
        let (bytes, wanted) = (signature.len(), usize::from(algorithm.hash_bits / 8));
        if bytes != wanted {
            return Err(HmacTargetError::SignatureLength { bytes, wanted });
        }
        Ok(Self { signing_input: segments.signing_input.to_vec(), signature, algorithm })
    }

    /// The HMAC algorithm of the token.
    pub const fn algorithm(&self) -> &'static Algorithm {
        self.algorithm
    }

    pub(super) fn signing_input(&self) -> &[u8] {
        &self.signing_input
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Redacted: a token is a credential.
impl fmt::Debug for HmacTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl fmt::Display for HmacTargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(error) => error.fmt(f),
            Self::HeaderText => f.write_str("header is not UTF-8"),
            Self::Header(error) => write!(f, "header: {error}"),
            Self::UnknownAlgorithm => f.write_str("header has no known signature algorithm"),
            Self::NotHmac(algorithm) => {
                write!(f, "{} uses {}, not a secret", algorithm.name, algorithm.family.describe())
            }
            Self::SignatureLength { bytes, wanted } => {
                write!(f, "signature has {bytes} bytes, expected {wanted}")
            }
        }
    }
}

impl std::error::Error for HmacTargetError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url::encode;

    fn fault(header: &str, signature_bytes: usize) -> HmacTargetError {
        let token = format!("{}.e30.{}", encode(header.as_bytes()), encode(&vec![0; signature_bytes]));
        HmacTarget::parse(token.as_bytes()).unwrap_err()
    }

    #[test]
    fn target_without_hmac_is_rejected() {
        for name in ["RS256", "PS384", "ES256", "ES256K", "EdDSA", "Ed25519"] {
            let error = fault(&format!("{{\"alg\":\"{name}\"}}"), 64);
            assert_eq!(error, HmacTargetError::NotHmac(alg::find(name).unwrap()), "{name}");
        }
        for header in ["{}", r#"{"alg":"none"}"#, r#"{"alg":"hs256"}"#, r#"{"alg":256}"#] {
            assert_eq!(fault(header, 32), HmacTargetError::UnknownAlgorithm, "{header}");
        }
        for (name, bytes, wanted) in [("HS256", 0, 32), ("HS256", 31, 32), ("HS384", 32, 48), ("HS512", 48, 64)] {
            let error = fault(&format!("{{\"alg\":\"{name}\"}}"), bytes);
            assert_eq!(error, HmacTargetError::SignatureLength { bytes, wanted });
        }
    }

    #[test]
    fn invalid_token_is_rejected() {
        assert!(matches!(
            HmacTarget::parse(b"eyJlbmMiOiIifQ.b.c.d.e"),
            Err(HmacTargetError::Shape(CompactError::Encrypted))
        ));
        assert!(matches!(HmacTarget::parse(b"e30.e30.e3="), Err(HmacTargetError::Shape(CompactError::Base64 { .. }))));
        assert!(matches!(fault("[]", 32), HmacTargetError::Header(_)));
        assert_eq!(HmacTarget::parse(b"_w.e30.AA").unwrap_err(), HmacTargetError::HeaderText);
    }

    #[test]
    fn debug_shows_no_token() {
        let token = format!("{}.e30.{}", encode(br#"{"alg":"HS256"}"#), encode(&[0; 32]));
        let target = HmacTarget::parse(format!("Bearer {token}\n").as_bytes()).unwrap();
        assert_eq!(format!("{target:?}"), "Target { algorithm: HS256, .. }");
    }
}
