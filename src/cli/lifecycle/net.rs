//! Sends what the life cycle asks, one request after the other, and follows no redirect.

use crate::cli::ambient;
use crate::cli::fetch::{self, Body, Clients, Fault, Limits, Method, Reach, Request, Rules, Url};
use authkit::cookie::exchange::{Exchange, Header, MAX_BODY};
use authkit::lifecycle::{Ask, Plan, Unanswered, Web};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The network for one plan.
pub struct Net {
    clients: Clients,
    limits: Limits,
    /// Set when the user wants it to end.
    stop: Arc<AtomicBool>,
    /// The last reason of its kind, for the exit code.
    pub fault: Option<Fault>,
}

impl Net {
    /// Plain http stays on this machine, whatever a name resolves to.
    pub fn new(clients: Clients, limits: Limits, stop: Arc<AtomicBool>, plan: &Plan) -> Self {
        clients.reach(if plan.login.secure { Reach::Any } else { Reach::Loopback });
        Self { clients, limits: Limits { body_bytes: limits.body_bytes.min(MAX_BODY), ..limits }, stop, fault: None }
    }

    fn failed(&mut self, fault: Fault) -> Unanswered {
        let words = fault.to_string();
        self.fault = Some(fault);
        Unanswered::Failed(words)
    }
}

impl Web for Net {
    fn send(&mut self, ask: &Ask) -> Result<Exchange, Unanswered> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Unanswered::Stopped);
        }
        let url = fetch::url(&ask.url.to_string()).map_err(|fault| self.failed(fault))?;
        let request = request(ask, url);
        let rules = Rules { hops: 0, same_origin: true };
        let chain = fetch::one(&self.clients, request, &rules, &self.limits).map_err(|fault| self.failed(fault))?;
        let Some(exchange) = chain.exchanges.into_iter().next() else { return Err(Unanswered::Stopped) };
        let answer = exchange.outcome.map_err(|fault| self.failed(fault))?;
        Ok(Exchange {
            status: answer.status,
            headers: answer.headers.into_iter().map(|(name, value)| Header::new(name, value)).collect(),
            cut: answer.end != Body::Whole,
            body: answer.body,
            time: Some(ambient::now()),
            ..Exchange::get(ask.url.clone())
        })
    }
}

fn request(ask: &Ask, url: Url) -> Request {
    let mut headers: Vec<_> = ask.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect();
    headers.extend(ask.cookies.as_ref().map(|line| ("Cookie".to_owned(), line.expose().clone())));
    Request {
        url,
        method: if ask.post { Method::Post } else { Method::Get },
        headers,
        body: ask.body.as_ref().map(|body| body.expose().clone()),
    }
}
