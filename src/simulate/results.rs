//! What the replications say together: each metric with its error, beside what theory expects, and whether the
//! objectives are met.

use super::metrics::{self, METRICS, Metric};
use super::scenario::units::{Nanos, seconds};
use super::scenario::{Scenario, Strategy};
use super::strategies;
use super::tally::Tally;
use super::work_units::UnitResult;
use crate::stats::confidence::ConfidenceInterval;
use schemars::JsonSchema;
use serde::Serialize;

/// One number of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MetricResult {
    pub name: &'static str,
    pub unit: &'static str,
    /// What theory says, when it says something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    pub simulated: f64,
    /// Standard error of a mean, over replications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    /// Where it lies with 95 %: a mean by Student's t, a quantile by the order of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<[f64; 2]>,
    /// Replications.
    pub n: u64,
    /// What the error is over: replications, or all users for a quantile that no replication sways.
    pub se_over: &'static str,
}

impl MetricResult {
    /// How many standard errors theory and simulation are apart; 0 for exact agreement. `None` without a formula, and
    /// where no two replications differ: what was too rare to be seen says nothing about its error.
    pub fn z(&self) -> Option<f64> {
        let apart = self.simulated - self.expected?;
        // Beyond the last digits of a sum of doubles.
        if apart.abs() <= 1e-9 * self.simulated.abs().max(1e-9) {
            return Some(0.0);
        }
        Some(apart / self.se.filter(|se| *se > 1e-9 * self.simulated.abs())?)
    }
}

/// All numbers of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct StrategyResult {
    /// The kind, and a number when a kind comes twice: `jwt_refresh`, `jwt_refresh-2`.
    pub id: String,
    pub name: String,
    pub metrics: Vec<MetricResult>,
    /// Objectives of the scenario that it misses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Objective>,
    /// Objectives of the scenario that it meets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<Objective>,
}

impl StrategyResult {
    pub fn row(&self, name: &str) -> Option<&MetricResult> {
        self.metrics.iter().find(|row| row.name == name)
    }

    pub fn value(&self, name: &str) -> Option<f64> {
        self.row(name).map(|row| row.simulated)
    }
}

/// An objective, and what was found.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Objective {
    /// As the scenario writes it: `exposure_all_nodes_p99`.
    pub objective: &'static str,
    pub limit: f64,
    pub found: f64,
}

/// Judges each strategy by the tallies of its replications, in their order.
pub fn evaluate(scenario: &Scenario, tallies: &[Vec<Tally>]) -> Vec<StrategyResult> {
    let mut judged: Vec<StrategyResult> = Vec::new();
    for (strategy, tallies) in scenario.strategy.iter().zip(tallies) {
        let same = scenario.strategy.iter().take(judged.len()).filter(|own| own.kind == strategy.kind).count();
        let id = match same {
            0 => strategy.kind.clone(),
            before => format!("{}-{}", strategy.kind, before.saturating_add(1)),
        };
        let mut whole = Tally::default();
        tallies.iter().for_each(|tally| whole.merge(tally));
        let metrics = METRICS.iter().filter_map(|metric| row(metric, scenario, strategy, tallies, &whole)).collect();
        let name = strategies::title(strategy);
        let mut one = StrategyResult { id, name, metrics, missed: Vec::new(), met: Vec::new() };
        (one.missed, one.met) = objectives(scenario, strategy, &one);
        judged.push(one);
    }
    judged
}

/// Judges what an engine made of each strategy, its parts in the order of the replications.
pub fn judge_parts(scenario: &Scenario, parts: &[Vec<UnitResult>]) -> Vec<StrategyResult> {
    let tallies: Vec<Vec<Tally>> = parts.iter().map(|parts| parts.iter().filter_map(counted).collect()).collect();
    let mut judged = evaluate(scenario, &tallies);
    for ((one, strategy), parts) in judged.iter_mut().zip(&scenario.strategy).zip(parts) {
        let said: Vec<_> = parts
            .iter()
            .filter_map(|part| if let UnitResult::Metrics(values) = part { Some(values) } else { None })
            .collect();
        if let Some(first) = said.first() {
            one.metrics = first.iter().filter_map(|(name, _)| said_row(name, scenario, strategy, &said)).collect();
            (one.missed, one.met) = objectives(scenario, strategy, one);
        }
    }
    judged
}

fn counted(part: &UnitResult) -> Option<Tally> {
    match part {
        UnitResult::Counters(tally) => Some(Tally::clone(tally)),
        UnitResult::Metrics(_) => None,
    }
}

/// An interval needs more than one replication.
fn interval(values: &[f64]) -> Option<ConfidenceInterval> {
    ConfidenceInterval::from_samples(values).filter(|interval| interval.replications > 1)
}

/// A metric that coupled mode says of each replication.
fn said_row(
    name: &'static str,
    scenario: &Scenario,
    strategy: &Strategy,
    said: &[&Vec<(&'static str, f64)>],
) -> Option<MetricResult> {
    let of = |values: &&Vec<(&'static str, f64)>| values.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
    let values: Vec<f64> = said.iter().filter_map(of).filter(|value| value.is_finite()).collect();
    let interval = interval(&values);
    let simulated = interval.as_ref().map(|interval| interval.mean).or(values.first().copied())?;
    Some(MetricResult {
        name,
        unit: metrics::unit(name),
        expected: strategies::find(&strategy.kind).and_then(|kind| (kind.expected)(scenario, strategy, name)),
        simulated,
        se: interval.as_ref().map(|interval| interval.se),
        ci95: interval.map(|interval| [interval.low, interval.high]),
        n: values.len() as u64,
        se_over: REPLICATIONS,
    })
}

/// What the error of a mean is over.
const REPLICATIONS: &str = "replications";

fn row(
    metric: &Metric,
    scenario: &Scenario,
    strategy: &Strategy,
    each: &[Tally],
    whole: &Tally,
) -> Option<MetricResult> {
    let simulated = metric.of(whole, scenario)?;
    let values: Vec<f64> = each.iter().filter_map(|tally| metric.of(tally, scenario)).collect();
    // The mean of all users at once; its error is that of the replications.
    let over = interval(&values);
    let ci_of_replications =
        over.as_ref().map(|own| [simulated - (own.mean - own.low), simulated + (own.high - own.mean)]);
    let (se, ci95, se_over) = if metric.is_mean() {
        (over.as_ref().map(|own| own.se), ci_of_replications, REPLICATIONS)
    } else {
        // Users of a replication may share the phases of its nodes: the wider of the two is the honest one.
        let width = |ci: &[f64; 2]| ci[1] - ci[0];
        match (metric.interval(whole), ci_of_replications) {
            (Some(own), Some(other)) if width(&other) > width(&own) => (None, Some(other), REPLICATIONS),
            (own, _) => (None, own, "users"),
        }
    };
    let expected = strategies::find(&strategy.kind).and_then(|kind| (kind.expected)(scenario, strategy, metric.name));
    let (name, unit) = (metric.name, metrics::unit(metric.name));
    Some(MetricResult { name, unit, expected, simulated, se, ci95, n: values.len() as u64, se_over })
}

/// The objectives that are missed, and those that are met.
fn objectives(scenario: &Scenario, strategy: &Strategy, judged: &StrategyResult) -> (Vec<Objective>, Vec<Objective>) {
    let slo = &scenario.slo;
    let title = strategies::title(strategy);
    if slo.only.as_ref().is_some_and(|only| !only.iter().any(|own| [&judged.id, &title, &strategy.kind].contains(&own)))
    {
        return Default::default();
    }
    let span = |span: Option<super::scenario::units::ScenarioSpan>, per_second: f64| {
        span.map(|span| seconds(span.0 as Nanos) * per_second)
    };
    let logouts = ["node_loss", "deploy", "race", "lost_response"]
        .iter()
        .filter_map(|cause| judged.value(&format!("forced_logout_{cause}_per_user_per_day")))
        .sum();
    let objectives = [
        ("exposure_all_nodes_p99", span(slo.exposure_all_nodes_p99, 1.0), judged.value("exposure_all_nodes_p99_s")),
        ("added_latency_p99", span(slo.added_latency_p99, 1e6), judged.value("added_latency_p99_us")),
        ("forced_logout_per_user_per_day", slo.forced_logout_per_user_per_day, Some(logouts)),
        ("outage_users_hit", slo.outage_users_hit, judged.value("outage_users_hit_ratio")),
        ("header_bytes", slo.header_bytes.map(|bytes| bytes as f64), Some(strategy.token_bytes() as f64)),
        ("store_ops_per_request", slo.store_ops_per_request, judged.value("store_ops_per_request")),
    ];
    objectives
        .into_iter()
        .filter_map(|(objective, limit, found)| Some(Objective { objective, limit: limit?, found: found? }))
        .partition(|objective| objective.found > objective.limit)
}
