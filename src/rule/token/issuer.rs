//! Rules about the issuer of a token.

use super::{TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const ISS_MISSING: Rule<TokenSubject> = Rule {
    id: "iss-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 9068 §2.2; OpenID Connect Core §2; RFC 7519 §4.1.1 leaves it optional",
    why: "Without an issuer a verifier cannot bind keys to issuers once there is more than one.",
    fix: "name the issuer: --iss https://login.example",
    bad: r#"{"alg":"ES256"} {"exp":1}"#,
    good: r#"{"alg":"ES256"} {"iss":"https://login.example"}"#,
    check: |token, report| {
        if token.claims.iss.is_absent() && token.purpose != TokenUse::DpopProof {
            if token.is_required("iss") {
                report.with_severity(Severity::Error);
            }
            report.at("/claims/iss", || "missing claim \"iss\"".to_owned());
        }
    },
};

/// Whether a URL without its scheme points to the loopback interface. Userinfo before `@` is not a host.
fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.strip_prefix("[::1]") {
        Some(port) => return port.is_empty() || port.starts_with(':') && !port.contains('@'),
        None => authority.split(':').next().unwrap_or(authority),
    };
    !authority.contains('@') && matches!(host, "localhost" | "127.0.0.1")
}

#[cfg(test)]
#[test]
fn url_with_loopback_host_is_loopback() {
    for url in ["localhost", "localhost:8080/realm", "127.0.0.1/x", "[::1]", "[::1]:80/x"] {
        assert!(is_loopback(url), "{url}");
    }
    for url in
        ["[2001:db8::1]/x", "localhost.evil.test", "127.0.0.1:80@evil.test", "[::1]:x@evil.test", "", "[::1].test"]
    {
        assert!(!is_loopback(url), "{url}");
    }
}

pub(super) const ISS_NOT_HTTPS: Rule<TokenSubject> = Rule {
    id: "iss-not-https",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8414 §2; RFC 9207 §2; OpenID Connect Core §2",
    why: "Verifiers fetch the keys of an OAuth issuer from its URL: over plain HTTP an on-path attacker can replace \
          them.",
    fix: "use the issuer's HTTPS URL, without query or fragment",
    bad: r#"{"alg":"ES256"} {"iss":"http://login.example","scope":"read"}"#,
    good: r#"{"alg":"ES256"} {"iss":"https://login.example","scope":"read"}"#,
    check: |token, report| {
        let Some(iss) = token.claims.iss.present() else { return };
        let oauth = !matches!(token.purpose, TokenUse::Other | TokenUse::DpopProof);
        if let Some(rest) = iss.strip_prefix("http://") {
            if !is_loopback(rest) {
                report.at("/claims/iss", || format!("iss \"{iss}\" is a plain HTTP URL"));
            }
        } else if oauth && iss.starts_with("https://") && memchr::memchr2(b'?', b'#', iss.as_bytes()).is_some() {
            report.at("/claims/iss", || format!("iss \"{iss}\" has a query or a fragment"));
        } else if token.is_required("iss") && !iss.starts_with("https://") {
            report.at("/claims/iss", || format!("iss \"{iss}\" is not an HTTPS URL"));
        }
    },
};
