//! Conversion of a HAR entry into an exchange, for checks of responses rather than tokens alone.

use super::EntryLocation;
use super::entry::{HarEntry, Pair};
use crate::finding::TextPosition;
use crate::http::exchange::{Exchange, HttpHeader, MAX_BODY, is_status};
use crate::http::url::HttpUrl;
use crate::time::UnixTime;
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// Why an entry is not an exchange.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HarEntryError {
    /// It violates the HAR format.
    NotHar,
    /// Not HTTP: `data:`, `ws:`.
    NotHttp,
    /// The browser received no response; with the browser's reason, if any.
    NoAnswer {
        /// The URL of the request.
        url: HttpUrl,
        /// The reason in the words of the browser, untrusted; may be empty.
        why: String,
    },
}

impl fmt::Display for HarEntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHar => f.write_str("not a HAR entry"),
            Self::NotHttp => f.write_str("not an HTTP request"),
            Self::NoAnswer { why, .. } if why.is_empty() => f.write_str("the browser received no response"),
            Self::NoAnswer { why, .. } => write!(f, "the browser received no response: {why}"),
        }
    }
}

/// Members that are needed only for an exchange.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarHeaderLine<'a> {
    #[serde(borrow)]
    started_date_time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request: HarRequestMeta<'a>,
    #[serde(borrow)]
    response: HarResponseMeta<'a>,
}

#[derive(Deserialize)]
struct HarRequestMeta<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
}

#[derive(Deserialize)]
struct HarResponseMeta<'a> {
    /// 0: no response.
    status: i32,
    /// Chrome's error text.
    #[serde(borrow, rename = "_error")]
    error: Option<Cow<'a, str>>,
}

/// Converts an entry into an exchange.
///
/// # Errors
/// Returns why the entry is not an exchange.
pub fn exchange(text: &[u8], at: &EntryLocation) -> Result<Exchange, HarEntryError> {
    let entry: HarEntry<'_> = serde_json::from_slice(text).map_err(|_| HarEntryError::NotHar)?;
    let line: HarHeaderLine<'_> = serde_json::from_slice(text).map_err(|_| HarEntryError::NotHar)?;
    let url = HttpUrl::parse(entry.url().ok_or(HarEntryError::NotHar)?).map_err(|_| HarEntryError::NotHttp)?;
    let status = u16::try_from(line.response.status).ok().filter(|status| is_status(*status));
    let Some(status) = status else {
        let why = line.response.error.map(Cow::into_owned).unwrap_or_default();
        return Err(HarEntryError::NoAnswer { url, why });
    };
    let (request, response) = entry.headers();
    let spot = |pointer: String| Some(TextPosition { line: at.line, column: at.column, pointer: Some(pointer) });
    let own = |part: &'static str| format!("/log/entries/{}/{part}", at.number);
    let body = entry.body().unwrap_or_default();
    let mut posted = entry.posted().unwrap_or_default();
    posted.truncate(MAX_BODY);
    let time = line.started_date_time.as_deref().and_then(instant);
    Ok(Exchange {
        method: line.request.method.into_owned(),
        request: headers(request, |number| spot(format!("{}/{number}/value", own("request/headers")))),
        posted,
        status,
        headers: headers(response, |number| spot(format!("{}/{number}/value", own("response/headers")))),
        cut: body.len() > MAX_BODY,
        body: body.get(..body.len().min(MAX_BODY)).unwrap_or_default().to_vec(),
        time,
        place: spot(own("response")),
        ..Exchange::get(url)
    })
}

/// Headers with their positions. Browsers join header lines of one name with line breaks.
fn headers(pairs: &[Pair<'_>], place: impl Fn(usize) -> Option<TextPosition>) -> Vec<HttpHeader> {
    let mut found = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let Some(name) = pair.name() else { continue };
        for value in pair.value().split(|byte| *byte == b'\n') {
            found.push(HttpHeader { place: place(number), ..HttpHeader::new(name, value.trim_ascii()) });
        }
    }
    found
}

/// A time with or without fractional seconds, which are dropped.
fn instant(text: &str) -> Option<UnixTime> {
    let (seconds, rest) = text.split_at_checked(19)?;
    let zone = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    UnixTime::parse(&format!("{seconds}{zone}"), UnixTime(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Entries, Splitter};
    use super::*;

    fn read(entry: &str) -> Result<Exchange, HarEntryError> {
        let (mut splitter, mut entries) = (Splitter::default(), Entries::default());
        splitter.feed(format!("{{\"log\":{{\"entries\":[\n{entry}]}}}}").as_bytes(), &mut entries);
        let at = &entries.places()[0];
        exchange(entries.text(at), at)
    }

    #[test]
    fn entry_converts_to_exchange() {
        let entry = r#"{"startedDateTime":"2026-01-31T13:00:00.123+01:00",
            "request":{"method":"POST","url":"https://a.example/x?y=1#z","headers":[{"name":"Cookie","value":"sid=1"}]},
            "response":{"status":200,"headers":[{"name":"set-cookie","value":"a=1\nb=2; Secure"},{"name":"X","value":"é"}],
            "content":{"text":"eyJhIjoxfQ==","encoding":"base64"}}}"#;
        let one = read(entry).unwrap();
        assert_eq!((one.method.as_str(), one.url.to_string().as_str()), ("POST", "https://a.example/x?y=1"));
        assert_eq!(one.time, Some(UnixTime(1_769_860_800)));
        assert_eq!(one.response_header_values("set-cookie").collect::<Vec<_>>(), [&b"a=1"[..], b"b=2; Secure"]);
        assert_eq!((one.body.as_slice(), one.request_cookies().len()), (&b"{\"a\":1}"[..], 1));
        let place = one.headers[1].place.clone().unwrap();
        assert_eq!((place.line, place.pointer.as_deref()), (2, Some("/log/entries/0/response/headers/0/value")));
    }

    #[test]
    fn posted_body_is_kept() {
        let entry = |data: &str| {
            let request = format!(r#"{{"method":"POST","url":"https://a.example/","postData":{data}}}"#);
            read(&format!(r#"{{"request":{request},"response":{{"status":200}}}}"#)).unwrap().posted
        };
        assert_eq!(entry(r#"{"text":"{\"a\":1}"}"#), b"{\"a\":1}");
        let params = r#"{"text":"","params":[{"name":"a","value":"1"},{"name":"b","value":"2"}]}"#;
        assert_eq!(entry(params), b"a=1&b=2");
        assert!(entry("null").is_empty());
    }

    #[test]
    fn entry_without_exchange_is_rejected_with_reason() {
        let why = |url: &str, status: &str| {
            read(&format!(r#"{{"request":{{"method":"GET","url":"{url}"}},"response":{{"status":{status}}}}}"#))
                .unwrap_err()
        };
        assert_eq!(why("data:,x", "200"), HarEntryError::NotHttp);
        assert_eq!(why("https://a.example/", "\"x\""), HarEntryError::NotHar);
        assert!(matches!(why("https://a.example/", "0"), HarEntryError::NoAnswer { .. }));
        assert_eq!(read("{}").unwrap_err(), HarEntryError::NotHar);
    }
}
