//! A bounded map from any number of keys to counts: exact while the keys fit, then a uniform sample of the keys.
//!
//! This is distinct sampling (Gibbons, "Distinct sampling for highly-accurate answers to distinct values
//! queries", VLDB 2001). A key is kept if its hash starts with at least `level` zero bits; when more
//! keys than `capacity` are held, the level rises. The level is therefore the smallest at which the keys fit,
//! which depends only on the set of keys and not on their order; and a key that is kept now was kept
//! at each occurrence, so its value is exact. Hence merging is exact, too.
//!
//! A sample of keys is not a list of the most frequent ones: beyond the capacity a frequent key may be missing.

use super::hash::Hex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Values that can be merged in any order and grouping with the same result.
pub trait Merge {
    fn merge(&mut self, other: Self);
}

/// Upper bound of the capacity in keys; a file that requires more is rejected.
pub const MAX_CAPACITY: usize = 1 << 20;

/// A count and its standard error.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Estimate {
    pub count: u64,
    /// False if the count is exact.
    pub estimated: bool,
    /// The standard error as a share of the count (68 % of estimates are closer); 0 if exact.
    pub relative_error: f64,
}

/// Hasher of the map: the keys are hashes already, but may start with many zero bits, which the map uses first. Keys
/// chosen to collide here cost at most capacity / 16 steps.
#[derive(Clone, Copy, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write_u64(&mut self, hash: u64) {
        // 2^64 / golden ratio (Knuth): its high bits depend on all bits of the hash.
        self.0 = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = super::hash::hash(bytes);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Values by the hash of their key. Iterated only through [`ascending`].
type SampledValues<V> = HashMap<u64, V, BuildHasherDefault<Spread>>;

fn ascending<V>(kept: &SampledValues<V>) -> impl Iterator<Item = (u64, &V)> {
    let mut all: Vec<_> = kept.iter().map(|(hash, value)| (*hash, value)).collect();
    all.sort_unstable_by_key(|(hash, _)| *hash);
    all.into_iter()
}

/// Keys by hash, with one value each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "RawDistinctSample<V>", bound(serialize = "V: Serialize", deserialize = "V: Deserialize<'de>"))]
pub struct DistinctSample<V> {
    capacity: usize,
    level: u32,
    observations: u64,
    #[serde(rename = "keys", serialize_with = "as_list")]
    kept: SampledValues<V>,
}

impl<V: Merge> DistinctSample<V> {
    /// Holds at most `capacity` keys, at least 1 and at most [`MAX_CAPACITY`].
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.clamp(1, MAX_CAPACITY), level: 0, observations: 0, kept: HashMap::default() }
    }

    /// Counts one observation of the key with this hash: calls `absorb` for a known key, `make` for a new one, and
    /// neither for a key outside the sample.
    pub fn observe(&mut self, hash: u64, absorb: impl FnOnce(&mut V), make: impl FnOnce() -> V) {
        self.observations = self.observations.saturating_add(1);
        if hash.leading_zeros() < self.level {
            return;
        }
        match self.kept.get_mut(&hash) {
            Some(known) => absorb(known),
            None => {
                self.kept.insert(hash, make());
                self.shrink();
            }
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.observations = self.observations.saturating_add(other.observations);
        self.raise(other.level);
        // Both maps iterate in the same order: inserting in that order while growing would cause many collisions.
        self.kept.reserve(other.kept.len());
        for (hash, value) in other.kept.into_iter().filter(|(hash, _)| hash.leading_zeros() >= self.level) {
            match self.kept.get_mut(&hash) {
                Some(known) => known.merge(value),
                None => {
                    self.kept.insert(hash, value);
                }
            }
        }
        self.shrink();
    }

    /// Raises the level until the keys fit. Terminates: at level 64 only the hash 0 remains.
    fn shrink(&mut self) {
        while self.kept.len() > self.capacity {
            self.raise(self.level.saturating_add(1));
        }
    }

    fn raise(&mut self, level: u32) {
        if level > self.level {
            self.level = level;
            self.kept.retain(|hash, _| hash.leading_zeros() >= level);
        }
    }
}

impl<V> DistinctSample<V> {
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The number of calls of [`DistinctSample::observe`]; exact.
    pub fn observations(&self) -> u64 {
        self.observations
    }

    /// Whether keys were left out, so that counts of keys are estimates.
    pub fn is_estimate(&self) -> bool {
        self.level > 0
    }

    /// The kept keys with their exact values, in hash order.
    pub fn kept(&self) -> impl Iterator<Item = (u64, &V)> {
        ascending(&self.kept)
    }

    /// The number of distinct keys. Beyond the capacity c between c/2 and c keys are usually
    /// kept, so the relative standard error is about 1/√(c/2): 2.2 % for 4,096, 0.6 % for 65,536.
    pub fn distinct(&self) -> Estimate {
        self.keys_where(|_| true)
    }

    /// The number of distinct keys with a value for which `holds` is true. With n of them kept, the relative standard
    /// error is 1/√n; with none kept the estimate is only that they are few.
    #[expect(clippy::cast_precision_loss, reason = "at most 2^20 keys")]
    pub fn keys_where(&self, holds: impl Fn(&V) -> bool) -> Estimate {
        let kept = self.kept.values().filter(|value| holds(value)).count();
        let scale = 1_u128.checked_shl(self.level).unwrap_or(u128::MAX);
        let count = u64::try_from((kept as u128).saturating_mul(scale)).unwrap_or(u64::MAX);
        let relative_error = if self.is_estimate() { rounded(1.0 / (kept.max(1) as f64).sqrt()) } else { 0.0 };
        Estimate { count, estimated: self.is_estimate(), relative_error }
    }
}

/// Rounds a relative error to four digits.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

fn as_list<V: Serialize, S: Serializer>(kept: &SampledValues<V>, writer: S) -> Result<S::Ok, S::Error> {
    writer.collect_seq(ascending(kept).map(|(hash, value)| (Hex(hash), value)))
}

/// A sample as read from a file, not yet validated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDistinctSample<V> {
    capacity: usize,
    level: u32,
    observations: u64,
    keys: Vec<(Hex, V)>,
}

impl<V> TryFrom<RawDistinctSample<V>> for DistinctSample<V> {
    type Error = &'static str;

    fn try_from(read: RawDistinctSample<V>) -> Result<Self, Self::Error> {
        let RawDistinctSample { capacity, level, observations, keys } = read;
        if capacity == 0 || capacity > MAX_CAPACITY {
            return Err("capacity of a sample is out of range");
        }
        if keys.len() > capacity {
            return Err("a sample has more keys than its capacity");
        }
        if level > 64 || keys.iter().any(|(hash, _)| hash.0.leading_zeros() < level) {
            return Err("a sample has a key that its level excludes");
        }
        if !keys.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err("the keys of a sample are not sorted and distinct");
        }
        let few = if level == 0 { keys.len() } else { capacity.max(keys.len()).saturating_add(1) };
        if u64::try_from(few).unwrap_or(u64::MAX) > observations {
            return Err("a sample has more keys than observations");
        }
        let kept = keys.into_iter().map(|(hash, value)| (hash.0, value)).collect();
        Ok(Self { capacity, level, observations, kept })
    }
}

#[cfg(test)]
mod tests;
