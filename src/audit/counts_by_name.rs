//! Counts by name: a sample whose keys are untrusted text.

use crate::stats::distinct_sample::{DistinctSample, Merge};
use crate::stats::hash;
use serde::{Deserialize, Serialize};

/// Longer names are truncated to this many bytes (at a character) for display; the hash of all their bytes
/// distinguishes them.
pub const NAME_BYTES: usize = 120;

/// Longer file names are truncated to this many bytes.
pub const FILE_BYTES: usize = 1_024;

/// The first characters of `text` that fit into `bytes`.
pub fn shorten(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.split_at(end).0
}

/// A name and its counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedCounts<V> {
    name: Box<str>,
    /// Whether the name was truncated.
    cut: bool,
    /// Counts of all tokens with the name; exact.
    pub counts: V,
}

impl<V> NamedCounts<V> {
    /// The name, with an ellipsis if truncated. Untrusted text.
    pub fn shown(&self) -> String {
        let ellipsis = if self.cut { "…" } else { "" };
        format!("{}{ellipsis}", self.name)
    }

    /// The part of a name that [`NamedCounts`] keeps, and whether it is truncated.
    fn parts(name: &str) -> (&str, bool) {
        (shorten(name, NAME_BYTES), name.len() > NAME_BYTES)
    }

    /// Of two names with one hash the smaller one is kept, in any order.
    fn keep_smaller(&mut self, (name, cut): (&str, bool)) {
        if (name, cut) != (&*self.name, self.cut) && (name, cut) < (&*self.name, self.cut) {
            (self.name, self.cut) = (name.into(), cut);
        }
    }

    /// Whether the name can have this hash, as far as its kept part determines that.
    pub(super) fn fits(&self, hash: u64) -> bool {
        if self.cut {
            (NAME_BYTES.saturating_sub(3)..=NAME_BYTES).contains(&self.name.len())
        } else {
            self.name.len() <= NAME_BYTES && hash::hash(self.name.as_bytes()) == hash
        }
    }
}

impl<V: Merge> Merge for NamedCounts<V> {
    fn merge(&mut self, other: Self) {
        self.keep_smaller((&other.name, other.cut));
        self.counts.merge(other.counts);
    }
}

/// Names and their counts, by the hash of the whole name; a sample of the names when there are more than its capacity.
pub type CountsByName<V> = DistinctSample<NamedCounts<V>>;

impl<V: Merge + Copy> CountsByName<V> {
    /// Adds `counts` to those of `name`. A known name costs no allocation.
    pub fn count(&mut self, name: &str, counts: V) {
        self.count_hashed(hash::hash(name.as_bytes()), name, counts);
    }

    /// Like [`CountsByName::count`], with the hash of the name given.
    pub fn count_hashed(&mut self, hash: u64, name: &str, counts: V) {
        self.observe(
            hash,
            |known| {
                known.keep_smaller(NamedCounts::<V>::parts(name));
                known.counts.merge(counts);
            },
            || {
                let (name, cut) = NamedCounts::<V>::parts(name);
                NamedCounts { name: name.into(), cut, counts }
            },
        );
    }
}
