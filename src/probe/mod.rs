//! What endpoints do with cookies, redirects, caches and tokens, judged from exchanges. Where exchanges come from, a
//! live server, a HAR, a dump or a recording, makes no difference to the verdict.
//!
//! exchanges → [`judge::judge`] → findings with their places, and [`report::Data`] for machines.

pub mod evaluate;
pub mod exchange_tokens;
pub mod gate;
pub mod http_dump;
pub mod output;
pub mod recording;

use crate::cookie::class::CookieClass;
use crate::cookie::session_id::SessionIdAnalysis;
use crate::http::exchange::Exchange;
use crate::http::url::HttpUrl;
use crate::lifecycle::SessionTrace;
use std::collections::BTreeMap;

/// Entries of a HAR that are judged.
pub const MAX_ENTRIES: usize = 100_000;

/// Bytes of exchanges of a HAR that are held; the HAR itself may have any size.
pub const MAX_HELD_BYTES: usize = 128 * 1024 * 1024;

/// What was asked, and what came of it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ProbeInput {
    /// In order; hops of one chain stand together.
    pub exchanges: Vec<Exchange>,
    /// Requests without an answer.
    pub failures: Vec<RequestFailure>,
    /// What is to be known of an exchange besides, by its place: why a chain ends there, that a body broke off.
    pub notes: Vec<(usize, String)>,
    /// The life of a session, and where it was logged in.
    pub life: Option<(HttpUrl, SessionTrace)>,
    /// What the ids show that visitors got.
    pub sampled: Vec<UrlSessionIds>,
    /// `HTTP/1.1`, `HTTP/2`, where it is known.
    pub protocols: BTreeMap<usize, String>,
}

/// Ids of one cookie that visitors of a URL got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UrlSessionIds {
    pub url: HttpUrl,
    /// Of the cookie.
    pub name: String,
    pub class: CookieClass,
    pub samples: SessionIdAnalysis,
}

/// A request without an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestFailure {
    pub url: HttpUrl,
    pub method: String,
    /// Redirects before it.
    pub hop: u32,
    /// Stable: `connection-refused`.
    pub kind: String,
    /// In words, without a full stop.
    pub message: String,
}

impl RequestFailure {
    /// There was an answer, and it cannot be read: that is a finding, and no fault of the surroundings.
    pub fn is_answer(&self) -> bool {
        matches!(self.kind.as_str(), "http-header-invalid" | "http2-invalid")
    }
}
