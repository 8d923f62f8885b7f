//! Rules about the header parameter crit, which lists the extensions that a verifier must support.

use super::TokenSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::token::claims::Claim;
use crate::token::header::NEVER_CRITICAL;

pub(super) const CRIT_MALFORMED: Rule<TokenSubject> = Rule {
    id: "crit-malformed",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7515 §4.1.11",
    why: "Strict verifiers reject a token with an invalid crit; lax ones ignore the parameter.",
    fix: "list only extensions that are present in the header and not defined in RFC 7515 or RFC 7518, each once",
    bad: r#"{"alg":"ES256","crit":["alg"]} {"exp":1}"#,
    good: r#"{"alg":"ES256","b64":true,"crit":["b64"]} {"exp":1}"#,
    check: |token, report| match &token.header.crit {
        Claim::Absent => {}
        Claim::Malformed(fault) => report.at("/header/crit", || format!("crit is {}", fault.describe())),
        Claim::Present(names) => {
            for name in names {
                if NEVER_CRITICAL.contains(&name.as_ref()) {
                    report
                        .at("/header/crit", || format!("crit lists \"{name}\", which is a standard header parameter"));
                } else if token.header.object.get(name).is_none() {
                    report.at("/header/crit", || format!("crit lists \"{name}\", which is missing in the header"));
                }
            }
        }
    },
};

pub(super) const CRIT_UNKNOWN: Rule<TokenSubject> = Rule {
    id: "crit-unknown",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 7515 §4.1.11; RFC 7797 §6",
    why: "A verifier that does not support the extension must reject the token.",
    fix: "make sure that every verifier supports the extension, or omit it",
    bad: r#"{"alg":"ES256","crit":["x-tenant"],"x-tenant":"a"} {"exp":1}"#,
    good: r#"{"alg":"ES256","b64":true,"crit":["b64"]} {"exp":1}"#,
    check: |token, report| {
        let names = token.header.crit.present().map_or(&[][..], Vec::as_slice);
        for name in names.iter().filter(|name| *name != "b64" && !NEVER_CRITICAL.contains(&name.as_ref())) {
            report.at("/header/crit", || format!("crit requires \"{name}\", which common verifiers do not support"));
        }
    },
};
