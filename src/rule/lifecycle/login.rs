//! Rules about login: session fixation, adoption of unknown session ids, and unchecked session ids.

use super::{LifecycleSubject, failed, session_names};
use crate::finding::Severity;
use crate::lifecycle::LifecycleCheck;
use crate::rule::{Basis, Rule};

pub(super) const SESSION_NOT_ROTATED: Rule<LifecycleSubject> = Rule {
    id: "session-not-rotated",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.4; draft-ietf-httpbis-rfc6265bis §8.4; WSTG-SESS-03",
    why: "An attacker who set or read the cookie before login, on a shared machine or through a subdomain, is \
          authenticated as the user afterwards (session fixation).",
    fix: "create a new session at login and end the old one",
    bad: "rotated-at-login fail | session sid",
    good: "rotated-at-login pass | session sid",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::Rotated) {
            let names = session_names(trace);
            report.report(|| format!("{names}: the cookies from before login open the protected page after login"));
        }
    },
};

pub(super) const SESSION_ID_ADOPTED: Rule<LifecycleSubject> = Rule {
    id: "session-id-adopted",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.4; draft-ietf-httpbis-rfc6265bis §8.4; WSTG-SESS-03",
    why: "The server accepts an id that it never issued and keeps it through login: for session fixation, an attacker \
          does not even need a session.",
    fix: "reject ids that were not issued, and create a new session at login",
    bad: "unknown-id-replaced fail | session sid",
    good: "unknown-id-replaced pass | session sid",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::UnknownIdReplaced) {
            let names = session_names(trace);
            report.report(|| {
                format!("{names}: an unknown id that was set before login opens the protected page after login")
            });
        }
    },
};

pub(super) const SESSION_ID_UNCHECKED: Rule<LifecycleSubject> = Rule {
    id: "session-id-unchecked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.1 (session tokens are verified by the backend)",
    why: "Any value of the cookie is accepted, so authentication can be bypassed without a login.",
    fix: "look the session up on the server, and reject unknown ids",
    bad: "unknown-id-rejected fail | session sid",
    good: "unknown-id-rejected pass | session sid",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::UnknownIdRejected) {
            let names = session_names(trace);
            report.report(|| format!("{names}: an unknown id opens the protected page without a login"));
        }
    },
};
