//! The gate of `audit`: new findings counted by rule and severity. It removes ignored findings and those of the
//! baseline by count, because a summary does not keep every finding.

use authkit::audit::summary::AuditSummary;
use authkit::finding::{CountsByRule, Finding, Severity};
use authkit::settings::baseline::Baseline;
use authkit::settings::ignore_filter::{FindingCounts, IgnoreFilter};
use authkit::settings::ignores::UnusedIgnore;
use std::collections::BTreeMap;

/// The new findings, and how many others were removed.
pub struct AuditGate {
    /// The first findings that are not in the baseline, by severity, rule and location.
    pub findings: Vec<Finding>,
    /// New findings of each rule and severity.
    pub new: CountsByRule,
    /// Findings that are in the baseline.
    pub known: u64,
    /// Findings that `[[ignore]]` entries match.
    pub ignored: u64,
    /// `[[ignore]]` entries that matched no finding.
    pub unused: Vec<UnusedIgnore>,
}

impl AuditGate {
    /// Applies ignores and the baseline, and keeps at most `most` findings of each rule and severity.
    pub fn new<'t>(
        summary: &AuditSummary,
        most: usize,
        baseline: Option<Baseline>,
        tallies: impl Iterator<Item = (&'t str, &'t FindingCounts)>,
        filters: &BTreeMap<String, IgnoreFilter<'_>>,
    ) -> Self {
        let mut new: BTreeMap<_, _> =
            summary.findings().rules().map(|(rule, severity, count)| ((rule, severity), count)).collect();
        let mut known = 0_u64;
        let mut findings: Vec<Finding> = summary.findings().first().map(|entry| entry.finding.clone()).collect();
        if let Some(baseline) = baseline {
            let mut allowance = baseline.clone().allowance();
            for (file, tally) in tallies {
                for ((rule, pointer), count) in tally {
                    let taken = allowance.take(file, rule, pointer, *count);
                    known = known.saturating_add(taken);
                    subtract_known(&mut new, rule, taken);
                }
            }
            let mut allowance = baseline.allowance();
            findings.retain(|finding| {
                let file = finding.location.file.as_deref().unwrap_or_default();
                !allowance.consume(file, finding.rule, finding.location.pointer.as_deref().unwrap_or_default())
            });
        }
        findings.sort_by(|a, b| {
            let location = |finding: &Finding| {
                let at = &finding.location;
                (at.file.clone(), at.line, at.column)
            };
            b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)).then_with(|| location(a).cmp(&location(b)))
        });
        let same_group = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity;
        let findings = findings.chunk_by(same_group).flat_map(|group| group.iter().take(most).cloned()).collect();
        let mut merged: Option<IgnoreFilter<'_>> = None;
        for filter in filters.values() {
            match &mut merged {
                None => merged = Some(filter.clone()),
                Some(merged) => merged.merge(filter.clone()),
            }
        }
        let ignored = merged.as_ref().map_or(0, IgnoreFilter::ignored);
        Self {
            findings,
            new: new.into_iter().collect(),
            known,
            ignored,
            unused: merged.map(|filter| filter.unused()).unwrap_or_default(),
        }
    }
}

/// Removes `count` known findings of `rule`, the lowest severity first, so that the gate errs on the strict side.
fn subtract_known(new: &mut BTreeMap<(&'static str, Severity), u64>, rule: &str, mut count: u64) {
    for (_, new_count) in new.iter_mut().filter(|((id, _), _)| *id == rule) {
        let taken = count.min(*new_count);
        *new_count = new_count.saturating_sub(taken);
        count = count.saturating_sub(taken);
    }
}
