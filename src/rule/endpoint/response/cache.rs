//! Rules about caching: responses that browsers or shared caches must not store.

use super::ResponseSubject;
use crate::finding::Severity;
use crate::http::exchange::Exchange;
use crate::rule::{Basis, Rule};

const CONTROL: &str = "/response/headers/Cache-Control";

/// Whether a shared cache stores the response without revalidation (RFC 9111 §3, §5.2.2).
fn is_shared(exchange: &Exchange) -> bool {
    let directives = exchange.directives("cache-control");
    let has = |name: &str| directives.iter().any(|one| one == name);
    let fresh = directives.iter().any(|one| {
        let seconds = one.strip_prefix("s-maxage=");
        seconds.is_some_and(|seconds| seconds.trim_matches('"').parse::<u64>().is_ok_and(|seconds| seconds > 0))
    });
    (has("public") || fresh) && !has("no-store") && !has("private") && !has("no-cache")
}

/// Whether the response is a page or data, as opposed to style sheets, scripts, images and fonts.
fn is_document(exchange: &Exchange) -> bool {
    let kind = exchange.header("content-type").unwrap_or_default().to_ascii_lowercase();
    exchange.status == 200
        && matches!(exchange.method.as_str(), "GET" | "POST")
        && (kind.is_empty()
            || ["text/html", "application/xhtml", "application/json", "+json"].iter().any(|own| kind.contains(own)))
}

pub(super) const CACHE_AUTHENTICATED: Rule<ResponseSubject> = Rule {
    id: "cache-authenticated",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 14.3.2 (level 2); RFC 9111 §5.2.2.5; RFC 6749 §5.1 for token responses",
    why: "Content of a signed-in user stays in the browser cache and, with other directives, in shared caches.",
    fix: "send Cache-Control: no-store with all user-specific content",
    bad: "GET https://a.example/me 200 | > Cookie: sid=1 | Content-Type: text/html",
    good: "GET https://a.example/me 200 | > Cookie: sid=1 | Content-Type: text/html | Cache-Control: no-store",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let directives = exchange.directives("cache-control");
        if !response.visit.authenticated || !is_document(exchange) || directives.iter().any(|one| one == "no-store") {
            return;
        }
        if directives.iter().any(|one| one == "private") {
            let message =
                || "the browser may cache the response to a signed-in user: private without no-store".to_owned();
            report.with_severity(Severity::Info).at(CONTROL, message);
        } else {
            report
                .with_severity(Severity::Warning)
                .at(CONTROL, || "the response to a signed-in user lacks no-store".to_owned());
        }
    },
};

pub(super) const CACHE_SET_COOKIE_PUBLIC: Rule<ResponseSubject> = Rule {
    id: "cache-set-cookie-public",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "RFC 9111 §7.3 (Set-Cookie does not inhibit caching); OWASP ASVS 5.0 14.3.2",
    why: "A cache that stores the response hands one user's session to the next.",
    fix: "send Cache-Control: no-store (or private) with every response that sets a session",
    bad: "GET https://a.example/ 200 | Set-Cookie: sid=1 | Cache-Control: public, max-age=600",
    good: "GET https://a.example/ 200 | Set-Cookie: sid=1 | Cache-Control: private, max-age=600",
    check: |response, report| {
        let credential = response.visit.cookies.iter().find(|one| one.class.is_credential() && !one.is_deletion());
        if let Some(cookie) = credential.filter(|_| is_shared(response.visit.exchange)) {
            report
                .at(CONTROL, || format!("shared caches may store the response that sets {}", cookie.line.name.shown()));
        }
    },
};

pub(super) const VARY_COOKIE_MISSING: Rule<ResponseSubject> = Rule {
    id: "vary-cookie-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 9111 §4.1, §7.3; GHSA-m2qf-hxjv-5gpq is an example in a framework",
    why: "A shared cache may serve the response of one user to another.",
    fix: "send Vary: Cookie, or Cache-Control: private",
    bad: "GET https://a.example/me 200 | > Cookie: sid=1 | Cache-Control: public, max-age=60",
    good: "GET https://a.example/me 200 | > Cookie: sid=1 | Cache-Control: public, max-age=60 | Vary: Cookie",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let by_cookie = exchange.request_cookies().iter().any(|_| true) && response.visit.authenticated;
        let varies = exchange.directives("vary").iter().any(|one| one == "cookie" || one == "*");
        if by_cookie && is_document(exchange) && is_shared(exchange) && !varies {
            report.at("/response/headers/Vary", || {
                "shared caches may store a response that depends on cookies, but Vary does not list Cookie".to_owned()
            });
        }
    },
};
