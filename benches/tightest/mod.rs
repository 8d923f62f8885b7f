//! The tightest loop that decodes tokens and verifies nothing: the baseline for audit and verifier.

use base64_simd::{Out, URL_SAFE_NO_PAD};
use std::borrow::Cow;
use std::hint::black_box;
use std::rc::Rc;

/// The claims that the loop reads.
#[derive(serde::Deserialize)]
struct Borrowed<'a> {
    #[serde(borrow)]
    iss: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sub: Option<Cow<'a, str>>,
    iat: Option<i64>,
    exp: Option<i64>,
}

/// Decodes the payload of each token into one buffer, without inspecting it.
pub fn decode(tokens: Rc<Vec<String>>) -> impl FnMut() {
    let mut buffer = vec![0_u8; 4096];
    move || {
        for token in tokens.iter() {
            let token = black_box(token.as_bytes());
            let first = memchr::memchr(b'.', token).unwrap();
            let rest = &token[first + 1..];
            let payload = &rest[..memchr::memchr(b'.', rest).unwrap()];
            let text = URL_SAFE_NO_PAD.decode(payload, Out::from_slice(&mut buffer)).unwrap();
            let claims: Borrowed<'_> = serde_json::from_str(std::str::from_utf8(text).unwrap()).unwrap();
            black_box((claims.iss, claims.sub, claims.iat, claims.exp));
        }
    }
}
