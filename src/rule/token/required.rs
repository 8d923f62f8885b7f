//! Rules about claims that standards require of one kind of token, and that revocation needs in every token.

use super::{TokenSubject, TokenUse, TokenView};
use crate::finding::Severity;
use crate::rule::{Basis, Reporter, Rule};

/// Reports a missing claim: an error where a standard that requires it certainly applies.
fn report_missing(token: &TokenView<'_>, report: &mut Reporter<'_>, pointer: &str, consequence: &str) {
    let claim = pointer.strip_prefix("/claims/").unwrap_or(pointer);
    if token.is_required(claim) {
        report.with_severity(Severity::Error);
    }
    report.at(pointer, || format!("missing claim \"{claim}\": {consequence}"));
}

pub(super) const CLIENT_ID_MISSING: Rule<TokenSubject> = Rule {
    id: "client-id-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2",
    why: "Without client_id a service cannot identify the client, nor block a single client.",
    fix: "add the claim client_id",
    bad: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read"}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read","client_id":"web"}"#,
    check: |token, report| {
        let access = matches!(token.purpose, TokenUse::AccessToken | TokenUse::TypedAccessToken);
        if access && token.claims.said("client_id").is_none() {
            report_missing(token, report, "/claims/client_id", "the client cannot be identified");
        }
    },
};

pub(super) const IAT_MISSING: Rule<TokenSubject> = Rule {
    id: "iat-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2; OpenID Connect Core §2",
    why: "Revoking all tokens issued before a cut-off requires the issue time of each token.",
    fix: "keep iat: drop --no-iat",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":100,"exp":1000}"#,
    check: |token, report| {
        if token.claims.iat.is_absent() {
            report_missing(token, report, "/claims/iat", "age and lifetime are unknown");
        }
    },
};

pub(super) const JTI_MISSING: Rule<TokenSubject> = Rule {
    id: "jti-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 9068 §2.2 (required of access tokens); OWASP REST Security Cheat Sheet (denylist)",
    why: "A denylist identifies tokens by jti; without it, only all tokens of a user or key can be revoked.",
    fix: "keep jti: drop --no-jti",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"jti":"2f9c0d6e","exp":1000}"#,
    check: |token, report| {
        if token.claims.jti.is_absent() {
            report_missing(token, report, "/claims/jti", "the token cannot be put on a denylist");
        }
    },
};

pub(super) const SUB_MISSING: Rule<TokenSubject> = Rule {
    id: "sub-missing",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2; OpenID Connect Core §2",
    why: "Without a subject a token cannot be revoked together with its user, nor attributed in a log.",
    fix: "set the subject: --sub alice",
    bad: r#"{"alg":"ES256"} {"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"sub":"alice","exp":1000}"#,
    check: |token, report| {
        let by_session = token.purpose == TokenUse::LogoutToken && token.claims.said("sid").is_some();
        if token.claims.sub.is_absent() && !by_session && token.purpose != TokenUse::DpopProof {
            report_missing(token, report, "/claims/sub", "the user cannot be identified");
        }
    },
};
