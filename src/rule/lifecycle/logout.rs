//! A logout that ends less than it seems to.

use super::{LifecycleSubject, failed, session};
use crate::finding::Severity;
use crate::lifecycle::{CheckResult, LifecycleCheck};
use crate::rule::{Basis, Rule};

pub(super) const CLEAR_SITE_DATA_MISSING: Rule<LifecycleSubject> = Rule {
    id: "clear-site-data-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 14.3.1 (the header \"may be able to help\"); W3C Clear Site Data §3.1",
    why: "What scripts stored in the browser stays there for the next user of the machine.",
    fix: "answer the logout with Clear-Site-Data: \"cookies\", \"storage\"",
    bad: "logout post",
    good: "logout post clear-site-data",
    check: |story, report| {
        // Who calls an API with tokens may be no browser.
        if story.tokens.is_none() && story.left.as_ref().is_some_and(|left| !left.clear_site_data) {
            report.report(|| {
                "the logout does not ask the browser to clear what the site stored (Clear-Site-Data)".to_owned()
            });
        }
    },
};

pub(super) const LOGOUT_COOKIE_NOT_CLEARED: Rule<LifecycleSubject> = Rule {
    id: "logout-cookie-not-cleared",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 item 3; OWASP ASVS 5.0 14.3.1; WSTG-SESS-06",
    why: "The browser keeps on sending the cookie. If the server should forget that it ended the session, or restores \
          it from a backup, the user is signed in again.",
    fix: "delete the cookie in the answer to the logout, with the name, Path and Domain that it was set with",
    bad: "cookie-cleared no | session sid",
    good: "cookie-cleared yes | session sid",
    check: |story, report| {
        if failed(story, LifecycleCheck::Cleared) {
            let names = session(story);
            report.report(|| format!("{names}: the browser still has the cookie after logout, with its old value"));
        }
    },
};

pub(super) const LOGOUT_VIA_GET: Rule<LifecycleSubject> = Rule {
    id: "logout-via-get",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.5.3; RFC 9110 §9.2.1",
    why: "Any page that shows an image from this address logs its visitors out.",
    fix: "log out by POST, with a token against forged requests",
    bad: "logout get | logout-works yes",
    good: "logout post | logout-works yes",
    check: |story, report| {
        let works = story.answer(LifecycleCheck::LogoutWorks) == Some(&CheckResult::Yes);
        if works && story.left.as_ref().is_some_and(|left| left.get) {
            report.report(|| "a GET logs the user out".to_owned());
        }
    },
};

pub(super) const LOGOUT_WITHOUT_EFFECT: Rule<LifecycleSubject> = Rule {
    id: "logout-without-effect",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; WSTG-SESS-06",
    why: "The user believes to have left, and whoever uses the browser next is signed in.",
    fix: "end the session on the server, and delete its cookies, remembered logins included",
    bad: "logout-works no",
    good: "logout-works yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::LogoutWorks) {
            report.report(|| "after logout the browser still opens the protected page".to_owned());
        }
    },
};

pub(super) const REMEMBER_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "remember-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; WSTG-SESS-06",
    why: "The remembered login outlives the session by weeks. Somebody who copied it logs in with it after the user \
          has left.",
    fix: "keep remembered logins on the server, one for each browser, and delete the browser's own at logout",
    bad: "remember-revoked no",
    good: "remember-revoked yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::RememberRevoked) {
            let all = story.cookies.iter().filter(|cookie| cookie.is_remembered());
            let names: Vec<&str> = all.map(|cookie| cookie.name.as_str()).collect();
            report.report(|| format!("{}: a copy of the remembered login logs in after logout", names.join(", ")));
        }
    },
};

pub(super) const SESSION_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "session-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1 (self-contained tokens need a list of those that are over, too); WSTG-SESS-06",
    why: "Logout only took the cookie out of this browser. Whoever copied it before goes on as the user: sessions that \
          live in the cookie itself, signed or as a JWT, behave like that by design.",
    fix: "keep sessions on the server and delete them at logout, or keep a list of those that are over",
    bad: "session-revoked no | session sid",
    good: "session-revoked yes | session sid",
    check: |story, report| {
        if failed(story, LifecycleCheck::Revoked) {
            let names = session(story);
            report.report(|| format!("{names}: copies made before logout still open the protected page"));
        }
    },
};
