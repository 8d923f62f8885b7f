//! Human output of `authkit audit`: counts, distributions, tables of rules.

use super::Measured;
use super::output::*;
use super::pipeline::NotRead;
use authkit::audit::headroom::{Headroom, bytes_per_day};
use authkit::audit::measurements::{self, BreakdownRow, Distribution};
use authkit::audit::summary::AuditSummary;
use authkit::finding::format_count;
use authkit::report::{Block, Tone, fields};
use authkit::stats::quantiles::{Bin, Quantiles};
use authkit::time::Span;

/// The human-readable report.
pub fn blocks(
    data: &AuditOutput,
    summary: &AuditSummary,
    rate: Option<u64>,
    sources: usize,
    left_out: &NotRead,
) -> Vec<Block> {
    let measured = &data.measured;
    let mut blocks = vec![status(data, sources, left_out)];
    blocks.extend(lifetime(&measured.lifetime_seconds, summary.lifetime_seconds()));
    blocks.extend(size(measured, summary.size_bytes()));
    blocks.extend(claims(measured, rate));
    for (heading, rows) in [
        ("By issuer", &measured.by.issuer),
        ("By audience", &measured.by.audience),
        ("By algorithm", &measured.by.algorithm),
        ("By key", &measured.by.kid),
    ] {
        blocks.extend(table(heading, rows));
    }
    blocks.extend(revocation(measured));
    blocks.extend(exposure(measured));
    blocks.extend(rules(measured));
    blocks.extend(malformed(measured));
    blocks.push(Block::Gap);
    blocks
}

fn percent(part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    match tenths {
        0 if part > 0 => "<0.1 %".to_owned(),
        1..100 => format!("{}.{} %", tenths / 10, tenths % 10),
        _ => format!("{} %", tenths / 10),
    }
}

fn status(data: &AuditOutput, sources: usize, left_out: &NotRead) -> Block {
    let totals = &data.measured.totals;
    let mut rest = format!("in {} of {}", format_count(totals.lines, "line"), format_count(sources, "source"));
    for (count, what) in [
        (totals.expired, "expired"),
        (totals.without_exp, "without exp"),
        (totals.encrypted, "encrypted"),
        (totals.malformed, if totals.malformed == 1 { "not a token" } else { "not tokens" }),
    ] {
        if count > 0 {
            rest.push_str(&format!(", {count} {what}"));
        }
    }
    for (count, what) in [(data.baselined, "in the baseline"), (data.ignored, "ignored")] {
        if count > 0 {
            rest.push_str(&format!(", {} {what}", format_count(count, "finding")));
        }
    }
    if let Some(what) = left_out.ignored.counted() {
        rest.push_str(&format!(", {what} left out by ignore files"));
    }
    if data.measured.partial {
        rest.push_str(" (partial: some input was not read)");
    }
    Block::Status { tone: Tone::Plain, word: format_count(totals.tokens, "token"), rest }
}

fn quantiles(values: &Distribution, format: impl Fn(u64) -> String) -> Option<Block> {
    let rows = [("p50", values.p50), ("p90", values.p90), ("p99", values.p99), ("max", values.max)];
    let rows: Option<Vec<_>> = rows.into_iter().map(|(name, value)| Some((name, format(value?)))).collect();
    rows.map(fields)
}

fn histogram(values: &Quantiles, format: impl Fn(u64) -> String) -> Vec<Block> {
    let bins = values.buckets(BINS);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    if bins.len() < 2 {
        return Vec::new();
    }
    let all = values.count();
    bins.iter().filter(|bin| bin.count > 0).map(|bin| bar(bin, most, all, &format)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no precision")]
fn bar(bin: &Bin, most: u64, all: u64, format: impl Fn(u64) -> String) -> Block {
    let (from, to) = (format(*bin.values.start()), format(*bin.values.end()));
    let range = if from == to { from } else { format!("{from} to {to}") };
    let rest = format!("{range}: {} ({})", bin.count, percent(bin.count, all));
    Block::Bar { share: bin.count as f64 / most as f64, tone: Tone::Plain, rest }
}

fn lifetime(measured: &Distribution, values: &Quantiles) -> Vec<Block> {
    let format = |seconds| Span::seconds(seconds).to_string();
    let Some(rows) = quantiles(measured, format) else { return Vec::new() };
    let mut blocks = vec![Block::Heading("Lifetime".to_owned()), rows];
    blocks.extend(histogram(values, format));
    blocks
}

fn size(measured: &Measured, values: &Quantiles) -> Vec<Block> {
    let format = |bytes| format!("{bytes} B");
    let Some(rows) = quantiles(&measured.size_bytes, format) else { return Vec::new() };
    let mut blocks = vec![Block::Heading("Size".to_owned()), rows];
    blocks.extend(histogram(values, format));
    for (limit, headroom) in measured.limits.iter().zip(&measured.headroom) {
        let share = percent(limit.tokens, measured.totals.tokens);
        let exceeded = format!("{share} of tokens exceed {} ({} bytes)", limit.limit, limit.limit_bytes);
        blocks.push(Block::Paragraph(format!("{exceeded}{}", entries_left(headroom))));
    }
    blocks
}

/// `; the largest has room for 40 more entries of roles`
fn entries_left(headroom: &Headroom) -> String {
    match (&headroom.claim, headroom.largest.more_entries) {
        (Some(claim), Some(entries)) if headroom.largest.left_bytes >= 0 => {
            let plural = if entries == 1 { "y" } else { "ies" };
            format!("; the largest has room for {entries} more entr{plural} of {claim}")
        }
        _ => String::new(),
    }
}

fn claims(measured: &Measured, rate: Option<u64>) -> Vec<Block> {
    let tokens = measured.totals.tokens;
    let mut head = vec!["CLAIM", "TOKENS", "BYTES EACH", "SHARE"];
    let mut claims: Vec<_> = measured.claims.iter().collect();
    claims.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    let rows: Vec<Vec<String>> = claims
        .into_iter()
        .map(|claim| {
            let each = claim.bytes.checked_div(claim.tokens).unwrap_or(0);
            let share = percent(claim.bytes, measured.totals.bytes);
            let mut row = vec![claim.name.clone(), claim.tokens.to_string(), each.to_string(), share];
            row.extend(rate.map(|rate| megabytes(bytes_per_day(claim.bytes, tokens, rate))));
            row
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    head.extend(rate.map(|_| "PER DAY"));
    let numbers = (1..head.len()).collect();
    vec![Block::Heading("Claims, largest share first".to_owned()), Block::Table { head, numbers, rows }]
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0..10_000_000 => format!("{} kB", bytes / 1_000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

fn table(heading: &str, rows: &[BreakdownRow]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let rows = rows.iter().map(|row| vec![row.value.clone(), row.tokens.to_string()]).collect();
    let table = Block::Table { head: vec!["VALUE", "TOKENS"], numbers: vec![1], rows };
    vec![Block::Heading(heading.to_owned()), table]
}

fn revocation(measured: &Measured) -> Vec<Block> {
    let (counts, tokens) = (&measured.revocation, measured.totals.tokens);
    if tokens == 0 {
        return Vec::new();
    }
    let share = |count| format!("{} of tokens", percent(count, tokens));
    let reused = measured.duplicates.jti_reused;
    let about = if reused.estimated { "about " } else { "" };
    vec![
        Block::Heading("Revocation".to_owned()),
        fields(vec![
            ("jti", format!("{}: revocable one by one with a denylist", share(counts.jti))),
            ("sid", format!("{}: revocable with their session", share(counts.sid))),
            ("auth_time", format!("{}: revocable by sign-in time", share(counts.auth_time))),
            ("version", format!("{}: revocable by user version", share(counts.version))),
            ("jti reused", format!("{about}{} shared by different tokens", reused.count)),
        ]),
    ]
}

fn exposure(measured: &Measured) -> Vec<Block> {
    if measured.exposure.is_empty() {
        return Vec::new();
    }
    let rows = measured
        .exposure
        .iter()
        .map(|row| {
            let issuer = row.issuer.clone().unwrap_or_else(|| "(no iss)".to_owned());
            let worst =
                row.worst_seconds.map_or_else(|| "never expires".to_owned(), |worst| Span::seconds(worst).to_string());
            vec![issuer, row.tokens.to_string(), worst]
        })
        .collect();
    vec![
        Block::Heading("Exposure window (stolen token, worst case)".to_owned()),
        Block::Table { head: vec!["ISSUER", "TOKENS", "WINDOW"], numbers: vec![1, 2], rows },
    ]
}

fn rules(measured: &Measured) -> Vec<Block> {
    if measured.rules.is_empty() {
        return Vec::new();
    }
    let mut rules: Vec<_> = measured.rules.iter().collect();
    rules.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| b.count.cmp(&a.count)));
    let row = |rule: &&measurements::RuleCount| {
        vec![rule.severity.name().to_owned(), rule.rule.to_owned(), rule.count.to_string()]
    };
    let rows = rules.iter().map(row).collect();
    vec![
        Block::Heading("Findings".to_owned()),
        Block::Table { head: vec!["SEVERITY", "RULE", "TOKENS"], numbers: vec![2], rows },
    ]
}

fn malformed(measured: &Measured) -> Vec<Block> {
    const MAX_ROWS: usize = 5;
    if measured.malformed_samples.is_empty() {
        return Vec::new();
    }
    let row = |sample: &measurements::MalformedSample| {
        vec![format!("{}:{}:{}", sample.file, sample.line, sample.column), sample.reason.clone()]
    };
    let rows = measured.malformed_samples.iter().take(MAX_ROWS).map(row).collect();
    vec![
        Block::Heading("Not tokens".to_owned()),
        Block::Table { head: vec!["LOCATION", "REASON"], numbers: Vec::new(), rows },
    ]
}
