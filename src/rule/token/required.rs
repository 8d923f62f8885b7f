//! Claims that standards require of one kind of token, and that revocation needs of every kind.

use super::{TokenSubject, TokenUse, TokenView};
use crate::finding::Severity;
use crate::rule::{Basis, Reporter, Rule};

/// An absent claim: an error where a standard is known to require it.
fn missing(token: &TokenView<'_>, report: &mut Reporter<'_>, pointer: &str, consequence: &str) {
    let claim = pointer.strip_prefix("/claims/").unwrap_or(pointer);
    if token.is_required(claim) {
        report.with_severity(Severity::Error);
    }
    report.at(pointer, || format!("there is no {claim}: {consequence}"));
}

pub(super) const CLIENT_ID_MISSING: Rule<TokenSubject> = Rule {
    id: "client-id-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2",
    why: "Without it a service cannot tell which client acts, nor shut one client out.",
    fix: "add the claim client_id",
    bad: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read"}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read","client_id":"web"}"#,
    check: |token, report| {
        let access = matches!(token.purpose, TokenUse::AccessToken | TokenUse::TypedAccessToken);
        if access && token.claims.said("client_id").is_none() {
            missing(token, report, "/claims/client_id", "nobody can tell which client acts");
        }
    },
};

pub(super) const IAT_MISSING: Rule<TokenSubject> = Rule {
    id: "iat-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2; OpenID Connect Core §2",
    why: "Revoking everything issued before an instant needs to know when a token was issued.",
    fix: "leave iat in: drop --no-iat",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":100,"exp":1000}"#,
    check: |token, report| {
        if token.claims.iat.is_absent() {
            missing(token, report, "/claims/iat", "its age and lifetime cannot be known");
        }
    },
};

pub(super) const JTI_MISSING: Rule<TokenSubject> = Rule {
    id: "jti-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 9068 §2.2 (required of access tokens); OWASP REST Security Cheat Sheet (denylist)",
    why: "A denylist names tokens by jti; without it only whole users or keys can be revoked.",
    fix: "leave jti in: drop --no-jti",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"jti":"2f9c0d6e","exp":1000}"#,
    check: |token, report| {
        if token.claims.jti.is_absent() {
            missing(token, report, "/claims/jti", "it cannot be named on a denylist");
        }
    },
};

pub(super) const SUB_MISSING: Rule<TokenSubject> = Rule {
    id: "sub-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2; OpenID Connect Core §2",
    why: "Without a subject a token cannot be revoked with its user, nor be found in a log.",
    fix: "say whom it is about: --sub alice",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"sub":"alice","exp":1000}"#,
    check: |token, report| {
        let by_session = token.purpose == TokenUse::LogoutToken && token.claims.said("sid").is_some();
        if token.claims.sub.is_absent() && !by_session && token.purpose != TokenUse::DpopProof {
            missing(token, report, "/claims/sub", "nobody can tell whom it is about");
        }
    },
};
