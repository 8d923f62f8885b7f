//! Auditing of one token: decoding, checking by the rules, and adding it to the summary.

use super::finding_log::FindingRecorder;
use super::observation::{Observation, Position};
use super::summary::AuditSummary;
use crate::encoding::json::{self, JsonError, JsonObject};
use crate::rule::jwe::JweSubject;
use crate::rule::malformed::MalformedTokenSubject;
use crate::rule::token::{TokenLocation, TokenSubject, TokenView};
use crate::rule::{self, RuleRunner};
use crate::rule_config::RuleConfig;
use crate::settings::ignore_filter::IgnoreFilter;
use crate::stats::hash;
use crate::time::UnixTime;
use crate::token::claims::Claims;
use crate::token::compact::{CompactError, Segments, TokenPart};
use crate::token::header_cache::{CachedHeaderReader, HeaderCache, HeaderError};

/// Text that looks like a token, and its location.
#[derive(Clone, Copy)]
pub struct FoundToken<'a> {
    /// The text, which may turn out not to be a token.
    pub token: &'a [u8],
    /// Where in a request or response it was.
    pub carrier: TokenLocation,
    /// Where in the file it was.
    pub position: Position,
    /// The file, as given by the user.
    pub file: &'a str,
    /// The URL of the request or response, without its query.
    pub url: Option<&'a str>,
}

/// Audits tokens in sequence; create one per thread. Its buffers are reused.
///
/// ```
/// use authkit::audit::observation::Position;
/// use authkit::audit::summary::{AuditSummary, SummarySettings};
/// use authkit::audit::token_auditor::{FoundToken, TokenAuditor};
/// use authkit::extract::{TextChunk, free_text};
/// use authkit::rule_config::RuleConfig;
/// use authkit::settings::ignore_filter::IgnoreFilter;
/// use authkit::time::UnixTime;
/// use authkit::token::{compact::MAX_BYTES, header_cache::HeaderCache};
///
/// // {"alg":"none"} and {"sub":"a"}
/// let log = b"GET /?access_token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. 200\n";
///
/// let (config, headers, now) = (RuleConfig::default(), HeaderCache::default(), UnixTime(1_800_000_000));
/// let mut auditor = TokenAuditor::new(&config, &headers, now, MAX_BYTES);
/// let mut ignores = IgnoreFilter::new(&[], "app.log", false);
/// let mut summary = AuditSummary::new(SummarySettings::at(now));
/// for found in free_text::extract_tokens(TextChunk::whole(log)) {
///     let position = Position { line: found.place.line, column: found.place.column, ordinal: 0 };
///     let (token, carrier) = (found.token.as_ref(), found.carrier);
///     auditor.audit(&FoundToken { token, carrier, position, file: "app.log", url: None }, &mut ignores, &mut summary);
/// }
///
/// assert_eq!(summary.totals().tokens, 1);
/// assert!(summary.findings().rules().any(|(rule, _, _)| rule == "alg-none"));
/// ```
pub struct TokenAuditor<'p> {
    tokens: RuleRunner<'p, TokenSubject>,
    encrypted: RuleRunner<'p, JweSubject>,
    malformed: RuleRunner<'p, MalformedTokenSubject>,
    now: UnixTime,
    /// A longer token (in bytes) is malformed.
    limit: usize,
    headers: CachedHeaderReader<'p>,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'p> TokenAuditor<'p> {
    /// `header_cache` must be used by this auditor only.
    pub fn new(policy: &'p RuleConfig, header_cache: &'p HeaderCache, now: UnixTime, limit: usize) -> Self {
        Self {
            tokens: RuleRunner::new(rule::token::RULES, policy),
            encrypted: RuleRunner::new(rule::jwe::RULES, policy),
            malformed: RuleRunner::new(rule::malformed::RULES, policy),
            now,
            limit,
            headers: CachedHeaderReader::new(header_cache),
            payload: Vec::new(),
            signature: Vec::new(),
        }
    }

    /// Audits one match. Without a readable header it is not a token and counted as malformed; a token that is
    /// malformed after its header is a finding.
    pub fn audit(&mut self, seen: &FoundToken<'_>, ignores: &mut IgnoreFilter<'_>, summary: &mut AuditSummary) {
        let segments = match Segments::cut(seen.token, self.limit) {
            Ok(segments) => segments,
            Err(CompactError::Encrypted) => return self.jwe(seen, ignores, summary),
            Err(error) => return summary.malformed(seen.file, seen.position, &error),
        };
        let header = match self.headers.read(&segments) {
            Ok(header) => header,
            Err(HeaderError::Shape(error)) => return summary.malformed(seen.file, seen.position, &error),
            Err(HeaderError::Json(error)) if error.is_duplicate() => {
                return self.unreadable(seen, "header", &error, ignores, summary);
            }
            Err(HeaderError::Json(error)) => {
                return summary.malformed(seen.file, seen.position, &format_args!("header: {error}"));
            }
        };
        let payload = segments.decode_part(TokenPart::Payload, &mut self.payload);
        let signature = segments.decode_part(TokenPart::Signature, &mut self.signature);
        if let Err(error) = payload.and(signature) {
            return self.broken(seen, None, &error.to_string(), false, ignores, summary);
        }
        let claims = match json::text(&self.payload).and_then(Claims::parse) {
            Ok(claims) => claims,
            Err(error) => return self.unreadable(seen, "payload", &error, ignores, summary),
        };
        let view = TokenView::new(&header, &claims, seen.token.len()).at(self.now).with_location(seen.carrier);
        self.tokens
            .run(&view, &mut FindingRecorder::new(summary.recorded(), ignores, seen.position, seen.file, seen.url));
        summary.add(&Observation {
            position: seen.position,
            bytes: seen.token.len(),
            token_hash: hash::hash(seen.token),
            header: &header,
            claims: &claims,
            findings: &[],
        });
    }

    /// Audits an encrypted token, of which only the header can be read.
    fn jwe(&mut self, seen: &FoundToken<'_>, ignores: &mut IgnoreFilter<'_>, summary: &mut AuditSummary) {
        let segment = seen.token.split(|byte| *byte == b'.').next().unwrap_or_default();
        let decoded = crate::encoding::base64url::decode(segment).unwrap_or_default();
        match json::text(&decoded).and_then(JsonObject::parse) {
            Ok(header) => {
                self.encrypted.run(
                    &header,
                    &mut FindingRecorder::new(summary.recorded(), ignores, seen.position, seen.file, seen.url),
                );
                summary.encrypted();
            }
            Err(error) => summary.malformed(seen.file, seen.position, &format_args!("header: {error}")),
        }
    }

    fn unreadable(
        &self,
        seen: &FoundToken<'_>,
        part: &'static str,
        error: &JsonError,
        ignores: &mut IgnoreFilter<'_>,
        summary: &mut AuditSummary,
    ) {
        self.broken(seen, Some(part), &error.to_string(), error.is_duplicate(), ignores, summary);
    }

    fn broken(
        &self,
        seen: &FoundToken<'_>,
        part: Option<&'static str>,
        problem: &str,
        duplicate: bool,
        ignores: &mut IgnoreFilter<'_>,
        summary: &mut AuditSummary,
    ) {
        let view = rule::malformed::MalformedTokenView { part, problem, duplicate };
        self.malformed
            .run(&view, &mut FindingRecorder::new(summary.recorded(), ignores, seen.position, seen.file, seen.url));
        match part {
            Some(part) => summary.malformed(seen.file, seen.position, &format_args!("{part}: {problem}")),
            None => summary.malformed(seen.file, seen.position, &problem),
        }
    }
}
