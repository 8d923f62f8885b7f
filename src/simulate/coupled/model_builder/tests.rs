//! Tests of the conversion from scenario text to coupled models.

use super::*;
use crate::simulate::strategies;
use crate::stats::confidence::ConfidenceInterval;

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text).unwrap()
}

fn plan(text: &str) -> Result<CoupledModel, String> {
    let scenario = scenario(text);
    assert!(is_coupled(&scenario, &scenario.strategy[0]));
    CoupledModel::new(&scenario, &scenario.strategy[0])
}

fn run(plan: &CoupledModel, seed: u64, replication: u64) -> Vec<(Metric, f64)> {
    plan.run_while(seed, replication, &|| true).unwrap().unwrap()
}

/// H1, H3 and H5 with the scenarios of tests/simulate/mapping.tsv, against the closed forms of the strategy.
#[test]
fn store_queue_rows_match_their_closed_forms() {
    for (servers, service, seconds) in [(1, "exp(100us)", 6), (4, "exp(400us)", 4), (1, "const(100us)", 2)] {
        let text = format!(
            "[run]\nhorizon = \"{seconds}s\"\n[store]\narrivals = \"poisson 8000/s\"\nrtt = \"0s\"\nservers = {servers}\n\
             service = \"{service}\"\n[[strategy]]\nkind = \"store_queue\"\n"
        );
        let scenario = scenario(&text);
        let plan = plan(&text).unwrap();
        let runs: Vec<_> = (0..30).map(|replication| run(&plan, 9, replication)).collect();
        let mut compared = 0;
        for (place, (metric, _)) in runs[0].iter().enumerate() {
            let kind = strategies::find("store_queue").unwrap();
            let Some(expected) = (kind.expected)(&scenario, &scenario.strategy[0], *metric) else { continue };
            let values: Vec<f64> = runs.iter().map(|run| run[place].1).collect();
            let interval = ConfidenceInterval::from_samples(&values).unwrap();
            assert!(interval.z(expected).abs() <= 4.0, "{metric}: {interval:?} for {expected}");
            // The tests of the queue have more statistical power; this one tests the conversion.
            assert!(interval.se <= 0.03 * expected, "{metric}: {interval:?} for {expected}");
            compared += 1;
        }
        assert!(compared >= 2, "{text}");
    }
}

#[test]
fn scenario_is_converted_to_an_event_simulation() {
    let text = "[run]\nengine = \"coupled\"\nusers = 500\nhorizon = \"1h\"\n[client]\nretry = \"continuous\"\n[bus]\n\
                loss = 0.5\n[[store.outage]]\nat = \"30m\"\nfor = \"5m\"\n[revoke]\nrate = \"1/min\"\n[[strategy]]\n\
                kind = \"jwt_denylist\"\nmode = \"push\"\n";
    let plan = plan(text).unwrap();
    let CoupledModel::Crowd(model) = &plan else { panic!("{plan:?}") };
    assert_eq!((model.users, model.check, model.bus.loss), (500, CheckModel::Pushed, 0.5));
    let values = run(&plan, 1, 0);
    let value = |metric| values.iter().find(|(own, _)| *own == metric).map(|(_, value)| *value);
    // A token with a margin of one minute is renewed every 14 minutes; the outage of five hits 240 of 840 s.
    let hit = value(Metric::OutageUsersHitRatio).unwrap();
    assert!((hit - 240.0 / 840.0).abs() < 0.1, "{hit}");
    assert!(value(Metric::ExposureAllNodesMean).is_some() && value(Metric::StoreOpsPerSecondPeak).is_some());
}

#[test]
fn interrupted_simulation_has_no_metrics() {
    let text = "[run]\nengine = \"coupled\"\nusers = 500\nhorizon = \"1h\"\n[[strategy]]\nkind = \"session_store\"\n";
    let plan = plan(text).unwrap();
    assert_eq!(plan.run_while(1, 0, &|| false).unwrap(), None);
    assert_eq!(plan.run_while(1, 0, &|| true).unwrap(), Some(run(&plan, 1, 0)));
}

#[test]
fn unsupported_key_is_rejected_by_name() {
    let with = |top: &str, strategy: &str| {
        plan(&format!("[run]\nengine = \"coupled\"\nusers = 100\n{top}\n[[strategy]]\n{strategy}\n")).unwrap_err()
    };
    for (top, strategy, word) in [
        ("[client]\njitter = 0.1", "kind = \"jwt_refresh\"", "client.jitter"),
        ("[clock]\nleeway = \"60s\"", "kind = \"jwt_refresh\"", "clock.leeway"),
        ("[store]\nwrite = \"2ms\"", "kind = \"jwt_refresh\"", "store.write"),
        ("[topology]\nlb = \"random\"", "kind = \"session_memory\"", "sticky_cookie"),
        ("", "kind = \"jwt_refresh\"\naccess = \"uniform(60m,90m)\"", "one lifetime"),
        ("", "kind = \"token_status_list\"", "token_status_list"),
        ("", "kind = \"store_queue\"", "store.arrivals"),
    ] {
        let error = with(top, strategy);
        assert!(error.contains(word), "{error}");
    }
    let overload = "[run]\nusers = 1\n[store]\narrivals = \"poisson 8000/s\"\nservice = \"exp(1ms)\"\n[[strategy]]\nkind = \"store_queue\"\n";
    assert!(plan(overload).unwrap_err().contains("grows without bound"));
}
