//! What the value is: an id that can be guessed, content that can be read, a token.

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
    why: "Browsers send cookies with every request, so a token in one needs a defence against forged requests, and it \
          stays good until it expires: deleting the cookie does not end it.",
    fix: "keep it short-lived and Secure, check requests for forgery, and keep a list of tokens that are called back",
    bad: "token=eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3Njk4NjE3MDB9.AA; Secure",
    good: "token=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        if matches!(cookie.form, CookieValueForm::Token(_)) && cookie.sets() {
            let at = cookie.cookie.line.value.offset;
            report.report_at_offset(&cookie.pointer(), at, || format!("{} holds a JWT", cookie.name()));
        }
    },
};

pub(super) const SESSION_ID_DECODABLE: Rule<CookieSubject> = Rule {
    id: "session-id-decodable",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 7 (should be opaque, shall not hold personal information in the clear)",
    why: "Whoever has the cookie reads what is in it. Frameworks that sign sessions without encrypting them do that by \
          design: then nothing secret or personal belongs in.",
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
                .report_at_offset(&pointer, at, || format!("{name} can be read: it is {how}"));
        } else {
            report.with_severity(Severity::Warning).report_at_offset(&pointer, at, || {
                format!("{name} carries {} in the clear: it is {how}", personal.join(", "))
            });
        }
    },
};

pub(super) const SESSION_ID_SHORT: Rule<CookieSubject> = Rule {
    id: "session-id-short",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 item 2 (64 bits of length); OWASP ASVS 5.0 7.2.3 (128 bits of entropy)",
    why: "Ids that are short can be guessed. What is counted is the most that length and characters allow; how the id \
          is made may leave far less.",
    fix: "make ids of 128 random bits or more from the system's generator",
    bad: "sid=12345678; Secure",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure",
    check: |cookie, report| {
        let value = cookie.cookie.line.value.bytes;
        let opaque = cookie.form == CookieValueForm::Opaque && !value.is_empty();
        if cookie.cookie.class != CookieClass::Session || !opaque || !cookie.sets() {
            return;
        }
        let bits = bits_at_most(value);
        // A UUID lacks six bits of 128 (RFC 9562 §5.4), which is no fault that anybody mends.
        let severity = if bits < report.limit(&SESSION_ID_BITS_MIN) {
            Severity::Error
        } else if bits < report.limit(&SESSION_ID_BITS_ADVISED) && !is_uuid(value) {
            Severity::Warning
        } else {
            return;
        };
        report.with_severity(severity).report_at_offset(&cookie.pointer(), cookie.cookie.line.value.offset, || {
            let alphabet = ValueAlphabet::smallest_for(value).name();
            format!("{} has {} {alphabet}: {bits} bits at most", cookie.name(), value.len())
        });
    },
};
