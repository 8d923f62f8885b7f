//! Keys that have no effect in coupled mode, mostly because they concern one user and belong to trace mode. Unsupported
//! keys that would change the results are rejected instead, in [`crate::simulate::coupled::model_builder`].

use crate::simulate::scenario::{
    Arrivals, Bus, CheckAt, Client, Clock, EventTiming, FailMode, Fanout, ListMode, RefreshTrigger, RequestsAfter,
    Retry, Revoke, Scenario, StoreConfig, Strategy, Theft, Topology, Touch, Traffic,
};
use crate::simulate::strategies::CoupledForm;

/// A key, whether it is set without effect, and where it would have one.
pub(super) type UnusedKey = (&'static str, bool, &'static str);

const TRACE: &str = "trace mode";

fn has_tokens(strategy: &Strategy) -> bool {
    CoupledForm::from_strategy(strategy).has_tokens()
}

fn is_in_memory(strategy: &Strategy) -> bool {
    CoupledForm::from_strategy(strategy) == CoupledForm::MemorySession
}

/// Whether nodes query the store on each request, or on each cache miss.
fn asks(strategy: &Strategy) -> bool {
    match CoupledForm::from_strategy(strategy) {
        CoupledForm::StoredSession | CoupledForm::QueriedToken => true,
        CoupledForm::DenylistedToken => strategy.list_mode() == ListMode::Central,
        _ => false,
    }
}

/// Whether nodes have local state that they can lose, or that other nodes lack.
fn keeps(strategy: &Strategy) -> bool {
    let is_listed = CoupledForm::from_strategy(strategy) == CoupledForm::DenylistedToken;
    is_in_memory(strategy) || strategy.cached().is_some() || (is_listed && !asks(strategy))
}

/// Keys of a scenario whose strategies all run in coupled mode.
pub(super) fn keys(scenario: &Scenario) -> Vec<UnusedKey> {
    let no = |holds: fn(&Strategy) -> bool| !scenario.strategy.iter().any(holds);
    if no(|own| CoupledForm::from_strategy(own) != CoupledForm::Queue) {
        return queue_keys(scenario).into();
    }
    let Scenario { run, clock, revoke, role_change, theft, .. } = scenario;
    let mut idle = vec![
        ("run.sample", run.sample.is_some(), TRACE),
        ("clock.transit", clock.transit.0 > 0, TRACE),
        ("revoke.when", revoke.when != EventTiming::Random, TRACE),
        (
            "revoke.requests_after",
            revoke.requests_after != RequestsAfter::SameRate && (revoke.rate.0 <= 0.0 || no(has_tokens)),
            "revoked tokens",
        ),
        ("revoke.rate", revoke.rate.0 > 0.0 && no(has_tokens), "tokens"),
        ("role_change.when", role_change.when != EventTiming::Random, TRACE),
        ("theft", *theft != Theft::default(), TRACE),
    ];
    idle.extend(client_keys(&scenario.traffic, &scenario.client, no));
    idle.extend(topology_keys(&scenario.topology, no));
    idle.extend(store_keys(&scenario.store, no));
    idle
}

/// `store_queue`: no users, no nodes, no outages.
fn queue_keys(scenario: &Scenario) -> [UnusedKey; 11] {
    let Scenario { traffic, client, topology, store, bus, clock, revoke, role_change, theft, .. } = scenario;
    let (users, own) = ("strategies with users", StoreConfig::default());
    [
        ("traffic", *traffic != Traffic::default(), users),
        ("client", *client != Client::default(), users),
        ("topology", *topology != Topology::default(), users),
        ("bus", *bus != Bus::default(), users),
        ("clock", *clock != Clock::default(), users),
        ("revoke", *revoke != Revoke::default(), users),
        ("role_change", role_change.when != EventTiming::Random, users),
        ("theft", *theft != Theft::default(), users),
        ("store.write", store.write.is_some(), TRACE),
        ("store.on_outage", store.on_outage != own.on_outage, users),
        ("store.outage", !store.outage.is_empty(), users),
    ]
}

fn client_keys(traffic: &Traffic, client: &Client, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 10] {
    let (common, own) = (Traffic::default(), Client::default());
    let by_timer = client.refresh == RefreshTrigger::Timer && !no(has_tokens);
    [
        ("traffic.arrivals = \"always_wanting\"", traffic.arrivals == Arrivals::AlwaysWanting, TRACE),
        ("traffic.on", traffic.on != common.on, TRACE),
        ("traffic.off", traffic.off != common.off, TRACE),
        ("client.refresh", client.refresh != own.refresh && no(has_tokens), "tokens"),
        ("client.margin", client.margin != own.margin && !by_timer, "tokens renewed by timer"),
        ("client.tab_spread", client.tab_spread != own.tab_spread, TRACE),
        ("client.rtt", client.rtt != own.rtt, TRACE),
        ("client.retry = \"old_token\"", client.retry == Retry::OldToken, "rotation in trace mode"),
        ("client.retry", client.retry == Retry::Continuous && no(has_tokens), "tokens"),
        ("client.relogin", client.relogin != own.relogin && no(is_in_memory), "in-memory sessions"),
    ]
}

fn topology_keys(topology: &Topology, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 8] {
    let own = Topology::default();
    let everywhere = |strategy: &Strategy| strategy.check == Some(CheckAt::EveryService);
    let (nothing_is_kept, kept) = (no(keeps), "nodes with sessions, caches or lists");
    [
        ("topology.nodes", topology.nodes != own.nodes && nothing_is_kept, kept),
        ("topology.lb", topology.lb != own.lb && no(is_in_memory), "in-memory sessions"),
        ("topology.services", topology.services != own.services && no(everywhere), "check = \"every_service\""),
        ("topology.fanout", topology.fanout != Fanout::Serial, TRACE),
        ("topology.region_rtt", topology.region_rtt != own.region_rtt, TRACE),
        ("topology.crash", !topology.crash.is_empty() && nothing_is_kept, kept),
        ("topology.rolling_deploy", !topology.rolling_deploy.is_empty() && nothing_is_kept, kept),
        ("topology.scale", !topology.scale.is_empty() && nothing_is_kept, kept),
    ]
}

fn store_keys(store: &StoreConfig, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 6] {
    let own = StoreConfig::default();
    let (is_never_queried, queried) = (no(|strategy| !is_in_memory(strategy)), "strategies that query the store");
    [
        ("store.rtt", store.rtt != own.rtt && is_never_queried, queried),
        ("store.service", store.service != own.service && is_never_queried, queried),
        ("store.servers", store.servers != own.servers && is_never_queried, queried),
        ("store.replica_lag", store.replica_lag != own.replica_lag, TRACE),
        (
            "store.on_outage",
            store.on_outage != FailMode::Closed && no(asks),
            "strategies that query the store on each request",
        ),
        ("store.outage", !store.outage.is_empty() && is_never_queried, queried),
    ]
}

/// Keys of one strategy.
pub(super) fn unused_strategy_keys(scenario: &Scenario, strategy: &Strategy) -> Vec<UnusedKey> {
    let is_bounded = scenario.slo.header_bytes.is_some();
    let once = strategy.check == Some(CheckAt::EveryService) && scenario.topology.services == 1;
    vec![
        ("check = \"every_service\"", once, "topology.services above 1"),
        ("nbf", strategy.nbf.is_some(), TRACE),
        (
            "touch",
            strategy.touch.is_some() && strategy.touch() != Touch::Separate,
            "touch = \"separate\" in coupled mode",
        ),
        ("entry_ttl", strategy.entry_ttl.is_some(), TRACE),
        ("token_bytes", strategy.token_bytes.is_some() && !is_bounded, TRACE),
        ("alg", strategy.alg.is_some() && !is_bounded, TRACE),
        (
            "on_outage",
            strategy.on_outage.is_some() && !asks(strategy),
            "strategies that query the store on each request",
        ),
        ("poll", strategy.poll.is_some() && strategy.list_mode() != ListMode::Poll, "mode = \"poll\""),
        ("fetch", strategy.fetch.is_some() && strategy.list_mode() != ListMode::Poll, "mode = \"poll\""),
    ]
}
