//! Tests of the queue against queueing theory. All seeds are fixed, so the results are the same on every platform.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use super::*;
use crate::simulate::closed_form;
use crate::stats::confidence::ConfidenceInterval;
use proptest::prelude::*;

const MICRO: f64 = 1e-3;

fn queue(arrivals: f64, service: DurationDistribution, servers: u64, seconds: u64) -> StoreQueue {
    StoreQueue::new(arrivals, service, servers, seconds * SECOND).unwrap()
}

/// Runs replications on two threads; returns them in the order of their numbers.
fn replicate(queue: StoreQueue, seed: u64, replications: u64) -> Vec<QueueCounters> {
    let half = |rest| move || (rest..replications).step_by(2).map(|r| (r, queue.run(seed, r))).collect::<Vec<_>>();
    let mut all = std::thread::scope(|scope| {
        let odd = scope.spawn(half(1));
        let mut all = half(0)();
        all.extend(odd.join().unwrap());
        all
    });
    all.sort_by_key(|(replication, _)| *replication);
    all.into_iter().map(|(_, counted)| counted).collect()
}

/// Asserts that a mean over replications matches theory, as tests/simulate/mapping.tsv requires: |z| ≤ 4, with a
/// standard error of at most half a per cent for statistical power.
fn assert_mean(name: &str, values: impl Iterator<Item = Option<f64>>, expected: f64) {
    let values: Vec<f64> = values.map(|value| value.unwrap()).collect();
    let interval = ConfidenceInterval::from_samples(&values).unwrap();
    let z = interval.z(expected);
    assert!(interval.se <= 0.005 * expected, "{name}: standard error {} of {expected}", interval.se);
    assert!(z.abs() <= 4.0, "{name}: {} ± {} for {expected}, z {z:.2}", interval.mean, interval.se);
}

/// H1 and H3 of tests/simulate/closed_form.csv, and related values.
#[test]
fn one_exponential_server_matches_mm1_theory() {
    let runs = replicate(queue(8_000.0, DurationDistribution::Exp(100_000), 1, 24), 1, 100);
    assert_mean("H1", runs.iter().map(|run| run.sojourn_mean().map(|mean| mean * MICRO)), 500.0);
    let p99 = |run: &QueueCounters| run.sojourns.interpolate(0.99).map(|nanos| nanos * MICRO);
    assert_mean("H3", runs.iter().map(p99), 100_f64.ln() * 500.0);
    assert_mean("wait ratio", runs.iter().map(QueueCounters::wait_ratio), 0.8);
    assert_mean("wait", runs.iter().map(|run| run.wait_mean().map(|mean| mean * MICRO)), 400.0);
}

#[test]
fn one_constant_server_matches_md1_theory() {
    let runs = replicate(queue(8_000.0, DurationDistribution::Const(100_000), 1, 4), 2, 100);
    let expected = closed_form::md1_wait(8_000.0, 10_000.0) * 1e6;
    assert_mean("M/D/1 wait", runs.iter().map(|run| run.wait_mean().map(|mean| mean * MICRO)), expected);
}

/// Pollaczek-Khinchine: λ E[S²] / 2(1 − ρ).
#[test]
fn one_uniform_server_matches_mg1_theory() {
    let service = DurationDistribution::Uniform(0, 200_000);
    let runs = replicate(queue(7_000.0, service, 1, 4), 3, 100);
    let expected = 7_000.0 * service.square_mean_s() / (2.0 * 0.3) * 1e6;
    assert_mean("M/G/1 wait", runs.iter().map(|run| run.wait_mean().map(|mean| mean * MICRO)), expected);
}

/// H5 of tests/simulate/closed_form.csv, and the probability of waiting.
#[test]
fn four_exponential_servers_match_mmc_theory() {
    let runs = replicate(queue(8_000.0, DurationDistribution::Exp(400_000), 4, 12), 4, 100);
    let expected = closed_form::mmc_wait(8_000.0, 2_500.0, 4) * 1e6;
    assert_mean("H5", runs.iter().map(|run| run.wait_mean().map(|mean| mean * MICRO)), expected);
    // Mean wait = probability of waiting / (cμ − λ).
    assert_mean("wait ratio", runs.iter().map(QueueCounters::wait_ratio), expected * 1e-6 * 2_000.0);
}

/// Guards against initialisation bias: a run that starts empty is not stationary, and its means are too small.
#[test]
fn exponential_queue_starts_in_its_stationary_distribution() {
    // Runs of a hundred services at a load of 0.8: an empty start would show a mean wait near 230 µs.
    let runs =
        replicate(StoreQueue::new(8_000.0, DurationDistribution::Exp(100_000), 1, SECOND / 100).unwrap(), 5, 20_000);
    let at_start: Vec<f64> = runs.iter().map(|run| run.in_store_at_start as f64).collect();
    let at_start = ConfidenceInterval::from_samples(&at_start).unwrap();
    // The mean number in the system is ρ / (1 − ρ).
    assert!(at_start.z(4.0).abs() <= 4.0, "{at_start:?}");
    let at_end: Vec<f64> = runs.iter().map(|run| run.in_store_at_end as f64).collect();
    assert!(ConfidenceInterval::from_samples(&at_end).unwrap().z(4.0).abs() <= 4.0);
    // With four servers it is Lq + a.
    let runs =
        replicate(StoreQueue::new(8_000.0, DurationDistribution::Exp(400_000), 4, SECOND / 1_000).unwrap(), 5, 20_000);
    let expected = 8_000.0 * closed_form::mmc_wait(8_000.0, 2_500.0, 4) + 3.2;
    let at_start: Vec<f64> = runs.iter().map(|run| run.in_store_at_start as f64).collect();
    assert!(ConfidenceInterval::from_samples(&at_start).unwrap().z(expected).abs() <= 4.0);
}

/// Guards against autocorrelation: an error estimated within one run, as if waits were independent, is far too small.
#[test]
fn standard_error_over_replications_exceeds_that_of_independent_waits() {
    let runs = replicate(queue(8_000.0, DurationDistribution::Exp(100_000), 1, 5), 6, 40);
    let means: Vec<f64> = runs.iter().filter_map(QueueCounters::sojourn_mean).collect();
    let over_replications = ConfidenceInterval::from_samples(&means).unwrap().se * 40_f64.sqrt();
    // Sojourn times of an M/M/1 queue are exponential: the standard deviation equals the mean.
    let naive = 500e3 / (runs[0].measured as f64).sqrt();
    assert!(over_replications > 5.0 * naive, "{over_replications} {naive}");
}

#[test]
fn interpolated_quantile_of_exponential_values_is_accurate() {
    // Interpolation is accurate to a tenth of a per cent; a bucket bound would be off by up to four times as much.
    let mut values = Quantiles::default();
    for rank in 0..1_000_000_u32 {
        values.record(whole(-(1.0 - (f64::from(rank) + 0.5) / 1e6).ln() * 5e5));
    }
    for (share, expected) in [(0.5, 2_f64.ln()), (0.99, 100_f64.ln()), (0.999, 1_000_f64.ln())] {
        let estimate = values.interpolate(share).unwrap() / 5e5;
        assert!((estimate / expected - 1.0).abs() < 3e-4, "{share}: {estimate} for {expected}");
    }
    assert_eq!(Quantiles::default().interpolate(0.5), None);
}

#[test]
fn queue_without_a_finite_mean_is_rejected() {
    let new =
        |arrivals, servers, horizon| StoreQueue::new(arrivals, DurationDistribution::Exp(100_000), servers, horizon);
    let overload = new(10_000.0, 1, SECOND).unwrap_err();
    assert!(overload.to_string().contains("grows without bound"), "{overload}");
    assert_eq!(new(0.0, 1, SECOND), Err(QueueError::NoArrivals));
    assert_eq!(new(f64::NAN, 1, SECOND), Err(QueueError::NoArrivals));
    assert_eq!(new(1.0, 0, SECOND), Err(QueueError::NoServers));
    assert!(matches!(new(9_000.0, 1, 86_400 * 30 * SECOND), Err(QueueError::TooMany { .. })));
}

#[test]
fn replication_is_reproducible_by_seed_and_number() {
    let run = queue(8_000.0, DurationDistribution::Exp(100_000), 1, 2).run(42, 3);
    assert_eq!(run, queue(8_000.0, DurationDistribution::Exp(100_000), 1, 2).run(42, 3));
    assert_ne!(run, queue(8_000.0, DurationDistribution::Exp(100_000), 1, 2).run(42, 4));
    assert_ne!(run, queue(8_000.0, DurationDistribution::Exp(100_000), 1, 2).run(43, 3));
    assert_eq!((run.arrived, run.departed, run.sojourn), FIRST);
}

const FIRST: (u64, u64, u128) = (16_065, 16_080, 8_725_377_885);

#[test]
fn result_is_independent_of_threads() {
    let queue = queue(8_000.0, DurationDistribution::Exp(400_000), 4, 1);
    let alone: Vec<QueueCounters> = (0..16).map(|replication| queue.run(7, replication)).collect();
    assert_eq!(replicate(queue, 7, 16), alone);
}

proptest! {
    #![proptest_config(crate::exploration::cases(64))]

    /// Conservation: initial plus arrived operations equal departed plus remaining ones.
    #[test]
    fn operations_are_conserved(load in 0.05_f64..0.97, servers in 1_u64..6, law in 0_usize..3, seed: u64) {
        let law = [DurationDistribution::Exp(100_000), DurationDistribution::Const(100_000), DurationDistribution::Uniform(50_000, 150_000)][law];
        let arrivals = load * servers as f64 / law.mean_s();
        let run = StoreQueue::new(arrivals, law, servers, SECOND / 5).unwrap().run(seed, 0);
        prop_assert_eq!(run.in_store_at_start + run.arrived, run.departed + run.in_store_at_end);
        prop_assert!(run.measured <= run.arrived && run.waited <= run.measured && run.wait <= run.sojourn);
        prop_assert_eq!(run.sojourns.count(), run.measured);
    }

    /// With common random numbers waits grow with the load and shrink with more servers.
    #[test]
    fn waits_grow_with_load_and_shrink_with_servers(seed: u64) {
        let wait = |arrivals, servers| queue(arrivals, DurationDistribution::Exp(100_000), servers, 2).run(seed, 0).wait_mean().unwrap();
        prop_assert!(wait(5_000.0, 1) < wait(9_000.0, 1));
        prop_assert!(wait(9_000.0, 2) < wait(9_000.0, 1));
    }
}
