//! What the replications say together: each metric with its error, beside what theory expects, and whether the
//! objectives are met.

use super::metrics::{METRICS, Metric};
use super::scenario::units::{Nanos, seconds};
use super::scenario::{Scenario, Strategy};
use super::strategies;
use super::tally::Tally;
use schemars::JsonSchema;
use serde::Serialize;

/// One number of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Row {
    pub name: &'static str,
    pub unit: &'static str,
    /// What theory says, when it says something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    pub simulated: f64,
    /// Standard error of a mean, over replications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    /// Where the mean lies with 95 %, by Student's t.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<[f64; 2]>,
    /// Replications.
    pub n: u64,
    pub se_over: &'static str,
}

impl Row {
    /// How many standard errors theory and simulation are apart; 0 for exact agreement.
    pub fn z(&self) -> Option<f64> {
        let apart = self.simulated - self.expected?;
        // Beyond the last digits of a sum of doubles.
        if apart.abs() <= 1e-9 * self.simulated.abs().max(1e-9) {
            return Some(0.0);
        }
        Some(apart / self.se.filter(|se| *se > 0.0)?)
    }
}

/// All numbers of one strategy.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Judged {
    /// The kind, and a number when a kind comes twice: `jwt_refresh`, `jwt_refresh-2`.
    pub id: String,
    pub name: String,
    pub metrics: Vec<Row>,
    /// Objectives of the scenario that it misses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
}

impl Judged {
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.metrics.iter().find(|row| row.name == name)
    }

    pub fn value(&self, name: &str) -> Option<f64> {
        self.row(name).map(|row| row.simulated)
    }
}

/// An objective that is missed.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Missed {
    /// As the scenario writes it: `exposure_all_nodes_p99`.
    pub objective: &'static str,
    pub limit: f64,
    pub found: f64,
}

/// Judges each strategy by the tallies of its replications, in their order.
pub fn judge(scenario: &Scenario, tallies: &[Vec<Tally>]) -> Vec<Judged> {
    let mut judged: Vec<Judged> = Vec::new();
    for (strategy, tallies) in scenario.strategy.iter().zip(tallies) {
        let same = scenario.strategy.iter().take(judged.len()).filter(|own| own.kind == strategy.kind).count();
        let id = match same {
            0 => strategy.kind.clone(),
            before => format!("{}-{}", strategy.kind, before.saturating_add(1)),
        };
        let mut whole = Tally::default();
        tallies.iter().for_each(|tally| whole.merge(tally));
        let metrics = METRICS.iter().filter_map(|metric| row(metric, scenario, strategy, tallies, &whole)).collect();
        let mut one = Judged { id, name: strategies::title(strategy), metrics, missed: Vec::new() };
        one.missed = missed(scenario, strategy, &one);
        judged.push(one);
    }
    judged
}

fn row(metric: &Metric, scenario: &Scenario, strategy: &Strategy, each: &[Tally], whole: &Tally) -> Option<Row> {
    let simulated = metric.of(whole, scenario)?;
    let values: Vec<f64> = each.iter().filter_map(|tally| metric.of(tally, scenario)).collect();
    let n = values.len() as f64;
    let se = (metric.is_mean && values.len() > 1).then(|| {
        let mean = values.iter().sum::<f64>() / n;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt()
    });
    let expected = strategies::find(&strategy.kind).and_then(|kind| (kind.expected)(scenario, strategy, metric.name));
    let ci95 = se.map(|se| {
        let reach = se * student_975(n - 1.0);
        [simulated - reach, simulated + reach]
    });
    let (name, unit) = (metric.name, metric.unit());
    Some(Row { name, unit, expected, simulated, se, ci95, n: values.len() as u64, se_over: "replications" })
}

/// The 97.5 % quantile of Student's t (expansion of Cornish and Fisher; within 0.5 % from 4 degrees of freedom on).
fn student_975(degrees: f64) -> f64 {
    const Z: f64 = 1.959_963_985;
    let (z3, z5, z7) = (Z.powi(3), Z.powi(5), Z.powi(7));
    let first = (z3 + Z) / 4.0;
    let second = (5.0 * z5 + 16.0 * z3 + 3.0 * Z) / 96.0;
    let third = (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * Z) / 384.0;
    Z + first / degrees + second / degrees.powi(2) + third / degrees.powi(3)
}

fn missed(scenario: &Scenario, strategy: &Strategy, judged: &Judged) -> Vec<Missed> {
    let slo = &scenario.slo;
    let title = strategies::title(strategy);
    if slo.only.as_ref().is_some_and(|only| !only.iter().any(|own| [&judged.id, &title, &strategy.kind].contains(&own)))
    {
        return Vec::new();
    }
    let span = |span: Option<super::scenario::units::Span>, per_second: f64| {
        span.map(|span| seconds(span.0 as Nanos) * per_second)
    };
    let logouts = ["node_loss", "deploy"]
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
        .filter_map(|(objective, limit, found)| Some(Missed { objective, limit: limit?, found: found? }))
        .filter(|missed| missed.found > missed.limit)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_of_student_is_that_of_the_tables() {
        for (degrees, quantile) in [(4.0, 2.776), (9.0, 2.262), (19.0, 2.093), (99.0, 1.984)] {
            let found = student_975(degrees);
            assert!((found / quantile - 1.0).abs() < 0.005, "{degrees}: {found}");
        }
    }
}
