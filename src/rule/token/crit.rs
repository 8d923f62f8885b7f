//! What the header says must be understood.

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
    why: "A crit that breaks its own rules makes strict verifiers refuse and careless ones ignore it.",
    fix: "list only extensions that are in the header and in no registry of RFC 7515 or RFC 7518, each once",
    bad: r#"{"alg":"ES256","crit":["alg"]} {"exp":1}"#,
    good: r#"{"alg":"ES256","b64":true,"crit":["b64"]} {"exp":1}"#,
    check: |token, report| match &token.header.crit {
        Claim::Absent => {}
        Claim::Malformed(fault) => report.at("/header/crit", || format!("crit is {}", fault.describe())),
        Claim::Present(names) => {
            for name in names {
                if NEVER_CRITICAL.contains(&name.as_ref()) {
                    report.at("/header/crit", || format!("crit lists \"{name}\", which every implementation knows"));
                } else if token.header.object.get(name).is_none() {
                    report.at("/header/crit", || format!("crit lists \"{name}\", which the header does not have"));
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
    why: "Whoever does not know the extension must refuse the token.",
    fix: "make sure that every verifier understands the extension, or leave it out",
    bad: r#"{"alg":"ES256","crit":["x-tenant"],"x-tenant":"a"} {"exp":1}"#,
    good: r#"{"alg":"ES256","b64":true,"crit":["b64"]} {"exp":1}"#,
    check: |token, report| {
        let names = token.header.crit.present().map_or(&[][..], Vec::as_slice);
        for name in names.iter().filter(|name| *name != "b64" && !NEVER_CRITICAL.contains(&name.as_ref())) {
            report.at("/header/crit", || format!("crit demands \"{name}\", which common verifiers do not understand"));
        }
    },
};
