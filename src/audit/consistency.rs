//! Consistency checks for a summary read from a file: contradictory numbers would lead to an inexplicable report.
//! Keys that sampling left out cannot be checked.

use super::counts::grow;
use super::counts_by_name::CountsByName;
use super::summary::{AuditSummary, REASON_BYTES};
use crate::encoding::bounds::as_u64;
use serde::{Deserialize, Deserializer, de};

/// # Errors
/// Another schema, an unknown or missing member, or numbers that no set of tokens can have.
impl<'de> Deserialize<'de> for AuditSummary {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let summary = Self::deserialize(reader)?;
        possible(&summary).map_err(de::Error::custom)?;
        Ok(summary)
    }
}

/// # Errors
/// The inconsistency of the summary.
fn possible(summary: &AuditSummary) -> Result<(), &'static str> {
    let laws = [
        (settings(summary), "the settings of the summary are out of range or differ from those of its parts"),
        (totals(summary), "the totals are inconsistent"),
        (distributions(summary), "the distributions are inconsistent with the totals"),
        (limits(summary), "the limits are inconsistent with the sizes"),
        (names(summary), "a table is inconsistent with the totals"),
        (issuers(summary), "the issuers are inconsistent with the totals"),
        (duplicates(summary), "the duplicates are inconsistent with the totals"),
        (summary.findings.is_possible(summary.settings.findings), "the findings are inconsistent with their counts"),
        (malformed(summary), "the malformed samples are inconsistent with their count"),
    ];
    laws.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, fault)| Err(fault))
}

fn settings(summary: &AuditSummary) -> bool {
    let capacities = [
        summary.claims.capacity(),
        summary.lists.capacity(),
        summary.issuers.capacity(),
        summary.audiences.capacity(),
        summary.algorithms.capacity(),
        summary.kids.capacity(),
    ];
    summary.settings == summary.settings.clamped() && capacities == [summary.settings.names; 6]
}

fn totals(summary: &AuditSummary) -> bool {
    let (totals, revocation) = (&summary.totals, &summary.revocation);
    let in_time = totals.tokens.saturating_sub(totals.without_exp);
    totals.without_exp <= totals.tokens
        && totals.expired <= in_time
        && totals.not_yet_valid <= totals.tokens
        && [revocation.jti, revocation.sid, revocation.auth_time, revocation.version]
            .iter()
            .all(|tokens| *tokens <= totals.tokens)
}

fn distributions(summary: &AuditSummary) -> bool {
    let totals = &summary.totals;
    let (sizes, lifetimes) = (&summary.size_bytes, &summary.lifetime_seconds);
    let most = u128::from(totals.tokens).saturating_mul(u128::from(sizes.max().unwrap_or(0)));
    let least = u128::from(totals.tokens).saturating_mul(u128::from(sizes.min().unwrap_or(0)));
    sizes.count() == totals.tokens
        && lifetimes.count() <= totals.tokens.saturating_sub(totals.without_exp)
        && (totals.bytes == u64::MAX || (least..=most).contains(&u128::from(totals.bytes)))
}

fn limits(summary: &AuditSummary) -> bool {
    summary.exceeding.iter().all(|(limit, tokens)| {
        let beyond = |bytes: u64| limit.room(usize::try_from(bytes).unwrap_or(usize::MAX)) < 0;
        let some = summary.size_bytes.max().is_some_and(beyond);
        let all = summary.size_bytes.min().is_some_and(beyond);
        tokens <= summary.totals.tokens && (tokens > 0) == some && (!all || tokens == summary.totals.tokens)
    })
}

/// Whether each name matches its hash, occurred, and occurred in no more than `most` tokens; and whether the names
/// together have the observations of the table, unless sampling left some out.
fn table<V>(table: &CountsByName<V>, tokens: impl Fn(&V) -> u64, most: u64) -> bool {
    let mut sum = 0;
    let each = table.kept().all(|(hash, named)| {
        let tokens = tokens(&named.counts);
        grow(&mut sum, tokens);
        named.fits(hash) && tokens > 0 && tokens <= most
    });
    let seen = table.observations();
    each && if table.is_estimate() { sum <= seen } else { sum == seen }
}

fn names(summary: &AuditSummary) -> bool {
    let tokens = summary.totals.tokens;
    table(&summary.claims, |claim| claim.tokens, tokens)
        && table(&summary.lists, |list| list.tokens, tokens)
        && summary.lists.kept().all(|(_, list)| list.counts.most <= list.counts.entries)
        && summary.lists.observations() <= summary.claims.observations()
        // A token may list one audience several times.
        && table(&summary.audiences, |audience| audience.tokens, u64::MAX)
        && table(&summary.algorithms, |algorithm| algorithm.tokens, tokens)
        && table(&summary.kids, |kid| kid.tokens, tokens)
        && summary.algorithms.observations() <= tokens
        && summary.kids.observations() <= tokens
}

fn issuers(summary: &AuditSummary) -> bool {
    let (tokens, nobody) = (summary.totals.tokens, &summary.no_issuer);
    let mut without_exp = nobody.without_exp;
    summary.issuers.kept().for_each(|(_, issuer)| grow(&mut without_exp, issuer.counts.without_exp));
    let whole = !summary.issuers.is_estimate();
    table(&summary.issuers, |issuer| issuer.tokens, tokens)
        && summary.issuers.observations().saturating_add(nobody.tokens) == tokens
        && nobody.without_exp <= nobody.tokens
        && summary.issuers.kept().all(|(_, issuer)| issuer.counts.without_exp <= issuer.counts.tokens)
        && if whole { without_exp == summary.totals.without_exp } else { without_exp <= summary.totals.without_exp }
}

fn duplicates(summary: &AuditSummary) -> bool {
    summary.duplicates.is_possible(summary.settings.identities, summary.totals.tokens, summary.revocation.jti)
}

fn malformed(summary: &AuditSummary) -> bool {
    let samples = summary.malformed.items();
    let full = as_u64(summary.settings.malformed);
    summary.malformed.limit() == summary.settings.malformed
        && u64::try_from(samples.len()).ok() == Some(summary.totals.malformed.min(full))
        && samples.iter().all(|sample| sample.reason.len() <= REASON_BYTES)
}
