//! The CSV tables of `simulate`: one row per strategy and metric, or the list of presets and strategies.

use super::output::SimulateOutput;
use authkit::report::csv::{Cell, DataTable};
use authkit::simulate::results::{MetricResult, StrategyResult};

/// The columns of a run.
const METRICS: &[&str] =
    &["strategy", "name", "metric", "unit", "expected", "simulated", "se", "ci95_low", "ci95_high", "n", "se_over"];

/// The columns of a sweep: those of [`METRICS`] after the key and its value.
const SWEEP_METRICS: &[&str] = &[
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

/// The metrics of a run or a sweep: every metric, and unrounded, unlike the human-readable report.
pub fn run_table(data: &SimulateOutput) -> DataTable {
    match &data.sweep {
        None => DataTable { head: METRICS, rows: rows(&data.strategies, &[]).collect() },
        Some(sweep) => {
            let sweep_cells = |value: &str| [sweep.key.as_str().into(), value.into()];
            let rows =
                sweep.runs.iter().flat_map(|run| rows(&run.strategies, &sweep_cells(&run.value)).collect::<Vec<_>>());
            DataTable { head: SWEEP_METRICS, rows: rows.collect() }
        }
    }
}

fn rows<'a>(strategies: &'a [StrategyResult], before: &[Cell]) -> impl Iterator<Item = Vec<Cell>> + use<'a> {
    let before = before.to_vec();
    let strategy_rows = move |strategy: &'a StrategyResult| {
        let before = before.clone();
        strategy.metrics.iter().map(move |metric| [before.clone(), row(strategy, metric)].concat())
    };
    strategies.iter().flat_map(strategy_rows)
}

fn row(strategy: &StrategyResult, metric: &MetricResult) -> Vec<Cell> {
    vec![
        strategy.id.clone().into(),
        strategy.name.clone().into(),
        metric.metric.id().into(),
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

/// Presets, strategies and trade-offs, as `--list` prints them.
pub fn list_table(data: &SimulateOutput) -> DataTable {
    let entry_rows = |kind: &'static str, named: &[super::output::ListEntry]| {
        named
            .iter()
            .map(|named| vec![kind.into(), named.id.into(), named.about.into(), Cell::Empty])
            .collect::<Vec<_>>()
    };
    let trade_offs = data
        .demonstrations
        .iter()
        .map(|shown| vec!["trade-off".into(), shown.preset.into(), shown.what.into(), shown.metric.into()]);
    let rows =
        [entry_rows("preset", &data.presets), entry_rows("strategy", &data.kinds), trade_offs.collect()].concat();
    DataTable { head: &["kind", "id", "about", "metric"], rows }
}
