//! A request and its response as data: seen live, or read from a HAR, a dump or a recording.

use super::url::HttpUrl;
use crate::time::UnixTime;
use crate::token::scan;

/// Bytes of a body that are kept.
pub const MAX_BODY: usize = 256 * 1024;

/// A header line. Values are bytes: servers send what they like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpHeader {
    pub name: String,
    pub value: Vec<u8>,
    /// Where the value begins in its source.
    pub place: Option<HeaderPosition>,
}

impl HttpHeader {
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), place: None }
    }

    /// The name for messages and pointers. It is untrusted, and may be a token where a line was put together wrongly.
    pub fn shown_name(&self) -> String {
        scan::replace_tokens(&self.name, |_| "…".to_owned())
    }

    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A place in a source. Lines and columns from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HeaderPosition {
    pub line: u64,
    pub column: u64,
    /// In a JSON document: where the text is.
    pub pointer: Option<String>,
}

/// Whether a response can have this status: of three digits, as the grammar has it. 600 to 999 mean nothing (RFC 9110
/// §15), and are sent.
pub const fn is_status(status: u16) -> bool {
    100 <= status && status <= 999
}

/// Why a request was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RequestPurpose {
    #[default]
    Visit,
    /// With an `Origin` that was made up, so that an answer which allows it allows any (WHATWG Fetch §3.3).
    MadeUpOrigin,
    /// Over plain http, to see whether it leads to https.
    PlainHttp,
}

impl RequestPurpose {
    pub const ALL: [(&'static str, Self); 3] =
        [("visit", Self::Visit), ("made-up-origin", Self::MadeUpOrigin), ("plain-http", Self::PlainHttp)];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, own)| *own == self).map_or("visit", |(name, _)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, purpose)| *purpose)
    }
}

/// One request and its response. Bodies and values may be credentials: nothing here is shown as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exchange {
    pub purpose: RequestPurpose,
    pub method: String,
    /// As it was requested.
    pub url: HttpUrl,
    /// In order, names as sent.
    pub request: Vec<HttpHeader>,
    /// What was sent: at most [`MAX_BODY`] bytes.
    pub posted: Vec<u8>,
    /// See [`is_status`].
    pub status: u16,
    /// In order, names as received.
    pub headers: Vec<HttpHeader>,
    /// At most [`MAX_BODY`] bytes.
    pub body: Vec<u8>,
    /// There was more of the body.
    pub cut: bool,
    /// 0: the user asked for it; otherwise a redirect of the exchange before it.
    pub hop: u32,
    /// Whether the user was signed in, where whoever made the request knows. `None`: a credential in the request
    /// stands for it, although visitors have sessions too.
    pub signed_in: Option<bool>,
    /// When the response came.
    pub time: Option<UnixTime>,
    /// Where the response begins in its source.
    pub place: Option<HeaderPosition>,
}

impl Exchange {
    /// A GET without an answer yet.
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

    /// What it holds in memory, in bytes, roughly: texts, and what every header takes besides.
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

    /// The values of a header of the response, in order.
    pub fn response_header_values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        self.headers.iter().filter(move |header| header.is(name)).map(|header| &*header.value)
    }

    /// The first value of a header of the response, as text.
    pub fn header(&self, name: &str) -> Option<String> {
        self.response_header_values(name).next().map(text)
    }

    /// The first value of a header of the request, as text.
    pub fn request_header(&self, name: &str) -> Option<String> {
        self.request.iter().find(|header| header.is(name)).map(|header| text(&header.value))
    }

    /// The directives of a header that is a list, in lower case: `Cache-Control`, `Vary`.
    pub fn directives(&self, name: &str) -> Vec<String> {
        let all = self.response_header_values(name).map(text).collect::<Vec<_>>().join(",");
        all.split(',').map(|one| one.trim().to_ascii_lowercase()).filter(|one| !one.is_empty()).collect()
    }

    /// Where a redirect leads, if this is one (RFC 9110 §15.4).
    pub fn redirect_target(&self) -> Option<HttpUrl> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        if is_redirect { self.url.join(&self.header("location")?) } else { None }
    }

    /// The cookies that the request brought, in order: names and values.
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

/// Numbers the hops: an exchange that is where the redirect before it leads is a hop of that one.
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
