//! Headroom of the tokens below the size limits of HTTP requests, and how many entries the longest list can still gain.

use super::counts::{ListCounts, grow};
use super::counts_by_name::{CountsByName, NamedCounts};
use crate::stats::quantiles::Quantiles;
use crate::token::size::{SIZE_LIMITS, SizeLimit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Counts of tokens that exceed each of [`SIZE_LIMITS`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<HeadroomRow>", into = "Vec<HeadroomRow>")]
pub struct SizeLimitCounts(Vec<u64>);

impl Default for SizeLimitCounts {
    fn default() -> Self {
        Self(SIZE_LIMITS.iter().map(|_| 0).collect())
    }
}

impl SizeLimitCounts {
    /// Counts a token of `bytes`.
    pub fn record(&mut self, bytes: usize) {
        for (limit, tokens) in SIZE_LIMITS.iter().zip(&mut self.0) {
            grow(tokens, u64::from(limit.room(bytes) < 0));
        }
    }

    /// Adds the counts of `other`, limit by limit.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            grow(own, *other);
        }
    }

    /// Each limit with the number of tokens that exceed it.
    pub fn iter(&self) -> impl Iterator<Item = (&'static SizeLimit, u64)> {
        SIZE_LIMITS.iter().zip(self.0.iter().copied())
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadroomRow {
    limit: String,
    limit_bytes: usize,
    tokens: u64,
}

impl From<SizeLimitCounts> for Vec<HeadroomRow> {
    fn from(exceeding: SizeLimitCounts) -> Self {
        let row = |(limit, tokens): (&SizeLimit, u64)| HeadroomRow {
            limit: limit.name.to_owned(),
            limit_bytes: limit.bytes,
            tokens,
        };
        exceeding.iter().map(row).collect()
    }
}

impl TryFrom<Vec<HeadroomRow>> for SizeLimitCounts {
    type Error = &'static str;

    fn try_from(rows: Vec<HeadroomRow>) -> Result<Self, Self::Error> {
        let same = |(row, limit): (&HeadroomRow, &SizeLimit)| row.limit == limit.name && row.limit_bytes == limit.bytes;
        if rows.len() == SIZE_LIMITS.len() && rows.iter().zip(SIZE_LIMITS).all(same) {
            Ok(Self(rows.into_iter().map(|row| row.tokens).collect()))
        } else {
            Err("the limits are not those of this version")
        }
    }
}

/// The headroom of the tokens below one limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Headroom {
    /// Name of the limit: `one cookie` or `one header line`.
    pub limit: &'static str,
    /// The list claim with the most bytes over all tokens; absent if there is none.
    pub claim: Option<String>,
    /// The mean size of its entries, in bytes as sent, rounded up.
    pub entry_bytes: Option<u64>,
    /// The number of entries of its longest list.
    pub most_entries: Option<u64>,
    /// For a token whose size is the 99th percentile.
    pub p99: TokenHeadroom,
    /// For the largest token.
    pub largest: TokenHeadroom,
}

/// The headroom of one token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct TokenHeadroom {
    /// Size of the compact token in bytes.
    pub token_bytes: u64,
    /// Bytes; negative if the token does not fit.
    pub left_bytes: i64,
    /// How many entries of mean size still fit; 0 if the token does not fit, absent without a list claim.
    pub more_entries: Option<u64>,
}

/// The headroom below each of [`SIZE_LIMITS`]; empty without tokens.
pub fn headroom(sizes: &Quantiles, lists: &CountsByName<ListCounts>) -> Vec<Headroom> {
    let (Some(p99), Some(largest)) = (sizes.percentile(99), sizes.max()) else { return Vec::new() };
    let heaviest = heaviest(lists);
    let counts = heaviest.map(|list| list.counts);
    SIZE_LIMITS
        .iter()
        .map(|limit| Headroom {
            limit: limit.name,
            claim: heaviest.map(NamedCounts::shown),
            entry_bytes: counts.map(entry_bytes),
            most_entries: counts.map(|list| list.most),
            p99: room(limit, p99, counts),
            largest: room(limit, largest, counts),
        })
        .collect()
}

/// The list with the most bytes; among equals, the first by name.
fn heaviest(lists: &CountsByName<ListCounts>) -> Option<&NamedCounts<ListCounts>> {
    lists.kept().map(|(_, list)| list).filter(|list| list.counts.entries > 0).max_by(|a, b| {
        let by_bytes = a.counts.bytes.cmp(&b.counts.bytes);
        by_bytes.then_with(|| b.shown().cmp(&a.shown()))
    })
}

/// Four characters are sent for three bytes of JSON.
fn entry_bytes(list: ListCounts) -> u64 {
    let sent = u128::from(list.bytes).saturating_mul(4);
    let parts = u128::from(list.entries).saturating_mul(3).max(1);
    u64::try_from(sent.div_ceil(parts)).unwrap_or(u64::MAX)
}

fn room(limit: &SizeLimit, token_bytes: u64, list: Option<ListCounts>) -> TokenHeadroom {
    let left_bytes = limit.room(usize::try_from(token_bytes).unwrap_or(usize::MAX));
    let entries = |list: ListCounts| {
        // floor(left / mean), with the mean not rounded.
        let left = u128::from(u64::try_from(left_bytes).unwrap_or(0)).saturating_mul(3);
        let sent = u128::from(list.bytes).saturating_mul(4);
        let fit = left.saturating_mul(u128::from(list.entries)).checked_div(sent).unwrap_or(0);
        u64::try_from(fit).unwrap_or(u64::MAX)
    };
    TokenHeadroom { token_bytes, left_bytes, more_entries: list.map(entries) }
}

/// Traffic of a claim in bytes per day: `bytes` of it were in `tokens` tokens, and `rate` requests arrive
/// per second, each with such a token. 0 without tokens; saturates.
pub fn bytes_per_day(bytes: u64, tokens: u64, rate: u64) -> u64 {
    let in_a_day = u128::from(rate).saturating_mul(86_400);
    let all = u128::from(bytes).saturating_mul(in_a_day);
    u64::try_from(all.checked_div(u128::from(tokens)).unwrap_or(0)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_list_determines_more_entries() {
        let mut sizes = Quantiles::default();
        (0..99).for_each(|_| sizes.record(400));
        sizes.record(3_000);
        sizes.record(4_000);
        let mut lists = CountsByName::new(10);
        lists.count("aud", ListCounts::from_json_array(r#"["a"]"#));
        lists.count("roles", ListCounts::from_json_array(r#"["reader","writer"]"#)); // 9 bytes an entry, 12 as sent
        let rows = headroom(&sizes, &lists);
        let cookie = &rows[0];
        assert_eq!((cookie.claim.as_deref(), cookie.entry_bytes), (Some("roles"), Some(12)));
        assert_eq!(cookie.p99, TokenHeadroom { token_bytes: 3_000, left_bytes: 1_096, more_entries: Some(91) });
        assert_eq!(cookie.largest, TokenHeadroom { token_bytes: 4_000, left_bytes: 96, more_entries: Some(8) });
        sizes.record(5_000);
        let largest = headroom(&sizes, &CountsByName::new(10))[0].largest;
        assert_eq!(largest, TokenHeadroom { token_bytes: 5_000, left_bytes: -904, more_entries: None });
        assert!(headroom(&Quantiles::default(), &lists).is_empty());
    }

    #[test]
    fn bytes_per_day_uses_86_400_seconds() {
        assert_eq!(bytes_per_day(300, 3, 1_000), 8_640_000_000);
        assert_eq!(bytes_per_day(1, 3, 1), 28_800);
        assert_eq!(bytes_per_day(5, 0, 5), 0);
        assert_eq!(bytes_per_day(u64::MAX, 1, u64::MAX), u64::MAX);
    }
}
