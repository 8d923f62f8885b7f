//! Counters and measures of simulated users. Integers only: merging is exact in any order.

use crate::stats::quantiles::Quantiles;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $count:ident: $($(#[$more:meta])* $variant:ident),* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$more])* $variant),* }

        const $count: usize = [$($name::$variant),*].len();
    };
}

numbered! {
    /// Event counters.
    Count, COUNTS:
    /// Simulated users.
    Users,
    /// Simulated nanoseconds, summed over all users.
    UserTime,
    /// Requests of all simulated users.
    Requests,
    /// Store operations of checks and refreshes.
    StoreOps,
    /// Refreshes of access tokens.
    Refreshes,
    /// Requests that look up an entry in the cache of a node.
    CacheLookups,
    /// Look-ups that find an unexpired entry, of `CacheLookups`.
    CacheHits,
    /// Requests that reach a node without the session.
    NodeMisses,
    /// Revocations, one for each user.
    Revocations,
    /// Revocations of an unexpired credential, of `Revocations`.
    LiveAtRevoke,
    /// Sessions that exist at a crash or a deployment.
    SessionsAlive,
    /// Sessions that a crash or a deployment loses, of `SessionsAlive`.
    SessionsLost,
    /// Sessions that exist at a change of the number of nodes.
    SessionsScaled,
    /// Sessions that the change maps to another node, of `SessionsScaled`.
    SessionsRemapped,
    /// Forced logouts by crashes of nodes.
    LogoutsNodeLoss,
    /// Forced logouts by rolling deployments.
    LogoutsDeploy,
    /// Forced logouts by concurrent refreshes of tabs.
    LogoutsRace,
    /// Forced logouts by lost responses of refreshes.
    LogoutsLostResponse,
    /// Refreshes in which tabs could race, and those in which the response could be lost.
    RaceRounds,
    /// Refreshes whose response could be lost.
    LossRounds,
    /// Refreshes in which a second tab sends the rotated token, of `RaceRounds`.
    Races,
    /// New tokens with the claim `nbf`.
    NbfTokens,
    /// New tokens that a verifier rejects as not yet valid, of `NbfTokens`.
    NbfRefused,
    /// Users in an outage; not recorded by any strategy.
    OutageUsers,
    /// Users who are denied for some time of an outage, of `OutageProbes`.
    OutageHit,
    /// Users whose token expires before the end of an outage, of `OutageProbes`.
    OutageBacklog,
    /// Users who are followed through an outage.
    OutageProbes,
    /// Requests with revoked tokens that a verifier accepted while failing open, times the length in nanoseconds of the
    /// window in which the revocation was drawn.
    OutageAcceptedTime,
    /// Revocations drawn for `OutageAcceptedTime`.
    OutageAbuses,
    /// Denylist updates that are pushed, one for each revocation.
    PushMessages,
    /// Updates that no node misses, of `PushMessages`.
    PushReachedAll,
    /// Token ids that were looked up in a Bloom filter, and unconfirmed hits.
    BloomTokens,
    /// Token ids that the filter hits without confirmation in the store, of `BloomTokens`.
    BloomFalse,
    /// Requests times the token ids that the Bloom filter hit.
    ConfirmOps,
    /// Thefts of a credential.
    Thefts,
    /// Thefts of rotating refresh tokens.
    RefreshThefts,
    /// Thefts that reuse detection detects, of `RefreshThefts`.
    Detected,
    /// Thefts that are not detected after both parties have refreshed once, of `RefreshThefts`.
    FirstRoundUndetected,
    /// Bytes of the credentials in all requests.
    Bytes,
}

numbered! {
    /// Measured quantities; times in nanoseconds.
    Measure, MEASURES:
    /// From a revocation until the credential is rejected everywhere.
    Credential,
    /// Mean over the nodes of one user.
    PerNode,
    /// From a revocation until all nodes reject.
    AllNodes,
    /// From a revocation to the last accepted request; 0 without one.
    LastAccepted,
    /// Number of requests accepted after a revocation.
    AcceptedRequests,
    /// Time for which a token is accepted again after its denylist entry has expired.
    Resurrected,
    /// Time for which the old role is used after a role change.
    StaleRole,
    /// Latency that the check adds to one request.
    Latency,
    /// Time for which a new token is rejected as not yet valid; 0 if it is accepted at once.
    NbfRefusedTime,
    /// From a theft to the first refresh after it.
    ConflictStart,
    /// From a theft to its detection; undetected thefts have no value.
    Detection,
    /// Time for which the attacker has access after a theft.
    AttackerAccess,
    /// Time of an outage for which one user is denied.
    OutageDenied,
    /// Time for which a denylist entry is kept.
    EntryLife,
    /// Number of requests up to and including the first that reaches a node without the session.
    FirstMiss,
    /// Count of DPoP proofs in the replay cache.
    ReplayEntries,
    /// Count of accepted replays.
    Replays,
}

/// Count, sum and distribution of a measure.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MeasureStats {
    /// Number of recorded values.
    pub count: u64,
    /// Exact sum of the values, in nanoseconds or as a count.
    pub sum: u128,
    /// Distribution of the values, with a bounded relative error.
    pub quantiles: Quantiles,
}

/// Run-length buffer in front of a tally: a value that repeats, as constant costs do, is recorded once with its count.
#[derive(Default)]
pub struct Streak {
    value: u64,
    times: u64,
}

impl Streak {
    /// Adds a value; flushes the previous run if the value differs.
    #[inline]
    pub fn push(&mut self, tally: &mut Tally, measure: Measure, value: u64) {
        if value != self.value {
            self.flush(tally, measure);
            self.value = value;
        }
        self.times = self.times.saturating_add(1);
    }

    /// Records the current run.
    #[inline]
    pub fn flush(&mut self, tally: &mut Tally, measure: Measure) {
        if self.times > 0 {
            tally.record_times(measure, self.value, self.times);
            self.times = 0;
        }
    }
}

/// Counters and measures of one replication.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    counts: [u128; COUNTS],
    measures: [MeasureStats; MEASURES],
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: [0; COUNTS], measures: std::array::from_fn(|_| MeasureStats::default()) }
    }
}

impl Tally {
    /// Adds `number` to a counter.
    pub fn add(&mut self, count: Count, number: u64) {
        if let Some(own) = self.counts.get_mut(count as usize) {
            *own = own.saturating_add(u128::from(number));
        }
    }

    /// Adds 1 to a counter if the event happened.
    pub fn one(&mut self, count: Count, happened: bool) {
        self.add(count, u64::from(happened));
    }

    /// Records one value of a measure.
    pub fn record(&mut self, measure: Measure, value: u64) {
        self.record_times(measure, value, 1);
    }

    /// Records `value` `times` times.
    #[inline]
    pub fn record_times(&mut self, measure: Measure, value: u64, times: u64) {
        if let Some(own) = self.measures.get_mut(measure as usize) {
            own.count = own.count.saturating_add(times);
            own.sum = own.sum.saturating_add(u128::from(value).saturating_mul(u128::from(times)));
            own.quantiles.record_times(value, times);
        }
    }

    /// The value of a counter.
    pub fn count(&self, count: Count) -> u128 {
        self.counts.get(count as usize).copied().unwrap_or(0)
    }

    /// Count, sum and distribution of a measure.
    pub fn measured(&self, measure: Measure) -> Option<&MeasureStats> {
        self.measures.get(measure as usize)
    }

    /// Adds the counters and measures of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own = own.saturating_add(*other);
        }
        for (own, other) in self.measures.iter_mut().zip(&other.measures) {
            own.count = own.count.saturating_add(other.count);
            own.sum = own.sum.saturating_add(other.sum);
            own.quantiles.merge(&other.quantiles);
        }
    }
}
