//! `Set-Cookie` lines and whole dumps: parts are where the judge says, a verdict has its reasons, and a recording is
//! judged like what was recorded.
#![no_main]
use authkit::cookie::class::Names;
use authkit::cookie::decision::{Outcome, Setting, decide};
use authkit::cookie::set_cookie::SetCookie;
use authkit::policy::Policy;
use authkit::probe::judge::{Question, judge};
use authkit::probe::recording::Recording;
use authkit::probe::{Seen, dump};
use authkit::time::UnixTime;
use libfuzzer_sys::fuzz_target;

const NOW: UnixTime = UnixTime(1_769_860_800);

/// Rules and outcomes, without what a text says.
fn verdict(seen: &Seen) -> Vec<String> {
    let (policy, names) = (Policy::default(), Names::default());
    let question = Question {
        policy: &policy,
        names: &names,
        now: NOW,
        assume_https: false,
        ignores: &[],
        file: None,
        tally: false,
    };
    let probed = judge(seen, &question);
    let cookies = probed.data.responses.iter().flat_map(|response| &response.cookies);
    cookies.map(|cookie| cookie.verdict.clone()).collect()
}

fuzz_target!(|data: &[u8]| {
    for line in data.split(|byte| *byte == b'\n').take(8) {
        let cookie = SetCookie::parse(line);
        for part in std::iter::once(cookie.value).chain(cookie.attributes.iter().map(|own| own.value)) {
            assert_eq!(line.get(part.offset..part.offset + part.bytes.len()), Some(part.bytes));
        }
        for (secure, host) in [(true, "www.example.org"), (false, "127.0.0.1")] {
            let decision = decide(&cookie, &Setting { secure, host, path: "/a/b", now: NOW });
            assert_eq!(decision.outcome == Outcome::Stored, decision.reasons.is_empty());
        }
    }
    let mut seen = Seen { exchanges: dump::read(data, None).exchanges, ..Seen::default() };
    // A recording has no places.
    seen.exchanges.iter_mut().for_each(|exchange| exchange.place = None);
    let text = serde_json::to_vec(&Recording::of(&seen, NOW, false, false)).unwrap();
    let again = Recording::parse(&text).unwrap().seen().unwrap();
    assert_eq!(verdict(&again).len(), verdict(&seen).len());
});
