//! Recordings: probe input as a file that can be evaluated again, with the same result but without the credentials.
//! Placeholders replace values of cookies, of headers that may carry a credential, of queries, and the signatures of
//! tokens; bodies keep only the positions of tokens.

mod lifecycle;
mod placeholders;

use super::{ProbeInput, RequestFailure, UrlSessionIds};
use crate::cookie::class::CookieClass;
use crate::cookie::session_id::SessionIdAnalysis;
use crate::encoding::json;
use crate::http::exchange::{Exchange, HttpHeader, RequestPurpose, is_status};
use crate::http::url::HttpUrl;
use crate::time::UnixTime;
use crate::token::scan;
use lifecycle::RecordedLifecycle;
use placeholders::Placeholders;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema id of a recording.
pub const SCHEMA: &str = "authkit/recording/v1";

/// The maximum size of a recording, in bytes: it is held in memory completely, several times.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;

/// Request headers whose values are kept.
const ASKED: &[&str] =
    &["accept", "accept-encoding", "accept-language", "cache-control", "content-type", "host", "origin", "user-agent"];

/// Response headers whose values are kept, because rules compare them and they contain no secret.
const ANSWERED: &[&str] = &[
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "age",
    "cache-control",
    "clear-site-data",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expires",
    "pragma",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
];

/// A recording file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    schema: String,
    /// Certificates were not checked.
    pub insecure: bool,
    /// Responses are missing.
    pub partial: bool,
    exchanges: Vec<RecordedExchange>,
    failures: Vec<RecordedFailure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    life: Option<RecordedLifecycle>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sampled: Vec<Ids>,
}

/// Analysis of the ids of one cookie.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    url: String,
    name: String,
    class: CookieClass,
    samples: SessionIdAnalysis,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedExchange {
    purpose: String,
    method: String,
    url: String,
    request: Vec<(String, RecordedValue)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    posted: Option<RecordedValue>,
    status: u16,
    headers: Vec<(String, RecordedValue)>,
    body: RecordedValue,
    cut: bool,
    hop: u32,
    /// Whether the user was authenticated, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_in: Option<bool>,
    /// Unix seconds.
    time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedFailure {
    url: String,
    method: String,
    hop: u32,
    kind: String,
    message: String,
}

/// Text, or bytes that are not UTF-8.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum RecordedValue {
    Text(String),
    Bytes { base64: String },
}

impl RecordedValue {
    fn from_bytes(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(
            |error| Self::Bytes { base64: base64_simd::STANDARD.encode_to_string(error.as_bytes()) },
            Self::Text,
        )
    }

    fn bytes(self) -> Result<Vec<u8>, String> {
        match self {
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Bytes { base64 } => {
                base64_simd::STANDARD.decode_to_vec(base64).map_err(|_| "a value is not base64".to_owned())
            }
        }
    }
}

impl Recording {
    /// Creates a recording. Responses without a time get `now`.
    pub fn from_input(seen: &ProbeInput, now: UnixTime, insecure: bool, partial: bool) -> Self {
        let mut mask = Placeholders::default();
        let mut notes_by_index: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        seen.notes.iter().for_each(|(at, note)| notes_by_index.entry(*at).or_default().push(note));
        let exchanges = seen.exchanges.iter().enumerate().map(|(at, exchange)| {
            let notes =
                notes_by_index.remove(&at).unwrap_or_default().into_iter().map(|note| mask.tokens(note)).collect();
            let protocol = seen.protocols.get(&at).cloned();
            RecordedExchange { notes, protocol, ..recorded(exchange, now, &mut mask) }
        });
        let exchanges = exchanges.collect();
        let failures = seen.failures.iter().map(|failure| RecordedFailure {
            url: mask.url(&failure.url.to_string()),
            method: failure.method.clone(),
            hop: failure.hop,
            kind: failure.kind.clone(),
            message: mask.tokens(&failure.message),
        });
        let failures = failures.collect();
        let life = seen.life.as_ref().map(|(login, trace)| RecordedLifecycle::from_trace(login, trace, &mut mask));
        let ids = |own: &UrlSessionIds| {
            let UrlSessionIds { name, class, samples, .. } = own.clone();
            Ids { url: own.url.redacted(), name, class, samples }
        };
        let sampled = seen.sampled.iter().map(ids).collect();
        Self { schema: SCHEMA.to_owned(), insecure, partial, exchanges, failures, life, sampled }
    }

    /// Parses a recording.
    ///
    /// # Errors
    /// Returns the fault, with line and column.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let recording: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if recording.schema == SCHEMA { Ok(recording) } else { Err(format!("the schema is not {SCHEMA}")) }
    }

    /// Converts the recording into probe input.
    ///
    /// # Errors
    /// Returns the invalid value.
    pub fn seen(self) -> Result<ProbeInput, String> {
        let mut seen = ProbeInput::default();
        for (at, mut one) in self.exchanges.into_iter().enumerate() {
            seen.notes.extend(std::mem::take(&mut one.notes).into_iter().map(|note| (at, note)));
            seen.protocols.extend(one.protocol.take().map(|protocol| (at, protocol)));
            seen.exchanges.push(one.exchange().map_err(|why| format!("exchange {at}: {why}"))?);
        }
        for RecordedFailure { url, method, hop, kind, message } in self.failures {
            seen.failures.push(RequestFailure { url: address(&url)?, method, hop, kind, message });
        }
        seen.life = self.life.map(RecordedLifecycle::into_trace).transpose()?;
        for Ids { url, name, class, samples } in self.sampled {
            seen.sampled.push(UrlSessionIds { url: address(&url)?, name, class, samples });
        }
        Ok(seen)
    }
}

fn address(url: &str) -> Result<HttpUrl, String> {
    HttpUrl::parse(url).map_err(|error| format!("invalid URL: {error}"))
}

impl RecordedExchange {
    fn exchange(self) -> Result<Exchange, String> {
        let headers = |list: Vec<(String, RecordedValue)>| {
            let one = |(name, value): (String, RecordedValue)| Ok(HttpHeader::new(name, value.bytes()?));
            list.into_iter().map(one).collect::<Result<Vec<_>, String>>()
        };
        if !is_status(self.status) {
            return Err(format!("invalid status {}", self.status));
        }
        Ok(Exchange {
            purpose: RequestPurpose::named(&self.purpose)
                .ok_or_else(|| format!("unknown purpose \"{}\"", self.purpose))?,
            method: self.method,
            request: headers(self.request)?,
            posted: self.posted.map(RecordedValue::bytes).transpose()?.unwrap_or_default(),
            status: self.status,
            headers: headers(self.headers)?,
            body: self.body.bytes()?,
            cut: self.cut,
            hop: self.hop,
            signed_in: self.signed_in,
            time: self.time.map(UnixTime),
            ..Exchange::get(address(&self.url)?)
        })
    }
}

fn recorded(exchange: &Exchange, now: UnixTime, mask: &mut Placeholders) -> RecordedExchange {
    let is = |list: &[&str], header: &HttpHeader| list.iter().any(|own| header.is(own));
    let mut request = Vec::new();
    for header in &exchange.request {
        let value = match &header.value {
            value if header.is("cookie") => mask.cookies(value),
            value if header.is("referer") => mask.url(&String::from_utf8_lossy(value)).into_bytes(),
            value if is(ASKED, header) => mask.tokens(&String::from_utf8_lossy(value)).into_bytes(),
            value => mask.authorization(value),
        };
        request.push((header.name.clone(), RecordedValue::from_bytes(value)));
    }
    let mut headers = Vec::new();
    for header in &exchange.headers {
        let value = match &header.value {
            value if header.is("set-cookie") => mask.set_cookie(value),
            value if header.is("location") || header.is("content-location") => {
                mask.url(&String::from_utf8_lossy(value)).into_bytes()
            }
            value if is(ANSWERED, header) => mask.tokens(&String::from_utf8_lossy(value)).into_bytes(),
            value => mask.authorization(value),
        };
        headers.push((header.name.clone(), RecordedValue::from_bytes(value)));
    }
    RecordedExchange {
        purpose: exchange.purpose.name().to_owned(),
        method: exchange.method.clone(),
        url: mask.url(&exchange.url.to_string()),
        request,
        status: exchange.status,
        headers,
        posted: Some(tokens_of(&exchange.posted, mask)).filter(|own| !own.is_empty()).map(RecordedValue::from_bytes),
        body: RecordedValue::from_bytes(tokens_of(&exchange.body, mask)),
        cut: exchange.cut,
        hop: exchange.hop,
        signed_in: exchange.signed_in,
        time: Some(exchange.time.unwrap_or(now).0),
        protocol: None,
        notes: Vec::new(),
    }
}

/// Reduces a body to its tokens, each at its position.
fn tokens_of(body: &[u8], mask: &mut Placeholders) -> Vec<u8> {
    if scan::scan(body).is_empty() {
        return Vec::new();
    }
    match json::lenient(body) {
        Ok(mut value) => {
            prune(&mut value, mask);
            serde_json::to_vec(&value).unwrap_or_default()
        }
        Err(_) => {
            let found = scan::scan(body).into_iter();
            found.map(|one| mask.secret(one.token.as_bytes())).collect::<Vec<_>>().join(&b'\n')
        }
    }
}

/// Removes everything except tokens and the path to them. Parsing has limited the depth.
fn prune(value: &mut serde_json::Value, mask: &mut Placeholders) {
    use serde_json::Value as Json;
    match value {
        Json::Object(members) => {
            members.values_mut().for_each(|value| prune(value, mask));
            members.retain(|_, value| !value.is_null());
            if members.is_empty() {
                *value = Json::Null;
            }
        }
        // Other items keep their indexes.
        Json::Array(items) => {
            items.iter_mut().for_each(|value| prune(value, mask));
            if items.iter().all(Json::is_null) {
                *value = Json::Null;
            }
        }
        Json::String(text) if !scan::scan(text.as_bytes()).is_empty() => {
            let found = scan::scan(text.as_bytes());
            let own: Vec<_> = found.iter().map(|one| mask.secret(one.token.as_bytes())).collect();
            *text = String::from_utf8_lossy(&own.join(&b' ')).into_owned();
        }
        other => *other = Json::Null,
    }
}
