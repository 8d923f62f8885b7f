//! What is measured, for eyes and for machines.

use super::Measured;
use super::gate::AuditGate;
use super::pipeline::{NotRead, TriedSecrets};
use authkit::audit::headroom::{Headroom, bytes_per_day};
use authkit::audit::measurements::{self, BreakdownRow, Distribution};
use authkit::audit::summary::AuditSummary;
use authkit::finding::format_count;
use authkit::report::{Block, Tone, fields};
use authkit::settings::ignores::UnusedIgnore;
use authkit::stats::quantiles::{Bin, Quantiles};
use authkit::time::Span;

/// The answer: what was measured, and what counts against the tokens.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct AuditOutput {
    #[serde(flatten)]
    measured: Measured,
    /// Findings that a baseline knows.
    known: u64,
    /// Findings that the settings ignore.
    ignored: u64,
    /// Ignores that matched nothing.
    unused_ignores: Vec<UnusedIgnore>,
    /// With --try-secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    tried_secrets: Option<TriedSecrets>,
    /// Files that were not read, by cause.
    left_out: AuditLeftOutOutput,
}

/// How much was not read, and why.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct AuditLeftOutOutput {
    /// Files that an ignore file names.
    ignored_files: u64,
    /// Directories that an ignore file names, each counted once.
    ignored_directories: u64,
    /// Files and directories whose names begin with a dot.
    hidden: u64,
    /// Files of directories that are not text.
    binary: u64,
    /// Files and directories that could not be read.
    unreadable: usize,
}

impl AuditOutput {
    pub fn from_summary(
        summary: &AuditSummary,
        top: usize,
        gate: Option<&AuditGate>,
        tried_secrets: Option<TriedSecrets>,
        left_out: &NotRead,
    ) -> Self {
        let NotRead { ignored, binary, unreadable } = left_out;
        Self {
            measured: measurements::data(summary, top),
            known: gate.map_or(0, |gate| gate.known),
            ignored: gate.map_or(0, |gate| gate.ignored),
            unused_ignores: gate.map(|gate| gate.unused.clone()).unwrap_or_default(),
            tried_secrets,
            left_out: AuditLeftOutOutput {
                ignored_files: ignored.files(),
                ignored_directories: ignored.directories(),
                hidden: ignored.hidden,
                binary: *binary,
                unreadable: *unreadable,
            },
        }
    }
}

/// Bins of a histogram.
const BINS: u32 = 8;

/// The report for eyes.
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
    for (count, what) in [(data.known, "known"), (data.ignored, "ignored")] {
        if count > 0 {
            rest.push_str(&format!(", {} {what}", format_count(count, "finding")));
        }
    }
    if let Some(what) = left_out.ignored.counted() {
        rest.push_str(&format!(", {what} left out by ignore files"));
    }
    if data.measured.partial {
        rest.push_str(" (partial: not everything was read)");
    }
    Block::Status { tone: Tone::Plain, word: format_count(totals.tokens, "token"), rest }
}

fn quantiles(values: &Distribution, say: impl Fn(u64) -> String) -> Option<Block> {
    let rows = [("p50", values.p50), ("p90", values.p90), ("p99", values.p99), ("max", values.max)];
    let rows: Option<Vec<_>> = rows.into_iter().map(|(name, value)| Some((name, say(value?)))).collect();
    rows.map(fields)
}

fn histogram(values: &Quantiles, say: impl Fn(u64) -> String) -> Vec<Block> {
    let bins = values.buckets(BINS);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    if bins.len() < 2 {
        return Vec::new();
    }
    let all = values.count();
    bins.iter().filter(|bin| bin.count > 0).map(|bin| bar(bin, most, all, &say)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a bar is for eyes")]
fn bar(bin: &Bin, most: u64, all: u64, say: impl Fn(u64) -> String) -> Block {
    let (from, to) = (say(*bin.values.start()), say(*bin.values.end()));
    let range = if from == to { from } else { format!("{from} to {to}") };
    let rest = format!("{range}: {} ({})", bin.count, percent(bin.count, all));
    Block::Bar { share: bin.count as f64 / most as f64, tone: Tone::Plain, rest }
}

fn lifetime(measured: &Distribution, values: &Quantiles) -> Vec<Block> {
    let say = |seconds| Span::seconds(seconds).to_string();
    let Some(rows) = quantiles(measured, say) else { return Vec::new() };
    let mut blocks = vec![Block::Heading("Lifetime".to_owned()), rows];
    blocks.extend(histogram(values, say));
    blocks
}

fn size(measured: &Measured, values: &Quantiles) -> Vec<Block> {
    let say = |bytes| format!("{bytes} B");
    let Some(rows) = quantiles(&measured.size_bytes, say) else { return Vec::new() };
    let mut blocks = vec![Block::Heading("Size".to_owned()), rows];
    blocks.extend(histogram(values, say));
    for (limit, room) in measured.limits.iter().zip(&measured.headroom) {
        let beyond = percent(limit.tokens, measured.totals.tokens);
        let what = format!("{beyond} of tokens exceed {} ({} bytes)", limit.limit, limit.limit_bytes);
        blocks.push(Block::Paragraph(format!("{what}{}", more(room))));
    }
    blocks
}

/// `; 40 more entries of roles until the largest does too`
fn more(room: &Headroom) -> String {
    match (&room.claim, room.largest.more_entries) {
        (Some(claim), Some(entries)) if room.largest.left_bytes >= 0 => {
            let plural = if entries == 1 { "y" } else { "ies" };
            format!("; {entries} more entr{plural} of {claim} fit beside the largest")
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
    head.extend(rate.map(|_| "A DAY"));
    let numbers = (1..head.len()).collect();
    vec![Block::Heading("Claims, the most bytes first".to_owned()), Block::Table { head, numbers, rows }]
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
            ("jti", format!("{}: a denylist can name them", share(counts.jti))),
            ("sid", format!("{}: with their session", share(counts.sid))),
            ("auth_time", format!("{}: by when the user signed in", share(counts.auth_time))),
            ("version", format!("{}: by a version of the user", share(counts.version))),
            ("jti reused", format!("{about}{} by different tokens", reused.count)),
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
                row.worst_seconds.map_or_else(|| "for ever".to_owned(), |worst| Span::seconds(worst).to_string());
            vec![issuer, row.tokens.to_string(), worst]
        })
        .collect();
    vec![
        Block::Heading("Exposure: how long a stolen token works at worst".to_owned()),
        Block::Table { head: vec!["ISSUER", "TOKENS", "WORST"], numbers: vec![1, 2], rows },
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
    const SHOWN: usize = 5;
    if measured.malformed_samples.is_empty() {
        return Vec::new();
    }
    let row = |one: &measurements::MalformedSample| {
        vec![format!("{}:{}:{}", one.file, one.line, one.column), one.reason.clone()]
    };
    let rows = measured.malformed_samples.iter().take(SHOWN).map(row).collect();
    vec![
        Block::Heading("Not tokens".to_owned()),
        Block::Table { head: vec!["PLACE", "WHY"], numbers: Vec::new(), rows },
    ]
}
