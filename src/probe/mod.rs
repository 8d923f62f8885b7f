//! Checks of the cookies, redirects, caching and tokens of endpoints, from recorded exchanges. The results do not
//! depend on the source of the exchanges: a live server, a HAR file, a dump or a recording.
//!
//! exchanges → [`evaluate::evaluate`] → findings with locations, and [`output::ProbeOutput`] for JSON.

pub mod evaluate;
pub mod exchange_tokens;
pub mod http_dump;
pub mod output;
pub mod recording;
pub mod repetition;

use crate::cookie::class::CookieClass;
use crate::cookie::session_id::SessionIdAnalysis;
use crate::http::exchange::Exchange;
use crate::http::url::HttpUrl;
use crate::lifecycle::SessionTrace;
use std::collections::BTreeMap;

/// The maximum number of HAR entries that are evaluated.
pub const MAX_ENTRIES: usize = 100_000;

/// The maximum size of HAR exchanges held in memory, in bytes; the HAR file may have any size.
pub const MAX_HELD_BYTES: usize = 128 * 1024 * 1024;

/// Exchanges and results to evaluate.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ProbeInput {
    /// In order; the hops of one chain are adjacent.
    pub exchanges: Vec<Exchange>,
    /// Requests without a response.
    pub failures: Vec<RequestFailure>,
    /// Remarks about an exchange, by its index: why a chain ends there, that a body was cut off.
    pub notes: Vec<(usize, String)>,
    /// The trace of a session lifecycle, and its login URL.
    pub life: Option<(HttpUrl, SessionTrace)>,
    /// Analyses of sampled session ids.
    pub sampled: Vec<UrlSessionIds>,
    /// `HTTP/1.1`, `HTTP/2`, if known; by the index of the exchange.
    pub protocols: BTreeMap<usize, String>,
}

/// The session ids of one cookie of a URL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UrlSessionIds {
    /// The URL that was requested for the samples.
    pub url: HttpUrl,
    /// Cookie name.
    pub name: String,
    /// The class by the cookie name.
    pub class: CookieClass,
    /// The analysis, which contains no id.
    pub samples: SessionIdAnalysis,
}

/// A request without a response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestFailure {
    /// The URL as requested; redact it before printing.
    pub url: HttpUrl,
    /// The method as sent; `GET` for a HAR entry without a response.
    pub method: String,
    /// Number of redirects before it.
    pub hop: u32,
    /// Stable: `connection-refused`.
    pub kind: String,
    /// Human-readable, without a full stop.
    pub message: String,
}

impl RequestFailure {
    /// There was a response, but it cannot be parsed: that is a finding, not an environment error.
    pub fn is_answer(&self) -> bool {
        matches!(self.kind.as_str(), "http-header-invalid" | "http2-invalid")
    }
}
