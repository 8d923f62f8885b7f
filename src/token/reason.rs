//! Why a token is refused. Each reason has a stable id, carries the values that were compared, and a
//! rank, so that the most telling comes first when there are several.

use super::compact::Part;
use schemars::JsonSchema;
use serde::Serialize;

mod words;

/// A reason to refuse. Times are Unix seconds, spans are seconds. Text in it is the token's own: untrusted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(tag = "id", rename_all = "kebab-case")]
pub enum Reason {
    /// Not three segments of strict base64url, or not strict JSON.
    Malformed {
        part: Option<Part>,
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
        name: String,
    },
    /// `b64: false` in a JWT (RFC 7797 §7).
    PayloadUnencoded,
    Nested {
        cty: String,
    },
    NoKey,
    KidUnknown {
        kid: String,
        known: Vec<String>,
    },
    KidRequired {
        keys: usize,
        limit: usize,
    },
    /// No key fits the algorithm of the header; one line of why for each key.
    KeyUnfit {
        alg: String,
        keys: Vec<Unfit>,
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
    },
    AudienceMismatch {
        expected: Vec<String>,
        found: Vec<String>,
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
    ScopeMissing {
        missing: Vec<String>,
        found: Vec<String>,
    },
    /// A JWS JSON serialisation or a detached payload outside `--signature-only`.
    NotCompact {
        problem: String,
    },
}

/// Why one key cannot serve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Unfit {
    pub key: String,
    pub why: String,
}

/// What is known of a reason besides its evidence.
pub struct About {
    pub id: &'static str,
    /// Smaller is more telling.
    pub rank: u8,
    pub why: &'static str,
    pub source: &'static str,
}

const fn about(id: &'static str, rank: u8, why: &'static str, source: &'static str) -> About {
    About { id, rank, why, source }
}

/// All reasons, sorted by id.
pub static REASONS: &[About] = &[
    about("algorithm-missing", 2, "Without alg nobody knows how the token was signed.", "RFC 7515 §4.1.1"),
    about("algorithm-none", 1, "Anybody can write an unsigned token.", "RFC 8725 §3.2"),
    about("algorithm-not-allowed", 3, "The verifier chooses the algorithms, not the token.", "RFC 8725 §3.1"),
    about("algorithm-unknown", 2, "An algorithm that is not implemented cannot be checked.", "RFC 7515 §4.1.1"),
    about("audience-mismatch", 22, "The token was made for somebody else.", "RFC 7519 §4.1.3"),
    about("audience-missing", 22, "A token for everybody can be replayed everywhere.", "RFC 8725 §3.9"),
    about("audience-not-named", 23, "A verifier that does not find itself in aud must refuse.", "RFC 7519 §4.1.3"),
    about("claim-forbidden", 26, "This kind of token must not carry the claim.", "the profile of the kind"),
    about("claim-invalid", 18, "A claim of the wrong type cannot be compared.", "RFC 7519 §4.1"),
    about("claim-mismatch", 28, "The claim says something else than was demanded.", "the verifier's demand"),
    about("claim-missing", 27, "A claim that was demanded is absent.", "the verifier's demand"),
    about("crit-invalid", 4, "crit must list distinct names that are present and not registered.", "RFC 7515 §4.1.11"),
    about("crit-unknown", 4, "What is critical and not understood must be refused.", "RFC 7515 §4.1.11"),
    about("encrypted-not-signed", 0, "A JWE proves nothing about who made it until it is decrypted.", "RFC 7516 §3"),
    about("exp-not-seconds", 16, "Milliseconds read as seconds make a token that lives for millennia.", "RFC 7519 §2"),
    about("expired", 15, "What was stolen must stop working.", "RFC 7519 §4.1.4"),
    about(
        "expiry-missing",
        17,
        "A token without exp works until its key is withdrawn.",
        "RFC 8725 §3.10, RFC 9068 §2.2",
    ),
    about(
        "header-invalid",
        2,
        "A header member of the wrong type is read differently by different verifiers.",
        "RFC 7515 §4.1",
    ),
    about("issuer-mismatch", 20, "The token comes from somebody else.", "RFC 8725 §3.8"),
    about("issuer-missing", 20, "Nobody says who issued the token.", "RFC 8725 §3.8"),
    about("issuer-not-bound", 8, "Keys of one issuer must not vouch for another.", "RFC 8725 §3.8"),
    about(
        "key-unfit",
        6,
        "A key serves only algorithms of its own kind: a public key is no secret.",
        "RFC 8725 §3.1, RFC 7517 §4",
    ),
    about("key-weak", 7, "A key below the minimum can be guessed or factored.", "RFC 7518 §3.2, §3.3"),
    about("kid-required", 6, "With many keys and no kid, each token would cost a try of every key.", "RFC 7515 §4.1.4"),
    about("kid-unknown", 6, "The key that the token names is not among the keys.", "RFC 7515 §4.1.4"),
    about("kind-mismatch", 25, "A token of one kind must not pass for another.", "RFC 8725 §3.11, §3.12"),
    about("malformed", 0, "What is not exactly a JWT is read differently by different verifiers.", "RFC 7519 §7.2"),
    about("nested", 5, "A nested JWT speaks in its inner token, which was not verified.", "RFC 7519 §5.2"),
    about("no-key", 6, "There is no key to verify with.", "RFC 7515 §5.2"),
    about("not-compact", 0, "A JWT is a compact token.", "RFC 7519 §1"),
    about("not-yet-valid", 15, "The issuer says from when the token counts.", "RFC 7519 §4.1.5"),
    about("payload-unencoded", 4, "An unencoded payload is not allowed in a JWT.", "RFC 7797 §7"),
    about("scope-missing", 29, "The token does not grant what was demanded.", "RFC 8693 §4.2"),
    about("signature-mismatch", 9, "Somebody changed the token, or another key made it.", "RFC 7515 §5.2"),
    about("signature-missing", 9, "The token is not signed at all.", "RFC 7515 §5.2"),
    about("subject-mismatch", 24, "The token speaks of somebody else.", "RFC 7519 §4.1.2"),
    about("too-large", 0, "A token larger than any real one is an attack on the verifier.", "RFC 8725 §2.7"),
    about("too-old", 19, "It was issued longer ago than the verifier accepts.", "RFC 7519 §4.1.6"),
    about("type-mismatch", 25, "Explicit types keep tokens of one kind from passing for another.", "RFC 8725 §3.11"),
];

impl Reason {
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
            Self::ScopeMissing { .. } => "scope-missing",
            Self::NotCompact { .. } => "not-compact",
        }
    }

    /// What is known of this reason in general.
    pub fn about(&self) -> Option<&'static About> {
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
            Self::NotYetValid { at, now, leeway } => {
                let missed = u64::try_from(at.saturating_sub(*now)).unwrap_or(0).saturating_sub(*leeway);
                if missed > 60 {
                    return None;
                }
                format!("valid in {}; if clocks differ: --leeway 60s", Span::seconds(missed))
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

/// Sorts the most telling first and drops repetitions.
pub fn sort(reasons: &mut Vec<Reason>) {
    reasons.sort_by_key(Reason::rank);
    reasons.dedup();
}

/// A reason as machines read it: `id`, the values, and the message.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ReasonData<'a> {
    #[serde(flatten)]
    pub reason: &'a Reason,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl<'a> From<&'a Reason> for ReasonData<'a> {
    fn from(reason: &'a Reason) -> Self {
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
            assert!(!about.why.is_empty() && !about.source.is_empty(), "{}", about.id);
        }
    }

    #[test]
    fn every_reason_is_listed_and_says_its_id() {
        let schema = serde_json::to_value(schemars::schema_for!(Reason)).unwrap();
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
            Reason::AlgorithmMissing,
            Reason::Expired { at: 1, now: 2, leeway: 0 },
            Reason::KidUnknown { kid: "a".into(), known: vec![] },
        ];
        for sample in samples {
            assert_eq!(serde_json::to_value(&sample).unwrap()["id"], sample.id());
        }
    }

    #[test]
    fn the_most_telling_comes_first() {
        let mut reasons = vec![
            Reason::Expired { at: 1, now: 2, leeway: 0 },
            Reason::SignatureMismatch { alg: "HS256".into(), tried: vec![] },
            Reason::AlgorithmMissing,
            Reason::AlgorithmMissing,
        ];
        sort(&mut reasons);
        let ids: Vec<_> = reasons.iter().map(Reason::id).collect();
        assert_eq!(ids, ["algorithm-missing", "signature-mismatch", "expired"]);
    }

    #[test]
    fn near_misses_get_a_hint() {
        let hint = |now| Reason::Expired { at: 1000, now, leeway: 0 }.hint();
        assert!(hint(1042).is_some());
        assert!(hint(1060).is_none());
        assert_eq!(
            Reason::Expired { at: 1000, now: 1042, leeway: 0 }.to_string(),
            "expired 42 s ago (1970-01-01T00:16:40Z)"
        );
    }
}
