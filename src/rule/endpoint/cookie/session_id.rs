//! Rules about the value of a cookie: a guessable id, readable content, or a token.

use super::CookieSubject;
use crate::cookie::class::CookieClass;
use crate::cookie::value::{CookieValueForm, ValueAlphabet, bits_at_most, is_uuid};
use crate::finding::Severity;
use crate::rule::token::is_personal;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{SESSION_ID_BITS_ADVISED, SESSION_ID_BITS_MIN};

pub(super) const JWT_IN_COOKIE: Rule<CookieSubject> = Rule {
    id: "jwt-in-cookie",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6750 §5.3; OWASP ASVS 5.0 7.4.1",
    why: "Browsers send cookies with every request, so a token in a cookie needs CSRF protection. It stays valid until \
          it expires: deleting the cookie does not revoke it.",
    fix: "keep it short-lived and Secure, add CSRF protection, and keep a denylist of revoked tokens",
    bad: "token=eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3Njk4NjE3MDB9.AA; Secure",
    good: "token=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        if matches!(cookie.form, CookieValueForm::Token(_)) && cookie.sets() {
            let at = cookie.cookie.line.value.offset;
            report.report_at_offset(&cookie.pointer(), at, || format!("{} contains a JWT", cookie.name()));
        }
    },
};

pub(super) const SESSION_ID_DECODABLE: Rule<CookieSubject> = Rule {
    id: "session-id-decodable",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 7 (should be opaque, shall not hold personal information in the clear)",
    why: "Anyone who has the cookie can read its content. Frameworks that sign sessions without encrypting them work \
          this way by design: their sessions must not contain secrets or personal data.",
    fix: "keep the content on the server, or encrypt it",
    bad: "session=eyJlbWFpbCI6ImFsaWNlQGV4YW1wbGUub3JnIn0.ZxY1cw.c2lnbmF0dXJl; Secure",
    good: "session=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        let CookieValueForm::Readable(content) = &cookie.form else { return };
        let personal: Vec<String> = content.names().into_iter().filter(|name| is_personal(name)).collect();
        if !cookie.sets() || cookie.is_foreign() || (!cookie.is_credential() && personal.is_empty()) {
            return;
        }
        let (pointer, at, how, name) = (cookie.pointer(), cookie.cookie.line.value.offset, content.how, cookie.name());
        if personal.is_empty() {
            report
                .with_severity(Severity::Info)
                .report_at_offset(&pointer, at, || format!("{name} is readable: it is {how}"));
        } else {
            report.with_severity(Severity::Warning).report_at_offset(&pointer, at, || {
                format!("{name} contains {} in cleartext: it is {how}", personal.join(", "))
            });
        }
    },
};

pub(super) const SESSION_ID_SHORT: Rule<CookieSubject> = Rule {
    id: "session-id-short",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 item 2 (64 bits of length); OWASP ASVS 5.0 7.2.3 (128 bits of entropy)",
    why: "Short ids can be guessed. The reported bits are an upper bound from length and alphabet; the way the id is \
          generated may leave far less.",
    fix: "generate ids of at least 128 random bits with the system's random number generator",
    bad: "sid=12345678; Secure",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        let value = cookie.cookie.line.value.bytes;
        let opaque = cookie.form == CookieValueForm::Opaque && !value.is_empty();
        if cookie.cookie.class != CookieClass::Session || !opaque || !cookie.sets() {
            return;
        }
        let bits = bits_at_most(value);
        // A UUID has 122 random bits of 128 (RFC 9562 §5.4), which is acceptable.
        let severity = if bits < report.limit(&SESSION_ID_BITS_MIN) {
            Severity::Error
        } else if bits < report.limit(&SESSION_ID_BITS_ADVISED) && !is_uuid(value) {
            Severity::Warning
        } else {
            return;
        };
        report.with_severity(severity).report_at_offset(&cookie.pointer(), cookie.cookie.line.value.offset, || {
            let alphabet = ValueAlphabet::smallest_for(value).name();
            format!("{} has {} {alphabet}: at most {bits} bits of entropy", cookie.name(), value.len())
        });
    },
};
