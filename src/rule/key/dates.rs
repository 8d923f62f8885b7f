//! Rules about the dates of a key: expired, revoked, or in use for too long.

use super::KeySubject;
use crate::finding::Severity;
use crate::key::Key;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::KEY_AGE_MAX;
use crate::time::{Span, UnixTime};

/// A date member of a key, in Unix seconds. Not a registered JWK member, but written by many publishers.
pub(in crate::rule) fn date(key: &Key, name: &str) -> Option<UnixTime> {
    key.others.get(name).and_then(serde_json::Value::as_i64).map(UnixTime)
}

pub(super) const JWKS_DEAD_KEY: Rule<KeySubject> = Rule {
    id: "jwks-inactive-key",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; OpenID Federation 1.0 §8.7.3 (exp and revoked of a key)",
    why: "exp and revoked are not registered JWK members: a verifier that does not know them trusts the key until it \
          leaves the set.",
    fix: "remove the key from the published set",
    bad: r#"at 2000 {"kty":"OKP","crv":"Ed25519","exp":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"at 1000 {"kty":"OKP","crv":"Ed25519","exp":2000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if subject.key.others.get("revoked").is_some_and(|revoked| !revoked.is_null() && *revoked != false) {
            report
                .with_severity(Severity::Error)
                .at("/revoked", || "the key is revoked but still in the set".to_owned());
        } else if let Some(expired) = date(subject.key, "exp").filter(|exp| *exp <= subject.now) {
            report.at("/exp", || {
                format!("the key expired {} ({expired}) but is still in the set", expired.relative_to(subject.now))
            });
        }
    },
};

pub(super) const JWKS_STALE_KEY: Rule<KeySubject> = Rule {
    id: "jwks-stale-key",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: no standard sets a number; OWASP ASVS 5.0 13.3.4 asks for rotation as documented",
    why: "The longer a key is used, the more depends on it, and the less practised its rotation is.",
    fix: "rotate the key (authkit keys rotate), or set another maximum age (--limit key-age-max=DURATION)",
    bad: r#"at 20000000 {"kty":"OKP","crv":"Ed25519","iat":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"at 2000 {"kty":"OKP","crv":"Ed25519","iat":1000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        let (key, now) = (subject.key, subject.now);
        // A key with an expiry date already has a rotation date.
        if date(key, "exp").is_some() || key.others.contains_key("revoked") {
            return;
        }
        let begun = [("/nbf", date(key, "nbf")), ("/iat", date(key, "iat"))];
        let Some((pointer, begun)) = begun.into_iter().find_map(|(name, date)| Some((name, date?))) else { return };
        let limit = Span::seconds(report.limit(&KEY_AGE_MAX));
        if now.since(begun) > limit {
            report.at(pointer, || {
                format!("the key has been in use since {begun} ({}), limit {limit}", begun.relative_to(now))
            });
        }
    },
};
