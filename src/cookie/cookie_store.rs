//! The cookie store of a browser after a sequence of responses. It models as much of 6265bis as is needed to see which
//! cookie a line replaces or deletes, and which cookies a request carries.

use super::matching::{domain_matches, path_matches};
use super::storage::{CookieKey, StoredCookie};
use std::collections::BTreeMap;

/// The maximum number of cookies of one name that are searched for one that a deletion misses; more is abuse.
const MAX_OTHERS: usize = 1_000;

/// Stored cookies, each with a payload: nothing for an evaluation, the value for a client that sends cookies.
#[derive(Clone, Debug)]
pub struct CookieStore<T = ()> {
    kept: BTreeMap<CookieKey, CookieEntry<T>>,
    /// The number of cookies per domain.
    counts: BTreeMap<String, usize>,
    /// The creation number of the next cookie.
    next: u64,
}

#[derive(Clone, Debug)]
struct CookieEntry<T> {
    /// Creation order of the cookie, from 0.
    number: u64,
    cookie: StoredCookie,
    with: T,
}

/// The effect of a line on the store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A new cookie was stored.
    Set,
    /// A stored cookie with the same [`CookieKey`] was replaced.
    Replaced,
    /// A stored cookie with the same [`CookieKey`] was deleted.
    Deleted,
    /// A deletion that matched no cookie. `other`: a cookie of the same name that stays, because its domain or path
    /// differs (6265bis §5.7 step 23).
    DeletedNothing {
        /// The first such cookie in creation order; `None` if there is none.
        other: Option<Box<StoredCookie>>,
    },
}

impl<T> Default for CookieStore<T> {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), counts: BTreeMap::new(), next: 0 }
    }
}

impl<T> CookieStore<T> {
    /// Inserts the cookie, or deletes it if the line is a deletion.
    pub fn take(&mut self, cookie: &StoredCookie, with: T) -> Change {
        let key = cookie.key();
        if cookie.is_deletion() {
            return match self.kept.remove(&key) {
                Some(_) => {
                    if let Some(count) = self.counts.get_mut(&key.1) {
                        *count = count.saturating_sub(1);
                    }
                    Change::Deleted
                }
                None => Change::DeletedNothing { other: self.other(cookie).map(Box::new) },
            };
        }
        if let Some(own) = self.kept.get_mut(&key) {
            (own.cookie, own.with) = (cookie.clone(), with);
            return Change::Replaced;
        }
        let count = self.counts.entry(key.1.clone()).or_default();
        *count = count.saturating_add(1);
        self.kept.insert(key, CookieEntry { number: self.next, cookie: cookie.clone(), with });
        self.next = self.next.saturating_add(1);
        Change::Set
    }

    /// The first cookie of the same name that is visible to the same host.
    fn other(&self, cookie: &StoredCookie) -> Option<StoredCookie> {
        let first = (cookie.name.clone(), String::new(), false, String::new());
        let same_name = self.kept.range(first..).take_while(|(key, _)| key.0 == cookie.name).take(MAX_OTHERS);
        let same_site = |own: &&CookieEntry<T>| {
            let (one, other) = (&own.cookie.domain, &cookie.domain);
            domain_matches(one, other) || domain_matches(other, one)
        };
        let found = same_name.map(|(_, kept)| kept).filter(same_site).min_by_key(|kept| kept.number);
        found.map(|kept| kept.cookie.clone())
    }

    /// The cookies of a request, in sending order (6265bis §5.8.3 step 2): longer paths first, then earlier creation.
    pub fn for_request(&self, secure: bool, host: &str, path: &str) -> Vec<(&StoredCookie, &T)> {
        let is_sent = |own: &&CookieEntry<T>| {
            let own = &own.cookie;
            let here = if own.host_only { own.domain == host } else { domain_matches(host, &own.domain) };
            here && path_matches(path, &own.path) && (secure || !own.secure)
        };
        let mut sent: Vec<_> = self.kept.values().filter(is_sent).collect();
        sent.sort_by_key(|own| (std::cmp::Reverse(own.cookie.path.len()), own.number));
        sent.into_iter().map(|own| (&own.cookie, &own.with)).collect()
    }

    /// The number of cookies stored for one domain (6265bis §6.1).
    pub fn count(&self, domain: &str) -> usize {
        self.counts.get(domain).copied().unwrap_or(0)
    }

    /// All cookies, in creation order.
    pub fn all(&self) -> Vec<(&StoredCookie, &T)> {
        let mut all: Vec<_> = self.kept.values().collect();
        all.sort_by_key(|own| own.number);
        all.into_iter().map(|own| (&own.cookie, &own.with)).collect()
    }
}
