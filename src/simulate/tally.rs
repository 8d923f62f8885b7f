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
    Users,
    /// Simulated nanoseconds, summed over all users.
    UserTime,
    Requests,
    StoreOps,
    Refreshes,
    CacheLookups,
    CacheHits,
    NodeMisses,
    Revocations,
    LiveAtRevoke,
    SessionsAlive,
    SessionsLost,
    SessionsScaled,
    SessionsRemapped,
    LogoutsNodeLoss,
    LogoutsDeploy,
    LogoutsRace,
    LogoutsLostResponse,
    /// Refreshes in which tabs could race, and those in which the response could be lost.
    RaceRounds,
    LossRounds,
    Races,
    NbfTokens,
    NbfRefused,
    OutageUsers,
    OutageHit,
    OutageBacklog,
    OutageProbes,
    /// Requests with revoked tokens that a verifier accepted while failing open, times the length in nanoseconds of the
    /// window in which the revocation was drawn.
    OutageAcceptedTime,
    /// Revocations drawn for `OutageAcceptedTime`.
    OutageAbuses,
    PushMessages,
    PushReachedAll,
    /// Token ids that were looked up in a Bloom filter, and unconfirmed hits.
    BloomTokens,
    BloomFalse,
    /// Requests times the token ids that the Bloom filter hit.
    ConfirmOps,
    Thefts,
    /// Thefts of rotating refresh tokens.
    RefreshThefts,
    Detected,
    FirstRoundUndetected,
    Bytes,
}

numbered! {
    /// Measured quantities; times in nanoseconds.
    Measure, MEASURES:
    Credential,
    /// Mean over the nodes of one user.
    PerNode,
    AllNodes,
    LastAccepted,
    /// A count.
    AcceptedRequests,
    Resurrected,
    StaleRole,
    Latency,
    NbfRefusedTime,
    ConflictStart,
    Detection,
    AttackerAccess,
    OutageDenied,
    /// Time for which a denylist entry is kept.
    EntryLife,
    /// A count.
    FirstMiss,
    /// Count of DPoP proofs in the replay cache.
    ReplayEntries,
    /// Count of accepted replays.
    Replays,
}

/// Count, sum and distribution of a measure.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MeasureStats {
    pub count: u64,
    pub sum: u128,
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
