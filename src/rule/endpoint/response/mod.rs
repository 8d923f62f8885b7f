//! Rules about one response in the context of the responses before it.

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

/// Maximum number of previous redirects that are considered: browsers follow fewer, and a file can hold any number.
const MAX_CHAIN: usize = 100;

/// The subject: one response and its predecessors.
pub enum ResponseSubject {}

/// A response and the exchanges before it.
#[derive(Clone, Copy)]
pub struct ResponseView<'a> {
    /// The exchange of the response.
    pub visit: &'a EvaluatedExchange<'a>,
    /// The exchanges before it, in order.
    pub before: &'a [EvaluatedExchange<'a>],
}

impl<'a> ResponseView<'a> {
    /// The exchange at index `at` of `visits`.
    pub fn new(visits: &'a [EvaluatedExchange<'a>], at: usize) -> Option<Self> {
        Some(Self { visit: visits.get(at)?, before: visits.get(..at)? })
    }

    /// The redirects that led to this response, in order, at most the last [`MAX_CHAIN`]; empty for a direct request.
    fn chain(&self) -> &'a [EvaluatedExchange<'a>] {
        let hops = usize::try_from(self.visit.exchange.hop).unwrap_or(usize::MAX).min(MAX_CHAIN);
        self.before.get(self.before.len().saturating_sub(hops)..).unwrap_or_default()
    }
}

impl RuleSubject for ResponseSubject {
    type View<'a> = ResponseView<'a>;

    const ABOUT: &'static str = "response";
}
