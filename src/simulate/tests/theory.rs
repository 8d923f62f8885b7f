//! Tests of trace mode against theory: rows of tests/simulate/closed_form.csv with the scenarios of
//! tests/simulate/mapping.tsv.

use crate::simulate::closed_form::tests::rows;
use crate::simulate::metrics::{Metric, MetricUnit};
use crate::simulate::preset::PRESETS;
use crate::simulate::results::{StrategyResult, evaluate};
use crate::simulate::scenario::{Scenario, SimulationMode, edit};
use crate::simulate::strategies;
use crate::simulate::tally::Tally;
use crate::simulate::work_units::{cells, run};

/// Rows that are tested elsewhere, with the reason.
const LEFT_OUT: &[(&str, &str)] =
    &[("A9", "a ratio of two strategies: see `lazy_client_store_operations_match_the_closed_form`")];

pub(super) fn results(text: &str) -> Vec<StrategyResult> {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    evaluate(&scenario, &tallies(&scenario))
}

/// The tally of each strategy and replication.
pub(super) fn tallies(scenario: &Scenario) -> Vec<Vec<Tally>> {
    let mut tallies: Vec<Vec<Tally>> = vec![Vec::new(); scenario.strategy.len()];
    cells(scenario).into_iter().for_each(|cell| tallies[cell.strategy].push(run(scenario, cell)));
    tallies
}

/// The expected value of a row.
fn expected(id: &str) -> f64 {
    rows()[id]
}

/// The scenario of a row of the mapping.
fn scenario(keys: &str, strategy: &str) -> String {
    let (kind, own) = strategy.split_once('{').unwrap_or((strategy, "}"));
    let own = own.rsplit_once('}').unwrap().0;
    let own = own.replace("cache={ttl=30s,kind=\"hard\"}", "cache={ttl=\"30s\"}");
    let own = own.replace("cache={ttl=5s,kind=\"idle\"}", "cache={ttl=\"5s\",kind=\"idle\"}");
    let mut text = String::from("[run]\nreplications = 100\nsample = 20000\nhorizon = \"2h\"\n\n");
    let (mut tables, mut at) = (String::new(), "20m");
    for part in keys.split("; ") {
        if let Some((table, rest)) = part.split_once("]] ") {
            // Late enough for revoked tokens of all ages.
            let rest = if rest.starts_with("for") {
                at = "40m";
                format!("at=\"20m\",{rest}")
            } else {
                rest.to_owned()
            };
            tables += &format!(
                "\n{table}]]\n{}\n",
                rest.replace(",at", "\nat").replace(",for", "\nfor").replace(",to", "\nto").replace(",step", "\nstep")
            );
            if rest.contains("10h") {
                at = "11h";
            }
        } else if let Some((key, value)) = part.split_once('=').filter(|(key, _)| key.contains('.')) {
            text = edit::set(&text, key, value.trim_matches('"'), |_, _| false)
                .or_else(|_| edit::set(&text, key, value, |_, _| false))
                .unwrap();
        }
    }
    text = edit::set(&text, "run.horizon", at, |_, _| false).unwrap();
    // Denial in an outage does not depend on requests, so few are enough.
    if at == "11h" {
        text = edit::set(&text, "traffic.rate", "1/hour", |_, _| false).unwrap();
    }
    // Phases of nodes are drawn once per replication.
    if keys.contains("topology.nodes=8; revoke") {
        text = edit::set(&text, "run.replications", "2000", |_, _| false).unwrap();
    }
    text += &tables;
    text += &format!("\n[[strategy]]\nkind = \"{kind}\"\n");
    if own.starts_with("cache") {
        return text + &own.replace("cache=", "cache = ") + "\n";
    }
    for pair in own.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap();
        let plain = value.parse::<f64>().is_ok() || ["true", "false"].contains(&value) || value.starts_with('"');
        text += &if plain { format!("{key} = {value}\n") } else { format!("{key} = \"{value}\"\n") };
    }
    text
}

#[test]
fn simulated_metrics_match_the_rows_of_the_mapping() {
    let (mut matched, mut worst) = (Vec::new(), (0.0_f64, String::new()));
    for line in include_str!("../../../tests/simulate/mapping.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, keys, strategy, metric, tolerance] = fields[..] else { panic!("{line}") };
        let metric = metric.split_whitespace().next().unwrap_or_default();
        let (strategy, keys) = match strategy {
            // Bytes are the same for all JWT strategies.
            "any jwt" => ("jwt_only{token_bytes=1000}", keys.trim_start_matches("strategy.token_bytes=1000; ")),
            own => (own, keys),
        };
        let kind = strategy.split('{').next().unwrap_or_default();
        let metric = Metric::ALL.iter().copied().find(|own| own.id() == metric);
        let metric = metric.filter(|metric| metric.entry().modes.contains(&SimulationMode::Trace));
        // Rotation is tested separately, with the horizons that thefts need.
        let Some(metric) = metric.filter(|_| strategies::find(kind).is_some() && kind != "rotation") else { continue };
        if LEFT_OUT.iter().any(|(own, _)| *own == id) {
            continue;
        }
        let mut text = scenario(keys, strategy);
        // This row is in milliseconds.
        let expected = expected(id) * if id == "H9" { 1e3 } else { 1.0 };
        let is_share = metric.entry().unit == MetricUnit::Share;
        let precise = if is_share { 0.005_f64.max(expected * 0.005) } else { expected * 0.005 };
        let simulated =
            |text: &str| results(text)[0].row(metric).unwrap_or_else(|| panic!("{id}: no {metric}")).clone();
        let mut row = simulated(&text);
        // High variance: simulate more users.
        if row.se.unwrap() > precise {
            text = edit::set(&text, "run.sample", "240000", |_, _| false).unwrap();
            if !keys.contains("run.users") {
                text = edit::set(&text, "run.users", "240000", |_, _| false).unwrap();
            }
            row = simulated(&text);
        }
        if tolerance.starts_with("EXACT") {
            assert!((row.simulated - expected).abs() < 1e-9, "{id}: {row:?}, expected {expected}");
        } else if tolerance.starts_with("REL") {
            assert!((row.simulated / expected - 1.0).abs() < 2e-3, "{id}: {row:?}, expected {expected}");
        } else {
            let apart = row.simulated - expected;
            let se = row.se.unwrap();
            let z = if apart.abs() <= 1e-9 * expected.abs().max(1e-9) { 0.0 } else { apart / se };
            assert!(z.abs() <= 4.0, "{id}: z = {z:.1}, {row:?}, expected {expected}\n{text}");
            assert!(se <= precise, "{id}: the standard error {se} is above {precise}\n{text}");
            if z.abs() > worst.0 {
                worst = (z.abs(), id.to_owned());
            }
        }
        matched.push(id);
    }
    let count = matched.len();
    assert!(count >= 38, "{count} rows match, the highest |z| is {:.2} of {}: {matched:?}", worst.0, worst.1);
}

#[test]
fn lazy_client_store_operations_match_the_closed_form() {
    let text =
        scenario("traffic.rate=\"1/60s\"; client.refresh=\"lazy\"; client.margin=\"0s\"", "jwt_refresh{access=900s}");
    let row = results(&text)[0].row(Metric::StoreOpsPerRequest).unwrap().clone();
    let z = (row.simulated - (1.0 - expected_live())) / row.se.unwrap();
    assert!(z.abs() <= 4.0, "{row:?}");
}

/// The fraction of time in which the lazy client holds an unexpired token.
fn expected_live() -> f64 {
    expected("A4_1/60")
}

/// Presets have other arrival processes, lifetimes and regions than the table: a closed form whose assumptions do not
/// hold must not be reported.
#[test]
fn presets_match_their_closed_forms() {
    for preset in PRESETS {
        let text = edit::set(preset.text, "run.sample", "400", |_, _| false).unwrap();
        for strategy in results(&text) {
            for row in &strategy.metrics {
                let z = row.z().unwrap_or(0.0);
                assert!(z.abs() <= 5.0, "{}, {}: z = {z:.1}, {row:?}", preset.id, strategy.name);
            }
        }
    }
}

/// A session that is touched at most once a minute: touches follow the formula of lazy refreshes.
#[test]
fn periodic_touch_costs_match_the_closed_form() {
    let text = "[run]\nsample = 4000\nhorizon = \"6h\"\n[traffic]\nrate = \"2/min\"\n[topology]\nnodes = 1\n\
                [store]\nrtt = \"0s\"\nservice = \"const(10us)\"\nwrite = \"const(3ms)\"\n\
                [[strategy]]\nkind = \"session_store\"\ntouch_every = \"60s\"\n";
    let results = results(text);
    let row = |metric| results[0].row(metric).unwrap_or_else(|| panic!("no {metric}"));
    // Every third request writes: one minute between touches plus half a minute until the next request.
    assert!((row(Metric::StoreOpsPerRequest).expected.unwrap() - 4.0 / 3.0).abs() < 1e-12);
    assert!((row(Metric::AddedLatencyMean).expected.unwrap() - 1_010.0).abs() < 1e-9);
    for metric in [Metric::StoreOpsPerRequest, Metric::AddedLatencyMean] {
        let z = row(metric).z().unwrap();
        assert!(z.abs() <= 4.0, "{metric}: z = {z:.1}, {:?}", row(metric));
    }
}
