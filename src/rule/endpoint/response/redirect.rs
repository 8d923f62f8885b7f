//! The way from one URL to the next.

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
    why: "The page is served in the clear: anybody on the way reads and changes it.",
    fix: "answer plain http with a permanent redirect to the same URL under https, and nothing else; an API refuses",
    bad: "GET http://a.example/ 200",
    good: "GET http://a.example/ 308 | Location: https://a.example/",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let served = exchange.status < 300;
        let stays = exchange.redirect_target().is_some_and(|target| !target.secure);
        if response.visit.transport == Transport::Http && (served || stays) {
            let what = if served { "answers" } else { "redirects to plain http" };
            report.at(LOCATION, || format!("{} {what} over plain http", exchange.url.redacted()));
        }
    },
};

pub(super) const REDIRECT_CROSS_HOST_BEFORE_HTTPS: Rule<ResponseSubject> = Rule {
    id: "redirect-cross-host-before-https",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice; RFC 6797 §7.2",
    why: "The browser never sees this host over https, so it learns no Strict-Transport-Security for it.",
    fix: "redirect to https on the same host first, then to the other host",
    bad: "GET http://a.example/ 301 | Location: https://www.a.example/",
    good: "GET http://a.example/ 301 | Location: https://a.example/",
    check: |response, report| {
        let exchange = response.visit.exchange;
        if let Some(target) =
            exchange.redirect_target().filter(|target| target.secure && target.host != exchange.url.host)
            && response.visit.transport == Transport::Http
        {
            report.at(LOCATION, || {
                format!("{} leads to {} before https on its own host", exchange.url.host, target.host)
            });
        }
    },
};

pub(super) const REDIRECT_DOWNGRADE: Rule<ResponseSubject> = Rule {
    id: "redirect-downgrade",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1 (shall not fall back); OWASP ASVS 5.0 12.2.1",
    why: "From there on everything is in the clear, cookies without Secure among it.",
    fix: "redirect to https",
    bad: "GET https://a.example/ 302 | Location: http://a.example/home",
    good: "GET https://a.example/ 302 | Location: /home",
    check: |response, report| {
        let exchange = response.visit.exchange;
        let target = exchange.redirect_target().filter(|target| !target.secure && !target.is_loopback());
        if let (true, Some(target)) = (exchange.url.secure, target) {
            report.at(LOCATION, || format!("https leads to {}", target.redacted()));
        }
    },
};

pub(super) const REDIRECT_LOOP: Rule<ResponseSubject> = Rule {
    id: "redirect-loop",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; RFC 9110 §15.4 (clients should notice loops)",
    why: "Browsers give up after some twenty redirects, and the user sees an error.",
    fix: "find which answer sends the browser back",
    bad: "GET https://a.example/a 302 | Location: /b | GET https://a.example/b 302 | Location: /a",
    good: "GET https://a.example/a 302 | Location: /b | GET https://a.example/b 302 | Location: /c",
    check: |response, report| {
        let Some(target) = response.visit.exchange.redirect_target() else { return };
        let own = std::slice::from_ref(response.visit);
        let chain: Vec<_> = response.chain().iter().chain(own).collect();
        // A cookie that was set since then may lead elsewhere next time.
        let again = chain.iter().rposition(|visit| visit.exchange.url == target);
        let same =
            again.and_then(|at| chain.get(at..)).is_some_and(|way| way.iter().all(|visit| visit.cookies.is_empty()));
        if same {
            report.at(LOCATION, || format!("the redirect leads back to {}", target.redacted()));
        }
    },
};

pub(super) const REDIRECT_TOO_MANY: Rule<ResponseSubject> = Rule {
    id: "redirect-too-many",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice",
    why: "Each redirect is a round trip, and clients give up after some number of their own.",
    fix: "lead to the last URL at once",
    bad: "GET https://a.example/1 302 | Location: /2 | GET https://a.example/2 302 | Location: /3 | GET https://a.example/3 302 | Location: /4 | GET https://a.example/4 302 | Location: /5 | GET https://a.example/5 302 | Location: /6 | GET https://a.example/6 302 | Location: /7",
    good: "GET https://a.example/1 302 | Location: /2 | GET https://a.example/2 302 | Location: /3",
    check: |response, report| {
        let most = report.limit(&REDIRECTS_MAX);
        let hops = u64::from(response.visit.exchange.hop).saturating_add(1);
        if response.visit.exchange.redirect_target().is_some() && hops == most.saturating_add(1) {
            report.at(LOCATION, || format!("there are more than {most} redirects in a row"));
        }
    },
};
