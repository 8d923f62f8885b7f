//! Parser for saved HTTP headers: the output of `curl -i`, `curl -D -`, `curl -v` or a proxy, or pasted header lines.
//! Bytes are kept unchanged; lines that are not headers are skipped, as browsers do.

use crate::encoding::bounds::{as_u64, head};
use crate::finding::TextPosition;
use crate::http::exchange::{Exchange, HttpHeader, MAX_BODY, is_status, number_hops};
use crate::http::host::is_public_suffix;
use crate::http::url::HttpUrl;

/// The maximum number of responses read from a dump.
const MAX_RESPONSES: usize = 100_000;

/// The content of a dump.
#[derive(Debug)]
pub struct HttpDump {
    /// Empty if the dump contains no response.
    pub exchanges: Vec<Exchange>,
    /// Assumptions about facts that the dump does not contain.
    pub assumed: Option<&'static str>,
}

/// Parses a dump. `url`: the URL of its first response; requests in the dump take precedence.
pub fn read(text: &[u8], url: Option<&HttpUrl>) -> HttpDump {
    let mut reader = DumpReader::new(text, url.cloned());
    reader.read(text);
    if reader.guessed_host
        && let Some(host) = named_host(&reader.done)
        && let Ok(url) = HttpUrl::parse(&format!("https://{host}/"))
        && url == (HttpUrl { host, ..unknown() })
    {
        reader = DumpReader::new(text, Some(url));
        reader.guessed_host = true;
        reader.read(text);
    }
    let mut exchanges = reader.done;
    number_hops(&mut exchanges);
    let assumed = match (reader.guessed_host, reader.guessed_scheme) {
        (true, _) => Some("received over HTTPS, from the host in Domain"),
        (false, true) => Some("received over HTTPS"),
        (false, false) => None,
    };
    HttpDump { exchanges, assumed }
}

/// The URL of a response of unknown origin (RFC 2606 §2).
fn unknown() -> HttpUrl {
    HttpUrl { secure: true, host: "host.invalid".to_owned(), port: None, path: "/".to_owned(), query: None }
}

/// A host named by the Domain of a cookie. For a public suffix a host below it, so that the cookie is rejected as such.
fn named_host(exchanges: &[Exchange]) -> Option<String> {
    use crate::cookie::set_cookie::{KnownAttribute, SetCookie};
    let lines = exchanges.iter().flat_map(|exchange| exchange.response_header_values("set-cookie"));
    let mut domains = lines.filter_map(|line| Some(SetCookie::parse(line).last(KnownAttribute::Domain)?.value.text()));
    let named = domains.find(|domain| !domain.is_empty())?.to_ascii_lowercase();
    let named = named.strip_prefix('.').unwrap_or(&named);
    Some(if is_public_suffix(named) { format!("host.{named}") } else { named.to_owned() })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between messages.
    Nothing,
    Request,
    Head,
    Body,
}

/// A request that waits for its response.
#[derive(Default)]
struct DumpRequest {
    method: String,
    target: String,
    headers: Vec<HttpHeader>,
}

struct DumpReader {
    /// `curl -v` marks sent and received lines.
    marked: bool,
    phase: Phase,
    request: Option<DumpRequest>,
    current: Option<Exchange>,
    done: Vec<Exchange>,
    url: Option<HttpUrl>,
    /// Whether the connection uses TLS, if known.
    tls: Option<bool>,
    guessed_host: bool,
    guessed_scheme: bool,
}

/// A line, and the column of its first relevant byte.
struct DumpLine<'a> {
    number: u64,
    column: u64,
    bytes: &'a [u8],
}

impl DumpReader {
    fn new(text: &[u8], url: Option<HttpUrl>) -> Self {
        let marked = text.starts_with(b"< HTTP/") || memchr::memmem::find(text, b"\n< HTTP/").is_some();
        let (request, current, done) = (None, None, Vec::new());
        let (guessed_host, guessed_scheme) = (false, false);
        Self { marked, phase: Phase::Nothing, request, current, done, url, tls: None, guessed_host, guessed_scheme }
    }

    fn read(&mut self, text: &[u8]) {
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if self.done.len() >= MAX_RESPONSES {
                break;
            }
            if self.marked {
                self.marked_line(number, line);
            } else {
                self.line(&DumpLine { number, column: 1, bytes: line });
            }
        }
        self.end_response();
    }

    fn marked_line(&mut self, number: u64, line: &[u8]) {
        let inner = |mark: &[u8]| {
            let rest = line.strip_prefix(mark)?;
            Some(rest.strip_prefix(b" ").unwrap_or(rest))
        };
        let at = |bytes| DumpLine { number, column: 3, bytes };
        if let Some(rest) = inner(b">") {
            match self.phase {
                Phase::Request => self.request_header(&at(rest)),
                _ => self.begin_request(rest),
            }
        } else if let Some(rest) = inner(b"<") {
            match self.phase {
                Phase::Head => self.header(&at(rest)),
                _ => self.begin_response(&at(rest)),
            }
        } else if let Some(note) = line.strip_prefix(b"* ") {
            self.read_curl_note(note);
        } else if self.phase == Phase::Body {
            self.body(line);
        }
    }

    /// Parses curl's notes about the connection.
    fn read_curl_note(&mut self, line: &[u8]) {
        let has = |text: &str| memchr::memmem::find(line, text.as_bytes()).is_some();
        if has("SSL connection using") {
            self.tls = Some(true);
        } else if line.starts_with(b"Connected to ") || line.starts_with(b"Established connection to ") {
            self.tls = (has("port 80 ") || line.ends_with(b"port 80")).then_some(false);
        }
    }

    fn line(&mut self, line: &DumpLine<'_>) {
        match self.phase {
            Phase::Head => self.header(line),
            Phase::Request => self.request_header(line),
            Phase::Nothing | Phase::Body if status(line.bytes).is_some() => self.begin_response(line),
            Phase::Nothing | Phase::Body if request_line(line.bytes).is_some() => self.begin_request(line.bytes),
            Phase::Body => self.body(line.bytes),
            // Any text has lines with a colon: only a header that is specific to responses begins one.
            Phase::Nothing if header(line.bytes).is_some_and(|(name, ..)| is_answer(&name)) => {
                self.begin(200, line);
                self.header(line);
            }
            Phase::Nothing => {}
        }
    }

    fn begin_request(&mut self, line: &[u8]) {
        if let Some((method, target)) = request_line(line) {
            self.end_response();
            self.request = Some(DumpRequest { method, target, headers: Vec::new() });
            self.phase = Phase::Request;
        }
    }

    fn request_header(&mut self, line: &DumpLine<'_>) {
        match (&mut self.request, header(line.bytes)) {
            (Some(request), Some((name, value, _))) => request.headers.push(HttpHeader::new(name, value)),
            (_, None) if line.bytes.is_empty() => self.phase = Phase::Nothing,
            _ => {}
        }
    }

    fn begin_response(&mut self, line: &DumpLine<'_>) {
        if let Some(status) = status(line.bytes) {
            self.begin(status, line);
        }
    }

    fn begin(&mut self, status: u16, line: &DumpLine<'_>) {
        self.end_response();
        let request = self.request.take();
        let url = self.address(request.as_ref());
        let place = Some(TextPosition::new(line.number, line.column));
        let (method, request) =
            request.map_or_else(|| ("GET".to_owned(), Vec::new()), |request| (request.method, request.headers));
        self.current = Some(Exchange { method, request, status, place, ..Exchange::get(url) });
        self.phase = Phase::Head;
    }

    /// The URL of the response that begins.
    fn address(&mut self, request: Option<&DumpRequest>) -> HttpUrl {
        let before = self.done.last();
        // Without a redirect, the same URL was requested again: a proxy's response, or curl with several requests.
        let next = before.map(|before| before.redirect_target().unwrap_or_else(|| before.url.clone()));
        let Some(request) = request else {
            return next.or_else(|| self.url.clone()).unwrap_or_else(|| {
                self.guessed_host = true;
                unknown()
            });
        };
        if let Ok(url) = HttpUrl::parse(&request.target) {
            return url;
        }
        let host = request.headers.iter().find(|header| header.is("host"));
        let host = host.map(|header| String::from_utf8_lossy(&header.value).into_owned());
        let of = |secure: bool| {
            let scheme = if secure { "https" } else { "http" };
            HttpUrl::parse(&format!("{scheme}://{}{}", host.as_deref()?, request.target)).ok()
        };
        let known = [next.as_ref(), self.url.as_ref()].into_iter().flatten();
        let known = known.filter(|own| of(own.secure).is_some_and(|url| url.host == own.host)).map(|own| own.secure);
        let secure = self.tls.or_else(|| known.into_iter().next());
        let url = of(secure.unwrap_or(true));
        self.guessed_scheme |= secure.is_none() && url.is_some();
        url.or(next).or_else(|| self.url.clone()).unwrap_or_else(|| {
            self.guessed_host = true;
            unknown()
        })
    }

    fn header(&mut self, line: &DumpLine<'_>) {
        let Some(exchange) = &mut self.current else { return };
        if line.bytes.is_empty() {
            self.phase = Phase::Body;
        } else if line.bytes.starts_with(b" ") || line.bytes.starts_with(b"\t") {
            // A folded line continues the header (RFC 9112 §5.2).
            if let Some(last) = exchange.headers.last_mut() {
                last.value.push(b' ');
                last.value.extend_from_slice(line.bytes.trim_ascii());
            }
        } else if let Some((name, value, offset)) = header(line.bytes) {
            let before = String::from_utf8_lossy(head(line.bytes, offset)).chars().count();
            let column = line.column.saturating_add(as_u64(before));
            let place = Some(TextPosition::new(line.number, column));
            exchange.headers.push(HttpHeader { place, ..HttpHeader::new(name, value) });
        }
    }

    fn body(&mut self, line: &[u8]) {
        let Some(exchange) = &mut self.current else { return };
        let room = MAX_BODY.saturating_sub(exchange.body.len());
        exchange.cut |= line.len() > room;
        exchange.body.extend(line.iter().chain(b"\n").take(room));
    }

    fn end_response(&mut self) {
        self.phase = Phase::Nothing;
        // 1xx announces another response (RFC 9110 §15.2); the request still waits for it.
        match self.current.take() {
            Some(interim) if interim.status < 200 => {
                self.request.get_or_insert(DumpRequest {
                    method: interim.method,
                    target: interim.url.to_string(),
                    headers: interim.request,
                });
            }
            Some(exchange) => self.done.push(exchange),
            None => {}
        }
    }
}

/// `HTTP/1.1 200 OK`, `HTTP/2 200` (RFC 9112 §4).
fn status(line: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(line.get(..line.len().min(20))?).unwrap_or_default();
    let text = if text.is_empty() { std::str::from_utf8(line.get(..12)?).ok()? } else { text };
    let (version, rest) = text.strip_prefix("HTTP/")?.split_once(' ')?;
    let versions = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let digits = rest.trim_start().get(..3)?;
    let ends = rest.trim_start().get(3..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
    let status = digits.parse::<u16>().ok().filter(|status| is_status(*status))?;
    (versions && ends).then_some(status)
}

/// `GET /path HTTP/1.1` (RFC 9112 §3): method and target.
fn request_line(line: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_target = target.starts_with('/') || target.contains("://") || target == "*";
    (is_method && is_target && version.starts_with("HTTP/") && words.next().is_none())
        .then(|| (method.to_owned(), target.to_owned()))
}

/// Whether a header of this name occurs in responses only.
fn is_answer(name: &str) -> bool {
    let names = ["location", "set-cookie", "strict-transport-security", "www-authenticate"];
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
        || name.to_ascii_lowercase().starts_with("access-control-allow-")
}

/// Name, value and the offset of the value in the line.
fn header(line: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    // An HTTP/2 pseudo-header name begins with a colon.
    let skip = usize::from(line.first() == Some(&b':'));
    let colon = memchr::memchr(b':', line.get(skip..)?)?.saturating_add(skip);
    let name = std::str::from_utf8(line.get(..colon)?).ok()?.trim_end();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return None;
    }
    let rest = line.get(colon.saturating_add(1)..)?;
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let value = rest.get(blanks..)?;
    let end = value.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last.saturating_add(1));
    let offset = colon.saturating_add(1).saturating_add(blanks);
    Some((name.to_owned(), value.get(..end)?.to_vec(), offset))
}

#[cfg(test)]
mod tests;
