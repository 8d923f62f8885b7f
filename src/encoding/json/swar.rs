//! SIMD within a register: eight bytes of ASCII per word, the first byte lowest. Results equal those of byte-wise code.

const ONES: u64 = u64::MAX / 255;

/// The high bit of each byte.
const HIGH: u64 = ONES << 7;

/// The index of the first byte whose high bit is set in `marks`.
fn first(marks: u64) -> Option<usize> {
    let marks = marks & HIGH;
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

/// The index of the first marked byte: in words of eight by `marks`, in the remaining bytes by `is`.
#[inline(always)]
fn position(bytes: &[u8], marks: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        if let Some(found) = first(marks(u64::from_le_bytes(*word))) {
            return place.wrapping_mul(8).wrapping_add(found);
        }
    }
    let behind = rest.iter().position(|byte| is(*byte)).unwrap_or(rest.len());
    bytes.len().wrapping_sub(rest.len()).wrapping_add(behind)
}

/// The number of bytes before the first `byte`; all if there is none.
#[inline]
pub(super) fn before(byte: u8, bytes: &[u8]) -> usize {
    // The byte that is 0 borrows, and the borrow is marked (and perhaps a byte after it, never before it).
    let marks = |word: u64| {
        let other = word ^ ONES.wrapping_mul(u64::from(byte));
        other.wrapping_sub(ONES) & !other
    };
    position(bytes, marks, |own| own == byte)
}

/// The smallest byte; 255 for no bytes. The compiler vectorises this loop.
pub(super) fn least(bytes: &[u8]) -> u8 {
    bytes.iter().fold(u8::MAX, |least, byte| least.min(*byte))
}

/// The digit value of each byte; more than 9 if it is not a digit.
fn digits(word: u64) -> u64 {
    word ^ ONES.wrapping_mul(u64::from(b'0'))
}

/// Sets the high bit of the first byte that is not a digit (and perhaps of bytes after it, never before it).
fn no_digits(digits: u64) -> u64 {
    digits.wrapping_add(ONES.wrapping_mul(0x80 - 10)) | digits
}

/// The number of digits at the start of `bytes`.
pub(super) fn leading_digits(bytes: &[u8]) -> usize {
    position(bytes, |word| no_digits(digits(word)), |byte| !byte.is_ascii_digit())
}

/// The number represented by eight digits.
pub(super) fn eight_digits(word: [u8; 8]) -> Option<u64> {
    let ones = digits(u64::from_le_bytes(word));
    if no_digits(ones) & HIGH != 0 {
        return None;
    }
    // Each step combines neighbours: eight numbers below 10 become four below 100, and so on.
    let tens = ones.wrapping_mul(10).wrapping_add(ones >> 8) & 0x00FF_00FF_00FF_00FF;
    let hundreds = tens.wrapping_mul(100).wrapping_add(tens >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(hundreds.wrapping_mul(10_000).wrapping_add(hundreds >> 32) & 0xFFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn first_byte_is_found_at_its_index(bytes in prop::collection::vec(prop::sample::select(b"\"!#\x00\xA2\x7F0".to_vec()), 0..40)) {
            let first = bytes.iter().position(|byte| *byte == b'"').unwrap_or(bytes.len());
            prop_assert_eq!(before(b'"', &bytes), first);
        }

        #[test]
        fn leading_digits_are_counted(bytes in prop::collection::vec(prop::sample::select(b"0123456789/:.\xB0".to_vec()), 0..40)) {
            let first = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(leading_digits(&bytes), first);
        }

        #[test]
        fn eight_digits_give_their_number(bytes in any::<[u8; 8]>(), number in 0..100_000_000_u64) {
            let said = std::str::from_utf8(&bytes).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(eight_digits(bytes), said.and_then(|text| text.parse().ok()));
            let written: [u8; 8] = format!("{number:08}").into_bytes().try_into().unwrap();
            prop_assert_eq!(eight_digits(written), Some(number));
        }
    }

    /// Every byte at every index among digits.
    #[test]
    fn single_non_digit_is_detected() {
        for (place, byte) in (0..8).flat_map(|place| (0..=255_u8).map(move |byte| (place, byte))) {
            let mut word = *b"90909090";
            word[place] = byte;
            let is_number = byte.is_ascii_digit();
            assert_eq!(eight_digits(word).is_some(), is_number, "{place} {byte}");
            assert_eq!(leading_digits(&word), if is_number { 8 } else { place }, "{place} {byte}");
        }
    }
}
