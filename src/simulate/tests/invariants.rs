//! What holds in every world: nothing is lost or made, no window is longer than what allows it, strategies share their
//! world, and errors are those of replications.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use super::theory::{judged, tallies};
use crate::simulate::results::evaluate;
use crate::simulate::scenario::Scenario;
use crate::simulate::scenario::units::SECOND;
use crate::simulate::tally::{Count, Measure, Tally};
use crate::simulate::work_units::{cells, run};
use proptest::prelude::*;

/// Every way to live, by the name that the tests call it.
const LIVES: &[(&str, &str)] = &[
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

/// The period of a polled list, and of the list that makes up for lost messages (`bus.reconcile`), in seconds.
const READ_EVERY: u64 = 30;

/// The longest that a revocation can wait for a list to be read, in seconds.
///
/// A reading that falls into an outage is in vain, and nothing makes up for it when the store is back: the next one
/// comes at the next turn. The first turn after a revocation comes within one period. From it on, the outage lasts no
/// longer than its length L, so that at most ⌈L / period⌉ turns are in vain, and the turn after them is not.
fn longest_wait_s(outage: u64) -> u64 {
    READ_EVERY * (1 + outage.div_ceil(READ_EVERY))
}

prop_compose! {
    fn worlds()(
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
        let strategies: String = LIVES
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

/// The strategies of a world by their names.
struct Lived(Vec<Tally>);

impl Lived {
    fn of(text: &str) -> Self {
        let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let merged = |of_one: Vec<Tally>| {
            let mut whole = Tally::default();
            of_one.iter().for_each(|tally| whole.merge(tally));
            whole
        };
        Self(tallies(&scenario).into_iter().map(merged).collect())
    }

    fn get(&self, name: &str) -> &Tally {
        &self.0[LIVES.iter().position(|(own, _)| *own == name).unwrap()]
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

    /// What a strategy draws for itself must not shift what another sees: common random numbers.
    #[test]
    fn strategies_see_the_same_world((text, ..) in worlds()) {
        let lived = Lived::of(&text);
        let first = lived.get("alone");
        for ((name, _), tally) in LIVES.iter().zip(&lived.0) {
            for own in [Count::Users, Count::UserTime, Count::Requests, Count::Revocations] {
                prop_assert_eq!(tally.count(own), first.count(own), "{}: {:?}", name, own);
            }
            if !name.contains("stored") && *name != "memory" {
                for own in [Count::Refreshes, Count::LiveAtRevoke] {
                    prop_assert_eq!(tally.count(own), first.count(own), "{}: {:?}", name, own);
                }
                // A role that is asked for is never older than one that the token carries.
                prop_assert!(sum(tally, Measure::StaleRole) <= sum(first, Measure::StaleRole), "{}", name);
                if !["asked", "cached"].contains(name) {
                    prop_assert_eq!(sum(tally, Measure::StaleRole), sum(first, Measure::StaleRole), "{}", name);
                }
            }
        }
    }

    #[test]
    fn operations_are_those_of_requests_and_refreshes((text, ..) in worlds()) {
        let lived = Lived::of(&text);
        for ((name, _), tally) in LIVES.iter().zip(&lived.0) {
            let of = |count| tally.count(count);
            let (requests, refreshes) = (of(Count::Requests), of(Count::Refreshes));
            let (lookups, hits) = (of(Count::CacheLookups), of(Count::CacheHits));
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
            prop_assert_eq!(of(Count::StoreOps), operations, "{}", name);
            prop_assert_eq!(count(tally, Measure::Latency), requests, "{}", name);
            prop_assert_eq!(of(Count::Users) * 3_600 * u128::from(SECOND), of(Count::UserTime));
            prop_assert!(of(Count::NodeMisses) <= requests);
        }
    }

    /// No window is longer than the token with all that clocks allow, and no check makes one longer.
    #[test]
    fn exposures_have_their_bounds((text, access, late, outage) in worlds()) {
        let lived = Lived::of(&text);
        let alone = lived.get("alone");
        for ((name, _), tally) in LIVES.iter().zip(&lived.0) {
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
            prop_assert!(max(lived.get(name), Measure::AllNodes) <= seconds * SECOND, "{}", name);
            Ok(())
        };
        bound("central", 0)?;
        bound("asked", 0)?;
        bound("polled", longest_wait_s(outage))?;
        bound("pushed", longest_wait_s(outage))?;
        bound("listed", 120)?;
        bound("cached", 20)?;
        bound("memory", 0)?;
        // Refreshing with or without rotation ends with the revocation alike.
        prop_assert_eq!(alone.measured(Measure::AllNodes), lived.get("refresh").measured(Measure::AllNodes));
        prop_assert_eq!(alone.measured(Measure::AllNodes), lived.get("rotation").measured(Measure::AllNodes));
        // What an entry of the list does not cover comes back to life, and nothing else.
        for name in ["central", "naive", "polled", "pushed"] {
            let tally = lived.get(name);
            let whole = sum(tally, Measure::EntryLife) + sum(tally, Measure::Resurrected);
            prop_assert_eq!(whole, sum(alone, Measure::AllNodes), "{}", name);
        }
        prop_assert_eq!(sum(lived.get("central"), Measure::Resurrected), 0);
    }

    #[test]
    fn outages_and_thefts_are_counted_once((text, _, _, outage) in worlds()) {
        let lived = Lived::of(&text);
        for ((name, _), tally) in LIVES.iter().zip(&lived.0) {
            prop_assert_eq!(tally.count(Count::OutageProbes), tally.count(Count::Users), "{}", name);
            prop_assert_eq!(count(tally, Measure::OutageDenied), tally.count(Count::OutageProbes), "{}", name);
            prop_assert!(max(tally, Measure::OutageDenied) <= outage * SECOND, "{}", name);
            prop_assert!(tally.count(Count::OutageHit) <= tally.count(Count::OutageProbes), "{}", name);
        }
        // Who asks at each request is refused all of it.
        for name in ["central", "asked", "stored"] {
            let all = u128::from(outage * SECOND) * lived.get(name).count(Count::Users);
            prop_assert_eq!(sum(lived.get(name), Measure::OutageDenied), all, "{}", name);
        }
        let rotation = lived.get("rotation");
        prop_assert_eq!(rotation.count(Count::Thefts), rotation.count(Count::Users));
        prop_assert!(rotation.count(Count::Detected) <= rotation.count(Count::Thefts));
        prop_assert_eq!(count(rotation, Measure::Detection), rotation.count(Count::Detected));
        let rounds = rotation.count(Count::RaceRounds);
        prop_assert!(rounds == 0 || rounds == rotation.count(Count::Refreshes));
        prop_assert!(rotation.count(Count::LogoutsRace) <= rotation.count(Count::Races));
        prop_assert!(rotation.count(Count::Races) <= rounds);
        prop_assert!(rotation.count(Count::LogoutsLostResponse) <= rotation.count(Count::LossRounds));
        let refresh = lived.get("refresh");
        prop_assert_eq!(refresh.count(Count::NbfTokens), refresh.count(Count::Refreshes));
        prop_assert!(refresh.count(Count::NbfRefused) <= refresh.count(Count::NbfTokens));
    }
}

/// A world that once broke a bound of one period and the outage: here a user waits for the turn after the outage, which
/// is longer than any wait that a reading right after it would allow.
#[test]
fn a_reading_in_an_outage_waits_for_its_next_turn() {
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

/// Status lists and polls keep the phases of their nodes, so that users of one replication share an error: that of the
/// true mean between replications has a deviation of 3.0 s here, and no number of users makes it smaller.
#[test]
fn shared_phases_are_an_error_of_replications() {
    let text = |users: u64| {
        format!(
            "[run]\nusers = {users}\nreplications = 200\nhorizon = \"10m\"\n[traffic]\nrate = \"1/day\"\n\
             [topology]\nnodes = 8\n[[strategy]]\nkind = \"token_status_list\"\naccess = \"inf\"\n\
             publish = \"60s\"\nttl = \"30s\"\nrefetch = \"fetch+ttl\"\n"
        )
    };
    let row = |users| judged(&text(users))[0].row("exposure_per_node_mean_s").unwrap().clone();
    let (few, many) = (row(20_000), row(80_000));
    for row in [&few, &many] {
        assert_eq!((row.se_over, row.n), ("replications", 200));
        // 100 or 400 users a replication, whose own spread of some 18 s adds 1.8 s or 0.9 s.
        let spread = row.se.unwrap() * 200_f64.sqrt();
        assert!((2.5..4.5).contains(&spread), "{spread}");
        let naive = 18.0 / (200.0 * 100.0_f64).sqrt();
        assert!(row.se.unwrap() > 1.3 * naive, "{row:?}");
    }
    // Were users what the error is over, four times as many would halve it.
    assert!(many.se.unwrap() > 0.7 * few.se.unwrap(), "{few:?} {many:?}");
}

/// Every mean of every strategy has an error, over replications.
#[test]
fn every_error_is_over_replications() {
    for strategy in judged(crate::simulate::preset::find("web-app").unwrap().text.replace("100000", "100").as_str()) {
        for row in &strategy.metrics {
            let is_mean = crate::simulate::metrics::find(row.name).unwrap().is_mean();
            // A quantile is of all users; where their replication sways it, the error says so.
            let over = row.se_over == "replications" || (!is_mean && row.se_over == "users");
            assert!(over && row.n == 20, "{}: {}", strategy.id, row.name);
            assert_eq!(row.se.is_some(), is_mean, "{}: {}", strategy.id, row.name);
        }
    }
}

/// Cells may be lived in any order, as threads take them: the report is the same to the byte.
#[test]
fn the_order_of_work_does_not_show() {
    let text = crate::simulate::preset::find("web-app").unwrap().text.replace("100000", "80");
    let scenario = Scenario::parse(&text).unwrap();
    let all = cells(&scenario);
    let taken_by = |threads: usize| {
        // Each thread takes every so many cells, and does the last first.
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
