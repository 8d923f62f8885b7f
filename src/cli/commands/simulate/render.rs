//! Human output of `authkit simulate`: the comparison, bars and lists.

use super::output::*;
use super::takeaways;
use crate::cli::number_format::{format_duration, format_percent, format_significant};
use authkit::report::{Block, ListItem, Tone, fields};
use authkit::simulate::metrics::Metric;
use authkit::simulate::preset::{Demonstration, PRESETS, SHOWN};
use authkit::simulate::results::StrategyResult;
use authkit::simulate::strategies::STRATEGIES;

/// The human-readable report of `--list`.
pub fn list() -> Vec<Block> {
    let table = |head: &'static str, named: Vec<(&str, &str)>| Block::Table {
        head: vec![head, "DESCRIPTION"],
        numbers: vec![],
        rows: named.into_iter().map(|(id, about)| vec![id.to_owned(), about.to_owned()]).collect(),
    };
    vec![
        table("PRESET", PRESETS.iter().map(|preset| (preset.id, preset.about)).collect()),
        table("STRATEGY", STRATEGIES.iter().map(|kind| (kind.id, kind.about)).collect()),
        Block::Heading("Trade-offs: preset and metric (--all)".to_owned()),
        Block::Points(SHOWN.iter().map(trade_off).collect()),
    ]
}

fn trade_off(shown: &Demonstration) -> ListItem {
    let message = format!("{}: {}", shown.preset, shown.metric);
    ListItem { tone: Tone::Plain, id: shown.what.to_owned(), message, details: Vec::new() }
}

/// The human-readable report.
pub fn blocks(data: &SimulateOutput, all: bool, width: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = data.scenario.iter().flat_map(|summary| takeaways::headline(summary, data)).collect();
    blocks.push(Block::Gap);
    if let Some(sweep) = &data.sweep {
        let rows = sweep.runs.iter().flat_map(|run| {
            run.strategies.iter().map(|strategy| {
                let mut row = row(strategy, data);
                row.insert(0, run.value.clone());
                row
            })
        });
        blocks.extend([table(true, rows.collect()), legend()]);
        let runs = sweep.runs.iter().map(|run| (Some(run.value.as_str()), run.strategies.as_slice()));
        blocks.extend(takeaways::objectives(runs));
        return blocks;
    }
    blocks.push(table(false, data.strategies.iter().map(|strategy| row(strategy, data)).collect()));
    blocks.push(legend());
    blocks.extend(bars(data, width));
    blocks.extend(takeaways::objectives([(None, data.strategies.as_slice())].into_iter()));
    blocks.extend(takeaways::takeaways(data));
    blocks.extend(takeaways::agreement(data));
    if all {
        blocks.extend(metrics(data));
    }
    blocks
}

fn table(swept: bool, rows: Vec<Vec<String>>) -> Block {
    let mut head = vec![
        "STRATEGY",
        "REVOCATION MEAN",
        "REVOCATION P99",
        "REQUESTS ACCEPTED",
        "STORE OPS",
        "LATENCY P99",
        "OUTAGE",
    ];
    if swept {
        head.insert(0, "VALUE");
    }
    let numbers = (if swept { 2 } else { 1 }..head.len()).collect();
    Block::Table { head, numbers, rows }
}

/// The meaning of the columns.
fn legend() -> Block {
    Block::Paragraph(
        "REVOCATION: revocation latency (P99: on all nodes); REQUESTS ACCEPTED: after revocation; STORE OPS: per \
         request; LATENCY P99: added per request; OUTAGE: share of an outage in which users are denied"
            .to_owned(),
    )
}

fn row(strategy: &StrategyResult, data: &SimulateOutput) -> Vec<String> {
    let value = |metric| strategy.value(metric);
    let cell = |value: Option<f64>, format: fn(f64) -> String| value.map_or_else(|| "-".to_owned(), format);
    vec![
        strategy.name.clone(),
        cell(value(Metric::ExposureCredentialMean), format_duration),
        cell(value(Metric::ExposureAllNodesP99), format_duration),
        cell(value(Metric::ExposureAcceptedRequestsMean), format_significant),
        cell(value(Metric::StoreOpsPerRequest), format_significant),
        cell(value(Metric::AddedLatencyP99).map(|us| us / 1e6), format_duration),
        outage_share(strategy, data),
    ]
}

/// The share of an outage in which users are denied. For in-memory sessions: the share of requests that are always
/// denied because they reach a node without the session.
fn outage_share(strategy: &StrategyResult, data: &SimulateOutput) -> String {
    if let Some(always) = strategy.value(Metric::RejectNodeMissPerRequestRatio) {
        return format!("{} always", format_percent(always));
    }
    let length = data.scenario.as_ref().and_then(|summary| summary.outage_seconds);
    match (strategy.value(Metric::OutageDeniedPerUserMean), length) {
        (Some(denied), Some(length)) if length > 0.0 => format_percent(denied / length),
        _ => "-".to_owned(),
    }
}

/// Bars of the revocation latency, on a logarithmic scale from 0.1 s: the values span seven orders of magnitude.
fn bars(data: &SimulateOutput, width: usize) -> Vec<Block> {
    let exposures: Vec<(&StrategyResult, f64)> = data
        .strategies
        .iter()
        .filter_map(|strategy| Some((strategy, strategy.value(Metric::ExposureAllNodesP99)?)))
        .collect();
    let scale = |seconds: f64| (seconds / 0.1).max(1.0).log10();
    let most = exposures.iter().map(|(_, seconds)| scale(*seconds)).fold(0.0, f64::max);
    if most <= 0.0 || width < 60 {
        return Vec::new();
    }
    let bar = |(strategy, seconds): (&StrategyResult, f64)| Block::Bar {
        share: scale(seconds) / most,
        tone: if seconds > 3_600.0 {
            Tone::Bad
        } else if seconds > 60.0 {
            Tone::Warning
        } else {
            Tone::Good
        },
        rest: format!("{}  {}", format_duration(seconds), strategy.name),
    };
    let heading = Block::Heading("Revocation latency (p99, all nodes, logarithmic)".to_owned());
    [heading].into_iter().chain(exposures.into_iter().map(bar)).collect()
}

fn metrics(data: &SimulateOutput) -> Vec<Block> {
    let mut blocks = Vec::new();
    for strategy in &data.strategies {
        let rows = strategy.metrics.iter().map(|row| {
            let error = row.ci95.map_or_else(String::new, |[low, high]| format_significant((high - low) / 2.0));
            vec![
                row.metric.id().to_owned(),
                row.expected.map_or_else(String::new, format_significant),
                format_significant(row.simulated),
                error,
            ]
        });
        blocks.extend([
            Block::Gap,
            Block::Heading(strategy.name.clone()),
            Block::Table {
                head: vec!["METRIC", "EXPECTED", "SIMULATED", "± 95 %"],
                numbers: vec![1, 2, 3],
                rows: rows.collect(),
            },
        ]);
    }
    blocks.push(Block::Gap);
    blocks.push(fields(vec![
        (
            "assumptions",
            "users are independent; each starts at a random point of the token lifetime, not at sign-in".to_owned(),
        ),
        ("after revocation", "requests continue at the same rate, as those of an attacker would".to_owned()),
    ]));
    blocks
}
