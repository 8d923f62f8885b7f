//! Human output of session lifecycles and session id samples.

use authkit::cookie::session_id::output as samples;
#[cfg(feature = "net")]
use authkit::finding::format_count;
use authkit::finding::format_counts;
#[cfg(feature = "net")]
use authkit::lifecycle::output::PlanStepOutput;
use authkit::lifecycle::output::{CheckOutput, LifecycleOutput};
use authkit::report::{Block, ListItem, Tone, fields};

/// The plan of a dry run.
#[cfg(feature = "net")]
pub fn planned(data: &LifecycleOutput, origin: &str, sent: &[&str]) -> Vec<Block> {
    let logins = data.plan.iter().filter(|step| step.login).count();
    let requests: usize = data.plan.iter().map(|step| step.times).sum();
    let row = |step: &PlanStepOutput| {
        let times = if step.times == 1 { "1".to_owned() } else { format!("up to {}", step.times) };
        vec![step.method.to_owned(), step.url.clone(), times, step.what.to_owned()]
    };
    let rows = data.plan.iter().map(row).collect();
    let (logins, requests) = (format_count(logins, "login"), format_count(requests, "request"));
    let rest = format!("at most {logins} and {requests}, plus redirects; nothing was sent");
    vec![
        Block::Status { tone: Tone::Plain, word: "PLAN".to_owned(), rest },
        Block::Table { head: vec!["METHOD", "URL", "TIMES", "PURPOSE"], numbers: Vec::new(), rows },
        fields(vec![
            ("fields", sent.join(", ")),
            ("origin", format!("{origin}; nothing is sent elsewhere")),
            ("stops at", "a rejected login, status 429, a request without a response".to_owned()),
            ("account", "use a test account: sites lock accounts and send mails".to_owned()),
        ]),
    ]
}

/// The trace: checks, cookies and requests.
pub fn blocks(data: &LifecycleOutput) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Session lifecycle".to_owned())];
    if let Some(why) = &data.aborted {
        blocks.push(Block::Status { tone: Tone::Bad, word: "ENDED".to_owned(), rest: why.clone() });
    }
    let mut facts = vec![("logins", data.logins.to_string()), ("requests", data.sent.to_string())];
    if !data.auth_signal.is_empty() {
        facts.push(("classified by", data.auth_signal.clone()));
    }
    blocks.push(fields(facts));
    if !data.checks.is_empty() {
        blocks.push(Block::Points(data.checks.iter().map(check_item).collect()));
    }
    if !data.cookies.is_empty() {
        let state = |id: &'static str| id.replace('-', " ");
        let rows = data.cookies.iter().map(|cookie| {
            let before = if cookie.before_login { "yes" } else { "no" };
            let class = cookie.class.name().to_owned();
            vec![cookie.name.clone(), class, state(cookie.without), state(cookie.alone), before.to_owned()]
        });
        let head = vec!["COOKIE", "CLASS", "WITHOUT IT", "ALONE", "BEFORE LOGIN"];
        blocks.push(Block::Table { head, numbers: Vec::new(), rows: rows.collect() });
    }
    let rows = data.requests.iter().map(|done| {
        let state = done.auth_state.unwrap_or_default().replace('-', " ");
        let status = match done.first_status == done.status {
            true => done.status.to_string(),
            false => format!("{}, {}", done.first_status, done.status),
        };
        vec![done.method.to_string(), done.url.clone(), status, state, done.what.to_string()]
    });
    let head = vec!["METHOD", "URL", "STATUS", "SEEN AS", "PURPOSE"];
    blocks.push(Block::Table { head, numbers: vec![2], rows: rows.collect() });
    blocks
}

/// The results of the checks: `session lifecycle: 9 pass, 2 fail, 1 skipped`.
pub fn checks_summary(data: &LifecycleOutput) -> String {
    let count = |result: &str| data.checks.iter().filter(|check| check.result == result).count();
    let results = ["pass", "fail", "inconclusive", "skipped"].map(|result| (count(result), result));
    let counts = Some(format_counts(&results)).filter(|text| !text.is_empty());
    format!("session lifecycle: {}", counts.unwrap_or_else(|| "no checks".to_owned()))
}

fn check_item(own: &CheckOutput) -> ListItem {
    let tone = match own.result {
        "pass" => Tone::Good,
        "fail" => Tone::Bad,
        "inconclusive" => Tone::Warning,
        _ => Tone::Quiet,
    };
    ListItem {
        tone,
        id: own.result.to_owned(),
        message: own.expectation.to_owned(),
        details: own.why.iter().cloned().collect(),
    }
}

/// The table of session id samples.
pub fn sampled(all: &[samples::SessionIdOutput]) -> Vec<Block> {
    if all.is_empty() {
        return Vec::new();
    }
    let places = |fixed: &[samples::CharRangeOutput]| {
        let one = |place: &samples::CharRangeOutput| format!("{}-{}", place.first, place.last);
        fixed.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let row = |ids: &samples::SessionIdOutput| {
        let length = if ids.shortest == ids.longest {
            ids.longest.to_string()
        } else {
            format!("{}-{}", ids.shortest, ids.longest)
        };
        let mut found: Vec<String> = Vec::new();
        found.extend(ids.uuid_version.map(|version| format!("UUID version {version}")));
        found.extend(ids.readable.as_ref().map(ToString::to_string));
        found.extend(
            ids.parts
                .iter()
                .map(|part| format!("{}-{} {}", part.first, part.last, part.how.as_deref().unwrap_or(part.kind))),
        );
        vec![
            ids.name.clone(),
            format!("{} of {}", ids.distinct, ids.count),
            length,
            ids.alphabet.to_owned(),
            places(&ids.fixed),
            found.join("; "),
            ids.bits_at_most.to_string(),
        ]
    };
    let head = vec!["COOKIE", "DISTINCT", "LENGTH", "ALPHABET", "FIXED", "FOUND", "BITS AT MOST"];
    vec![
        Block::Heading("Session id entropy".to_owned()),
        Block::Table { head, numbers: vec![6], rows: all.iter().map(row).collect() },
        Block::Paragraph(
            "Entropy is an upper bound: fixed characters, counters and timestamps are subtracted, and the rest is \
             assumed to be random. No number of samples proves that it is."
                .to_owned(),
        ),
    ]
}
