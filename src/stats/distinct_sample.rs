//! A bounded map from unboundedly many keys to counts: exact while the keys fit, and then a uniform
//! sample of the keys.
//!
//! This is distinct sampling (Gibbons, "Distinct sampling for highly-accurate answers to distinct values
//! queries", VLDB 2001). A key is kept when its hash begins with at least `level` zero bits; when more
//! keys than `capacity` are held, the level rises. The level is thus the smallest at which the keys fit,
//! which depends on the set of keys alone and not on their order; and a key that is kept now was kept
//! whenever it came, so its value is exact. Hence merging is exact, too.
//!
//! A sample of keys is not a list of the largest: beyond the capacity a frequent key may be left out.

use super::hash::Hex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Values that can be put together in any order and grouping with the same result.
pub trait Merge {
    fn merge(&mut self, other: Self);
}

/// More keys than this are never held; a file that asks for more is refused.
pub const MAX_CAPACITY: usize = 1 << 20;

/// A number, and how far it may be off.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Estimate {
    pub count: u64,
    /// False: the count is exact.
    pub estimated: bool,
    /// The standard error as a share of the count (two times out of three it is closer); 0 when exact.
    pub relative_error: f64,
}

/// Where a key stands in the map: it is a hash already, but one that may begin with many zero bits, where
/// the map looks first. Keys made to collide here cost capacity / 16 steps at most.
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

/// Values by the hash of their key. Only [`ascending`] shows them.
type SampledValues<V> = HashMap<u64, V, BuildHasherDefault<Spread>>;

fn ascending<V>(kept: &SampledValues<V>) -> impl Iterator<Item = (u64, &V)> {
    let mut all: Vec<_> = kept.iter().map(|(hash, value)| (*hash, value)).collect();
    all.sort_unstable_by_key(|(hash, _)| *hash);
    all.into_iter()
}

/// Keys by their hash, with a value each.
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

    /// Counts one observation of the key with this hash: `absorb` is called when the key is known,
    /// `make` when it is new, neither when it is outside the sample.
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
        // Both maps have one order: filled in it while it grows, a map would be all collisions.
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

    /// Raises the level until the keys fit. It ends: at level 64 only the hash 0 is left.
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

    /// How often [`Sample::observe`] was called; exact.
    pub fn observations(&self) -> u64 {
        self.observations
    }

    /// True when some keys are left out, so that counts of keys are estimates.
    pub fn is_estimate(&self) -> bool {
        self.level > 0
    }

    /// The keys that are kept with their exact values, in the order of their hashes.
    pub fn kept(&self) -> impl Iterator<Item = (u64, &V)> {
        ascending(&self.kept)
    }

    /// How many different keys there were. Beyond the capacity c between c/2 and c keys are usually
    /// kept, so the relative standard error is about 1/√(c/2): 2.2 % for 4,096, 0.6 % for 65,536.
    pub fn distinct(&self) -> Estimate {
        self.keys_where(|_| true)
    }

    /// How many different keys have a value that `holds`. With n of them kept, the relative standard
    /// error is 1/√n; with none kept nothing can be said but that they are few.
    #[expect(clippy::cast_precision_loss, reason = "at most 2^20 keys")]
    pub fn keys_where(&self, holds: impl Fn(&V) -> bool) -> Estimate {
        let kept = self.kept.values().filter(|value| holds(value)).count();
        let scale = 1_u128.checked_shl(self.level).unwrap_or(u128::MAX);
        let count = u64::try_from((kept as u128).saturating_mul(scale)).unwrap_or(u64::MAX);
        let relative_error = if self.is_estimate() { rounded(1.0 / (kept.max(1) as f64).sqrt()) } else { 0.0 };
        Estimate { count, estimated: self.is_estimate(), relative_error }
    }
}

/// Four digits say enough about an error.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

fn as_list<V: Serialize, S: Serializer>(kept: &SampledValues<V>, writer: S) -> Result<S::Ok, S::Error> {
    writer.collect_seq(ascending(kept).map(|(hash, value)| (Hex(hash), value)))
}

/// A sample as a file says it, nothing believed yet.
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
            return Err("the capacity of a sample is out of range");
        }
        if keys.len() > capacity {
            return Err("a sample holds more keys than its capacity");
        }
        if level > 64 || keys.iter().any(|(hash, _)| hash.0.leading_zeros() < level) {
            return Err("a sample holds a key that its level leaves out");
        }
        if !keys.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err("the keys of a sample are not in order, or one is there twice");
        }
        let few = if level == 0 { keys.len() } else { capacity.max(keys.len()).saturating_add(1) };
        if u64::try_from(few).unwrap_or(u64::MAX) > observations {
            return Err("a sample holds more keys than it has seen");
        }
        let kept = keys.into_iter().map(|(hash, value)| (hash.0, value)).collect();
        Ok(Self { capacity, level, observations, kept })
    }
}

#[cfg(test)]
mod tests;
