//! Evaluation of a sequence of exchanges. Every `Set-Cookie` line is evaluated as the browser of one user would.

use super::class::{CookieClass, CookieClassifier};
use super::cookie_store::{Change, CookieStore};
use super::set_cookie::SetCookie;
use super::storage::{StorageContext, StorageDecision, StorageOutcome, decide};
use crate::http::exchange::Exchange;
use crate::http::host::is_loopback;
use crate::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet};

/// The transport of a response.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Transport {
    /// HTTPS, also where a reverse proxy is assumed to terminate TLS.
    Https,
    /// Plain HTTP to a host that is not a loopback host.
    Http,
    /// Plain HTTP to a loopback host.
    Loopback,
}

/// An evaluated `Set-Cookie` line.
#[derive(Clone, Debug)]
pub struct EvaluatedCookie<'a> {
    /// Its index among the headers of the response, from 0.
    pub header: usize,
    /// The parsed line, with ignored attributes.
    pub line: SetCookie<'a>,
    /// The storage decision of a browser for the URL and the time of the response.
    pub decision: StorageDecision,
    /// The class by the cookie name.
    pub class: CookieClass,
    /// Its effect on the cookie store; `None` if the cookie is not stored.
    pub change: Option<Change>,
    /// An earlier line of the same response sets the same cookie.
    pub again: bool,
}

impl EvaluatedCookie<'_> {
    /// The line deletes a cookie, or is meant to.
    pub fn is_deletion(&self) -> bool {
        self.decision.effective.is_deletion() || self.is_failed_deletion()
    }

    /// Evidently meant as a deletion, but browsers ignore the expiry as invalid (§5.6.1 step 2).
    pub fn is_failed_deletion(&self) -> bool {
        use super::set_cookie::KnownAttribute;
        use super::storage::AttributeStatus;
        let value = self.line.value.bytes;
        let nothing =
            value.is_empty() || ["deleted", "delete", "\"\"", "null"].iter().any(|own| own.as_bytes() == value);
        let mut unread = self.line.attributes.iter().zip(&self.decision.statuses).filter(|(attribute, status)| {
            matches!(attribute.known, Some(KnownAttribute::Expires | KnownAttribute::MaxAge))
                && matches!(status, AttributeStatus::Ignored(_))
        });
        let zero = unread.clone().any(|(attribute, _)| matches!(attribute.value.bytes, b"0" | b"-1"));
        !self.decision.effective.is_deletion() && (zero || (nothing && unread.next().is_some()))
    }
}

/// An exchange with its evaluated cookies.
#[derive(Clone, Debug)]
pub struct EvaluatedExchange<'a> {
    /// The request and its response, unchanged.
    pub exchange: &'a Exchange,
    /// The transport of the response; determines whether Secure cookies are stored.
    pub transport: Transport,
    /// The time of the response.
    pub now: UnixTime,
    /// One for each `Set-Cookie` line of the response, in order.
    pub cookies: Vec<EvaluatedCookie<'a>>,
    /// The first response from this host over this transport.
    pub first_of_host: bool,
    /// The number of cookies stored for this host afterwards.
    pub kept: usize,
    /// The largest number of cookies stored for this host before this response.
    pub kept_before: usize,
    /// The user is known to have been authenticated, or the request carried a credential: a session cookie or
    /// `Authorization`.
    pub authenticated: bool,
}

/// Options of the evaluation.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationContext<'n> {
    /// Determines the class of each cookie by its name.
    pub names: &'n CookieClassifier,
    /// The time of responses that carry none.
    pub now: UnixTime,
    /// A reverse proxy terminates TLS: plain HTTP is treated as HTTPS.
    pub assume_https: bool,
}

/// Evaluates every line of every response, in order.
pub fn evaluate_exchanges<'a>(
    exchanges: &'a [Exchange],
    context: &EvaluationContext<'_>,
) -> Vec<EvaluatedExchange<'a>> {
    let (mut jar, mut hosts) = (CookieStore::default(), BTreeSet::new());
    let mut most_kept: BTreeMap<&str, usize> = BTreeMap::new();
    let visits = exchanges.iter().map(|exchange| {
        let mut visit = visit(exchange, context, &mut jar);
        let host = exchange.url.host.as_str();
        visit.first_of_host = hosts.insert((visit.transport, host));
        let most = most_kept.entry(host).or_default();
        visit.kept_before = *most;
        *most = visit.kept.max(*most);
        visit
    });
    visits.collect()
}

fn visit<'a>(exchange: &'a Exchange, context: &EvaluationContext<'_>, jar: &mut CookieStore) -> EvaluatedExchange<'a> {
    let url = &exchange.url;
    let secure = url.secure || context.assume_https;
    let transport = match secure {
        true => Transport::Https,
        false if is_loopback(&url.host) => Transport::Loopback,
        false => Transport::Http,
    };
    let setting =
        StorageContext { secure, host: &url.host, path: &url.path, now: exchange.time.unwrap_or(context.now) };
    let lines = exchange.headers.iter().enumerate().filter(|(_, header)| header.is("set-cookie"));
    let mut own = BTreeSet::new();
    let cookies = lines.map(|(header, found)| {
        let line = SetCookie::parse(&found.value);
        let decision = decide(&line, &setting);
        let change = (decision.outcome != StorageOutcome::Dropped).then(|| jar.take(&decision.effective, ()));
        let again = !own.insert(decision.effective.key());
        EvaluatedCookie { header, class: context.names.class(&line.name.text()), line, decision, change, again }
    });
    let cookies = cookies.collect();
    let session = exchange.request_cookies().iter().any(|(name, _)| context.names.class(name).is_credential());
    let brought = session || exchange.request_header("authorization").is_some();
    let authenticated = exchange.signed_in.unwrap_or_else(|| brought && !asks_for_password(&exchange.body));
    let (now, kept) = (setting.now, jar.count(&url.host));
    EvaluatedExchange { exchange, transport, now, cookies, first_of_host: false, kept, kept_before: 0, authenticated }
}

/// A page with a password field asks for a login: its user is most likely not authenticated, although anonymous users
/// have session cookies too.
pub fn asks_for_password(body: &[u8]) -> bool {
    let lower = body.to_ascii_lowercase();
    let fields: [&[u8]; 3] = [b"type=password", b"type=\"password\"", b"type='password'"];
    fields.iter().any(|field| memchr::memmem::find(&lower, field).is_some())
}
