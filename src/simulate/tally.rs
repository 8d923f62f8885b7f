//! What is counted while users are simulated: integers only, so that adding up is exact in any order.

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
    /// Things that are counted.
    Count, COUNTS:
    Users,
    /// Nanoseconds of simulated life, over all users.
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
    /// Refreshes in which tabs could race, and those in which the answer could be lost.
    RaceRounds,
    LossRounds,
    Races,
    NbfTokens,
    NbfRefused,
    OutageUsers,
    OutageHit,
    OutageBacklog,
    OutageProbes,
    /// Requests with revoked tokens that an open verifier accepted, times the length of the window in which the
    /// revocation was drawn.
    OutageAcceptedTime,
    /// Revocations that were drawn for it.
    OutageAbuses,
    PushMessages,
    PushReachedAll,
    /// Ids of tokens that were looked up in a filter, and those that it hit and nobody confirmed.
    BloomTokens,
    BloomFalse,
    /// Requests times the ids that a filter hit.
    ConfirmOps,
    Thefts,
    /// Thefts of refresh tokens that work once.
    RefreshThefts,
    Detected,
    FirstRoundUndetected,
    Bytes,
}

numbered! {
    /// Things that are measured; times in nanoseconds.
    Measure, MEASURES:
    Credential,
    /// Mean over the nodes of one user.
    PerNode,
    AllNodes,
    LastAccepted,
    /// A number.
    AcceptedRequests,
    Resurrected,
    StaleRole,
    Latency,
    NbfRefusedTime,
    ConflictStart,
    Detection,
    AttackerAccess,
    OutageDenied,
    /// How long an entry of a denylist lives.
    EntryLife,
    /// A number.
    FirstMiss,
    /// Proofs that are remembered, a number.
    ReplayEntries,
    /// Replays that were accepted, a number.
    Replays,
}

/// Count, sum and distribution of a measure.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MeasureStats {
    pub count: u64,
    pub sum: u128,
    pub quantiles: Quantiles,
}

/// Values on their way into a tally: one that comes many times in a row, as constant costs do, is recorded at once.
#[derive(Default)]
pub struct Streak {
    value: u64,
    times: u64,
}

impl Streak {
    #[inline]
    pub fn push(&mut self, tally: &mut Tally, measure: Measure, value: u64) {
        if value != self.value {
            self.flush(tally, measure);
            self.value = value;
        }
        self.times = self.times.saturating_add(1);
    }

    #[inline]
    pub fn flush(&mut self, tally: &mut Tally, measure: Measure) {
        if self.times > 0 {
            tally.record_times(measure, self.value, self.times);
            self.times = 0;
        }
    }
}

/// All that was counted in one replication.
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
    pub fn add(&mut self, count: Count, number: u64) {
        if let Some(own) = self.counts.get_mut(count as usize) {
            *own = own.saturating_add(u128::from(number));
        }
    }

    pub fn one(&mut self, count: Count, happened: bool) {
        self.add(count, u64::from(happened));
    }

    pub fn record(&mut self, measure: Measure, value: u64) {
        self.record_times(measure, value, 1);
    }

    /// Records `value` as if it had been measured `times`.
    #[inline]
    pub fn record_times(&mut self, measure: Measure, value: u64, times: u64) {
        if let Some(own) = self.measures.get_mut(measure as usize) {
            own.count = own.count.saturating_add(times);
            own.sum = own.sum.saturating_add(u128::from(value).saturating_mul(u128::from(times)));
            own.quantiles.record_times(value, times);
        }
    }

    pub fn count(&self, count: Count) -> u128 {
        self.counts.get(count as usize).copied().unwrap_or(0)
    }

    pub fn measured(&self, measure: Measure) -> Option<&MeasureStats> {
        self.measures.get(measure as usize)
    }

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
