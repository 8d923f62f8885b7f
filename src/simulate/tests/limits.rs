//! Tests of limiting cases in which one strategy equals another. With common random numbers the results are equal
//! exactly, not only statistically.

use super::theory::tallies;
use crate::simulate::scenario::Scenario;
use crate::simulate::tally::{Count, Measure, Tally};

/// All measures of an exposure window.
const EXPOSURE: &[Measure] =
    &[Measure::Credential, Measure::PerNode, Measure::AllNodes, Measure::LastAccepted, Measure::AcceptedRequests];

/// Simulates the same users under each strategy, in a scenario with these keys.
fn simulate(world: &str, strategies: &[&str]) -> Vec<Tally> {
    let strategies: String = strategies.iter().map(|strategy| format!("\n[[strategy]]\n{strategy}\n")).collect();
    let text = format!("[run]\nusers = 400\nreplications = 4\nhorizon = \"2h\"\n{world}\n{strategies}");
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let merged = |of_one: Vec<Tally>| {
        let mut whole = Tally::default();
        of_one.iter().for_each(|tally| whole.merge(tally));
        whole
    };
    tallies(&scenario).into_iter().map(merged).collect()
}

/// Asserts equal exposures to the nanosecond, either all 0 or not.
fn assert_same_exposure(tallies: &[Tally], is_none: bool) {
    for measure in EXPOSURE {
        let first = tallies[0].measured(*measure).unwrap();
        assert!(first.count > 0 && (first.sum == 0) == is_none, "{measure:?}: {} in {}", first.sum, first.count);
        for other in &tallies[1..] {
            assert_eq!(other.measured(*measure), Some(first), "{measure:?}");
        }
    }
}

fn mean_s(tally: &Tally, measure: Measure) -> f64 {
    let measured = tally.measured(measure).unwrap();
    measured.sum as f64 / measured.count as f64 / 1e9
}

const TOKEN: &str = "access = \"15m\"";

#[test]
fn list_that_is_never_polled_equals_no_list() {
    let polled = format!("kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"inf\"\n{TOKEN}");
    assert_same_exposure(&simulate("", &[&polled, &format!("kind = \"jwt_only\"\n{TOKEN}")]), false);
}

#[test]
fn list_polled_continuously_approaches_a_central_list() {
    let central = format!("kind = \"jwt_denylist\"\nmode = \"central\"\n{TOKEN}");
    let polled = |every: &str| format!("kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"{every}\"\n{TOKEN}");
    let tallies = simulate("", &[&central, &polled("1ms"), &polled("1s")]);
    assert_same_exposure(&tallies[..1], true);
    let (often, seldom) = (mean_s(&tallies[1], Measure::AllNodes), mean_s(&tallies[2], Measure::AllNodes));
    assert!(often > 0.0 && often < 1e-3, "{often}");
    assert!((0.8..0.95).contains(&seldom), "eight nodes poll every second: {seldom} is not 8/9 s");
}

#[test]
fn pushed_list_with_total_loss_equals_a_polled_list() {
    let pushed = format!("kind = \"jwt_denylist\"\nmode = \"push\"\n{TOKEN}");
    let polled = format!("kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\n{TOKEN}");
    assert_same_exposure(&simulate("[bus]\nloss = 1.0\nreconcile = \"30s\"", &[&pushed, &polled]), false);
}

#[test]
fn pushed_list_without_loss_and_delay_equals_a_central_list() {
    let pushed = format!("kind = \"jwt_denylist\"\nmode = \"push\"\n{TOKEN}");
    let central = format!("kind = \"jwt_denylist\"\nmode = \"central\"\n{TOKEN}");
    assert_same_exposure(&simulate("[bus]\nloss = 0.0\ndelay = \"0s\"", &[&pushed, &central]), true);
}

#[test]
fn continuously_published_status_list_equals_a_polled_list() {
    let listed = format!("kind = \"token_status_list\"\npublish = \"1ns\"\nttl = \"30s\"\n{TOKEN}");
    let polled = format!("kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\n{TOKEN}");
    let tallies = simulate("", &[&listed, &polled]);
    for measure in [Measure::AllNodes, Measure::PerNode] {
        // One nanosecond until publication.
        let apart = mean_s(&tallies[0], measure) - mean_s(&tallies[1], measure);
        assert!((0.0..2e-9).contains(&apart) && mean_s(&tallies[1], measure) > 10.0, "{measure:?}: {apart}");
    }
}

#[test]
fn cache_with_ttl_near_zero_equals_no_cache() {
    let session = |cache: &str| format!("kind = \"session_store\"\n{cache}");
    let tallies =
        simulate("", &[&session(""), &session("cache = { ttl = \"0s\" }"), &session("cache = { ttl = \"1us\" }")]);
    assert_eq!(tallies[0], tallies[1]);
    assert_eq!(tallies[0].count(Count::StoreOps), tallies[2].count(Count::StoreOps));
    assert_eq!(tallies[2].count(Count::CacheHits), 0);
    assert_eq!(tallies[0].measured(Measure::Latency), tallies[2].measured(Measure::Latency));
    assert_same_exposure(&[tallies[0].clone(), tallies[2].clone()], true);
}

/// A lazy client renews on a request, which fills the only cache until the token expires.
#[test]
fn introspection_cached_until_expiry_equals_no_check() {
    let world = "[client]\nrefresh = \"lazy\"\nmargin = \"0s\"\n[topology]\nnodes = 1";
    let kept = |kind: &str| format!("kind = \"{kind}\"\naccess = \"90s\"\ncache = {{ ttl = \"1h\" }}");
    let tallies = simulate(world, &["kind = \"jwt_only\"\naccess = \"90s\"", &kept("introspection"), &kept("version")]);
    // A cached version belongs to the user and outlasts the token; a cached introspection response does not.
    assert_same_exposure(&tallies[1..], false);
    assert!(tallies[1].count(Count::CacheHits) < tallies[2].count(Count::CacheHits));
    let [alone, cached] = [&tallies[0], &tallies[1]].map(|tally| mean_s(tally, Measure::AllNodes));
    // Except for the first tokens of the run, which are not in the cache yet.
    assert!(alone > 20.0 && cached <= alone && cached > 0.95 * alone, "{cached} of {alone}");
}

#[test]
fn in_memory_sessions_on_one_node_equal_a_session_store() {
    let tallies = simulate("[topology]\nnodes = 1", &["kind = \"session_memory\"", "kind = \"session_store\""]);
    assert_same_exposure(&tallies, true);
    for count in [Count::Requests, Count::Bytes, Count::NodeMisses, Count::LiveAtRevoke] {
        assert_eq!(tallies[0].count(count), tallies[1].count(count), "{count:?}");
    }
    assert_eq!(tallies[0].count(Count::NodeMisses), 0);
}

#[test]
fn grace_period_of_zero_equals_strict() {
    let world = "[client]\ntabs = 3\nlost_response = 0.1\n[theft]\ntarget = \"refresh\"\n\
                 attacker = { first = \"uniform(0,access)\", then = \"period\" }";
    let rotation = |mode: &str| format!("kind = \"rotation\"\n{TOKEN}\nmode = \"{mode}\"\ngrace = \"0s\"");
    let tallies = simulate(world, &[&rotation("strict"), &rotation("same"), &rotation("branch")]);
    assert!(tallies[0].count(Count::Detected) > 0 && tallies[0].count(Count::LogoutsRace) > 0);
    assert_eq!(tallies[0], tallies[1]);
    assert_eq!(tallies[0], tallies[2]);
}

#[test]
fn regions_without_round_trip_time_equal_one_region() {
    let tally = |regions: &str| simulate(&format!("[topology]\n{regions}"), &["kind = \"session_store\""]).remove(0);
    let one = tally("regions = 1\nregion_rtt = \"80ms\"");
    assert_eq!(one, tally("regions = 3\nregion_rtt = \"0s\""));
    assert_ne!(one, tally("regions = 3\nregion_rtt = \"80ms\""));
}

#[test]
fn entry_ttl_residual_equals_residual_plus_leeway_without_leeway() {
    let list = |ttl: &str| format!("kind = \"jwt_denylist\"\n{TOKEN}\nentry_ttl = \"{ttl}\"");
    let both = [list("residual"), list("residual+leeway")];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    let tallies = simulate("[clock]\nleeway = \"0s\"", &both);
    assert_eq!(tallies[0], tallies[1]);
    let tallies = simulate("[clock]\nleeway = \"60s\"", &both);
    assert_ne!(tallies[0], tallies[1]);
    assert_eq!(mean_s(&tallies[0], Measure::Resurrected), 60.0);
    assert_eq!(mean_s(&tallies[1], Measure::Resurrected), 0.0);
}

/// An interrupted run stops within a user of a billion requests, and does not count that user.
#[test]
fn interrupted_unit_stops_within_a_user_and_has_no_result() {
    use crate::simulate::work_units::{Engine, units};
    use std::cell::Cell;
    let text = "[run]\nusers = 1\nreplications = 1\nhorizon = \"1000s\"\n[traffic]\nrate = \"1e6/s\"\n\
                [[strategy]]\nkind = \"jwt_refresh\"\n[[strategy]]\nkind = \"session_store\"\n";
    let scenario = Scenario::parse(text).unwrap();
    let unit = units(&scenario).next().unwrap();
    for allowed in [2, 5, 50] {
        let asked = Cell::new(0);
        let keep_running = || {
            asked.set(asked.get() + 1);
            asked.get() <= allowed
        };
        assert!(Engine::new(&scenario).unwrap().run_unit(&unit, &keep_running).unwrap().is_none());
        assert!(asked.get() > allowed && asked.get() < allowed + 10, "{} polls", asked.get());
    }
}
