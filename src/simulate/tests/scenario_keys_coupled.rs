//! The same tests in coupled mode: an unsupported key is rejected by name, or a warning names it.

use super::scenario_keys::*;
use crate::simulate::metrics::Metric;
use crate::simulate::scenario::Scenario;
use crate::simulate::work_units::Engine;

/// Every scenario key with a value other than in [`base`], and a strategy that takes the key.
const KEYS: &[(&str, &str, &str)] = &[
    ("run.users", "91", REFRESH),
    ("run.sample", "60", REFRESH),
    ("run.horizon", "3h", REFRESH),
    ("run.seed", "2", REFRESH),
    ("run.replications", "2", REFRESH),
    ("traffic.rate", "2/min", REFRESH),
    ("traffic.rate_per_tab", "2/min", REFRESH),
    ("traffic.arrivals", "on_off", REFRESH),
    ("traffic.arrivals", "always_wanting", REFRESH),
    ("traffic.on", "5m", REFRESH),
    ("traffic.off", "5m", REFRESH),
    ("client.refresh", "lazy", REFRESH),
    ("client.refresh", "lazy", SESSION),
    ("client.margin", "2m", REFRESH),
    ("client.margin", "2m", SESSION),
    ("client.jitter", "0.2", REFRESH),
    ("client.tabs", "3", REFRESH),
    ("client.tab_spread", "3s", REFRESH),
    ("client.rtt", "1s", REFRESH),
    ("client.lost_response", "0.2", REFRESH),
    ("client.retry", "old_token", REFRESH),
    ("client.retry", "continuous", REFRESH),
    ("client.retry", "continuous", SESSION),
    ("client.relogin", "at_next_request", MEMORY),
    ("client.relogin", "at_next_request", REFRESH),
    ("topology.nodes", "4", CACHED),
    ("topology.nodes", "4", REFRESH),
    ("topology.lb", "hash_mod", MEMORY),
    ("topology.lb", "hash_mod", CACHED),
    ("topology.services", "4", "kind = \"session_store\"\ncheck = \"every_service\""),
    ("topology.services", "4", REFRESH),
    ("topology.fanout", "parallel", REFRESH),
    ("topology.regions", "3", REFRESH),
    ("topology.region_rtt", "1s", REFRESH),
    ("topology.node_mtbf", "30m", MEMORY),
    ("store.rtt", "3ms", SESSION),
    ("store.rtt", "3ms", MEMORY),
    ("store.service", "const(1ms)", REFRESH),
    ("store.service", "const(1ms)", MEMORY),
    ("store.write", "3ms", SESSION),
    ("store.write", "3ms", REFRESH),
    ("store.write", "3ms", CACHED),
    ("store.servers", "4", MEMORY),
    ("store.arrivals", "poisson 5/s", REFRESH),
    ("store.replica_lag", "1s", SESSION),
    ("store.read_from", "replica", SESSION),
    ("store.on_outage", "open", SESSION),
    ("store.on_outage", "open", REFRESH),
    ("store.on_outage", "stale", CACHED),
    ("bus.delay", "5s", PUSHED),
    ("bus.loss", "0.5", PUSHED),
    ("bus.reconcile", "5m", PUSHED),
    ("bus.delay", "5s", REFRESH),
    ("clock.sigma", "2s", REFRESH),
    ("clock.verifier_offset", "-30s", REFRESH),
    ("clock.leeway", "30s", REFRESH),
    ("clock.transit", "1s", REFRESH),
    ("clock.numeric_date", "seconds", REFRESH),
    ("revoke.when", "at_request", REFRESH),
    ("revoke.requests_after", "none", REFRESH),
    ("revoke.requests_after", "none", SESSION),
    ("revoke.rate", "2/s", REFRESH),
    ("revoke.rate", "2/s", SESSION),
    ("role_change.when", "at_request", REFRESH),
    ("role_change.rate", "1/s", REFRESH),
    ("theft.target", "access", REFRESH),
    ("theft.when", "at_request", REFRESH),
    ("theft.attacker.first", "5s", REFRESH),
    ("theft.attacker.then", "greedy", REFRESH),
    ("theft.attacker.jitter", "0.1", REFRESH),
    ("touch", "separate", SESSION),
    ("touch", "false", SESSION),
    ("touch_every", "1m", SESSION),
    ("cache", "{ ttl = \"60s\" }", CACHED),
    ("cache", "{ ttl = \"30s\", kind = \"idle\" }", CACHED),
    ("cache", "{ ttl = \"30s\" }", VERSION),
    ("check", "every_service", SESSION),
    ("access", "5m", REFRESH),
    ("access", "uniform(5m,15m)", REFRESH),
    ("nbf", "true", "kind = \"jwt_refresh\""),
    ("mode", "poll", CENTRAL),
    ("mode", "push", CENTRAL),
    ("mode", "bloom", CENTRAL),
    ("poll", "60s", POLLED),
    ("poll", "60s", CENTRAL),
    ("fetch", "2s", POLLED),
    ("fetch", "2s", PUSHED),
    ("entry_ttl", "access", CENTRAL),
    ("on_outage", "open", CENTRAL),
    ("on_outage", "open", REFRESH),
    ("token_bytes", "2000", REFRESH),
    ("alg", "RS256", REFRESH),
];

/// Half an hour of ninety users in coupled mode; in-memory sessions have sticky routing.
fn coupled(strategy: &str) -> String {
    let lb = if strategy == MEMORY { "sticky_cookie" } else { "random" };
    let text = base(strategy).replace("sample = 90\n", "").replace("at = \"1h\"", "at = \"15m\"");
    let text = set(&set(&text, "run.engine", "coupled"), "topology.lb", lb);
    // A crash affects in-memory sessions only.
    let crash = "[[topology.crash]]\nnode = 1\nat = \"20m\"\n";
    let events = if strategy == MEMORY { crash } else { "" };
    set(&text, "run.horizon", "30m").replace("[[strategy]]", &format!("{events}\n[[strategy]]"))
}

/// Metrics and warnings.
type RunMetrics = (Vec<(Metric, f64)>, Vec<String>);

/// Metrics and warnings of a scenario, or why it is rejected.
fn run_metrics(text: &str) -> Result<RunMetrics, String> {
    let scenario = Scenario::parse(text).map_err(|error| error.to_string())?;
    Engine::new(&scenario).map(|_| ())?;
    Ok((numbers(text), scenario.warnings()))
}

#[test]
fn every_key_changes_a_metric_or_is_named() {
    let mut silent = Vec::new();
    for (key, value, strategy) in KEYS {
        let text = coupled(strategy);
        let (before, _) = run_metrics(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let name = if key.starts_with("theft.") { "theft" } else { key.trim_end_matches(".delay") };
        // Some errors concern a value and name that.
        let words = [name, "Bloom", "one lifetime", "caches of"];
        let has_effect = match run_metrics(&set(&text, key, value)) {
            Ok((after, warnings)) => after != before || warnings.iter().any(|warning| warning.contains(name)),
            Err(error) => words.iter().any(|word| error.contains(word)),
        };
        if !has_effect {
            silent.push(format!("{key} = {value} of {strategy}"));
        }
    }
    assert_eq!(silent, [""; 0]);
}

#[test]
fn store_queue_warns_about_keys_of_users_and_nodes() {
    let text =
        "[run]\nhorizon = \"10s\"\n[store]\narrivals = \"poisson 800/s\"\n[[strategy]]\nkind = \"store_queue\"\n";
    assert_eq!(Scenario::parse(text).unwrap().warnings(), [""; 0]);
    for (key, value) in
        [("client.jitter", "0.2"), ("topology.nodes", "4"), ("clock.leeway", "5s"), ("store.write", "1ms")]
    {
        let warnings = Scenario::parse(&set(text, key, value)).unwrap().warnings();
        let table = if key.starts_with("store") { key } else { key.split('.').next().unwrap() };
        assert!(warnings.iter().any(|warning| warning.starts_with(table)), "{key}: {warnings:?}");
    }
}
