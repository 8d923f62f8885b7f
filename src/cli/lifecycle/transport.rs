//! Sends what the life cycle asks, one request after the other, and follows no redirect.

use super::ending::ending;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::fetch::{self, Answer, Body, Clients, Fault, Limits, Method, Reach, Request, Rules, Url};
use crate::cli::system;
use authkit::cookie::exchange::{Exchange, HttpHeader, MAX_BODY};
use authkit::cookie::url::HttpUrl;
use authkit::lifecycle::{
    self, AbortReason, HttpTransport, LifecyclePlan, LifecycleRequest, SessionTrace, TransportError,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set when the user interrupts, and when the system asks us to end.
pub type Signals = (Arc<AtomicBool>, Arc<AtomicBool>);

/// The network for one plan.
pub struct Net {
    clients: Clients,
    limits: Limits,
    reach: Reach,
    /// Interrupted, terminated.
    stop: Signals,
}

impl Net {
    /// Plain http stays on this machine, whatever a name resolves to.
    pub fn new(clients: Clients, limits: Limits, stop: Signals, plan: &LifecyclePlan) -> Self {
        let reach = if plan.login.secure { Reach::Typed } else { Reach::Loopback };
        Self { clients, limits: Limits { body_bytes: limits.body_bytes.min(MAX_BODY), ..limits }, reach, stop }
    }
}

impl HttpTransport for Net {
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError> {
        if self.stop.0.load(Ordering::Relaxed) || self.stop.1.load(Ordering::Relaxed) {
            return Err(TransportError::Stopped);
        }
        let url = fetch::url(&ask.url.to_string()).map_err(|fault| failed(&fault))?;
        let request = request(ask, url);
        let rules = Rules { hops: 0, same_origin: true, cookies: false, reach: self.reach };
        let chain = fetch::one(&self.clients, request, &rules, &self.limits).map_err(|fault| failed(&fault))?;
        let Some(sent) = chain.exchanges.into_iter().next() else { return Err(TransportError::Stopped) };
        let answer = sent.outcome.map_err(|fault| failed(&fault))?;
        Ok(exchange(ask.url.clone(), answer))
    }
}

/// An answer as data, with its time.
pub fn exchange(url: HttpUrl, answer: Answer) -> Exchange {
    Exchange {
        status: answer.status,
        headers: answer.headers.into_iter().map(|(name, value)| HttpHeader::new(name, value)).collect(),
        cut: answer.end != Body::Whole,
        body: answer.body,
        time: Some(system::now()),
        ..Exchange::get(url)
    }
}

fn failed(fault: &Fault) -> TransportError {
    TransportError::Failed(fault.to_string())
}

fn request(ask: &LifecycleRequest, url: Url) -> Request {
    let mut headers: Vec<_> = ask.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect();
    headers.extend(ask.cookies.as_ref().map(|line| ("Cookie".to_owned(), line.expose().clone())));
    Request {
        url,
        method: if ask.post { Method::Post } else { Method::Get },
        headers,
        body: ask.body.as_ref().map(|body| Arc::new(body.expose().clone())),
    }
}

/// Carries the plan out. Why it ended early shows in the exit code.
///
/// # Errors
/// A plan that would do harm.
pub fn live(
    context: &Context,
    plan: &LifecyclePlan,
    clients: Clients,
    limits: Limits,
    stop: Signals,
) -> Result<SessionTrace, Failure> {
    let terminated = Arc::clone(&stop.1);
    let mut net = Net::new(clients, limits, stop, plan);
    let story = lifecycle::run(plan, &mut net).map_err(|error| Failure::usage(error.to_string()))?;
    if story.ended == Some(AbortReason::Unanswered(TransportError::Stopped)) {
        let terminated = terminated.load(Ordering::Relaxed);
        context.ends_with(if terminated { Kind::Terminated } else { Kind::Interrupted });
    }
    if let Some(kind) = story.ended.as_ref().and_then(ending) {
        context.ends_with(kind);
    }
    Ok(story)
}
