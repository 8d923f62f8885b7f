//! A Bloom filter (Bloom 1970): a list of revoked tokens in few bits, which says yes to some tokens that are not in it.
//! Real bits and real hashes: whom it hits is hit with every request until the token changes.

use super::rng::{Stream, mix};

/// Entries of a filter that is as full as it was made for. The share of false positives does not depend on them.
const ENTRIES: u64 = 10_000;

pub struct BloomFilter {
    words: Vec<u64>,
    bits: u64,
    /// One for each hash.
    salts: Vec<u64>,
}

impl BloomFilter {
    /// A filter with this share of false positives, between 0 and 1, full of entries that `draws` makes up.
    pub fn full(false_positives: f64, mut draws: Stream) -> Self {
        let hashes = super::closed_form::bloom_hashes(false_positives);
        let per_entry = super::closed_form::bloom_bits_with(false_positives, f64::from(hashes));
        // Whole words: a last digit of a logarithm must not decide on the size.
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

    /// Whether the token is in the list, or seems to be.
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
    fn what_is_in_it_is_hit_and_little_else() {
        for share in [0.3, 0.01, 0.001] {
            let draws = Stream::new(7, 0, 0, Purpose::Filter);
            let filter = BloomFilter::full(share, draws);
            let mut again = draws;
            filter.salts.iter().for_each(|_| _ = again.bits());
            assert!((0..ENTRIES).all(|_| filter.hits(again.bits())), "no entry is forgotten");
            let others = 2_000_000;
            let hits = (0..others).filter(|_| filter.hits(again.bits())).count() as f64;
            let expected = share * f64::from(others);
            // The bits themselves are drawn, too: a per cent of room beside the error of the count.
            assert!((hits - expected).abs() < 4.0 * expected.sqrt() + 0.03 * expected, "{hits} for {expected}");
        }
    }
}
