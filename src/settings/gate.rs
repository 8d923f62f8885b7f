//! The gate from findings to a pass or fail: removes ignored and baseline findings, then compares severities.

use super::FailOn;
use super::baseline::{Baseline, BaselineAllowance};
use super::ignore_filter::IgnoreFilters;
use super::ignores::UnusedIgnore;
use crate::finding::{CountsByRule, Finding, Severity};
use std::collections::BTreeMap;

/// The findings of one file.
#[derive(Clone)]
pub struct FileFindings {
    /// The file name for ignores and baselines.
    pub file: String,
    /// The findings in this file, in the order in which they were found.
    pub findings: Vec<Finding>,
}

/// The findings of a run that no ignore removed.
pub enum GateInput {
    /// Every finding.
    Complete(Vec<FileFindings>),
    /// The counts and the first findings of each rule and severity: a summary of a stream does not keep every finding.
    Counted {
        /// The number of all findings, of which `first` has a part.
        counts: RuleCounts,
        /// The first findings of each rule and severity.
        first: Vec<Finding>,
    },
}

/// The number of findings of each rule and severity.
pub type RuleCounts = BTreeMap<(&'static str, Severity), u64>;

impl GateInput {
    /// The findings of `found` that `filters` do not ignore.
    pub fn from_files(mut found: Vec<FileFindings>, filters: &mut IgnoreFilters<'_>) -> Self {
        for FileFindings { file, findings } in &mut found {
            let filter = filters.source(file);
            findings.retain(|finding| filter.passes(finding.rule, pointer(finding)));
        }
        Self::Complete(found)
    }
}

/// The remaining findings, and how the others were removed.
#[derive(Debug)]
pub struct Gate {
    /// In order of descending severity, then as found.
    pub findings: Vec<Finding>,
    /// The severity from which a remaining finding fails the run.
    pub fail_on: FailOn,
    /// Number of findings in the baseline, and of ignored findings.
    pub known: u64,
    /// Number of findings that an ignore removed.
    pub ignored: u64,
    /// Ignores that matched nothing.
    pub unused: Vec<UnusedIgnore>,
    /// The numbers of remaining findings, which are not all in `findings` if the input was counted.
    pub counts: CountsByRule,
}

impl Gate {
    /// `filters` are those that `input` has passed.
    pub fn new(input: GateInput, filters: &IgnoreFilters<'_>, baseline: Option<Baseline>, fail_on: FailOn) -> Self {
        let (mut findings, counts, known) = match input {
            GateInput::Complete(found) => new_findings(found, baseline.map(Baseline::allowance)),
            GateInput::Counted { counts, first } => new_counts(counts, first, baseline, filters),
        };
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let counts = counts.into_iter().collect();
        Self { findings, fail_on, known, ignored: filters.ignored(), unused: filters.unused(), counts }
    }

    /// Whether a finding has the severity to fail the run.
    pub fn fails(&self) -> bool {
        self.counts.total(|severity| self.fail_on.includes(severity)) > 0
    }
}

/// The findings that are not in the baseline, their counts, and the number of the others.
fn new_findings(found: Vec<FileFindings>, mut allowance: Option<BaselineAllowance>) -> (Vec<Finding>, RuleCounts, u64) {
    let (mut new, mut counts, mut known) = (Vec::new(), RuleCounts::new(), 0_u64);
    for FileFindings { file, findings } in found {
        for finding in findings {
            if allowance.as_mut().is_some_and(|allowance| allowance.consume(&file, finding.rule, pointer(&finding))) {
                known = known.saturating_add(1);
            } else {
                let count = counts.entry((finding.rule, finding.severity)).or_default();
                *count = count.saturating_add(1);
                new.push(finding);
            }
        }
    }
    (new, counts, known)
}

/// The same for counted findings. The filters know their files and pointers, but not their severities.
fn new_counts(
    mut counts: RuleCounts,
    mut first: Vec<Finding>,
    baseline: Option<Baseline>,
    filters: &IgnoreFilters<'_>,
) -> (Vec<Finding>, RuleCounts, u64) {
    let mut known = 0_u64;
    if let Some(baseline) = baseline {
        let mut allowance = baseline.clone().allowance();
        for (file, tally) in filters.tallies() {
            for ((rule, pointer), count) in tally {
                let taken = allowance.take(file, rule, pointer, *count);
                known = known.saturating_add(taken);
                subtract_known(&mut counts, rule, taken);
            }
        }
        let mut allowance = baseline.allowance();
        first.retain(|finding| {
            let file = finding.location.file.as_deref().unwrap_or_default();
            !allowance.consume(file, finding.rule, pointer(finding))
        });
    }
    (first, counts, known)
}

/// Removes `count` known findings of `rule`, the lowest severity first, so that the gate errs on the strict side.
fn subtract_known(counts: &mut RuleCounts, rule: &str, mut count: u64) {
    for (_, own) in counts.iter_mut().filter(|((id, _), _)| *id == rule) {
        let taken = count.min(*own);
        *own = own.saturating_sub(taken);
        count = count.saturating_sub(taken);
    }
}

fn pointer(finding: &Finding) -> &str {
    finding.location.pointer.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Location, Severity};
    use crate::settings::Settings;
    use crate::settings::ignores::Ignore;

    fn finding(rule: &'static str, severity: Severity, pointer: &str) -> Finding {
        let location = Location { file: Some("set.json".to_owned()), ..Location::pointer(pointer) };
        Finding { rule, severity, message: String::new(), help: "", source: "", location, excerpt: None }
    }

    fn findings() -> Vec<Finding> {
        vec![
            finding("rsa-bits-below-advised", Severity::Info, "/keys/0"),
            finding("rsa-key-small", Severity::Error, "/keys/1"),
            finding("jwks-kid-missing", Severity::Warning, "/keys/1"),
        ]
    }

    /// The gates of the same findings, kept and counted, and the baseline that they make.
    fn gates(ignores: &[Ignore], baseline: Option<&Baseline>, fail_on: FailOn) -> ([Gate; 2], Baseline) {
        let mut filters = IgnoreFilters::new(ignores, true);
        let found = vec![FileFindings { file: "set.json".to_owned(), findings: findings() }];
        let input = GateInput::from_files(found, &mut filters);
        let GateInput::Complete(kept) = &input else { panic!("not complete") };
        let first = kept[0].findings.clone();
        let counts = first.iter().map(|finding| ((finding.rule, finding.severity), 1)).collect();
        let gate = |input| Gate::new(input, &filters, baseline.cloned(), fail_on);
        ([gate(input), gate(GateInput::Counted { counts, first })], Baseline::from_counts(filters.tallies()))
    }

    #[test]
    fn highest_severity_decides() {
        for gate in gates(&[], None, FailOn::Error).0 {
            assert_eq!((gate.fails(), gate.findings[0].rule), (true, "rsa-key-small"));
        }
        assert!(gates(&[], None, FailOn::Never).0.iter().all(|gate| !gate.fails()));
    }

    #[test]
    fn ignored_and_baseline_findings_are_removed() {
        let text = "[[ignore]]\nrule = \"rsa-key-small\"\npath = \"set.json\"\nreason = \"old\"\n\
                    [[ignore]]\nrule = \"rsa-roca\"\nreason = \"none\"";
        let settings = Settings::parse(text).unwrap();
        let (ignoring, baseline) = gates(&settings.ignore, None, FailOn::Error);
        for gate in ignoring {
            assert_eq!((gate.fails(), gate.ignored, gate.findings.len(), gate.unused.len()), (false, 1, 2, 1));
        }
        for gate in gates(&[], Some(&baseline), FailOn::Warning).0 {
            assert_eq!((gate.fails(), gate.known, gate.findings.len()), (true, 2, 1));
        }
        let baseline = gates(&[], None, FailOn::Info).1;
        for gate in gates(&[], Some(&baseline), FailOn::Info).0 {
            assert_eq!((gate.fails(), gate.known, gate.findings.len()), (false, 3, 0));
        }
    }

    #[test]
    fn known_findings_of_several_severities_leave_the_highest() {
        let mut counts =
            RuleCounts::from([(("exp-missing", Severity::Info), 2), (("exp-missing", Severity::Error), 1)]);
        subtract_known(&mut counts, "exp-missing", 2);
        assert_eq!(counts.into_values().collect::<Vec<_>>(), [0, 1]);
    }
}
