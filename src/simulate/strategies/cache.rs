//! Per-node caches in front of the store.

use super::balancer::Balancer;
use crate::simulate::rng::{Purpose, whole};
use crate::simulate::scenario::units::{FOREVER, Nanos};
use crate::simulate::scenario::{Cache, CacheKind};
use crate::simulate::user::User;

/// Maximum number of requests for which a sliding entry is followed.
const FOLLOWED: usize = 100_000;

/// Expiry of the cache entry of one user on each node, in nanoseconds; 0 without an entry.
#[derive(Clone)]
pub(super) struct NodeCaches {
    ttl: Nanos,
    kind: CacheKind,
    ends: Vec<Nanos>,
}

impl NodeCaches {
    /// Empty caches.
    pub(super) fn new(cache: Cache, nodes: u64) -> Self {
        Self { ttl: cache.ttl.0, kind: cache.kind, ends: vec![0; usize::try_from(nodes).unwrap_or(0)] }
    }

    /// Whether the request is a cache hit. A miss queries the store and caches the response, at most until `cap`.
    #[inline]
    pub(super) fn request(&mut self, node: usize, now: Nanos, cap: Nanos) -> bool {
        let Some(end) = self.ends.get_mut(node) else { return false };
        let hit = now < *end;
        if !hit || self.kind == CacheKind::Idle {
            *end = now.saturating_add(self.ttl).min(cap);
        }
        hit
    }

    /// Caches in their stationary state, as at a random time of an active user.
    pub(super) fn warm(cache: Cache, user: &User<'_>) -> Self {
        let mut caches = Self::new(cache, user.nodes());
        let mut stream = user.stream(Purpose::Start);
        let mut balancer = Balancer::for_user(user).with(stream.bits());
        let rate = user.scenario().rate();
        if rate <= 0.0 {
            return caches;
        }
        // Five cycles of an entry: its TTL plus the wait for the next request to its node.
        let cycle = cache.ttl.0 as f64 + user.nodes() as f64 / rate * 1e9;
        let (end, mut now) = (whole(cycle * 5.0), stream.gap(1e9 / rate));
        while now < end {
            caches.request(balancer.node(), now, FOREVER);
            now = now.saturating_add(stream.gap(1e9 / rate).max(1));
        }
        // Expired entries are kept for serve stale.
        caches.ends.iter_mut().for_each(|own| *own = own.saturating_sub(end).max(u64::from(*own > 0)));
        caches
    }

    /// Time after `now` until each node stops accepting a user who continues to send requests: a sliding entry expires
    /// after a pause of its TTL. Follows [`FOLLOWED`] requests.
    pub(super) fn waits_in_use(
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

    /// Removes all entries, after the token was renewed.
    pub(super) fn clear(&mut self) {
        self.ends.fill(0);
    }

    /// `length` times the fraction of nodes that have an entry, expired or not.
    pub(super) fn known_of(&self, length: Nanos) -> Nanos {
        let known = self.ends.iter().filter(|end| **end > 0).count() as u128;
        let part = u128::from(length).saturating_mul(known).checked_div(self.ends.len() as u128).unwrap_or(0);
        u64::try_from(part).unwrap_or(length)
    }

    /// The expiry policy.
    pub(super) fn kind(&self) -> CacheKind {
        self.kind
    }

    /// Writes the time from `now` until the entry of each node expires into `waits`.
    pub(super) fn waits(&self, now: Nanos, waits: &mut Vec<Nanos>) {
        waits.clear();
        waits.extend(self.ends.iter().map(|end| end.saturating_sub(now)));
    }
}
