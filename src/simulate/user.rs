//! One user, simulated alone: when requests come, which node they meet, how the client keeps its token alive, and
//! what the store costs.

use super::bloom::Filter;
use super::scenario::units::{FOREVER, Law, Nanos};
use super::scenario::{Arrivals, Fanout, ListMode, OnOutage, Refresh, RequestsAfter, Scenario, Strategy, When};
use super::streams::{Purpose, Stream, whole};
use super::tally::{Count, Measure, Tally};

/// What all users of a replication share.
pub struct World<'a> {
    pub scenario: &'a Scenario,
    pub replication: u64,
    /// For each node a phase: all periodic work of the node keeps it, and no two nodes share it.
    pub phases: Vec<Stream>,
    /// The phase of who publishes status lists.
    pub publisher: Stream,
    /// What a strategy that looks tokens up in a filter has on every node.
    pub filter: Option<Filter>,
}

impl<'a> World<'a> {
    pub fn new(scenario: &'a Scenario, strategy: &Strategy, replication: u64) -> Self {
        let stream = |user, purpose| Stream::new(scenario.run.seed, replication, user, purpose);
        let node = |node| stream(node, Purpose::Nodes);
        let is_filtered = strategy.kind == "jwt_denylist" && strategy.list_mode() == ListMode::Bloom;
        Self {
            scenario,
            replication,
            phases: (0..scenario.topology.nodes).map(node).collect(),
            publisher: node(u64::MAX),
            filter: is_filtered.then(|| Filter::full(strategy.false_positives(), stream(0, Purpose::Filter))),
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
    pub fn on_outage(&self) -> OnOutage {
        self.strategy.on_outage.unwrap_or(self.scenario().store.on_outage)
    }

    /// A random time of the run, or right after a random request: for Poisson traffic the next one after it is.
    pub fn probe(&self, when: When) -> Nanos {
        let at = self.stream(Purpose::Probe).within(self.horizon());
        match when {
            When::Random => at,
            When::AtRequest => Activity::of(self)
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
pub enum Probe {
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
pub struct Probes {
    /// The last one comes first.
    left: [(Nanos, Probe); Self::MOST],
    count: usize,
}

impl Probes {
    const MOST: usize = 5;

    pub fn of(user: &User<'_>) -> Self {
        let scenario = user.scenario();
        let mut probes = Self { left: [(0, Probe::Revocation); Self::MOST], count: 0 };
        if let Some(outage) = scenario.store.outage.first() {
            probes.add(outage.at.0, Probe::Outage { length: outage.length.0 });
        }
        let revoked = user.probe(scenario.revoke.when);
        probes.add(revoked, Probe::Revocation);
        let same = scenario.role_change.when == scenario.revoke.when;
        probes.add(if same { revoked } else { user.probe(scenario.role_change.when) }, Probe::RoleChange);
        let same = scenario.theft.when == scenario.revoke.when;
        probes.add(if same { revoked } else { user.probe(scenario.theft.when) }, Probe::Theft);
        probes
    }

    pub fn add(&mut self, at: Nanos, probe: Probe) {
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
    pub fn before(&mut self, now: Nanos) -> Option<(Nanos, Probe)> {
        let last = self.count.checked_sub(1)?;
        let next = self.left.get(last).copied().filter(|(at, _)| now > *at)?;
        self.count = last;
        Some(next)
    }
}

/// When a user sends requests, from 0 on, without end unless there are none.
#[derive(Clone, Copy)]
pub struct Activity {
    stream: Stream,
    now: Nanos,
    gap: f64,
    presence: Option<Presence>,
    /// The presence before the last request.
    before: Option<Presence>,
}

/// Mean presence and absence, and when the present presence ends.
type Presence = (f64, f64, Nanos);

impl Activity {
    pub fn of(user: &User<'_>) -> Self {
        let scenario = user.world.scenario;
        let mut stream = user.stream(Purpose::Activity);
        let rate = scenario.rate_when_present();
        let presence = (scenario.traffic.arrivals == Arrivals::OnOff).then(|| {
            let (on, off) = (scenario.traffic.on.0 as f64, scenario.traffic.off.0 as f64);
            let present = stream.chance(on / (on + off));
            (on, off, if present { stream.gap(on) } else { 0 })
        });
        let gap = if rate > 0.0 { 1e9 / rate } else { f64::INFINITY };
        let mut activity = Self { stream, now: 0, gap, presence, before: None };
        if let Some((on, off, 0)) = activity.presence {
            activity.now = activity.stream.gap(off);
            activity.presence = Some((on, off, activity.now.saturating_add(activity.stream.gap(on))));
        }
        activity
    }

    /// The same user from `now` on, which is between the last two requests, with draws of its own: for probes.
    pub fn fork(&self, now: Nanos, stream: Stream) -> Self {
        Self { stream, now, presence: self.before, ..*self }
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

impl Iterator for Activity {
    type Item = Nanos;

    // Out of line it takes twice as long: one draw then waits for the other.
    #[inline(always)]
    fn next(&mut self) -> Option<Nanos> {
        if self.gap.is_infinite() {
            return None;
        }
        self.now = self.now.saturating_add(self.stream.gap(self.gap));
        if self.presence.is_some() {
            self.put_off();
        }
        Some(self.now)
    }
}

/// A client that keeps an access token alive.
#[derive(Clone, Copy)]
pub struct Client {
    access: Law,
    refresh: Refresh,
    margin: Nanos,
    jitter: f64,
    renewal: Stream,
    /// When the token ends.
    pub exp: Nanos,
    /// When a timer refreshes next.
    pub due: Nanos,
    /// When the token was issued; of the first one, when it could have been.
    pub issued: Nanos,
}

impl Client {
    /// A client as it is found at a random time: not everybody signed in just now.
    pub fn of(user: &User<'_>) -> Self {
        let Scenario { client, .. } = user.world.scenario;
        let mut start = user.stream(Purpose::Start);
        let mut new = Self {
            access: user.strategy.access(),
            refresh: client.refresh,
            margin: client.margin.0,
            jitter: client.jitter,
            renewal: user.stream(Purpose::Renewal),
            exp: FOREVER,
            due: FOREVER,
            issued: 0,
        };
        match client.refresh {
            _ if user.strategy.is_endless() => {}
            Refresh::Timer => {
                let (life, cycle) = new.biased(&mut start, |client| {
                    let life = client.life();
                    (life, client.cycle(life))
                });
                new.due = cycle.saturating_sub(start.within(cycle));
                // A cycle that jitter makes longer than the token leaves a while without one.
                new.exp = new.due.saturating_add(life).saturating_sub(cycle);
            }
            Refresh::Lazy => {
                let (_, life) = new.biased(&mut start, |client| (0, client.life()));
                let mean = new.access.mean_s() * user.world.scenario.rate();
                new.exp = if start.chance(mean / (1.0 + mean)) { life.saturating_sub(start.within(life)) } else { 0 };
            }
        }
        new
    }

    /// A pair drawn with a chance in proportion to its second: long cycles cover more of the time (inspection paradox).
    fn biased(&mut self, start: &mut Stream, draw: impl Fn(&mut Self) -> (Nanos, Nanos)) -> (Nanos, Nanos) {
        let most = match self.access {
            Law::Const(nanos) | Law::Uniform(_, nanos) => nanos as f64,
            // No bound: far enough out that what is cut away does not show.
            Law::Exp(mean) => mean as f64 * 40.0,
        } * (1.0 + self.jitter);
        for _ in 0..10_000 {
            let pair = draw(self);
            if start.unit() * most < pair.1 as f64 {
                return pair;
            }
        }
        draw(self)
    }

    fn life(&mut self) -> Nanos {
        self.access.draw(&mut self.renewal)
    }

    /// From one refresh of a timer to the next.
    fn cycle(&mut self, life: Nanos) -> Nanos {
        let cycle = life.saturating_sub(self.margin).max(1);
        if self.jitter > 0.0 {
            whole(cycle as f64 * (1.0 + self.jitter * (2.0 * self.renewal.unit() - 1.0)))
        } else {
            cycle
        }
    }

    /// Gets a new token at `now`.
    pub fn renew(&mut self, now: Nanos) {
        let life = self.life();
        self.issued = now;
        self.exp = now.saturating_add(life);
        if self.refresh == Refresh::Timer {
            self.due = now.saturating_add(self.cycle(life));
        }
    }

    /// Lets the timer do what it has to do up to `now`, and says how often it refreshed.
    #[inline]
    pub fn catch_up(&mut self, now: Nanos) -> u64 {
        let mut refreshes = 0_u64;
        while self.due <= now {
            self.renew(self.due);
            refreshes = refreshes.saturating_add(1);
        }
        refreshes
    }

    /// A request at `now`: what was due is done, and a lazy client refreshes when its token has ended.
    #[inline]
    pub fn request(&mut self, now: Nanos) -> u64 {
        let refreshes = self.catch_up(now);
        if self.refresh == Refresh::Lazy && now >= self.exp {
            self.renew(now);
            return refreshes.saturating_add(1);
        }
        refreshes
    }
}

/// What a visit to the store takes.
pub struct Store {
    stream: Stream,
    service: Law,
    write: Law,
    fixed: Nanos,
}

impl Store {
    /// The store as seen from the region of the user.
    pub fn of(user: &User<'_>) -> Self {
        let Scenario { store, topology, .. } = user.world.scenario;
        let region = user.stream(Purpose::Start).below(topology.regions);
        let far = if region == store.region { 0 } else { topology.region_rtt.0 };
        Self {
            stream: user.stream(Purpose::Store),
            service: store.service,
            write: store.write.unwrap_or(store.service),
            fixed: store.rtt.0.saturating_add(far),
        }
    }

    #[inline]
    pub fn visit(&mut self) -> Nanos {
        self.fixed.saturating_add(self.service.draw(&mut self.stream))
    }

    /// A visit that leaves something behind.
    #[inline]
    pub fn write(&mut self) -> Nanos {
        self.fixed.saturating_add(self.write.draw(&mut self.stream))
    }

    /// What several services ask of one request: one after another, or at once.
    pub fn visits(&mut self, count: u64, fanout: Fanout, mut visit: impl FnMut(&mut Self) -> Nanos) -> Nanos {
        (0..count).fold(0, |sum: Nanos, _| match fanout {
            Fanout::Serial => sum.saturating_add(visit(self)),
            Fanout::Parallel => sum.max(visit(self)),
        })
    }
}

/// For how long a credential goes on being accepted after a revocation: by each node.
pub struct Exposure<'a> {
    pub revoked: Nanos,
    /// One for each node.
    pub waits: &'a [Nanos],
}

/// Requests after a revocation are followed one by one up to this expected number; of users with more only some are.
const FOLLOWED: f64 = 400.0;

impl Exposure<'_> {
    /// Records all three clocks of an exposure.
    pub fn record(&self, user: &mut User<'_>, activity: Activity) {
        let all = self.waits.iter().copied().max().unwrap_or(0);
        let sum = self.waits.iter().fold(0_u128, |sum, wait| sum.saturating_add(u128::from(*wait)));
        let mean = sum.checked_div(self.waits.len() as u128).unwrap_or(0);
        user.tally.record(Measure::Credential, all);
        user.tally.record(Measure::AllNodes, all);
        user.tally.record(Measure::PerNode, u64::try_from(mean).unwrap_or(FOREVER));
        if user.scenario().revoke.requests_after == RequestsAfter::SameRate {
            self.follow(all, user, activity);
        }
    }

    /// Sends requests with the revoked credential for as long as any node accepts it.
    fn follow(&self, all: Nanos, user: &mut User<'_>, activity: Activity) {
        let expected = all as f64 * 1e-9 * user.scenario().rate();
        let long = user.strategy.access().mean_s() * user.scenario().rate() / FOLLOWED;
        if expected.is_infinite()
            || all == FOREVER
            || (long > 1.0 && user.id.checked_rem(whole(long).max(1)) != Some(0))
        {
            return;
        }
        let mut fork = user.stream(Purpose::Fork);
        let mut balancing = Stream::new(fork.bits(), user.world.replication, user.id, Purpose::Balancing);
        let (mut accepted, mut last) = (0_u64, 0);
        for request in activity.fork(self.revoked, fork) {
            let since = request.saturating_sub(self.revoked);
            if since >= all {
                break;
            }
            let node = usize::try_from(balancing.below(self.waits.len() as u64)).unwrap_or(0);
            if self.waits.get(node).is_some_and(|wait| since < *wait) {
                accepted = accepted.saturating_add(1);
                last = since;
            }
        }
        user.tally.record(Measure::AcceptedRequests, accepted);
        user.tally.record(Measure::LastAccepted, last);
    }
}
