//! UTF-16 text with a byte order mark, which is what a Windows shell writes into a file.

use zeroize::Zeroizing;

/// The byte order mark of UTF-8, which some editors write.
pub const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Marked UTF-16 as UTF-8, without the mark. `None` when there is no mark, or the bytes are no UTF-16.
pub fn marked(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => from_units(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => from_units(rest, u16::from_be_bytes),
        _ => None,
    }
}

/// UTF-16 of one byte order as UTF-8.
pub fn from_units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    // Three bytes of UTF-8 at most for one unit, so that the text, which may be a secret, never moves.
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
    fn both_byte_orders_and_nothing_else() {
        let read = |bytes: &[u8]| marked(bytes).map(|text| text.to_vec());
        assert_eq!(read(b"\xFF\xFEa\0\xAC\x20"), Some("a\u{20AC}".into()));
        assert_eq!(read(b"\xFE\xFF\0a\x20\xAC"), Some("a\u{20AC}".into()));
        assert_eq!(read(b"\xFF\xFE\x3D\xD8\x00\xDE"), Some("\u{1F600}".into()));
        for bytes in [&b"a\0"[..], b"\xFF\xFEa", b"\xFF\xFE\x3D\xD8", b"", UTF8_MARK] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
