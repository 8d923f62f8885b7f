//! Filter that removes ignored findings. It counts the uses of each ignore, to report unused ones, and the remaining
//! findings, for a baseline.

use super::ignores::{Ignore, UnusedIgnore};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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

    /// Whether no finding was ignored or counted for a baseline.
    fn is_unused(&self) -> bool {
        self.ignored() == 0 && self.tally.as_ref().is_none_or(FindingCounts::is_empty)
    }
}

/// The filters of a run or a part of it, one for each source.
#[derive(Clone, Debug)]
pub struct IgnoreFilters<'s> {
    ignores: &'s [Ignore],
    tally: bool,
    /// By source name.
    sources: BTreeMap<String, IgnoreFilter<'s>>,
}

impl<'s> IgnoreFilters<'s> {
    /// No source yet. `tally`: count the remaining findings, for a baseline.
    pub const fn new(ignores: &'s [Ignore], tally: bool) -> Self {
        Self { ignores, tally, sources: BTreeMap::new() }
    }

    /// The filter of the source `file`.
    pub fn source(&mut self, file: &str) -> &mut IgnoreFilter<'s> {
        self.sources.entry(file.to_owned()).or_insert_with(|| IgnoreFilter::new(self.ignores, file, self.tally))
    }

    /// Forgets the filter of the source `file` if it counted nothing: of many thousand files, most have no finding.
    pub fn release(&mut self, file: &str) {
        if self.sources.get(file).is_some_and(IgnoreFilter::is_unused) {
            self.sources.remove(file);
        }
    }

    /// Adds the counts of another part of the run; the order does not matter.
    pub fn merge(&mut self, other: Self) {
        for (file, filter) in other.sources {
            match self.sources.entry(file) {
                Entry::Occupied(mut own) => own.get_mut().merge(filter),
                Entry::Vacant(free) => drop(free.insert(filter)),
            }
        }
    }

    /// The number of ignored findings.
    pub fn ignored(&self) -> u64 {
        self.sources.values().map(IgnoreFilter::ignored).fold(0, u64::saturating_add)
    }

    /// Ignores that matched nothing.
    pub fn unused(&self) -> Vec<UnusedIgnore> {
        let is_used =
            |place: usize| self.sources.values().any(|filter| filter.used.get(place).is_some_and(|count| *count > 0));
        let unused = (0..).zip(self.ignores).filter(|(place, _)| !is_used(*place));
        unused
            .map(|(_, ignore)| UnusedIgnore { rule: ignore.rule().to_owned(), reason: ignore.reason.clone() })
            .collect()
    }

    /// The number of remaining findings of each source, if they are counted.
    pub fn tallies(&self) -> impl Iterator<Item = (&str, &FindingCounts)> {
        self.sources.iter().filter_map(|(file, filter)| Some((file.as_str(), filter.tally.as_ref()?)))
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
        let mut filters = IgnoreFilters::new(&settings.ignore, true);
        let mut other = filters.clone();
        let inside = filters.source("fixtures/a/b.txt");
        assert!(!inside.passes("exp-missing", "/claims/exp"));
        assert!(inside.passes("aud-missing", "/claims/aud") && inside.passes("aud-missing", "/claims/aud"));
        assert!(other.source("src/a.txt").passes("exp-missing", "/claims/exp"));
        assert!(other.source("fixtures/a/b.txt").passes("aud-missing", "/claims/aud"));
        filters.merge(other);
        assert_eq!(filters.ignored(), 1);
        assert_eq!(filters.unused().iter().map(|one| one.rule.as_str()).collect::<Vec<_>>(), ["alg-none"]);
        let counts = |file: &str| filters.tallies().find(|(name, _)| *name == file).map(|(_, counts)| counts.clone());
        assert_eq!(counts("fixtures/a/b.txt").unwrap()[&("aud-missing", "/claims/aud".to_owned())], 3);
        assert_eq!(counts("src/a.txt").unwrap().len(), 1);
    }

    #[test]
    fn released_filter_that_counted_nothing_is_forgotten() {
        let settings = Settings::parse(IGNORES).unwrap();
        let mut filters = IgnoreFilters::new(&settings.ignore, false);
        assert!(!filters.source("a.txt").passes("alg-none", "/header/alg"));
        assert!(filters.source("b.txt").passes("exp-missing", "/claims/exp"));
        filters.release("a.txt");
        filters.release("b.txt");
        assert_eq!((filters.sources.len(), filters.ignored()), (1, 1));
    }
}
