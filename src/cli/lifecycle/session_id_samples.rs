//! The same page for many visitors, one after the other, so that the order of their ids is known.

use super::transport;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::fetch::{self, Clients, Limits, RedirectPolicy, Request};
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::session_id::{SessionIdSample, collect};
use authkit::http::exchange::Exchange;
use authkit::http::url::HttpUrl;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks `url` as `count` visitors without cookies. The ids that they got, and whether all were asked.
///
/// # Errors
/// No runtime can be had.
pub fn sample(
    context: &Context,
    clients: &Clients,
    limits: &Limits,
    url: &HttpUrl,
    count: usize,
    names: &CookieClassifier,
    stop: &[&AtomicBool],
) -> Result<(Vec<SessionIdSample>, bool), Failure> {
    let failed = |fault: fetch::FetchError| Failure::environment(fault.to_string());
    let target = fetch::url(&url.to_string()).map_err(failed)?;
    let mut visitors: Vec<Vec<Exchange>> = Vec::new();
    for number in 0..count {
        if stop.iter().any(|flag| flag.load(Ordering::Relaxed)) {
            return Ok((collect(&visitors, names), false));
        }
        let chain = fetch::one(
            clients,
            Request::get(target.clone()),
            &RedirectPolicy { cookies: true, ..RedirectPolicy::default() },
            limits,
        )
        .map_err(failed)?;
        let answers = chain.exchanges.into_iter().filter_map(|exchange| {
            let url = HttpUrl::parse(&exchange.url).ok()?;
            Some(exchange.outcome.map(|answer| transport::exchange(url, answer)))
        });
        let answers: Result<Vec<Exchange>, _> = answers.collect();
        let refused = match answers {
            Ok(answers) if answers.iter().all(|answer| answer.status != 429) => {
                visitors.push(answers);
                continue;
            }
            Ok(_) => "429: these are too many requests".to_owned(),
            Err(fault) => fault.to_string(),
        };
        context.warn(format!("{}: sampling ends after {number} of {count}: {refused}", url.redacted()));
        context.set_exit_kind(FailureKind::Environment);
        return Ok((collect(&visitors, names), false));
    }
    Ok((collect(&visitors, names), true))
}
