//! A Bloom filter (Bloom 1970): a compact set of revoked tokens with false positives. It has real bits and hashes
//! rather than a probability, because a false positive affects every request until the token is renewed.

use super::rng::{Stream, mix};

/// Entries of the filter, at its design capacity. The false positive rate does not depend on this number.
const ENTRIES: u64 = 10_000;

/// A Bloom filter with a fixed number of entries.
pub struct BloomFilter {
    words: Vec<u64>,
    bits: u64,
    /// One salt per hash function.
    salts: Vec<u64>,
}

impl BloomFilter {
    /// A filter with this false positive rate (between 0 and 1), filled with random entries from `draws`.
    pub fn full(false_positives: f64, mut draws: Stream) -> Self {
        let hashes = super::closed_form::bloom_hashes(false_positives);
        let per_entry = super::closed_form::bloom_bits_with(false_positives, f64::from(hashes));
        // Whole words: rounding in a logarithm must not change the size.
        let words = super::rng::whole((ENTRIES as f64 * per_entry / 64.0).max(1.0));
        let mut filter = Self {
            words: vec![0; usize::try_from(words).unwrap_or(1)],
            bits: words.saturating_mul(64),
            salts: (0..hashes).map(|_| draws.bits()).collect(),
        };
        for _ in 0..ENTRIES {
            filter.insert(draws.bits());
        }
        filter
    }

    fn insert(&mut self, token: u64) {
        for salt in &self.salts {
            let (word, bit) = place(self.bits, token, *salt);
            if let Some(word) = self.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Whether the token is in the filter, or is a false positive.
    pub fn hits(&self, token: u64) -> bool {
        self.salts.iter().all(|salt| {
            let (word, bit) = place(self.bits, token, *salt);
            self.words.get(word).is_some_and(|word| word & bit != 0)
        })
    }
}

fn place(bits: u64, token: u64, salt: u64) -> (usize, u64) {
    let hash = u128::from(mix(token ^ salt));
    let at = (hash.wrapping_mul(u128::from(bits)) >> 64) as u64;
    (usize::try_from(at >> 6).unwrap_or(usize::MAX), 1 << (at & 63))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

    use super::super::rng::Purpose;
    use super::*;

    #[test]
    fn filter_contains_its_entries_and_has_the_configured_false_positive_rate() {
        for share in [0.3, 0.01, 0.001] {
            let draws = Stream::new(7, 0, 0, Purpose::Filter);
            let filter = BloomFilter::full(share, draws);
            let mut again = draws;
            filter.salts.iter().for_each(|_| _ = again.bits());
            assert!((0..ENTRIES).all(|_| filter.hits(again.bits())), "no false negatives");
            let others = 2_000_000;
            let hits = (0..others).filter(|_| filter.hits(again.bits())).count() as f64;
            let expected = share * f64::from(others);
            // The bits are random as well: allow some per cent in addition to the error of the count.
            assert!((hits - expected).abs() < 4.0 * expected.sqrt() + 0.03 * expected, "{hits} for {expected}");
        }
    }
}
