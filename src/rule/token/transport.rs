//! Rules about the token location, and about sender-constrained tokens.

use super::{TokenLocation, TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const BEARER_NOT_BOUND: Rule<TokenSubject> = Rule {
    id: "bearer-not-bound",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 9700 §2.2.1; RFC 9449 §6.1; RFC 8705 §3.1; OWASP ASVS 5.0 10.3.5",
    why: "Anyone who holds a bearer token can use it; a sender-constrained token is useless without the client's key.",
    fix: "constrain access tokens to the client's key with DPoP or mutual TLS (cnf)",
    bad: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read"}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read","cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}"#,
    check: |token, report| {
        let access = matches!(token.purpose, TokenUse::AccessToken | TokenUse::TypedAccessToken);
        if access && token.claims.said("cnf").is_none() {
            report.at("/claims/cnf", || {
                "not sender-constrained (no cnf): anyone who holds the token can use it".to_owned()
            });
        }
    },
};

pub(super) const TOKEN_IN_URL: Rule<TokenSubject> = Rule {
    id: "token-in-url",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §4.3.2; RFC 6750 §2.3, §5.3; OWASP ASVS 5.0 14.2.1",
    why: "URLs are recorded in logs, browser histories and Referer headers, and the token with them.",
    fix: "send the token in the Authorization header or in the body",
    bad: r#"{"alg":"ES256"} {"exp":1} in-url"#,
    good: r#"{"alg":"ES256"} {"exp":1} in-header"#,
    check: |token, report| {
        if token.carrier == TokenLocation::Url && token.purpose != TokenUse::DpopProof {
            report.report(|| "the token is in a URL".to_owned());
        }
    },
};
