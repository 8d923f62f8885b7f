//! HTTP client of the lifecycle checks: sends requests with given cookies, follows redirects within one origin, and
//! stops at 429 or when the login fails.

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthClassifier, AuthState, ResponseFingerprint};
use super::plan::LifecyclePlan;
use super::trace::{SessionTrace, TraceStep};
use super::transport::{HttpTransport, LifecycleRequest};
use crate::cookie::cookie_jar::CookieJar;
use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;

/// The maximum number of redirects followed per request.
const MAX_HOPS: usize = 10;

/// A request to send.
pub(crate) struct OutgoingRequest {
    pub what: &'static str,
    pub url: HttpUrl,
    pub headers: Vec<HttpHeader>,
    /// A POST.
    pub body: Option<Secret<Vec<u8>>>,
}

impl OutgoingRequest {
    pub(crate) fn get(what: &'static str, url: &HttpUrl) -> Self {
        Self { what, url: url.clone(), headers: Vec::new(), body: None }
    }
}

/// The plan, the transport, and the trace so far.
pub(crate) struct SessionDriver<'w> {
    pub plan: &'w LifecyclePlan,
    web: &'w mut dyn HttpTransport,
    pub trace: SessionTrace,
    pub classifier: Option<AuthClassifier>,
    /// The current request is a replay, or its control.
    replaying: bool,
    /// The last exchange is part of the trace.
    recorded: bool,
}

impl<'w> SessionDriver<'w> {
    pub(crate) fn new(plan: &'w LifecyclePlan, web: &'w mut dyn HttpTransport) -> Self {
        Self { plan, web, trace: SessionTrace::default(), classifier: None, replaying: false, recorded: false }
    }

    /// Sends a request, follows its redirects, and stores the cookies of every response. Returns at least one exchange.
    ///
    /// # Errors
    /// No response, or 429.
    pub(crate) fn send(&mut self, sending: OutgoingRequest, jar: &mut CookieJar) -> Result<Vec<Exchange>, AbortReason> {
        let OutgoingRequest { what, url, headers, body } = sending;
        let origin = url.origin();
        let mut ask = LifecycleRequest { post: body.is_some(), url, headers, cookies: None, body };
        let mut chain: Vec<Exchange> = Vec::new();
        let (method, first) = (ask.method(), ask.url.clone());
        loop {
            ask.cookies = jar.header(&ask.url);
            let exchange = self.exchange(&ask, chain.len())?;
            jar.take(&exchange);
            let (status, target) = (exchange.status, exchange.redirect_target());
            chain.push(exchange);
            if status == 429 {
                self.note(what, method, first, &chain);
                return Err(AbortReason::TooManyRequests);
            }
            // Nothing is sent to another origin, neither cookies nor a body.
            let Some(target) = target.filter(|url| url.origin() == origin && chain.len() <= MAX_HOPS) else { break };
            ask.url = target;
            // RFC 9110 §15.4: 307 and 308 keep the method, the others change a POST to a GET, as browsers do. A GET
            // keeps its headers, including a bearer token.
            if ask.post && !matches!(status, 307 | 308) {
                ask = LifecycleRequest::get(ask.url);
            }
        }
        self.note(what, method, first, &chain);
        Ok(chain)
    }

    fn exchange(&mut self, ask: &LifecycleRequest, hop: usize) -> Result<Exchange, AbortReason> {
        let mut exchange = self.web.send(ask).map_err(AbortReason::Unanswered)?;
        ask.method().clone_into(&mut exchange.method);
        exchange.url = ask.url.clone();
        exchange.hop = u32::try_from(hop).unwrap_or(u32::MAX);
        // Until the protected page shows otherwise: cookies alone prove nothing, because anonymous clients have some
        // too.
        exchange.signed_in = Some(false);
        exchange.request.clone_from(&ask.headers);
        let line = ask.cookies.as_ref().map(|line| HttpHeader::new("Cookie", line.expose().clone()));
        exchange.request.extend(line);
        self.trace.requests = self.trace.requests.saturating_add(1);
        self.recorded = !self.replaying;
        if self.recorded {
            self.trace.exchanges.push(exchange.clone());
        }
        Ok(exchange)
    }

    fn note(&mut self, what: &'static str, method: &'static str, url: HttpUrl, chain: &[Exchange]) {
        let status = |exchange: Option<&Exchange>| exchange.map_or(0, |exchange| exchange.status);
        let (first_status, status) = (status(chain.first()), status(chain.last()));
        self.trace.done.push(TraceStep {
            what: what.into(),
            method: method.into(),
            url,
            first_status,
            status,
            standing: None,
        });
    }

    /// Requests the protected page with cookies, without changing them.
    ///
    /// # Errors
    /// No response, or 429.
    pub(crate) fn fetch_protected(
        &mut self,
        what: &'static str,
        jar: &CookieJar,
    ) -> Result<ResponseFingerprint, AbortReason> {
        self.replaying = true;
        let seen = self.fetch_protected_storing_cookies(what, &mut jar.clone());
        self.replaying = false;
        seen
    }

    /// Like [`Self::fetch_protected`], as the browser of the user: it stores new cookies.
    ///
    /// # Errors
    /// No response, or 429.
    pub(crate) fn fetch_protected_storing_cookies(
        &mut self,
        what: &'static str,
        jar: &mut CookieJar,
    ) -> Result<ResponseFingerprint, AbortReason> {
        let chain = self.send(OutgoingRequest::get(what, &self.plan.protected), jar)?;
        Ok(ResponseFingerprint::from_chain(&chain, self.plan.marker.as_deref()))
    }

    /// Classifies a response, and records the state with the last request.
    pub(crate) fn classify(&mut self, seen: &ResponseFingerprint) -> AuthState {
        let standing = self.classifier.as_ref().map_or(AuthState::Unclear, |classifier| classifier.classify(seen));
        if let Some(done) = self.trace.done.last_mut() {
            done.standing = Some(standing);
        }
        if self.recorded {
            self.shows(standing);
        }
        standing
    }

    /// Records that the last stored exchange of the protected page has this state.
    pub(crate) fn shows(&mut self, standing: AuthState) {
        if let Some(shown) = self.trace.exchanges.last_mut() {
            shown.signed_in = Some(standing == AuthState::Authenticated);
        }
    }

    /// The authentication state with these cookies.
    ///
    /// # Errors
    /// No response, or 429.
    pub(crate) fn auth_state_with(&mut self, what: &'static str, jar: &CookieJar) -> Result<AuthState, AbortReason> {
        let seen = self.fetch_protected(what, jar)?;
        Ok(self.classify(&seen))
    }
}
