//! Tests of outages: G1 to G7 of tests/simulate/closed_form.csv, and the thundering herd, which no closed form of a
//! single user covers.

use super::*;

fn outage(credential: CredentialModel, check: CheckModel, length: Nanos) -> Model {
    let mut model = model(credential, check);
    model.users = 4_000;
    model.rate = 1.0 / 600.0;
    model.store.outages = vec![(600 * SECOND, length)];
    model.horizon = 600 * SECOND + length + 100 * SECOND;
    model
}

/// G1 and G2.
#[test]
fn short_outage_denial_of_timer_clients_matches_the_closed_form() {
    let model = outage(TIMER, CheckModel::Nothing, 300 * SECOND);
    let runs = replicate(&model, 1, 100);
    assert_metric(&model, &runs, Metric::OutageDeniedPerUserMean, closed_form::outage_denied_timer(300.0, 900.0, 0.0));
    assert_metric(&model, &runs, Metric::OutageUsersHitRatio, 1.0 / 3.0);
    assert_metric(&model, &runs, Metric::OutageBacklog, 4_000.0 / 3.0);
}

/// G4.
#[test]
fn long_outage_denies_all_users() {
    let model = outage(TIMER, CheckModel::Nothing, 1_800 * SECOND);
    let runs = replicate(&model, 2, 20);
    assert_metric(&model, &runs, Metric::OutageDeniedPerUserMean, 1_350.0);
    assert_metric(&model, &runs, Metric::OutageUsersHitRatio, 1.0);
}

/// G7: clients that renew early and retry bridge a part of the outage.
#[test]
fn renewal_margin_reduces_denial_in_an_outage() {
    let renewal = RenewalModel::Timer { margin: 60 * SECOND };
    let credential = CredentialModel::Token { access: 900 * SECOND, renewal, retry: RetryModel::Continuous };
    let model = outage(credential, CheckModel::Nothing, 300 * SECOND);
    let runs = replicate(&model, 3, 100);
    assert_metric(&model, &runs, Metric::OutageDeniedPerUserMean, closed_form::outage_denied_timer(300.0, 900.0, 60.0));
    assert_metric(&model, &runs, Metric::OutageUsersHitRatio, closed_form::outage_hit_timer(300.0, 900.0, 60.0));
    let short = outage(credential, CheckModel::Nothing, 60 * SECOND);
    assert_eq!(interval(&short, &replicate(&short, 3, 4), Metric::OutageUsersHitRatio).mean, 0.0);
}

/// G3, exactly.
#[test]
fn outage_denies_stored_sessions_for_its_whole_length() {
    let model = outage(CredentialModel::Stored, CheckModel::Store { operations: 1 }, 300 * SECOND);
    let runs = replicate(&model, 4, 4);
    assert_eq!(interval(&model, &runs, Metric::OutageDeniedPerUserMean).mean, 300.0);
    let sent_in_outage: u64 = runs.iter().map(|run| run.answers.refused).sum();
    let expected = 4.0 * 4_000.0 * 300.0 / 600.0;
    assert!((sent_in_outage as f64 - expected).abs() < 4.0 * expected.sqrt(), "{sent_in_outage} for {expected}");
}

/// Like G5: requests with revoked tokens that are accepted by verifiers that fail open.
#[test]
fn fail_open_accepts_revoked_tokens_in_an_outage() {
    let mut model = outage(TIMER, CheckModel::Store { operations: 1 }, 300 * SECOND);
    model.rate = 0.0;
    model.store.outages = vec![(900 * SECOND, 300 * SECOND)];
    model.horizon = 1_200 * SECOND;
    model.store.on_outage = OutageModel::FailOpen;
    (model.revocations, model.abuse) = (5.0, 1.0 / 60.0);
    let runs = replicate(&model, 5, 100);
    let interval = interval(&model, &runs, Metric::OutageUnauthorisedAccepted);
    // At time t of the outage the unexpired revoked tokens are those revoked before it, 5·(900 − t)²/1800, and those
    // revoked in it. No token can be renewed in the outage, so only a fraction 1 − t/900 of the users has one. The
    // closed form of the row, 11,250, assumes that renewals continue; here renewals and checks share the store.
    let (mut sum, steps) = (0.0, 3_000);
    for step in 0..steps {
        let t = (f64::from(step) + 0.5) * 300.0 / f64::from(steps);
        let before = 5.0 * (900.0 - t).powi(2) / 1_800.0;
        let within = 5.0 * t * (900.0 - t) / 900.0;
        sum += (before + within) * 300.0 / f64::from(steps) / 60.0;
    }
    assert!(interval.z(sum).abs() <= 4.0 && interval.se <= 0.005 * sum, "{interval:?} for {sum}");
    // Fail closed accepts no revoked token.
    model.store.on_outage = OutageModel::FailClosed;
    assert_eq!(run(&model, 5, 0).unwrap().outage_unauthorised, 0);
}

/// Guards against synchronised users: if all signed in at time 0, an outage between two renewals would have no effect.
#[test]
fn initial_token_ages_are_stationary() {
    let mut model = outage(TIMER, CheckModel::Nothing, 200 * SECOND);
    model.store.outages = vec![(100 * SECOND, 200 * SECOND)];
    let hit = interval(&model, &replicate(&model, 6, 20), Metric::OutageUsersHitRatio);
    assert!(hit.z(200.0 / 900.0).abs() <= 4.0, "{hit:?}");
    // Renewals are spread evenly: 4000/900 a second for a thousand seconds, without bursts.
    let mut calm = outage(TIMER, CheckModel::Nothing, 0);
    (calm.store.outages, calm.rate) = (Vec::new(), 0.0);
    assert!(interval(&calm, &replicate(&calm, 6, 4), Metric::StoreOpsPerSecondPeak).mean < 25.0);
}

/// After an outage all waiting clients arrive at once: the queue equals the backlog and drains at the service rate, in
/// backlog · service / servers.
#[test]
fn herd_after_an_outage_drains_at_the_service_rate() {
    let mut model = outage(TIMER, CheckModel::Nothing, 300 * SECOND);
    (model.store.service, model.store.servers) = (DurationDistribution::Const(10_000_000), 4);
    let runs = replicate(&model, 7, 50);
    for run in &runs {
        let expected = run.backlog.div_ceil(4) * 10_000_000;
        assert_eq!(run.herd.sum, u128::from(expected));
    }
    // The peak rate is at least nearly the backlog.
    let peak = interval(&model, &runs, Metric::StoreOpsPerSecondPeak);
    assert!(peak.mean >= 4_000.0 / 3.0 * 0.95, "{peak:?}");
    let mut exponential = model.clone();
    (exponential.store.service, exponential.store.servers) = (DurationDistribution::Exp(10_000_000), 1);
    let runs = replicate(&exponential, 7, 100);
    assert_metric(&exponential, &runs, Metric::OutageHerdMean, 4_000.0 / 3.0 * 0.01);
}

#[test]
fn herd_after_an_outage_delays_all_users() {
    // The same users and seed: the outage also delays requests after its end.
    let mut calm = outage(CredentialModel::Stored, CheckModel::Store { operations: 1 }, 0);
    calm.store.service = DurationDistribution::Exp(10_000_000);
    (calm.credential, calm.rate) = (TIMER, 1.0 / 100.0);
    let mut hit = calm.clone();
    (calm.store.outages, calm.horizon) = (Vec::new(), 1_200 * SECOND);
    (hit.store.outages, hit.horizon) = (vec![(600 * SECOND, 300 * SECOND)], 1_200 * SECOND);
    let p99 = |model: &Model| interval(model, &replicate(model, 8, 8), Metric::AddedLatencyP99).mean;
    assert!(p99(&hit) > 10.0 * p99(&calm), "{} {}", p99(&hit), p99(&calm));
}

#[test]
fn serve_stale_bridges_an_outage_for_cached_users() {
    let mut model = outage(CredentialModel::Stored, CheckModel::Cached { ttl: 30 * SECOND }, 300 * SECOND);
    (model.rate, model.nodes) = (1.0 / 60.0, 1);
    let closed = run(&model, 9, 0).unwrap();
    model.store.on_outage = OutageModel::ServeStale;
    let stale = run(&model, 9, 0).unwrap();
    assert!(closed.answers.refused > 0 && closed.answers.accepted_stale == 0);
    // After ten minutes at one request a minute nearly every user is known to the node.
    assert!(stale.answers.accepted_stale > 100 * stale.answers.refused.max(1), "{:?}", stale.answers);
    assert_eq!(closed.sent, stale.sent, "common random numbers");
}
