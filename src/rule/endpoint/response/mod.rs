//! Rules about one response among those before it.

use super::with_journey;
use crate::cookie::evaluate::EvaluatedExchange;
use crate::rule::{Rule, RuleSubject};

mod cache;
mod cookie_count;
mod cors;
mod hsts;
mod redirect;
mod secret_in_url;

/// All rules about a response, sorted by id.
pub static RULES: &[Rule<ResponseSubject>] = &[
    cache::CACHE_AUTHENTICATED,
    cache::CACHE_SET_COOKIE_PUBLIC,
    cookie_count::COOKIE_TOO_MANY,
    cors::CORS_REFLECT_CREDENTIALS,
    hsts::HSTS_MISSING,
    hsts::HSTS_NO_SUBDOMAINS,
    hsts::HSTS_SHORT,
    redirect::HTTP_NOT_REDIRECTED,
    redirect::REDIRECT_CROSS_HOST_BEFORE_HTTPS,
    redirect::REDIRECT_DOWNGRADE,
    redirect::REDIRECT_LOOP,
    redirect::REDIRECT_TOO_MANY,
    secret_in_url::SESSION_ID_IN_URL,
    cache::VARY_COOKIE_MISSING,
];

/// Redirects that are looked back on: no browser follows more, and a file can hold any number.
const MAX_CHAIN: usize = 100;

/// The subject: one response, with what came before it.
pub enum ResponseSubject {}

#[derive(Clone, Copy)]
pub struct ResponseView<'a> {
    pub visit: &'a EvaluatedExchange<'a>,
    /// The visits before it, in order.
    pub before: &'a [EvaluatedExchange<'a>],
}

impl<'a> ResponseView<'a> {
    /// The visit at `at` of `visits`.
    pub fn new(visits: &'a [EvaluatedExchange<'a>], at: usize) -> Option<Self> {
        Some(Self { visit: visits.get(at)?, before: visits.get(..at)? })
    }

    /// The redirects that led here, in order, the last of them when there are many; empty when the user asked for this.
    fn chain(&self) -> &'a [EvaluatedExchange<'a>] {
        let hops = usize::try_from(self.visit.exchange.hop).unwrap_or(usize::MAX).min(MAX_CHAIN);
        self.before.get(self.before.len().saturating_sub(hops)..).unwrap_or_default()
    }
}

impl RuleSubject for ResponseSubject {
    type View<'a> = ResponseView<'a>;

    const ABOUT: &'static str = "response";

    /// See [`with_journey`]; the last exchange is looked at.
    fn with_example<R>(text: &str, then: impl FnOnce(&ResponseView<'_>) -> R) -> R {
        with_journey(text, |visits| match ResponseView::new(visits, visits.len().saturating_sub(1)) {
            Some(view) => then(&view),
            None => unreachable!("an example has an exchange"),
        })
    }
}
