//! Redirect chains: one request followed through its redirects, with the cookies set on the way.

use super::client::Clients;
use super::error::{FetchError, FetchErrorKind};
use super::exchange::{self, FetchExchange, FetchResponse};
use super::host_limiter::HostLimiter;
use super::redirect::{self, RedirectDecision, RedirectPolicy};
use super::{Limits, Request, Url};
use crate::cli::system;
use authkit::cookie::cookie_jar::CookieJar;
use authkit::http::url::HttpUrl;
use std::borrow::Cow;

/// The exchanges of one request, in order, and how they end.
#[derive(Clone, Debug)]
pub struct Chain {
    pub exchanges: Vec<FetchExchange>,
    pub end: End,
}

/// How a chain ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// With the response of the last exchange.
    Answered,
    /// Without a response to the last request.
    Failed,
    /// Too many redirects.
    TooMany,
    /// A redirect loop.
    Loop,
    /// The last redirect was not followed, for this reason.
    NotFollowed(String),
    /// Interrupted.
    Stopped,
}

/// Sends `request` and follows its redirects.
pub async fn follow(
    clients: &Clients,
    request: Request,
    rules: &RedirectPolicy,
    limits: &Limits,
    hosts: &HostLimiter,
) -> Chain {
    let mut request = request;
    request.url.set_fragment(None);
    let mut exchanges: Vec<FetchExchange> = Vec::new();
    let mut jar = CookieJar::default();
    let (typed, mut reach) = (request.url.host_str().unwrap_or_default().to_owned(), rules.reach);
    loop {
        let sent = with_cookies(&request, &jar);
        let place = hosts.place(&request.url).await;
        let (duration, outcome) = exchange::send(clients, &sent, limits, reach).await;
        drop(place);
        if let (Err(FetchError { kind: FetchErrorKind::Blocked, message }), false) = (&outcome, exchanges.is_empty()) {
            // Nothing was sent: the redirect is the last exchange.
            return Chain { exchanges, end: End::NotFollowed(format!("it leads to an internal network: {message}")) };
        }
        let Request { headers: sent, body: posted, .. } = sent.into_owned();
        let step = outcome.as_ref().ok().map(|response| redirect::step(&request, response, rules));
        if let (Some(RedirectDecision::Go(_)), Ok(response), true) = (&step, &outcome, rules.cookies) {
            take(&mut jar, &request.url, response);
        }
        let (url, method) = (request.url.to_string(), request.method.name());
        exchanges.push(FetchExchange { url, method, sent, posted, hop: exchanges.len(), duration, outcome });
        let end = match step {
            None => End::Failed,
            Some(RedirectDecision::Stay) => End::Answered,
            Some(RedirectDecision::Refuse(why)) => End::NotFollowed(why),
            // The same request with the same cookies gets the same response.
            Some(RedirectDecision::Go(next)) if visited(&exchanges, &with_cookies(&next, &jar)) => End::Loop,
            Some(RedirectDecision::Go(_)) if exchanges.len() > rules.hops => End::TooMany,
            Some(RedirectDecision::Go(next)) => {
                reach = rules.reach.onward(clients.guard(), &typed, next.url.host_str().unwrap_or_default());
                request = next;
                continue;
            }
        };
        return Chain { exchanges, end };
    }
}

/// The request with the cookies set by earlier responses, as a browser sends them: they replace cookies of the caller
/// with the same name.
fn with_cookies<'r>(request: &'r Request, jar: &CookieJar) -> Cow<'r, Request> {
    let url = (!jar.is_empty()).then(|| HttpUrl::parse(request.url.as_str()));
    let Some(Ok(url)) = url else { return Cow::Borrowed(request) };
    let is_cookie = |name: &str| name.eq_ignore_ascii_case("cookie");
    let own: Vec<&[u8]> =
        request.headers.iter().filter(|(name, _)| is_cookie(name)).map(|(_, value)| value.as_slice()).collect();
    let line = jar.header_beside(&own.join(&b';'), &url);
    let mut sent = request.clone();
    sent.headers.retain(|(name, _)| !is_cookie(name));
    sent.headers.extend(line.map(|line| ("Cookie".to_owned(), line.expose().clone())));
    Cow::Owned(sent)
}

fn take(jar: &mut CookieJar, url: &Url, response: &FetchResponse) {
    let lines = response.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_slice());
    if let Ok(url) = HttpUrl::parse(url.as_str()) {
        jar.take_lines(&url, lines, system::now());
    }
}

fn visited(exchanges: &[FetchExchange], next: &Request) -> bool {
    let cookies = |headers: &[(String, Vec<u8>)]| {
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("cookie")).map(|(_, value)| value.clone())
    };
    let now = cookies(&next.headers);
    let same = |own: &FetchExchange| own.url == next.url.as_str() && own.method == next.method.name();
    exchanges.iter().any(|own| same(own) && cookies(&own.sent) == now)
}
