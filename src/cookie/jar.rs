//! The cookies that a browser has after some responses: enough of it to see which cookie a line replaces or deletes.

use super::decision::Effective;
use super::host::{domain_matches, path_matches};

/// Cookies, in the order in which they were first set.
#[derive(Clone, Default, Debug)]
pub struct Jar {
    kept: Vec<Effective>,
}

/// What a line did to the jar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    Set,
    Replaced,
    Deleted,
    /// A deletion that found nothing. `others`: cookies of its name that it leaves, because their domain or path is
    /// another (6265bis §5.7 step 23).
    DeletedNothing {
        others: Vec<Effective>,
    },
}

impl Jar {
    /// Takes a cookie that is stored.
    pub fn take(&mut self, cookie: &Effective) -> Change {
        let at = self.kept.iter().position(|own| own.key() == cookie.key());
        match (at, cookie.is_deletion()) {
            (Some(at), true) => {
                self.kept.remove(at);
                Change::Deleted
            }
            (Some(at), false) => {
                if let Some(own) = self.kept.get_mut(at) {
                    *own = cookie.clone();
                }
                Change::Replaced
            }
            (None, false) => {
                self.kept.push(cookie.clone());
                Change::Set
            }
            (None, true) => Change::DeletedNothing { others: self.others(cookie) },
        }
    }

    /// Cookies of the same name that the same host can see.
    fn others(&self, cookie: &Effective) -> Vec<Effective> {
        let same_site = |own: &&Effective| {
            own.name == cookie.name
                && (domain_matches(&own.domain, &cookie.domain) || domain_matches(&cookie.domain, &own.domain))
        };
        self.kept.iter().filter(same_site).cloned().collect()
    }

    /// Cookies that a request would carry.
    pub fn for_request<'s>(
        &'s self,
        secure: bool,
        host: &'s str,
        path: &'s str,
    ) -> impl Iterator<Item = &'s Effective> {
        self.kept.iter().filter(move |own| {
            let here = if own.host_only { own.domain == host } else { domain_matches(host, &own.domain) };
            here && path_matches(path, &own.path) && (secure || !own.secure)
        })
    }

    /// How many cookies are kept for one domain (6265bis §6.1).
    pub fn count(&self, domain: &str) -> usize {
        self.kept.iter().filter(|own| own.domain == domain).count()
    }
}
