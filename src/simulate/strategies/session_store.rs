//! Sessions in a shared store, queried on each request or through a cache on every node.

use super::balancer::Balancer;
use super::cache::NodeCaches;
use super::{CoupledForm, CredentialFormat, Scenario, ScenarioKey, Strategy, StrategyKind, User, token, token_bytes};
use crate::simulate::closed_form as theory;
use crate::simulate::exposure::ExposureWindow;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::rng::Purpose;
use crate::simulate::scenario::units::{FOREVER, Nanos, seconds};
use crate::simulate::scenario::{
    Arrivals, Balancing, Cache, CacheKind, CheckAt, EventTiming, FailMode, Fanout, RequestsAfter, StolenCredential,
    Touch,
};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::{Count, Measure, Streak};
use crate::simulate::user::{Activity, Intervention, InterventionQueue};

/// The kind `session_store`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "session_store",
    about: "Sessions in a store shared by all nodes",
    keys: &["touch", "touch_every", "cache", "check"],
    modes: &[],
    reads: &[ScenarioKey::SessionTheft],
    credential: CredentialFormat::Opaque,
    has_refresh_token: false,
    coupled: CoupledForm::StoredSession,
    live,
    expected,
    title,
};

fn title(strategy: &Strategy) -> String {
    let words = |nanos: Nanos| crate::time::Span::seconds(nanos / 1_000_000_000).to_string();
    match (strategy.cached(), strategy.touch_every) {
        (Some(cache), _) => format!("session, {} node cache", words(cache.ttl.0)),
        (None, Some(every)) => format!("session, touched every {}", words(every.0)),
        (None, None) => "session, shared store".to_owned(),
    }
}

/// Number of services that query the store per request.
fn askers(scenario: &Scenario, strategy: &Strategy) -> u64 {
    match strategy.check.unwrap_or_default() {
        CheckAt::Gateway => 1,
        CheckAt::EveryService => scenario.topology.services,
    }
}

/// Reads the session for a request and touches it (records its last use).
struct SessionRead {
    askers: u64,
    fanout: Fanout,
    touch: Touch,
    /// Minimum time between two touches.
    every: Option<Nanos>,
    /// Earliest time of the next touch.
    due: Nanos,
}

impl SessionRead {
    /// The stationary state: some sessions have been touched recently.
    fn for_user(user: &User<'_>) -> Self {
        let mut start = user.stream(Purpose::Renewal);
        let every = user.strategy.touch_every.map(|span| span.0);
        let pause = every.map_or(0.0, |every| user.scenario().rate() * seconds(every));
        let recent = start.chance(pause / (1.0 + pause));
        Self {
            askers: askers(user.scenario(), user.strategy),
            fanout: user.scenario().topology.fanout,
            touch: user.strategy.touch(),
            every,
            due: if recent { start.within(every.unwrap_or(0)) } else { 0 },
        }
    }

    /// Number of store operations of a request at `now`, and their latency.
    fn ask(&mut self, now: Nanos, store: &mut StoreAccess) -> (u64, Nanos) {
        let Some(every) = self.every else {
            let (each, visit): (u64, fn(&mut StoreAccess) -> Nanos) = match self.touch {
                Touch::No => (1, StoreAccess::visit),
                Touch::Getex => (1, StoreAccess::write),
                Touch::Separate => (2, |store| store.visit().saturating_add(store.write())),
            };
            return (self.askers.saturating_mul(each), store.visits(self.askers, self.fanout, visit));
        };
        let read = store.visits(self.askers, self.fanout, StoreAccess::visit);
        if now < self.due {
            return (self.askers, read);
        }
        self.due = now.saturating_add(every);
        (self.askers.saturating_add(1), read.saturating_add(store.write()))
    }
}

/// Mean number of store operations per cache miss.
fn operations(scenario: &Scenario, strategy: &Strategy) -> f64 {
    let askers = askers(scenario, strategy) as f64;
    match strategy.touch_every {
        // The session is touched by the first request after each period.
        Some(every) => askers + 1.0 / (1.0 + scenario.rate() * seconds(every.0)),
        None if strategy.touch() == Touch::Separate => askers * 2.0,
        None => askers,
    }
}

/// Time for which nodes accept without the store, as the mean over the nodes.
pub(super) fn known(caches: Option<&NodeCaches>, now: Nanos) -> Nanos {
    let mut waits = Vec::new();
    caches.into_iter().for_each(|caches| caches.waits(now, &mut waits));
    let sum = waits.iter().fold(0_u128, |sum, wait| sum.saturating_add(u128::from(*wait)));
    u64::try_from(sum.checked_div(waits.len() as u128).unwrap_or(0)).unwrap_or(FOREVER)
}

/// Time of an outage in which a user is served whose credential would be valid for `left`.
pub(super) fn served(user: &User<'_>, caches: Option<&NodeCaches>, start: Nanos, left: Nanos) -> Nanos {
    match user.on_outage() {
        FailMode::Closed => known(caches, start).min(left),
        FailMode::Open => left,
        FailMode::Stale => caches.map_or(0, |caches| caches.known_of(left)),
    }
}

fn live(user: &mut User<'_>) {
    let horizon = user.horizon();
    let mut interventions = InterventionQueue::for_user(user);
    let mut session = SessionRead::for_user(user);
    let mut caches = user.strategy.cached().map(|cache| NodeCaches::warm(cache, user));
    let mut balancer = Balancer::for_user(user);
    let mut store = StoreAccess::for_user(user);
    let mut activity = Activity::for_user(user);
    let (mut requests, mut operations, mut lookups, mut hits) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut latencies = Streak::default();
    loop {
        let now = activity.next().unwrap_or(FOREVER);
        while let Some((at, intervention)) = interventions.before(now) {
            match intervention {
                Intervention::Outage { length } => refused(user, caches.as_ref(), at, length),
                Intervention::Revocation => revoke(user, caches.as_ref(), at, activity),
                Intervention::RoleChange => {
                    let waits = waits(user, caches.as_ref(), at, activity);
                    user.tally.record(Measure::StaleRole, waits.into_iter().max().unwrap_or(0));
                }
                Intervention::Theft => stolen(user),
                Intervention::Abuse { .. } => {}
            }
        }
        if now >= horizon {
            break;
        }
        requests = requests.saturating_add(1);
        let mut latency = 0;
        let hit = caches.as_mut().is_some_and(|caches| {
            lookups = lookups.saturating_add(1);
            caches.request(balancer.node(), now, FOREVER)
        });
        if hit {
            hits = hits.saturating_add(1);
        } else {
            let (count, duration) = session.ask(now, &mut store);
            operations = operations.saturating_add(count);
            latency = duration;
        }
        latencies.push(user.tally, Measure::Latency, latency);
    }
    latencies.flush(user.tally, Measure::Latency);
    user.tally.add(Count::CacheLookups, lookups);
    user.tally.add(Count::CacheHits, hits);
    user.tally.add(Count::StoreOps, operations);
    user.record_totals(requests, token_bytes(user.strategy));
}

/// Records a session theft: the attacker has access until the session ends, because requests are indistinguishable.
pub(super) fn stolen(user: &mut User<'_>) {
    if user.scenario().theft.target == StolenCredential::Session {
        user.tally.add(Count::Thefts, 1);
        let lasts = user.horizon();
        user.tally.record(Measure::AttackerAccess, lasts);
    }
}

/// Closed forms of a session theft.
pub(super) fn expected_of_theft(scenario: &Scenario, metric: Metric) -> Option<f64> {
    match metric {
        _ if scenario.theft.target != StolenCredential::Session => None,
        Metric::TheftAttackerAccessMean => Some(seconds(scenario.run.horizon.0)),
        Metric::TheftNeverDetectedRatio => Some(1.0),
        Metric::TheftDetectedRatio => Some(0.0),
        _ => None,
    }
}

/// Intervention: deletes the session. Replicas and caches keep it for a while.
fn revoke(user: &mut User<'_>, caches: Option<&NodeCaches>, revoked: Nanos, activity: Activity<'_>) {
    let waits = waits(user, caches, revoked, activity);
    user.tally.add(Count::Revocations, 1);
    user.tally.add(Count::LiveAtRevoke, 1);
    ExposureWindow { revoked, waits: &waits }.record(user, activity);
}

/// Time for which each node accepts the deleted session.
fn waits(user: &User<'_>, caches: Option<&NodeCaches>, revoked: Nanos, activity: Activity<'_>) -> Vec<Nanos> {
    let mut waits = vec![user.scenario().replica_lag(); usize::try_from(user.nodes()).unwrap_or(1)];
    match caches {
        Some(caches) if caches.kind() == CacheKind::Idle => {
            let mut fork = user.stream(Purpose::Fork);
            let mut balancer = Balancer::for_user(user).with(fork.bits());
            waits = caches.clone().waits_in_use(revoked, activity.fork(revoked, fork), &mut balancer);
        }
        Some(caches) => caches.waits(revoked, &mut waits),
        None => {}
    }
    waits
}

fn refused(user: &mut User<'_>, caches: Option<&NodeCaches>, start: Nanos, length: Nanos) {
    let refused = length.saturating_sub(served(user, caches, start, length));
    user.tally.add(Count::OutageProbes, 1);
    user.tally.one(Count::OutageHit, refused > 0);
    user.tally.add(Count::OutageBacklog, 0);
    user.tally.record(Measure::OutageDenied, refused);
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    if metric.is_in(MetricGroup::Theft) {
        return expected_of_theft(scenario, metric);
    }
    if let Some(cache) = strategy.cached() {
        return expected_with_cache(scenario, strategy, cache, metric);
    }
    let (l, ops) = (scenario.rate(), operations(scenario, strategy));
    let sharp = strategy.touch_every.is_none() || scenario.traffic.arrivals == Arrivals::Poisson;
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    // Without a cache there is nothing stale to serve.
    let closed = strategy.on_outage.unwrap_or(scenario.store.on_outage) != FailMode::Open;
    let lag = seconds(scenario.replica_lag());
    match metric {
        Metric::ExposureCredentialMean
        | Metric::ExposureAllNodesMean
        | Metric::ExposurePerNodeMean
        | Metric::StaleRoleMean => Some(lag),
        Metric::ExposureAcceptedRequestsMean if scenario.revoke.requests_after == RequestsAfter::SameRate => {
            Some(l * lag)
        }
        Metric::StoreOpsPerRequest if sharp => Some(ops),
        Metric::StoreOpsPerUserPerSecond if sharp => Some(l * ops),
        Metric::StoreOpsPerSecondMean if sharp => Some(l * ops * scenario.run.users as f64),
        Metric::OutageDeniedPerUserMean => outage.map(|d| if closed { d } else { 0.0 }),
        Metric::OutageUsersHitRatio => outage.map(|_| if closed { 1.0 } else { 0.0 }),
        Metric::AddedLatencyMean if askers(scenario, strategy) == 1 && sharp => {
            let (topology, store) = (&scenario.topology, &scenario.store);
            let far = theory::region_latency(topology.regions as f64, seconds(topology.region_rtt.0));
            let write = store.write.unwrap_or(store.service).mean_s();
            let writes =
                if strategy.touch_every.is_none() && strategy.touch() == Touch::Getex { 1.0 } else { ops - 1.0 };
            let reads = ops - writes;
            Some((ops * (far + seconds(store.rtt.0)) + reads * store.service.mean_s() + writes * write) * 1e6)
        }
        _ => token::bytes(scenario, strategy, metric),
    }
}

/// Closed forms with a cache on every node.
fn expected_with_cache(scenario: &Scenario, strategy: &Strategy, cache: Cache, metric: Metric) -> Option<f64> {
    let (l, n) = (scenario.rate(), scenario.topology.nodes as f64);
    let ops = operations(scenario, strategy);
    let poisson = scenario.traffic.arrivals == Arrivals::Poisson && scenario.topology.lb == Balancing::Random;
    let (ttl, hard) = (seconds(cache.ttl.0), cache.kind == CacheKind::Hard);
    let random = scenario.revoke.when == EventTiming::Random;
    match metric {
        Metric::ExposureAllNodesMean | Metric::ExposureCredentialMean if hard && poisson && random => {
            Some(theory::cache_all_nodes(l, ttl, n))
        }
        Metric::ExposurePerNodeMean if hard && poisson && random => Some(theory::cache_per_node(l, ttl, n)),
        Metric::ExposureAcceptedRequestsMean
            if hard && poisson && random && scenario.revoke.requests_after == RequestsAfter::SameRate =>
        {
            Some(theory::cache_accepted(l, ttl, n))
        }
        Metric::ExposureCredentialMean if !hard && poisson && scenario.topology.nodes == 1 => {
            Some(if random { theory::idle_cache_at_random(l, ttl) } else { theory::idle_cache_after_request(l, ttl) })
        }
        Metric::CacheHitRatio if hard && poisson => Some(theory::cache_hits(l, ttl, n)),
        Metric::StoreOpsPerRequest if hard && poisson => Some(ops * (1.0 - theory::cache_hits(l, ttl, n))),
        Metric::StoreOpsPerUserPerSecond if hard && poisson => Some(l * ops * (1.0 - theory::cache_hits(l, ttl, n))),
        _ => token::bytes(scenario, strategy, metric),
    }
}
