//! Fuzz target for summaries and baselines of other machines: no panic, and a merge into an empty summary is lossless.
#![no_main]
use authkit::audit::measurements::{TOP, data};
use authkit::audit::summary::AuditSummary;
use authkit::settings::baseline::Baseline;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(baseline) = std::str::from_utf8(bytes).ok().and_then(|text| Baseline::parse(text).ok()) {
        baseline.allowance();
    }
    let Ok(summary) = serde_json::from_slice::<AuditSummary>(bytes) else { return };
    serde_json::to_string(&data(&summary, TOP)).unwrap();
    let (mut sum, tokens) = (AuditSummary::new(summary.settings().clone()), summary.totals().tokens);
    if sum.merge(summary).is_ok() {
        assert_eq!(sum.totals().tokens, tokens);
        serde_json::to_string(&data(&sum, TOP)).unwrap();
    }
});
