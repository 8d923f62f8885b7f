//! A browser that shows nothing: it sends what it is told with the cookies it is given, follows redirects within one
//! origin, and stops at the first sign that it is not welcome.

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthClassifier, AuthState, ResponseFingerprint};
use super::plan::LifecyclePlan;
use super::trace::{SessionTrace, TraceStep};
use super::transport::{HttpTransport, LifecycleRequest};
use crate::cookie::cookie_jar::CookieJar;
use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;

/// Redirects that are followed from one request.
const MAX_HOPS: usize = 10;

/// Something to send.
pub struct OutgoingRequest {
    pub what: &'static str,
    pub url: HttpUrl,
    pub headers: Vec<HttpHeader>,
    /// A POST.
    pub body: Option<Secret<Vec<u8>>>,
}

impl OutgoingRequest {
    pub fn get(what: &'static str, url: &HttpUrl) -> Self {
        Self { what, url: url.clone(), headers: Vec::new(), body: None }
    }
}

/// The plan, the network, and what was seen so far.
pub struct SessionDriver<'w> {
    pub plan: &'w LifecyclePlan,
    web: &'w mut dyn HttpTransport,
    pub story: SessionTrace,
    pub telling: Option<AuthClassifier>,
    /// What is sent is a replay, or a control of one.
    replaying: bool,
    /// The last exchange is among those of the story.
    recorded: bool,
}

impl<'w> SessionDriver<'w> {
    pub fn new(plan: &'w LifecyclePlan, web: &'w mut dyn HttpTransport) -> Self {
        Self { plan, web, story: SessionTrace::default(), telling: None, replaying: false, recorded: false }
    }

    /// Sends, with its redirects, and takes the cookies of every answer. The exchanges, of which there is at least one.
    ///
    /// # Errors
    /// No answer, or 429.
    pub fn send(&mut self, sending: OutgoingRequest, wallet: &mut CookieJar) -> Result<Vec<Exchange>, AbortReason> {
        let OutgoingRequest { what, url, headers, body } = sending;
        let origin = url.origin();
        let mut ask = LifecycleRequest { post: body.is_some(), url, headers, cookies: None, body };
        let mut chain: Vec<Exchange> = Vec::new();
        let (method, first) = (ask.method(), ask.url.clone());
        loop {
            ask.cookies = wallet.header(&ask.url);
            let exchange = self.exchange(&ask, chain.len())?;
            wallet.take(&exchange);
            let (status, target) = (exchange.status, exchange.redirect_target());
            chain.push(exchange);
            if status == 429 {
                self.note(what, method, first, &chain);
                return Err(AbortReason::TooManyRequests);
            }
            // Nothing goes to another origin, neither cookies nor a body.
            let Some(target) = target.filter(|url| url.origin() == origin && chain.len() <= MAX_HOPS) else { break };
            ask.url = target;
            // RFC 9110 §15.4: 307 and 308 keep the method, the others make a GET of a POST, as browsers do. A GET keeps
            // what it brings: a bearer token.
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
        // Until the protected page shows something else: cookies alone tell nothing, visitors have some too.
        exchange.signed_in = Some(false);
        exchange.request.clone_from(&ask.headers);
        let line = ask.cookies.as_ref().map(|line| HttpHeader::new("Cookie", line.expose().clone()));
        exchange.request.extend(line);
        self.story.requests = self.story.requests.saturating_add(1);
        self.recorded = !self.replaying;
        if self.recorded {
            self.story.exchanges.push(exchange.clone());
        }
        Ok(exchange)
    }

    fn note(&mut self, what: &'static str, method: &'static str, url: HttpUrl, chain: &[Exchange]) {
        let status = |exchange: Option<&Exchange>| exchange.map_or(0, |exchange| exchange.status);
        let (first_status, status) = (status(chain.first()), status(chain.last()));
        self.story.done.push(TraceStep {
            what: what.into(),
            method: method.into(),
            url,
            first_status,
            status,
            standing: None,
        });
    }

    /// Opens the protected page with cookies, which are not changed by that.
    ///
    /// # Errors
    /// No answer, or 429.
    pub fn fetch_protected(
        &mut self,
        what: &'static str,
        wallet: &CookieJar,
    ) -> Result<ResponseFingerprint, AbortReason> {
        self.replaying = true;
        let seen = self.fetch_protected_storing_cookies(what, &mut wallet.clone());
        self.replaying = false;
        seen
    }

    /// The same, as the browser of the user: it takes new cookies.
    ///
    /// # Errors
    /// No answer, or 429.
    pub fn fetch_protected_storing_cookies(
        &mut self,
        what: &'static str,
        wallet: &mut CookieJar,
    ) -> Result<ResponseFingerprint, AbortReason> {
        let chain = self.send(OutgoingRequest::get(what, &self.plan.protected), wallet)?;
        Ok(ResponseFingerprint::from_chain(&chain, self.plan.marker.as_deref()))
    }

    /// Who is seen; noted with the request that was the last.
    pub fn classify(&mut self, seen: &ResponseFingerprint) -> AuthState {
        let standing = self.telling.as_ref().map_or(AuthState::Unclear, |telling| telling.classify(seen));
        if let Some(done) = self.story.done.last_mut() {
            done.standing = Some(standing);
        }
        if self.recorded {
            self.shows(standing);
        }
        standing
    }

    /// The last exchange that is kept shows the protected page to somebody of this standing.
    pub fn shows(&mut self, standing: AuthState) {
        if let Some(shown) = self.story.exchanges.last_mut() {
            shown.signed_in = Some(standing == AuthState::Authenticated);
        }
    }

    /// Who opens the protected page with these cookies.
    ///
    /// # Errors
    /// No answer, or 429.
    pub fn auth_state_with(&mut self, what: &'static str, wallet: &CookieJar) -> Result<AuthState, AbortReason> {
        let seen = self.fetch_protected(what, wallet)?;
        Ok(self.classify(&seen))
    }
}
