//! Rules about `Set-Cookie` lines that fail to delete a cookie.

use super::CookieSubject;
use crate::cookie::cookie_store::Change;
use crate::cookie::set_cookie::KnownAttribute;
use crate::finding::Severity;
use crate::http::url::shown_path;
use crate::rule::{Basis, Rule};

pub(super) const COOKIE_CLEAR_BROKEN: Rule<CookieSubject> = Rule {
    id: "cookie-clear-broken",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6.1 step 2, §5.7 step 23",
    why: "The application reports a logout, but the browser keeps the cookie.",
    fix: "send the name, Domain and Path (and prefix, with Secure) that it was set with, and Max-Age=0",
    bad: "sid=; Expires=0; Path=/",
    good: "GET https://a.example/ 200 | Set-Cookie: sid=1; Path=/ | GET https://a.example/out 200 | Set-Cookie: sid=; Path=/; Max-Age=0",
    check: |cookie, report| {
        let name = cookie.name();
        if cookie.cookie.is_failed_deletion() {
            let known = if cookie.cookie.line.last(KnownAttribute::Expires).is_some() {
                KnownAttribute::Expires
            } else {
                KnownAttribute::MaxAge
            };
            let (pointer, at) = cookie.at(known);
            let value = cookie.cookie.line.last(known).map(|found| found.value.text()).unwrap_or_default();
            return report.report_at_offset(&pointer, at, || {
                format!("{name} is not deleted: browsers ignore the invalid {}={value}", known.name())
            });
        }
        if !cookie.cookie.decision.effective.is_deletion() {
            return;
        }
        let (pointer, at) = (cookie.pointer(), cookie.cookie.line.name.offset);
        match &cookie.cookie.change {
            None => {
                let why = cookie.cookie.decision.reasons.first().map(ToString::to_string).unwrap_or_default();
                report.report_at_offset(&pointer, at, || {
                    format!("{name} is not deleted: browsers reject the line: {why}")
                });
            }
            Some(Change::DeletedNothing { other }) => {
                if let Some(other) = other {
                    let scope = |own: &crate::cookie::storage::StoredCookie| {
                        let domain = if own.host_only { "the host only".to_owned() } else { own.domain.clone() };
                        format!("{domain}, path {}", shown_path(&own.path))
                    };
                    let own = &cookie.cookie.decision.effective;
                    report.report_at_offset(&pointer, at, || {
                        format!(
                            "{name} is not deleted: it was set for {}, but this line is for {}",
                            scope(other),
                            scope(own)
                        )
                    });
                }
            }
            Some(_) => {}
        }
    },
};
