//! The human-readable report of `probe`.

use crate::cli::context::Context;
use crate::cli::gate_args::removed_findings;
use crate::cli::lifecycle;
use authkit::finding::{format_count, format_counts};
use authkit::probe::output::{CookieOutput, ProbeOutput, ResponseOutput};
use authkit::report::{Block, ListItem, Tone};
use authkit::time::{Span, UnixTime};

/// Maximum rows of a table; the JSON output lists all of them.
const ROWS: usize = 60;

/// The report: responses, cookies as browsers store them, tokens and failed requests.
pub fn blocks(data: &ProbeOutput, context: &Context) -> Vec<Block> {
    let mut blocks = vec![totals(data)];
    if let Some(life_cycle) = &data.life_cycle {
        blocks.extend(lifecycle::blocks(life_cycle));
    }
    blocks.extend(lifecycle::sampled(&data.sampled));
    blocks.extend(responses(data));
    blocks.extend(cookies(data));
    blocks.extend(tokens(data, context.current_time()));
    blocks.extend(failures(data));
    blocks
}

/// What was checked: `3 responses`.
pub fn scope(data: &ProbeOutput) -> String {
    let sampled = data.sampled.iter().fold(0_usize, |sum, ids| sum.saturating_add(ids.count));
    match (data.totals.responses, sampled) {
        (0, 1..) => format_count(sampled, "session id"),
        (responses, _) => format_count(responses, "response"),
    }
}

/// The second line: what browsers do with the cookies, removed findings, and what restricts the result.
fn totals(data: &ProbeOutput) -> Block {
    let totals = &data.totals;
    let mut parts = Vec::new();
    // The first line counts the checks of a session lifecycle instead.
    parts.extend(data.life_cycle.is_some().then(|| format_count(totals.responses, "response")));
    let stored = format_counts(&[
        (totals.stored, "stored"),
        (totals.dropped, "rejected by browsers"),
        (totals.differ, "handled differently by browsers"),
        (totals.deletions, if totals.deletions == 1 { "deletion" } else { "deletions" }),
    ]);
    parts.push(match totals.cookies {
        0 => "no Set-Cookie lines".to_owned(),
        count => format!("{}: {stored}", format_count(count, "Set-Cookie line")),
    });
    parts.extend((totals.tokens > 0).then(|| format_count(totals.tokens, "token")));
    parts.extend((totals.failures > 0).then(|| format!("{} failed", format_count(totals.failures, "request"))));
    parts.extend(removed_findings(&[
        (data.baselined, "in the baseline"),
        (data.ignored, "ignored"),
        (data.allowed, "allowed"),
        (data.repeated, "repeated"),
    ]));
    for (holds, what) in [
        (data.insecure, "--insecure: certificates were not verified"),
        (data.assume_https, "--assume-https: plain HTTP is treated as HTTPS"),
        (data.partial, "partial: some responses are missing"),
    ] {
        parts.extend(holds.then(|| what.to_owned()));
    }
    parts.extend(data.assumed.as_ref().map(|assumed| format!("assumed: {assumed}")));
    Block::Paragraph(parts.join("; "))
}

/// A table with at most [`ROWS`] rows, followed by the number of the others.
fn table(heading: &str, head: Vec<&'static str>, numbers: Vec<usize>, mut rows: Vec<Vec<String>>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let left = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let mut blocks = vec![Block::Heading(heading.to_owned()), Block::Table { head, numbers, rows }];
    if left > 0 {
        blocks.push(Block::Paragraph(format!("and {left} more (see --json)")));
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
            "plain-http" => url.push_str(" (plain HTTP)"),
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
        vec![name, response.number.to_string(), cookie.class.to_owned(), stored_as(cookie), cookie.verdict.clone()]
    };
    let rows = all.map(row).collect();
    table("Cookies in browsers", vec!["NAME", "#", "CLASS", "STORED AS", "BROWSER"], vec![1], rows)
}

/// The cookie as a browser stores it: `31 d, Secure, HttpOnly, Lax`.
fn stored_as(cookie: &CookieOutput) -> String {
    let stored = &cookie.said.effective;
    if stored.lifetime_seconds == Some(0) {
        return String::new();
    }
    let lifetime = stored.lifetime_seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Span::seconds);
    let mut words = vec![lifetime.map_or_else(|| "session".to_owned(), |span| span.to_string())];
    for (holds, word) in
        [(stored.secure, "Secure"), (stored.http_only, "HttpOnly"), (stored.partitioned, "Partitioned")]
    {
        if holds {
            words.push(word.to_owned());
        }
    }
    words.push(match stored.same_site {
        "Default" => "no SameSite".to_owned(),
        other => other.to_owned(),
    });
    if !stored.host_only {
        words.push(format!("*.{}", stored.domain));
    }
    if stored.path != "/" {
        words.push(stored.path.clone());
    }
    words.join(", ")
}

fn tokens(data: &ProbeOutput, now: UnixTime) -> Vec<Block> {
    let row = |token: &authkit::probe::output::TokenOutput| {
        let lifetime = match token.lifetime_seconds {
            Some(seconds) => Span::seconds(seconds).to_string(),
            None if token.form == "jws" && token.expires.is_none() => "never expires".to_owned(),
            None => String::new(),
        };
        let expires = token.expires.map(|at| UnixTime(at).relative_to(now)).unwrap_or_default();
        let alg = token.alg.clone().unwrap_or_else(|| token.form.to_owned());
        vec![token.place.clone(), token.response.to_string(), alg, token.bytes.to_string(), lifetime, expires]
    };
    let rows = data.tokens.iter().map(row).collect();
    table("Tokens (not verified)", vec!["LOCATION", "#", "ALG", "BYTES", "LIFETIME", "EXPIRES"], vec![1, 3], rows)
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
        let message = format!("and {left} more (see --json)");
        points.push(ListItem { tone: Tone::Quiet, id: String::new(), message, details: Vec::new() });
    }
    vec![Block::Heading("Failed requests".to_owned()), Block::Points(points)]
}
