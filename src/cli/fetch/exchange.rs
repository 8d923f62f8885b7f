//! One request and its answer. The head is judged before the body, and a body that is too long, too slow or torn is a
//! property of the answer: everything up to there was seen.

use super::address_guard::AddressScope;
use super::client::Clients;
use super::error::{FetchError, FetchErrorKind};
use super::{Limits, Request};
use flate2::read::MultiGzDecoder;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Response, Version};
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A request that was sent, and what came of it.
#[derive(Clone, Debug)]
pub struct FetchExchange {
    pub url: String,
    pub method: &'static str,
    /// The headers of the request that the caller chose and that were still sent on this hop.
    pub sent: Vec<(String, Vec<u8>)>,
    /// The body of the caller, where it was still sent.
    pub posted: Option<Arc<Vec<u8>>>,
    /// Place in its chain of redirects, from 0.
    pub hop: usize,
    /// Until the body was read, or nothing more was waited for.
    pub duration: Duration,
    pub outcome: Result<FetchResponse, FetchError>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct FetchResponse {
    pub status: u16,
    /// `HTTP/1.1`, `HTTP/2`.
    pub version: &'static str,
    /// Names in lower case, values as they came, in the order they came; lines of the same name stand together.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Up to the limit; without the compression that was asked for.
    pub body: Vec<u8>,
    pub end: BodyEnd,
    pub address: Option<SocketAddr>,
}

/// How a body ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyEnd {
    Whole,
    /// There is more than was to be kept.
    Capped,
    /// It broke off.
    Broken(FetchError),
}

impl FetchResponse {
    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice())
    }
}

/// Sends one request.
pub async fn send(
    clients: &Clients,
    request: &Request,
    limits: &Limits,
    reach: AddressScope,
) -> (Duration, Result<FetchResponse, FetchError>) {
    let start = Instant::now();
    let outcome = answer(clients, request, limits, reach, start).await;
    (start.elapsed(), outcome)
}

async fn answer(
    clients: &Clients,
    request: &Request,
    limits: &Limits,
    reach: AddressScope,
    start: Instant,
) -> Result<FetchResponse, FetchError> {
    let built = build(request)?;
    let client = clients.for_url(&request.url, reach)?;
    const LONGEST: Duration = Duration::from_secs(24 * 3600);
    let after = |limit: Duration| start.checked_add(limit.min(LONGEST)).unwrap_or(start);
    let whole = after(limits.whole);
    let first = after(limits.first_byte).min(whole);
    let response = match timeout_at(first, client.execute(built)).await {
        Ok(response) => response.map_err(|error| FetchError::from_reqwest(&error))?,
        Err(_) => {
            let waited = limits.first_byte.min(limits.whole);
            return Err(FetchError::new(
                FetchErrorKind::FirstByteTimeout,
                format!("no answer came within {}", seconds(waited)),
            ));
        }
    };
    let headers: Vec<(String, Vec<u8>)> =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    let mut answer = FetchResponse {
        status: response.status().as_u16(),
        version: version(response.version()),
        headers,
        body: Vec::new(),
        end: BodyEnd::Whole,
        address: response.remote_addr(),
    };
    (answer.body, answer.end) = read(response, limits, whole).await;
    if answer.header("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case(b"gzip")) {
        inflate(&mut answer, limits.body_bytes);
    }
    Ok(answer)
}

fn seconds(span: Duration) -> String {
    format!("{} s", span.as_secs_f64())
}

fn build(request: &Request) -> Result<reqwest::Request, FetchError> {
    let invalid = |what: String| FetchError::new(FetchErrorKind::Other, what);
    if !request.url.username().is_empty() || request.url.password().is_some() {
        return Err(FetchError::new(
            FetchErrorKind::UrlInvalid,
            "credentials in a URL are not sent; give them as a header",
        ));
    }
    let method =
        reqwest::Method::from_bytes(request.method.name().as_bytes()).map_err(|error| invalid(error.to_string()))?;
    let mut built = reqwest::Request::new(method, request.url.clone());
    let headers = built.headers_mut();
    headers.insert("accept", HeaderValue::from_static("*/*"));
    headers.insert("accept-encoding", HeaderValue::from_static("gzip"));
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in &request.headers {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| invalid(format!("\"{name}\" is no name of a header")))?;
        let mut value = HeaderValue::from_bytes(value)
            .map_err(|_| invalid(format!("the value of the header {name} holds a byte that HTTP forbids")))?;
        value.set_sensitive(true);
        // The first replaces what is sent by default.
        if seen.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            headers.append(key, value);
        } else {
            headers.insert(key, value);
            seen.push(name);
        }
    }
    if let Some(body) = &request.body {
        *built.body_mut() = Some(body.to_vec().into());
    }
    Ok(built)
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// Reads until the end, the limit or the deadline.
async fn read(mut response: Response, limits: &Limits, deadline: Instant) -> (Vec<u8>, BodyEnd) {
    let mut body: Vec<u8> = Vec::new();
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                let room = limits.body_bytes.saturating_sub(body.len());
                body.extend(chunk.iter().take(room));
                if chunk.len() > room {
                    return (body, BodyEnd::Capped);
                }
            }
            Ok(Ok(None)) => return (body, BodyEnd::Whole),
            Ok(Err(error)) => return (body, BodyEnd::Broken(FetchError::from_reqwest(&error))),
            Err(_) => {
                let words = format!("the answer was not whole within {}", seconds(limits.whole));
                return (body, BodyEnd::Broken(FetchError::new(FetchErrorKind::Timeout, words)));
            }
        }
    }
}

/// Takes gzip (RFC 1952) off, up to the limit: a small file can hold gigabytes.
fn inflate(answer: &mut FetchResponse, limit: usize) {
    let mut plain = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(answer.body.as_slice()).take(most).read_to_end(&mut plain);
    if plain.len() > limit {
        plain.truncate(limit);
        answer.end = BodyEnd::Capped;
    } else if let (Err(error), BodyEnd::Whole) = (read, &answer.end) {
        answer.end = BodyEnd::Broken(FetchError::new(FetchErrorKind::Other, format!("its gzip is broken: {error}")));
    }
    answer.body = plain;
}
