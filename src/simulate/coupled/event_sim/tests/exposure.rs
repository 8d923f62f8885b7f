//! How long revoked tokens go on working when lists are told over the bus or fetched.

use super::*;

fn revoking(check: CheckModel) -> Model {
    let mut model = model(ENDLESS, check);
    (model.rate, model.revocations, model.horizon) = (0.0, 2.0, 1_000 * SECOND);
    model
}

/// D1: half a period and a fetch.
#[test]
fn a_fetched_list_is_half_a_period_old() {
    let model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: SECOND / 5 });
    let runs = replicate(&model, 1, 100);
    hold(&model, &runs, "exposure_per_node_mean_s", closed_form::polled(30.0, f64::INFINITY) + 0.2);
}

/// D2, and a trap: nodes that share a phase would all have heard after 15 s, not 26.7 s.
#[test]
fn nodes_fetch_at_times_of_their_own() {
    let model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    let runs = replicate(&model, 2, 400);
    hold(&model, &runs, "exposure_all_nodes_mean_s", closed_form::polled_all_nodes(30.0, 8.0));
}

/// D7: a message that no node misses.
#[test]
fn a_message_reaches_all_nodes_by_luck() {
    let mut model = revoking(CheckModel::Pushed);
    (model.nodes, model.bus.reconcile) = (50, 30 * SECOND);
    hold(&model, &replicate(&model, 3, 100), "push_all_nodes_reached_ratio", closed_form::all_reached(0.01, 50.0));
}

/// What is lost is told by the next reconciliation: (1 − q) E[min(d, U)] + q E[U], U uniform over the period.
#[test]
fn what_the_bus_loses_is_told_by_the_list() {
    let mut model = revoking(CheckModel::Pushed);
    model.bus = BusModel { delay: 2 * SECOND, loss: 0.2, reconcile: 30 * SECOND };
    let told = 2.0 - 2.0 * 2.0 / 60.0;
    hold(&model, &replicate(&model, 4, 100), "exposure_per_node_mean_s", 0.8 * told + 0.2 * 15.0);
}

/// The same with tokens that end: a lost message is worth min(U(0, P), U(0, T)).
#[test]
fn a_token_that_ends_ends_its_exposure() {
    let mut model = revoking(CheckModel::Pushed);
    model.credential = TIMER;
    (model.bus.delay, model.bus.loss, model.bus.reconcile) = (0, 1.0, 600 * SECOND);
    (model.horizon, model.users) = (3_000 * SECOND, 2_000);
    hold(&model, &replicate(&model, 5, 100), "exposure_per_node_mean_s", closed_form::polled(600.0, 900.0));
    // Without reconciliation the token's own end is all there is: mean T/2.
    model.bus.reconcile = FOREVER;
    hold(&model, &replicate(&model, 6, 100), "exposure_per_node_mean_s", 450.0);
    // Limits (simulate.md §3): a list that is never fetched is no list.
    model.check = CheckModel::Nothing;
    hold(&model, &replicate(&model, 6, 100), "exposure_all_nodes_mean_s", 450.0);
    // And one that is asked each time leaves nothing.
    model.check = CheckModel::Store { operations: 1 };
    assert_eq!(interval(&model, &replicate(&model, 6, 4), "exposure_all_nodes_mean_s").mean, 0.0);
}

/// A list that is fetched all the time is as good as asking; one whose period grows without end is no list.
#[test]
fn periods_have_their_limits() {
    let mean = |period| {
        let mut model = revoking(CheckModel::Polled { period, fetch: 0 });
        (model.credential, model.horizon, model.nodes) = (TIMER, 1_000 * SECOND, 2);
        interval(&model, &replicate(&model, 7, 20), "exposure_per_node_mean_s")
    };
    assert!(mean(SECOND / 10).mean < 0.06);
    let (never, longer) = (mean(FOREVER), mean(90_000 * SECOND));
    assert!(never.z(450.0).abs() <= 4.0, "{never:?}");
    assert!(longer.z(closed_form::polled(90_000.0, 900.0)).abs() <= 4.0, "{longer:?}");
}

/// What no user alone can show: while the store is out nobody can fetch the list, and the tokens that the bus did not
/// announce live for that much longer.
#[test]
fn an_outage_keeps_lists_old() {
    let mut model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    let calm = interval(&model, &replicate(&model, 8, 20), "exposure_all_nodes_mean_s");
    model.store.outages = vec![(300 * SECOND, 300 * SECOND)];
    let runs = replicate(&model, 8, 20);
    let hit = interval(&model, &runs, "exposure_all_nodes_mean_s");
    // Of a thousand seconds: in the 300 of the outage one waits for its end too, 150 s on average; and of those before
    // it, 26.7 s' worth find a node that has yet to fetch, which it does 300 s later.
    let expected = (300.0 * 150.0 + closed_form::polled_all_nodes(30.0, 8.0) * 300.0) / 1_000.0;
    assert!((hit.mean - calm.mean - expected).abs() < 4.0 * (hit.se + calm.se), "{hit:?} {calm:?} {expected}");
    let worst = runs.iter().filter_map(|run| run.exposure_all_nodes.values.max()).max().unwrap();
    assert!(worst > 290 * SECOND && worst <= 330 * SECOND, "{worst}");
}

/// l · E[wait] requests get through, whatever the number of nodes.
#[test]
fn a_thief_is_served_until_the_node_has_heard() {
    let mut model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    model.abuse = 1.0;
    hold(&model, &replicate(&model, 9, 100), "exposure_accepted_requests_mean", 15.0);
    let runs = replicate(&model, 9, 4);
    let last = interval(&model, &runs, "exposure_last_accepted_mean_s");
    let all = interval(&model, &runs, "exposure_all_nodes_mean_s");
    assert!(last.mean < all.mean);
}
