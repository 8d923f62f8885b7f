//! A session that somebody else knew before login.

use super::{LifecycleSubject, failed, session};
use crate::finding::Severity;
use crate::lifecycle::LifecycleCheck;
use crate::rule::{Basis, Rule};

pub(super) const SESSION_NOT_ROTATED: Rule<LifecycleSubject> = Rule {
    id: "session-not-rotated",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.4; draft-ietf-httpbis-rfc6265bis §8.4; WSTG-SESS-03",
    why: "Whoever planted or saw the cookie before login, on a shared machine or through a subdomain, is signed in as \
          the user afterwards (session fixation).",
    fix: "make a new session at login and end the old one",
    bad: "rotated-at-login no | session sid",
    good: "rotated-at-login yes | session sid",
    check: |story, report| {
        if failed(story, LifecycleCheck::Rotated) {
            let names = session(story);
            report.report(|| format!("{names}: the cookies from before login open the protected page after it"));
        }
    },
};

pub(super) const SESSION_ID_ADOPTED: Rule<LifecycleSubject> = Rule {
    id: "session-id-adopted",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.4; draft-ietf-httpbis-rfc6265bis §8.4; WSTG-SESS-03",
    why: "The server takes an id that it never issued and lets it through login: an attacker needs no session of his \
          own to plant one.",
    fix: "refuse ids that were not issued, and make a new session at login",
    bad: "invented-id-replaced no | session sid",
    good: "invented-id-replaced yes | session sid",
    check: |story, report| {
        if failed(story, LifecycleCheck::UnknownIdReplaced) {
            let names = session(story);
            report
                .report(|| format!("{names}: an invented id, planted before login, opens the protected page after it"));
        }
    },
};

pub(super) const SESSION_ID_UNCHECKED: Rule<LifecycleSubject> = Rule {
    id: "session-id-unchecked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.1 (session tokens are verified by the backend)",
    why: "That there is a cookie is enough, whatever its value: nobody needs to log in.",
    fix: "look the session up on the server, and refuse ids that are not there",
    bad: "invented-id-refused no | session sid",
    good: "invented-id-refused yes | session sid",
    check: |story, report| {
        if failed(story, LifecycleCheck::UnknownIdRejected) {
            let names = session(story);
            report.report(|| format!("{names}: an invented id opens the protected page without a login"));
        }
    },
};
