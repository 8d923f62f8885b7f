//! The audit summary: all counts over many tokens, added token by token.

use super::counts::{ClaimCounts, IssuerCounts, ListCounts, RevocationClaimCounts, TokenCount, TokenTotals, grow};
use super::counts_by_name::{CountsByName, FILE_BYTES, shorten};
use super::duplicates::Duplicates;
use super::finding_log::{FindingLog, FindingRecorder};
use super::headroom::SizeLimitCounts;
use super::observation::{Observation, Position};
use crate::encoding::bounds::as_u64;
use crate::encoding::json::JsonKind;
use crate::rule::{self, RuleRunner};
use crate::rule_config::RuleConfig;
use crate::settings::ignore_filter::IgnoreFilter;
use crate::stats::distinct_sample::{DistinctSample, MAX_CAPACITY, Merge};
use crate::stats::hash;
use crate::stats::quantiles::Quantiles;
use crate::stats::smallest_k::{MAX_FIRST, SmallestK};
use crate::time::UnixTime;
use crate::token::claims::{Claim, Claims};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Size limit of a summary file in bytes.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// The schema id of a summary file.
pub const SCHEMA: &str = "authkit/audit-summary/v1";

/// Longer reasons are truncated to this many bytes.
pub const REASON_BYTES: usize = 200;

/// The settings of a summary. Only summaries with equal settings can be merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummarySettings {
    /// The time at which tokens count as expired.
    pub now: UnixTime,
    /// Names held in each table (claims, issuers, …) before it becomes a sample.
    pub names: usize,
    /// Tokens and `jti` held, by hash, before their counts become estimates.
    pub identities: usize,
    /// Findings of each rule that are kept in full.
    pub findings: usize,
    /// Malformed tokens whose location and reason are kept.
    pub malformed: usize,
}

impl SummarySettings {
    /// The defaults of `authkit audit`: a few MB per summary at most.
    pub const fn at(now: UnixTime) -> Self {
        Self { now, names: 4_096, identities: 65_536, findings: 5, malformed: 20 }
    }

    /// The settings, clamped to the valid range.
    pub(super) fn clamped(self) -> Self {
        Self {
            now: self.now,
            names: self.names.clamp(1, MAX_CAPACITY),
            identities: self.identities.clamp(1, MAX_CAPACITY),
            findings: self.findings.min(MAX_FIRST),
            malformed: self.malformed.min(MAX_FIRST),
        }
    }
}

/// Why two summaries cannot be merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MergeError {
    /// The evaluation times differ; numbers of expired tokens cannot be added.
    Now {
        /// Evaluation time of the summary that is merged into.
        ours: UnixTime,
        /// Evaluation time of the summary to add.
        theirs: UnixTime,
    },
    /// The numbers of names, tokens or findings that are kept differ.
    Capacities {
        /// Settings of the summary that is merged into.
        ours: SummarySettings,
        /// Settings of the summary to add.
        theirs: SummarySettings,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now { ours, theirs } => {
                write!(f, "the summaries were evaluated at different times, {ours} and {theirs}: expired differs")
            }
            Self::Capacities { ours, theirs } => {
                let sizes =
                    |s: &SummarySettings| format!("{}/{}/{}/{}", s.names, s.identities, s.findings, s.malformed);
                let (ours, theirs) = (sizes(ours), sizes(theirs));
                write!(
                    f,
                    "the summaries keep different numbers of names/identities/findings/malformed tokens: {ours} and {theirs}"
                )
            }
        }
    }
}

impl std::error::Error for MergeError {}

/// The location of text that looked like a token, and why it is not one; never the text itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MalformedToken {
    /// Start of the text in its file.
    pub position: Position,
    /// File as given by the user, truncated to [`FILE_BYTES`].
    pub file: String,
    /// Why the text is not a token, truncated to [`REASON_BYTES`].
    pub reason: String,
}

/// The summary. See the module `audit` for its guarantees.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct AuditSummary {
    schema: Schema,
    pub(super) settings: SummarySettings,
    pub(super) partial: bool,
    pub(super) totals: TokenTotals,
    pub(super) lifetime_seconds: Quantiles,
    pub(super) size_bytes: Quantiles,
    pub(super) exceeding: SizeLimitCounts,
    pub(super) claims: CountsByName<ClaimCounts>,
    pub(super) lists: CountsByName<ListCounts>,
    pub(super) issuers: CountsByName<IssuerCounts>,
    /// The tokens without an issuer, or with one that is not a string.
    pub(super) no_issuer: IssuerCounts,
    pub(super) audiences: CountsByName<TokenCount>,
    pub(super) algorithms: CountsByName<TokenCount>,
    pub(super) kids: CountsByName<TokenCount>,
    pub(super) revocation: RevocationClaimCounts,
    pub(super) duplicates: Duplicates,
    pub(super) findings: FindingLog,
    pub(super) malformed: SmallestK<MalformedToken>,
}

impl AuditSummary {
    /// An empty summary, the identity of [`AuditSummary::merge`]. Settings out of range are clamped.
    pub fn new(settings: SummarySettings) -> Self {
        let settings = settings.clamped();
        Self {
            schema: Schema,
            settings,
            partial: false,
            totals: TokenTotals::default(),
            lifetime_seconds: Quantiles::default(),
            size_bytes: Quantiles::default(),
            exceeding: SizeLimitCounts::default(),
            claims: DistinctSample::new(settings.names),
            lists: DistinctSample::new(settings.names),
            issuers: DistinctSample::new(settings.names),
            no_issuer: IssuerCounts::default(),
            audiences: DistinctSample::new(settings.names),
            algorithms: DistinctSample::new(settings.names),
            kids: DistinctSample::new(settings.names),
            revocation: RevocationClaimCounts::default(),
            duplicates: Duplicates::new(settings.identities),
            findings: FindingLog::new(settings.findings),
            malformed: SmallestK::new(settings.malformed),
        }
    }

    /// The settings, clamped to the valid range.
    pub fn settings(&self) -> &SummarySettings {
        &self.settings
    }

    /// Numbers of tokens and lines.
    pub fn totals(&self) -> &TokenTotals {
        &self.totals
    }

    /// The lifetimes (`exp` minus `iat`) in seconds.
    pub fn lifetime_seconds(&self) -> &Quantiles {
        &self.lifetime_seconds
    }

    /// The sizes of the compact tokens in bytes.
    pub fn size_bytes(&self) -> &Quantiles {
        &self.size_bytes
    }

    /// The findings by rule.
    pub fn findings(&self) -> &FindingLog {
        &self.findings
    }

    /// The log to which rules report.
    pub(super) fn recorded(&mut self) -> &mut FindingLog {
        &mut self.findings
    }

    /// The first malformed tokens, by location.
    pub fn malformed_samples(&self) -> &[MalformedToken] {
        self.malformed.items()
    }

    /// Counts `lines` that were read, with or without tokens.
    pub fn lines(&mut self, lines: u64) {
        grow(&mut self.totals.lines, lines);
    }

    /// Records that the input was read only in part. A merged summary is partial if one of its parts is.
    pub fn mark_partial(&mut self) {
        self.partial = true;
    }

    /// Counts text that looked like a token and cannot be read. `reason` must not contain the text; it is formatted
    /// only if it is kept.
    pub fn malformed(&mut self, file: &str, position: Position, reason: &dyn fmt::Display) {
        grow(&mut self.totals.malformed, 1);
        if self.malformed.admits(|last| position <= last.position) {
            let reason = shorten(&reason.to_string(), REASON_BYTES).to_owned();
            self.malformed.offer(MalformedToken { position, file: shorten(file, FILE_BYTES).to_owned(), reason });
        }
    }

    /// Records that the secret of a counted token was cracked.
    pub fn record_cracked_secret(
        &mut self,
        origin: &crate::crack::SecretOrigin,
        file: &str,
        position: Position,
        sieve: &mut IgnoreFilter<'_>,
        policy: &RuleConfig,
    ) {
        let judge = RuleRunner::new(rule::weak_secret::RULES, policy);
        judge.run(
            &rule::weak_secret::WeakSecretView::for_token(*origin),
            &mut FindingRecorder::new(&mut self.findings, sieve, position, file, None),
        );
    }

    /// Counts a token of five segments, of which nothing else is known.
    pub fn encrypted(&mut self) {
        grow(&mut self.totals.encrypted, 1);
    }

    /// Counts one token. Allocates only for a new name.
    pub fn add(&mut self, seen: &Observation<'_>) {
        let bytes = as_u64(seen.bytes);
        grow(&mut self.totals.tokens, 1);
        grow(&mut self.totals.bytes, bytes);
        self.size_bytes.record(bytes);
        self.exceeding.record(seen.bytes);
        let exposure = self.dates(seen.claims);
        self.members(seen.claims);
        if let Claim::Present(alg) = &seen.header.alg {
            self.algorithms.count(alg, TokenCount::ONE);
        }
        if let Claim::Present(kid) = &seen.header.kid {
            self.kids.count(kid, TokenCount::ONE);
        }
        for aud in seen.claims.aud.present().into_iter().flatten() {
            self.audiences.count(aud, TokenCount::ONE);
        }
        let issuer = seen.claims.iss.present().map(|iss| &**iss);
        let issuer_hash = hash::hash(issuer.unwrap_or("").as_bytes());
        match issuer {
            Some(issuer) => self.issuers.count_hashed(issuer_hash, issuer, exposure),
            None => self.no_issuer.merge(exposure),
        }
        let jti = seen.claims.jti.present().map(|jti| &**jti);
        grow(&mut self.revocation.jti, u64::from(jti.is_some()));
        self.duplicates.add(issuer_hash, jti, seen.token_hash);
        self.findings.add(seen.position, seen.findings);
    }

    /// Counts the dates of one token; returns the counts for its issuer.
    fn dates(&mut self, claims: &Claims<'_>) -> IssuerCounts {
        let now = self.settings.now;
        let early = claims.nbf.present().is_some_and(|nbf| now < nbf.ceil());
        grow(&mut self.totals.not_yet_valid, u64::from(early));
        let Claim::Present(exp) = claims.exp else {
            grow(&mut self.totals.without_exp, 1);
            return IssuerCounts { tokens: 1, without_exp: 1, worst_seconds: 0 };
        };
        let ends = exp.ceil();
        grow(&mut self.totals.expired, u64::from(now >= ends));
        let lifetime = claims.starts().map(|starts| ends.since(starts).as_seconds());
        if let Some(seconds) = lifetime {
            self.lifetime_seconds.record(seconds);
        }
        let worst_seconds = lifetime.unwrap_or_else(|| ends.since(now).as_seconds());
        IssuerCounts { tokens: 1, without_exp: 0, worst_seconds }
    }

    /// Counts the claims by name.
    fn members(&mut self, claims: &Claims<'_>) {
        let mut version = false;
        for (name, value) in claims.object.iter() {
            let hash = hash::hash(name.as_bytes());
            let bytes = as_u64(crate::token::size::member(name, value));
            self.claims.count_hashed(hash, name, ClaimCounts { tokens: 1, bytes });
            if value.kind() == JsonKind::Array {
                self.lists.count_hashed(hash, name, ListCounts::from_json_array(value.text()));
            }
            match name {
                "sid" => grow(&mut self.revocation.sid, 1),
                "auth_time" => grow(&mut self.revocation.auth_time, 1),
                "ver" | "version" | "token_version" => version = true,
                _ => {}
            }
        }
        grow(&mut self.revocation.version, u64::from(version));
    }

    /// Adds the counts of `other`, exactly as if its tokens had been added here.
    ///
    /// # Errors
    /// The settings differ; nothing is changed then.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        let (ours, theirs) = (self.settings, other.settings);
        if ours.now != theirs.now {
            return Err(MergeError::Now { ours: ours.now, theirs: theirs.now });
        }
        if ours != theirs {
            return Err(MergeError::Capacities { ours, theirs });
        }
        self.partial |= other.partial;
        self.totals.merge(other.totals);
        self.lifetime_seconds.merge(&other.lifetime_seconds);
        self.size_bytes.merge(&other.size_bytes);
        self.exceeding.merge(&other.exceeding);
        self.claims.merge(other.claims);
        self.lists.merge(other.lists);
        self.issuers.merge(other.issuers);
        self.no_issuer.merge(other.no_issuer);
        self.audiences.merge(other.audiences);
        self.algorithms.merge(other.algorithms);
        self.kids.merge(other.kids);
        self.revocation.merge(other.revocation);
        self.duplicates.merge(other.duplicates);
        self.findings.merge(other.findings);
        self.malformed.merge(other.malformed);
        Ok(())
    }
}

// `remote = "Self"` above makes reading and writing plain functions, so that reading can check consistency afterwards.
impl Serialize for AuditSummary {
    fn serialize<S: serde::Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, writer)
    }
}

/// Serialises as [`SCHEMA`] and accepts nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Schema;

impl Serialize for Schema {
    fn serialize<S: serde::Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.serialize_str(SCHEMA)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let found = <std::borrow::Cow<'de, str>>::deserialize(reader)?;
        let wrong = || {
            let found = shorten(&found, 60);
            serde::de::Error::custom(format_args!("unexpected schema \"{found}\", expected \"{SCHEMA}\""))
        };
        if found == SCHEMA { Ok(Self) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests;
