//! Invariants of the event simulation for random models: each request is answered exactly once, operations are
//! conserved, and runs are reproducible.

use super::*;

prop_compose! {
    /// A random valid model.
    fn models()(
        shape in (1_u64..60, 1_u64..10, 1_u64..4),
        credential in 0_usize..7,
        check in 0_usize..5,
        laws in (0_usize..3, 0_usize..3),
        outages in proptest::collection::vec((1_u64..100, 0_u64..60), 0..4),
        changes in proptest::collection::vec((0_u64..400, 0_usize..3), 0..4),
        revocations in 0.0_f64..0.5,
        bus in (0_u64..5, 0.0_f64..1.0, 1_u64..60),
    ) -> Model {
        let (users, nodes, servers) = shape;
        let token = |renewal, retry| CredentialModel::Token { access: 90 * SECOND, renewal, retry };
        let timer = RenewalModel::Timer { margin: 20 * SECOND };
        let credential = [
            CredentialModel::Memory { route: Route::Sticky, relogin: ReloginModel::AtOnce },
            CredentialModel::Memory { route: Route::Rendezvous, relogin: ReloginModel::AtNextRequest },
            CredentialModel::Stored,
            token(timer, RetryModel::Continuous),
            token(timer, RetryModel::AtNextRequest),
            token(RenewalModel::Lazy, RetryModel::Continuous),
            token(RenewalModel::Lazy, RetryModel::AtNextRequest),
        ][credential];
        let check = [
            CheckModel::Nothing,
            CheckModel::Store { operations: 2 },
            CheckModel::Cached { ttl: 10 * SECOND },
            CheckModel::Pushed,
            CheckModel::Polled { period: 15 * SECOND, fetch: SECOND / 2 },
        ][check];
        let mut model = model(credential, check);
        (model.users, model.nodes, model.rate, model.horizon) = (users, nodes, 0.1, 400 * SECOND);
        model.store.service = [DurationDistribution::Exp(20_000_000), DurationDistribution::Const(10_000_000), DurationDistribution::Uniform(0, 20_000_000)][laws.0];
        model.store.on_outage = [OutageModel::FailClosed, OutageModel::FailOpen, OutageModel::ServeStale][laws.1];
        (model.store.servers, model.store.rtt) = (servers, SECOND / 2_000);
        let mut at = 0;
        for (gap, length) in outages {
            at += gap * SECOND;
            model.store.outages.push((at, length * SECOND));
            at += length * SECOND;
        }
        for (at, change) in changes {
            let change = [TopologyChange::Crash { node: at % 10 }, TopologyChange::Deploy { step: SECOND }, TopologyChange::Scale { to: 1 + at % 9 }][change];
            model.changes.push((at * SECOND, change));
        }
        (model.revocations, model.abuse) = (revocations, 0.2);
        model.bus = BusModel { delay: bus.0 * SECOND, loss: bus.1, reconcile: bus.2 * SECOND };
        model
    }
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn every_request_is_answered_exactly_once(model in models(), seed: u64) {
        let counted = run(&model, seed, 0).unwrap();
        prop_assert_eq!(counted.sent, counted.answers.all());
        prop_assert_eq!(counted.unanswered, 0, "another request was answered twice");
    }

    #[test]
    fn operations_are_conserved(model in models(), seed: u64) {
        let counted = run(&model, seed, 0).unwrap();
        let ended = counted.operations_done + counted.operations_lost + counted.operations_left;
        prop_assert_eq!(counted.operations_offered, ended);
        if model.store.outages.is_empty() {
            prop_assert_eq!(counted.operations_lost, 0);
            prop_assert_eq!(counted.answers.refused, 0);
            prop_assert_eq!(counted.answers.accepted, counted.sent);
        }
        prop_assert!(counted.waits.sum <= counted.sojourns.sum);
        prop_assert!(counted.sessions.lost <= counted.sessions.alive);
        prop_assert!(counted.sessions.remapped <= counted.sessions.scaled);
    }

    /// No exposure window exceeds the lifetime of the token, nor, without outages, the period of the list.
    #[test]
    fn exposure_is_bounded_by_lifetime_and_list_period(model in models(), seed: u64) {
        let counted = run(&model, seed, 0).unwrap();
        let worst = counted.exposure_all_nodes.values.max().unwrap_or(0);
        prop_assert!(worst <= 90 * SECOND);
        if let Some(period) = model.period() && model.store.outages.is_empty() {
            prop_assert!(worst <= period + SECOND / 2);
        }
        if model.store.on_outage != OutageModel::FailOpen {
            prop_assert!(counted.exposure_last_accepted.values.max().unwrap_or(0) <= worst);
        }
    }

    #[test]
    fn replication_is_reproducible_by_seed_and_number(model in models(), seed: u64) {
        prop_assert_eq!(run(&model, seed, 3), run(&model, seed, 3));
    }
}

/// Common random numbers: the draws of one strategy must not shift those of another.
#[test]
fn strategies_share_the_same_requests() {
    let checks = [
        CheckModel::Nothing,
        CheckModel::Store { operations: 1 },
        CheckModel::Cached { ttl: SECOND },
        CheckModel::Pushed,
    ];
    let mut sent = Vec::new();
    for check in checks {
        for credential in [TIMER, ENDLESS, CredentialModel::Stored] {
            let mut model = model(credential, check);
            model.store.service = DurationDistribution::Exp(100_000);
            sent.push(run(&model, 11, 2).unwrap().sent);
        }
    }
    assert!(sent.iter().all(|count| *count == sent[0]), "{sent:?}");
}

#[test]
fn result_is_independent_of_threads() {
    let mut model = model(TIMER, CheckModel::Store { operations: 1 });
    (model.store.service, model.users) = (DurationDistribution::Exp(2_000_000), 200);
    let alone: Vec<ReplicationCounters> = (0..10).map(|replication| run(&model, 7, replication).unwrap()).collect();
    assert_eq!(replicate(&model, 7, 10), alone);
}

/// Many independent users make Poisson arrivals: the store is an M/M/1 queue.
#[test]
fn store_of_many_users_matches_mm1_theory() {
    let mut model = model(CredentialModel::Stored, CheckModel::Store { operations: 1 });
    (model.users, model.rate, model.horizon) = (500, 1.0, 320 * SECOND);
    (model.store.service, model.store.rtt, model.measured_from) =
        (DurationDistribution::Exp(1_400_000), SECOND / 1_000, 5 * SECOND);
    let runs = replicate(&model, 12, 60);
    let sojourn = closed_form::tests::mm1_sojourn(500.0, 1e9 / 1.4e6) * 1e6;
    assert_metric(&model, &runs, Metric::StoreSojournMean, sojourn);
    assert_metric(&model, &runs, Metric::AddedLatencyMean, sojourn + 1_000.0);
    assert_metric(&model, &runs, Metric::StoreWaitRatio, 0.7);
    assert_metric(&model, &runs, Metric::StoreOpsPerSecondMean, 500.0);
}

#[test]
fn invalid_model_is_rejected() {
    let fresh = || model(TIMER, CheckModel::Pushed);
    let reject = |change: fn(&mut Model)| {
        let mut model = fresh();
        change(&mut model);
        run(&model, 1, 0).unwrap_err()
    };
    assert_eq!(reject(|model| model.users = 0), ModelError::Users(0));
    assert_eq!(reject(|model| model.nodes = 0), ModelError::Nodes(0));
    assert_eq!(reject(|model| model.nodes = u64::MAX), ModelError::Nodes(u64::MAX));
    assert_eq!(reject(|model| model.store.servers = 0), ModelError::NoServers);
    assert_eq!(reject(|model| model.bus.reconcile = 0), ModelError::Period);
    assert_eq!(reject(|model| model.store.outages = vec![(5, 5), (7, 1)]), ModelError::Outages);
    assert!(matches!(reject(|model| model.rate = 1e9), ModelError::Events(_)));
    assert!(matches!(reject(|model| model.rate = f64::NAN), ModelError::Events(_)));
    let renewal = RenewalModel::Timer { margin: 900 * SECOND };
    let mut late = fresh();
    late.credential = CredentialModel::Token { access: 900 * SECOND, renewal, retry: RetryModel::Continuous };
    assert_eq!(run(&late, 1, 0), Err(ModelError::Margin));
}
