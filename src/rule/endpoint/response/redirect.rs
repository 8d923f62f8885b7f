//! Rules about redirects.

use super::ResponseSubject;
use crate::cookie::evaluate::Transport;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::REDIRECTS_MAX;

const LOCATION: &str = "/response/headers/Location";

pub(super) const HTTP_NOT_REDIRECTED: Rule<ResponseSubject> = Rule {
    id: "http-not-redirected",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 12.2.1, 4.1.2 (APIs refuse instead of redirecting); RFC 6797 §7.2; NIST SP 800-63B-4 §5.1",
    why: "The page is served in cleartext: an on-path attacker can read and modify it.",
    fix: "redirect plain HTTP permanently to the same URL under HTTPS and serve nothing else; have APIs reject it",
    bad: "GET http://a.example/ 200",
    good: "GET http://a.example/ 308 | Location: https://a.example/",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let served = exchange.status < 300;
        let stays = exchange.redirect_target().is_some_and(|target| !target.secure);
        if response.visit.transport == Transport::Http && (served || stays) {
            let action = if served { "responds over plain HTTP" } else { "redirects to a plain HTTP URL" };
            report.at(LOCATION, || format!("{} {action}", exchange.url.redacted()));
        }
    },
};

pub(super) const REDIRECT_CROSS_HOST_BEFORE_HTTPS: Rule<ResponseSubject> = Rule {
    id: "redirect-cross-host-before-https",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice; RFC 6797 §7.2",
    why: "The browser never sees this host over HTTPS, so it never learns Strict-Transport-Security for it.",
    fix: "redirect to HTTPS on the same host first, then to the other host",
    bad: "GET http://a.example/ 301 | Location: https://www.a.example/",
    good: "GET http://a.example/ 301 | Location: https://a.example/",
    check: |response, report| {
        let exchange = response.visit.exchange;
        if let Some(target) =
            exchange.redirect_target().filter(|target| target.secure && target.host != exchange.url.host)
            && response.visit.transport == Transport::Http
        {
            report.at(LOCATION, || {
                format!("{} redirects to {} before HTTPS on the same host", exchange.url.host, target.host)
            });
        }
    },
};

pub(super) const REDIRECT_DOWNGRADE: Rule<ResponseSubject> = Rule {
    id: "redirect-downgrade",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 (shall not fall back); OWASP ASVS 5.0 12.2.1",
    why: "From there on all traffic is in cleartext, including cookies without Secure.",
    fix: "redirect to an HTTPS URL",
    bad: "GET https://a.example/ 302 | Location: http://a.example/home",
    good: "GET https://a.example/ 302 | Location: /home",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let target = exchange.redirect_target().filter(|target| !target.secure && !target.is_loopback());
        if let (true, Some(target)) = (exchange.url.secure, target) {
            report.at(LOCATION, || format!("HTTPS redirects to {}", target.redacted()));
        }
    },
};

pub(super) const REDIRECT_LOOP: Rule<ResponseSubject> = Rule {
    id: "redirect-loop",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; RFC 9110 §15.4 (clients should notice loops)",
    why: "Browsers give up after about twenty redirects, and the user sees an error.",
    fix: "find the response that redirects back",
    bad: "GET https://a.example/a 302 | Location: /b | GET https://a.example/b 302 | Location: /a",
    good: "GET https://a.example/a 302 | Location: /b | GET https://a.example/b 302 | Location: /c",
    check: |response, report| {
        let Some(target) = response.visit.exchange.redirect_target() else { return };
        let own = std::slice::from_ref(response.visit);
        let chain: Vec<_> = response.chain().iter().chain(own).collect();
        // After a cookie was set, the next request may get another response.
        let again = chain.iter().rposition(|visit| visit.exchange.url == target);
        let same =
            again.and_then(|at| chain.get(at..)).is_some_and(|way| way.iter().all(|visit| visit.cookies.is_empty()));
        if same {
            report.at(LOCATION, || format!("redirect loop: back to {}", target.redacted()));
        }
    },
};

pub(super) const REDIRECT_TOO_MANY: Rule<ResponseSubject> = Rule {
    id: "redirect-too-many",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice",
    why: "Each redirect costs a round trip, and clients stop after a limit that differs between them.",
    fix: "redirect to the final URL directly",
    bad: "GET https://a.example/1 302 | Location: /2 | GET https://a.example/2 302 | Location: /3 | GET https://a.example/3 302 | Location: /4 | GET https://a.example/4 302 | Location: /5 | GET https://a.example/5 302 | Location: /6 | GET https://a.example/6 302 | Location: /7",
    good: "GET https://a.example/1 302 | Location: /2 | GET https://a.example/2 302 | Location: /3",
    check: |response, report| {
        let most = report.limit(&REDIRECTS_MAX);
        let hops = u64::from(response.visit.exchange.hop).saturating_add(1);
        if response.visit.exchange.redirect_target().is_some() && hops == most.saturating_add(1) {
            report.at(LOCATION, || format!("more than {most} redirects in a row"));
        }
    },
};
