//! Rules about the signature algorithm of a token.

use super::TokenSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const ALG_HMAC_SHARED: Rule<TokenSubject> = Rule {
    id: "alg-hmac-shared",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP REST Security Cheat Sheet (JWT); OWASP ASVS 5.0 11.1.1",
    why: "Anyone who can verify an HMAC can also create one: with several parties, any of them can forge tokens of the \
          issuer.",
    fix: "sign with ES256, PS256 or EdDSA when another party than the issuer verifies",
    bad: r#"{"alg":"HS256"} {"iss":"https://login.example","aud":["a","b"]}"#,
    good: r#"{"alg":"HS256"} {"iss":"backend","aud":"backend"}"#,
    check: |token, report| {
        let Some(alg) = token.header.alg.present().filter(|alg| alg.starts_with("HS")) else { return };
        let audiences = token.claims.aud.present().map_or(0, Vec::len);
        if audiences > 1 {
            report.with_severity(Severity::Warning).at("/header/alg", || {
                format!("{alg} with {audiences} audiences: each of them holds the signing secret")
            });
        } else if token.claims.iss.present().is_some_and(|iss| iss.starts_with("https://")) {
            report.at("/header/alg", || {
                format!("{alg} from an issuer with a URL: every verifier holds the signing secret")
            });
        }
    },
};

pub(super) const ALG_NONE: Rule<TokenSubject> = Rule {
    id: "alg-none",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.6; RFC 9068 §4; OWASP ASVS 5.0 9.1.2",
    why: "Anyone can forge an unsigned token; a verifier that accepts one has no authentication at all.",
    fix: "sign the token, and configure verifiers with an algorithm allowlist",
    bad: r#"{"alg":"nOnE"} {"exp":1}"#,
    good: r#"{"alg":"ES256"} {"exp":1}"#,
    check: |token, report| {
        if let Some(alg) = token.header.alg.present().filter(|alg| alg.eq_ignore_ascii_case("none")) {
            report.at("/header/alg", || format!("alg is \"{alg}\": the token is not signed"));
        }
    },
};

pub(super) const ALG_POLYMORPHIC: Rule<TokenSubject> = Rule {
    id: "alg-polymorphic",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9864 §2.2, §4.1.2",
    why: "EdDSA stands for two algorithms; the key decides which one, and libraries differ.",
    fix: "sign with alg Ed25519 once every verifier supports the name",
    bad: r#"{"alg":"EdDSA"} {"exp":1}"#,
    good: r#"{"alg":"Ed25519"} {"exp":1}"#,
    check: |token, report| {
        if token.header.alg.present().is_some_and(|alg| alg == "EdDSA") {
            report.at("/header/alg", || "EdDSA is deprecated in favour of the names Ed25519 and Ed448".to_owned());
        }
    },
};

pub(super) const ALG_RSA_PKCS1: Rule<TokenSubject> = Rule {
    id: "alg-rsa-pkcs1",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 11.6.1 and appendix C; FAPI 2.0 Security Profile §5.4.1; but RFC 9068 §2.1 requires RS256",
    why: "PKCS#1 v1.5 has no security proof and a history of broken verifiers; newer profiles no longer allow it.",
    fix: "sign with PS256, ES256 or EdDSA where every verifier supports them",
    bad: r#"{"alg":"RS256"} {"exp":1}"#,
    good: r#"{"alg":"PS256"} {"exp":1}"#,
    check: |token, report| {
        if let Some(alg) = token.header.alg.present().filter(|alg| alg.starts_with("RS")) {
            report.at("/header/alg", || format!("{alg} signs with PKCS#1 v1.5 padding"));
        }
    },
};
