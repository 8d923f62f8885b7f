//! Uniqueness of `jti` (RFC 7519 §4.1.7), and repeated tokens. The same token twice in a log is not a fault; the same
//! (`iss`, `jti`) in two different tokens is.

use super::counts::{TokenCount, grow};
use crate::stats::distinct_sample::{DistinctSample, Estimate, Merge};
use crate::stats::hash::{self, Hex};
use serde::{Deserialize, Serialize};

/// The tokens with one `jti` of one issuer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JtiUsage {
    /// The smallest and the largest hash of these tokens; different if the tokens are.
    least: Hex,
    most: Hex,
    tokens: u64,
}

impl JtiUsage {
    fn one(token_hash: u64) -> Self {
        Self { least: Hex(token_hash), most: Hex(token_hash), tokens: 1 }
    }

    fn differ(&self) -> bool {
        self.least != self.most
    }

    fn is_possible(&self) -> bool {
        self.least <= self.most && self.tokens >= if self.differ() { 2 } else { 1 }
    }
}

impl Merge for JtiUsage {
    fn merge(&mut self, other: Self) {
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        grow(&mut self.tokens, other.tokens);
    }
}

/// Observed `jti` and tokens, by hash. Neither is kept as text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicates {
    jtis: DistinctSample<JtiUsage>,
    tokens: DistinctSample<TokenCount>,
}

impl Duplicates {
    /// Both samples hold up to `capacity` keys of about 50 bytes.
    pub fn new(capacity: usize) -> Self {
        Self { jtis: DistinctSample::new(capacity), tokens: DistinctSample::new(capacity) }
    }

    /// `issuer_hash` is that of the empty text for tokens without an issuer.
    pub fn add(&mut self, issuer_hash: u64, jti: Option<&str>, token_hash: u64) {
        self.tokens.observe(token_hash, |known| known.merge(TokenCount::ONE), || TokenCount::ONE);
        if let Some(jti) = jti {
            let one = JtiUsage::one(token_hash);
            self.jtis.observe(hash::within(issuer_hash, jti.as_bytes()), |known| known.merge(one), || one);
        }
    }

    /// Adds the observations of `other`; the order does not matter.
    pub fn merge(&mut self, other: Self) {
        self.jtis.merge(other.jtis);
        self.tokens.merge(other.tokens);
    }

    /// How many (`iss`, `jti`) occur in more than one token.
    pub fn jtis_reused(&self) -> Estimate {
        self.jtis.keys_where(JtiUsage::differ)
    }

    #[cfg(test)]
    fn distinct_jtis(&self) -> Estimate {
        self.jtis.distinct()
    }

    /// How many different compact tokens were observed, by hash.
    pub fn distinct_tokens(&self) -> Estimate {
        self.tokens.distinct()
    }

    /// How many tokens occurred more than once.
    pub fn tokens_repeated(&self) -> Estimate {
        self.tokens.keys_where(|seen| seen.tokens > 1)
    }

    /// Whether this is possible for `tokens` tokens, `jtis` of which have a `jti`.
    pub(super) fn is_possible(&self, capacity: usize, tokens: u64, jtis: u64) -> bool {
        let capacities = [self.jtis.capacity(), self.tokens.capacity()];
        let (seen_jtis, seen_tokens) = (self.jtis.observations(), self.tokens.observations());
        let mut in_jtis = 0;
        self.jtis.kept().for_each(|(_, bearers)| grow(&mut in_jtis, bearers.tokens));
        let mut in_tokens = 0;
        self.tokens.kept().for_each(|(_, seen)| grow(&mut in_tokens, seen.tokens));
        capacities == [capacity; 2]
            && (seen_jtis, seen_tokens) == (jtis, tokens)
            && self.jtis.kept().all(|(_, bearers)| bearers.is_possible())
            && self.tokens.kept().all(|(_, seen)| seen.tokens > 0)
            && (if self.jtis.is_estimate() { in_jtis <= jtis } else { in_jtis == jtis })
            && (if self.tokens.is_estimate() { in_tokens <= tokens } else { in_tokens == tokens })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jti_in_different_tokens_of_one_issuer_is_reused() {
        let mut seen = Duplicates::new(100);
        let (a, b) = (hash::hash(b"a"), hash::hash(b"b"));
        for (issuer, jti, token) in [
            (a, Some("1"), 10), // seen twice in a log
            (a, Some("1"), 10),
            (b, Some("1"), 11), // another issuer
            (a, Some("2"), 12), // reused
            (a, Some("2"), 13),
            (a, None, 14),
            (a, None, 15),
        ] {
            seen.add(issuer, jti, token);
        }
        let exact = |count| Estimate { count, estimated: false, relative_error: 0.0 };
        assert_eq!(seen.jtis_reused(), exact(1));
        assert_eq!(seen.distinct_jtis(), exact(3));
        assert_eq!(seen.distinct_tokens(), exact(6));
        assert_eq!(seen.tokens_repeated(), exact(1));
        assert!(seen.is_possible(100, 7, 5) && !seen.is_possible(100, 7, 6) && !seen.is_possible(99, 7, 5));
    }

    #[test]
    fn count_beyond_capacity_is_within_its_error() {
        let mut seen = Duplicates::new(4096);
        for n in 0..100_000_u64 {
            // Every tenth jti occurs in two tokens.
            let jti = (n - u64::from(n % 10 == 1)).to_string();
            seen.add(7, Some(&jti), hash::hash(&n.to_le_bytes()));
        }
        let reused = seen.jtis_reused();
        assert!(reused.estimated && reused.relative_error < 0.08);
        let off = (reused.count as f64 - 10_000.0).abs() / 10_000.0;
        assert!(off < 3.0 * reused.relative_error, "{reused:?}");
        assert!(seen.is_possible(4096, 100_000, 100_000));
    }
}
