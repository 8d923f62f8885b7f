//! Rule about CORS: origins that may read credentialed responses.

use super::ResponseSubject;
use crate::finding::Severity;
use crate::http::exchange::RequestPurpose;
use crate::rule::{Basis, Rule};

pub(super) const CORS_REFLECT_CREDENTIALS: Rule<ResponseSubject> = Rule {
    id: "cors-reflect-credentials",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.4.2; RFC 9700 §2.6; WHATWG Fetch §3.3.5",
    why: "Any site that a user visits can read responses of this server with the user's cookies.",
    fix: "compare Origin with an allowlist, and never allow null",
    bad: "GET https://a.example/me 200 | ? made-up-origin | > Origin: https://x7.example | Access-Control-Allow-Origin: https://x7.example | Access-Control-Allow-Credentials: true",
    good: "GET https://a.example/me 200 | ? made-up-origin | > Origin: https://x7.example | Access-Control-Allow-Origin: https://app.example | Access-Control-Allow-Credentials: true",
    check: |response, report| {
        const POINTER: &str = "/response/headers/Access-Control-Allow-Origin";
        let exchange = response.visit.exchange;
        let credentials = exchange.header("access-control-allow-credentials").as_deref() == Some("true");
        let Some(allowed) = exchange.header("access-control-allow-origin").filter(|_| credentials) else { return };
        let reflected = exchange.purpose == RequestPurpose::MadeUpOrigin
            && exchange.request_header("origin").as_ref() == Some(&allowed);
        if allowed == "null" {
            // A sandboxed frame of any site has this origin.
            report.at(POINTER, || "the origin null may read responses with the user's cookies".to_owned());
        } else if reflected {
            report.at(POINTER, || "an arbitrary origin may read responses with the user's cookies".to_owned());
        }
    },
};
