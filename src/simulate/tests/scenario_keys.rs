//! Tests that every scenario key has an effect: it changes a metric, or there is a warning that it does not.

use crate::simulate::metrics::Metric;
use crate::simulate::results::{StrategyResult, judge_parts};
use crate::simulate::scenario::{Scenario, edit};
use crate::simulate::strategies::{self, COMMON_KEYS};
use crate::simulate::work_units::{Engine, UnitResult, WorkUnit, users};

pub(super) fn simulate(text: &str) -> Vec<StrategyResult> {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let engine = Engine::new(&scenario).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut parts: Vec<Vec<UnitResult>> = scenario.strategy.iter().map(|_| Vec::new()).collect();
    for replication in 0..scenario.run.replications {
        let unit = WorkUnit { replication, users: 0..users(&scenario) };
        let results = engine.run_unit(&unit, &|| true).unwrap().unwrap();
        parts.iter_mut().zip(results).for_each(|(own, result)| own.extend(result));
    }
    judge_parts(&scenario, &parts)
}

pub(super) fn numbers(text: &str) -> Vec<(Metric, f64)> {
    let rows = |own: StrategyResult| own.metrics.into_iter().map(|row| (row.metric, row.simulated)).collect::<Vec<_>>();
    simulate(text).into_iter().flat_map(rows).collect()
}

pub(super) fn set(text: &str, key: &str, value: &str) -> String {
    let takes = |kind: &str, key: &str| {
        COMMON_KEYS.contains(&key) || strategies::find(kind).is_some_and(|kind| kind.keys.contains(&key))
    };
    edit::set(text, key, value, takes).unwrap_or_else(|error| panic!("{key}: {error}"))
}

/// A scenario with ninety users, two hours, an outage and one strategy.
pub(super) fn base(strategy: &str) -> String {
    format!(
        "[run]\nusers = 90\nsample = 90\nreplications = 3\nhorizon = \"2h\"\n\n[revoke]\nrate = \"1/s\"\n\n\
         [[store.outage]]\nat = \"1h\"\nfor = \"5m\"\n\n[[strategy]]\n{strategy}\n"
    )
}

pub(super) const SESSION: &str = "kind = \"session_store\"";
pub(super) const CACHED: &str = "kind = \"session_store\"\ncache = { ttl = \"30s\" }";
pub(super) const MEMORY: &str = "kind = \"session_memory\"";
pub(super) const REFRESH: &str = "kind = \"jwt_refresh\"\nnbf = true";
pub(super) const ROTATION: &str = "kind = \"rotation\"\nmode = \"same\"\ngrace = \"10s\"";
pub(super) const CENTRAL: &str = "kind = \"jwt_denylist\"";
pub(super) const POLLED: &str = "kind = \"jwt_denylist\"\nmode = \"poll\"";
pub(super) const PUSHED: &str = "kind = \"jwt_denylist\"\nmode = \"push\"";
pub(super) const FILTER: &str = "kind = \"jwt_denylist\"\nmode = \"bloom\"\nfp = 0.1";
pub(super) const ASKED: &str = "kind = \"introspection\"\ncache = { ttl = \"30s\" }";
pub(super) const VERSION: &str = "kind = \"version\"";
pub(super) const LISTED: &str = "kind = \"token_status_list\"";
pub(super) const DPOP: &str = "kind = \"dpop\"\nreplay_cache = \"per_node\"";

#[test]
fn every_key_changes_a_metric() {
    for (key, value, strategy) in [
        ("run.users", "91", CENTRAL),
        ("run.sample", "60", CENTRAL),
        ("run.horizon", "3h", CENTRAL),
        ("run.seed", "2", CENTRAL),
        ("run.replications", "2", CENTRAL),
        ("run.engine", "coupled", CENTRAL),
        ("traffic.rate", "2/min", CENTRAL),
        ("traffic.rate_per_tab", "2/min", CENTRAL),
        ("traffic.arrivals", "on_off", CENTRAL),
        ("client.refresh", "lazy", REFRESH),
        ("client.margin", "2m", REFRESH),
        ("client.jitter", "0.2", REFRESH),
        ("client.tabs", "3", ROTATION),
        ("client.lost_response", "0.2", ROTATION),
        ("topology.nodes", "4", CACHED),
        ("topology.lb", "sticky_cookie", CACHED),
        ("topology.services", "4", REFRESH),
        ("topology.regions", "3", SESSION),
        ("topology.node_mtbf", "30m", MEMORY),
        ("store.rtt", "3ms", SESSION),
        ("store.service", "const(1ms)", SESSION),
        ("store.read_from", "replica", SESSION),
        ("store.read_from", "replica", CENTRAL),
        ("store.read_from", "replica", VERSION),
        ("store.on_outage", "open", SESSION),
        ("store.on_outage", "open", CACHED),
        ("store.on_outage", "stale", CACHED),
        ("store.on_outage", "open", CENTRAL),
        ("store.on_outage", "open", VERSION),
        ("store.on_outage", "open", ASKED),
        ("store.on_outage", "stale", ASKED),
        ("store.on_outage", "open", "kind = \"dpop\""),
        ("bus.delay", "5s", PUSHED),
        ("bus.loss", "0.5", PUSHED),
        ("bus.reconcile", "5m", PUSHED),
        ("clock.sigma", "2s", REFRESH),
        ("clock.verifier_offset", "-30s", REFRESH),
        ("clock.leeway", "30s", REFRESH),
        ("clock.numeric_date", "seconds", REFRESH),
        ("clock.numeric_date", "seconds", DPOP),
        ("revoke.when", "at_request", CACHED),
        ("revoke.requests_after", "none", REFRESH),
        ("revoke.rate", "2/s", CENTRAL),
        ("role_change.when", "at_request", REFRESH),
        ("theft.target", "access", REFRESH),
        ("theft.target", "session", SESSION),
        ("theft.target", "dpop_proof", DPOP),
        ("theft.when", "at_request", ROTATION),
        ("touch", "separate", SESSION),
        ("cache.ttl", "60s", CACHED),
        ("cache.kind", "idle", CACHED),
        ("access", "5m", REFRESH),
        ("access", "uniform(5m,15m)", REFRESH),
        ("grace", "20m", ROTATION),
        ("mode", "branch", ROTATION),
        ("on_reuse", "and_version", ROTATION),
        ("mode", "poll", CENTRAL),
        ("mode", "push", CENTRAL),
        ("mode", "bloom", CENTRAL),
        ("poll", "60s", POLLED),
        ("fetch", "2s", POLLED),
        ("entry_ttl", "access", CENTRAL),
        ("fp", "0.2", FILTER),
        ("confirm", "true", FILTER),
        ("cache.ttl", "60s", ASKED),
        ("publish", "90s", LISTED),
        ("ttl", "90s", LISTED),
        ("refetch", "iat+ttl", LISTED),
        ("window", "2m", DPOP),
        ("replay_cache", "shared", DPOP),
        ("on_outage", "open", CENTRAL),
        ("token_bytes", "2000", REFRESH),
        ("alg", "RS256", REFRESH),
    ] {
        let mut text = base(strategy);
        if key.starts_with("cache.") {
            text = text.replace(
                if key == "cache.ttl" { "\"30s\" }" } else { " }" },
                &match key {
                    "cache.ttl" => format!("\"{value}\" }}"),
                    _ => format!(", kind = \"{value}\" }}"),
                },
            );
            assert_ne!(numbers(&base(strategy)), numbers(&text), "{key} = {value} changes nothing of {strategy}");
            continue;
        }
        // The effect of clock skew and of the precision of dates shows only with a small leeway.
        if key == "clock.sigma" || key == "clock.numeric_date" {
            text = set(&text, "clock.leeway", "1s");
        }
        // An attacker who uses the copy.
        text = set(&text, "theft.attacker.then", "greedy");
        let changed = set(&text, key, value);
        assert_ne!(numbers(&text), numbers(&changed), "{key} = {value} changes nothing of {strategy}");
    }
}

#[test]
pub(super) fn key_without_effect_gets_a_warning() {
    for (key, value, strategy, word) in [
        ("client.retry", "continuous", REFRESH, "coupled mode"),
        ("client.relogin", "at_next_request", MEMORY, "coupled mode"),
        ("client.tabs", "3", REFRESH, "rotation"),
        ("client.lost_response", "0.1", SESSION, "rotation"),
        ("store.servers", "4", SESSION, "coupled mode"),
        ("bus.loss", "0.5", POLLED, "pushed"),
        ("clock.sigma", "2s", SESSION, "nbf"),
        ("role_change.rate", "1/day", REFRESH, "role_change.rate"),
        ("theft.target", "session", REFRESH, "sessions"),
        ("theft.target", "dpop_proof", REFRESH, "dpop"),
        ("ttl", "30s", "kind = \"token_status_list\"\nrefetch = \"fetch+ttl\"", "shorter than publish"),
    ] {
        let text = set(&base(strategy), key, value);
        let warnings = Scenario::parse(&text).unwrap().warnings();
        assert!(warnings.iter().any(|warning| warning.contains(word)), "{key} = {value}: {warnings:?}");
    }
    for preset in crate::simulate::preset::PRESETS.iter().filter(|preset| !preset.id.contains("leeway")) {
        assert_eq!(Scenario::parse(preset.text).unwrap().warnings(), [""; 0], "{}", preset.id);
    }
}

pub(super) fn one(text: &str) -> StrategyResult {
    simulate(text).remove(0)
}

#[test]
pub(super) fn denial_in_an_outage_depends_on_strategy_and_outage_mode() {
    let denied = |strategy: &str, how: &str| {
        let result = one(&set(&base(strategy), "store.on_outage", how));
        result.value(Metric::OutageDeniedPerUserMean).unwrap()
    };
    for strategy in [SESSION, CENTRAL, VERSION, "kind = \"dpop\""] {
        assert_eq!(denied(strategy, "closed"), 300.0, "{strategy}");
    }
    // Without a cache there is nothing stale to serve.
    assert_eq!((denied(SESSION, "stale"), denied(CENTRAL, "stale"), denied(SESSION, "open")), (300.0, 300.0, 0.0));
    // A token can be used until it expires, but cannot be renewed.
    let token = denied("kind = \"jwt_refresh\"", "closed");
    assert!(token > 0.0 && token < 150.0);
    assert_eq!((denied(CENTRAL, "open"), denied(VERSION, "open")), (token, token));
    let (closed, stale) = (denied(CACHED, "closed"), denied(CACHED, "stale"));
    assert!(closed > 290.0 && stale < 5.0, "{closed} {stale}");
    let (closed, stale) = (denied(ASKED, "closed"), denied(ASKED, "stale"));
    assert!(stale < closed && stale > token, "{closed} {stale} {token}");
}

#[test]
fn denylist_read_during_an_outage_fails_and_waits_for_the_next_period() {
    let most = |strategy: &str, loss: &str, outage: &str| {
        let text = base(&format!("{strategy}\naccess = \"inf\"")).replace("at = \"1h\"\nfor = \"5m\"", outage);
        one(&set(&text, "bus.loss", loss)).value(Metric::ExposureCredentialMax).unwrap()
    };
    // A token revoked right after the last read before the outage is accepted until the first read after it.
    let (none, long) = ("at = \"3h\"\nfor = \"5m\"", "at = \"10m\"\nfor = \"100m\"");
    let two = "at = \"10m\"\nfor = \"50m\"\n[[store.outage]]\nat = \"1h\"\nfor = \"50m\"";
    for (strategy, loss) in [(POLLED, "0"), (PUSHED, "1"), ("kind = \"jwt_denylist\"\nmode = \"bloom\"", "0")] {
        assert!(most(strategy, loss, none) <= 30.0, "{strategy}");
        for outage in [long, two] {
            let most = most(strategy, loss, outage);
            assert!((5_000.0..=6_030.0).contains(&most), "{strategy}: {most}");
        }
    }
    // Bus messages need no store, and a token expires without a read.
    assert_eq!(most(PUSHED, "0", long), 0.2);
    let ends = one(&base(POLLED).replace("at = \"1h\"\nfor = \"5m\"", long));
    assert!(ends.value(Metric::ExposureCredentialMax).unwrap() <= 900.0);
}

#[test]
pub(super) fn opaque_token_has_no_signature_cost() {
    let value = |strategy: &str, metric| {
        let text = set(&base(strategy), "store.rtt", "0s");
        one(&set(&text, "store.service", "const(1ms)")).value(metric).unwrap()
    };
    let latency = |strategy: &str| value(strategy, Metric::AddedLatencyMean);
    assert_eq!(latency("kind = \"introspection\""), 1_000.0);
    // A version or a watermark is looked up after the signature check.
    assert_eq!((latency(VERSION), latency("kind = \"watermark\"")), (1_044.0, 1_044.0));
    assert_eq!(value("kind = \"introspection\"", Metric::BytesPerRequest), value(SESSION, Metric::BytesPerRequest));
}

#[test]
fn replayed_proof_is_rejected_where_its_first_use_is_known() {
    let replays = |cache: &str, then: &str, first: &str| {
        let text = set(&base("kind = \"dpop\"\nwindow = \"60s\""), "replay_cache", cache);
        let text = set(&set(&text, "theft.target", "dpop_proof"), "theft.attacker.then", then);
        let result = one(&set(&text, "theft.attacker.first", first));
        (
            result.value(Metric::ReplaysAcceptedMax).unwrap(),
            result.value(Metric::TheftAttackerAccessMean).unwrap().round(),
        )
    };
    assert_eq!(replays("shared", "greedy", "0s"), (0.0, 0.0));
    assert_eq!(replays("per_node", "greedy", "0s"), (7.0, 60.0));
    assert_eq!(replays("per_node", "never", "10s").0, 1.0);
    assert_eq!(replays("per_node", "greedy", "61s"), (0.0, 0.0), "the proof is too old by then");
    // Without the key neither token is usable.
    let text = set(&base(DPOP), "theft.target", "access");
    assert_eq!(one(&text).value(Metric::TheftAttackerAccessMean), Some(0.0));
}

#[test]
pub(super) fn undetected_theft_lasts_as_long_as_the_credential() {
    let access = |target: &str, strategy: &str| {
        one(&set(&base(strategy), "theft.target", target)).value(Metric::TheftAttackerAccessMean)
    };
    assert_eq!((access("session", SESSION), access("session", MEMORY)), (Some(7_200.0), Some(7_200.0)));
    assert_eq!(access("refresh", REFRESH), Some(7_200.0));
    assert_eq!((access("refresh", "kind = \"jwt_only\""), access("session", REFRESH)), (None, None));
    let short = access("access", REFRESH).unwrap();
    assert!((400.0..560.0).contains(&short), "{short}");
    assert_eq!(access("access", ROTATION), Some(short), "rotation protects refresh tokens only");
}

#[test]
pub(super) fn whole_second_dates_reduce_nbf_rejections() {
    let refused = |dates: &str| {
        let text = set(&set(&base(REFRESH), "clock.sigma", "2s"), "clock.numeric_date", dates);
        one(&set(&text, "run.sample", "90")).value(Metric::RejectNbfMeanPerToken).unwrap()
    };
    // Half a second less on average, partly hidden by the clock skew.
    let (exact, seconds) = (refused("exact"), refused("seconds"));
    assert!(exact - seconds > 0.1 && exact - seconds < 0.5, "{exact} {seconds}");
}
