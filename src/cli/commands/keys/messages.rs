//! Human-readable messages about rotation steps, waits and premature signing. Step ids are those of the JSON output.

use crate::cli::first_line;
use authkit::finding::format_count;
use authkit::report::{Block, ListItem, Tone};
use authkit::rotation::{KeyEvent, PrematureSigner, RotationPlan, RotationPolicy, RotationStep, Wait};
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

/// How a rotation ended.
#[derive(Clone, Copy)]
pub struct RotationOutcome {
    pub changed: bool,
    pub dry_run: bool,
    pub now: UnixTime,
}

/// `rotated: key L3TZYzuuMgXQ… signs now, YvD6f_DlTmt9… is withdrawn in 1 h 8 min`: the first line of a rotation. `made`
/// are the kids of the generated keys, `events` those to come.
pub fn rotation_line(plan: &RotationPlan, made: &[String], events: &[KeyEvent], ending: RotationOutcome) -> Block {
    let summary = summary(plan, made, ending);
    let signer_changes = plan.steps.iter().any(|step| {
        let signs = matches!(step, RotationStep::Generate { signs: true, .. });
        signs || matches!(step, RotationStep::Promote { .. } | RotationStep::Reactivate { .. })
    });
    let next = || next_rotation(plan, events, ending.now);
    let (tone, word, rest) = match (ending.changed, ending.dry_run, summary) {
        (true, true, None) => (Tone::Warning, "dry run", "would update the published JWKS".to_owned()),
        (true, true, Some(steps)) => (Tone::Warning, "dry run", format!("would {steps}")),
        (false, true, _) => (Tone::Quiet, "dry run", format!("no changes; {}", next())),
        (false, false, _) => (Tone::Quiet, "unchanged", next()),
        (true, false, None) => (Tone::Good, "published", next()),
        (true, false, Some(steps)) => (Tone::Good, if signer_changes { "rotated" } else { "changed" }, steps),
    };
    first_line::first_line(tone, word, rest)
}

/// What the steps do, those that change the signing key first; `None` without steps.
fn summary(plan: &RotationPlan, made: &[String], ending: RotationOutcome) -> Option<String> {
    /// A line of 80 columns less the verdict; the list of steps has the rest.
    const ROOM: usize = 71;
    let mut made = made.iter();
    let (mut signing, mut ready, mut adopted, mut retired, mut withdrawn) =
        <(Vec<_>, Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
    for step in &plan.steps {
        match step {
            RotationStep::Promote { kid } | RotationStep::Reactivate { kid } => signing.push(Some(kid)),
            RotationStep::Generate { signs: true, .. } => signing.push(made.next()),
            RotationStep::Generate { .. } => ready.push(made.next()),
            RotationStep::Adopt { kid, .. } => adopted.push(Some(kid)),
            RotationStep::Retire { kid, until } => retired.push((Some(kid), *until)),
            RotationStep::Withdraw { kid } => withdrawn.push(Some(kid)),
        }
    }
    let last = retired.iter().map(|(_, until)| *until).max();
    let retired: Vec<_> = retired.into_iter().map(|(kid, _)| kid).collect();
    let until = last.map(|at| at.relative_to(ending.now)).unwrap_or_default();
    let phrase = |kids: &[Option<&String>], done: &str, planned: &str| {
        let name = match kids {
            [] => return None,
            [Some(kid)] => format!("key {}", first_line::short_kid(kid)),
            [None] => "a key".to_owned(),
            several => format_count(several.len(), "key"),
        };
        let (plural, have) = if kids.len() > 1 { ("", "are") } else { ("s", "is") };
        Some(match ending.dry_run {
            true => format!("{planned} {name}"),
            false => format!("{name} {}", done.replace("{s}", plural).replace("{is}", have)),
        })
    };
    [
        phrase(&signing, "sign{s} now", "sign with"),
        phrase(&retired, &format!("{{is}} withdrawn {until}"), "retire"),
        phrase(&ready, "{is} next", "generate"),
        phrase(&adopted, "{is} adopted", "adopt"),
        phrase(&withdrawn, "{is} withdrawn", "withdraw"),
    ]
    .into_iter()
    .flatten()
    .reduce(|line, next| {
        let longer = format!("{line}, {}", next.replacen("key ", "", 1));
        if longer.chars().count() > ROOM { line } else { longer }
    })
}

/// When a key signs next, or what it waits for.
fn next_rotation(plan: &RotationPlan, events: &[KeyEvent], now: UnixTime) -> String {
    match plan.waits.first() {
        Some(Wait::Publication { kid }) => {
            format!("key {} waits for its publication", first_line::short_kid(kid))
        }
        Some(Wait::Verifiers { kid, at }) => {
            format!("key {} signs {}", first_line::short_kid(kid), at.relative_to(now))
        }
        None => match events.iter().find(|event| event.what == KeyEvent::SIGNS) {
            Some(event) => {
                let date: String = event.at.to_string().chars().take_while(|c| *c != 'T').collect();
                format!("next rotation {} ({date})", event.at.relative_to(now))
            }
            None => "no rotation is due".to_owned(),
        },
    }
}
