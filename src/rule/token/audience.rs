//! Rules about the audience of a token.

use super::TokenSubject;
use crate::encoding::bounds::as_u64;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::AUDIENCES_MAX;

pub(super) const AUD_MISSING: Rule<TokenSubject> = Rule {
    id: "aud-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8725 §3.9; RFC 9068 §2.2; RFC 9700 §2.3; OWASP ASVS 5.0 9.2.4",
    why: "A token without an audience is accepted everywhere: one service can replay it at another.",
    fix: "name the receiving service: --aud https://api.example",
    bad: r#"{"alg":"ES256"} {"iss":"https://login.example","exp":1}"#,
    good: r#"{"alg":"ES256"} {"iss":"https://login.example","aud":"https://api.example"}"#,
    check: |token, report| {
        if token.claims.aud.is_absent() && token.purpose != super::TokenUse::DpopProof {
            // Without iss, nothing shows that issuer and service are separate, so the token may never reach another
            // service.
            let separate = token.claims.iss.present().is_some() || token.purpose == super::TokenUse::AccessToken;
            report.with_severity(match (token.is_required("aud"), separate) {
                (true, _) => Severity::Error,
                (false, true) => Severity::Warning,
                (false, false) => Severity::Info,
            });
            report
                .at("/claims/aud", || "missing claim \"aud\": any service may accept the token as its own".to_owned());
        }
    },
};

pub(super) const AUD_WILDCARD: Rule<TokenSubject> = Rule {
    id: "aud-wildcard",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 9700 §2.3 (one or a small set); OWASP ASVS 5.0 9.2.4; the number is practice",
    why: "An audience that includes everyone restricts nothing.",
    fix: "issue one token per service, or for a small set of services that trust each other",
    bad: r#"{"alg":"ES256"} {"aud":"*"}"#,
    good: r#"{"alg":"ES256"} {"aud":["https://api.example","https://mail.example"]}"#,
    check: |token, report| {
        let Some(audiences) = token.claims.aud.present() else { return };
        let most = report.limit(&AUDIENCES_MAX);
        if audiences.iter().any(|aud| aud.trim().is_empty() || aud.contains('*')) {
            report.at("/claims/aud", || "aud is a wildcard or empty: it restricts nothing".to_owned());
        } else if as_u64(audiences.len()) > most {
            report.at("/claims/aud", || format!("the token has {} audiences, more than {most}", audiences.len()));
        }
    },
};
