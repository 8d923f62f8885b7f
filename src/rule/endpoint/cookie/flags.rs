//! Rules about Secure, HttpOnly and Partitioned, and about cookies set over plain HTTP.

use super::CookieSubject;
use crate::cookie::class::CookieClass;
use crate::cookie::evaluate::Transport;
use crate::cookie::set_cookie::KnownAttribute;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const COOKIE_MISSING_HTTPONLY: Rule<CookieSubject> = Rule {
    id: "cookie-missing-httponly",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.3.4 (level 2); NIST SP 800-63B-4 §5.1.1 item 3; other cookies: practice",
    why: "A script injected by an attacker (XSS) reads the cookie and hijacks the session.",
    fix: "add HttpOnly to cookies that scripts do not need",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; SameSite=Lax",
    good: "csrf_token=5f4dcc3b5aa765d61d8327deb882cf99; Secure; SameSite=Lax",
    check: |cookie, report| {
        // Scripts must read a CSRF token to send it, and analytics cookies are set by scripts.
        let exempt = cookie.is_foreign() || cookie.cookie.class == CookieClass::Csrf;
        if !cookie.cookie.decision.effective.http_only && cookie.sets() && !exempt {
            let (pointer, at) = cookie.at(KnownAttribute::HttpOnly);
            let severity = cookie.credential_severity(Severity::Warning);
            report
                .with_severity(severity)
                .report_at_offset(&pointer, at, || format!("{} has no HttpOnly: scripts can read it", cookie.name()));
        }
    },
};

pub(super) const COOKIE_MISSING_SECURE: Rule<CookieSubject> = Rule {
    id: "cookie-missing-secure",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.3.1; NIST SP 800-63B-4 §5.1.1 item 1; RFC 6750 §5.3",
    why: "One request over plain HTTP, which an on-path attacker can provoke, sends the cookie in cleartext. HSTS \
          protects only browsers that have seen it, and not a Domain that includes hosts without it.",
    fix: "add Secure",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; HttpOnly; SameSite=Lax",
    good: "sid=; Max-Age=0; Path=/",
    check: |cookie, report| {
        let missing = cookie.is_https() && !cookie.cookie.decision.effective.secure;
        if missing && cookie.sets() && !cookie.is_foreign() {
            let (pointer, at) = cookie.at(KnownAttribute::Secure);
            let severity = cookie.credential_severity(Severity::Error);
            report.with_severity(severity).report_at_offset(&pointer, at, || {
                format!("{} has no Secure: it is also sent over plain HTTP", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_PARTITIONED_INSECURE: Rule<CookieSubject> = Rule {
    id: "cookie-partitioned-insecure",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "browser behaviour: Chromium accepts Partitioned cookies (CHIPS) with Secure only; no standard requires it \
          yet",
    why: "A browser that requires Secure with Partitioned rejects the cookie.",
    fix: "add Secure",
    bad: "theme=dark; Partitioned",
    good: "theme=dark; Partitioned; Secure; SameSite=None",
    check: |cookie, report| {
        let own = &cookie.cookie.decision.effective;
        if own.partitioned && !own.secure && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::Partitioned);
            report.report_at_offset(&pointer, at, || format!("{} is Partitioned without Secure", cookie.name()));
        }
    },
};

pub(super) const COOKIE_SET_OVER_HTTP: Rule<CookieSubject> = Rule {
    id: "cookie-set-over-http",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 12.2.1; NIST SP 800-63B-4 §5.1; RFC 6265bis §5.7 step 13",
    why: "An on-path attacker can read the cookie and replace it; browsers reject it if it is Secure.",
    fix: "serve over HTTPS only, and set cookies there",
    bad: "GET http://www.example.org/ 200 | Set-Cookie: sid=5f4dcc3b5aa765d61d8327deb882cf99; HttpOnly; SameSite=Lax",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax",
    check: |cookie, report| {
        if cookie.is_https() || !cookie.sets() || cookie.is_foreign() {
            return;
        }
        let (pointer, at) = (cookie.pointer(), cookie.cookie.line.name.offset);
        let name = cookie.name();
        if cookie.visit.transport == Transport::Loopback {
            let message = || {
                format!("{name} is set over plain HTTP on the loopback interface (--assume-https treats it as HTTPS)")
            };
            report.with_severity(Severity::Info).report_at_offset(&pointer, at, message);
        } else {
            let severity = cookie.credential_severity(Severity::Error);
            report.with_severity(severity).report_at_offset(&pointer, at, || format!("{name} is set over plain HTTP"));
        }
    },
};
