//! A life cycle and sampled ids for eyes.

use authkit::cookie::session_id::output as samples;
#[cfg(feature = "net")]
use authkit::finding::format_count;
#[cfg(feature = "net")]
use authkit::lifecycle::output::PlanStepOutput;
use authkit::lifecycle::output::{CheckOutput, LifecycleOutput};
use authkit::report::{Block, ListItem, Tone, fields};

/// A plan that is not carried out.
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
    let rest = format!("{logins}, {requests} at most and their redirects; nothing was sent");
    vec![
        Block::Status { tone: Tone::Plain, word: "PLAN".to_owned(), rest },
        Block::Table { head: vec!["METHOD", "URL", "TIMES", "WHAT FOR"], numbers: Vec::new(), rows },
        fields(vec![
            ("fields", sent.join(", ")),
            ("origin", format!("{origin}; nothing goes to another")),
            ("stops at", "a login that is refused, 429, a request without an answer".to_owned()),
            ("account", "use one that is made for tests: sites lock accounts and write mails".to_owned()),
        ]),
    ]
}

/// What was seen.
pub fn blocks(data: &LifecycleOutput) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Life cycle of the session".to_owned())];
    if let Some(why) = &data.ended {
        blocks.push(Block::Status { tone: Tone::Bad, word: "ENDED".to_owned(), rest: why.clone() });
    }
    let mut facts = vec![("logins", data.logins.to_string()), ("requests", data.sent.to_string())];
    if !data.telling.is_empty() {
        facts.push(("told by", data.telling.clone()));
    }
    blocks.push(fields(facts));
    if !data.answers.is_empty() {
        blocks.push(Block::Points(data.answers.iter().map(point).collect()));
    }
    if !data.cookies.is_empty() {
        let who = |id: &'static str| id.replace('-', " ");
        let rows = data.cookies.iter().map(|cookie| {
            let before = if cookie.before_login { "yes" } else { "no" };
            let class = cookie.class.name().to_owned();
            vec![cookie.name.clone(), class, who(cookie.without), who(cookie.alone), before.to_owned()]
        });
        let head = vec!["COOKIE", "BY ITS NAME", "WITHOUT IT", "ALONE", "BEFORE LOGIN"];
        blocks.push(Block::Table { head, numbers: Vec::new(), rows: rows.collect() });
    }
    let rows = data.requests.iter().map(|done| {
        let who = done.standing.unwrap_or_default().replace('-', " ");
        let status = match done.first_status == done.status {
            true => done.status.to_string(),
            false => format!("{}, {}", done.first_status, done.status),
        };
        vec![done.method.to_string(), done.url.clone(), status, who, done.what.to_string()]
    });
    let head = vec!["METHOD", "URL", "STATUS", "SEEN AS", "WHAT FOR"];
    blocks.push(Block::Table { head, numbers: vec![2], rows: rows.collect() });
    blocks
}

fn point(own: &CheckOutput) -> ListItem {
    let tone = match own.answer {
        "yes" => Tone::Good,
        "no" => Tone::Bad,
        "unclear" => Tone::Warning,
        _ => Tone::Quiet,
    };
    ListItem {
        tone,
        id: own.answer.to_owned(),
        message: own.question.to_owned(),
        details: own.why.iter().cloned().collect(),
    }
}

/// Ids that visitors got.
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
    let head = vec!["COOKIE", "DIFFERENT", "LENGTH", "MADE OF", "FIXED", "FOUND", "BITS AT MOST"];
    vec![
        Block::Heading("Sampled ids".to_owned()),
        Block::Table { head, numbers: vec![6], rows: all.iter().map(row).collect() },
        Block::Paragraph(
            "Bits are an upper bound: what is fixed, counted or dated is taken off, and all else is taken for random. No number of samples shows that it is."
                .to_owned(),
        ),
    ]
}
