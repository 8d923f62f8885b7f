//! Sessions in a store that all nodes share, asked at each request or through a cache on every node.

use super::cache::NodeCaches;
use super::{Kind, Scenario, Strategy, User, token};
use crate::simulate::closed_form as theory;
use crate::simulate::scenario::units::{FOREVER, Nanos, seconds};
use crate::simulate::scenario::{
    Arrivals, Balancing, CacheKind, CheckAt, OnOutage, ReadFrom, RequestsAfter, Touch, When,
};
use crate::simulate::streams::{Purpose, Stream};
use crate::simulate::tally::{Count, Measure, Streak};
use crate::simulate::user::{Activity, Exposure, Store};

pub const KIND: Kind = Kind {
    id: "session_store",
    about: "Sessions in a store that all nodes share",
    keys: &["touch", "cache", "check"],
    live,
    expected,
    title: |strategy| {
        strategy.cached().map_or_else(
            || "session, shared store".to_owned(),
            |cache| format!("session, {} node cache", crate::time::Span::seconds(cache.ttl.0 / 1_000_000_000)),
        )
    },
};

/// Which node a request of one user meets.
pub struct Balancer {
    stream: Stream,
    nodes: u64,
    how: Balancing,
    next: u64,
}

impl Balancer {
    pub fn of(user: &User<'_>) -> Self {
        let mut stream = user.stream(Purpose::Balancing);
        let (nodes, how) = (user.nodes(), user.scenario().topology.lb);
        let next = stream.below(nodes);
        Self { stream, nodes, how, next }
    }

    /// The same with other draws: for probes.
    pub fn with(self, bits: u64) -> Self {
        Self { stream: Stream::new(bits, 0, 0, Purpose::Balancing), ..self }
    }

    /// The node where the user signed in.
    pub fn home(&self) -> usize {
        usize::try_from(self.next).unwrap_or(0)
    }

    #[inline]
    pub fn node(&mut self) -> usize {
        let node = match self.how {
            Balancing::Random => self.stream.below(self.nodes),
            Balancing::RoundRobin => {
                self.next = self.next.saturating_add(1).checked_rem(self.nodes).unwrap_or(0);
                self.next
            }
            Balancing::StickyCookie | Balancing::HashMod | Balancing::Rendezvous => self.next,
        };
        usize::try_from(node).unwrap_or(0)
    }
}

/// Operations for one question to the store.
fn operations(scenario: &Scenario, strategy: &Strategy) -> u64 {
    let services = match strategy.check.unwrap_or_default() {
        CheckAt::Gateway => 1,
        CheckAt::EveryService => scenario.topology.services,
    };
    services.saturating_mul(if strategy.touch() == Touch::Separate { 2 } else { 1 })
}

/// How long the nodes go on without the store: the mean over the nodes.
pub fn known(caches: Option<&NodeCaches>, now: Nanos) -> Nanos {
    let mut waits = Vec::new();
    caches.into_iter().for_each(|caches| caches.waits(now, &mut waits));
    let sum = waits.iter().fold(0_u128, |sum, wait| sum.saturating_add(u128::from(*wait)));
    u64::try_from(sum.checked_div(waits.len() as u128).unwrap_or(0)).unwrap_or(FOREVER)
}

fn live(user: &mut User<'_>) {
    let horizon = user.horizon();
    let probe = user.probe(user.scenario().revoke.when);
    let outage = user.scenario().store.outage.first().map(|outage| (outage.at.0, outage.length.0));
    let operations = operations(user.scenario(), user.strategy);
    let fanout = user.scenario().topology.fanout;
    let mut caches = user.strategy.cached().map(|cache| NodeCaches::warm(cache, user));
    let mut balancer = Balancer::of(user);
    let mut store = Store::of(user);
    let mut activity = Activity::of(user);
    let (mut probed, mut out, mut requests) = (false, outage.is_none(), 0_u64);
    let (mut lookups, mut hits, mut latencies) = (0_u64, 0_u64, Streak::default());
    loop {
        let now = activity.next().unwrap_or(FOREVER);
        if let Some((start, length)) = outage
            && !out
            && now > start
        {
            out = true;
            refused(user, caches.as_ref(), start, length);
        }
        if !probed && now > probe {
            probed = true;
            revoke(user, caches.as_ref(), probe, activity);
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
            latency = store.visits(operations, fanout);
        }
        latencies.push(user.tally, Measure::Latency, latency);
    }
    latencies.flush(user.tally, Measure::Latency);
    user.tally.add(Count::CacheLookups, lookups);
    user.tally.add(Count::CacheHits, hits);
    user.tally.add(Count::StoreOps, requests.saturating_sub(hits).saturating_mul(operations));
    user.lived(requests, user.strategy.token_bytes());
}

/// A probe: the session is deleted. What replicas and caches still say is what goes on working.
fn revoke(user: &mut User<'_>, caches: Option<&NodeCaches>, revoked: Nanos, activity: Activity) {
    let lag = match user.scenario().store.read_from {
        ReadFrom::Primary => 0,
        ReadFrom::Replica => user.scenario().store.replica_lag.0,
    };
    let mut waits = vec![lag; usize::try_from(user.nodes()).unwrap_or(1)];
    match caches {
        Some(caches) if caches.kind() == CacheKind::Idle => {
            let mut fork = user.stream(Purpose::Fork);
            let mut balancer = Balancer::of(user).with(fork.bits());
            waits = caches.clone().waits_in_use(revoked, activity.fork(revoked, fork), &mut balancer);
        }
        Some(caches) => caches.waits(revoked, &mut waits),
        None => {}
    }
    user.tally.add(Count::Revocations, 1);
    user.tally.add(Count::LiveAtRevoke, 1);
    user.tally.record(Measure::StaleRole, waits.iter().copied().max().unwrap_or(0));
    Exposure { revoked, waits: &waits }.record(user, activity);
}

fn refused(user: &mut User<'_>, caches: Option<&NodeCaches>, start: Nanos, length: Nanos) {
    let closed = user.strategy.on_outage.unwrap_or(user.scenario().store.on_outage) == OnOutage::Closed;
    let refused = if closed { length.saturating_sub(known(caches, start)) } else { 0 };
    user.tally.add(Count::OutageProbes, 1);
    user.tally.one(Count::OutageHit, refused > 0);
    user.tally.add(Count::OutageBacklog, 0);
    user.tally.record(Measure::OutageDenied, refused);
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let (l, n) = (scenario.rate(), scenario.topology.nodes as f64);
    let ops = operations(scenario, strategy) as f64;
    let poisson = scenario.traffic.arrivals == Arrivals::Poisson && scenario.topology.lb == Balancing::Random;
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let closed = strategy.on_outage.unwrap_or(scenario.store.on_outage) == OnOutage::Closed;
    let lag = if scenario.store.read_from == ReadFrom::Replica { seconds(scenario.store.replica_lag.0) } else { 0.0 };
    if let Some(cache) = strategy.cached() {
        let (ttl, hard) = (seconds(cache.ttl.0), cache.kind == CacheKind::Hard);
        let random = scenario.revoke.when == When::Random;
        return match metric {
            "exposure_all_nodes_mean_s" | "exposure_credential_mean_s" if hard && poisson && random => {
                Some(theory::cache_all_nodes(l, ttl, n))
            }
            "exposure_per_node_mean_s" if hard && poisson && random => Some(theory::cache_per_node(l, ttl, n)),
            "exposure_accepted_requests_mean"
                if hard && poisson && random && scenario.revoke.requests_after == RequestsAfter::SameRate =>
            {
                Some(theory::cache_accepted(l, ttl, n))
            }
            "exposure_credential_mean_s" if !hard && poisson && scenario.topology.nodes == 1 => Some(if random {
                theory::idle_cache_at_random(l, ttl)
            } else {
                theory::idle_cache_after_request(l, ttl)
            }),
            "cache_hit_ratio" if hard && poisson => Some(theory::cache_hits(l, ttl, n)),
            "store_ops_per_request" if hard && poisson => Some(ops * (1.0 - theory::cache_hits(l, ttl, n))),
            "store_ops_per_user_per_s" if hard && poisson => Some(l * ops * (1.0 - theory::cache_hits(l, ttl, n))),
            _ => token::bytes(scenario, strategy, metric),
        };
    }
    match metric {
        "exposure_credential_mean_s"
        | "exposure_all_nodes_mean_s"
        | "exposure_per_node_mean_s"
        | "stale_role_mean_s" => Some(lag),
        "exposure_accepted_requests_mean" if scenario.revoke.requests_after == RequestsAfter::SameRate => Some(l * lag),
        "store_ops_per_request" => Some(ops),
        "store_ops_per_user_per_s" => Some(l * ops),
        "store_ops_per_s_mean" => Some(l * ops * scenario.run.users as f64),
        "outage_denied_s_per_user_mean" => outage.map(|d| if closed { d } else { 0.0 }),
        "outage_users_hit_ratio" => outage.map(|_| if closed { 1.0 } else { 0.0 }),
        "added_latency_mean_us" if ops <= 1.0 => {
            let topology = &scenario.topology;
            let far = theory::region_latency(topology.regions as f64, seconds(topology.region_rtt.0));
            Some((far + seconds(scenario.store.rtt.0) + scenario.store.service.mean_s()) * 1e6)
        }
        _ => token::bytes(scenario, strategy, metric),
    }
}
