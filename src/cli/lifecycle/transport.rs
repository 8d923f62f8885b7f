//! HTTP transport of a live session lifecycle: one request at a time, without following redirects.

use super::ending::ending;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::fetch::{
    self, AddressScope, BodyEnd, Clients, FetchError, FetchResponse, Limits, Method, RedirectPolicy, Request, Url,
};
use crate::cli::system::{self, StopSignals};
use authkit::http::exchange::{Exchange, HttpHeader, MAX_BODY};
use authkit::http::url::HttpUrl;
use authkit::lifecycle::{self, HttpTransport, LifecyclePlan, LifecycleRequest, SessionTrace, TransportError};
use std::sync::Arc;

/// Network access for one plan.
pub struct NetworkTransport {
    clients: Clients,
    limits: Limits,
    reach: AddressScope,
    signals: StopSignals,
}

impl NetworkTransport {
    /// With a plain HTTP login URL, only loopback addresses are allowed, regardless of its name resolution.
    pub fn new(clients: Clients, limits: Limits, signals: StopSignals, plan: &LifecyclePlan) -> Self {
        let reach = if plan.login.secure { AddressScope::Typed } else { AddressScope::Loopback };
        Self { clients, limits: Limits { body_bytes: limits.body_bytes.min(MAX_BODY), ..limits }, reach, signals }
    }
}

impl HttpTransport for NetworkTransport {
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError> {
        if self.signals.is_received() {
            return Err(TransportError::Stopped);
        }
        let url = fetch::url(&ask.url.to_string()).map_err(|fault| failed(&fault))?;
        let request = request(ask, url);
        let rules = RedirectPolicy { hops: 0, same_origin: true, cookies: false, reach: self.reach };
        let chain = fetch::one(&self.clients, request, &rules, &self.limits).map_err(|fault| failed(&fault))?;
        let Some(sent) = chain.exchanges.into_iter().next() else { return Err(TransportError::Stopped) };
        let response = sent.outcome.map_err(|fault| failed(&fault))?;
        Ok(exchange(ask.url.clone(), response))
    }
}

/// A response as an [`Exchange`], with the current time.
pub fn exchange(url: HttpUrl, response: FetchResponse) -> Exchange {
    Exchange {
        status: response.status,
        headers: response.headers.into_iter().map(|(name, value)| HttpHeader::new(name, value)).collect(),
        cut: response.end != BodyEnd::Whole,
        body: response.body,
        time: Some(system::now()),
        ..Exchange::get(url)
    }
}

fn failed(fault: &FetchError) -> TransportError {
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

/// Executes the plan. Returns the trace, and after an abort what caused it.
///
/// # Errors
/// An unsafe plan.
pub fn live(
    plan: &LifecyclePlan,
    clients: Clients,
    limits: Limits,
    signals: &StopSignals,
) -> Result<(SessionTrace, Option<FailureKind>), Failure> {
    let mut net = NetworkTransport::new(clients, limits, signals.clone(), plan);
    let trace = lifecycle::run(plan, &mut net).map_err(|error| Failure::usage(error.to_string()))?;
    let stopped = || signals.received().unwrap_or(FailureKind::Interrupted);
    let ending = trace.ended.as_ref().map(|reason| ending(reason).unwrap_or_else(stopped));
    Ok((trace, ending))
}
