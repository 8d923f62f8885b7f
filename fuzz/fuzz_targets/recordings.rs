//! Recordings of `probe`: nothing panics, and one that is recorded again is judged like the first.
#![no_main]
use authkit::cookie::class::Names;
use authkit::policy::Policy;
use authkit::probe::Seen;
use authkit::probe::judge::{Question, judge};
use authkit::probe::recording::Recording;
use authkit::time::UnixTime;
use libfuzzer_sys::fuzz_target;

const NOW: UnixTime = UnixTime(1_769_860_800);

fn responses(seen: &Seen) -> usize {
    let (policy, names) = (Policy::default(), Names::default());
    let (policy, names) = (&policy, &names);
    let question = Question { policy, names, now: NOW, assume_https: false, ignores: &[], file: None, tally: false };
    judge(seen, &question).data.responses.len()
}

fuzz_target!(|data: &[u8]| {
    let Some(seen) = Recording::parse(data).ok().and_then(|recording| recording.seen().ok()) else { return };
    let text = serde_json::to_vec(&Recording::of(&seen, NOW, false, false)).unwrap();
    let again = Recording::parse(&text).unwrap().seen().unwrap();
    assert_eq!(responses(&again), responses(&seen));
});
