//! Selection of the findings that are reported: drops those in the baseline, and repetitions of the same finding for
//! one host.

use crate::finding::Finding;
use crate::http::url::HttpUrl;
use crate::settings::baseline::Baseline;
use std::collections::BTreeSet;

/// The remaining findings, in order of descending severity.
#[derive(Debug, Default)]
pub struct GatedFindings {
    pub findings: Vec<Finding>,
    pub known: u64,
    pub repeated: u64,
}

/// Removes known and repeated findings. A baseline identifies a finding by URL, rule and pointer, as counted by the
/// ignore filters.
pub fn apply_gate(findings: Vec<Finding>, baseline: Option<Baseline>) -> GatedFindings {
    let mut counted = GatedFindings::default();
    let mut allowance = baseline.map(Baseline::allowance);
    let mut seen = BTreeSet::new();
    for finding in findings {
        let url = finding.location.url.as_deref().unwrap_or_default();
        let pointer = finding.location.pointer.as_deref().unwrap_or_default();
        if allowance.as_mut().is_some_and(|allowance| allowance.consume(url, finding.rule, pointer)) {
            counted.known = counted.known.saturating_add(1);
            continue;
        }
        let origin = HttpUrl::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin());
        let message = finding.message.clone();
        if seen.insert((finding.rule, finding.severity, origin, pointer.to_owned(), message)) {
            counted.findings.push(finding);
        } else {
            counted.repeated = counted.repeated.saturating_add(1);
        }
    }
    counted.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)));
    counted
}
