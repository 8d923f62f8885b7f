//! Concurrent requests, limited in total and per host.

use super::chain::{self, Chain, End};
use super::client::Clients;
use super::error::{FetchError, FetchErrorKind};
use super::host_limiter::{HostLimiter, host_and_port};
use super::redirect::RedirectPolicy;
use super::{Limits, Request, on_runtime};
use authkit::http::url::shown_reference;
use reqwest::Url;
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Interval at which the hook is called when nothing happens.
const TICK: Duration = Duration::from_millis(100);

/// Called with the numbers of completed and of all chains; decides whether to continue.
pub type Hook<'h> = &'h mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// Pending requests by host, so that a slow host does not delay the others.
struct RequestQueue {
    hosts: Vec<(VecDeque<(usize, Request)>, usize)>,
    each: usize,
}

impl RequestQueue {
    fn new(plan: Vec<Request>, each: usize) -> Self {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        let mut hosts: Vec<(VecDeque<(usize, Request)>, usize)> = Vec::new();
        for (index, request) in plan.into_iter().enumerate() {
            let next = hosts.len();
            let place = *by_name.entry(host_and_port(&request.url)).or_insert(next);
            if place == next {
                hosts.push((VecDeque::new(), 0));
            }
            if let Some((waiting, _)) = hosts.get_mut(place) {
                waiting.push_back((index, request));
            }
        }
        Self { hosts, each: each.max(1) }
    }

    /// The next request whose host is below its limit, with the index of the host.
    fn next(&mut self) -> Option<(usize, usize, Request)> {
        let each = self.each;
        let (place, (waiting, running)) =
            self.hosts.iter_mut().enumerate().find(|(_, (waiting, running))| *running < each && !waiting.is_empty())?;
        let (index, request) = waiting.pop_front()?;
        *running = running.saturating_add(1);
        Some((place, index, request))
    }

    fn done(&mut self, place: usize) {
        if let Some((_, running)) = self.hosts.get_mut(place) {
            *running = running.saturating_sub(1);
        }
    }
}

/// Sends every request of `plan` and follows redirects. The chains are in the order of the plan.
///
/// # Errors
/// The async runtime cannot be started.
pub fn run(
    clients: Clients,
    plan: Vec<Request>,
    rules: RedirectPolicy,
    limits: Limits,
    hook: Hook<'_>,
) -> Result<Vec<Chain>, FetchError> {
    on_runtime(all(Arc::new(clients), plan, rules, limits, hook))
}

async fn all(
    clients: Arc<Clients>,
    plan: Vec<Request>,
    rules: RedirectPolicy,
    limits: Limits,
    hook: Hook<'_>,
) -> Vec<Chain> {
    let total = plan.len();
    let stopped = || Chain { exchanges: Vec::new(), end: End::Stopped };
    let mut chains: Vec<Chain> = std::iter::repeat_with(stopped).take(total).collect();
    let hosts = Arc::new(HostLimiter::new(limits.per_host));
    let mut queue = RequestQueue::new(plan, limits.per_host);
    let mut running = JoinSet::new();
    let mut done: usize = 0;
    loop {
        while running.len() < limits.at_once.max(1)
            && let Some((place, index, request)) = queue.next()
        {
            let (clients, hosts) = (Arc::clone(&clients), Arc::clone(&hosts));
            running.spawn(async move {
                let chain = chain::follow(&clients, request, &rules, &limits, &hosts).await;
                (place, index, chain)
            });
        }
        match tokio::time::timeout(TICK, running.join_next()).await {
            Ok(None) => return chains,
            Ok(Some(Ok((place, index, chain)))) => {
                done = done.saturating_add(1);
                queue.done(place);
                if let Some(own) = chains.get_mut(index) {
                    *own = chain;
                }
            }
            // Tasks are cancelled only with the runtime, and do not panic.
            Ok(Some(Err(_))) | Err(_) => {}
        }
        if hook(done, total).is_break() {
            return chains;
        }
    }
}

/// Parses the URL of a request.
///
/// # Errors
/// Not a URL, or neither http nor https.
pub fn url(text: &str) -> Result<Url, FetchError> {
    let url = Url::parse(text).map_err(|error| {
        FetchError::new(FetchErrorKind::UrlInvalid, format!("\"{}\" is not a URL: {error}", shown_reference(text)))
    })?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(FetchError::new(FetchErrorKind::UrlInvalid, format!("scheme \"{other}\" is not http or https"))),
    }
}
