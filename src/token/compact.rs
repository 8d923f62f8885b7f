//! The compact serialisation (RFC 7515 §7.1): three segments of strict base64url.

use crate::encoding::base64url::{self, Base64Error};
use crate::encoding::bounds::{head, tail};
use crate::encoding::json::{self, JsonObject};
use crate::finding::format_count;
use std::fmt;

/// Default size limit in bytes; a longer token is rejected unread.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Part of a compact token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenPart {
    /// JOSE header, the first segment.
    Header,
    /// Payload, the second segment: the claims of a JWT.
    Payload,
    /// Signature, the third segment; empty for `alg` none.
    Signature,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a text is not a compact JWS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompactError {
    /// The text is empty.
    Empty,
    /// Longer than the size limit; it was not read.
    TooLarge {
        /// Size of the text in bytes.
        bytes: usize,
        /// Size limit in bytes.
        limit: usize,
    },
    /// Five segments: a JWE (RFC 7516 §7.1).
    Encrypted,
    /// The number of segments, neither three nor five.
    Segments(usize),
    /// A segment that is not strict base64url (RFC 7515 §2: no padding).
    Base64 {
        /// The segment at fault.
        part: TokenPart,
        /// The first fault of its encoding.
        error: Base64Error,
    },
}

impl fmt::Display for CompactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::TooLarge { bytes, limit } => write!(f, "{bytes} bytes exceed the limit of {limit}"),
            Self::Encrypted => f.write_str("five segments: encrypted (JWE), not signed"),
            Self::Segments(count) => {
                write!(f, "{}, a JWT has three", format_count(*count, "segment"))
            }
            Self::Base64 { part, error } => write!(f, "{part} is not strict base64url: {error}"),
        }
    }
}

impl std::error::Error for CompactError {}

/// A token split at its dots, not decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segments<'a> {
    /// Header and payload with the dot between them: the JWS signing input (RFC 7515 §5.1).
    pub signing_input: &'a [u8],
    /// The protected header.
    pub header: &'a [u8],
    /// The claims, or any other payload.
    pub payload: &'a [u8],
    /// Empty for `alg` none.
    pub signature: &'a [u8],
}

/// The decoded parts. Owned by the caller, so that bulk processing reuses its buffers.
#[derive(Default)]
pub struct DecodedParts {
    /// The header: JSON unless malformed.
    pub header: Vec<u8>,
    /// The payload: the claims as JSON in a JWT, any bytes with `--signature-only`.
    pub payload: Vec<u8>,
    /// The signature; empty for `alg` none.
    pub signature: Vec<u8>,
}

/// `text` without surrounding white space and a leading `Bearer ` (RFC 6750 §2.1).
pub fn trim(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    match text.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => token.trim_ascii(),
        _ => text,
    }
}

fn unpadded(segment: &[u8]) -> &[u8] {
    let padding = segment.iter().rev().take_while(|byte| **byte == b'=').count();
    head(segment, segment.len().saturating_sub(padding))
}

/// A compact token without the padding of its segments; `None` if they have none (RFC 7515 §2).
pub fn without_padding(token: &[u8]) -> Option<Vec<u8>> {
    let segments: Vec<&[u8]> = token.split(|byte| *byte == b'.').map(unpadded).collect();
    let bare = segments.join(&b'.');
    (segments.len() == 3 && bare.len() < token.len()).then_some(bare)
}

/// Whether the first segment is the header of a JWE: JSON with `enc` (RFC 7516 §9). Any text may have four dots.
fn is_jwe(text: &[u8]) -> bool {
    let header = text.split(|byte| *byte == b'.').next().unwrap_or_default();
    let header = base64url::decode(header).ok();
    let object = header.as_deref().and_then(|header| JsonObject::parse(json::text(header).ok()?).ok());
    object.is_some_and(|object| object.get("enc").is_some())
}

impl<'a> Segments<'a> {
    /// Splits `text` at its dots. `limit` is in bytes.
    ///
    /// # Errors
    /// Empty, too large, or not three segments.
    pub fn cut(text: &'a [u8], limit: usize) -> Result<Self, CompactError> {
        if text.is_empty() {
            return Err(CompactError::Empty);
        }
        if text.len() > limit {
            return Err(CompactError::TooLarge { bytes: text.len(), limit });
        }
        let mut dots = memchr::memchr_iter(b'.', text);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            let count = memchr::memchr_iter(b'.', text).count().saturating_add(1);
            return Err(if count == 5 && is_jwe(text) {
                CompactError::Encrypted
            } else {
                CompactError::Segments(count)
            });
        };
        let (signing_input, signature) = text.split_at(second);
        let (header, payload) = signing_input.split_at(first);
        // Both remainders start with their dot.
        Ok(Self { signing_input, header, payload: tail(payload, 1), signature: tail(signature, 1) })
    }

    /// The segments without `=` at their ends; the signing input stays as signed.
    pub fn without_padding(self) -> Self {
        let [header, payload, signature] = [self.header, self.payload, self.signature].map(unpadded);
        Self { header, payload, signature, ..self }
    }

    /// Decodes all three segments.
    ///
    /// # Errors
    /// The first segment that is not strict base64url.
    pub fn decode(&self) -> Result<DecodedParts, CompactError> {
        let mut parts = DecodedParts::default();
        self.decode_part(TokenPart::Header, &mut parts.header)?;
        self.decode_part(TokenPart::Payload, &mut parts.payload)?;
        self.decode_part(TokenPart::Signature, &mut parts.signature)?;
        Ok(parts)
    }

    /// Decodes one segment into a buffer that is reused.
    ///
    /// # Errors
    /// The segment is not strict base64url.
    pub fn decode_part(&self, part: TokenPart, into: &mut Vec<u8>) -> Result<(), CompactError> {
        let text = match part {
            TokenPart::Header => self.header,
            TokenPart::Payload => self.payload,
            TokenPart::Signature => self.signature,
        };
        base64url::decode_into(text, into).map_err(|error| CompactError::Base64 { part, error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> CompactError {
        Segments::cut(text.as_bytes(), 20).and_then(|segments| segments.decode().map(drop)).unwrap_err()
    }

    #[test]
    fn token_without_three_segments_is_rejected() {
        assert_eq!(fault(""), CompactError::Empty);
        assert_eq!(fault("e30"), CompactError::Segments(1));
        assert_eq!(fault("e30.e30"), CompactError::Segments(2));
        assert_eq!(fault("e30.e30.AA.AA"), CompactError::Segments(4));
        assert_eq!(fault("a.b.c.d.e"), CompactError::Segments(5));
        assert_eq!(Segments::cut(b"eyJlbmMiOiIifQ.b.c.d.e", 40).err(), Some(CompactError::Encrypted));
        assert_eq!(fault("a.b.c.d.e.f"), CompactError::Segments(6));
        assert_eq!(fault(&"a".repeat(21)), CompactError::TooLarge { bytes: 21, limit: 20 });
        let segments = Segments::cut(b"e30.e30.AA", 20).unwrap();
        assert_eq!(segments.signing_input, b"e30.e30");
        assert_eq!(segments.decode().unwrap().payload, b"{}");
        assert!(Segments::cut(b"..", 20).is_ok());
    }

    #[test]
    fn segment_not_strict_base64url_is_rejected() {
        for (text, part) in [
            ("e30=.e30.AA", TokenPart::Header),
            ("e30.e3 0.AA", TokenPart::Payload),
            ("e30.e30.AB", TokenPart::Signature),
        ] {
            assert!(matches!(fault(text), CompactError::Base64 { part: p, .. } if p == part), "{text}");
        }
    }

    #[test]
    fn pasted_scheme_and_white_space_are_trimmed() {
        for text in ["a.b.c", " a.b.c\r\n", "Bearer a.b.c", "bearer  a.b.c\n"] {
            assert_eq!(trim(text.as_bytes()), b"a.b.c");
        }
        assert_eq!(trim(b"Bearer"), b"Bearer");
    }
}
