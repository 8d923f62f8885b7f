//! Classification of cookie values without decrypting or decompressing them: a token, readable content, or an opaque id
//! with an upper bound of its entropy.

use crate::encoding::bounds::as_u64;
use crate::encoding::json::JsonValue;
use crate::encoding::percent;
use crate::token::scan;
use serde::{Deserialize, Serialize};

/// Longer values are not analysed: browsers do not store them.
const MAX_BYTES: usize = 8_192;

/// Shorter decoded text is not considered readable: random bytes are printable often enough. In bytes.
const MIN_TEXT: usize = 9;

/// The content of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CookieValueForm<'a> {
    /// A JWT, also after `Bearer ` or in quotes.
    Token(&'a str),
    /// Readable without a key.
    Readable(ReadableValue),
    /// Any other value, also one that is not UTF-8 or exceeds 8,192 bytes.
    Opaque,
}

/// Readable content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadableValue {
    /// The encoding: `JSON`, `base64 of JSON`, …
    pub how: &'static str,
    /// The text; empty for compressed content, which is not decompressed.
    pub text: String,
}

/// Classifies `value`.
pub fn form(value: &[u8]) -> CookieValueForm<'_> {
    let Some(text) = std::str::from_utf8(value).ok().filter(|text| text.len() <= MAX_BYTES) else {
        return CookieValueForm::Opaque;
    };
    if let Some(found) = scan::scan(value).first() {
        return CookieValueForm::Token(found.token);
    }
    let plain = percent::decoded(text);
    // Express writes objects with this prefix.
    let bare = plain.strip_prefix("j:").unwrap_or(&plain).trim_matches('"');
    if is_content(bare) {
        return CookieValueForm::Readable(ReadableValue { how: "JSON", text: bare.to_owned() });
    }
    if let Some(rest) = bare.strip_prefix('.').filter(|rest| rest.starts_with("eJ") && rest.contains('.')) {
        let compressed = decoded(rest.split('.').next().unwrap_or_default()).is_some();
        if compressed {
            return CookieValueForm::Readable(ReadableValue {
                how: "compressed JSON that is signed, not encrypted",
                text: String::new(),
            });
        }
    }
    // Signed values put the signature after a dot, a colon or dashes.
    let end = bare.find(['.', ':']).or_else(|| bare.find("--")).unwrap_or(bare.len());
    let first = bare.split_at(end).0;
    match decoded(first).and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) if is_content(&text) => CookieValueForm::Readable(ReadableValue { how: "base64 of JSON", text }),
        Some(text) if text.len() >= MIN_TEXT && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
            CookieValueForm::Readable(ReadableValue { how: "base64 of text", text })
        }
        _ => CookieValueForm::Opaque,
    }
}

impl ReadableValue {
    /// The member names at the top level of its JSON.
    pub fn names(&self) -> Vec<String> {
        let Ok(value) = JsonValue::parse(&self.text) else { return Vec::new() };
        value.as_object().map(|object| object.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default()
    }
}

fn is_content(text: &str) -> bool {
    text.starts_with(['{', '[']) && JsonValue::parse(text).is_ok()
}

/// Base64 or base64url, with padding or without.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    if bare.is_empty() {
        return None;
    }
    let bare = bare.as_bytes();
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(bare).or_else(|_| base64_simd::STANDARD_NO_PAD.decode_to_vec(bare)).ok()
}

/// The alphabet of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueAlphabet {
    /// Decimal digits; also the alphabet of an empty value.
    Digits,
    /// Hexadecimal digits, with letters of one case.
    Hex,
    /// Letters of one case, and digits.
    OneCase,
    /// ASCII letters of both cases, and digits.
    LettersAndDigits,
    /// ASCII letters, digits and `-`, `_`, `+`, `/`, `=`, `,`.
    Base64,
    /// Any other bytes, with the entropy of printable ASCII.
    Printable,
}

impl ValueAlphabet {
    /// The smallest alphabet that contains every byte.
    pub fn smallest_for(bytes: &[u8]) -> Self {
        let all = |is: fn(&u8) -> bool| bytes.iter().all(is);
        let lower = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if all(u8::is_ascii_digit) {
            Self::Digits
        } else if all(u8::is_ascii_hexdigit) && (all(lower) || all(upper)) {
            Self::Hex
        } else if all(lower) || all(upper) {
            Self::OneCase
        } else if all(u8::is_ascii_alphanumeric) {
            Self::LettersAndDigits
        } else if all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'=' | b',')) {
            Self::Base64
        } else {
            Self::Printable
        }
    }

    /// The words for messages and JSON, in the plural: `hex digits`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Hex => "hex digits",
            Self::OneCase => "letters of one case and digits",
            Self::LettersAndDigits => "letters and digits",
            Self::Base64 => "base64 characters",
            Self::Printable => "printable characters",
        }
    }

    /// Maximum entropy per character, in hundredths of a bit: 100 · log2 of the alphabet size, rounded up.
    pub(super) const fn centibits(self) -> u64 {
        match self {
            Self::Digits => 333,
            Self::Hex => 400,
            Self::OneCase => 517,
            Self::LettersAndDigits => 596,
            Self::Base64 => 600,
            Self::Printable => 657,
        }
    }
}

/// The maximum entropy of an id in bits, by its length and alphabet alone. The true entropy may be far lower: one id
/// does not show how it was generated.
pub fn bits_at_most(value: &[u8]) -> u64 {
    // The four hyphens of a UUID are fixed, and so are six bits of version and variant (RFC 9562 §4).
    if is_uuid(value) {
        return 122;
    }
    let length = as_u64(value.len());
    length.saturating_mul(ValueAlphabet::smallest_for(value).centibits()).checked_div(100).unwrap_or(0)
}

/// The text form of a UUID (RFC 9562 §4).
pub fn is_uuid(value: &[u8]) -> bool {
    let hyphens = [8, 13, 18, 23];
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match hyphens.contains(&at) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how(value: &str) -> Option<&'static str> {
        match form(value.as_bytes()) {
            CookieValueForm::Token(_) => Some("token"),
            CookieValueForm::Readable(content) => Some(content.how),
            CookieValueForm::Opaque => None,
        }
    }

    #[test]
    fn readable_values_are_recognised() {
        for (value, expected) in [
            ("eyJhbGciOiJIUzI1NiJ9.e30.AA", Some("token")),
            (r#"{"user":1}"#, Some("JSON")),
            ("j%3A%7B%22user%22%3A1%7D", Some("JSON")),
            ("eyJ1c2VyIjoxfQ", Some("base64 of JSON")),
            ("eyJ1c2VyIjoxfQ==", Some("base64 of JSON")),
            ("eyJ1c2VyIjoxfQ.ZxY1cw.c2lnbmF0dXJl", Some("base64 of JSON")),
            (
                ".eJyrVkrLz1eyUkpKLFKqBQAtnAUO.ZxY1cw.c2lnbmF0dXJl",
                Some("compressed JSON that is signed, not encrypted"),
            ),
            ("YWRtaW46MTIzNDU2", Some("base64 of text")),
            ("5f4dcc3b5aa765d61d8327deb882cf99", None),
            ("s%3Aq8mQJ2X7vK9bZ1xY.abc", None),
            ("dark", None),
            ("%zz", None),
            ("", None),
        ] {
            assert_eq!(how(value), expected, "{value}");
        }
    }

    #[test]
    fn entropy_bound_follows_length_and_alphabet() {
        for (value, bits) in [
            ("12345678", 26),
            ("5f4dcc3b5aa765d61d8327deb882cf99", 128),
            ("0b5c3c7e-9a51-4c1d-8f1e-2d3c4b5a6978", 122),
            ("abcdefgh", 41),
            ("", 0),
        ] {
            assert_eq!(bits_at_most(value.as_bytes()), bits, "{value}");
        }
    }
}
