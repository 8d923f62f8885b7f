//! Fuzz target for `Set-Cookie` lines and HTTP dumps: reported parts are in the text, a rejection has reasons, and a
//! recording has the same result as its source.
#![no_main]
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::set_cookie::SetCookie;
use authkit::cookie::storage::{StorageContext, StorageOutcome, decide};
use authkit::probe::evaluate::{ProbeContext, evaluate};
use authkit::probe::recording::Recording;
use authkit::probe::{ProbeInput, http_dump};
use authkit::rule_config::RuleConfig;
use authkit::time::UnixTime;
use libfuzzer_sys::fuzz_target;

const NOW: UnixTime = UnixTime(1_769_860_800);

/// The storage verdict of each cookie.
fn verdicts(seen: &ProbeInput) -> Vec<String> {
    let (policy, names) = (RuleConfig::default(), CookieClassifier::default());
    let context = ProbeContext {
        policy: &policy,
        names: &names,
        now: NOW,
        assume_https: false,
        ignores: &[],
        file: None,
        tally: false,
    };
    let probed = evaluate(seen, &context);
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
            let decision = decide(&cookie, &StorageContext { secure, host, path: "/a/b", now: NOW });
            assert_eq!(decision.outcome == StorageOutcome::Stored, decision.reasons.is_empty());
        }
    }
    let mut seen = ProbeInput { exchanges: http_dump::read(data, None).exchanges, ..ProbeInput::default() };
    // A recording has no locations.
    seen.exchanges.iter_mut().for_each(|exchange| exchange.place = None);
    let text = serde_json::to_vec(&Recording::from_input(&seen, NOW, false, false)).unwrap();
    let again = Recording::parse(&text).unwrap().seen().unwrap();
    assert_eq!(verdicts(&again).len(), verdicts(&seen).len());
});
