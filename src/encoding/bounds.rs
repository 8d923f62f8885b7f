//! Lengths and ranges that are in range by construction.
//!
//! A length or index that cannot occur must not become a wrong answer, such as a key that is not found or text that is
//! left out: it is a bug, and the program ends with exit code 70.

/// A length or an index as a number of the output. Lossless: no platform has more than 64 bits.
pub const fn as_u64(length: usize) -> u64 {
    length as u64
}

/// The items from index `from`, which the caller has found in `items` itself.
///
/// # Panics
/// `from` is greater than the length, which is a bug of the caller.
#[allow(clippy::indexing_slicing, reason = "an impossible index must not become an empty slice")]
pub fn tail<T>(items: &[T], from: usize) -> &[T] {
    &items[from..]
}

/// The items before index `end`, which the caller has found in `items` itself.
///
/// # Panics
/// `end` is greater than the length, which is a bug of the caller.
#[allow(clippy::indexing_slicing, reason = "an impossible index must not become an empty slice")]
pub fn head<T>(items: &[T], end: usize) -> &[T] {
    &items[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_at_any_index_make_the_whole() {
        for at in 0..=3 {
            assert_eq!([head(b"abc", at), tail(b"abc", at)].concat(), b"abc");
        }
        assert_eq!(as_u64(usize::MAX), u64::MAX);
    }

    #[test]
    #[should_panic(expected = "out of range")]
    fn index_beyond_the_end_is_a_bug() {
        let _ = tail(b"abc", 4);
    }
}
