//! Rule about the number of cookies of a host in the browser.

use super::ResponseSubject;
use crate::encoding::bounds::as_u64;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::COOKIES_PER_DOMAIN;

/// Ten cookies.
macro_rules! ten {
    ($letter:literal) => {
        concat!(ten!(two $letter "0"), ten!(two $letter "1"), ten!(two $letter "2"), ten!(two $letter "3"), ten!(two $letter "4"))
    };
    (two $letter:literal $number:literal) => {
        concat!(" | Set-Cookie: ", $letter, $number, "x=1 | Set-Cookie: ", $letter, $number, "y=1")
    };
}

pub(super) const COOKIE_TOO_MANY: Rule<ResponseSubject> = Rule {
    id: "cookie-too-many",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §6.1 (browsers support at least 50 of a domain, and may evict more)",
    why: "A browser may evict the oldest cookies of the domain, including the session.",
    fix: "keep preferences in one cookie, or on the server",
    bad: concat!("GET https://a.example/ 200", ten!("a"), ten!("b"), ten!("c"), ten!("d"), ten!("e"), ten!("f")),
    good: concat!("GET https://a.example/ 200", ten!("a")),
    check: |response, report| {
        let most = report.limit(&COOKIES_PER_DOMAIN);
        let kept = as_u64(response.visit.kept);
        let host = &response.visit.exchange.url.host;
        let already_reported = as_u64(response.visit.kept_before) > most;
        if kept > most && !already_reported {
            report.report(|| format!("{host} has {kept} cookies in the browser, only {most} are guaranteed"));
        }
    },
};
