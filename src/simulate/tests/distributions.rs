//! Tests of distributions against theory, by the Kolmogorov-Smirnov test, because decisions use the p99 and a mean can
//! be right by coincidence. Each case also has a wrong distribution that the same sample must reject.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use crate::simulate::closed_form as theory;
use crate::simulate::scenario::Scenario;
use crate::simulate::strategies;
use crate::simulate::tally::{Measure, Tally};
use crate::simulate::user::{User, World};
use crate::stats::quantiles::Quantiles;

/// The Kolmogorov-Smirnov distance between the sample and a distribution, given as P(X < x) in seconds. Each bucket has
/// its smallest value and the number of values below it: the distance is exact there, and never overestimated.
fn distance(sample: &Quantiles, below: impl Fn(f64) -> f64) -> f64 {
    let stored = serde_json::to_value(sample).unwrap();
    let buckets: Vec<(u64, u64)> = serde_json::from_value(stored["values"].clone()).unwrap();
    let (count, mut seen, mut most) = (sample.count() as f64, 0.0, 0.0_f64);
    for (smallest, values) in buckets {
        most = most.max((below(smallest as f64 / 1e9) - seen / count).abs());
        seen += values as f64;
    }
    most.max(1.0 - below((sample.max().unwrap() + 1) as f64 / 1e9))
}

/// The critical value at significance 0.001.
fn limit(sample: &Quantiles) -> f64 {
    (-(0.001_f64 / 2.0).ln() / 2.0 / sample.count() as f64).sqrt()
}

/// Asserts that a sample matches the distribution `right` and rejects `wrong`.
fn assert_distribution(name: &str, sample: &Quantiles, right: impl Fn(f64) -> f64, wrong: impl Fn(f64) -> f64) {
    assert!(sample.count() >= 19_000, "{name}: {} values", sample.count());
    let (apart, limit) = (distance(sample, right), limit(sample));
    assert!(apart < limit, "{name}: distance {apart:.5} exceeds the critical value {limit:.5}");
    let apart = distance(sample, wrong);
    assert!(
        apart > limit,
        "{name}: the wrong distribution is not rejected: distance {apart:.5}, critical value {limit:.5}"
    );
}

/// Simulates 20,000 users, each in a separate replication: the test requires independent values, and users of one
/// replication share the phases of its nodes.
fn simulate(world: &str, strategy: &str) -> Tally {
    simulate_for("50m", world, strategy)
}

fn simulate_for(horizon: &str, world: &str, strategy: &str) -> Tally {
    let text = format!("[run]\nhorizon = \"{horizon}\"\n{world}\n[[strategy]]\n{strategy}\n");
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let strategy = &scenario.strategy[0];
    let kind = strategies::find(&strategy.kind).unwrap();
    let mut tally = Tally::default();
    for id in 0..20_000 {
        let world = World::new(&scenario, &scenario.strategy[0], id, &|| true);
        (kind.live)(&mut User { world: &world, strategy, id, tally: &mut tally });
    }
    tally
}

fn sample(tally: &Tally, measure: Measure) -> &Quantiles {
    &tally.measured(measure).unwrap().quantiles
}

/// P(X < x) of a uniform distribution.
fn uniform(low: f64, high: f64) -> impl Fn(f64) -> f64 {
    move |x| ((x - low) / (high - low)).clamp(0.0, 1.0)
}

/// P(X < x) of the residual, at a random time, of a lifetime uniform over (a, b): ∫ P(T > t) dt / E[T].
fn residual_of_uniform(a: f64, b: f64) -> impl Fn(f64) -> f64 {
    move |x| {
        let x = x.clamp(0.0, b);
        let late = (x - a).max(0.0);
        (x - late * late / (2.0 * (b - a))) / ((a + b) / 2.0)
    }
}

const SELDOM: &str = "[traffic]\nrate = \"1/h\"";

#[test]
fn timer_token_residual_is_uniform_from_margin_to_lifetime() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"60s\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    for measure in [Measure::Credential, Measure::AllNodes, Measure::PerNode] {
        assert_distribution("margin", sample(&tally, measure), uniform(60.0, 900.0), uniform(0.0, 900.0));
    }
    // The role is updated by each refresh, once per cycle.
    assert_distribution("role", sample(&tally, Measure::StaleRole), uniform(0.0, 840.0), uniform(60.0, 900.0));
}

#[test]
fn leeway_and_slow_verifier_clock_extend_every_exposure() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[clock]\nleeway = \"60s\"\nverifier_offset = \"-30s\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    assert_distribution("clocks", sample(&tally, Measure::Credential), uniform(90.0, 990.0), uniform(30.0, 930.0));
}

#[test]
fn random_lifetimes_have_a_length_biased_residual() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"uniform(60m,90m)\"");
    assert_distribution(
        "Entra ID",
        sample(&tally, Measure::Credential),
        residual_of_uniform(3_600.0, 5_400.0),
        uniform(0.0, 4_500.0),
    );
    let jittery = format!("{world}\njitter = 0.5");
    // In the initial state, and later in the run.
    for horizon in ["1s", "50m"] {
        let tally = simulate_for(horizon, &jittery, "kind = \"jwt_refresh\"\naccess = \"900s\"");
        let unbiased =
            |x: f64| (0..1_000).map(|step| uniform(0.0, 450.9 + 0.9 * f64::from(step))(x)).sum::<f64>() / 1_000.0;
        assert_distribution(horizon, sample(&tally, Measure::StaleRole), residual_of_uniform(450.0, 1_350.0), unbiased);
    }
}

#[test]
fn lazy_client_residual_is_zero_with_positive_probability() {
    let world = "[traffic]\nrate = \"1/600s\"\n[client]\nrefresh = \"lazy\"\nmargin = \"0s\"";
    let live = theory::lazy_live(1.0 / 600.0, 900.0);
    let or_nothing = |x: f64, rest: f64| if x > 0.0 { 1.0 - live + live * rest } else { 0.0 };
    let fixed = |x| or_nothing(x, uniform(0.0, 900.0)(x));
    let tally = simulate(world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    assert_distribution("fixed", sample(&tally, Measure::Credential), fixed, uniform(0.0, 900.0));
    // The exponential distribution is memoryless.
    let tally = simulate(world, "kind = \"jwt_refresh\"\naccess = \"exp(900s)\"");
    assert_distribution(
        "exponential",
        sample(&tally, Measure::Credential),
        |x| or_nothing(x, 1.0 - (-x / 900.0).exp()),
        fixed,
    );
}

/// Dates in whole seconds, rounded down: a token of three seconds loses half a second on average.
#[test]
fn whole_second_dates_shorten_short_lived_tokens() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[clock]\nnumeric_date = \"seconds\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"3s\"");
    // P(R - F < x) with R uniform over the lifetime and F over a second: never above 0 is 0.
    let law = |x: f64| {
        if x <= 0.0 {
            return 0.0;
        }
        let upto = |r: f64| r.clamp(0.0, 3.0) / 3.0;
        // The mean of P(R < x + f) over f, linear except at the end of R.
        (0..1_000).map(|step| upto(x + (f64::from(step) + 0.5) / 1_000.0)).sum::<f64>() / 1_000.0
    };
    assert_distribution("whole seconds", sample(&tally, Measure::Credential), law, uniform(0.0, 3.0));
}

#[test]
fn nodes_poll_with_independent_phases() {
    let poll = "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\nfetch = \"2s\"";
    let endless = format!("{poll}\naccess = \"inf\"");
    let tally = simulate(&format!("{SELDOM}\n[topology]\nnodes = 1"), &endless);
    assert_distribution("one node", sample(&tally, Measure::AllNodes), uniform(2.0, 32.0), uniform(0.0, 30.0));
    let tally = simulate(&format!("{SELDOM}\n[topology]\nnodes = 8"), &endless);
    let last = |x: f64| uniform(2.0, 32.0)(x).powi(8);
    assert_distribution("the last of eight", sample(&tally, Measure::AllNodes), last, uniform(2.0, 32.0));
}

#[test]
fn expiry_caps_the_wait_for_a_poll() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[topology]\nnodes = 1");
    let tally = simulate(&world, "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\naccess = \"60s\"");
    let law = |x: f64| 1.0 - (1.0 - uniform(0.0, 30.0)(x)) * (1.0 - uniform(0.0, 60.0)(x));
    assert_distribution("the poll or the end", sample(&tally, Measure::AllNodes), law, uniform(0.0, 30.0));
}

#[test]
fn status_list_delay_is_publication_plus_fetch() {
    let strategy = "kind = \"token_status_list\"\naccess = \"inf\"\npublish = \"60s\"\nttl = \"60s\"";
    let tally = simulate(&format!("{SELDOM}\n[topology]\nnodes = 1"), strategy);
    // Two uniform waits, one after the other.
    let law = |x: f64| {
        let x = x.clamp(0.0, 120.0) / 60.0;
        if x < 1.0 { x * x / 2.0 } else { 1.0 - (2.0 - x) * (2.0 - x) / 2.0 }
    };
    assert_distribution("published, then fetched", sample(&tally, Measure::AllNodes), law, uniform(0.0, 120.0));
}

#[test]
fn lost_bus_message_is_replaced_by_the_next_list_read() {
    let world = format!("{SELDOM}\n[topology]\nnodes = 1\n[bus]\ndelay = \"200ms\"\nloss = 0.3\nreconcile = \"30s\"");
    let tally = simulate(&world, "kind = \"jwt_denylist\"\nmode = \"push\"\naccess = \"inf\"");
    let delivered = |x: f64| f64::from(u8::from(x > 0.2));
    let law = |x: f64| 0.7 * delivered(x) + 0.3 * uniform(0.0, 30.0)(x);
    assert_distribution("lost messages", sample(&tally, Measure::AllNodes), law, delivered);
}

#[test]
fn node_caches_are_filled_independently() {
    let world = "[traffic]\nrate = \"0.05/s\"\n[topology]\nnodes = 4";
    let tally = simulate(world, "kind = \"session_store\"\ncache = { ttl = \"60s\" }");
    let hit = theory::cache_hits(0.05, 60.0, 4.0);
    let node = |x: f64| if x > 0.0 { 1.0 - hit + hit * uniform(0.0, 60.0)(x) } else { 0.0 };
    assert_distribution("the last of four", sample(&tally, Measure::AllNodes), |x| node(x).powi(4), node);
}

#[test]
fn outage_denial_starts_at_token_expiry() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[[store.outage]]\nat = \"20m\"\nfor = \"300s\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    let law = |x: f64| if x > 0.0 { uniform(0.0, 900.0)(600.0 + x.min(300.0)) } else { 0.0 };
    // The wrong distribution: all users signed in together twenty minutes before, so no token expires in the outage.
    let together = |x: f64| f64::from(u8::from(x > 0.0));
    assert_distribution("outage", sample(&tally, Measure::OutageDenied), law, together);
}

#[test]
fn theft_is_detected_at_the_later_of_two_renewals() {
    let world = format!(
        "{SELDOM}\n[client]\nmargin = \"0s\"\n[theft]\ntarget = \"refresh\"\n\
         attacker = {{ first = \"uniform(0,access)\", then = \"never\" }}"
    );
    let tally = simulate(&world, "kind = \"rotation\"\naccess = \"900s\"\ngrace = \"0s\"");
    let first = |x: f64| 1.0 - (1.0 - uniform(0.0, 900.0)(x)).powi(2);
    let second = |x: f64| uniform(0.0, 900.0)(x).powi(2);
    assert_distribution("detection", sample(&tally, Measure::Detection), second, first);
    assert_distribution("conflict", sample(&tally, Measure::ConflictStart), first, second);
}

#[test]
fn nbf_rejection_depends_on_the_skew_of_both_clocks() {
    let world = format!("{SELDOM}\n[clock]\nsigma = \"2s\"\nleeway = \"1s\"");
    let tally = simulate(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"\nnbf = true");
    let law = |sigma: f64| move |x: f64| if x > 0.0 { 1.0 - theory::normal_tail((x + 1.0) / sigma) } else { 0.0 };
    let both = 2.0 * std::f64::consts::SQRT_2;
    assert_distribution("clocks", sample(&tally, Measure::NbfRefusedTime), law(both), law(2.0));
}

#[test]
fn store_latency_is_round_trip_plus_service() {
    let world = "[traffic]\nrate = \"2/h\"\n[store]\nrtt = \"500us\"\nservice = \"exp(200us)\"";
    let tally = simulate(world, "kind = \"session_store\"");
    let law = |x: f64| 1.0 - (-(x - 5e-4).max(0.0) / 2e-4).exp();
    let constant = |x: f64| f64::from(u8::from(x > 7e-4));
    assert_distribution("store", sample(&tally, Measure::Latency), law, constant);
}
