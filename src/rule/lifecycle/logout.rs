//! Rules about logout: sessions, cookies and remembered logins that stay valid after it.

use super::{LifecycleSubject, failed, session_names};
use crate::finding::Severity;
use crate::lifecycle::{CheckResult, LifecycleCheck};
use crate::rule::{Basis, Rule};

pub(super) const CLEAR_SITE_DATA_MISSING: Rule<LifecycleSubject> = Rule {
    id: "clear-site-data-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 14.3.1 (the header \"may be able to help\"); W3C Clear Site Data §3.1",
    why: "Data that scripts stored in the browser is left for the next user of the machine.",
    fix: "respond to the logout with Clear-Site-Data: \"cookies\", \"storage\"",
    bad: "logout post",
    good: "logout post clear-site-data",
    check: |trace, report| {
        // A client that calls an API with tokens may not be a browser.
        if trace.tokens.is_none() && trace.left.as_ref().is_some_and(|left| !left.clear_site_data) {
            report.report(|| {
                "the logout response has no Clear-Site-Data: data that the site stored stays in the browser".to_owned()
            });
        }
    },
};

pub(super) const LOGOUT_COOKIE_NOT_CLEARED: Rule<LifecycleSubject> = Rule {
    id: "logout-cookie-not-cleared",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 item 3; OWASP ASVS 5.0 14.3.1; WSTG-SESS-06",
    why: "The browser keeps sending the cookie. If the server loses the record of the logout, or restores the session \
          from a backup, the user is signed in again.",
    fix: "delete the cookie in the logout response, with the name, Path and Domain that it was set with",
    bad: "cookie-cleared fail | session sid",
    good: "cookie-cleared pass | session sid",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::Cleared) {
            let names = session_names(trace);
            report.report(|| format!("{names}: the browser still has the cookie after logout, with its old value"));
        }
    },
};

pub(super) const LOGOUT_VIA_GET: Rule<LifecycleSubject> = Rule {
    id: "logout-via-get",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.5.3; RFC 9110 §9.2.1",
    why: "Any page that embeds an image with this URL logs its visitors out.",
    fix: "log out by POST, with a CSRF token",
    bad: "logout get | logout-works pass",
    good: "logout post | logout-works pass",
    check: |trace, report| {
        let works = trace.answer(LifecycleCheck::LogoutWorks) == Some(&CheckResult::Pass);
        if works && trace.left.as_ref().is_some_and(|left| left.get) {
            report.report(|| "a GET request logs the user out".to_owned());
        }
    },
};

pub(super) const LOGOUT_WITHOUT_EFFECT: Rule<LifecycleSubject> = Rule {
    id: "logout-without-effect",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; WSTG-SESS-06",
    why: "The user believes to be logged out, but the next user of the browser is signed in.",
    fix: "end the session on the server, and delete its cookies, including remembered logins",
    bad: "logout-works fail",
    good: "logout-works pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::LogoutWorks) {
            report.report(|| "the browser still opens the protected page after logout".to_owned());
        }
    },
};

pub(super) const REMEMBER_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "remember-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; WSTG-SESS-06",
    why: "The remembered login stays valid for weeks after the session. An attacker with a copy can log in with it \
          after the user has logged out.",
    fix: "keep remembered logins on the server, one per browser, and delete the one of this browser at logout",
    bad: "remember-revoked fail",
    good: "remember-revoked pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::RememberRevoked) {
            let all = trace.cookies.iter().filter(|cookie| cookie.is_remembered());
            let names: Vec<&str> = all.map(|cookie| cookie.name.as_str()).collect();
            report
                .report(|| format!("{}: a copy of the remembered login still logs in after logout", names.join(", ")));
        }
    },
};

pub(super) const SESSION_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "session-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1 (self-contained tokens need a denylist of terminated ones, too); WSTG-SESS-06",
    why: "Logout only deleted the cookie from this browser. An attacker with an earlier copy stays signed in as the \
          user. Sessions stored in the cookie itself, signed or as a JWT, behave like this by design.",
    fix: "keep sessions on the server and delete them at logout, or keep a denylist of ended sessions",
    bad: "session-revoked fail | session sid",
    good: "session-revoked pass | session sid",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::Revoked) {
            let names = session_names(trace);
            report.report(|| format!("{names}: copies from before logout still open the protected page"));
        }
    },
};
