//! One user, simulated alone: when requests come, and what befalls the user between two of them.

use super::bloom::BloomFilter;
use super::rng::{BufferedExponential, Purpose, Stream};
use super::scenario::units::{FOREVER, Nanos};
use super::scenario::{Arrivals, EventTiming, FailMode, ListMode, Scenario, Strategy};
use super::tally::{Count, Tally};

/// What all users of a replication share.
pub struct World<'a> {
    pub scenario: &'a Scenario,
    pub replication: u64,
    /// For each node a phase: all periodic work of the node keeps it, and no two nodes share it.
    pub phases: Vec<Stream>,
    /// The phase of who publishes status lists.
    pub publisher: Stream,
    /// What a strategy that looks tokens up in a filter has on every node.
    pub filter: Option<BloomFilter>,
    /// Whether the run goes on; a user may live for a billion requests, so it is asked within a life, too.
    goes_on: &'a dyn Fn() -> bool,
}

impl<'a> World<'a> {
    pub fn new(scenario: &'a Scenario, strategy: &Strategy, replication: u64, goes_on: &'a dyn Fn() -> bool) -> Self {
        let stream = |user, purpose| Stream::new(scenario.run.seed, replication, user, purpose);
        let node = |node| stream(node, Purpose::Nodes);
        let is_filtered = strategy.kind == "jwt_denylist" && strategy.list_mode() == ListMode::Bloom;
        Self {
            scenario,
            replication,
            phases: (0..scenario.topology.nodes).map(node).collect(),
            publisher: node(u64::MAX),
            filter: is_filtered.then(|| BloomFilter::full(strategy.false_positives(), stream(0, Purpose::Filter))),
            goes_on,
        }
    }

    /// From `now` until a list that comes out every `period` does so again.
    pub fn until_next_published(&self, period: Nanos, now: Nanos) -> Nanos {
        until(self.publisher.clone_within(period), period, now)
    }

    /// From `now` until `node` does its work of every `period` again.
    pub fn until_next(&self, node: usize, period: Nanos, now: Nanos) -> Nanos {
        if period == 0 || period == FOREVER {
            return period;
        }
        until(self.phases.get(node).map_or(0, |phase| phase.clone_within(period)), period, now)
    }

    /// The same for work that reads the store: while that is out it is in vain, and the node goes by what it has until
    /// its next turn. Only the beginning of a reading counts, as in coupled mode.
    pub fn until_next_reading(&self, node: usize, period: Nanos, now: Nanos) -> Nanos {
        let mut wait = self.until_next(node, period, now);
        while let Some(end) = self.scenario.store.out_until(now.saturating_add(wait)) {
            let missed = end.saturating_sub(now).saturating_sub(wait).div_ceil(period.max(1));
            wait = wait.saturating_add(missed.saturating_mul(period.max(1)));
        }
        wait
    }
}

/// In (0, period]: the work at `now` itself came before what happens now.
fn until(phase: Nanos, period: Nanos, now: Nanos) -> Nanos {
    let into = now.saturating_add(period.saturating_sub(phase)).checked_rem(period).unwrap_or(0);
    period.saturating_sub(into)
}

impl Stream {
    /// The first draw below `span`, the stream left where it was.
    fn clone_within(&self, span: u64) -> u64 {
        let mut copy = *self;
        copy.within(span)
    }
}

/// One user under one strategy.
pub struct User<'a> {
    pub world: &'a World<'a>,
    pub strategy: &'a Strategy,
    pub id: u64,
    pub tally: &'a mut Tally,
}

impl<'a> User<'a> {
    pub fn scenario(&self) -> &'a Scenario {
        self.world.scenario
    }

    pub fn stream(&self, purpose: Purpose) -> Stream {
        Stream::new(self.world.scenario.run.seed, self.world.replication, self.id, purpose)
    }

    pub fn horizon(&self) -> Nanos {
        self.world.scenario.run.horizon.0
    }

    pub fn nodes(&self) -> u64 {
        self.world.scenario.topology.nodes
    }

    /// What nodes do that ask the store in vain.
    pub fn on_outage(&self) -> FailMode {
        self.strategy.on_outage.unwrap_or(self.scenario().store.on_outage)
    }

    /// A random time of the run, or right after a random request: for Poisson traffic the next one after it is.
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

    /// Records the counts of a life that every strategy has.
    pub fn lived(&mut self, requests: u64, bytes: u64) {
        let horizon = self.horizon();
        self.tally.add(Count::Users, 1);
        self.tally.add(Count::UserTime, horizon);
        self.tally.add(Count::Requests, requests);
        self.tally.add(Count::Bytes, requests.saturating_mul(bytes));
    }
}

/// Something hypothetical that befalls a user in a world of its own: the main line goes on as if it had not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intervention {
    Outage {
        length: Nanos,
    },
    Revocation,
    RoleChange,
    Theft,
    /// A revocation before or in an outage, from which the thief goes on; drawn from so long a time.
    Abuse {
        within: Nanos,
    },
}

/// The probes of one user, by time.
pub struct InterventionQueue {
    /// The last one comes first.
    left: [(Nanos, Intervention); Self::MOST],
    count: usize,
}

impl InterventionQueue {
    const MOST: usize = 5;

    pub fn for_user(user: &User<'_>) -> Self {
        let scenario = user.scenario();
        let mut probes = Self { left: [(0, Intervention::Revocation); Self::MOST], count: 0 };
        if let Some(outage) = scenario.store.outage.first() {
            probes.add(outage.at.0, Intervention::Outage { length: outage.length.0 });
        }
        let revoked = user.probe(scenario.revoke.when);
        probes.add(revoked, Intervention::Revocation);
        let same = scenario.role_change.when == scenario.revoke.when;
        probes.add(if same { revoked } else { user.probe(scenario.role_change.when) }, Intervention::RoleChange);
        let same = scenario.theft.when == scenario.revoke.when;
        probes.add(if same { revoked } else { user.probe(scenario.theft.when) }, Intervention::Theft);
        probes
    }

    pub fn add(&mut self, at: Nanos, probe: Intervention) {
        if let Some(own) = self.left.get_mut(self.count) {
            *own = (at, probe);
            self.count = self.count.saturating_add(1);
        }
        if let Some(own) = self.left.get_mut(..self.count) {
            own.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
        }
    }

    /// The next one that comes before `now`.
    #[inline]
    pub fn before(&mut self, now: Nanos) -> Option<(Nanos, Intervention)> {
        let last = self.count.checked_sub(1)?;
        let next = self.left.get(last).copied().filter(|(at, _)| now > *at)?;
        self.count = last;
        Some(next)
    }
}

/// When a user sends requests, from 0 on, without end unless there are none or the run is stopped; what was counted of
/// the user by then is not used.
#[derive(Clone, Copy)]
pub struct Activity<'a> {
    stream: BufferedExponential,
    now: Nanos,
    gap: f64,
    presence: Option<Presence>,
    /// The presence before the last request.
    before: Option<Presence>,
    goes_on: &'a dyn Fn() -> bool,
    /// How often more draws were made.
    batches: u32,
}

/// Mean presence and absence, and when the present presence ends.
type Presence = (f64, f64, Nanos);

impl<'a> Activity<'a> {
    pub fn for_user(user: &User<'a>) -> Self {
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
        let goes_on = user.world.goes_on;
        let mut activity = Self { stream, now: 0, gap, presence, before: None, goes_on, batches: 0 };
        if let Some((on, off, 0)) = activity.presence {
            activity.now = activity.stream.gap(off);
            activity.presence = Some((on, off, activity.now.saturating_add(activity.stream.gap(on))));
        }
        activity
    }

    /// The same user from `now` on, which is between the last two requests, with draws of its own: for probes.
    pub fn fork(&self, now: Nanos, stream: Stream) -> Self {
        Self { stream: BufferedExponential::new(stream), now, presence: self.before, ..*self }
    }

    /// Whether the run goes on. Asked once in some ten thousand requests.
    #[inline(never)]
    fn goes_on(&mut self) -> bool {
        const BATCHES: u32 = 2_048;
        self.batches = self.batches.wrapping_add(1);
        !self.batches.is_multiple_of(BATCHES) || (self.goes_on)()
    }

    /// Puts off a request that would come while the user is away.
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

    // Out of line it takes twice as long: one draw then waits for the other.
    #[inline(always)]
    fn next(&mut self) -> Option<Nanos> {
        if self.gap.is_infinite() || (self.stream.is_used_up() && !self.goes_on()) {
            return None;
        }
        self.now = self.now.saturating_add(self.stream.gap(self.gap));
        if self.presence.is_some() {
            self.put_off();
        }
        Some(self.now)
    }
}
