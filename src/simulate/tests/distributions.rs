//! Whole distributions against theory, by the test of Kolmogorov and Smirnov: a mean can be right by luck, and a p99
//! is what people decide by. Every case has a wrong law beside the right one, which the same sample must refuse.
#![allow(clippy::arithmetic_side_effects, reason = "a test may overflow")]

use crate::simulate::closed_form as theory;
use crate::simulate::scenario::Scenario;
use crate::simulate::strategies;
use crate::simulate::tally::{Measure, Tally};
use crate::simulate::user::{User, World};
use crate::stats::quantiles::Quantiles;

/// The greatest distance between the sample and a law, given as P(X < x) in seconds. Buckets know their smallest value
/// and how many values are below it, so that the distance is exact where it is taken, and never too great.
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

/// What one sample of the right law in a thousand is beyond.
fn limit(sample: &Quantiles) -> f64 {
    (-(0.001_f64 / 2.0).ln() / 2.0 / sample.count() as f64).sqrt()
}

/// Holds `right` to a sample, and has it refuse `wrong`.
fn fits(name: &str, sample: &Quantiles, right: impl Fn(f64) -> f64, wrong: impl Fn(f64) -> f64) {
    assert!(sample.count() >= 19_000, "{name}: {} values", sample.count());
    let (apart, limit) = (distance(sample, right), limit(sample));
    assert!(apart < limit, "{name}: {apart:.5} from its law, the limit is {limit:.5}");
    let apart = distance(sample, wrong);
    assert!(apart > limit, "{name}: the wrong law is only {apart:.5} away, the limit is {limit:.5}");
}

/// Lives 20,000 users, each in a replication of its own: the test wants independent values, and users of one
/// replication share the phases of its nodes.
fn lived(world: &str, strategy: &str) -> Tally {
    lived_for("50m", world, strategy)
}

fn lived_for(horizon: &str, world: &str, strategy: &str) -> Tally {
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

/// P(X < x) of a uniform law.
fn uniform(low: f64, high: f64) -> impl Fn(f64) -> f64 {
    move |x| ((x - low) / (high - low)).clamp(0.0, 1.0)
}

/// P(X < x) of what is left, at a random time, of a time that is uniform over (a, b): ∫ P(T > t) dt / E[T].
fn residual_of_uniform(a: f64, b: f64) -> impl Fn(f64) -> f64 {
    move |x| {
        let x = x.clamp(0.0, b);
        let late = (x - a).max(0.0);
        (x - late * late / (2.0 * (b - a))) / ((a + b) / 2.0)
    }
}

const SELDOM: &str = "[traffic]\nrate = \"1/h\"";

#[test]
fn a_timers_token_has_anything_from_the_margin_to_its_lifetime_left() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"60s\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    for measure in [Measure::Credential, Measure::AllNodes, Measure::PerNode] {
        fits("margin", sample(&tally, measure), uniform(60.0, 900.0), uniform(0.0, 900.0));
    }
    // The role is read with each refresh, and those are a cycle apart.
    fits("role", sample(&tally, Measure::StaleRole), uniform(0.0, 840.0), uniform(60.0, 900.0));
}

#[test]
fn leeway_and_a_clock_that_is_behind_lengthen_every_exposure() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[clock]\nleeway = \"60s\"\nverifier_offset = \"-30s\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    fits("clocks", sample(&tally, Measure::Credential), uniform(90.0, 990.0), uniform(30.0, 930.0));
}

#[test]
fn long_lifetimes_are_met_more_often_than_short_ones() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"uniform(60m,90m)\"");
    fits("Entra ID", sample(&tally, Measure::Credential), residual_of_uniform(3_600.0, 5_400.0), uniform(0.0, 4_500.0));
    let jittery = format!("{world}\njitter = 0.5");
    // As users are found at the beginning, and as they go on.
    for horizon in ["1s", "50m"] {
        let tally = lived_for(horizon, &jittery, "kind = \"jwt_refresh\"\naccess = \"900s\"");
        let unbiased =
            |x: f64| (0..1_000).map(|step| uniform(0.0, 450.9 + 0.9 * f64::from(step))(x)).sum::<f64>() / 1_000.0;
        fits(horizon, sample(&tally, Measure::StaleRole), residual_of_uniform(450.0, 1_350.0), unbiased);
    }
}

#[test]
fn a_lazy_client_may_have_nothing_left() {
    let world = "[traffic]\nrate = \"1/600s\"\n[client]\nrefresh = \"lazy\"\nmargin = \"0s\"";
    let live = theory::lazy_live(1.0 / 600.0, 900.0);
    let or_nothing = |x: f64, rest: f64| if x > 0.0 { 1.0 - live + live * rest } else { 0.0 };
    let fixed = |x| or_nothing(x, uniform(0.0, 900.0)(x));
    let tally = lived(world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    fits("fixed", sample(&tally, Measure::Credential), fixed, uniform(0.0, 900.0));
    // What has no memory has as much left as it had at the beginning.
    let tally = lived(world, "kind = \"jwt_refresh\"\naccess = \"exp(900s)\"");
    fits("exponential", sample(&tally, Measure::Credential), |x| or_nothing(x, 1.0 - (-x / 900.0).exp()), fixed);
}

/// Dates in whole seconds, rounded down: a token of three seconds loses half a second on the average.
#[test]
fn whole_seconds_shorten_tokens_that_live_for_seconds() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[clock]\nnumeric_date = \"seconds\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"3s\"");
    // P(R - F < x) with R uniform over the lifetime and F over a second: never above 0 is 0.
    let law = |x: f64| {
        if x <= 0.0 {
            return 0.0;
        }
        let upto = |r: f64| r.clamp(0.0, 3.0) / 3.0;
        // The mean of P(R < x + f) over f, linear but for the end of R.
        (0..1_000).map(|step| upto(x + (f64::from(step) + 0.5) / 1_000.0)).sum::<f64>() / 1_000.0
    };
    fits("whole seconds", sample(&tally, Measure::Credential), law, uniform(0.0, 3.0));
}

#[test]
fn nodes_poll_at_times_of_their_own() {
    let poll = "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\nfetch = \"2s\"";
    let endless = format!("{poll}\naccess = \"inf\"");
    let tally = lived(&format!("{SELDOM}\n[topology]\nnodes = 1"), &endless);
    fits("one node", sample(&tally, Measure::AllNodes), uniform(2.0, 32.0), uniform(0.0, 30.0));
    let tally = lived(&format!("{SELDOM}\n[topology]\nnodes = 8"), &endless);
    let last = |x: f64| uniform(2.0, 32.0)(x).powi(8);
    fits("the last of eight", sample(&tally, Measure::AllNodes), last, uniform(2.0, 32.0));
}

#[test]
fn a_token_that_ends_is_not_polled_for() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[topology]\nnodes = 1");
    let tally = lived(&world, "kind = \"jwt_denylist\"\nmode = \"poll\"\npoll = \"30s\"\naccess = \"60s\"");
    let law = |x: f64| 1.0 - (1.0 - uniform(0.0, 30.0)(x)) * (1.0 - uniform(0.0, 60.0)(x));
    fits("the poll or the end", sample(&tally, Measure::AllNodes), law, uniform(0.0, 30.0));
}

#[test]
fn a_status_list_waits_twice() {
    let strategy = "kind = \"token_status_list\"\naccess = \"inf\"\npublish = \"60s\"\nttl = \"60s\"";
    let tally = lived(&format!("{SELDOM}\n[topology]\nnodes = 1"), strategy);
    // Two uniform waits, one after the other.
    let law = |x: f64| {
        let x = x.clamp(0.0, 120.0) / 60.0;
        if x < 1.0 { x * x / 2.0 } else { 1.0 - (2.0 - x) * (2.0 - x) / 2.0 }
    };
    fits("published, then fetched", sample(&tally, Measure::AllNodes), law, uniform(0.0, 120.0));
}

#[test]
fn what_the_bus_loses_is_read_with_the_next_list() {
    let world = format!("{SELDOM}\n[topology]\nnodes = 1\n[bus]\ndelay = \"200ms\"\nloss = 0.3\nreconcile = \"30s\"");
    let tally = lived(&world, "kind = \"jwt_denylist\"\nmode = \"push\"\naccess = \"inf\"");
    let told = |x: f64| f64::from(u8::from(x > 0.2));
    let law = |x: f64| 0.7 * told(x) + 0.3 * uniform(0.0, 30.0)(x);
    fits("lost messages", sample(&tally, Measure::AllNodes), law, told);
}

#[test]
fn caches_of_nodes_are_filled_apart() {
    let world = "[traffic]\nrate = \"0.05/s\"\n[topology]\nnodes = 4";
    let tally = lived(world, "kind = \"session_store\"\ncache = { ttl = \"60s\" }");
    let hit = theory::cache_hits(0.05, 60.0, 4.0);
    let node = |x: f64| if x > 0.0 { 1.0 - hit + hit * uniform(0.0, 60.0)(x) } else { 0.0 };
    fits("the last of four", sample(&tally, Measure::AllNodes), |x| node(x).powi(4), node);
}

#[test]
fn an_outage_is_felt_from_the_end_of_the_token() {
    let world = format!("{SELDOM}\n[client]\nmargin = \"0s\"\n[[store.outage]]\nat = \"20m\"\nfor = \"300s\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"");
    let law = |x: f64| if x > 0.0 { uniform(0.0, 900.0)(600.0 + x.min(300.0)) } else { 0.0 };
    // As if all had signed in at the same time, twenty minutes before: nobody's token ends in those five minutes.
    let together = |x: f64| f64::from(u8::from(x > 0.0));
    fits("outage", sample(&tally, Measure::OutageDenied), law, together);
}

#[test]
fn a_theft_is_noticed_with_the_later_of_two_renewals() {
    let world = format!(
        "{SELDOM}\n[client]\nmargin = \"0s\"\n[theft]\ntarget = \"refresh\"\n\
         attacker = {{ first = \"uniform(0,access)\", then = \"never\" }}"
    );
    let tally = lived(&world, "kind = \"rotation\"\naccess = \"900s\"\ngrace = \"0s\"");
    let first = |x: f64| 1.0 - (1.0 - uniform(0.0, 900.0)(x)).powi(2);
    let second = |x: f64| uniform(0.0, 900.0)(x).powi(2);
    fits("detection", sample(&tally, Measure::Detection), second, first);
    fits("conflict", sample(&tally, Measure::ConflictStart), first, second);
}

#[test]
fn two_clocks_are_apart_by_more_than_one() {
    let world = format!("{SELDOM}\n[clock]\nsigma = \"2s\"\nleeway = \"1s\"");
    let tally = lived(&world, "kind = \"jwt_refresh\"\naccess = \"900s\"\nnbf = true");
    let law = |sigma: f64| move |x: f64| if x > 0.0 { 1.0 - theory::normal_tail((x + 1.0) / sigma) } else { 0.0 };
    let both = 2.0 * std::f64::consts::SQRT_2;
    fits("clocks", sample(&tally, Measure::NbfRefusedTime), law(both), law(2.0));
}

#[test]
fn a_visit_takes_a_round_trip_and_its_service() {
    let world = "[traffic]\nrate = \"2/h\"\n[store]\nrtt = \"500us\"\nservice = \"exp(200us)\"";
    let tally = lived(world, "kind = \"session_store\"");
    let law = |x: f64| 1.0 - (-(x - 5e-4).max(0.0) / 2e-4).exp();
    let constant = |x: f64| f64::from(u8::from(x > 7e-4));
    fits("store", sample(&tally, Measure::Latency), law, constant);
}
