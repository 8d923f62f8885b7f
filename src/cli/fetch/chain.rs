//! A request followed through its redirects.

use super::client::Clients;
use super::hop::{self, Exchange};
use super::many::Hosts;
use super::redirect::{self, Rules, Step};
use super::{Limits, Request};

/// The exchanges of one request, in order, and why they end.
#[derive(Clone, Debug)]
pub struct Chain {
    pub exchanges: Vec<Exchange>,
    pub end: End,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// The last exchange is the answer.
    Answered,
    /// The last exchange has none.
    Failed,
    /// A redirect more than was allowed.
    TooMany,
    /// It leads to where the chain was before, which will lead there again.
    Loop,
    /// The last redirect is not followed, and why.
    NotFollowed(String),
    /// The user stopped it.
    Stopped,
}

/// Sends `request` and what redirects make of it.
pub async fn follow(clients: &Clients, request: Request, rules: &Rules, limits: &Limits, hosts: &Hosts) -> Chain {
    let mut request = request;
    request.url.set_fragment(None);
    let mut exchanges: Vec<Exchange> = Vec::new();
    loop {
        let place = hosts.place(&request.url).await;
        let (duration, outcome) = hop::send(clients, &request, limits).await;
        drop(place);
        let step = outcome.as_ref().ok().map(|answer| redirect::step(&request, answer, rules));
        let (url, method) = (request.url.to_string(), request.method.name());
        let sent = std::mem::take(&mut request.headers);
        exchanges.push(Exchange { url, method, sent, hop: exchanges.len(), duration, outcome });
        let end = match step {
            None => End::Failed,
            Some(Step::Stay) => End::Answered,
            Some(Step::Refuse(why)) => End::NotFollowed(why),
            // Nothing is kept from one request to the next, so the same question has the same answer.
            Some(Step::Go(next)) if visited(&exchanges, &next) => End::Loop,
            Some(Step::Go(_)) if exchanges.len() > rules.hops => End::TooMany,
            Some(Step::Go(next)) => {
                request = next;
                continue;
            }
        };
        return Chain { exchanges, end };
    }
}

fn visited(exchanges: &[Exchange], next: &Request) -> bool {
    exchanges.iter().any(|own| own.url == next.url.as_str() && own.method == next.method.name())
}
