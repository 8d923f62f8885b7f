//! Tokens in base64 within arbitrary text: the Secret of a Kubernetes manifest, a mail, a variable of a pipeline.

use super::scan::{self, TextPlace};
use crate::encoding::bounds::{head, tail};
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};

/// base64 of `eyJ`, the beginning of every token.
const BEGINNING: &[u8] = b"ZXlK";

/// A token that was decoded from a text. Its place is that of the encoded text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodedToken {
    /// The token in compact serialisation.
    pub token: String,
    /// Start of the encoded text in bytes, from 0.
    pub offset: usize,
    /// Line of the start, from 1.
    pub line: u64,
    /// Column of the start in characters, from 1.
    pub column: u64,
    /// Five segments instead of three.
    pub encrypted: bool,
}

/// Every token in base64 that starts at `context` or later, in order; the text before it only decides whether one can
/// start there. A base64 text counts if it is one token, with white space around it.
pub fn scan_after(text: &[u8], context: usize) -> Vec<EncodedToken> {
    let mut place = TextPlace::new(context);
    let mut found = Vec::new();
    let mut end = context;
    for start in memchr::memmem::find_iter(tail(text, context), BEGINNING).map(|at| context.saturating_add(at)) {
        let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
        if start < end || before.is_some_and(in_base64) {
            continue;
        }
        let rest = tail(text, start);
        let length = rest.iter().position(|byte| !in_base64(*byte)).unwrap_or(rest.len());
        end = start.saturating_add(length);
        if let Some((token, encrypted)) = decoded(head(rest, length)) {
            place.advance(text, start);
            found.push(EncodedToken { token, offset: start, line: place.line, column: place.column, encrypted });
        }
    }
    found
}

const fn in_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn decoded(body: &[u8]) -> Option<(String, bool)> {
    let body = std::str::from_utf8(body).ok()?;
    let bytes = Base64Unpadded::decode_vec(body).or_else(|_| Base64UrlUnpadded::decode_vec(body)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim();
    match scan::scan(text.as_bytes()).as_slice() {
        [one] if one.token.len() == text.len() => Some((text.to_owned(), one.encrypted)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::Base64;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn token_in_base64_is_found_at_its_place() {
        let encoded = Base64::encode_string(TOKEN.as_bytes());
        let text =
            format!("kind: Secret\ndata:\n  token: {encoded}\n  other: {}\n", Base64::encode_string(b"eyJub3Qi"));
        let found = scan_after(text.as_bytes(), 0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].token.as_str(), found[0].line, found[0].column), (TOKEN, 3, 10));
        assert_eq!(found[0].offset, text.find("ZXlK").unwrap());
        let with_break = Base64::encode_string(format!("{TOKEN}\n").as_bytes());
        assert_eq!(scan_after(with_break.as_bytes(), 0)[0].token, TOKEN);
    }

    #[test]
    fn text_that_is_no_token_in_base64_is_left_out() {
        let encoded = Base64::encode_string(TOKEN.as_bytes());
        for text in [TOKEN.to_owned(), format!("x{encoded}"), "ZXlK".to_owned(), "ZXlK".repeat(1_000), String::new()] {
            assert!(scan_after(text.as_bytes(), 0).is_empty(), "{text}");
        }
        assert!(scan_after(format!("{encoded} ").as_bytes(), 4).is_empty(), "it starts before the context ends");
    }
}
