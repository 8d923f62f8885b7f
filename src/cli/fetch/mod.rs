//! HTTP, as data: requests in, exchanges out. The only async code of the program, and the only one that opens a
//! connection; it prints nothing, decides nothing about what it fetched, and knows no command.
//!
//! Redirects are followed by hand, so that each answer on the way is seen and nothing that the caller sent travels to
//! a place that the caller did not name ([`redirect`]).
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

/// How a request asks. Others change things, and nobody who only looks has use for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Head,
    Options,
    Post,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
        }
    }
}

/// What is asked. No `Debug`: headers and body may be credentials.
#[derive(Clone)]
pub struct Request {
    pub url: Url,
    pub method: Method,
    /// In the order they are sent.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Shared: one body may go to many URLs.
    pub body: Option<Arc<Vec<u8>>>,
}

impl Request {
    pub fn get(url: Url) -> Self {
        Self { url, method: Method::Get, headers: Vec::new(), body: None }
    }
}

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the head of the answer is there, connecting included. Connecting alone: [`Trust::connect`].
    pub first_byte: Duration,
    /// Until the body is there, from the start of the request. What was read until then counts.
    pub whole: Duration,
    /// Bytes of a body that are kept, decompressed. The rest is not read.
    pub body_bytes: usize,
    /// Chains at the same time.
    pub at_once: usize,
    /// Requests at the same time to one host and port.
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

/// Follows one request to its end.
///
/// # Errors
/// When no runtime can be had.
pub fn one(clients: &Clients, request: Request, rules: &RedirectPolicy, limits: &Limits) -> Result<Chain, FetchError> {
    on_runtime(async { chain::follow(clients, request, rules, limits, &host_limiter::HostLimiter::new(1)).await })
}

/// After how many steps of tasks the clock is asked. A host that sends without end keeps a task busy with step after
/// step, and with the usual 61 a limit of a second becomes ten.
const STEPS_BETWEEN_TIMERS: u32 = 8;

/// A runtime on this thread alone. What still hangs at the end, a name that nobody resolves, is left behind.
fn on_runtime<T>(work: impl Future<Output = T>) -> Result<T, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .event_interval(STEPS_BETWEEN_TIMERS)
        .build()
        .map_err(|error| FetchError::new(FetchErrorKind::Other, format!("no network: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(result)
}
