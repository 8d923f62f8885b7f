//! Filter that removes ignored findings. It counts the uses of each ignore, to report unused ones, and the remaining
//! findings, for a baseline.

use super::ignores::{Ignore, UnusedIgnore};
use std::collections::BTreeMap;

/// The filter for one source, or a part of it.
#[derive(Clone, Debug)]
pub struct IgnoreFilter<'s> {
    ignores: &'s [Ignore],
    /// Indexes of the ignores that apply to the source.
    here: Vec<usize>,
    /// Number of uses of each ignore.
    used: Vec<u64>,
    tally: Option<FindingCounts>,
}

/// The number of findings by rule and pointer in one source.
pub type FindingCounts = BTreeMap<(&'static str, String), u64>;

impl<'s> IgnoreFilter<'s> {
    /// A filter for the source `file`. `tally`: count the remaining findings, for a baseline.
    pub fn new(ignores: &'s [Ignore], file: &str, tally: bool) -> Self {
        let here = (0..).zip(ignores).filter(|(_, ignore)| ignore.applies_to(file)).map(|(n, _)| n).collect();
        Self { ignores, here, used: vec![0; ignores.len()], tally: tally.then(FindingCounts::new) }
    }

    /// Whether a finding is not ignored. Marks a matching ignore as used.
    pub fn passes(&mut self, rule: &'static str, pointer: &str) -> bool {
        for place in &self.here {
            let matches = self.ignores.get(*place).is_some_and(|ignore| ignore.matches(rule, pointer));
            if let (true, Some(used)) = (matches, self.used.get_mut(*place)) {
                *used = used.saturating_add(1);
                return false;
            }
        }
        if let Some(tally) = &mut self.tally {
            let count = tally.entry((rule, pointer.to_owned())).or_default();
            *count = count.saturating_add(1);
        }
        true
    }

    /// Adds the counts of a filter for another part; the order does not matter.
    pub fn merge(&mut self, other: Self) {
        for (own, other) in self.used.iter_mut().zip(other.used) {
            *own = own.saturating_add(other);
        }
        for (key, count) in other.tally.into_iter().flatten() {
            let own = self.tally.get_or_insert_default().entry(key).or_default();
            *own = own.saturating_add(count);
        }
    }

    /// The number of ignored findings.
    pub fn ignored(&self) -> u64 {
        self.used.iter().fold(0, |sum, used| sum.saturating_add(*used))
    }

    /// Ignores that matched nothing.
    pub fn unused(&self) -> Vec<UnusedIgnore> {
        let unused = self.ignores.iter().zip(&self.used).filter(|(_, used)| **used == 0);
        unused
            .map(|(ignore, _)| UnusedIgnore { rule: ignore.rule().to_owned(), reason: ignore.reason.clone() })
            .collect()
    }

    /// Whether no finding was ignored or counted for a baseline.
    pub fn is_unused(&self) -> bool {
        self.ignored() == 0 && self.tally.as_ref().is_none_or(FindingCounts::is_empty)
    }

    pub fn tally(&self) -> Option<&FindingCounts> {
        self.tally.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    const IGNORES: &str = r#"
[[ignore]]
rule = "exp-missing"
path = "fixtures/**"
reason = "demo"
[[ignore]]
rule = "alg-none"
pointer = "/header/alg"
reason = "known"
"#;

    #[test]
    fn ignored_findings_are_counted_and_unused_ignores_reported() {
        let settings = Settings::parse(IGNORES).unwrap();
        let mut inside = IgnoreFilter::new(&settings.ignore, "fixtures/a/b.txt", true);
        assert!(!inside.passes("exp-missing", "/claims/exp"));
        assert!(inside.passes("aud-missing", "/claims/aud") && inside.passes("aud-missing", "/claims/aud"));
        let mut outside = IgnoreFilter::new(&settings.ignore, "src/a.txt", true);
        assert!(outside.passes("exp-missing", "/claims/exp"));
        inside.merge(outside);
        assert_eq!(inside.ignored(), 1);
        assert_eq!(inside.unused().iter().map(|one| one.rule.as_str()).collect::<Vec<_>>(), ["alg-none"]);
        assert_eq!(inside.tally().unwrap()[&("aud-missing", "/claims/aud".to_owned())], 2);
    }
}
