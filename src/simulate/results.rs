//! Aggregation of replications into results: each metric with its standard error, 95 % confidence interval and
//! closed-form value, and the service level objectives that are met or missed.

use super::metrics::{Metric, MetricUnit};
use super::scenario::units::{Nanos, seconds};
use super::scenario::{Scenario, Strategy};
use super::strategies;
use super::tally::Tally;
use super::trace_metrics::{TRACE_METRICS, TraceMetric};
use super::work_units::UnitResult;
use crate::stats::confidence::ConfidenceInterval;
use schemars::JsonSchema;
use serde::Serialize;

/// One metric of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct MetricResult {
    /// Id of the metric, such as `exposure_all_nodes_p99_s`.
    #[serde(rename = "name")]
    #[schemars(with = "String")]
    pub metric: Metric,
    /// Unit of the values in words, such as `seconds`, `for each request` or `share`.
    pub unit: &'static str,
    /// Closed-form value, where a closed form exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// Simulated value, in `unit`.
    pub simulated: f64,
    /// Standard error of a mean over replications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    /// 95 % confidence interval: Student's t for a mean, order statistics for a quantile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<[f64; 2]>,
    /// Number of replications.
    pub n: u64,
    /// The sampling unit of the error: replications, or users for a quantile that does not vary between replications.
    pub se_over: &'static str,
}

impl MetricResult {
    /// The difference between simulation and closed form in standard errors; 0 for exact agreement. `None` without a
    /// closed form, and where all replications are equal: an event that was too rare to occur has no error estimate.
    pub fn z(&self) -> Option<f64> {
        let apart = self.simulated - self.expected?;
        // Rounding error of a sum of doubles.
        if apart.abs() <= 1e-9 * self.simulated.abs().max(1e-9) {
            return Some(0.0);
        }
        Some(apart / self.se.filter(|se| *se > 1e-9 * self.simulated.abs())?)
    }
}

/// All metrics of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct StrategyResult {
    /// The kind, numbered when a kind occurs more than once: `jwt_refresh`, `jwt_refresh-2`.
    pub id: String,
    /// Title of the strategy: its `name` in the scenario, or one derived from its keys.
    pub name: String,
    /// Metrics of the strategy; those without observations are left out.
    pub metrics: Vec<MetricResult>,
    /// Objectives of the scenario that the strategy misses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Objective>,
    /// Objectives of the scenario that the strategy meets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<Objective>,
}

impl StrategyResult {
    /// The result of a metric.
    pub fn row(&self, metric: Metric) -> Option<&MetricResult> {
        self.metrics.iter().find(|row| row.metric == metric)
    }

    /// The simulated value of a metric.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.row(metric).map(|row| row.simulated)
    }
}

/// A service level objective and the simulated value.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Objective {
    /// As the scenario writes it: `exposure_all_nodes_p99`.
    pub objective: &'static str,
    /// Highest value that meets the objective; durations in seconds, latencies in microseconds.
    pub limit: f64,
    /// Simulated value, in the unit of `limit`.
    pub found: f64,
    /// The unit of both.
    #[serde(skip)]
    pub unit: MetricUnit,
}

/// Computes the results of each strategy from the tallies of its replications, in replication order.
pub fn evaluate(scenario: &Scenario, tallies: &[Vec<Tally>]) -> Vec<StrategyResult> {
    let mut results: Vec<StrategyResult> = Vec::new();
    for (strategy, tallies) in scenario.strategy.iter().zip(tallies) {
        let same = scenario.strategy.iter().take(results.len()).filter(|own| own.kind == strategy.kind).count();
        let id = match same {
            0 => strategy.kind.clone(),
            before => format!("{}-{}", strategy.kind, before.saturating_add(1)),
        };
        let mut whole = Tally::default();
        tallies.iter().for_each(|tally| whole.merge(tally));
        let metrics =
            TRACE_METRICS.iter().filter_map(|metric| row(metric, scenario, strategy, tallies, &whole)).collect();
        let name = strategies::title(strategy);
        let mut one = StrategyResult { id, name, metrics, missed: Vec::new(), met: Vec::new() };
        (one.missed, one.met) = objectives(scenario, strategy, &one);
        results.push(one);
    }
    results
}

/// Computes the results of each strategy from the unit results of an engine, in replication order.
pub fn judge_parts(scenario: &Scenario, parts: &[Vec<UnitResult>]) -> Vec<StrategyResult> {
    let tallies: Vec<Vec<Tally>> = parts.iter().map(|parts| parts.iter().filter_map(counted).collect()).collect();
    let mut results = evaluate(scenario, &tallies);
    for ((one, strategy), parts) in results.iter_mut().zip(&scenario.strategy).zip(parts) {
        let replications: Vec<_> = parts
            .iter()
            .filter_map(|part| if let UnitResult::Metrics(values) = part { Some(values) } else { None })
            .collect();
        if let Some(first) = replications.first() {
            one.metrics = first
                .iter()
                .filter_map(|(metric, _)| coupled_row(*metric, scenario, strategy, &replications))
                .collect();
            (one.missed, one.met) = objectives(scenario, strategy, one);
        }
    }
    results
}

fn counted(part: &UnitResult) -> Option<Tally> {
    match part {
        UnitResult::Counters(tally) => Some(Tally::clone(tally)),
        UnitResult::Metrics(_) => None,
    }
}

/// Confidence interval over replications; `None` for a single one.
fn interval(values: &[f64]) -> Option<ConfidenceInterval> {
    ConfidenceInterval::from_samples(values).filter(|interval| interval.replications > 1)
}

/// A metric of which coupled mode gives one value per replication.
fn coupled_row(
    metric: Metric,
    scenario: &Scenario,
    strategy: &Strategy,
    replications: &[&Vec<(Metric, f64)>],
) -> Option<MetricResult> {
    let find = |values: &&Vec<(Metric, f64)>| values.iter().find(|(own, _)| *own == metric).map(|(_, value)| *value);
    let values: Vec<f64> = replications.iter().filter_map(find).filter(|value| value.is_finite()).collect();
    let interval = interval(&values);
    let simulated = interval.as_ref().map(|interval| interval.mean).or(values.first().copied())?;
    Some(MetricResult {
        metric,
        unit: metric.entry().unit.name(),
        expected: strategies::find(&strategy.kind).and_then(|kind| (kind.expected)(scenario, strategy, metric)),
        simulated,
        se: interval.as_ref().map(|interval| interval.se),
        ci95: interval.map(|interval| [interval.low, interval.high]),
        n: values.len() as u64,
        se_over: REPLICATIONS,
    })
}

/// The sampling unit of the error of a mean.
const REPLICATIONS: &str = "replications";

fn row(
    source: &TraceMetric,
    scenario: &Scenario,
    strategy: &Strategy,
    each: &[Tally],
    whole: &Tally,
) -> Option<MetricResult> {
    let simulated = source.value(whole, scenario)?;
    let values: Vec<f64> = each.iter().filter_map(|tally| source.value(tally, scenario)).collect();
    // The point estimate pools all users; its error is estimated from the replications.
    let over = interval(&values);
    let ci_of_replications =
        over.as_ref().map(|own| [simulated - (own.mean - own.low), simulated + (own.high - own.mean)]);
    let (se, ci95, se_over) = if source.is_mean() {
        (over.as_ref().map(|own| own.se), ci_of_replications, REPLICATIONS)
    } else {
        // Users of a replication share the phases of its nodes and may be correlated: report the wider interval.
        let width = |ci: &[f64; 2]| ci[1] - ci[0];
        match (source.interval(whole), ci_of_replications) {
            (Some(own), Some(other)) if width(&other) > width(&own) => (None, Some(other), REPLICATIONS),
            (own, _) => (None, own, "users"),
        }
    };
    let metric = source.metric;
    let expected = strategies::find(&strategy.kind).and_then(|kind| (kind.expected)(scenario, strategy, metric));
    let unit = metric.entry().unit.name();
    Some(MetricResult { metric, unit, expected, simulated, se, ci95, n: values.len() as u64, se_over })
}

/// The missed objectives and the met ones.
fn objectives(scenario: &Scenario, strategy: &Strategy, result: &StrategyResult) -> (Vec<Objective>, Vec<Objective>) {
    let slo = &scenario.slo;
    let title = strategies::title(strategy);
    if slo.only.as_ref().is_some_and(|only| !only.iter().any(|own| [&result.id, &title, &strategy.kind].contains(&own)))
    {
        return Default::default();
    }
    let span = |span: Option<super::scenario::units::ScenarioSpan>, per_second: f64| {
        span.map(|span| seconds(span.0 as Nanos) * per_second)
    };
    let (revoked, latency) = (Metric::ExposureAllNodesP99, Metric::AddedLatencyP99);
    let (outage, operations) = (Metric::OutageUsersHitRatio, Metric::StoreOpsPerRequest);
    let logouts = Metric::forced_logouts().filter_map(|metric| result.value(metric)).sum();
    // The key of each objective, its limit, the value found and their unit.
    let per_day = MetricUnit::PerUserDay;
    let objectives = [
        ("exposure_all_nodes_p99", span(slo.exposure_all_nodes_p99, 1.0), result.value(revoked), revoked.entry().unit),
        ("added_latency_p99", span(slo.added_latency_p99, 1e6), result.value(latency), latency.entry().unit),
        ("forced_logout_per_user_per_day", slo.forced_logout_per_user_per_day, Some(logouts), per_day),
        ("outage_users_hit", slo.outage_users_hit, result.value(outage), outage.entry().unit),
        (
            "header_bytes",
            slo.header_bytes.map(|bytes| bytes as f64),
            Some(strategies::token_bytes(strategy) as f64),
            MetricUnit::Number,
        ),
        (operations.id(), slo.store_ops_per_request, result.value(operations), operations.entry().unit),
    ];
    objectives
        .into_iter()
        .filter_map(|(objective, limit, found, unit)| Some(Objective { objective, limit: limit?, found: found?, unit }))
        .partition(|objective| objective.found > objective.limit)
}
