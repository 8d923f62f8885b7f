//! One HTTP exchange. A body that is too long, too slow or truncated is a property of the response, not an error: the
//! part before is kept.

use super::address_guard::AddressScope;
use super::client::Clients;
use super::error::{FetchError, FetchErrorKind};
use super::{Limits, Request};
use authkit::encoding::bounds::as_u64;
use flate2::read::MultiGzDecoder;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Response, Version};
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A request that was sent, and its outcome.
#[derive(Clone, Debug)]
pub struct FetchExchange {
    pub url: String,
    pub method: &'static str,
    /// The headers of the caller that were sent on this hop.
    pub sent: Vec<(String, Vec<u8>)>,
    /// The body of the caller, if it was sent on this hop.
    pub posted: Option<Arc<Vec<u8>>>,
    /// Index in its redirect chain, from 0.
    pub hop: usize,
    /// Time until the body was read, or the request failed.
    pub duration: Duration,
    pub outcome: Result<FetchResponse, FetchError>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct FetchResponse {
    pub status: u16,
    /// `HTTP/1.1`, `HTTP/2`.
    pub version: &'static str,
    /// Names in lower case, values unchanged, in the order received; lines of the same name are adjacent.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Decompressed, up to the limit.
    pub body: Vec<u8>,
    pub end: BodyEnd,
    pub address: Option<SocketAddr>,
}

/// How a body ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyEnd {
    Whole,
    /// Truncated at the limit.
    Capped,
    /// Reading failed before the end.
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
    let outcome = receive(clients, request, limits, reach, start).await;
    (start.elapsed(), outcome)
}

async fn receive(
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
                format!("no response within {}", seconds(waited)),
            ));
        }
    };
    let headers: Vec<(String, Vec<u8>)> =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    let mut fetched = FetchResponse {
        status: response.status().as_u16(),
        version: version(response.version()),
        headers,
        body: Vec::new(),
        end: BodyEnd::Whole,
        address: response.remote_addr(),
    };
    (fetched.body, fetched.end) = read(response, limits, whole).await;
    if fetched.header("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case(b"gzip")) {
        inflate(&mut fetched, limits.body_bytes);
    }
    Ok(fetched)
}

fn seconds(span: Duration) -> String {
    format!("{} s", span.as_secs_f64())
}

fn build(request: &Request) -> Result<reqwest::Request, FetchError> {
    let invalid = |what: String| FetchError::new(FetchErrorKind::Other, what);
    if !request.url.username().is_empty() || request.url.password().is_some() {
        return Err(FetchError::new(
            FetchErrorKind::UrlInvalid,
            "credentials in a URL are not sent; use a header instead",
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
        let key =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid(format!("invalid header name \"{name}\"")))?;
        let mut value = HeaderValue::from_bytes(value)
            .map_err(|_| invalid(format!("value of header {name} contains a byte that HTTP forbids")))?;
        value.set_sensitive(true);
        // The first line of a name replaces the default header.
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
                let message = format!("response was incomplete after {}", seconds(limits.whole));
                return (body, BodyEnd::Broken(FetchError::new(FetchErrorKind::Timeout, message)));
            }
        }
    }
}

/// Decompresses gzip (RFC 1952) up to the limit: a small body can expand to gigabytes.
fn inflate(response: &mut FetchResponse, limit: usize) {
    let mut plain = Vec::new();
    let most = as_u64(limit).saturating_add(1);
    let read = MultiGzDecoder::new(response.body.as_slice()).take(most).read_to_end(&mut plain);
    if plain.len() > limit {
        plain.truncate(limit);
        response.end = BodyEnd::Capped;
    } else if let (Err(error), BodyEnd::Whole) = (read, &response.end) {
        response.end = BodyEnd::Broken(FetchError::new(FetchErrorKind::Other, format!("invalid gzip data: {error}")));
    }
    response.body = plain;
}
