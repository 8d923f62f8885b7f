//! Rules about the scope of a cookie: Domain and Path.

use super::{CookieSubject, CookieView};
use crate::cookie::set_cookie::KnownAttribute;
use crate::cookie::storage::CookieRejection;
use crate::finding::Severity;
use crate::http::url::shown_path;
use crate::rule::{Basis, Reporter, Rule};

fn report_rejection(cookie: &CookieView<'_>, report: &mut Reporter<'_>, is: fn(&CookieRejection) -> bool) {
    if let Some(reason) = cookie.cookie.decision.reasons.iter().find(|reason| is(reason)) {
        let (pointer, at) = cookie.at(KnownAttribute::Domain);
        report.report_at_offset(&pointer, at, || format!("{} is rejected by browsers: {reason}", cookie.name()));
    }
}

pub(super) const COOKIE_DOMAIN_MISMATCH: Rule<CookieSubject> = Rule {
    id: "cookie-domain-mismatch",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.7 steps 8 and 10",
    why: "Browsers reject a cookie for a domain that does not include the host.",
    fix: "use a domain that includes the host, or omit Domain",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Domain=example.com",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Domain=example.org",
    check: |cookie, report| {
        report_rejection(cookie, report, |reason| {
            matches!(reason, CookieRejection::DomainMismatch { .. } | CookieRejection::DomainNotAscii)
        });
    },
};

pub(super) const COOKIE_DOMAIN_PUBLIC_SUFFIX: Rule<CookieSubject> = Rule {
    id: "cookie-domain-public-suffix",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.7 step 9",
    why: "Browsers reject a cookie for a public suffix, because it would be sent to unrelated sites.",
    fix: "use the registered domain, or omit Domain",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Domain=org",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Domain=example.org",
    check: |cookie, report| {
        report_rejection(cookie, report, |reason| matches!(reason, CookieRejection::PublicSuffix { .. }))
    },
};

pub(super) const COOKIE_DOMAIN_WIDE: Rule<CookieSubject> = Rule {
    id: "cookie-domain-wide",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 2; OWASP ASVS 5.0 3.3.3 (level 2)",
    why: "Every host below the domain receives the session, including the weakest, a forgotten one, or one after a \
          subdomain takeover.",
    fix: "omit Domain to limit the cookie to this host",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Domain=example.org",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        let own = &cookie.cookie.decision.effective;
        let rejected = cookie.cookie.change.is_none();
        if !own.host_only && !rejected && cookie.is_credential() && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::Domain);
            report.report_at_offset(&pointer, at, || {
                format!("{} is sent to {} and every host below it", cookie.name(), own.domain)
            });
        }
    },
};

pub(super) const COOKIE_PATH_SCOPE: Rule<CookieSubject> = Rule {
    id: "cookie-path-scope",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 6265bis §8.5, §8.6",
    why: "Pages under other paths of the host can still access the cookie: Path does not isolate applications.",
    fix: "use separate hosts for applications that must not share a session",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/shop",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/",
    check: |cookie, report| {
        let own = &cookie.cookie.decision.effective;
        let narrow = cookie.cookie.line.last(KnownAttribute::Path).is_some() && own.path != "/";
        if narrow && cookie.is_credential() && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::Path);
            report.report_at_offset(&pointer, at, || {
                format!(
                    "Path={} does not protect {} from other pages of the host",
                    shown_path(&own.path),
                    cookie.name()
                )
            });
        }
    },
};
