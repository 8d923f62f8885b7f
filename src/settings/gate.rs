//! The gate from findings to a pass or fail: removes ignored and baseline findings, then compares severities.

use super::FailOn;
use super::baseline::Baseline;
use super::ignore_filter::{FindingCounts, IgnoreFilter};
use super::ignores::{Ignore, UnusedIgnore};
use crate::finding::Finding;

/// The findings of one file.
#[derive(Clone)]
pub struct FileFindings {
    /// The file name for ignores and baselines.
    pub file: String,
    pub findings: Vec<Finding>,
}

/// The remaining findings, and how the others were removed.
#[derive(Debug)]
pub struct Gate {
    /// In order of descending severity, then as found.
    pub findings: Vec<Finding>,
    pub fail_on: FailOn,
    /// Number of findings in the baseline, and of ignored findings.
    pub known: u64,
    pub ignored: u64,
    /// Ignores that matched nothing.
    pub unused: Vec<UnusedIgnore>,
    /// Counts of findings that were not ignored, for a new baseline.
    tallies: Vec<(String, FindingCounts)>,
}

impl Gate {
    pub fn new(found: Vec<FileFindings>, ignores: &[Ignore], baseline: Option<Baseline>, fail_on: FailOn) -> Self {
        let mut allowance = baseline.map(Baseline::allowance);
        let mut whole = IgnoreFilter::new(ignores, "", false);
        let mut gate =
            Self { findings: Vec::new(), fail_on, known: 0, ignored: 0, unused: Vec::new(), tallies: Vec::new() };
        for FileFindings { file, findings } in found {
            let mut filter = IgnoreFilter::new(ignores, &file, true);
            for finding in findings {
                let pointer = finding.location.pointer.as_deref().unwrap_or_default();
                if !filter.passes(finding.rule, pointer) {
                    continue;
                }
                if allowance.as_mut().is_some_and(|known| known.consume(&file, finding.rule, pointer)) {
                    gate.known = gate.known.saturating_add(1);
                } else {
                    gate.findings.push(finding);
                }
            }
            gate.tallies.extend(filter.tally().cloned().map(|tally| (file, tally)));
            whole.merge(filter);
        }
        gate.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        gate.ignored = whole.ignored();
        gate.unused = whole.unused();
        gate
    }

    /// Whether a finding has the severity to fail the run.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| self.fail_on.includes(finding.severity))
    }

    /// The current findings as a baseline.
    pub fn baseline(&self) -> Baseline {
        Baseline::from_counts(self.tallies.iter().map(|(file, tally)| (file.as_str(), tally)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Location, Severity};
    use crate::settings::Settings;

    fn finding(rule: &'static str, severity: Severity, pointer: &str) -> Finding {
        let location = Location::pointer(pointer);
        Finding { rule, severity, message: String::new(), help: "", source: "", location, excerpt: None }
    }

    fn found() -> Vec<FileFindings> {
        let findings = vec![
            finding("rsa-bits-below-advised", Severity::Info, "/keys/0"),
            finding("rsa-key-small", Severity::Error, "/keys/1"),
            finding("jwks-kid-missing", Severity::Warning, "/keys/1"),
        ];
        vec![FileFindings { file: "set.json".to_owned(), findings }]
    }

    #[test]
    fn highest_severity_decides() {
        let gate = Gate::new(found(), &[], None, FailOn::Error);
        assert_eq!((gate.fails(), gate.findings[0].rule), (true, "rsa-key-small"));
        assert!(!Gate::new(found(), &[], None, FailOn::Never).fails());
    }

    #[test]
    fn ignored_and_baseline_findings_are_removed() {
        let text = "[[ignore]]\nrule = \"rsa-key-small\"\npath = \"set.json\"\nreason = \"old\"\n\
                    [[ignore]]\nrule = \"rsa-roca\"\nreason = \"none\"";
        let settings = Settings::parse(text).unwrap();
        let gate = Gate::new(found(), &settings.ignore, None, FailOn::Error);
        assert_eq!((gate.fails(), gate.ignored, gate.findings.len(), gate.unused.len()), (false, 1, 2, 1));
        let baseline = Gate::new(found(), &[], None, FailOn::Info).baseline();
        let gate = Gate::new(found(), &[], Some(baseline), FailOn::Info);
        assert_eq!((gate.fails(), gate.known, gate.findings.len()), (false, 3, 0));
    }
}
