//! Collection of session id samples: repeated requests without cookies, sequential, so that the order of the ids is
//! known.

use super::transport;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::fetch::{self, Clients, Limits, RedirectPolicy, Request};
use crate::cli::system::StopSignals;
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::session_id::{SessionIdSample, collect};
use authkit::http::exchange::Exchange;
use authkit::http::url::HttpUrl;

/// Requests `url` `count` times without cookies. Returns the ids, and what kept it from sending all
/// requests.
///
/// # Errors
/// The async runtime cannot be started.
pub fn sample(
    context: &Context,
    clients: &Clients,
    limits: &Limits,
    url: &HttpUrl,
    count: usize,
    names: &CookieClassifier,
    signals: &StopSignals,
) -> Result<(Vec<SessionIdSample>, Option<FailureKind>), Failure> {
    let failed = |fault: fetch::FetchError| Failure::environment(fault.to_string());
    let target = fetch::url(&url.to_string()).map_err(failed)?;
    let mut visitors: Vec<Vec<Exchange>> = Vec::new();
    for number in 0..count {
        if let Some(kind) = signals.received() {
            return Ok((collect(&visitors, names), Some(kind)));
        }
        let chain = fetch::one(
            clients,
            Request::get(target.clone()),
            &RedirectPolicy { cookies: true, ..RedirectPolicy::default() },
            limits,
        )
        .map_err(failed)?;
        let responses = chain.exchanges.into_iter().filter_map(|exchange| {
            let url = HttpUrl::parse(&exchange.url).ok()?;
            Some(exchange.outcome.map(|response| transport::exchange(url, response)))
        });
        let responses: Result<Vec<Exchange>, _> = responses.collect();
        let refused = match responses {
            Ok(responses) if responses.iter().all(|response| response.status != 429) => {
                visitors.push(responses);
                continue;
            }
            Ok(_) => "429 Too Many Requests".to_owned(),
            Err(fault) => fault.to_string(),
        };
        context.warn(format!("{}: sampling stopped after {number} of {count} requests: {refused}", url.redacted()));
        return Ok((collect(&visitors, names), Some(FailureKind::Environment)));
    }
    Ok((collect(&visitors, names), None))
}
