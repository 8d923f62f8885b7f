//! Tests of the event simulation against theory, conservation laws and common modelling errors.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use super::counters::ReplicationCounters;
use super::metrics::values;
use super::model::{BusModel, OutageModel, ReloginModel, RetryModel, Route, StoreModel};
use super::*;
use crate::simulate::closed_form;
use crate::simulate::metrics::{Metric, MetricUnit};
use crate::simulate::scenario::units::{DurationDistribution, SECOND};
use crate::stats::confidence::ConfidenceInterval;
use proptest::prelude::*;

const MINUTE: Nanos = 60 * SECOND;
const TIMER: CredentialModel = CredentialModel::Token {
    access: 900 * SECOND,
    renewal: RenewalModel::Timer { margin: 0 },
    retry: RetryModel::Continuous,
};
/// A token that never expires.
const ENDLESS: CredentialModel = CredentialModel::Token {
    access: FOREVER,
    renewal: RenewalModel::Timer { margin: 0 },
    retry: RetryModel::Continuous,
};

/// A thousand users with one request a minute each, and a store without latency.
fn model(credential: CredentialModel, check: CheckModel) -> Model {
    Model {
        users: 1_000,
        rate: 1.0 / 60.0,
        horizon: 1_000 * SECOND,
        measured_from: 0,
        nodes: 8,
        credential,
        check,
        store: StoreModel {
            rtt: 0,
            service: DurationDistribution::Const(0),
            servers: 1,
            on_outage: OutageModel::FailClosed,
            outages: Vec::new(),
        },
        bus: BusModel { delay: SECOND / 5, loss: 0.01, reconcile: 30 * SECOND },
        changes: Vec::new(),
        revocations: 0.0,
        abuse: 0.0,
    }
}

fn run(model: &Model, seed: u64, replication: u64) -> Result<ReplicationCounters, ModelError> {
    run_while(model, seed, replication, &|| true).map(Option::unwrap_or_default)
}

/// Runs replications on two threads; returns them in the order of their numbers.
fn replicate(model: &Model, seed: u64, replications: u64) -> Vec<ReplicationCounters> {
    let half =
        |rest| move || (rest..replications).step_by(2).map(|r| (r, run(model, seed, r).unwrap())).collect::<Vec<_>>();
    let mut all = std::thread::scope(|scope| {
        let odd = scope.spawn(half(1));
        let mut all = half(0)();
        all.extend(odd.join().unwrap());
        all
    });
    all.sort_by_key(|(replication, _)| *replication);
    all.into_iter().map(|(_, counted)| counted).collect()
}

/// The confidence interval of a metric, which has a value in every replication.
fn interval(model: &Model, runs: &[ReplicationCounters], metric: Metric) -> ConfidenceInterval {
    let value = |counted| values(model, counted).into_iter().find(|(own, _)| *own == metric).map(|(_, value)| value);
    let values: Option<Vec<f64>> = runs.iter().map(value).collect();
    ConfidenceInterval::from_samples(&values.unwrap_or_else(|| panic!("no metric {metric}"))).unwrap()
}

/// Asserts |z| ≤ 4 and a standard error of at most half a per cent, as tests/simulate/mapping.tsv requires.
fn assert_metric(model: &Model, runs: &[ReplicationCounters], metric: Metric, expected: f64) {
    let interval = interval(model, runs, metric);
    let z = interval.z(expected);
    let message = format!("{metric}: {} ± {} for {expected}, z {z:.2}", interval.mean, interval.se);
    let power = if metric.entry().unit == MetricUnit::Share { 0.005 } else { 0.005 * expected.abs() };
    assert!(interval.se <= power, "{message}");
    assert!(z.abs() <= 4.0, "{message}");
}

mod exposure;
mod invariants;
mod nodes;
mod outages;
