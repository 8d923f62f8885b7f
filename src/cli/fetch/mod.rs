//! HTTP client: requests in, exchanges out. The only async code of the program, and the only code that opens
//! connections; it prints nothing, does not evaluate responses, and depends on no command.
//!
//! Redirects are followed here and not by the HTTP library, so that every response in a chain is visible and
//! credentials are not sent to another origin ([`redirect`]).
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::arithmetic_side_effects,
        reason = "tests run servers on loopback"
    )
)]

mod address_guard;
mod chain;
mod client;
mod error;
mod exchange;
mod host_limiter;
mod redirect;
mod scheduler;
#[cfg(test)]
pub mod tests;

pub use address_guard::{AddressScope, is_loopback_name};
pub use chain::{Chain, End};
pub use client::{ClientSettings, Clients};
pub use error::{FetchError, FetchErrorKind};
pub use exchange::{BodyEnd, FetchResponse};
pub use redirect::RedirectPolicy;
pub use reqwest::Url;
pub use scheduler::{run, url};

use std::sync::Arc;
use std::time::Duration;

/// HTTP method. Other methods modify resources and are not needed for checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Head,
    Options,
    Post,
}

impl Method {
    /// The method token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
        }
    }
}

/// A request. Without `Debug`, because headers and body may be credentials.
#[derive(Clone)]
pub struct Request {
    pub url: Url,
    pub method: Method,
    /// In sending order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Shared: one body may go to many URLs.
    pub body: Option<Arc<Vec<u8>>>,
}

impl Request {
    /// A GET request without headers.
    pub fn get(url: Url) -> Self {
        Self { url, method: Method::Get, headers: Vec::new(), body: None }
    }
}

/// Limits on time, size and concurrency.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time until the response headers, including the connection. For the connection alone:
    /// [`ClientSettings::connect`].
    pub first_byte: Duration,
    /// Time until the end of the body, from the start of the request. A part read until then is kept.
    pub whole: Duration,
    /// Bytes of a body that are kept, decompressed. The rest is not read.
    pub body_bytes: usize,
    /// Concurrent chains.
    pub at_once: usize,
    /// Concurrent requests per host and port.
    pub per_host: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            body_bytes: 1024 * 1024,
            at_once: 50,
            per_host: 10,
        }
    }
}

/// Sends one request and follows its redirects.
///
/// # Errors
/// The async runtime cannot be started.
pub fn one(clients: &Clients, request: Request, rules: &RedirectPolicy, limits: &Limits) -> Result<Chain, FetchError> {
    on_runtime(async { chain::follow(clients, request, rules, limits, &host_limiter::HostLimiter::new(1)).await })
}

/// Task polls between two checks of timers. A host that sends without pause keeps a task busy; with the default of 61,
/// a limit of one second becomes ten.
const STEPS_BETWEEN_TIMERS: u32 = 8;

/// Runs `work` on a single-threaded runtime. Blocked tasks, such as a pending name resolution, are abandoned at the
/// end.
fn on_runtime<T>(work: impl Future<Output = T>) -> Result<T, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .event_interval(STEPS_BETWEEN_TIMERS)
        .build()
        .map_err(|error| FetchError::new(FetchErrorKind::Other, format!("cannot start the async runtime: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(result)
}
