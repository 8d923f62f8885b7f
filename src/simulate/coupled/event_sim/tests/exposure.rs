//! Tests of the exposure window of denylists that are pushed or polled.

use super::*;

fn revoking(check: CheckModel) -> Model {
    let mut model = model(ENDLESS, check);
    (model.rate, model.revocations, model.horizon) = (0.0, 2.0, 1_000 * SECOND);
    model
}

/// D1: half a period plus the fetch.
#[test]
fn polled_list_is_half_a_period_old_on_average() {
    let model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: SECOND / 5 });
    let runs = replicate(&model, 1, 100);
    assert_metric(&model, &runs, Metric::ExposurePerNodeMean, closed_form::polled(30.0, f64::INFINITY) + 0.2);
}

/// D2. Guards against a shared phase, with which the mean over all nodes would be 15 s instead of 26.7 s.
#[test]
fn nodes_poll_with_independent_phases() {
    let model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    let runs = replicate(&model, 2, 400);
    assert_metric(&model, &runs, Metric::ExposureAllNodesMean, closed_form::polled_all_nodes(30.0, 8.0));
}

/// D7: the fraction of messages that no node misses.
#[test]
fn message_reaches_all_nodes_with_the_expected_probability() {
    let mut model = revoking(CheckModel::Pushed);
    (model.nodes, model.bus.reconcile) = (50, 30 * SECOND);
    assert_metric(
        &model,
        &replicate(&model, 3, 100),
        Metric::PushAllNodesReachedRatio,
        closed_form::all_reached(0.01, 50.0),
    );
}

/// A lost message is replaced by the next reconciliation: (1 − q) E[min(d, U)] + q E[U], U uniform over the period.
#[test]
fn lost_message_is_replaced_by_the_next_reconciliation() {
    let mut model = revoking(CheckModel::Pushed);
    model.bus = BusModel { delay: 2 * SECOND, loss: 0.2, reconcile: 30 * SECOND };
    let delivered = 2.0 - 2.0 * 2.0 / 60.0;
    assert_metric(&model, &replicate(&model, 4, 100), Metric::ExposurePerNodeMean, 0.8 * delivered + 0.2 * 15.0);
}

/// The same with tokens that expire: a lost message costs min(U(0, P), U(0, T)).
#[test]
fn expiry_caps_the_exposure_window() {
    let mut model = revoking(CheckModel::Pushed);
    model.credential = TIMER;
    (model.bus.delay, model.bus.loss, model.bus.reconcile) = (0, 1.0, 600 * SECOND);
    (model.horizon, model.users) = (3_000 * SECOND, 2_000);
    assert_metric(&model, &replicate(&model, 5, 100), Metric::ExposurePerNodeMean, closed_form::polled(600.0, 900.0));
    // Without reconciliation only expiry ends the exposure: mean T/2.
    model.bus.reconcile = FOREVER;
    assert_metric(&model, &replicate(&model, 6, 100), Metric::ExposurePerNodeMean, 450.0);
    // Limit: a list that is never fetched equals no list.
    model.check = CheckModel::Nothing;
    assert_metric(&model, &replicate(&model, 6, 100), Metric::ExposureAllNodesMean, 450.0);
    // Limit: a list that is queried on each request leaves no exposure.
    model.check = CheckModel::Store { operations: 1 };
    assert_eq!(interval(&model, &replicate(&model, 6, 4), Metric::ExposureAllNodesMean).mean, 0.0);
}

/// With a period near 0 polling equals a query per request; with an infinite period it equals no list.
#[test]
fn polling_period_has_the_expected_limits() {
    let mean = |period| {
        let mut model = revoking(CheckModel::Polled { period, fetch: 0 });
        (model.credential, model.horizon, model.nodes) = (TIMER, 1_000 * SECOND, 2);
        interval(&model, &replicate(&model, 7, 20), Metric::ExposurePerNodeMean)
    };
    assert!(mean(SECOND / 10).mean < 0.06);
    let (never, longer) = (mean(FOREVER), mean(90_000 * SECOND));
    assert!(never.z(450.0).abs() <= 4.0, "{never:?}");
    assert!(longer.z(closed_form::polled(90_000.0, 900.0)).abs() <= 4.0, "{longer:?}");
}

/// During an outage no node can fetch the list, and revoked tokens are accepted for that much longer.
#[test]
fn outage_delays_list_fetches() {
    let mut model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    let calm = interval(&model, &replicate(&model, 8, 20), Metric::ExposureAllNodesMean);
    model.store.outages = vec![(300 * SECOND, 300 * SECOND)];
    let runs = replicate(&model, 8, 20);
    let hit = interval(&model, &runs, Metric::ExposureAllNodesMean);
    // Of a thousand seconds: revocations in the 300 s of the outage also wait for its end, 150 s on average; and those
    // in the 26.7 s before it find a node that has yet to fetch, which it does 300 s later.
    let expected = (300.0 * 150.0 + closed_form::polled_all_nodes(30.0, 8.0) * 300.0) / 1_000.0;
    assert!((hit.mean - calm.mean - expected).abs() < 4.0 * (hit.se + calm.se), "{hit:?} {calm:?} {expected}");
    let worst = runs.iter().filter_map(|run| run.exposure_all_nodes.values.max()).max().unwrap();
    assert!(worst > 290 * SECOND && worst <= 330 * SECOND, "{worst}");
}

/// l · E[wait] requests are accepted, independent of the number of nodes.
#[test]
fn revoked_token_is_accepted_until_the_node_has_the_revocation() {
    let mut model = revoking(CheckModel::Polled { period: 30 * SECOND, fetch: 0 });
    model.abuse = 1.0;
    assert_metric(&model, &replicate(&model, 9, 100), Metric::ExposureAcceptedRequestsMean, 15.0);
    let runs = replicate(&model, 9, 4);
    let last = interval(&model, &runs, Metric::ExposureLastAcceptedMean);
    let all = interval(&model, &runs, Metric::ExposureAllNodesMean);
    assert!(last.mean < all.mean);
}
