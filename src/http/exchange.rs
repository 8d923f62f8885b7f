//! An HTTP request and its response as data. Exchanges come from live requests, a HAR file, a dump or a recording.

use super::url::HttpUrl;
use crate::finding::TextPosition;
use crate::time::UnixTime;
use crate::token::scan;

/// The maximum size of a stored body, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// A header line. Values are bytes, because servers send arbitrary ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpHeader {
    /// As sent; compared case-insensitively.
    pub name: String,
    /// Without the white space around it.
    pub value: Vec<u8>,
    /// The location of the value in its source.
    pub place: Option<TextPosition>,
}

impl HttpHeader {
    /// A header at an unknown location.
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), place: None }
    }

    /// The name for messages and pointers. It is untrusted, and may contain a token where a line was assembled wrongly.
    pub fn shown_name(&self) -> String {
        scan::replace_tokens(&self.name, |_| "…".to_owned())
    }

    /// Whether this is the header `name`.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Whether this is a valid status code: three digits, by the grammar. 600 to 999 have no meaning (RFC 9110 §15), but
/// servers send them.
pub const fn is_status(status: u16) -> bool {
    100 <= status && status <= 999
}

/// The purpose of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RequestPurpose {
    /// A request as a browser makes it.
    #[default]
    Visit,
    /// With a made-up `Origin`: a response that allows it allows any origin (WHATWG Fetch §3.3).
    MadeUpOrigin,
    /// Over plain HTTP, to check for a redirect to HTTPS.
    PlainHttp,
}

impl RequestPurpose {
    /// Every purpose with its name in recordings.
    pub const ALL: [(&'static str, Self); 3] =
        [("visit", Self::Visit), ("made-up-origin", Self::MadeUpOrigin), ("plain-http", Self::PlainHttp)];

    /// The name in recordings.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, own)| *own == self).map_or("visit", |(name, _)| name)
    }

    /// The purpose of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, purpose)| *purpose)
    }
}

/// One request and its response. Bodies and values may be credentials: redact them before printing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exchange {
    /// Why the request was made.
    pub purpose: RequestPurpose,
    /// The method as sent, case-sensitive (RFC 9110 §9.1).
    pub method: String,
    /// The URL as requested.
    pub url: HttpUrl,
    /// Request headers, in order, names as sent.
    pub request: Vec<HttpHeader>,
    /// The request body: at most [`MAX_BODY`] bytes.
    pub posted: Vec<u8>,
    /// See [`is_status`].
    pub status: u16,
    /// Response headers, in order, names as received.
    pub headers: Vec<HttpHeader>,
    /// The response body: at most [`MAX_BODY`] bytes.
    pub body: Vec<u8>,
    /// The body was longer than [`MAX_BODY`].
    pub cut: bool,
    /// Position in the redirect chain. 0: an initial request; otherwise it follows a redirect of the exchange before
    /// it.
    pub hop: u32,
    /// Whether the user was authenticated, if the client knows. `None`: derived from a credential in the request,
    /// although anonymous users have sessions too.
    pub signed_in: Option<bool>,
    /// The time of the response.
    pub time: Option<UnixTime>,
    /// The location of the response in its source.
    pub place: Option<TextPosition>,
}

impl Exchange {
    /// A GET request without a response yet.
    pub fn get(url: HttpUrl) -> Self {
        Self {
            purpose: RequestPurpose::Visit,
            method: "GET".to_owned(),
            url,
            request: Vec::new(),
            posted: Vec::new(),
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            cut: false,
            hop: 0,
            signed_in: None,
            time: None,
            place: None,
        }
    }

    /// Approximate memory use in bytes: texts, plus the overhead of every header.
    pub fn held_bytes(&self) -> usize {
        let headers = self.request.iter().chain(&self.headers);
        let header = |header: &HttpHeader| {
            let pointer = header.place.as_ref().and_then(|spot| spot.pointer.as_ref()).map_or(0, String::len);
            size_of::<HttpHeader>()
                .saturating_add(header.name.len())
                .saturating_add(header.value.len())
                .saturating_add(pointer)
        };
        let own = size_of::<Self>().saturating_add(self.posted.len()).saturating_add(self.body.len());
        headers.map(header).fold(own, usize::saturating_add)
    }

    /// The values of a response header, in order.
    pub fn response_header_values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        self.headers.iter().filter(move |header| header.is(name)).map(|header| &*header.value)
    }

    /// The first value of a response header, as text.
    pub fn header(&self, name: &str) -> Option<String> {
        self.response_header_values(name).next().map(text)
    }

    /// The first value of a request header, as text.
    pub fn request_header(&self, name: &str) -> Option<String> {
        self.request.iter().find(|header| header.is(name)).map(|header| text(&header.value))
    }

    /// The directives of a list header, in lower case: `Cache-Control`, `Vary`.
    pub fn directives(&self, name: &str) -> Vec<String> {
        let all = self.response_header_values(name).map(text).collect::<Vec<_>>().join(",");
        all.split(',').map(|one| one.trim().to_ascii_lowercase()).filter(|one| !one.is_empty()).collect()
    }

    /// The target of the redirect, if this is one (RFC 9110 §15.4).
    pub fn redirect_target(&self) -> Option<HttpUrl> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        if is_redirect { self.url.join(&self.header("location")?) } else { None }
    }

    /// The cookies of the request, in order: names and values.
    pub fn request_cookies(&self) -> Vec<(String, String)> {
        let lines = self.request.iter().filter(|header| header.is("cookie")).map(|header| text(&header.value));
        let all = lines.collect::<Vec<_>>().join(";");
        let pairs = all.split(';').map(str::trim).filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or(("", pair)))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// Numbers the hops: an exchange whose URL is the target of the redirect before it is the next hop of that chain.
pub fn number_hops(exchanges: &mut [Exchange]) {
    let mut target = None;
    let mut hop = 0_u32;
    for exchange in exchanges {
        let follows = target.as_ref() == Some(&exchange.url);
        hop = if follows { hop.saturating_add(1) } else { 0 };
        exchange.hop = hop;
        target = exchange.redirect_target();
    }
}
