//! Rules about Strict-Transport-Security (RFC 6797), reported once per host.

use super::{ResponseSubject, ResponseView};
use crate::cookie::evaluate::Transport;
use crate::finding::Severity;
use crate::http::host::{is_address, is_loopback};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::HSTS_MIN;
use crate::time::Span;

const POINTER: &str = "/response/headers/Strict-Transport-Security";

/// The HSTS policy in the first HTTPS response of a host. `None` when browsers ignore the header (RFC 6797 §8.1), or
/// for a later response.
fn policy(response: &ResponseView<'_>) -> Option<Result<HstsPolicy, &'static str>> {
    let exchange = response.visit.exchange;
    let host = &exchange.url.host;
    let applies = response.visit.transport == Transport::Https && !is_address(host) && !is_loopback(host);
    if !applies || !response.visit.first_of_host {
        return None;
    }
    // Browsers process the first header and ignore the others (§8.1).
    Some(match exchange.header("strict-transport-security") {
        None => Err("missing Strict-Transport-Security"),
        Some(text) => HstsPolicy::parse(&text).ok_or("Strict-Transport-Security has no valid max-age"),
    })
}

struct HstsPolicy {
    max_age: u64,
    subdomains: bool,
}

impl HstsPolicy {
    fn parse(text: &str) -> Option<Self> {
        let mut own = Self { max_age: 0, subdomains: false };
        let mut found = false;
        for directive in text.split(';').map(str::trim) {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("max-age") {
                let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                // A repeated directive invalidates the header (§6.1).
                if found || !digits {
                    return None;
                }
                (own.max_age, found) = (value.parse().unwrap_or(u64::MAX), true);
            } else if name.eq_ignore_ascii_case("includesubdomains") {
                own.subdomains = true;
            }
        }
        found.then_some(own)
    }
}

pub(super) const HSTS_MISSING: Rule<ResponseSubject> = Rule {
    id: "hsts-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.4.1; RFC 6797 §6.1, §8.1",
    why: "The first request of each visit may use plain HTTP, where an on-path attacker can respond to it.",
    fix: "send Strict-Transport-Security: max-age=31536000; includeSubDomains",
    bad: "GET https://a.example/ 200",
    good: "GET https://a.example/ 200 | Strict-Transport-Security: max-age=31536000",
    check: |response, report| {
        let host = &response.visit.exchange.url.host;
        match policy(response) {
            Some(Err(why)) => report.at(POINTER, || format!("{host}: {why}")),
            Some(Ok(own)) if own.max_age == 0 => {
                report.at(POINTER, || format!("{host}: max-age=0 makes browsers forget Strict-Transport-Security"));
            }
            _ => {}
        }
    },
};

pub(super) const HSTS_NO_SUBDOMAINS: Rule<ResponseSubject> = Rule {
    id: "hsts-no-subdomains",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.4.1 (from level 2); RFC 6797 §14.4",
    why: "Subdomains can be visited over plain HTTP, and cookies of the domain are sent along.",
    fix: "add includeSubDomains once every subdomain serves HTTPS",
    bad: "GET https://a.example/ 200 | Strict-Transport-Security: max-age=31536000",
    good: "GET https://a.example/ 200 | Strict-Transport-Security: max-age=31536000; includeSubDomains",
    check: |response, report| {
        if let Some(Ok(own)) = policy(response)
            && own.max_age > 0
            && !own.subdomains
        {
            let host = &response.visit.exchange.url.host;
            report.at(POINTER, || format!("{host}: Strict-Transport-Security does not include subdomains"));
        }
    },
};

pub(super) const HSTS_SHORT: Rule<ResponseSubject> = Rule {
    id: "hsts-short",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.4.1 (at least a year)",
    why: "A user who returns after that time starts with plain HTTP again.",
    fix: "send max-age=31536000 or more",
    bad: "GET https://a.example/ 200 | Strict-Transport-Security: max-age=3600",
    good: "GET https://a.example/ 200 | Strict-Transport-Security: max-age=63072000",
    check: |response, report| {
        let least = report.limit(&HSTS_MIN);
        if let Some(Ok(own)) = policy(response)
            && own.max_age > 0
            && own.max_age < least
        {
            let host = &response.visit.exchange.url.host;
            let (age, least) = (Span::seconds(own.max_age), Span::seconds(least));
            report.at(POINTER, || format!("{host}: Strict-Transport-Security has max-age {age}, less than {least}"));
        }
    },
};
