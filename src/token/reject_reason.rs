//! Why a token is refused. Each reason has a stable id, carries the values that were compared, and a
//! rank, so that the most telling comes first when there are several.

use super::compact::TokenPart;
use schemars::JsonSchema;
use serde::Serialize;

mod display;
mod evidence;
mod info;

pub use display::list as quoted;
pub(super) use evidence::{first, short};
pub use info::{REASONS, RejectReasonInfo};

/// A reason to refuse. Times are Unix seconds, spans are seconds. Text in it is the token's own: untrusted.
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
    /// A header member of the wrong type.
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
        /// At most as many as `crit` may have.
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
        /// The kids that look most like it.
        known: Vec<String>,
        /// Named keys besides those.
        more: usize,
    },
    KidRequired {
        keys: usize,
        limit: usize,
    },
    /// No key fits the algorithm of the header; one line of why for each of the first keys.
    KeyUnfit {
        alg: String,
        keys: Vec<KeyMismatchDetail>,
        /// Keys besides those.
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
        /// Audiences besides those.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    AudienceMismatch {
        expected: Vec<String>,
        found: Vec<String>,
        /// Audiences besides those.
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
    /// `--max-age` counts from `iat`, which has not come yet.
    IssuedInFuture {
        at: i64,
        now: i64,
        leeway: u64,
    },
    ScopeMissing {
        missing: Vec<String>,
        found: Vec<String>,
        /// Scopes of the token besides those.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// A JWS JSON serialisation or a detached payload outside `--signature-only`.
    NotCompact {
        problem: String,
    },
}

/// Why one key cannot serve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct KeyMismatchDetail {
    pub key: String,
    pub why: String,
}

impl KeyMismatchDetail {
    /// So many keys are told of; the others are counted.
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
            Self::KeyUnfit { .. } => "key-unfit",
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

    /// What is known of this reason in general.
    pub fn about(&self) -> Option<&'static RejectReasonInfo> {
        REASONS.binary_search_by(|about| about.id.cmp(self.id())).ok().and_then(|at| REASONS.get(at))
    }

    fn rank(&self) -> u8 {
        self.about().map_or(u8::MAX, |about| about.rank)
    }

    /// What the user might do, when that is more than the message says.
    pub fn hint(&self) -> Option<String> {
        use crate::time::Span;
        Some(match self {
            Self::Expired { at, now, leeway } => {
                let missed = u64::try_from(now.saturating_sub(*at)).unwrap_or(0).saturating_sub(*leeway);
                if missed >= 60 {
                    return None;
                }
                "if clocks differ: --leeway 60s".to_owned()
            }
            Self::NotYetValid { at, now, leeway } | Self::IssuedInFuture { at, now, leeway } => {
                let missed = u64::try_from(at.saturating_sub(*now)).unwrap_or(0).saturating_sub(*leeway);
                if missed > 60 {
                    return None;
                }
                match self {
                    Self::NotYetValid { .. } => {
                        format!("valid in {}; if clocks differ: --leeway 60s", Span::seconds(missed))
                    }
                    _ => "if clocks differ: --leeway 60s".to_owned(),
                }
            }
            Self::AudienceNotNamed { .. } => "name the audience you are: --aud VALUE (or --any-aud)".to_owned(),
            Self::ExpiryMissing => "--allow-no-exp accepts tokens that never expire".to_owned(),
            Self::ExpNotSeconds { .. } => "the issuer must divide by 1000".to_owned(),
            Self::KeyWeak { .. } => "--allow-weak accepts it, with an error finding".to_owned(),
            Self::EncryptedNotSigned => "authkit inspect explains its header; decrypt it first".to_owned(),
            Self::TooLarge { .. } => "--max-token-bytes raises the limit".to_owned(),
            Self::NotCompact { .. } => "--signature-only verifies JWS JSON and detached payloads".to_owned(),
            Self::NoKey => "authkit keys generate makes one; -k names one".to_owned(),
            _ => return None,
        })
    }
}

/// Sorts the most telling first, drops repetitions and cuts long texts.
pub fn sort(reasons: &mut Vec<RejectReason>) {
    reasons.iter_mut().for_each(RejectReason::cut);
    reasons.sort_by_key(RejectReason::rank);
    reasons.dedup();
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A reason as machines read it: `id`, the values, and the message.
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
    fn laws_of_the_list() {
        assert!(REASONS.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        for about in REASONS {
            assert!(about.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", about.id);
            assert!(![about.why, about.fix, about.source].contains(&""), "{}", about.id);
        }
    }

    #[test]
    fn every_reason_is_listed_and_says_its_id() {
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
    fn the_most_telling_comes_first() {
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
