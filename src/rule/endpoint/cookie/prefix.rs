//! Rules about the cookie name prefixes `__Host-` and `__Secure-`, which browsers enforce.

use super::CookieSubject;
use crate::cookie::storage::{CookieRejection, prefix};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const COOKIE_NAMELESS_IMPERSONATION: Rule<CookieSubject> = Rule {
    id: "cookie-nameless-impersonation",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.7 step 22",
    why: "The value of a nameless cookie is sent back like a prefixed cookie; browsers reject it for that reason.",
    fix: "give the cookie a name",
    bad: "=__Host-sid=1; Secure; Path=/",
    good: "__Host-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/",
    check: |cookie, report| {
        let impersonates = |reason: &CookieRejection| matches!(reason, CookieRejection::NamelessPrefix { .. });
        if let Some(reason) = cookie.cookie.decision.reasons.iter().find(|reason| impersonates(reason)) {
            let at = cookie.cookie.line.value.offset;
            report.report_at_offset(&cookie.pointer(), at, || format!("a cookie is rejected by browsers: {reason}"));
        }
    },
};

pub(super) const COOKIE_PREFIX_INVALID: Rule<CookieSubject> = Rule {
    id: "cookie-prefix-invalid",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.7 steps 20 and 21, §4.1.3",
    why: "Browsers reject a cookie that violates the requirements of its prefix, so the user is not signed in.",
    fix: "set Secure, an explicit Path=/ and no Domain for __Host-, and Secure for __Secure-",
    bad: "__Host-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax",
    good: "__Host-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax; Path=/",
    check: |cookie, report| {
        let breaks = |reason: &&CookieRejection| {
            matches!(
                reason,
                CookieRejection::SecurePrefixWithoutSecure
                    | CookieRejection::HostPrefixWithoutSecure
                    | CookieRejection::HostPrefixWithDomain { .. }
                    | CookieRejection::HostPrefixWithoutExplicitPath
            )
        };
        let broken: Vec<String> =
            cookie.cookie.decision.reasons.iter().filter(breaks).map(ToString::to_string).collect();
        if !broken.is_empty() {
            let at = cookie.cookie.line.name.offset;
            report.report_at_offset(&cookie.pointer(), at, || {
                format!("{} is rejected by browsers: {}", cookie.name(), broken.join("; "))
            });
        }
    },
};

pub(super) const COOKIE_PREFIX_MISCASED: Rule<CookieSubject> = Rule {
    id: "cookie-prefix-miscased",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.4, §5.7 steps 20 and 21",
    why: "New browsers enforce the prefix in any case; older ones only in its exact spelling, so an attacker can set \
          the cookie there. Servers that compare names exactly see two cookies.",
    fix: "write __Host- or __Secure-",
    bad: "__HOST-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/",
    good: "__Host-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/",
    check: |cookie, report| {
        let name = cookie.cookie.line.name;
        if let Some(right) = prefix(name.bytes).filter(|right| !name.bytes.starts_with(right.as_bytes())) {
            report.report_at_offset(&cookie.pointer(), name.offset, || {
                format!("{} has a prefix in the wrong case, expected {right}", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_PREFIX_MISSING: Rule<CookieSubject> = Rule {
    id: "cookie-prefix-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 3.3.1, 3.3.3; NIST SP 800-63B-4 §5.1.1 item 5",
    why: "A sibling host, or an on-path attacker on plain HTTP, can set a cookie with the same name. Only this host, \
          over HTTPS, can set a prefixed cookie.",
    fix: "name it __Host-NAME, with Secure, Path=/ and no Domain, or __Secure-NAME if subdomains share it",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; Path=/",
    good: "__Secure-sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        let name = cookie.cookie.line.name;
        if cookie.is_https() && cookie.is_credential() && cookie.sets() && prefix(name.bytes).is_none() {
            report.report_at_offset(&cookie.pointer(), name.offset, || {
                format!("{} has no __Host- or __Secure- prefix", cookie.name())
            });
        }
    },
};
