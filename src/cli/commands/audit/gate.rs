//! What counts against the tokens: rules by count, without what is ignored or known, at a severity.

use authkit::audit::summary::AuditSummary;
use authkit::finding::{Finding, Severity};
use authkit::settings::FailOn;
use authkit::settings::baseline::Baseline;
use authkit::settings::ignore_filter::{FindingCounts, IgnoreFilter};
use authkit::settings::ignores::UnusedIgnore;
use std::collections::BTreeMap;

/// The findings that count, and how the others were taken off.
pub struct AuditGate {
    pub fail_on: FailOn,
    /// The first findings that are not known: by weight, rule and place.
    pub findings: Vec<Finding>,
    /// How many of each rule and severity are new.
    pub new: BTreeMap<(&'static str, Severity), u64>,
    pub known: u64,
    pub ignored: u64,
    pub unused: Vec<UnusedIgnore>,
}

impl AuditGate {
    /// Keeps `most` findings of each rule and severity.
    pub fn new<'t>(
        summary: &AuditSummary,
        fail_on: FailOn,
        most: usize,
        baseline: Option<Baseline>,
        tallies: impl Iterator<Item = (&'t str, &'t FindingCounts)>,
        sieves: &BTreeMap<String, IgnoreFilter<'_>>,
    ) -> Self {
        let mut new: BTreeMap<_, _> =
            summary.findings().rules().map(|(rule, severity, count)| ((rule, severity), count)).collect();
        let mut known = 0_u64;
        let mut findings: Vec<Finding> = summary.findings().first().map(|noted| noted.finding.clone()).collect();
        if let Some(baseline) = baseline {
            let mut allowance = baseline.clone().allowance();
            for (file, tally) in tallies {
                for ((rule, pointer), count) in tally {
                    let taken = allowance.take(file, rule, pointer, *count);
                    known = known.saturating_add(taken);
                    take_off(&mut new, rule, taken);
                }
            }
            let mut allowance = baseline.allowance();
            findings.retain(|finding| {
                let file = finding.location.file.as_deref().unwrap_or_default();
                !allowance.consume(file, finding.rule, finding.location.pointer.as_deref().unwrap_or_default())
            });
        }
        findings.sort_by(|a, b| {
            let place = |finding: &Finding| {
                let at = &finding.location;
                (at.file.clone(), at.line, at.column)
            };
            b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)).then_with(|| place(a).cmp(&place(b)))
        });
        let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity;
        let findings = findings.chunk_by(same).flat_map(|group| group.iter().take(most).cloned()).collect();
        let mut whole: Option<IgnoreFilter<'_>> = None;
        for sieve in sieves.values() {
            match &mut whole {
                None => whole = Some(sieve.clone()),
                Some(whole) => whole.merge(sieve.clone()),
            }
        }
        let ignored = whole.as_ref().map_or(0, IgnoreFilter::ignored);
        Self { fail_on, findings, new, known, ignored, unused: whole.map(|sieve| sieve.unused()).unwrap_or_default() }
    }

    /// Whether anything that is new weighs enough.
    pub fn fails(&self) -> bool {
        self.new.iter().any(|((_, severity), count)| *count > 0 && self.fail_on.includes(*severity))
    }
}

/// Takes `count` known findings of `rule` off, the lightest first: what is left is the heavier.
fn take_off(new: &mut BTreeMap<(&'static str, Severity), u64>, rule: &str, mut count: u64) {
    for ((_, _), own) in new.iter_mut().filter(|((own, _), _)| *own == rule) {
        let taken = count.min(*own);
        *own = own.saturating_sub(taken);
        count = count.saturating_sub(taken);
    }
}
