//! Rules about SameSite: missing, invalid, or None.

use super::CookieSubject;
use crate::cookie::set_cookie::KnownAttribute;
use crate::cookie::storage::{CookieRejection, SameSite};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const COOKIE_MISSING_SAMESITE: Rule<CookieSubject> = Rule {
    id: "cookie-missing-samesite",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 3.3.2 (level 2); NIST SP 800-63B-4 §5.1.1 item 6; RFC 6265bis §5.6.7.2",
    why: "Without SameSite the browser's default applies: some send the cookie with every cross-site request, some \
          send it with a cross-site POST only shortly after it was set.",
    fix: "add SameSite=Lax, or Strict if users who follow external links need not be signed in",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax",
    check: |cookie, report| {
        let missing = cookie.cookie.line.last(KnownAttribute::SameSite).is_none();
        if missing && cookie.is_credential() && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::SameSite);
            report.report_at_offset(&pointer, at, || {
                format!("{} has no SameSite: the browser's default applies", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_SAMESITE_INVALID: Rule<CookieSubject> = Rule {
    id: "cookie-samesite-invalid",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6.7, §5.7 step 17; OWASP ASVS 5.0 3.3.2",
    why: "Browsers treat an unknown value like a missing attribute, and the last attribute takes precedence over \
          earlier ones.",
    fix: "write Strict, Lax or None, once",
    bad: "theme=dark; Secure; SameSite=Strict; SameSite=Yes",
    good: "theme=dark; Secure; SameSite=strict",
    check: |cookie, report| {
        let Some(last) = cookie.cookie.line.last(KnownAttribute::SameSite) else { return };
        if cookie.cookie.decision.effective.same_site == SameSite::Default && cookie.sets() {
            let (pointer, _) = cookie.at(KnownAttribute::SameSite);
            let message = || {
                format!("SameSite={} of {} is invalid: the browser's default applies", last.value.text(), cookie.name())
            };
            report.report_at_offset(&pointer, last.name.offset, message);
        }
    },
};

pub(super) const COOKIE_SAMESITE_NONE: Rule<CookieSubject> = Rule {
    id: "cookie-samesite-none",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "NIST SP 800-63B-4 §5.1.1 item 6; OWASP WSTG-SESS-05",
    why: "Cross-site requests carry the session: CSRF tokens are the only protection left. Single sign-on and embedded \
          pages need it.",
    fix: "set SameSite=Lax unless other sites must embed this one",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=None",
    good: "theme=dark; Secure; SameSite=None",
    check: |cookie, report| {
        let own = &cookie.cookie.decision.effective;
        if own.same_site == SameSite::None && own.secure && cookie.is_credential() && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::SameSite);
            report.report_at_offset(&pointer, at, || {
                format!("{} is sent with cross-site requests of every site", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_SAMESITE_NONE_INSECURE: Rule<CookieSubject> = Rule {
    id: "cookie-samesite-none-insecure",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.7 step 19",
    why: "Browsers reject a cookie with SameSite=None that is not Secure.",
    fix: "add Secure, or use SameSite=Lax",
    bad: "theme=dark; SameSite=None",
    good: "theme=dark; SameSite=None; Secure",
    check: |cookie, report| {
        if cookie.cookie.decision.reasons.contains(&CookieRejection::NoneWithoutSecure) && cookie.sets() {
            let (pointer, at) = cookie.at(KnownAttribute::SameSite);
            report.report_at_offset(&pointer, at, || {
                format!("{} is rejected by browsers: SameSite=None without Secure", cookie.name())
            });
        }
    },
};
