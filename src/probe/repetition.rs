//! Removal of repeated findings: the same fault of many pages of one origin is reported once.

use crate::finding::Finding;
use crate::http::url::HttpUrl;
use std::collections::BTreeSet;

/// Removes findings that repeat one of the same origin, sorts the others by descending severity and rule, and returns
/// the number of removed ones.
pub fn remove_repeated(findings: &mut Vec<Finding>) -> u64 {
    let (mut seen, mut repeated) = (BTreeSet::new(), 0_u64);
    findings.retain(|finding| {
        let url = finding.location.url.as_deref().unwrap_or_default();
        let origin = HttpUrl::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin());
        let pointer = finding.location.pointer.clone().unwrap_or_default();
        let is_new = seen.insert((finding.rule, finding.severity, origin, pointer, finding.message.clone()));
        repeated = repeated.saturating_add(u64::from(!is_new));
        is_new
    });
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)));
    repeated
}
