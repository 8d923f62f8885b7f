//! Human-readable messages about rotation steps, waits and premature signing. Step ids are those of the JSON output.

use authkit::report::{ListItem, Tone};
use authkit::rotation::{PrematureSigner, RotationPolicy, Wait};
use authkit::time::UnixTime;

/// A step that was taken, or with `dry_run` would be.
pub fn step(step: &str, kid: Option<&str>, alg: Option<&str>, until: Option<i64>, dry_run: bool) -> ListItem {
    let text = match step {
        "adopt" => "already signs; its rotation starts at its creation date".to_owned(),
        "generate" => {
            format!("{} for {}", if dry_run { "would be generated" } else { "was generated" }, alg.unwrap_or_default())
        }
        "promote" => "signs from now on".to_owned(),
        "reactivate" => "signs again: no other key can".to_owned(),
        "retire" => format!(
            "no longer signs, and stays published until {}",
            until.map(|at| UnixTime(at).to_string()).unwrap_or_default()
        ),
        _ => "is withdrawn and its private key deleted: its last token has expired".to_owned(),
    };
    let message = match kid {
        Some(kid) => format!("{kid} {text}"),
        None => format!("a key {text}"),
    };
    ListItem { tone: Tone::Good, id: step.to_owned(), message, details: Vec::new() }
}

/// A key that is due to sign but has to wait.
pub fn wait(wait: &Wait, now: UnixTime) -> ListItem {
    let message = match wait {
        Wait::Publication { kid } => format!("{kid} is due to sign, but its publication is not confirmed"),
        Wait::Verifiers { kid, at } => {
            format!("{kid} is due to sign, but some verifiers may not have it before {at} ({})", at.relative_to(now))
        }
    };
    ListItem { tone: Tone::Warning, id: "wait".to_owned(), message, details: Vec::new() }
}

/// A key that signs before every verifier can have fetched it.
pub fn early(early: &PrematureSigner, policy: &RotationPolicy, now: UnixTime) -> String {
    let name = early.kid.as_deref().map_or_else(|| "the new key".to_owned(), |kid| format!("\"{kid}\""));
    let ahead = policy.overlap().ahead();
    match early.until {
        Some(at) => {
            format!("{name} signs before every verifier can have it: some may reject its tokens {}", until(at, now))
        }
        None => format!(
            "{name} signs before its publication is confirmed: verifiers reject its tokens until they fetch the JWKS, \
             for {ahead} after publication if they honour the cache lifetime"
        ),
    }
}

fn until(at: UnixTime, now: UnixTime) -> String {
    format!("until {at} ({})", at.relative_to(now))
}
