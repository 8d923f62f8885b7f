//! What rotations and revocations do, in words.

use authkit::report::{ListItem, Tone};
use authkit::rotation::{PrematureSigner, RotationPolicy, Wait};
use authkit::time::UnixTime;

/// A step that was taken, or would be.
pub fn step(step: &str, kid: Option<&str>, alg: Option<&str>, until: Option<i64>, dry_run: bool) -> ListItem {
    let what = match step {
        "settle" => "signs already: its time counts from when it was made".to_owned(),
        "make" => format!("{} for {}", if dry_run { "would be made" } else { "is new" }, alg.unwrap_or_default()),
        "promote" => "signs from now on".to_owned(),
        "reactivate" => "signs again: no other key can".to_owned(),
        "retire" => format!(
            "signs no more, and is published until {}",
            until.map(|at| UnixTime(at).to_string()).unwrap_or_default()
        ),
        _ => "is withdrawn, and its private part deleted: no token of it is left".to_owned(),
    };
    let message = match kid {
        Some(kid) => format!("{kid} {what}"),
        None => format!("a key {what}"),
    };
    ListItem { tone: Tone::Good, id: step.to_owned(), message, details: Vec::new() }
}

/// A key that is due and waits.
pub fn wait(wait: &Wait, now: UnixTime) -> ListItem {
    let message = match wait {
        Wait::Publication { kid } => format!("{kid} is due to sign, and nobody has said that it is published"),
        Wait::Verifiers { kid, at } => {
            format!("{kid} is due to sign, and some verifier may not hold it before {at} ({})", at.relative_to(now))
        }
    };
    ListItem { tone: Tone::Warning, id: "wait".to_owned(), message, details: Vec::new() }
}

/// A key signs before every verifier can hold it.
pub fn early(early: &PrematureSigner, policy: &RotationPolicy, now: UnixTime) -> String {
    let who = early.kid.as_deref().map_or_else(|| "the new key".to_owned(), |kid| format!("\"{kid}\""));
    let ahead = policy.overlap().ahead();
    match early.until {
        Some(at) => {
            format!("{who} signs before every verifier can hold it: some may refuse its tokens {}", until(at, now))
        }
        None => format!(
            "{who} signs before it is known to be published: verifiers refuse its tokens until they fetch the set, for \
             {ahead} after its publication when they honour the cache"
        ),
    }
}

fn until(at: UnixTime, now: UnixTime) -> String {
    format!("until {at} ({})", at.relative_to(now))
}
