//! What coupled mode makes nothing of: most of it befalls one user alone, whom trace mode follows. What would change its
//! numbers is refused instead, in [`crate::simulate::coupled::plan`].

use crate::simulate::scenario::{
    Arrivals, Bus, CheckAt, Client, Clock, EventTiming, FailMode, Fanout, ListMode, RefreshTrigger, RequestsAfter,
    Retry, Revoke, Scenario, StoreConfig, Strategy, Theft, Topology, Touch, Traffic,
};
use crate::simulate::strategies::STORE_QUEUE;

/// A key that is written, whether nothing comes of it, and what it is about.
pub type UnusedKey = (&'static str, bool, &'static str);

const TRACE: &str = "trace mode";

fn has_tokens(strategy: &Strategy) -> bool {
    !strategy.kind.starts_with("session_") && strategy.kind != STORE_QUEUE
}

fn is_in_memory(strategy: &Strategy) -> bool {
    strategy.kind == "session_memory"
}

/// Whether nodes ask the store about each request, or about those that their caches cannot answer.
fn asks(strategy: &Strategy) -> bool {
    match strategy.kind.as_str() {
        "session_store" | "version" | "watermark" | "introspection" => true,
        "jwt_denylist" => strategy.list_mode() == ListMode::Central,
        _ => false,
    }
}

/// Whether each node keeps something that it loses, or that others lack.
fn keeps(strategy: &Strategy) -> bool {
    is_in_memory(strategy) || strategy.cached().is_some() || (strategy.kind == "jwt_denylist" && !asks(strategy))
}

/// Keys of the scenario, all of whose strategies run in coupled mode.
pub fn keys(scenario: &Scenario) -> Vec<UnusedKey> {
    let no = |holds: fn(&Strategy) -> bool| !scenario.strategy.iter().any(holds);
    if no(|own| own.kind != STORE_QUEUE) {
        return of_queue(scenario).into();
    }
    let Scenario { run, clock, revoke, role_change, theft, .. } = scenario;
    let mut idle = vec![
        ("run.sample", run.sample.is_some(), TRACE),
        ("clock.transit", clock.transit.0 > 0, TRACE),
        ("revoke.when", revoke.when != EventTiming::Random, TRACE),
        (
            "revoke.requests_after",
            revoke.requests_after != RequestsAfter::SameRate && (revoke.rate.0 <= 0.0 || no(has_tokens)),
            "tokens that are revoked",
        ),
        ("revoke.rate", revoke.rate.0 > 0.0 && no(has_tokens), "tokens"),
        ("role_change.when", role_change.when != EventTiming::Random, TRACE),
        ("theft", *theft != Theft::default(), TRACE),
    ];
    idle.extend(of_clients(&scenario.traffic, &scenario.client, no));
    idle.extend(of_topology(&scenario.topology, no));
    idle.extend(of_store(&scenario.store, no));
    idle
}

/// The store alone: nobody is signed in, no node is there, and it is never out.
fn of_queue(scenario: &Scenario) -> [UnusedKey; 11] {
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

fn of_clients(traffic: &Traffic, client: &Client, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 10] {
    let (common, own) = (Traffic::default(), Client::default());
    let by_timer = client.refresh == RefreshTrigger::Timer && !no(has_tokens);
    [
        ("traffic.arrivals = \"always_wanting\"", traffic.arrivals == Arrivals::AlwaysWanting, TRACE),
        ("traffic.on", traffic.on != common.on, TRACE),
        ("traffic.off", traffic.off != common.off, TRACE),
        ("client.refresh", client.refresh != own.refresh && no(has_tokens), "tokens"),
        ("client.margin", client.margin != own.margin && !by_timer, "tokens that a timer renews"),
        ("client.tab_spread", client.tab_spread != own.tab_spread, TRACE),
        ("client.rtt", client.rtt != own.rtt, TRACE),
        ("client.retry = \"old_token\"", client.retry == Retry::OldToken, "rotation in trace mode"),
        ("client.retry", client.retry == Retry::Continuous && no(has_tokens), "tokens"),
        ("client.relogin", client.relogin != own.relogin && no(is_in_memory), "sessions in memory"),
    ]
}

fn of_topology(topology: &Topology, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 8] {
    let own = Topology::default();
    let everywhere = |strategy: &Strategy| strategy.check == Some(CheckAt::EveryService);
    let (nothing_is_kept, kept) = (no(keeps), "nodes that keep sessions, caches or lists");
    [
        ("topology.nodes", topology.nodes != own.nodes && nothing_is_kept, kept),
        ("topology.lb", topology.lb != own.lb && no(is_in_memory), "sessions in memory"),
        ("topology.services", topology.services != own.services && no(everywhere), "check = \"every_service\""),
        ("topology.fanout", topology.fanout != Fanout::Serial, TRACE),
        ("topology.region_rtt", topology.region_rtt != own.region_rtt, TRACE),
        ("topology.crash", !topology.crash.is_empty() && nothing_is_kept, kept),
        ("topology.rolling_deploy", !topology.rolling_deploy.is_empty() && nothing_is_kept, kept),
        ("topology.scale", !topology.scale.is_empty() && nothing_is_kept, kept),
    ]
}

fn of_store(store: &StoreConfig, no: impl Fn(fn(&Strategy) -> bool) -> bool) -> [UnusedKey; 6] {
    let own = StoreConfig::default();
    let (nobody_asks, asked) = (no(|strategy| !is_in_memory(strategy)), "strategies that ask the store");
    [
        ("store.rtt", store.rtt != own.rtt && nobody_asks, asked),
        ("store.service", store.service != own.service && nobody_asks, asked),
        ("store.servers", store.servers != own.servers && nobody_asks, asked),
        ("store.replica_lag", store.replica_lag != own.replica_lag, TRACE),
        ("store.on_outage", store.on_outage != FailMode::Closed && no(asks), "strategies that ask about each request"),
        ("store.outage", !store.outage.is_empty() && nobody_asks, asked),
    ]
}

/// Keys of one strategy.
pub fn unused_strategy_keys(scenario: &Scenario, strategy: &Strategy) -> Vec<UnusedKey> {
    let is_bounded = scenario.slo.header_bytes.is_some();
    let once = strategy.check == Some(CheckAt::EveryService) && scenario.topology.services == 1;
    vec![
        ("check = \"every_service\"", once, "more topology.services than one"),
        ("nbf", strategy.nbf.is_some(), TRACE),
        (
            "touch",
            strategy.touch.is_some() && strategy.touch() != Touch::Separate,
            "touch = \"separate\" in coupled mode",
        ),
        ("entry_ttl", strategy.entry_ttl.is_some(), TRACE),
        ("token_bytes", strategy.token_bytes.is_some() && !is_bounded, TRACE),
        ("alg", strategy.alg.is_some() && !is_bounded, TRACE),
        ("on_outage", strategy.on_outage.is_some() && !asks(strategy), "strategies that ask about each request"),
        ("poll", strategy.poll.is_some() && strategy.list_mode() != ListMode::Poll, "mode = \"poll\""),
        ("fetch", strategy.fetch.is_some() && strategy.list_mode() != ListMode::Poll, "mode = \"poll\""),
    ]
}
