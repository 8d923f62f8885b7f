//! Rules about the lifetime of cookies.

use super::CookieSubject;
use crate::cookie::class::CookieClass;
use crate::cookie::set_cookie::KnownAttribute;
use crate::cookie::storage::{Lifetime, MAX_AGE};
use crate::cookie::value::CookieValueForm;
use crate::encoding::json;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{SESSION_COOKIE_ADVISED, SESSION_COOKIE_EXTREME, SESSION_COOKIE_MAX};
use crate::time::{Span, UnixTime};
use crate::token::claims::Claims;
use crate::token::compact::{MAX_BYTES, Segments, TokenPart};

/// The attribute that determines the lifetime.
fn lifetime_attribute(cookie: &super::CookieView<'_>) -> KnownAttribute {
    if cookie.cookie.line.last(KnownAttribute::MaxAge).is_some() {
        KnownAttribute::MaxAge
    } else {
        KnownAttribute::Expires
    }
}

pub(super) const COOKIE_LIFETIME_LONG: Rule<CookieSubject> = Rule {
    id: "cookie-lifetime-long",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "NIST SP 800-63B-4 §5.1 (should not persist); OWASP ASVS 5.0 7.3.2 (level 2); the numbers are practice",
    why: "A session cookie that persists for weeks is available to anyone who gets the machine, the browser profile or \
          its backup.",
    fix: "omit Max-Age and Expires, and let the server end sessions",
    bad: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
    good: "sid=5f4dcc3b5aa765d61d8327deb882cf99; Secure; HttpOnly; SameSite=Lax; Max-Age=3600",
    check: |cookie, report| {
        let Lifetime::Seconds { kept, .. } = cookie.cookie.decision.effective.lifetime else { return };
        if !cookie.is_credential() {
            return;
        }
        let seconds = kept.unsigned_abs();
        let severity = if seconds > report.limit(&SESSION_COOKIE_EXTREME) {
            Severity::Error
        } else if seconds > report.limit(&SESSION_COOKIE_MAX) {
            Severity::Warning
        } else if seconds > report.limit(&SESSION_COOKIE_ADVISED) && cookie.cookie.class != CookieClass::Remember {
            Severity::Info
        } else {
            return;
        };
        let (pointer, at) = cookie.at(lifetime_attribute(cookie));
        report
            .with_severity(severity)
            .report_at_offset(&pointer, at, || format!("{} persists for {}", cookie.name(), Span::seconds(seconds)));
    },
};

pub(super) const COOKIE_LIFETIME_OVER_CAP: Rule<CookieSubject> = Rule {
    id: "cookie-lifetime-over-cap",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.5",
    why: "Browsers keep a cookie for at most 400 days, even if it requests a longer lifetime.",
    fix: "request 34560000 seconds or less, and renew the cookie when the user returns",
    bad: "theme=dark; Max-Age=63072000",
    good: "theme=dark; Max-Age=34560000",
    check: |cookie, report| {
        if let Lifetime::Seconds { asked, kept } = cookie.cookie.decision.effective.lifetime
            && asked > kept
        {
            let (pointer, at) = cookie.at(lifetime_attribute(cookie));
            report.report_at_offset(&pointer, at, || {
                let (asked, most) = (Span::seconds(asked.unsigned_abs()), Span::seconds(MAX_AGE.unsigned_abs()));
                format!("{} requests {asked}, browsers keep it for {most}", cookie.name())
            });
        }
    },
};

/// The expiry time (exp) of a token.
fn expiry(token: &str) -> Option<UnixTime> {
    let mut payload = Vec::new();
    Segments::cut(token.as_bytes(), MAX_BYTES).ok()?.decode_part(TokenPart::Payload, &mut payload).ok()?;
    let claims = json::text(&payload).and_then(Claims::parse).ok()?;
    Some(claims.exp.present()?.ceil())
}

pub(super) const JWT_COOKIE_OUTLIVES_EXP: Rule<CookieSubject> = Rule {
    id: "jwt-cookie-outlives-exp",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice; RFC 6265bis §5.5",
    why: "The browser keeps sending an expired token, and users see errors instead of a login page.",
    fix: "let the cookie expire when its token does",
    bad: "token=eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3Njk4NjE3MDB9.AA; Secure; Max-Age=86400",
    good: "token=eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3Njk4NjE3MDB9.AA; Secure; Max-Age=900",
    check: |cookie, report| {
        let (CookieValueForm::Token(token), Lifetime::Seconds { kept, .. }) =
            (&cookie.form, cookie.cookie.decision.effective.lifetime)
        else {
            return;
        };
        let Some(expiry) = expiry(token) else { return };
        let ends = cookie.visit.now.plus(Span::seconds(kept.unsigned_abs()));
        // Tolerates a minute, because servers round.
        if ends > expiry.plus(Span::seconds(60)) {
            let (pointer, at) = cookie.at(lifetime_attribute(cookie));
            let longer = ends.since(expiry);
            report.report_at_offset(&pointer, at, || {
                format!("{} persists {longer} longer than its token is valid", cookie.name())
            });
        }
    },
};
