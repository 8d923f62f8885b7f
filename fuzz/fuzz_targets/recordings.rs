//! Fuzz target for recordings of `probe`: no panic, and a recording of a recording has the same result.
#![no_main]
use authkit::cookie::class::CookieClassifier;
use authkit::probe::ProbeInput;
use authkit::probe::evaluate::{ProbeContext, evaluate};
use authkit::probe::recording::Recording;
use authkit::rule_config::RuleConfig;
use authkit::time::UnixTime;
use libfuzzer_sys::fuzz_target;

const NOW: UnixTime = UnixTime(1_769_860_800);

fn responses(seen: &ProbeInput) -> usize {
    let (policy, names) = (RuleConfig::default(), CookieClassifier::default());
    let (policy, names) = (&policy, &names);
    let context = ProbeContext { policy, names, now: NOW, assume_https: false, ignores: &[], file: None, tally: false };
    evaluate(seen, &context).data.responses.len()
}

fuzz_target!(|data: &[u8]| {
    let Some(seen) = Recording::parse(data).ok().and_then(|recording| recording.seen().ok()) else { return };
    let text = serde_json::to_vec(&Recording::from_input(&seen, NOW, false, false)).unwrap();
    let again = Recording::parse(&text).unwrap().seen().unwrap();
    assert_eq!(responses(&again), responses(&seen));
});
