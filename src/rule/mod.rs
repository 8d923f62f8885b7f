//! One mechanism for all judging: a rule is data plus one function, and a list of rules is a slice.
//!
//! To add a rule: a `const` in a topic file and its entry in the list beside it. A rule that is not
//! listed does not compile without a warning, and the laws at the end of this file try both of its
//! examples.

use crate::finding::{Finding, Location, Severity};

pub mod key;
pub mod token;
pub mod verification;

/// What a rule rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// A standard demands it.
    Normative,
    /// A standards body or authority advises it.
    Guidance,
    /// People who run such systems do it.
    Practice,
}

/// What the rules of one list look at. `View` borrows, so that many subjects cost no copies.
pub trait Subject: 'static {
    type View<'a>;

    /// Reads an example of a rule's metadata, as the laws do.
    fn with_example<R>(text: &str, then: impl FnOnce(&Self::View<'_>) -> R) -> R;
}

/// A rule: what people read about it, and what it does.
pub struct Rule<S: Subject> {
    /// Kebab-case; it says the fault.
    pub id: &'static str,
    pub severity: Severity,
    pub basis: Basis,
    /// RFC and section, or whose practice it is.
    pub source: &'static str,
    pub why: &'static str,
    pub fix: &'static str,
    /// An example that is found, and one that is not.
    pub bad: &'static str,
    pub good: &'static str,
    pub check: Check<S>,
}

/// Looks at a subject and reports what is wrong. It must not keep state.
pub type Check<S> = for<'v, 's, 'f> fn(&'s <S as Subject>::View<'v>, &'s mut Reporter<'f>);

/// Where a rule reports. It knows the rule, so a rule cannot sign a finding with another's name.
pub struct Reporter<'f> {
    id: &'static str,
    severity: Severity,
    help: &'static str,
    source: &'static str,
    findings: &'f mut Vec<Finding>,
}

impl Reporter<'_> {
    /// A finding at a JSON pointer such as `/claims/exp`.
    pub fn at(&mut self, pointer: &str, message: impl Into<String>) {
        self.push(Location::pointer(pointer), message.into());
    }

    /// A finding about the whole subject.
    pub fn whole(&mut self, message: impl Into<String>) {
        self.push(Location::default(), message.into());
    }

    fn push(&mut self, location: Location, message: String) {
        self.findings.push(Finding {
            rule: self.id,
            severity: self.severity,
            message,
            help: self.help,
            source: self.source,
            location,
        });
    }
}

/// Runs every rule over one subject; the findings come in the order of the list, the heaviest first.
pub fn run<S: Subject>(rules: &[Rule<S>], subject: &S::View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        let Rule { id, severity, source, fix, check, .. } = rule;
        check(subject, &mut Reporter { id, severity: *severity, help: fix, source, findings: &mut findings });
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

#[cfg(test)]
mod laws {
    use super::*;
    use std::collections::BTreeSet;

    fn laws<S: Subject>(rules: &[Rule<S>]) -> Vec<&'static str> {
        let ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
        assert!(ids.is_sorted(), "sorted by id: {ids:?}");
        for rule in rules {
            assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
            for text in [rule.source, rule.why, rule.fix] {
                assert!(!text.is_empty(), "{}", rule.id);
            }
            let says = |example: &str| S::with_example(example, |view| run(rules, view));
            assert!(
                says(rule.bad).iter().any(|found| found.rule == rule.id),
                "{}: the bad example is not found",
                rule.id
            );
            assert!(
                says(rule.good).iter().all(|found| found.rule != rule.id),
                "{}: the good example is found",
                rule.id
            );
        }
        ids
    }

    #[test]
    fn every_rule_does_what_its_examples_say() {
        let mut ids = laws(token::RULES);
        ids.extend(laws(key::RULES));
        ids.extend(laws(verification::RULES));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are unique across lists: {ids:?}");
    }
}
