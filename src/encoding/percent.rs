//! Percent-encoding (RFC 3986 §2.1), read leniently.

use crate::encoding::bounds::tail;
use std::borrow::Cow;

/// Percent-decoded, if the result is text.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| *first == b'%').and_then(|two| {
            let two = std::str::from_utf8(two).ok().filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            u8::from_str_radix(two, 16).ok()
        });
        match escaped {
            Some(byte) => {
                out.push(byte);
                rest = tail(behind, 2);
            }
            None => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}
