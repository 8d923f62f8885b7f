//! What one replication of a crowd has counted. Whole numbers only.

use crate::simulate::scenario::units::{Nanos, SECOND};
use crate::stats::quantiles::Quantiles;

/// Counts one more.
#[inline]
pub const fn bump(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}

/// Values and their distribution.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ValueStats {
    pub sum: u128,
    pub values: Quantiles,
}

impl ValueStats {
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.sum = self.sum.saturating_add(u128::from(value));
        self.values.record(value);
    }

    pub fn mean(&self) -> Option<f64> {
        (self.values.count() > 0).then(|| self.sum as f64 / self.values.count() as f64)
    }
}

/// How requests were answered.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct AnswerCounts {
    pub accepted: u64,
    /// Accepted unchecked while the store was out.
    pub accepted_open: u64,
    /// Accepted on an old answer while the store was out.
    pub accepted_stale: u64,
    /// Refused because the store was out.
    pub refused: u64,
}

impl AnswerCounts {
    pub const fn all(&self) -> u64 {
        self.accepted
            .saturating_add(self.accepted_open)
            .saturating_add(self.accepted_stale)
            .saturating_add(self.refused)
    }
}

/// Operations at the store in each second.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct PerSecond {
    pub sum: u64,
    pub peak: u64,
    second: u64,
    current: u64,
}

impl PerSecond {
    #[inline]
    pub fn one(&mut self, now: Nanos) {
        let second = now / SECOND;
        if second != self.second {
            (self.second, self.current) = (second, 0);
        }
        bump(&mut self.current);
        bump(&mut self.sum);
        self.peak = self.peak.max(self.current);
    }
}

/// What became of sessions in the memory of nodes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct SessionLossCounts {
    /// At the beginning of each change, over all changes.
    pub alive: u64,
    /// Of these.
    pub lost: u64,
    /// Of those alive at a change of scale.
    pub scaled: u64,
    pub remapped: u64,
    pub logouts_node_loss: u64,
    pub logouts_deploy: u64,
}

/// One replication. Times in nanoseconds.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ReplicationCounters {
    pub events: u64,
    pub sent: u64,
    pub answers: AnswerCounts,
    /// Sum over requests of a hash of each, less that over answers: 0 when each was answered once.
    pub unanswered: u64,
    pub cache_lookups: u64,
    pub cache_hits: u64,
    /// Requests sent while it was measured, and what the store added to each.
    pub latency: ValueStats,
    pub operations: PerSecond,
    /// Operations that began service: time in the line, and in the store.
    pub waits: ValueStats,
    pub sojourns: ValueStats,
    pub waited: u64,
    pub operations_offered: u64,
    pub operations_done: u64,
    pub operations_lost: u64,
    pub operations_left: u64,
    pub refreshes: u64,
    pub logins: u64,
    pub outages: u64,
    /// Users times outages that were without a credential or a check for some time, and for how long.
    pub outage_hit: u64,
    pub outage_denied: u128,
    /// Clients that wait for the store when it comes back.
    pub backlog: u64,
    /// From the return of the store until the last of these has been served.
    pub herd: ValueStats,
    pub sessions: SessionLossCounts,
    pub revocations: u64,
    pub messages_reached_all: u64,
    /// Mean over the nodes of each revocation.
    pub exposure_per_node: ValueStats,
    pub exposure_all_nodes: ValueStats,
    pub exposure_last_accepted: ValueStats,
    pub exposure_accepted: u64,
    /// Requests with revoked credentials that were accepted because the store was out.
    pub outage_unauthorised: u64,
}
