//! Counts by name: a sample whose keys are text that somebody else wrote.

use crate::stats::distinct_sample::{DistinctSample, Merge};
use crate::stats::hash;
use serde::{Deserialize, Serialize};

/// Longer names are cut to this many bytes (at a character) for display; they are told apart by the
/// hash of all of their bytes.
pub const NAME_BYTES: usize = 120;

/// A longer name of a file is cut. Bytes.
pub const FILE_BYTES: usize = 1_024;

/// The beginning of `text`, at most `bytes` long, cut between characters.
pub fn shorten(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// A name and its counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedCounts<V> {
    name: Box<str>,
    /// True when the name was longer.
    cut: bool,
    pub counts: V,
}

impl<V> NamedCounts<V> {
    /// The name, with an ellipsis when it was cut. Untrusted text.
    pub fn shown(&self) -> String {
        let ellipsis = if self.cut { "…" } else { "" };
        format!("{}{ellipsis}", self.name)
    }

    /// What [`Named`] keeps of a name, and whether that is less than all.
    fn parts(name: &str) -> (&str, bool) {
        (shorten(name, NAME_BYTES), name.len() > NAME_BYTES)
    }

    /// Of two names with one hash the smaller one stays, whichever came first.
    fn keep_smaller(&mut self, (name, cut): (&str, bool)) {
        if (name, cut) != (&*self.name, self.cut) && (name, cut) < (&*self.name, self.cut) {
            (self.name, self.cut) = (name.into(), cut);
        }
    }

    /// Whether the name is one that hashes to `hash`, as far as what is left of it tells.
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

pub type CountsByName<V> = DistinctSample<NamedCounts<V>>;

impl<V: Merge + Copy> CountsByName<V> {
    /// Adds `counts` to those of `name`. A name that is known costs no allocation.
    pub fn count(&mut self, name: &str, counts: V) {
        self.count_hashed(hash::hash(name.as_bytes()), name, counts);
    }

    /// As [`Table::count`], when the hash of the name is at hand.
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
