//! Reasons why a token is rejected. Each has a stable id, the compared values and a rank, which puts the most relevant
//! one first.

use super::compact::TokenPart;
use schemars::JsonSchema;
use serde::Serialize;

mod display;
mod evidence;
mod info;

pub use display::list as quoted;
pub(super) use evidence::{first, short};
pub use info::{REASONS, RejectReasonInfo};

/// A reject reason. Times are Unix seconds, spans are seconds. Text from the token is untrusted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(tag = "id", rename_all = "kebab-case")]
pub enum RejectReason {
    /// Not three segments of strict base64url, or not strict JSON.
    Malformed {
        part: Option<TokenPart>,
        problem: String,
    },
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    EncryptedNotSigned,
    /// A header parameter of the wrong type.
    HeaderInvalid {
        member: String,
        problem: String,
    },
    AlgorithmMissing,
    AlgorithmNone {
        alg: String,
    },
    AlgorithmUnknown {
        alg: String,
    },
    AlgorithmNotAllowed {
        alg: String,
        allowed: Vec<String>,
    },
    CritInvalid {
        problem: String,
    },
    CritUnknown {
        /// At most as many as `crit` may list.
        names: Vec<String>,
    },
    /// `b64: false` in a JWT (RFC 7797 §7).
    PayloadUnencoded,
    Nested {
        cty: String,
    },
    NoKey,
    KidUnknown {
        kid: String,
        /// The most similar known kids.
        known: Vec<String>,
        /// The number of other known kids.
        more: usize,
    },
    KidRequired {
        keys: usize,
        limit: usize,
    },
    /// No key matches the algorithm of the header; one line of explanation for each of the first keys.
    NoMatchingKey {
        alg: String,
        keys: Vec<KeyMismatchDetail>,
        /// The number of other keys.
        more: usize,
    },
    KeyWeak {
        alg: String,
        problem: String,
    },
    SignatureMismatch {
        alg: String,
        tried: Vec<String>,
    },
    SignatureMissing {
        alg: String,
    },
    IssuerNotBound {
        iss: Option<String>,
        bound: Vec<String>,
    },
    Expired {
        at: i64,
        now: i64,
        leeway: u64,
    },
    NotYetValid {
        at: i64,
        now: i64,
        leeway: u64,
    },
    ExpiryMissing,
    ExpNotSeconds {
        claim: String,
        value: String,
    },
    ClaimInvalid {
        claim: String,
        problem: String,
    },
    ClaimMissing {
        claim: String,
    },
    ClaimForbidden {
        claim: String,
        kind: String,
    },
    ClaimMismatch {
        claim: String,
        expected: String,
        found: String,
    },
    AudienceNotNamed {
        found: Vec<String>,
        /// The number of other audiences.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    AudienceMismatch {
        expected: Vec<String>,
        found: Vec<String>,
        /// The number of other audiences.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    AudienceMissing {
        expected: Vec<String>,
    },
    IssuerMismatch {
        expected: Vec<String>,
        found: String,
    },
    IssuerMissing {
        expected: Vec<String>,
    },
    SubjectMismatch {
        expected: String,
        found: Option<String>,
    },
    TypeMismatch {
        expected: String,
        found: Option<String>,
    },
    KindMismatch {
        kind: String,
        problem: String,
    },
    TooOld {
        age: u64,
        max_age: u64,
        leeway: u64,
    },
    /// `--max-age` counts from `iat`, which is in the future.
    IssuedInFuture {
        at: i64,
        now: i64,
        leeway: u64,
    },
    ScopeMissing {
        missing: Vec<String>,
        found: Vec<String>,
        /// The number of other scopes of the token.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// A JWS JSON serialisation or a detached payload without `--signature-only`.
    NotCompact {
        problem: String,
    },
}

/// Why one key does not match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct KeyMismatchDetail {
    pub key: String,
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
            Self::NotCompact { .. } => "use --signature-only for JWS JSON and detached payloads".to_owned(),
            Self::NoKey => "name a key with -k, or run authkit keys generate".to_owned(),
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

/// A reason in JSON output: `id`, the values, and the message.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RejectReasonOutput<'a> {
    #[serde(flatten)]
    pub reason: &'a RejectReason,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl<'a> From<&'a RejectReason> for RejectReasonOutput<'a> {
    fn from(reason: &'a RejectReason) -> Self {
        Self { reason, message: reason.to_string(), hint: reason.hint() }
    }
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
            RejectReason::SignatureMismatch { alg: "HS256".into(), tried: vec![] },
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
