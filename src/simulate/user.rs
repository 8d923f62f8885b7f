//! One user in trace mode, simulated independently: request times, and interventions between two requests.

use super::bloom::BloomFilter;
use super::rng::{BufferedExponential, Purpose, Stream};
use super::scenario::units::{FOREVER, Nanos};
use super::scenario::{Arrivals, EventTiming, FailMode, ListMode, Scenario, Strategy};
use super::tally::{Count, Tally};

/// State that all users of a replication share.
pub struct World<'a> {
    /// The validated scenario, the same for all strategies.
    pub scenario: &'a Scenario,
    /// Number of the replication, from 0; part of the key of each random stream.
    pub replication: u64,
    /// One stream per node for the phase of its periodic work; nodes have independent phases.
    pub phases: Vec<Stream>,
    /// The phase of the status list publisher.
    pub publisher: Stream,
    /// The Bloom filter on every node, if the strategy uses one.
    pub filter: Option<BloomFilter>,
    /// Returns false to interrupt the run; also polled within one user, who may send a billion requests.
    keep_running: &'a dyn Fn() -> bool,
}

impl<'a> World<'a> {
    /// The shared state of one replication under one strategy.
    pub fn new(
        scenario: &'a Scenario,
        strategy: &Strategy,
        replication: u64,
        keep_running: &'a dyn Fn() -> bool,
    ) -> Self {
        let stream = |user, purpose| Stream::new(scenario.run.seed, replication, user, purpose);
        let node = |node| stream(node, Purpose::Nodes);
        let is_filtered = strategy.list_mode() == ListMode::Bloom;
        Self {
            scenario,
            replication,
            phases: (0..scenario.topology.nodes).map(node).collect(),
            publisher: node(u64::MAX),
            filter: is_filtered.then(|| BloomFilter::full(strategy.false_positives(), stream(0, Purpose::Filter))),
            keep_running,
        }
    }

    /// Time from `now` until the next publication of a list with this period.
    pub fn until_next_published(&self, period: Nanos, now: Nanos) -> Nanos {
        until(self.publisher.clone_within(period), period, now)
    }

    /// Time from `now` until the next periodic task of `node` with this period.
    pub fn until_next(&self, node: usize, period: Nanos, now: Nanos) -> Nanos {
        if period == 0 || period == FOREVER {
            return period;
        }
        until(self.phases.get(node).map_or(0, |phase| phase.clone_within(period)), period, now)
    }

    /// Time from `now` until the next successful periodic read of the store by `node`: a read that starts during an
    /// outage fails and is repeated one period later. As in coupled mode, only the start of the read matters.
    pub fn until_next_reading(&self, node: usize, period: Nanos, now: Nanos) -> Nanos {
        let mut wait = self.until_next(node, period, now);
        while let Some(end) = self.scenario.store.out_until(now.saturating_add(wait)) {
            let missed = end.saturating_sub(now).saturating_sub(wait).div_ceil(period.max(1));
            wait = wait.saturating_add(missed.saturating_mul(period.max(1)));
        }
        wait
    }
}

/// In (0, period]: a task due at `now` has already run.
fn until(phase: Nanos, period: Nanos, now: Nanos) -> Nanos {
    let into = now.saturating_add(period.saturating_sub(phase)).checked_rem(period).unwrap_or(0);
    period.saturating_sub(into)
}

impl Stream {
    /// A draw in [0, span) that does not advance the stream.
    fn clone_within(&self, span: u64) -> u64 {
        let mut copy = *self;
        copy.within(span)
    }
}

/// One user under one strategy.
pub struct User<'a> {
    /// Shared state of the replication.
    pub world: &'a World<'a>,
    /// The strategy that checks the requests of the user.
    pub strategy: &'a Strategy,
    /// Number of the user, from 0; part of the key of each random stream.
    pub id: u64,
    /// Receives the counters and measures of the user.
    pub tally: &'a mut Tally,
}

impl<'a> User<'a> {
    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.world.scenario
    }

    /// The random stream of this user for a purpose.
    pub fn stream(&self, purpose: Purpose) -> Stream {
        Stream::new(self.world.scenario.run.seed, self.world.replication, self.id, purpose)
    }

    /// Length of the run, in nanoseconds.
    pub fn horizon(&self) -> Nanos {
        self.world.scenario.run.horizon.0
    }

    /// Number of nodes.
    pub fn nodes(&self) -> u64 {
        self.world.scenario.topology.nodes
    }

    /// How nodes handle requests while the store is unavailable.
    pub fn on_outage(&self) -> FailMode {
        self.strategy.on_outage.unwrap_or(self.scenario().store.on_outage)
    }

    /// Time of an intervention: uniform over the run, or at the first request after such a time.
    pub fn probe(&self, when: EventTiming) -> Nanos {
        let at = self.stream(Purpose::Intervention).within(self.horizon());
        match when {
            EventTiming::Random => at,
            EventTiming::AtRequest => Activity::for_user(self)
                .take_while(|request| *request < self.horizon())
                .find(|request| *request >= at)
                .unwrap_or(at),
        }
    }

    /// Records the counters that every strategy has.
    pub fn record_totals(&mut self, requests: u64, bytes: u64) {
        let horizon = self.horizon();
        self.tally.add(Count::Users, 1);
        self.tally.add(Count::UserTime, horizon);
        self.tally.add(Count::Requests, requests);
        self.tally.add(Count::Bytes, requests.saturating_mul(bytes));
    }
}

/// A counterfactual intervention on a user: its effect is measured on a copy of the state, and the simulation continues
/// as if it had not happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Intervention {
    /// An outage of the store.
    Outage {
        /// Length of the outage, in nanoseconds.
        length: Nanos,
    },
    /// A revocation of the user's credential.
    Revocation,
    /// A change of the user's role.
    RoleChange,
    /// A theft of the credential that `theft.target` names.
    Theft,
    /// A revocation before or during an outage with continued use of the token; `within` is the length of the window
    /// from which its time is drawn.
    Abuse {
        /// Length of the window, in nanoseconds.
        within: Nanos,
    },
}

/// The interventions of one user, by time.
pub(super) struct InterventionQueue {
    /// In descending order of time: the last one is next.
    left: [(Nanos, Intervention); Self::MOST],
    count: usize,
}

impl InterventionQueue {
    const MOST: usize = 5;

    /// The interventions of this scenario.
    pub(super) fn for_user(user: &User<'_>) -> Self {
        let scenario = user.scenario();
        let mut queue = Self { left: [(0, Intervention::Revocation); Self::MOST], count: 0 };
        if let Some(outage) = scenario.store.outage.first() {
            queue.add(outage.at.0, Intervention::Outage { length: outage.length.0 });
        }
        let revoked = user.probe(scenario.revoke.when);
        queue.add(revoked, Intervention::Revocation);
        let same = scenario.role_change.when == scenario.revoke.when;
        queue.add(if same { revoked } else { user.probe(scenario.role_change.when) }, Intervention::RoleChange);
        let same = scenario.theft.when == scenario.revoke.when;
        queue.add(if same { revoked } else { user.probe(scenario.theft.when) }, Intervention::Theft);
        queue
    }

    /// Adds an intervention.
    pub(super) fn add(&mut self, at: Nanos, intervention: Intervention) {
        if let Some(own) = self.left.get_mut(self.count) {
            *own = (at, intervention);
            self.count = self.count.saturating_add(1);
        }
        if let Some(own) = self.left.get_mut(..self.count) {
            own.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
        }
    }

    /// Takes the next intervention before `now`.
    #[inline]
    pub(super) fn before(&mut self, now: Nanos) -> Option<(Nanos, Intervention)> {
        let last = self.count.checked_sub(1)?;
        let next = self.left.get(last).copied().filter(|(at, _)| now > *at)?;
        self.count = last;
        Some(next)
    }
}

/// Request times of a user from 0 on, in nanoseconds. Ends only if the rate is 0 or the run is interrupted, in which
/// case the counters of the user are discarded.
#[derive(Clone, Copy)]
pub(super) struct Activity<'a> {
    stream: BufferedExponential,
    now: Nanos,
    gap: f64,
    presence: Option<Presence>,
    /// The presence before the last request.
    before: Option<Presence>,
    keep_running: &'a dyn Fn() -> bool,
    /// Number of buffer refills.
    batches: u32,
}

/// Mean presence, mean absence, and the end of the current presence, in nanoseconds.
type Presence = (f64, f64, Nanos);

impl<'a> Activity<'a> {
    /// The request times of this user.
    pub(super) fn for_user(user: &User<'a>) -> Self {
        let scenario = user.world.scenario;
        let mut stream = user.stream(Purpose::Activity);
        let rate = scenario.rate_when_present();
        let presence = (scenario.traffic.arrivals == Arrivals::OnOff).then(|| {
            let (on, off) = (scenario.traffic.on.0 as f64, scenario.traffic.off.0 as f64);
            let present = stream.chance(on / (on + off));
            (on, off, if present { stream.gap(on) } else { 0 })
        });
        let stream = BufferedExponential::new(stream);
        let gap = if rate > 0.0 { 1e9 / rate } else { f64::INFINITY };
        let keep_running = user.world.keep_running;
        let mut activity = Self { stream, now: 0, gap, presence, before: None, keep_running, batches: 0 };
        if let Some((on, off, 0)) = activity.presence {
            activity.now = activity.stream.gap(off);
            activity.presence = Some((on, off, activity.now.saturating_add(activity.stream.gap(on))));
        }
        activity
    }

    /// A copy of the request process from `now` on (between the last two requests) with a separate stream, for
    /// interventions.
    pub(super) fn fork(&self, now: Nanos, stream: Stream) -> Self {
        Self { stream: BufferedExponential::new(stream), now, presence: self.before, ..*self }
    }

    /// Whether to continue. Polls the caller once in about 16,000 requests.
    #[inline(never)]
    fn keep_running(&mut self) -> bool {
        const BATCHES: u32 = 2_048;
        self.batches = self.batches.wrapping_add(1);
        !self.batches.is_multiple_of(BATCHES) || (self.keep_running)()
    }

    /// Postpones a request that falls into an absence.
    #[inline(never)]
    fn put_off(&mut self) {
        self.before = self.presence;
        while let Some((on, off, end)) = self.presence
            && self.now > end
        {
            let back = end.saturating_add(self.stream.gap(off));
            self.presence = Some((on, off, back.saturating_add(self.stream.gap(on))));
            self.now = back.saturating_add(self.stream.gap(self.gap));
        }
    }
}

impl Iterator for Activity<'_> {
    type Item = Nanos;

    // Out of line this takes twice as long, because each draw waits for the previous one.
    #[inline(always)]
    fn next(&mut self) -> Option<Nanos> {
        if self.gap.is_infinite() || (self.stream.is_used_up() && !self.keep_running()) {
            return None;
        }
        self.now = self.now.saturating_add(self.stream.gap(self.gap));
        if self.presence.is_some() {
            self.put_off();
        }
        Some(self.now)
    }
}
