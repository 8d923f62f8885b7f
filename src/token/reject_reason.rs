//! Reasons why a token is rejected. Each has a stable id, the compared values and a rank, which puts the most relevant
//! one first.

use super::compact::TokenPart;
use schemars::JsonSchema;
use serde::Serialize;

mod display;
mod evidence;
mod info;
mod output;

pub use display::list as quoted;
pub(super) use evidence::{first, short};
pub use info::{REASONS, RejectReasonInfo};
pub use output::RejectReasonOutput;

/// A reject reason. Times are Unix seconds, spans are seconds. Text from the token is untrusted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(tag = "id", rename_all = "kebab-case")]
pub enum RejectReason {
    /// Not three segments of strict base64url, or not strict JSON.
    Malformed {
        /// The malformed part; null if the text as a whole is malformed.
        part: Option<TokenPart>,
        /// The fault, with its position where it is known.
        problem: String,
    },
    /// The token is larger than the limit and was not read (RFC 8725 §2.7).
    TooLarge {
        /// Size of the token in bytes.
        bytes: usize,
        /// Size limit in bytes (`--max-token-bytes`).
        limit: usize,
    },
    /// The token is encrypted (JWE, RFC 7516), not signed.
    EncryptedNotSigned,
    /// A header parameter of the wrong type.
    HeaderInvalid {
        /// Name of the header parameter.
        member: String,
        /// The malformed value in words: its JSON type or its fault.
        problem: String,
    },
    /// The header has no `alg` (RFC 7515 §4.1.1).
    AlgorithmMissing,
    /// The header has `alg` none: the token is not signed (RFC 8725 §3.2).
    AlgorithmNone {
        /// `alg` as written, in any case.
        alg: String,
    },
    /// `alg` is not an algorithm that authkit supports (RFC 7515 §4.1.1).
    AlgorithmUnknown {
        /// `alg` as written.
        alg: String,
    },
    /// `alg` is supported, but not among the algorithms of the verifier (RFC 8725 §3.1).
    AlgorithmNotAllowed {
        /// `alg` as written.
        alg: String,
        /// Names of the allowed algorithms.
        allowed: Vec<String>,
    },
    /// `crit` is malformed, or lists names that are registered or not in the header (RFC 7515 §4.1.11).
    CritInvalid {
        /// The fault, with the names concerned.
        problem: String,
    },
    /// `crit` lists extensions that authkit does not support (RFC 7515 §4.1.11).
    CritUnknown {
        /// At most as many as `crit` may list.
        names: Vec<String>,
    },
    /// `b64: false` in a JWT (RFC 7797 §7).
    PayloadUnencoded,
    /// The payload is a nested token (RFC 7519 §5.2); its claims were not read.
    Nested {
        /// `cty` as written.
        cty: String,
    },
    /// The verifier has no key (RFC 7515 §5.2).
    NoKey,
    /// No key has the `kid` of the token (RFC 7515 §4.1.4).
    KidUnknown {
        /// `kid` of the token.
        kid: String,
        /// The most similar known kids.
        known: Vec<String>,
        /// The number of other known kids.
        more: usize,
    },
    /// The token has no `kid`, and more keys match its algorithm than are tried.
    KidRequired {
        /// Number of keys that match.
        keys: usize,
        /// Maximum number of keys that are tried.
        limit: usize,
    },
    /// More keys have the `kid` of the token, and match its algorithm, than are tried.
    KidAmbiguous {
        /// `kid` of the token.
        kid: String,
        /// Number of keys that match.
        keys: usize,
        /// Maximum number of keys that are tried.
        limit: usize,
    },
    /// No key matches the algorithm of the header; one line of explanation for each of the first keys.
    NoMatchingKey {
        /// Algorithm of the token.
        alg: String,
        /// The first keys, each with its mismatch; at most eight.
        keys: Vec<KeyMismatchDetail>,
        /// The number of other keys.
        more: usize,
    },
    /// The key is too short for the algorithm (RFC 7518 §3.2, §3.3), and `--allow-weak` is not set.
    KeyWeak {
        /// Algorithm of the token.
        alg: String,
        /// The weakness of the key.
        problem: String,
    },
    /// No key that was tried verifies the signature (RFC 7515 §5.2).
    SignatureMismatch {
        /// Algorithm of the token.
        alg: String,
        /// Keys that were tried: the `kid` in double quotes, or the source of a key without `kid`.
        tried: Vec<String>,
        /// Why no key can match, if that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// The signature segment is empty, although `alg` is not none.
    SignatureMissing {
        /// Algorithm of the token.
        alg: String,
    },
    /// Every matching key is bound to an issuer other than that of the token (RFC 8725 §3.8).
    IssuerNotBound {
        /// `iss` of the token; null if absent or malformed.
        iss: Option<String>,
        /// Issuers that the matching keys are bound to.
        bound: Vec<String>,
    },
    /// The evaluation time is at or after `exp` plus leeway (RFC 7519 §4.1.4).
    Expired {
        /// `exp` of the token in Unix seconds, rounded up.
        at: i64,
        /// Evaluation time in Unix seconds.
        now: i64,
        /// Leeway in seconds.
        leeway: u64,
    },
    /// The evaluation time is before `nbf` minus leeway (RFC 7519 §4.1.5).
    NotYetValid {
        /// `nbf` of the token in Unix seconds, rounded up.
        at: i64,
        /// Evaluation time in Unix seconds.
        now: i64,
        /// Leeway in seconds.
        leeway: u64,
    },
    /// The token has no `exp` and never expires, and `--allow-no-exp` is not set.
    ExpiryMissing,
    /// A time claim is too large for seconds and is probably in milliseconds (RFC 7519 §2).
    ExpNotSeconds {
        /// Name of the claim: `exp`, `nbf` or `iat`.
        claim: String,
        /// Value of the claim as written; truncated if long.
        value: String,
    },
    /// A claim of the wrong type or range by RFC 7519 §4.1 or by the token kind.
    ClaimInvalid {
        /// Name of the claim.
        claim: String,
        /// The malformed value in words: its JSON type or its fault.
        problem: String,
    },
    /// A claim that the requirements or the token kind require is absent or null.
    ClaimMissing {
        /// Name of the claim, or a JSON pointer with a leading slash.
        claim: String,
    },
    /// A claim that the token kind forbids is present.
    ClaimForbidden {
        /// Name of the claim.
        claim: String,
        /// Token kind, a value of `--kind`.
        kind: String,
    },
    /// A claim does not have the required value.
    ClaimMismatch {
        /// Name of the claim, or a JSON pointer with a leading slash.
        claim: String,
        /// Required value as JSON; for `azp`, the accepted audiences.
        expected: String,
        /// Value of the token as JSON; truncated if long.
        found: String,
    },
    /// The token has audiences, but no expected audience was given (RFC 7519 §4.1.3).
    AudienceNotNamed {
        /// Audiences of the token; at most 16.
        found: Vec<String>,
        /// The number of other audiences.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// None of the token's audiences is accepted (RFC 7519 §4.1.3).
    AudienceMismatch {
        /// Accepted audiences, of which the token must name one.
        expected: Vec<String>,
        /// Audiences of the token; at most 16.
        found: Vec<String>,
        /// The number of other audiences.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// The token has no `aud`, but an audience is required (RFC 8725 §3.9).
    AudienceMissing {
        /// Accepted audiences, of which the token must name one.
        expected: Vec<String>,
    },
    /// `iss` is not an accepted issuer (RFC 8725 §3.8).
    IssuerMismatch {
        /// Accepted issuers.
        expected: Vec<String>,
        /// `iss` of the token.
        found: String,
    },
    /// The token has no `iss`, but an issuer is required (RFC 8725 §3.8).
    IssuerMissing {
        /// Accepted issuers.
        expected: Vec<String>,
    },
    /// `sub` is absent or not the required subject (RFC 7519 §4.1.2).
    SubjectMismatch {
        /// Required subject.
        expected: String,
        /// `sub` of the token; null if absent.
        found: Option<String>,
    },
    /// `typ` is absent or not the required type (RFC 8725 §3.11).
    TypeMismatch {
        /// Required `typ`, with or without `application/`.
        expected: String,
        /// `typ` of the token; null if absent or malformed.
        found: Option<String>,
    },
    /// The `typ` or the claims are not those of the required token kind (RFC 8725 §3.11, §3.12).
    KindMismatch {
        /// Required token kind, a value of `--kind`.
        kind: String,
        /// The violated requirement of the kind, in words.
        problem: String,
    },
    /// The time since `iat` exceeds the maximum age plus leeway (RFC 7519 §4.1.6).
    TooOld {
        /// Time since `iat` in seconds.
        age: u64,
        /// Maximum age in seconds (`--max-age`).
        max_age: u64,
        /// Leeway in seconds.
        leeway: u64,
    },
    /// `--max-age` counts from `iat`, which is in the future.
    IssuedInFuture {
        /// `iat` of the token in Unix seconds, rounded down.
        at: i64,
        /// Evaluation time in Unix seconds.
        now: i64,
        /// Leeway in seconds.
        leeway: u64,
    },
    /// The token lacks required scopes (RFC 8693 §4.2).
    ScopeMissing {
        /// Required scopes that the token does not have.
        missing: Vec<String>,
        /// Scopes of the token; at most 16.
        found: Vec<String>,
        /// The number of other scopes of the token.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// A JWS JSON serialisation or a detached payload without `--signature-only`.
    NotCompact {
        /// The serialisation found, or the fault of the payload.
        problem: String,
    },
}

/// Why one key does not match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct KeyMismatchDetail {
    /// The `kid` in double quotes, or the source of a key without `kid`.
    pub key: String,
    /// The mismatch (key type, `alg`, `use` or `key_ops`), or the fault of the key.
    pub why: String,
}

impl KeyMismatchDetail {
    /// Limit of keys that are listed; the others are counted.
    pub const TOLD: usize = 8;
}

impl RejectReason {
    /// The stable id, also the `id` of the JSON form.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::EncryptedNotSigned => "encrypted-not-signed",
            Self::HeaderInvalid { .. } => "header-invalid",
            Self::AlgorithmMissing => "algorithm-missing",
            Self::AlgorithmNone { .. } => "algorithm-none",
            Self::AlgorithmUnknown { .. } => "algorithm-unknown",
            Self::AlgorithmNotAllowed { .. } => "algorithm-not-allowed",
            Self::CritInvalid { .. } => "crit-invalid",
            Self::CritUnknown { .. } => "crit-unknown",
            Self::PayloadUnencoded => "payload-unencoded",
            Self::Nested { .. } => "nested",
            Self::NoKey => "no-key",
            Self::KidUnknown { .. } => "kid-unknown",
            Self::KidRequired { .. } => "kid-required",
            Self::KidAmbiguous { .. } => "kid-ambiguous",
            Self::NoMatchingKey { .. } => "no-matching-key",
            Self::KeyWeak { .. } => "key-weak",
            Self::SignatureMismatch { .. } => "signature-mismatch",
            Self::SignatureMissing { .. } => "signature-missing",
            Self::IssuerNotBound { .. } => "issuer-not-bound",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::ExpiryMissing => "expiry-missing",
            Self::ExpNotSeconds { .. } => "exp-not-seconds",
            Self::ClaimInvalid { .. } => "claim-invalid",
            Self::ClaimMissing { .. } => "claim-missing",
            Self::ClaimForbidden { .. } => "claim-forbidden",
            Self::ClaimMismatch { .. } => "claim-mismatch",
            Self::AudienceNotNamed { .. } => "audience-not-named",
            Self::AudienceMismatch { .. } => "audience-mismatch",
            Self::AudienceMissing { .. } => "audience-missing",
            Self::IssuerMismatch { .. } => "issuer-mismatch",
            Self::IssuerMissing { .. } => "issuer-missing",
            Self::SubjectMismatch { .. } => "subject-mismatch",
            Self::TypeMismatch { .. } => "type-mismatch",
            Self::KindMismatch { .. } => "kind-mismatch",
            Self::TooOld { .. } => "too-old",
            Self::IssuedInFuture { .. } => "issued-in-future",
            Self::ScopeMissing { .. } => "scope-missing",
            Self::NotCompact { .. } => "not-compact",
        }
    }

    /// The general description of this reason.
    pub fn about(&self) -> Option<&'static RejectReasonInfo> {
        REASONS.binary_search_by(|about| about.id.cmp(self.id())).ok().and_then(|at| REASONS.get(at))
    }

    fn rank(&self) -> u8 {
        self.about().map_or(u8::MAX, |about| about.rank)
    }

    /// What the user can do, if that is more than the message states.
    pub fn hint(&self) -> Option<String> {
        use crate::time::Span;
        Some(match self {
            Self::Expired { at, now, leeway } => {
                let missed = u64::try_from(now.saturating_sub(*at)).unwrap_or(0).saturating_sub(*leeway);
                if missed >= 60 {
                    return None;
                }
                "if clocks differ, pass --leeway 60s".to_owned()
            }
            Self::NotYetValid { at, now, leeway } | Self::IssuedInFuture { at, now, leeway } => {
                let missed = u64::try_from(at.saturating_sub(*now)).unwrap_or(0).saturating_sub(*leeway);
                if missed > 60 {
                    return None;
                }
                match self {
                    Self::NotYetValid { .. } => {
                        format!("valid in {}; if clocks differ, pass --leeway 60s", Span::seconds(missed))
                    }
                    _ => "if clocks differ, pass --leeway 60s".to_owned(),
                }
            }
            Self::AudienceNotNamed { .. } => "set the expected audience with --aud VALUE, or pass --any-aud".to_owned(),
            Self::ExpiryMissing => "pass --allow-no-exp to accept tokens that never expire".to_owned(),
            Self::ExpNotSeconds { .. } => "fix the issuer: divide the value by 1000".to_owned(),
            Self::KeyWeak { .. } => "pass --allow-weak to accept it with an error finding".to_owned(),
            Self::EncryptedNotSigned => "decrypt it first; to see its header, run authkit inspect".to_owned(),
            Self::TooLarge { .. } => "raise the limit with --max-token-bytes".to_owned(),
            Self::NotCompact { .. } => {
                "verify JWS JSON with --signature-only, and a detached payload with --signature-only --payload FILE"
                    .to_owned()
            }
            Self::CritUnknown { .. } => "pass --crit NAME for an extension that you check yourself".to_owned(),
            Self::Malformed { problem, .. } if problem.contains("padding with") => {
                "AWS load balancers pad their tokens and sign them so: pass --allow-padding to accept that".to_owned()
            }
            Self::NoKey => "name a key of the issuer with -k FILE or -k URL".to_owned(),
            _ => return None,
        })
    }
}

/// Sorts by relevance, removes duplicates and truncates long texts.
pub fn sort(reasons: &mut Vec<RejectReason>) {
    reasons.iter_mut().for_each(RejectReason::cut);
    reasons.sort_by_key(RejectReason::rank);
    reasons.dedup();
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sorted_and_unique() {
        assert!(REASONS.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        for about in REASONS {
            assert!(about.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", about.id);
            assert!(![about.why, about.fix, about.source].contains(&""), "{}", about.id);
        }
    }

    #[test]
    fn every_reason_is_listed_under_its_id() {
        let schema = serde_json::to_value(schemars::schema_for!(RejectReason)).unwrap();
        let ids: Vec<String> = schema["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variant| variant["properties"]["id"]["const"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), REASONS.len());
        for id in ids {
            assert!(REASONS.iter().any(|about| about.id == id), "{id} is not in REASONS");
        }
        let samples = [
            RejectReason::AlgorithmMissing,
            RejectReason::Expired { at: 1, now: 2, leeway: 0 },
            RejectReason::KidUnknown { kid: "a".into(), known: vec![], more: 0 },
        ];
        for sample in samples {
            assert_eq!(serde_json::to_value(&sample).unwrap()["id"], sample.id());
        }
    }

    #[test]
    fn most_relevant_reason_comes_first() {
        let mut reasons = vec![
            RejectReason::Expired { at: 1, now: 2, leeway: 0 },
            RejectReason::SignatureMismatch { alg: "HS256".into(), tried: vec![], cause: None },
            RejectReason::AlgorithmMissing,
            RejectReason::AlgorithmMissing,
        ];
        sort(&mut reasons);
        let ids: Vec<_> = reasons.iter().map(RejectReason::id).collect();
        assert_eq!(ids, ["algorithm-missing", "signature-mismatch", "expired"]);
    }

    #[test]
    fn near_misses_get_a_hint() {
        let hint = |now| RejectReason::Expired { at: 1000, now, leeway: 0 }.hint();
        assert!(hint(1042).is_some());
        assert!(hint(1060).is_none());
        assert_eq!(
            RejectReason::Expired { at: 1000, now: 1042, leeway: 0 }.to_string(),
            "expired 42 s ago (1970-01-01T00:16:40Z)"
        );
    }
}
