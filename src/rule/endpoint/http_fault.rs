//! Rules about answers that clients throw away whole.

use crate::finding::Severity;
use crate::rule::{Basis, Rule, RuleSubject};

/// All rules about a fault, sorted by id.
pub static RULES: &[Rule<HttpFaultSubject>] = &[HTTP_HEADER_INVALID, HTTP2_INVALID];

/// The subject: why there is no answer to judge.
pub enum HttpFaultSubject {}

pub struct HttpFaultView<'a> {
    /// As it may be shown.
    pub url: &'a str,
    /// Stable: `http-header-invalid`.
    pub kind: &'a str,
    /// In words.
    pub message: &'a str,
}

impl RuleSubject for HttpFaultSubject {
    type View<'a> = HttpFaultView<'a>;

    const ABOUT: &'static str = "answer that is no HTTP";

    /// `KIND MESSAGE`, of `https://a.example/`.
    fn with_example<R>(text: &str, then: impl FnOnce(&HttpFaultView<'_>) -> R) -> R {
        let (kind, message) = text.split_once(' ').unwrap_or((text, ""));
        then(&HttpFaultView { url: "https://a.example/", kind, message })
    }
}

const HTTP_HEADER_INVALID: Rule<HttpFaultSubject> = Rule {
    id: "http-header-invalid",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9110 §5.5; RFC 9112 §6",
    why: "Clients and proxies drop the whole answer, or read it differently from each other, which smuggles requests.",
    fix: "send no control characters in headers, and one way to tell the length of the body",
    bad: "http-header-invalid a header holds a byte that HTTP forbids",
    good: "connection-refused nothing listens there",
    check: |fault, report| {
        if fault.kind == "http-header-invalid" {
            report.at("/response/headers", || format!("{}: {}", fault.url, fault.message));
        }
    },
};

const HTTP2_INVALID: Rule<HttpFaultSubject> = Rule {
    id: "http2-invalid",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9113 §8.1.1, §8.2.1",
    why: "Clients reset the stream and drop the whole answer; a proxy that passes it on over HTTP/1.1 smuggles what the \
          forbidden byte begins.",
    fix: "send no control characters in headers, and field names in lower case",
    bad: "http2-invalid the answer breaks the rules of HTTP/2",
    good: "connection-refused nothing listens there",
    check: |fault, report| {
        if fault.kind == "http2-invalid" {
            report.at("/response/headers", || format!("{}: {}", fault.url, fault.message));
        }
    },
};
