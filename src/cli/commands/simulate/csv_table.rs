//! The answer as a table for machines: one row for each strategy and metric, or the list of what there is.

use super::output::SimulateOutput;
use authkit::report::csv::{Cell, DataTable};
use authkit::simulate::results::{MetricResult, StrategyResult};

const METRICS: &[&str] =
    &["strategy", "name", "metric", "unit", "expected", "simulated", "se", "ci95_low", "ci95_high", "n", "se_over"];

/// The same of a sweep: which key had which value.
const SWEPT: &[&str] = &[
    "sweep_key",
    "sweep_value",
    "strategy",
    "name",
    "metric",
    "unit",
    "expected",
    "simulated",
    "se",
    "ci95_low",
    "ci95_high",
    "n",
    "se_over",
];

/// Figures as they are counted, not rounded for eyes; every metric, whatever a report for eyes shows.
pub fn run_table(data: &SimulateOutput) -> DataTable {
    match &data.sweep {
        None => DataTable { head: METRICS, rows: rows(&data.strategies, &[]).collect() },
        Some(sweep) => {
            let of_value = |value: &str| [sweep.key.as_str().into(), value.into()];
            let rows =
                sweep.runs.iter().flat_map(|run| rows(&run.strategies, &of_value(&run.value)).collect::<Vec<_>>());
            DataTable { head: SWEPT, rows: rows.collect() }
        }
    }
}

fn rows<'a>(strategies: &'a [StrategyResult], before: &[Cell]) -> impl Iterator<Item = Vec<Cell>> + use<'a> {
    let before = before.to_vec();
    let of_strategy = move |strategy: &'a StrategyResult| {
        let before = before.clone();
        strategy.metrics.iter().map(move |metric| [before.clone(), row(strategy, metric)].concat())
    };
    strategies.iter().flat_map(of_strategy)
}

fn row(strategy: &StrategyResult, metric: &MetricResult) -> Vec<Cell> {
    vec![
        strategy.id.clone().into(),
        strategy.name.clone().into(),
        metric.name.into(),
        metric.unit.into(),
        metric.expected.into(),
        metric.simulated.into(),
        metric.se.into(),
        metric.ci95.map(|[low, _]| low).into(),
        metric.ci95.map(|[_, high]| high).into(),
        metric.n.into(),
        metric.se_over.into(),
    ]
}

/// Presets, strategies, and what shows what.
pub fn list_table(data: &SimulateOutput) -> DataTable {
    let of = |kind: &'static str, named: &[super::output::ListEntry]| {
        named
            .iter()
            .map(|named| vec![kind.into(), named.id.into(), named.about.into(), Cell::Empty])
            .collect::<Vec<_>>()
    };
    let places = data
        .shown
        .iter()
        .map(|place| vec!["trade-off".into(), place.preset.into(), place.what.into(), place.metric.into()]);
    let rows = [of("preset", &data.presets), of("strategy", &data.kinds), places.collect()].concat();
    DataTable { head: &["kind", "id", "about", "metric"], rows }
}
