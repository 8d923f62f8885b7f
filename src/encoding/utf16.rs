//! UTF-16 text with a byte order mark, as Windows shells write it to files.

use zeroize::Zeroizing;

/// The byte order mark of UTF-8, which some editors write.
pub const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Converts UTF-16 with a byte order mark to UTF-8 without it. `None` without a mark, or if the bytes are not UTF-16.
pub fn marked(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => from_units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => from_units(rest, u16::from_be_bytes),
        _ => None,
    }
}

/// Converts UTF-16 of one byte order to UTF-8.
pub fn from_units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    // At most three bytes of UTF-8 per unit, so the text, which may be a secret, is never reallocated.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_mul(2)));
    for c in char::decode_utf16(pairs.iter().copied().map(unit)) {
        text.extend_from_slice(c.ok()?.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_utf16_is_decoded() {
        let read = |bytes: &[u8]| marked(bytes).map(|text| text.to_vec());
        assert_eq!(read(b"\xFF\xFEa\0\xAC\x20"), Some("a\u{20AC}".into()));
        assert_eq!(read(b"\xFE\xFF\0a\x20\xAC"), Some("a\u{20AC}".into()));
        assert_eq!(read(b"\xFF\xFE\x3D\xD8\x00\xDE"), Some("\u{1F600}".into()));
        for bytes in [&b"a\0"[..], b"\xFF\xFEa", b"\xFF\xFE\x3D\xD8", b"", UTF8_MARK] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
