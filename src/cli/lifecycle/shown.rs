//! A life cycle for eyes.

use authkit::lifecycle::{Answer, Plan, Standing, Story};
use authkit::report::{Block, Point, Tone, fields};

/// A plan that is not carried out.
pub fn planned(plan: &Plan) -> Vec<Block> {
    let steps = plan.steps();
    let logins = steps.iter().filter(|step| step.is_login).count();
    let requests: usize = steps.iter().map(|step| step.times).sum();
    let rows = steps.iter().map(|step| {
        let times = if step.times == 1 { String::new() } else { format!("up to {}", step.times) };
        vec![step.method.to_owned(), step.url.shown(), times, step.what.to_owned()]
    });
    let names: Vec<&str> = plan.fields.iter().map(|field| field.name.as_str()).collect();
    vec![
        Block::Status {
            tone: Tone::Plain,
            word: "PLAN".to_owned(),
            rest: format!("{logins} logins, {requests} requests at most and their redirects; nothing was sent"),
        },
        Block::Table { head: vec!["method", "url", "times", "what for"], numbers: Vec::new(), rows: rows.collect() },
        fields(vec![
            ("fields", names.join(", ")),
            ("origin", plan.login.origin()),
            ("stops at", "the first refusal of a login, the first 429, the first request without an answer".to_owned()),
        ]),
    ]
}

/// What was seen.
pub fn blocks(story: &Story) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Life cycle of the session".to_owned())];
    if let Some(why) = &story.ended {
        blocks.push(Block::Status { tone: Tone::Bad, word: "ENDED".to_owned(), rest: why.clone() });
    }
    let session = story.session();
    let session = if session.is_empty() { "no cookie is known to be it".to_owned() } else { session.join(", ") };
    blocks.push(fields(vec![
        ("session", session),
        ("told by", if story.telling.is_empty() { "nothing".to_owned() } else { story.telling.clone() }),
        ("logins", story.logins.to_string()),
        ("requests", story.exchanges.len().to_string()),
    ]));
    if !story.answers.is_empty() {
        blocks.push(Block::Points(
            story.answers.iter().map(|(question, answer)| point(question.words(), answer)).collect(),
        ));
    }
    if !story.cookies.is_empty() {
        let rows = story.cookies.iter().map(|cookie| {
            let before = if cookie.before_login { "yes" } else { "no" };
            vec![
                cookie.name.clone(),
                cookie.class.name().to_owned(),
                cookie.without.name().to_owned(),
                cookie.alone.name().to_owned(),
                before.to_owned(),
            ]
        });
        let head = vec!["cookie", "by its name", "without it", "alone", "before login"];
        blocks.push(Block::Table { head, numbers: Vec::new(), rows: rows.collect() });
    }
    let rows = story.done.iter().map(|done| {
        let who = done.standing.map(Standing::name).unwrap_or_default();
        vec![done.method.to_owned(), done.url.shown(), done.status.to_string(), who.to_owned(), done.what.to_owned()]
    });
    let head = vec!["method", "url", "status", "who", "what for"];
    blocks.push(Block::Table { head, numbers: vec![2], rows: rows.collect() });
    blocks
}

fn point(question: &str, answer: &Answer) -> Point {
    let tone = match answer {
        Answer::Yes => Tone::Good,
        Answer::No => Tone::Bad,
        Answer::Unclear(_) => Tone::Warning,
        Answer::NotAsked(_) => Tone::Quiet,
    };
    let details = answer.why().map(str::to_owned).into_iter().collect();
    Point { tone, id: answer.name().to_owned(), message: question.to_owned(), details }
}
