//! Exchanges in order, with every `Set-Cookie` line judged as the browser of one user would.

use super::class::{CookieClass, CookieClassifier};
use super::cookie_store::{Change, CookieStore};
use super::set_cookie::SetCookie;
use super::storage::{StorageContext, StorageDecision, StorageOutcome, decide};
use crate::http::exchange::Exchange;
use crate::http::host::is_loopback;
use crate::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet};

/// How a response travelled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Transport {
    Https,
    Http,
    /// Plain http that does not leave this machine.
    Loopback,
}

/// A judged line.
#[derive(Clone, Debug)]
pub struct EvaluatedCookie<'a> {
    /// Its number among the headers of the response, from 0.
    pub header: usize,
    pub line: SetCookie<'a>,
    pub decision: StorageDecision,
    pub class: CookieClass,
    /// What it did to the cookies that were there; `None`: it is dropped.
    pub change: Option<Change>,
    /// A line before it in the same response is about the same cookie.
    pub again: bool,
}

impl EvaluatedCookie<'_> {
    /// It deletes a cookie, or is meant to.
    pub fn is_deletion(&self) -> bool {
        self.decision.effective.is_deletion() || self.is_failed_deletion()
    }

    /// An `Expires` that cannot be read and nothing worth keeping: somebody thinks that this deletes (§5.6.1 step 2).
    pub fn is_failed_deletion(&self) -> bool {
        use super::set_cookie::KnownAttribute;
        use super::storage::AttributeStatus;
        let value = self.line.value.bytes;
        let nothing =
            value.is_empty() || ["deleted", "delete", "\"\"", "null"].iter().any(|own| own.as_bytes() == value);
        let mut unread = self.line.attributes.iter().zip(&self.decision.standings).filter(|(attribute, standing)| {
            matches!(attribute.known, Some(KnownAttribute::Expires | KnownAttribute::MaxAge))
                && matches!(standing, AttributeStatus::Ignored(_))
        });
        let zero = unread.clone().any(|(attribute, _)| matches!(attribute.value.bytes, b"0" | b"-1"));
        !self.decision.effective.is_deletion() && (zero || (nothing && unread.next().is_some()))
    }
}

/// An exchange and what a browser made of it.
#[derive(Clone, Debug)]
pub struct EvaluatedExchange<'a> {
    pub exchange: &'a Exchange,
    pub transport: Transport,
    /// When the response came.
    pub now: UnixTime,
    pub cookies: Vec<EvaluatedCookie<'a>>,
    /// Nothing came from this host over this transport before.
    pub first_of_host: bool,
    /// Cookies that are kept for this host after it.
    pub kept: usize,
    /// The most that were kept for this host after any visit before it.
    pub kept_before: usize,
    /// The user is known to have been signed in, or the request brought a credential: a session cookie, or
    /// `Authorization`.
    pub authenticated: bool,
}

/// How exchanges are judged.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationContext<'n> {
    pub names: &'n CookieClassifier,
    /// Of responses that carry no time.
    pub now: UnixTime,
    /// A proxy in front ends TLS: what went over http counts as https.
    pub assume_https: bool,
}

/// Judges every line of every response, in order.
pub fn evaluate_exchanges<'a>(
    exchanges: &'a [Exchange],
    judging: &EvaluationContext<'_>,
) -> Vec<EvaluatedExchange<'a>> {
    let (mut jar, mut hosts) = (CookieStore::default(), BTreeSet::new());
    let mut most_kept: BTreeMap<&str, usize> = BTreeMap::new();
    let visits = exchanges.iter().map(|exchange| {
        let mut visit = visit(exchange, judging, &mut jar);
        let host = exchange.url.host.as_str();
        visit.first_of_host = hosts.insert((visit.transport, host));
        let most = most_kept.entry(host).or_default();
        visit.kept_before = *most;
        *most = visit.kept.max(*most);
        visit
    });
    visits.collect()
}

fn visit<'a>(exchange: &'a Exchange, judging: &EvaluationContext<'_>, jar: &mut CookieStore) -> EvaluatedExchange<'a> {
    let url = &exchange.url;
    let secure = url.secure || judging.assume_https;
    let transport = match secure {
        true => Transport::Https,
        false if is_loopback(&url.host) => Transport::Loopback,
        false => Transport::Http,
    };
    let setting =
        StorageContext { secure, host: &url.host, path: &url.path, now: exchange.time.unwrap_or(judging.now) };
    let lines = exchange.headers.iter().enumerate().filter(|(_, header)| header.is("set-cookie"));
    let mut own = BTreeSet::new();
    let cookies = lines.map(|(header, found)| {
        let line = SetCookie::parse(&found.value);
        let decision = decide(&line, &setting);
        let change = (decision.outcome != StorageOutcome::Dropped).then(|| jar.take(&decision.effective, ()));
        let again = !own.insert(decision.effective.key());
        EvaluatedCookie { header, class: judging.names.class(&line.name.text()), line, decision, change, again }
    });
    let cookies = cookies.collect();
    let session = exchange.request_cookies().iter().any(|(name, _)| judging.names.class(name).is_credential());
    let brought = session || exchange.request_header("authorization").is_some();
    let authenticated = exchange.signed_in.unwrap_or_else(|| brought && !asks_for_password(&exchange.body));
    let (now, kept) = (setting.now, jar.count(&url.host));
    EvaluatedExchange { exchange, transport, now, cookies, first_of_host: false, kept, kept_before: 0, authenticated }
}

/// A page with a field for a password asks who the user is: whoever gets it is most likely not signed in, although
/// visitors have session cookies too.
pub fn asks_for_password(body: &[u8]) -> bool {
    let lower = body.to_ascii_lowercase();
    let fields: [&[u8]; 3] = [b"type=password", b"type=\"password\"", b"type='password'"];
    fields.iter().any(|field| memchr::memmem::find(&lower, field).is_some())
}
