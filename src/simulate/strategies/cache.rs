//! Caches that each node has in front of the store.

use super::balancer::Balancer;
use crate::simulate::rng::{Purpose, whole};
use crate::simulate::scenario::units::{FOREVER, Nanos};
use crate::simulate::scenario::{Cache, CacheKind};
use crate::simulate::user::User;

/// Requests after which nobody waits any longer for a sliding entry to die.
const FOLLOWED: usize = 100_000;

/// When the entry of one user ends on each node; 0 for no entry.
#[derive(Clone)]
pub struct NodeCaches {
    ttl: Nanos,
    kind: CacheKind,
    ends: Vec<Nanos>,
}

impl NodeCaches {
    pub fn new(cache: Cache, nodes: u64) -> Self {
        Self { ttl: cache.ttl.0, kind: cache.kind, ends: vec![0; usize::try_from(nodes).unwrap_or(0)] }
    }

    /// Whether the node answers by itself. If not it asks the store and keeps the answer, at most until `cap`.
    #[inline]
    pub fn request(&mut self, node: usize, now: Nanos, cap: Nanos) -> bool {
        let Some(end) = self.ends.get_mut(node) else { return false };
        let hit = now < *end;
        if !hit || self.kind == CacheKind::Idle {
            *end = now.saturating_add(self.ttl).min(cap);
        }
        hit
    }

    /// The caches as they are found at a random time: of a user who has been there for a while.
    pub fn warm(cache: Cache, user: &User<'_>) -> Self {
        let mut caches = Self::new(cache, user.nodes());
        let mut stream = user.stream(Purpose::Start);
        let mut balancer = Balancer::for_user(user).with(stream.bits());
        let rate = user.scenario().rate();
        if rate <= 0.0 {
            return caches;
        }
        // Some cycles of an entry: its life, and the wait for the next request to its node.
        let cycle = cache.ttl.0 as f64 + user.nodes() as f64 / rate * 1e9;
        let (end, mut now) = (whole(cycle * 5.0), stream.gap(1e9 / rate));
        while now < end {
            caches.request(balancer.node(), now, FOREVER);
            now = now.saturating_add(stream.gap(1e9 / rate).max(1));
        }
        // An entry that has ended is still known.
        caches.ends.iter_mut().for_each(|own| *own = own.saturating_sub(end).max(u64::from(*own > 0)));
        caches
    }

    /// How long each node goes on accepting a user who asks again and again after `now`: an entry that lives on with
    /// each use ends with a pause of its length. Followed for [`FOLLOWED`] requests.
    pub fn waits_in_use(
        mut self,
        now: Nanos,
        requests: impl Iterator<Item = Nanos>,
        balancer: &mut Balancer,
    ) -> Vec<Nanos> {
        for request in requests.take(FOLLOWED) {
            if self.ends.iter().all(|end| *end <= request) {
                break;
            }
            let node = balancer.node();
            if let Some(end) = self.ends.get_mut(node).filter(|end| request < **end) {
                *end = request.saturating_add(self.ttl);
            }
        }
        self.ends.iter().map(|end| end.saturating_sub(now)).collect()
    }

    /// Forgets all: the token is another one.
    pub fn clear(&mut self) {
        self.ends.fill(0);
    }

    /// `length`, by the share of nodes that have an entry, be it ever so old.
    pub fn known_of(&self, length: Nanos) -> Nanos {
        let known = self.ends.iter().filter(|end| **end > 0).count() as u128;
        let part = u128::from(length).saturating_mul(known).checked_div(self.ends.len() as u128).unwrap_or(0);
        u64::try_from(part).unwrap_or(length)
    }

    pub fn kind(&self) -> CacheKind {
        self.kind
    }

    /// How long each node goes on without asking, from `now`.
    pub fn waits(&self, now: Nanos, waits: &mut Vec<Nanos>) {
        waits.clear();
        waits.extend(self.ends.iter().map(|end| end.saturating_sub(now)));
    }
}
