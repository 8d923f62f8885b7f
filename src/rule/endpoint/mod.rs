//! Rules about endpoints as seen by a browser: the cookies that responses set, and the responses themselves. They check
//! recorded exchanges as data and do not depend on how those were collected.

use crate::cookie::class::CookieClassifier;
use crate::cookie::evaluate::{self, EvaluatedExchange, EvaluationContext};
use crate::http::exchange::{Exchange, HttpHeader, RequestPurpose, number_hops};
use crate::http::url::HttpUrl;
use crate::time::UnixTime;

pub mod cookie;
pub mod http_fault;
pub mod response;

/// Evaluation time of examples: 2026-01-31T12:00:00Z.
const EXAMPLE_TIME: UnixTime = UnixTime(1_769_860_800);

/// Parses an example: parts separated by ` | `. `METHOD URL STATUS` starts an exchange, `> NAME: VALUE` is a request
/// header, `? PURPOSE` is the purpose of the request, anything else is a response header. An example without an
/// exchange is a single `Set-Cookie` value from `https://www.example.org/account`.
fn with_exchanges<R>(text: &str, then: impl FnOnce(&[EvaluatedExchange<'_>]) -> R) -> R {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        HttpHeader::new(name.trim(), value.trim())
    };
    for part in text.split(" | ") {
        let words: Vec<&str> = part.split(' ').collect();
        let start = match words[..] {
            [method, url, status] => HttpUrl::parse(url).ok().zip(status.parse().ok()).map(|found| (method, found)),
            _ => None,
        };
        match (start, exchanges.last_mut()) {
            (Some((method, (url, status))), _) => {
                let method = method.to_owned();
                exchanges.push(Exchange { method, status, ..Exchange::get(url) });
            }
            (None, Some(exchange)) => match (part.strip_prefix("> "), part.strip_prefix("? ")) {
                (Some(line), _) => exchange.request.push(header(line)),
                (None, Some(name)) => exchange.purpose = RequestPurpose::named(name).unwrap_or_default(),
                (None, None) => exchange.headers.push(header(part)),
            },
            (None, None) => {
                if let Ok(url) = HttpUrl::parse("https://www.example.org/account") {
                    let line = HttpHeader::new("Set-Cookie", part);
                    exchanges.push(Exchange { headers: vec![line], ..Exchange::get(url) });
                }
            }
        }
    }
    number_hops(&mut exchanges);
    let names = CookieClassifier::default();
    let context = EvaluationContext { names: &names, now: EXAMPLE_TIME, assume_https: false };
    then(&evaluate::evaluate_exchanges(&exchanges, &context))
}

/// Escapes a member name for a JSON pointer (RFC 6901 §3).
pub(crate) fn member(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
