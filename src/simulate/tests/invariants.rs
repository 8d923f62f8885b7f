//! Invariants of trace mode for random scenarios: conservation of counts, bounds of exposure windows, common random
//! numbers across strategies, and standard errors over replications.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use super::theory::{results, tallies};
use crate::simulate::metrics::Metric;
use crate::simulate::results::evaluate;
use crate::simulate::scenario::Scenario;
use crate::simulate::scenario::units::SECOND;
use crate::simulate::tally::{Count, Measure, Tally};
use crate::simulate::trace_metrics::TRACE_METRICS;
use crate::simulate::work_units::{cells, run};
use proptest::prelude::*;

/// All strategies, by their name in these tests.
const NAMED_STRATEGIES: &[(&str, &str)] = &[
    ("alone", "kind = \"jwt_only\""),
    ("refresh", "kind = \"jwt_refresh\"\nnbf = true"),
    ("rotation", "kind = \"rotation\"\nmode = \"same\"\ngrace = \"1s\""),
    ("central", "kind = \"jwt_denylist\""),
    ("naive", "kind = \"jwt_denylist\"\nentry_ttl = \"residual\""),
    ("polled", "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\""),
    ("pushed", "kind = \"jwt_denylist\"\nmode = \"push\""),
    ("listed", "kind = \"token_status_list\"\npublish = \"60s\"\nttl = \"60s\""),
    ("asked", "kind = \"introspection\""),
    ("cached", "kind = \"version\"\ncache = { ttl = \"20s\" }"),
    ("stored", "kind = \"session_store\"\ntouch = \"separate\""),
    ("stored, cached", "kind = \"session_store\"\ncache = { ttl = \"20s\" }"),
    ("memory", "kind = \"session_memory\""),
];

/// The period of a polled list, and of the reconciliation after lost messages (`bus.reconcile`), in seconds.
const READ_EVERY: u64 = 30;

/// Upper bound of the time from a revocation to the next successful read of a list, in seconds.
///
/// A read that starts in an outage fails and is not repeated before the next period. The first read after a revocation
/// starts within one period. An outage of length L then makes at most ⌈L / period⌉ reads fail, and the next one
/// succeeds.
fn longest_wait_s(outage: u64) -> u64 {
    READ_EVERY * (1 + outage.div_ceil(READ_EVERY))
}

prop_compose! {
    fn scenarios()(
        seed in 1_u64..1_000_000,
        nodes in 1_u64..6,
        per_hour in 0_u64..200,
        on_off: bool,
        client in (any::<bool>(), 0_u64..40, 0_u64..5, 1_u64..4, 0_u64..3),
        access in 60_u64..1_200,
        clock in (0_u64..90, -40_i64..40, any::<bool>(), 0_u64..4),
        outage in (0_u64..3_000, 1_u64..2_000),
        loss in 0_u64..=10,
    ) -> (String, u64, u64, u64) {
        let (lazy, margin, jitter, tabs, lost) = client;
        let margin = if lazy { 0 } else { margin };
        let (leeway, offset, whole, sigma) = clock;
        let refresh = if lazy { "lazy" } else { "timer" };
        let arrivals = if on_off { "on_off" } else { "poisson" };
        let date = if whole { "seconds" } else { "exact" };
        let (jitter, lost, loss) = (jitter as f64 / 10.0, lost as f64 / 10.0, loss as f64 / 10.0);
        let strategies: String = NAMED_STRATEGIES
            .iter()
            .map(|(_, strategy)| {
                let access = if strategy.contains("session") { String::new() } else { format!("access = \"{access}s\"\n") };
                format!("[[strategy]]\n{strategy}\n{access}")
            })
            .collect();
        let text = format!(
            "[run]\nseed = {seed}\nusers = 12\nreplications = 2\nhorizon = \"1h\"\n\
             [traffic]\nrate = \"{per_hour}/h\"\narrivals = \"{arrivals}\"\n\
             [client]\nrefresh = \"{refresh}\"\nmargin = \"{margin}s\"\njitter = {jitter}\ntabs = {tabs}\nlost_response = {lost}\n\
             [topology]\nnodes = {nodes}\n[bus]\nloss = {loss}\n\
             [clock]\nleeway = \"{leeway}s\"\nverifier_offset = \"{offset}s\"\nnumeric_date = \"{date}\"\nsigma = \"{sigma}s\"\n\
             [theft]\ntarget = \"refresh\"\n\
             [[store.outage]]\nat = \"{}s\"\nfor = \"{}s\"\n{strategies}",
            outage.0, outage.1
        );
        (text, access, leeway.saturating_add_signed(offset.saturating_neg().max(0)), outage.1)
    }
}

/// The tallies of a scenario, by the name of the strategy.
struct NamedTallies(Vec<Tally>);

impl NamedTallies {
    fn simulate(text: &str) -> Self {
        let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let merged = |of_one: Vec<Tally>| {
            let mut whole = Tally::default();
            of_one.iter().for_each(|tally| whole.merge(tally));
            whole
        };
        Self(tallies(&scenario).into_iter().map(merged).collect())
    }

    fn get(&self, name: &str) -> &Tally {
        &self.0[NAMED_STRATEGIES.iter().position(|(own, _)| *own == name).unwrap()]
    }
}

fn sum(tally: &Tally, measure: Measure) -> u128 {
    tally.measured(measure).unwrap().sum
}

fn count(tally: &Tally, measure: Measure) -> u128 {
    u128::from(tally.measured(measure).unwrap().count)
}

fn max(tally: &Tally, measure: Measure) -> u64 {
    tally.measured(measure).unwrap().quantiles.max().unwrap_or(0)
}

proptest! {
    #![proptest_config(crate::exploration::cases(32))]

    /// Common random numbers: the draws of one strategy must not shift those of another.
    #[test]
    fn strategies_share_common_random_numbers((text, ..) in scenarios()) {
        let tallies = NamedTallies::simulate(&text);
        let first = tallies.get("alone");
        for ((name, _), tally) in NAMED_STRATEGIES.iter().zip(&tallies.0) {
            for own in [Count::Users, Count::UserTime, Count::Requests, Count::Revocations] {
                prop_assert_eq!(tally.count(own), first.count(own), "{}: {:?}", name, own);
            }
            if !name.contains("stored") && *name != "memory" {
                for own in [Count::Refreshes, Count::LiveAtRevoke] {
                    prop_assert_eq!(tally.count(own), first.count(own), "{}: {:?}", name, own);
                }
                // A role from a query is never staler than one from the token.
                prop_assert!(sum(tally, Measure::StaleRole) <= sum(first, Measure::StaleRole), "{}", name);
                if !["asked", "cached"].contains(name) {
                    prop_assert_eq!(sum(tally, Measure::StaleRole), sum(first, Measure::StaleRole), "{}", name);
                }
            }
        }
    }

    #[test]
    fn store_operations_equal_queries_plus_refreshes((text, ..) in scenarios()) {
        let tallies = NamedTallies::simulate(&text);
        for ((name, _), tally) in NAMED_STRATEGIES.iter().zip(&tallies.0) {
            let value = |count| tally.count(count);
            let (requests, refreshes) = (value(Count::Requests), value(Count::Refreshes));
            let (lookups, hits) = (value(Count::CacheLookups), value(Count::CacheHits));
            let cached = if name.contains("cached") { requests } else { 0 };
            prop_assert_eq!(lookups, cached, "{}", name);
            prop_assert!(hits <= lookups);
            let operations = match *name {
                "central" | "naive" | "asked" | "cached" => refreshes + requests - hits,
                "stored" => 2 * requests,
                "stored, cached" => requests - hits,
                "memory" => 0,
                _ => refreshes,
            };
            prop_assert_eq!(value(Count::StoreOps), operations, "{}", name);
            prop_assert_eq!(count(tally, Measure::Latency), requests, "{}", name);
            prop_assert_eq!(value(Count::Users) * 3_600 * u128::from(SECOND), value(Count::UserTime));
            prop_assert!(value(Count::NodeMisses) <= requests);
        }
    }

    /// No exposure window exceeds the token lifetime plus leeway and clock offset, and no check extends it.
    #[test]
    fn exposure_is_bounded_by_lifetime_and_check((text, access, late, outage) in scenarios()) {
        let tallies = NamedTallies::simulate(&text);
        let alone = tallies.get("alone");
        for ((name, _), tally) in NAMED_STRATEGIES.iter().zip(&tallies.0) {
            prop_assert_eq!(count(tally, Measure::AllNodes), tally.count(Count::Revocations), "{}", name);
            prop_assert_eq!(tally.measured(Measure::AllNodes), tally.measured(Measure::Credential), "{}", name);
            prop_assert!(sum(tally, Measure::PerNode) <= sum(tally, Measure::AllNodes), "{}", name);
            prop_assert!(max(tally, Measure::LastAccepted) <= max(tally, Measure::AllNodes), "{}", name);
            prop_assert!(tally.count(Count::LiveAtRevoke) <= tally.count(Count::Revocations), "{}", name);
            if name.contains("stored") || *name == "memory" {
                prop_assert!(max(tally, Measure::AllNodes) <= 20 * SECOND, "{}", name);
            } else {
                prop_assert!(max(tally, Measure::AllNodes) <= (access + late) * SECOND, "{}", name);
                prop_assert!(sum(tally, Measure::AllNodes) <= sum(alone, Measure::AllNodes), "{}", name);
            }
        }
        let bound = |name: &str, seconds: u64| {
            prop_assert!(max(tallies.get(name), Measure::AllNodes) <= seconds * SECOND, "{}", name);
            Ok(())
        };
        bound("central", 0)?;
        bound("asked", 0)?;
        bound("polled", longest_wait_s(outage))?;
        bound("pushed", longest_wait_s(outage))?;
        bound("listed", 120)?;
        bound("cached", 20)?;
        bound("memory", 0)?;
        // A revocation ends refreshes with and without rotation alike.
        prop_assert_eq!(alone.measured(Measure::AllNodes), tallies.get("refresh").measured(Measure::AllNodes));
        prop_assert_eq!(alone.measured(Measure::AllNodes), tallies.get("rotation").measured(Measure::AllNodes));
        // Entry lifetime plus resurrection equals the residual token lifetime.
        for name in ["central", "naive", "polled", "pushed"] {
            let tally = tallies.get(name);
            let whole = sum(tally, Measure::EntryLife) + sum(tally, Measure::Resurrected);
            prop_assert_eq!(whole, sum(alone, Measure::AllNodes), "{}", name);
        }
        prop_assert_eq!(sum(tallies.get("central"), Measure::Resurrected), 0);
    }

    #[test]
    fn outages_and_thefts_are_counted_once((text, _, _, outage) in scenarios()) {
        let tallies = NamedTallies::simulate(&text);
        for ((name, _), tally) in NAMED_STRATEGIES.iter().zip(&tallies.0) {
            prop_assert_eq!(tally.count(Count::OutageProbes), tally.count(Count::Users), "{}", name);
            prop_assert_eq!(count(tally, Measure::OutageDenied), tally.count(Count::OutageProbes), "{}", name);
            prop_assert!(max(tally, Measure::OutageDenied) <= outage * SECOND, "{}", name);
            prop_assert!(tally.count(Count::OutageHit) <= tally.count(Count::OutageProbes), "{}", name);
        }
        // Strategies with a query per request are denied for the whole outage.
        for name in ["central", "asked", "stored"] {
            let all = u128::from(outage * SECOND) * tallies.get(name).count(Count::Users);
            prop_assert_eq!(sum(tallies.get(name), Measure::OutageDenied), all, "{}", name);
        }
        let rotation = tallies.get("rotation");
        prop_assert_eq!(rotation.count(Count::Thefts), rotation.count(Count::Users));
        prop_assert!(rotation.count(Count::Detected) <= rotation.count(Count::Thefts));
        prop_assert_eq!(count(rotation, Measure::Detection), rotation.count(Count::Detected));
        let rounds = rotation.count(Count::RaceRounds);
        prop_assert!(rounds == 0 || rounds == rotation.count(Count::Refreshes));
        prop_assert!(rotation.count(Count::LogoutsRace) <= rotation.count(Count::Races));
        prop_assert!(rotation.count(Count::Races) <= rounds);
        prop_assert!(rotation.count(Count::LogoutsLostResponse) <= rotation.count(Count::LossRounds));
        let refresh = tallies.get("refresh");
        prop_assert_eq!(refresh.count(Count::NbfTokens), refresh.count(Count::Refreshes));
        prop_assert!(refresh.count(Count::NbfRefused) <= refresh.count(Count::NbfTokens));
    }
}

/// Regression: a scenario in which the wait exceeds one period plus the outage, because a failed read is repeated one
/// period later, not at the end of the outage.
#[test]
fn failed_list_read_waits_for_the_next_period() {
    const OUTAGE: u64 = 159;
    let text = format!(
        "[run]\nseed = 322821\nusers = 12\nreplications = 2\nhorizon = \"1h\"\n[traffic]\nrate = \"0/h\"\n\
         [client]\nrefresh = \"timer\"\nmargin = \"0s\"\njitter = 0\n[topology]\nnodes = 1\n[bus]\nloss = 0\n\
         [clock]\nleeway = \"45s\"\n[[store.outage]]\nat = \"1282s\"\nfor = \"{OUTAGE}s\"\n\
         [[strategy]]\nkind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"{READ_EVERY}s\"\naccess = \"519s\"\n"
    );
    let tallies = tallies(&Scenario::parse(&text).unwrap());
    let longest = tallies.iter().flatten().map(|tally| max(tally, Measure::AllNodes)).max().unwrap();
    assert!(longest > (READ_EVERY + OUTAGE) * SECOND, "{longest}");
    assert!(longest <= longest_wait_s(OUTAGE) * SECOND, "{longest}");
}

/// Users of one replication share the phases of its nodes and are correlated: the mean varies between replications with
/// a standard deviation of 3.0 s here, which more users do not reduce.
#[test]
fn standard_error_includes_the_variance_of_shared_phases() {
    let text = |users: u64| {
        format!(
            "[run]\nusers = {users}\nreplications = 200\nhorizon = \"10m\"\n[traffic]\nrate = \"1/day\"\n\
             [topology]\nnodes = 8\n[[strategy]]\nkind = \"token_status_list\"\naccess = \"inf\"\n\
             publish = \"60s\"\nttl = \"30s\"\nrefetch = \"fetch+ttl\"\n"
        )
    };
    let row = |users| results(&text(users))[0].row(Metric::ExposurePerNodeMean).unwrap().clone();
    let (few, many) = (row(20_000), row(80_000));
    for row in [&few, &many] {
        assert_eq!((row.se_over, row.n), ("replications", 200));
        // 100 or 400 users per replication, whose standard deviation of some 18 s adds 1.8 s or 0.9 s.
        let spread = row.se.unwrap() * 200_f64.sqrt();
        assert!((2.5..4.5).contains(&spread), "{spread}");
        let naive = 18.0 / (200.0 * 100.0_f64).sqrt();
        assert!(row.se.unwrap() > 1.3 * naive, "{row:?}");
    }
    // With independent users, four times as many would halve the error.
    assert!(many.se.unwrap() > 0.7 * few.se.unwrap(), "{few:?} {many:?}");
}

/// Every mean of every strategy has a standard error over replications.
#[test]
fn standard_errors_are_over_replications() {
    for strategy in results(crate::simulate::preset::find("web-app").unwrap().text.replace("100000", "100").as_str()) {
        for row in &strategy.metrics {
            let is_mean = TRACE_METRICS.iter().find(|own| own.metric == row.metric).unwrap().is_mean();
            // A quantile pools all users; its interval is over replications if that is wider.
            let over = row.se_over == "replications" || (!is_mean && row.se_over == "users");
            assert!(over && row.n == 20, "{}: {}", strategy.id, row.metric);
            assert_eq!(row.se.is_some(), is_mean, "{}: {}", strategy.id, row.metric);
        }
    }
}

/// Cells may be simulated in any order, as threads take them: the results are byte-identical.
#[test]
fn results_are_independent_of_the_order_of_cells() {
    let text = crate::simulate::preset::find("web-app").unwrap().text.replace("100000", "80");
    let scenario = Scenario::parse(&text).unwrap();
    let all = cells(&scenario);
    let taken_by = |threads: usize| {
        // Each thread takes every n-th cell, in reverse order.
        let mine = |own: usize| (own..all.len()).step_by(threads).rev();
        let mut parts: Vec<(usize, Tally)> =
            (0..threads).flat_map(mine).map(|place| (place, run(&scenario, all[place]))).collect();
        parts.sort_by_key(|(place, _)| *place);
        let mut tallies = vec![Vec::new(); scenario.strategy.len()];
        parts.into_iter().for_each(|(place, tally)| tallies[all[place].strategy].push(tally));
        serde_json::to_string(&evaluate(&scenario, &tallies)).unwrap()
    };
    let one = taken_by(1);
    assert!(one == taken_by(2) && one == taken_by(8));
}
