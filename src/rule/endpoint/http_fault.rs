//! Rules about invalid HTTP responses, which clients discard entirely.

use crate::finding::Severity;
use crate::rule::{Basis, Rule, RuleSubject};

/// All rules about an invalid HTTP response, sorted by id.
pub static RULES: &[Rule<HttpFaultSubject>] = &[HTTP_HEADER_INVALID, HTTP2_INVALID];

/// The subject: the reason why there is no response to check.
pub enum HttpFaultSubject {}

/// The fault of a response that could not be read.
pub struct HttpFaultView<'a> {
    /// Redacted.
    pub url: &'a str,
    /// A stable id, such as `http-header-invalid`.
    pub kind: &'a str,
    /// The fault in words, for people.
    pub message: &'a str,
}

impl RuleSubject for HttpFaultSubject {
    type View<'a> = HttpFaultView<'a>;

    const ABOUT: &'static str = "invalid HTTP response";
}

const HTTP_HEADER_INVALID: Rule<HttpFaultSubject> = Rule {
    id: "http-header-invalid",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9110 §5.5; RFC 9112 §6",
    why: "Clients and proxies discard the whole response, or parse it differently, which enables request smuggling.",
    fix: "send no control characters in headers, and a single indication of the body length",
    bad: "http-header-invalid a header contains a byte that HTTP forbids",
    good: "connection-refused connection refused",
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
    why: "Clients reset the stream and discard the whole response; a proxy that forwards it over HTTP/1.1 lets an \
          attacker smuggle content that starts with the forbidden byte.",
    fix: "send no control characters in headers, and field names in lower case",
    bad: "http2-invalid the response violates HTTP/2",
    good: "connection-refused connection refused",
    check: |fault, report| {
        if fault.kind == "http2-invalid" {
            report.at("/response/headers", || format!("{}: {}", fault.url, fault.message));
        }
    },
};
