//! The JSON output of an audit: `data` of `authkit audit`, a versioned contract.

use super::counts::{IssuerCounts, RevocationClaimCounts, TokenCount, TokenTotals};
use super::counts_by_name::CountsByName;
use super::headroom::{Headroom, headroom};
use super::summary::AuditSummary;
use crate::encoding::bounds::as_u64;
use crate::finding::Severity;
use crate::stats::distinct_sample::{Estimate, Merge};
use crate::stats::quantiles::{Quantiles, RELATIVE_ERROR};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;

/// Default number of rows of a table.
pub const TOP: usize = 20;

/// Results of an audit. Nothing is verified: no signature was checked.
#[derive(Serialize, JsonSchema, Debug)]
pub struct AuditMeasurements {
    /// Lines, tokens and bytes of the whole input.
    pub totals: TokenTotals,
    /// `exp` − `iat`, else `exp` − `nbf`; 0 for a token that ends before it starts.
    pub lifetime_seconds: Distribution,
    /// Sizes of the compact tokens.
    pub size_bytes: Distribution,
    /// By name; those in the most tokens first.
    pub claims: Vec<ClaimRow>,
    /// Tokens by issuer, audience, algorithm and `kid`.
    pub by: Breakdown,
    /// Tokens with each claim that revocation before expiry needs.
    pub revocation: RevocationClaimCounts,
    /// Exposure window of a stolen token, the longest first.
    pub exposure: Vec<IssuerExposure>,
    /// Reused `jti` and repeated tokens.
    pub duplicates: DuplicateCounts,
    /// Headroom below each size limit of HTTP requests, the smallest limit first; empty without tokens.
    pub headroom: Vec<Headroom>,
    /// Tokens that exceed each size limit of HTTP requests, the smallest limit first.
    pub limits: Vec<SizeLimitRow>,
    /// The first malformed tokens by location; `totals.malformed` is the number of all.
    pub malformed_samples: Vec<MalformedSample>,
    /// Number of findings of each rule and severity, sorted by rule.
    pub rules: Vec<RuleCount>,
    /// Distinct names and omitted rows of each table.
    pub coverage: Coverage,
    /// Whether the input was read only in part.
    pub partial: bool,
}

/// Count, minimum and maximum are exact; the others are nearest-rank percentiles and observed values.
/// All but the count are null without values.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Distribution {
    /// Number of values.
    pub count: u64,
    /// Smallest value.
    pub min: Option<u64>,
    /// Median.
    pub p50: Option<u64>,
    /// 90th percentile.
    pub p90: Option<u64>,
    /// 99th percentile.
    pub p99: Option<u64>,
    /// Largest value.
    pub max: Option<u64>,
    /// A percentile is below the true one by at most this share.
    pub relative_error: f64,
}

/// Frequency and size of one claim.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ClaimRow {
    /// Claim name, untrusted text; beyond 120 bytes it is truncated, with an ellipsis.
    pub name: String,
    /// Tokens with the claim.
    pub tokens: u64,
    /// Over all tokens, as sent.
    pub bytes: u64,
}

/// The most frequent first.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Breakdown {
    /// By `iss`; tokens without an issuer are left out.
    pub issuer: Vec<BreakdownRow>,
    /// By each audience of `aud`; tokens without an audience are left out.
    pub audience: Vec<BreakdownRow>,
    /// By header parameter `alg`.
    pub algorithm: Vec<BreakdownRow>,
    /// By header parameter `kid`; tokens without a `kid` are left out.
    pub kid: Vec<BreakdownRow>,
}

/// One value of a claim or header parameter, and its frequency.
#[derive(Serialize, JsonSchema, Debug)]
pub struct BreakdownRow {
    /// The value, untrusted text; beyond 120 bytes it is truncated, with an ellipsis.
    pub value: String,
    /// Tokens with the value; a token that lists an audience twice is counted twice.
    pub tokens: u64,
}

/// Exposure window of a stolen token of one issuer.
#[derive(Serialize, JsonSchema, Debug)]
pub struct IssuerExposure {
    /// Null: the tokens without an issuer.
    pub issuer: Option<String>,
    /// Tokens of the issuer, with and without `exp`.
    pub tokens: u64,
    /// Tokens of the issuer that never expire: no `exp`, or one that is not a date.
    pub without_exp: u64,
    /// The longest lifetime, or the remaining one where the start is unknown. Null: never expires.
    pub worst_seconds: Option<u64>,
}

/// Reused `jti` and repeated tokens; estimates when there are too many tokens to hold.
#[derive(Serialize, JsonSchema, Debug)]
pub struct DuplicateCounts {
    /// Pairs of `iss` and `jti` that occur in more than one token (RFC 7519 §4.1.7).
    pub jti_reused: Estimate,
    /// Number of different tokens.
    pub distinct_tokens: Estimate,
    /// Distinct tokens that occurred more than once.
    pub tokens_repeated: Estimate,
}

/// Tokens that exceed one size limit of HTTP requests.
#[derive(Serialize, JsonSchema, Debug)]
pub struct SizeLimitRow {
    /// Name of the limit: `one cookie` or `one header line`.
    pub limit: &'static str,
    /// The limit in bytes; for a header line, including the header name and the scheme.
    pub limit_bytes: usize,
    /// The standard or the product defaults that set the limit.
    pub source: &'static str,
    /// Tokens that exceed the limit.
    pub tokens: u64,
    /// Share of all tokens, 0 to 1.
    pub share: f64,
}

/// Location of text that looked like a token, and why it is not one; never the text itself.
#[derive(Serialize, JsonSchema, Debug)]
pub struct MalformedSample {
    /// File name as given, truncated to 1,024 bytes.
    pub file: String,
    /// From 1; in a HAR file, the start of the entry.
    pub line: u64,
    /// In characters, from 1; 1 if a whole line could not be read.
    pub column: u64,
    /// Why the text is not a token, truncated to 200 bytes.
    pub reason: String,
}

/// Number of findings of one rule at one severity.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RuleCount {
    /// Rule id, such as `alg-none`.
    pub rule: &'static str,
    /// Severity under the rule configuration of the audit.
    pub severity: Severity,
    /// Findings, without those that were ignored.
    pub count: u64,
}

/// For each table: the number of distinct names, and of omitted rows.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Coverage {
    /// Coverage of the table `claims`.
    pub claims: RowCoverage,
    /// Coverage of the table `by.issuer`.
    pub issuer: RowCoverage,
    /// Coverage of the table `by.audience`.
    pub audience: RowCoverage,
    /// Coverage of the table `by.algorithm`.
    pub algorithm: RowCoverage,
    /// Coverage of the table `by.kid`.
    pub kid: RowCoverage,
}

/// Numbers in rows are always exact. If `distinct` is an estimate, there were too many names to
/// hold, and the rows are the most frequent of a random sample of the names.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RowCoverage {
    /// Number of distinct names.
    pub distinct: Estimate,
    /// Distinct names without a row; an estimate if `distinct` is one.
    pub left_out: u64,
}

/// The measurements of `summary`, with at most `top` rows in each table.
pub fn data(summary: &AuditSummary, top: usize) -> AuditMeasurements {
    AuditMeasurements {
        totals: summary.totals,
        lifetime_seconds: distribution(&summary.lifetime_seconds),
        size_bytes: distribution(&summary.size_bytes),
        claims: ranked(&summary.claims, top, |claim| claim.tokens)
            .into_iter()
            .map(|(name, claim)| ClaimRow { name, tokens: claim.tokens, bytes: claim.bytes })
            .collect(),
        by: Breakdown {
            issuer: rows(&summary.issuers, top, |issuer| issuer.tokens),
            audience: counted(&summary.audiences, top),
            algorithm: counted(&summary.algorithms, top),
            kid: counted(&summary.kids, top),
        },
        revocation: summary.revocation,
        exposure: exposure(summary, top),
        duplicates: DuplicateCounts {
            jti_reused: summary.duplicates.jtis_reused(),
            distinct_tokens: summary.duplicates.distinct_tokens(),
            tokens_repeated: summary.duplicates.tokens_repeated(),
        },
        headroom: headroom(&summary.size_bytes, &summary.lists),
        limits: limits(summary),
        malformed_samples: summary.malformed_samples().iter().map(sample).collect(),
        rules: summary.findings.rules().map(|(rule, severity, count)| RuleCount { rule, severity, count }).collect(),
        coverage: Coverage {
            claims: shown(&summary.claims, top),
            issuer: shown(&summary.issuers, top),
            audience: shown(&summary.audiences, top),
            algorithm: shown(&summary.algorithms, top),
            kid: shown(&summary.kids, top),
        },
        partial: summary.partial,
    }
}

fn distribution(values: &Quantiles) -> Distribution {
    Distribution {
        count: values.count(),
        min: values.min(),
        p50: values.percentile(50),
        p90: values.percentile(90),
        p99: values.percentile(99),
        max: values.max(),
        relative_error: RELATIVE_ERROR,
    }
}

/// The first `top` names by descending `weight`, then by name.
fn ranked<V: Copy>(table: &CountsByName<V>, top: usize, weight: impl Fn(&V) -> u64) -> Vec<(String, V)> {
    let mut rows: Vec<_> = table.kept().map(|(_, named)| (named.shown(), named.counts)).collect();
    rows.sort_by(|(a, x), (b, y)| weight(y).cmp(&weight(x)).then_with(|| a.cmp(b)));
    rows.truncate(top);
    rows
}

fn rows<V: Copy>(table: &CountsByName<V>, top: usize, tokens: impl Fn(&V) -> u64 + Copy) -> Vec<BreakdownRow> {
    let row = |(value, counts)| BreakdownRow { value, tokens: tokens(&counts) };
    ranked(table, top, tokens).into_iter().map(row).collect()
}

fn counted(table: &CountsByName<TokenCount>, top: usize) -> Vec<BreakdownRow> {
    rows(table, top, |value| value.tokens)
}

fn shown<V: Merge>(table: &CountsByName<V>, top: usize) -> RowCoverage {
    let distinct = table.distinct();
    let rows = as_u64(table.kept().take(top).count());
    RowCoverage { distinct, left_out: distinct.count.saturating_sub(rows) }
}

fn exposure(summary: &AuditSummary, top: usize) -> Vec<IssuerExposure> {
    let row = |issuer: Option<String>, counts: &IssuerCounts| IssuerExposure {
        issuer,
        tokens: counts.tokens,
        without_exp: counts.without_exp,
        worst_seconds: (counts.without_exp == 0).then_some(counts.worst_seconds),
    };
    let named = summary.issuers.kept().map(|(_, issuer)| row(Some(issuer.shown()), &issuer.counts));
    let nobody = (summary.no_issuer.tokens > 0).then(|| row(None, &summary.no_issuer));
    let mut rows: Vec<_> = named.chain(nobody).collect();
    rows.sort_by_cached_key(|row| (row.worst_seconds.map(Reverse), Reverse(row.tokens), row.issuer.clone()));
    rows.truncate(top);
    rows
}

#[expect(clippy::cast_precision_loss, reason = "a share is for display")]
fn limits(summary: &AuditSummary) -> Vec<SizeLimitRow> {
    let all = summary.totals.tokens.max(1) as f64;
    summary
        .exceeding
        .iter()
        .map(|(limit, tokens)| SizeLimitRow {
            limit: limit.name,
            limit_bytes: limit.bytes,
            source: limit.source,
            tokens,
            share: tokens as f64 / all,
        })
        .collect()
}

fn sample(malformed: &super::summary::MalformedToken) -> MalformedSample {
    let position = malformed.position;
    let reason = malformed.reason.clone();
    MalformedSample { file: malformed.file.clone(), line: position.line, column: position.column, reason }
}

#[cfg(test)]
mod tests;
