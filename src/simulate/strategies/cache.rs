//! Caches that each node has in front of the store.

use crate::simulate::scenario::units::Nanos;
use crate::simulate::scenario::{Cache, CacheKind};

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

    /// How long each node goes on without asking, from `now`.
    pub fn waits(&self, now: Nanos, waits: &mut Vec<Nanos>) {
        waits.clear();
        waits.extend(self.ends.iter().map(|end| end.saturating_sub(now)));
    }
}
