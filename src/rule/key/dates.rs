//! Is it still in use, and not for too long?

use super::KeySubject;
use crate::finding::Severity;
use crate::key::Key;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::KEY_AGE_MAX;
use crate::time::{Span, UnixTime};

/// A date of the key: no registered member of a JWK, but written by many publishers (Unix seconds).
pub(in crate::rule) fn date(key: &Key, name: &str) -> Option<UnixTime> {
    key.others.get(name).and_then(serde_json::Value::as_i64).map(UnixTime)
}

pub(super) const JWKS_DEAD_KEY: Rule<KeySubject> = Rule {
    id: "jwks-dead-key",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; OpenID Federation 1.0 §8.7.3 (exp and revoked of a key)",
    why: "exp and revoked are no registered members of a JWK: verifiers that do not know them go on trusting the key for \
          as long as it is in the set.",
    fix: "take the key out of the published set",
    bad: r#"at 2000 {"kty":"OKP","crv":"Ed25519","exp":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"at 1000 {"kty":"OKP","crv":"Ed25519","exp":2000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if subject.key.others.get("revoked").is_some_and(|revoked| !revoked.is_null() && *revoked != false) {
            report
                .with_severity(Severity::Error)
                .at("/revoked", || "the key is revoked, and still in the set".to_owned());
        } else if let Some(ended) = date(subject.key, "exp").filter(|exp| *exp <= subject.now) {
            report.at("/exp", || {
                format!("the key ended {} ({ended}), and is still in the set", ended.relative_to(subject.now))
            });
        }
    },
};

pub(super) const JWKS_STALE_KEY: Rule<KeySubject> = Rule {
    id: "jwks-stale-key",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: no standard sets a number; OWASP ASVS 5.0 13.3.4 asks for rotation as documented",
    why: "The longer a key is used, the more of its use is at stake, and the less anybody knows how to replace it.",
    fix: "rotate: authkit keys rotate; --limit key-age-max=DURATION sets another age",
    bad: r#"at 20000000 {"kty":"OKP","crv":"Ed25519","iat":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"at 2000 {"kty":"OKP","crv":"Ed25519","iat":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        let (key, now) = (subject.key, subject.now);
        // A key with an end is on its way out.
        if date(key, "exp").is_some() || key.others.contains_key("revoked") {
            return;
        }
        let begun = [("/nbf", date(key, "nbf")), ("/iat", date(key, "iat"))];
        let Some((pointer, begun)) = begun.into_iter().find_map(|(name, date)| Some((name, date?))) else { return };
        let limit = Span::seconds(report.limit(&KEY_AGE_MAX));
        if now.since(begun) > limit {
            report.at(pointer, || {
                format!("the key has been in use since {begun} ({}); the limit is {limit}", begun.relative_to(now))
            });
        }
    },
};
