//! Rules about endpoints as a browser meets them: the cookies that responses set, and the responses themselves.
//! Everything is judged from exchanges as data; a rule neither knows nor asks how they were got.

use crate::cookie::class::CookieClassifier;
use crate::cookie::evaluate::{self, EvaluatedExchange, EvaluationContext};
use crate::http::exchange::{Exchange, HttpHeader, RequestPurpose, number_hops};
use crate::http::url::HttpUrl;
use crate::time::UnixTime;

pub mod cookie;
pub mod http_fault;
pub mod response;

/// The instant of examples: 2026-01-31T12:00:00Z.
const EXAMPLE_TIME: UnixTime = UnixTime(1_769_860_800);

/// Reads an example: parts between ` | `. `METHOD URL STATUS` begins an exchange, `> NAME: VALUE` is a header of the
/// request, `? PURPOSE` says why it was made, anything else is a header of the response. An example that begins with
/// none is one `Set-Cookie` value, from `https://www.example.org/account`.
fn with_journey<R>(text: &str, then: impl FnOnce(&[EvaluatedExchange<'_>]) -> R) -> R {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        HttpHeader::new(name.trim(), value.trim())
    };
    for part in text.split(" | ") {
        let words: Vec<&str> = part.split(' ').collect();
        let begins = match words[..] {
            [method, url, status] => HttpUrl::parse(url).ok().zip(status.parse().ok()).map(|found| (method, found)),
            _ => None,
        };
        match (begins, exchanges.last_mut()) {
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
    let judging = EvaluationContext { names: &names, now: EXAMPLE_TIME, assume_https: false };
    then(&evaluate::evaluate_exchanges(&exchanges, &judging))
}

/// A member of a JSON pointer (RFC 6901 §3).
pub(crate) fn member(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
