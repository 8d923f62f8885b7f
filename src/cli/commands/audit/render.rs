//! Human output of `authkit audit`: counts, distributions, tables of rules.

use super::Measured;
use super::output::*;
use super::pipeline::NotRead;
use crate::cli::gate_args::removed_findings;
use crate::cli::number_format::format_share;
use authkit::audit::headroom::{Headroom, bytes_per_day};
use authkit::audit::measurements::{self, BreakdownRow, Distribution, IssuerExposure};
use authkit::audit::summary::AuditSummary;
use authkit::finding::{format_count, format_counts, group_digits};
use authkit::report::{Block, ProseSpan, Tone, fields};
use authkit::settings::gate::Gate;
use authkit::stats::quantiles::{Bin, Quantiles};
use authkit::time::Span;

/// Maximum number of bars of a histogram.
const BINS: u32 = 5;

/// What determines the form of the report.
pub struct AuditStyle {
    /// Requests per second, for the traffic of each claim.
    pub rate: Option<u64>,
    /// Available width, in columns.
    pub width: usize,
    /// The summary is merged from those of earlier runs.
    pub merged: bool,
}

/// What was checked: `1,000 tokens from 1 source`.
pub fn scope(data: &AuditOutput, sources: usize) -> String {
    let totals = &data.measured.totals;
    let encrypted = match totals.encrypted {
        0 => String::new(),
        count => format!(" and {} encrypted", number(count)),
    };
    format!("{}{encrypted} from {}", format_count(totals.tokens, "token"), format_count(sources, "source"))
}

/// The human-readable report below its first line; the findings follow it.
pub fn blocks(
    data: &AuditOutput,
    summary: &AuditSummary,
    gate: &Gate,
    style: &AuditStyle,
    left_out: &NotRead,
) -> Vec<Block> {
    let measured = &data.measured;
    let mut blocks: Vec<Block> = totals(data, left_out, style.merged).into_iter().collect();
    blocks.extend(rules(gate, style.width));
    blocks.extend(distributions(measured, summary.lifetime_seconds()));
    blocks.extend(sizes(measured));
    blocks.extend(claims(measured, style.rate));
    blocks.extend(breakdown(measured));
    blocks.extend(revocation(measured));
    blocks.extend(malformed(measured));
    blocks
}

fn number(count: u64) -> String {
    group_digits(&count.to_string())
}

/// The second line, if there is more to say than that each line is a token: lines, dates, what is not a token, removed
/// findings, and what was not read.
fn totals(data: &AuditOutput, left_out: &NotRead, merged: bool) -> Option<Block> {
    let totals = &data.measured.totals;
    let mut parts = vec![format_count(totals.lines, "line")];
    let dates = [
        (totals.expired, "expired"),
        (totals.not_yet_valid, "not yet valid"),
        (totals.without_exp, "without exp"),
        (totals.malformed, if totals.malformed == 1 { "not a token" } else { "not tokens" }),
    ];
    parts.extend(Some(format_counts(&dates)).filter(|text| !text.is_empty()));
    parts.extend(removed_findings(&[(data.baselined, "in the baseline"), (data.ignored, "ignored")]));
    parts.extend(left_out.ignored.counted().map(|what| format!("{what} left out by ignore files")));
    // The first line says it of this run.
    parts.extend((merged && data.measured.partial).then(|| "partial: some input was not read".to_owned()));
    let is_plain = parts.len() == 1 && totals.lines == totals.tokens;
    (!is_plain).then(|| Block::Prose(vec![ProseSpan::Ours(parts.join("; "))]))
}

/// The findings by rule, with the message of a rule where all rows fit into `width`.
fn rules(gate: &Gate, width: usize) -> Vec<Block> {
    let rows = gate.counts.ranked();
    if rows.is_empty() {
        return Vec::new();
    }
    let message = |rule: &str, severity| {
        let mut own = gate.findings.iter().filter(|one| one.rule == rule && one.severity == severity);
        let first = own.next().map(|one| one.message.clone()).unwrap_or_default();
        // A message with the values of one token does not describe the others.
        if own.all(|one| one.message == first) { first } else { String::new() }
    };
    let mut rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(rule, severity, count)| {
            vec![severity.name().to_owned(), rule.to_owned(), number(count), message(rule, severity)]
        })
        .collect();
    let mut head = vec!["SEVERITY", "RULE", "TOKENS", "MESSAGE"];
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|name| name.len())).max().unwrap_or(0).saturating_add(2)
    };
    if (0..head.len()).map(widest).fold(0, usize::saturating_add) > width {
        head.pop();
        rows.iter_mut().for_each(|row| row.truncate(head.len()));
    }
    vec![Block::Heading("Findings".to_owned()), Block::Table { head, numbers: vec![2], rows }]
}

/// Percentiles of lifetimes and sizes, and the histogram of lifetimes.
fn distributions(measured: &Measured, lifetimes: &Quantiles) -> Vec<Block> {
    let rows = [
        row("lifetime", &measured.lifetime_seconds, span),
        row("size", &measured.size_bytes, |bytes| format!("{} B", number(bytes))),
    ];
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = vec!["", "P50", "P90", "P99", "MAX"];
    let mut blocks =
        vec![Block::Heading("Lifetimes and sizes".to_owned()), Block::Table { head, numbers: vec![1, 2, 3, 4], rows }];
    blocks.extend(histogram(lifetimes));
    blocks
}

fn span(seconds: u64) -> String {
    Span::seconds(seconds).to_string()
}

fn row(name: &str, values: &Distribution, format: impl Fn(u64) -> String) -> Option<Vec<String>> {
    let values = [values.p50, values.p90, values.p99, values.max];
    let values: Option<Vec<String>> = values.into_iter().map(|value| value.map(&format)).collect();
    values.map(|values| [name.to_owned()].into_iter().chain(values).collect())
}

fn histogram(lifetimes: &Quantiles) -> Vec<Block> {
    let bins = lifetimes.buckets(BINS);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    let filled: Vec<&Bin> = bins.iter().filter(|bin| bin.count > 0).collect();
    // Of two, the percentiles say as much.
    if filled.len() < 3 {
        return Vec::new();
    }
    filled.into_iter().map(|bin| bar(bin, most, lifetimes.count())).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a bar needs no precision")]
fn bar(bin: &Bin, most: u64, all: u64) -> Block {
    let (from, to) = (span(*bin.values.start()), span(*bin.values.end()));
    let range = if from == to { from } else { format!("{from} to {to}") };
    let rest = format!("{range}: {} ({})", number(bin.count), format_share(bin.count, all));
    Block::Bar { share: bin.count as f64 / most as f64, tone: Tone::Plain, rest }
}

/// The limits that tokens exceed, and the headroom of the largest token below the first limit that it meets.
fn sizes(measured: &Measured) -> Vec<Block> {
    let exceeded = measured.limits.iter().filter(|limit| limit.tokens > 0).map(|limit| {
        let share = format_share(limit.tokens, measured.totals.tokens);
        format!("{share} of tokens exceed {} ({} bytes)", limit.limit, group_digits(&limit.limit_bytes.to_string()))
    });
    let met = measured.headroom.iter().find(|headroom| headroom.largest.left_bytes >= 0);
    exceeded.chain(met.and_then(entries_left)).map(Block::Paragraph).collect()
}

/// `the largest token has room for 40 more entries of roles in one cookie`
fn entries_left(headroom: &Headroom) -> Option<String> {
    let (claim, entries) = headroom.claim.as_ref().zip(headroom.largest.more_entries)?;
    let (plural, entries) = (if entries == 1 { "y" } else { "ies" }, number(entries));
    Some(format!("the largest token has room for {entries} more entr{plural} of {claim} in {}", headroom.limit))
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
            let share = format_share(claim.bytes, measured.totals.bytes);
            let mut row = vec![claim.name.clone(), number(claim.tokens), number(each), share];
            row.extend(rate.map(|rate| megabytes(bytes_per_day(claim.bytes, tokens, rate))));
            row
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    head.extend(rate.map(|_| "PER DAY"));
    let numbers = (1..head.len()).collect();
    vec![Block::Heading("Claims".to_owned()), Block::Table { head, numbers, rows }]
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0..10_000_000 => format!("{} kB", number(bytes / 1_000)),
        10_000_000..10_000_000_000 => format!("{} MB", number(bytes / 1_000_000)),
        _ => format!("{} GB", number(bytes / 1_000_000_000)),
    }
}

/// The issuers with their exposure windows (how long a stolen token is accepted in the worst case), then the values of
/// audience, algorithm and key.
fn breakdown(measured: &Measured) -> Vec<Block> {
    let issuer = |row: &IssuerExposure| {
        let issuer = row.issuer.clone().unwrap_or_else(|| "(none)".to_owned());
        let window = row.worst_seconds.map_or_else(|| "never expires".to_owned(), span);
        vec!["iss".to_owned(), issuer, number(row.tokens), window]
    };
    let by = &measured.by;
    let others = [("aud", &by.audience), ("alg", &by.algorithm), ("kid", &by.kid)];
    let others = others.into_iter().flat_map(|(name, rows)| rows.iter().map(move |row| (name, row)));
    let other = |(name, row): (&str, &BreakdownRow)| {
        vec![name.to_owned(), row.value.clone(), number(row.tokens), String::new()]
    };
    let rows: Vec<_> = measured.exposure.iter().map(issuer).chain(others.map(other)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = vec!["NAME", "VALUE", "TOKENS", "EXPOSURE WINDOW"];
    let table = Block::Table { head, numbers: vec![2, 3], rows };
    vec![Block::Heading("Issuers, audiences, algorithms and keys".to_owned()), table]
}

/// The claims by which tokens can be revoked before they expire.
fn revocation(measured: &Measured) -> Vec<Block> {
    let (counts, tokens) = (&measured.revocation, measured.totals.tokens);
    if tokens == 0 {
        return Vec::new();
    }
    let heading = Block::Heading("Revocation".to_owned());
    let rows = [
        ("jti", counts.jti, "one by one with a denylist"),
        ("sid", counts.sid, "with their session"),
        ("auth_time", counts.auth_time, "by sign-in time"),
        ("version", counts.version, "by user version"),
    ];
    let present = rows.into_iter().filter(|(_, count, _)| *count > 0);
    let mut rows: Vec<(&'static str, String)> = present
        .map(|(claim, count, how)| (claim, format!("{} of tokens: revocable {how}", format_share(count, tokens))))
        .collect();
    let reused = measured.duplicates.jti_reused;
    if reused.count > 0 {
        let about = if reused.estimated { "about " } else { "" };
        rows.push(("jti reused", format!("{about}{} shared by different tokens", number(reused.count))));
    }
    if rows.is_empty() {
        let none = "none: no token has jti, sid, auth_time or a version claim";
        return vec![heading, Block::Paragraph(none.to_owned())];
    }
    vec![heading, fields(rows)]
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
