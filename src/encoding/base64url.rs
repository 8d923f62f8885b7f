//! Strict base64url without padding (RFC 4648 §5, RFC 7515 §2).

use base64_simd::{Out, URL_SAFE_NO_PAD};
use std::fmt;

/// Why a text is not strict base64url, with the byte offset where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base64Error {
    /// It ends in `=`.
    Padding,
    /// A space, tab or line break.
    WhiteSpace(usize),
    /// A character of no base64 alphabet.
    OtherCharacter(usize),
    /// `+` and `/` belong to plain base64.
    PlainAlphabet(usize),
    /// One character is left after groups of four.
    Length,
    /// The last character has non-zero unused bits: a second text for the same value.
    NonCanonical,
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Padding => f.write_str("padding with '='"),
            Self::WhiteSpace(at) => write!(f, "white space at byte {at}"),
            Self::OtherCharacter(at) => write!(f, "invalid character at byte {at}"),
            Self::PlainAlphabet(at) => write!(f, "'+' or '/' at byte {at}: plain base64, not base64url"),
            Self::Length => f.write_str("impossible length for base64"),
            Self::NonCanonical => f.write_str("non-zero unused bits in the last character (not canonical)"),
        }
    }
}

impl std::error::Error for Base64Error {}

/// Encodes without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Decodes the one canonical text of some bytes; every other text is an error.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Base64Error> {
    let mut bytes = Vec::new();
    decode_into(text, &mut bytes)?;
    Ok(bytes)
}

/// Decodes into `bytes`, replacing its content and reusing its capacity.
pub fn decode_into(text: &[u8], bytes: &mut Vec<u8>) -> Result<(), Base64Error> {
    // Four characters encode three bytes; the last two or three characters encode one or two.
    bytes.resize(text.len().saturating_mul(3) / 4, 0);
    match URL_SAFE_NO_PAD.decode(text, Out::from_slice(bytes.as_mut_slice())) {
        Ok(decoded) => {
            let length = decoded.len();
            bytes.truncate(length);
            Ok(())
        }
        Err(_) => {
            bytes.clear();
            Err(diagnose(text))
        }
    }
}

fn diagnose(text: &[u8]) -> Base64Error {
    let unpadded = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last.saturating_add(1));
    for (at, byte) in text.iter().take(unpadded).enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'+' | b'/' => return Base64Error::PlainAlphabet(at),
            b' ' | b'\t' | b'\r' | b'\n' => return Base64Error::WhiteSpace(at),
            _ => return Base64Error::OtherCharacter(at),
        }
    }
    if unpadded != text.len() {
        return Base64Error::Padding;
    }
    if text.len() % 4 == 1 { Base64Error::Length } else { Base64Error::NonCanonical }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_bytes_round_trip() {
        for length in 0..200_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(decode(encode(&bytes).as_bytes()), Ok(bytes));
        }
    }

    #[test]
    fn invalid_base64url_is_rejected_with_its_reason() {
        for (text, error) in [
            ("AA==", Base64Error::Padding),
            ("AAA=", Base64Error::Padding),
            ("AB", Base64Error::NonCanonical),
            ("AAB", Base64Error::NonCanonical),
            ("A", Base64Error::Length),
            ("AA\nAA", Base64Error::WhiteSpace(2)),
            ("AA A", Base64Error::WhiteSpace(2)),
            ("A+AA", Base64Error::PlainAlphabet(1)),
            ("AA/A", Base64Error::PlainAlphabet(2)),
            ("AAé", Base64Error::OtherCharacter(2)),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(error), "{text}");
        }
    }

    /// Every last character of every length is either canonical or rejected.
    #[test]
    fn non_canonical_text_is_rejected() {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for length in 1..70_usize {
            for last in ALPHABET {
                let mut text = vec![b'A'; length];
                *text.last_mut().unwrap() = *last;
                if let Ok(bytes) = decode(&text) {
                    assert_eq!(encode(&bytes).as_bytes(), text);
                }
            }
        }
    }
}
