//! The report for eyes.

use crate::cli::context::Context;
use crate::cli::lifecycle;
use authkit::finding::format_count;
use authkit::probe::output::{CookieOutput, ProbeOutput, ResponseOutput};
use authkit::report::{Block, ListItem, Tone};
use authkit::time::{Span, UnixTime};

/// Rows of a table; the others are in the JSON.
const ROWS: usize = 60;

/// The report: what was seen, which cookies there are, and what a browser does with each.
pub fn blocks(data: &ProbeOutput, context: &Context) -> Vec<Block> {
    let mut blocks = vec![status(data)];
    if let Some(life) = &data.life_cycle {
        blocks.extend(lifecycle::blocks(life));
    }
    blocks.extend(lifecycle::sampled(&data.sampled));
    blocks.extend(responses(data));
    blocks.extend(cookies(data));
    blocks.extend(tokens(data, context.current_time()));
    blocks.extend(failures(data));
    blocks.push(Block::Gap);
    blocks
}

fn status(data: &ProbeOutput) -> Block {
    let totals = &data.totals;
    let mut rest = vec![format_count(totals.cookies, "Set-Cookie line")];
    for (number, what) in [
        (totals.stored, "stored"),
        (totals.dropped, "dropped by browsers"),
        (totals.differ, "on which browsers differ"),
    ] {
        if number > 0 {
            rest.push(format!("{number} {what}"));
        }
    }
    for (number, what) in [(totals.deletions, "deletion"), (totals.tokens, "token")] {
        if number > 0 {
            rest.push(format_count(number, what));
        }
    }
    if totals.failures > 0 {
        rest.push(format!("{} without an answer to judge", format_count(totals.failures, "request")));
    }
    for (number, what) in
        [(data.known, "known"), (data.ignored, "ignored"), (data.allowed, "allowed"), (data.repeated, "repeated")]
    {
        if number > 0 {
            rest.push(format!("{} {what}", format_count(number, "finding")));
        }
    }
    let mut rest = rest.join(", ");
    for (holds, what) in [
        (data.insecure, " (--insecure: certificates were not checked)"),
        (data.assume_https, " (--assume-https: plain http is judged as https)"),
        (data.partial, " (partial: not everything was seen)"),
    ] {
        if holds {
            rest.push_str(what);
        }
    }
    if let Some(assumed) = &data.assumed {
        rest.push_str(&format!(" (assumed: {assumed})"));
    }
    Block::Status { tone: Tone::Plain, word: format!("{},", format_count(totals.responses, "response")), rest }
}

/// Rows of a table, with a line about those that do not fit.
fn table(heading: &str, head: Vec<&'static str>, numbers: Vec<usize>, mut rows: Vec<Vec<String>>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let left = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let mut blocks = vec![Block::Heading(heading.to_owned()), Block::Table { head, numbers, rows }];
    if left > 0 {
        blocks.push(Block::Paragraph(format!("and {left} more, which --json lists")));
    }
    blocks
}

fn responses(data: &ProbeOutput) -> Vec<Block> {
    let row = |response: &ResponseOutput| {
        let mut url = response.url.clone();
        if response.method != "GET" {
            url = format!("{} {url}", response.method);
        }
        match response.purpose {
            "made-up-origin" => url.push_str(" (with a made-up Origin)"),
            "plain-http" => url.push_str(" (plain http)"),
            _ => {}
        }
        if let Some(redirect) = &response.redirect {
            url.push_str(&format!(" → {redirect}"));
        }
        for note in &response.notes {
            url.push_str(&format!("; {note}"));
        }
        vec![
            response.number.to_string(),
            response.hop.to_string(),
            response.status.to_string(),
            response.cookies.len().to_string(),
            url,
        ]
    };
    let rows = data.responses.iter().map(row).collect();
    table("Responses", vec!["#", "HOP", "STATUS", "COOKIES", "URL"], vec![0, 1, 2, 3], rows)
}

fn cookies(data: &ProbeOutput) -> Vec<Block> {
    let all = data.responses.iter().flat_map(|response| response.cookies.iter().map(move |cookie| (response, cookie)));
    let row = |(response, cookie): (&ResponseOutput, &CookieOutput)| {
        let name = if cookie.said.name.is_empty() { "(nameless)".to_owned() } else { cookie.said.name.clone() };
        vec![name, response.number.to_string(), cookie.class.to_owned(), kept(cookie), cookie.verdict.clone()]
    };
    let rows = all.map(row).collect();
    table("Cookies, and what a browser does", vec!["NAME", "#", "CLASS", "AS", "BROWSER"], vec![1], rows)
}

/// The cookie as a browser takes it: `31 d, Secure, HttpOnly, Lax`.
fn kept(cookie: &CookieOutput) -> String {
    let own = &cookie.said.effective;
    if own.lifetime_seconds == Some(0) {
        return String::new();
    }
    let lifetime = own.lifetime_seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Span::seconds);
    let mut words = vec![lifetime.map_or_else(|| "session".to_owned(), |span| span.to_string())];
    for (holds, word) in [(own.secure, "Secure"), (own.http_only, "HttpOnly"), (own.partitioned, "Partitioned")] {
        if holds {
            words.push(word.to_owned());
        }
    }
    words.push(match own.same_site {
        "Default" => "no SameSite".to_owned(),
        other => other.to_owned(),
    });
    if !own.host_only {
        words.push(format!("*.{}", own.domain));
    }
    if own.path != "/" {
        words.push(own.path.clone());
    }
    words.join(", ")
}

fn tokens(data: &ProbeOutput, now: UnixTime) -> Vec<Block> {
    let row = |token: &authkit::probe::output::TokenOutput| {
        let lives = match token.lifetime_seconds {
            Some(seconds) => Span::seconds(seconds).to_string(),
            None if token.form == "jws" && token.expires.is_none() => "for ever".to_owned(),
            None => String::new(),
        };
        let expires = token.expires.map(|at| UnixTime(at).relative_to(now)).unwrap_or_default();
        let alg = token.alg.clone().unwrap_or_else(|| token.form.to_owned());
        vec![token.place.clone(), token.response.to_string(), alg, token.bytes.to_string(), lives, expires]
    };
    let rows = data.tokens.iter().map(row).collect();
    table("Tokens, not verified", vec!["WHERE", "#", "ALG", "BYTES", "LIVES", "EXPIRES"], vec![1, 3], rows)
}

fn failures(data: &ProbeOutput) -> Vec<Block> {
    if data.failures.is_empty() {
        return Vec::new();
    }
    let point = |failed: &authkit::probe::output::RequestFailureOutput| ListItem {
        tone: Tone::Bad,
        id: failed.kind.clone(),
        message: format!("{}: {}", failed.url, failed.message),
        details: Vec::new(),
    };
    let mut points: Vec<ListItem> = data.failures.iter().take(ROWS).map(point).collect();
    let left = data.failures.len().saturating_sub(ROWS);
    if left > 0 {
        let message = format!("and {left} more, which --json lists");
        points.push(ListItem { tone: Tone::Quiet, id: String::new(), message, details: Vec::new() });
    }
    vec![Block::Heading("No answer to judge".to_owned()), Block::Points(points)]
}
