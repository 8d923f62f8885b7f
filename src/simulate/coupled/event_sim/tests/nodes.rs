//! Tests of topology changes: B3, B5, B6 and B7 of tests/simulate/closed_form.csv, and the herd of sign-ins.

use super::*;

fn nodes(route: Route, relogin: ReloginModel, change: TopologyChange) -> Model {
    let mut model = model(CredentialModel::Memory { route, relogin }, CheckModel::Nothing);
    (model.rate, model.horizon) = (1.0 / 600.0, 700 * SECOND);
    model.changes = vec![(60 * SECOND, change)];
    model
}

/// B3.
#[test]
fn crash_loses_the_sessions_of_one_node() {
    let model = nodes(Route::Sticky, ReloginModel::AtOnce, TopologyChange::Crash { node: 0 });
    assert_metric(&model, &replicate(&model, 1, 100), Metric::SessionsLostRatio, 1.0 / 8.0);
}

/// B5 exactly; users who sign in again may get a node that has yet to restart: (1 + 1/n)ⁿ − 1 logouts each.
#[test]
fn deployment_loses_all_sessions_and_some_twice() {
    let model = nodes(Route::Sticky, ReloginModel::AtOnce, TopologyChange::Deploy { step: MINUTE });
    let runs = replicate(&model, 2, 100);
    let lost = interval(&model, &runs, Metric::SessionsLostRatio);
    assert_eq!((lost.mean, lost.se), (1.0, 0.0));
    let per_user: Vec<f64> = runs.iter().map(|run| run.sessions.logouts_deploy as f64 / 1_000.0).collect();
    let per_user = ConfidenceInterval::from_samples(&per_user).unwrap();
    let expected = closed_form::tests::deploy_logouts(8.0);
    assert!(per_user.z(expected).abs() <= 4.0 && per_user.se < 0.005 * expected, "{per_user:?} for {expected}");
}

/// B6 and B7: hash routing is the same in every replication, so only users vary.
#[test]
fn scaling_remaps_the_expected_fraction_of_sessions() {
    for (route, expected) in [
        (Route::Remainder, closed_form::remapped_by_remainder(8.0)),
        (Route::Rendezvous, closed_form::remapped_by_rendezvous(8.0)),
        (Route::Sticky, 0.0),
    ] {
        let mut model = nodes(route, ReloginModel::AtOnce, TopologyChange::Scale { to: 9 });
        (model.users, model.rate) = (100_000, 0.0);
        let moved = interval(&model, &replicate(&model, 3, 1), Metric::SessionsRemappedRatio).mean;
        let deviation = (expected * (1.0 - expected) / 1e5_f64).sqrt();
        assert!((moved - expected).abs() <= 4.0 * deviation, "{route:?}: {moved} for {expected}");
    }
}

/// With `instant` all users sign in within the second of the crash; with `at_next_request` at their next request.
#[test]
fn crash_with_instant_relogin_causes_a_peak_at_the_store() {
    let peak = |relogin| {
        let model = nodes(Route::Sticky, relogin, TopologyChange::Crash { node: 3 });
        interval(&model, &replicate(&model, 4, 10), Metric::StoreOpsPerSecondPeak).mean
    };
    let (instant, later) = (peak(ReloginModel::AtOnce), peak(ReloginModel::AtNextRequest));
    assert!(instant > 100.0 && later < 10.0, "{instant} {later}");
}

#[test]
fn crash_of_a_missing_node_has_no_effect_and_zero_nodes_are_rejected() {
    let model = nodes(Route::Sticky, ReloginModel::AtOnce, TopologyChange::Crash { node: 8 });
    assert_eq!(run(&model, 5, 0).unwrap().sessions.lost, 0);
    let model = nodes(Route::Sticky, ReloginModel::AtOnce, TopologyChange::Scale { to: 0 });
    assert_eq!(run(&model, 5, 0), Err(ModelError::Nodes(8)));
}
