//! Counters of one replication of the event simulation. Integers only.

use crate::simulate::scenario::units::{Nanos, SECOND};
use crate::stats::quantiles::Quantiles;

/// Increments a counter.
#[inline]
pub(crate) const fn bump(counter: &mut u64) {
    *counter = counter.saturating_add(1);
}

/// Sum and distribution of values.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct ValueStats {
    pub sum: u128,
    pub values: Quantiles,
}

impl ValueStats {
    /// Records a value.
    #[inline]
    pub(crate) fn record(&mut self, value: u64) {
        self.sum = self.sum.saturating_add(u128::from(value));
        self.values.record(value);
    }

    /// Mean; `None` without values.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.values.count() > 0).then(|| self.sum as f64 / self.values.count() as f64)
    }
}

/// Requests by outcome.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct AnswerCounts {
    pub accepted: u64,
    /// Accepted unchecked during an outage (fail open).
    pub accepted_open: u64,
    /// Accepted on a stale cache entry during an outage (serve stale).
    pub accepted_stale: u64,
    /// Rejected during an outage.
    pub refused: u64,
}

impl AnswerCounts {
    /// All answered requests.
    pub(crate) const fn all(&self) -> u64 {
        self.accepted
            .saturating_add(self.accepted_open)
            .saturating_add(self.accepted_stale)
            .saturating_add(self.refused)
    }
}

/// Store operations per second.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct PerSecond {
    pub sum: u64,
    pub peak: u64,
    second: u64,
    current: u64,
}

impl PerSecond {
    /// Counts an operation at `now`, in nanoseconds.
    #[inline]
    pub(crate) fn one(&mut self, now: Nanos) {
        let second = now / SECOND;
        if second != self.second {
            (self.second, self.current) = (second, 0);
        }
        bump(&mut self.current);
        bump(&mut self.sum);
        self.peak = self.peak.max(self.current);
    }
}

/// Losses of in-memory sessions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct SessionLossCounts {
    /// Sessions at the start of each crash or deployment, summed.
    pub alive: u64,
    /// Of these, the lost ones.
    pub lost: u64,
    /// Sessions at the start of each scaling, summed.
    pub scaled: u64,
    pub remapped: u64,
    pub logouts_node_loss: u64,
    pub logouts_deploy: u64,
}

/// Counters of one replication. Times in nanoseconds.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct ReplicationCounters {
    pub events: u64,
    pub sent: u64,
    pub answers: AnswerCounts,
    /// Sum of the hashes of all requests minus those of all responses: 0 if each request was answered exactly once.
    pub unanswered: u64,
    pub cache_lookups: u64,
    pub cache_hits: u64,
    /// Latency added by the store, of accepted requests sent in the measured time.
    pub latency: ValueStats,
    pub operations: PerSecond,
    /// Waiting and sojourn times of operations that began service.
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
    /// Users denied in an outage, summed over outages, and for how long in total.
    pub outage_hit: u64,
    pub outage_denied: u128,
    /// Clients that wait for the store at the end of an outage.
    pub backlog: u64,
    /// Time from the end of an outage until the last of these clients is served.
    pub herd: ValueStats,
    pub sessions: SessionLossCounts,
    pub revocations: u64,
    pub messages_reached_all: u64,
    /// Mean over the nodes, per revocation.
    pub exposure_per_node: ValueStats,
    pub exposure_all_nodes: ValueStats,
    pub exposure_last_accepted: ValueStats,
    pub exposure_accepted: u64,
    /// Requests with revoked credentials that were accepted because nodes failed open.
    pub outage_unauthorised: u64,
}
