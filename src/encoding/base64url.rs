//! base64url without padding (RFC 4648 §5, RFC 7515 §2), read strictly.

use base64_simd::{Out, URL_SAFE_NO_PAD};
use std::fmt;

/// Why a text is not strict base64url, with the byte offset where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base64Error {
    Padding,
    WhiteSpace(usize),
    OtherCharacter(usize),
    /// `+` and `/` belong to plain base64.
    PlainAlphabet(usize),
    Length,
    /// The last character has bits that encode nothing and are not zero: two texts for one value.
    NonCanonical,
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Padding => f.write_str("it is padded with '='"),
            Self::WhiteSpace(at) => write!(f, "white space at byte {at}"),
            Self::OtherCharacter(at) => write!(f, "a character outside the alphabet at byte {at}"),
            Self::PlainAlphabet(at) => write!(f, "'+' or '/' at byte {at}: that is plain base64, not base64url"),
            Self::Length => f.write_str("its length is impossible for base64"),
            Self::NonCanonical => f.write_str("its last character carries bits that encode nothing (not canonical)"),
        }
    }
}

impl std::error::Error for Base64Error {}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

pub fn decode(text: &[u8]) -> Result<Vec<u8>, Base64Error> {
    let mut bytes = Vec::new();
    decode_into(text, &mut bytes)?;
    Ok(bytes)
}

/// Decodes into `bytes`, whose old content is dropped and whose room is used again.
pub fn decode_into(text: &[u8], bytes: &mut Vec<u8>) -> Result<(), Base64Error> {
    // Four characters are three bytes, and the last two or three of a text are one or two.
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
    fn there_and_back() {
        for length in 0..200_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(decode(encode(&bytes).as_bytes()), Ok(bytes));
        }
    }

    #[test]
    fn what_is_not_strict_is_refused_with_its_reason() {
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

    /// Every last character of every length is either canonical or refused.
    #[test]
    fn one_text_for_one_value() {
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
