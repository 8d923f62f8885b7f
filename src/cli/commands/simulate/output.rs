//! What came out, for eyes and for machines.

use super::takeaways;
use crate::cli::failure::Failure;
use crate::cli::number_format::{format_duration, format_percent, format_significant};
use crate::cli::simulation_runner::{SimulationRun, SimulationRunner};
use authkit::report::{Block, ListItem, Tone, fields};
use authkit::simulate::preset::{Demonstration, PRESETS, SHOWN};
use authkit::simulate::results::{StrategyResult, judge_parts};
use authkit::simulate::scenario::Scenario;
use authkit::simulate::scenario::units::seconds;
use authkit::simulate::strategies::STRATEGIES;

/// The answer of a run.
#[derive(Default, serde::Serialize, schemars::JsonSchema)]
pub struct SimulateOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioOutput>,
    /// Each strategy with its metrics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyResult>,
    /// With `--sweep`: a run for each value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// With `--list`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<ListEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ListEntry>,
    /// With `--list`: where to find a system or a trade-off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<PresetMetric>,
    /// The run was interrupted: these are the replications that were whole by then.
    pub partial: bool,
}

/// What was simulated.
#[derive(Clone, serde::Serialize, schemars::JsonSchema)]
pub struct ScenarioOutput {
    pub name: String,
    pub users: u64,
    /// Users that were simulated, over all replications; totals are scaled to `users`.
    pub simulated_users: u64,
    pub horizon_seconds: f64,
    pub requests_per_user_per_s: f64,
    pub nodes: u64,
    pub seed: u64,
    pub replications: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outage_seconds: Option<f64>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Sweep {
    pub key: String,
    pub runs: Vec<SweepRunOutput>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct SweepRunOutput {
    pub value: String,
    pub strategies: Vec<StrategyResult>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct ListEntry {
    pub id: &'static str,
    pub about: &'static str,
}

/// A preset, and the metric in it.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct PresetMetric {
    pub what: &'static str,
    pub preset: &'static str,
    pub metric: &'static str,
}

impl ScenarioOutput {
    fn of(scenario: &Scenario, ran: &SimulationRun) -> Self {
        let name = if scenario.run.name.is_empty() { "scenario" } else { &scenario.run.name };
        Self {
            name: name.to_owned(),
            users: scenario.run.users,
            simulated_users: ran.users,
            horizon_seconds: seconds(scenario.run.horizon.0),
            requests_per_user_per_s: scenario.rate(),
            nodes: scenario.topology.nodes,
            seed: scenario.run.seed,
            replications: ran.replications,
            outage_seconds: scenario.store.outage.first().map(|outage| seconds(outage.length.0)),
        }
    }
}

impl SimulateOutput {
    pub fn run(runner: &SimulationRunner, scenario: &Scenario) -> Result<Self, Failure> {
        let ran = runner.run(scenario)?;
        let partial = runner.stopped().is_some();
        let strategies = judge_parts(scenario, &ran.parts);
        Ok(Self { scenario: Some(ScenarioOutput::of(scenario, &ran)), strategies, partial, ..Self::default() })
    }

    pub fn run_sweep(runner: &SimulationRunner, key: String, each: &[(String, Scenario)]) -> Result<Self, Failure> {
        let (mut runs, mut summary) = (Vec::new(), None);
        for (value, scenario) in each {
            let ran = match runner.run(scenario) {
                // What is known of the values before is worth saying.
                Err(_) if runner.stopped().is_some() && !runs.is_empty() => break,
                ran => ran?,
            };
            summary = summary.or_else(|| Some(ScenarioOutput::of(scenario, &ran)));
            runs.push(SweepRunOutput { value: value.clone(), strategies: judge_parts(scenario, &ran.parts) });
        }
        let partial = runner.stopped().is_some();
        Ok(Self { scenario: summary, sweep: Some(Sweep { key, runs }), partial, ..Self::default() })
    }

    pub fn listing() -> Self {
        let presets = PRESETS.iter().map(|preset| ListEntry { id: preset.id, about: preset.about }).collect();
        let kinds = STRATEGIES.iter().map(|kind| ListEntry { id: kind.id, about: kind.about }).collect();
        let shown = SHOWN
            .iter()
            .map(|shown| PresetMetric { what: shown.what, preset: shown.preset, metric: shown.row })
            .collect();
        Self { presets, kinds, shown, ..Self::default() }
    }

    /// Whether a strategy misses an objective.
    pub fn misses(&self) -> bool {
        let swept = self.sweep.iter().flat_map(|sweep| sweep.runs.iter().flat_map(|run| &run.strategies));
        self.strategies.iter().chain(swept).any(|strategy| !strategy.missed.is_empty())
    }
}

pub fn has_objectives(scenario: &Scenario) -> bool {
    let slo = &scenario.slo;
    slo.exposure_all_nodes_p99.is_some()
        || slo.added_latency_p99.is_some()
        || slo.forced_logout_per_user_per_day.is_some()
        || slo.outage_users_hit.is_some()
        || slo.header_bytes.is_some()
        || slo.store_ops_per_request.is_some()
}

pub fn list() -> Vec<Block> {
    let table = |head: &'static str, named: Vec<(&str, &str)>| Block::Table {
        head: vec![head, "what it is"],
        numbers: vec![],
        rows: named.into_iter().map(|(id, about)| vec![id.to_owned(), about.to_owned()]).collect(),
    };
    vec![
        table("preset", PRESETS.iter().map(|preset| (preset.id, preset.about)).collect()),
        Block::Gap,
        table("strategy", STRATEGIES.iter().map(|kind| (kind.id, kind.about)).collect()),
        Block::Heading("What shows what: the preset, and its metric (--all)".to_owned()),
        Block::Points(SHOWN.iter().map(point).collect()),
    ]
}

fn point(shown: &Demonstration) -> ListItem {
    let message = format!("{}: {}", shown.preset, shown.row);
    ListItem { tone: Tone::Plain, id: shown.what.to_owned(), message, details: Vec::new() }
}

/// The report for eyes.
pub fn blocks(data: &SimulateOutput, all: bool, width: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = data.scenario.iter().map(|summary| takeaways::headline(summary, data)).collect();
    blocks.push(Block::Gap);
    if let Some(sweep) = &data.sweep {
        let rows = sweep.runs.iter().flat_map(|run| {
            run.strategies.iter().map(|strategy| {
                let mut row = row(strategy, data);
                row.insert(0, run.value.clone());
                row
            })
        });
        blocks.push(table(true, rows.collect()));
        let runs = sweep.runs.iter().map(|run| (Some(run.value.as_str()), run.strategies.as_slice()));
        blocks.extend(takeaways::objectives(runs));
        return blocks;
    }
    blocks.push(table(false, data.strategies.iter().map(|strategy| row(strategy, data)).collect()));
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
        "strategy",
        "still works after revoke",
        "worst 1\u{a0}%, all nodes",
        "requests accepted",
        "store ops / request",
        "added p99",
        "lost in outage",
    ];
    if swept {
        head.insert(0, "value");
    }
    let numbers = (if swept { 2 } else { 1 }..head.len()).collect();
    Block::Table { head, numbers, rows }
}

fn row(strategy: &StrategyResult, data: &SimulateOutput) -> Vec<String> {
    let value = |name: &str| strategy.value(name);
    let shown = |value: Option<f64>, how: fn(f64) -> String| value.map_or_else(|| "-".to_owned(), how);
    vec![
        strategy.name.clone(),
        shown(value("exposure_credential_mean_s"), format_duration),
        shown(value("exposure_all_nodes_p99_s"), format_duration),
        shown(value("exposure_accepted_requests_mean"), format_significant),
        shown(value("store_ops_per_request"), format_significant),
        shown(value("added_latency_p99_us").map(|us| us / 1e6), format_duration),
        lost(strategy, data),
    ]
}

/// The share of an outage in which a user who wants in is refused; of sessions in memory, that of every day.
fn lost(strategy: &StrategyResult, data: &SimulateOutput) -> String {
    if let Some(always) = strategy.value("reject_node_miss_per_request_ratio") {
        return format!("{} always", format_percent(always));
    }
    let length = data.scenario.as_ref().and_then(|summary| summary.outage_seconds);
    match (strategy.value("outage_denied_s_per_user_mean"), length) {
        (Some(denied), Some(length)) if length > 0.0 => format_percent(denied / length),
        _ => "-".to_owned(),
    }
}

/// Exposure as bars on a logarithm from a tenth of a second on: it spans seven orders.
fn bars(data: &SimulateOutput, width: usize) -> Vec<Block> {
    let exposures: Vec<(&StrategyResult, f64)> =
        data.strategies.iter().filter_map(|own| Some((own, own.value("exposure_all_nodes_p99_s")?))).collect();
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
    let heading = Block::Heading("How long a revoked credential works somewhere, worst 1 % (logarithmic)".to_owned());
    [heading].into_iter().chain(exposures.into_iter().map(bar)).collect()
}

fn metrics(data: &SimulateOutput) -> Vec<Block> {
    let mut blocks = Vec::new();
    for strategy in &data.strategies {
        let rows = strategy.metrics.iter().map(|row| {
            let error = row.ci95.map_or_else(String::new, |[low, high]| format_significant((high - low) / 2.0));
            vec![
                row.name.to_owned(),
                row.expected.map_or_else(String::new, format_significant),
                format_significant(row.simulated),
                error,
            ]
        });
        blocks.extend([
            Block::Gap,
            Block::Heading(strategy.name.clone()),
            Block::Table {
                head: vec!["metric", "expected", "simulated", "± 95 %"],
                numbers: vec![1, 2, 3],
                rows: rows.collect(),
            },
        ]);
    }
    blocks.push(Block::Gap);
    blocks.push(fields(vec![
        ("assumed", "users act alone; everybody is found at a random time of their token, not at sign-in".to_owned()),
        ("after a revocation", "requests go on at the same rate, as a thief's would".to_owned()),
    ]));
    blocks
}
