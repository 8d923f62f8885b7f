//! Output of `simulate`: the JSON data and the human-readable report.

use crate::cli::simulation_runner::SimulationRun;
use authkit::simulate::preset::{PRESETS, SHOWN};
use authkit::simulate::results::{StrategyResult, judge_parts};
use authkit::simulate::scenario::Scenario;
use authkit::simulate::scenario::units::seconds;
use authkit::simulate::strategies::STRATEGIES;

/// JSON data of `simulate`: a run, a sweep or the list of presets and strategies.
#[derive(Default, serde::Serialize, schemars::JsonSchema)]
pub struct SimulateOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioOutput>,
    /// Each strategy with its metrics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<StrategyResult>,
    /// Only with `--sweep`: one run per value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Only with `--list`: the built-in scenarios.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<ListEntry>,
    /// Only with `--list`: the strategies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ListEntry>,
    /// Only with `--list`: the preset and the metric that show a trade-off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub demonstrations: Vec<PresetMetric>,
    /// The run was interrupted: the results are those of the replications that were complete by then.
    pub partial: bool,
}

/// A summary of the simulated scenario.
#[derive(Clone, serde::Serialize, schemars::JsonSchema)]
pub struct ScenarioOutput {
    pub name: String,
    /// Users of the scenario.
    pub users: u64,
    /// Users that were simulated in all replications together; totals are scaled to `users`.
    pub simulated_users: u64,
    pub horizon_seconds: f64,
    pub requests_per_user_per_s: f64,
    pub nodes: u64,
    pub seed: u64,
    pub replications: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outage_seconds: Option<f64>,
}

/// The runs of a parameter sweep.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Sweep {
    pub key: String,
    pub runs: Vec<SweepRunOutput>,
}

/// The run with one value of the swept key.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct SweepRunOutput {
    pub value: String,
    pub strategies: Vec<StrategyResult>,
}

/// A preset or a strategy.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct ListEntry {
    pub id: &'static str,
    pub about: &'static str,
}

/// A trade-off, and the preset and metric that show it.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct PresetMetric {
    pub what: &'static str,
    pub preset: &'static str,
    pub metric: &'static str,
}

impl ScenarioOutput {
    fn from_run(scenario: &Scenario, run: &SimulationRun) -> Self {
        let name = if scenario.run.name.is_empty() { "scenario" } else { &scenario.run.name };
        Self {
            name: name.to_owned(),
            users: scenario.run.users,
            simulated_users: run.users,
            horizon_seconds: seconds(scenario.run.horizon.0),
            requests_per_user_per_s: scenario.rate(),
            nodes: scenario.topology.nodes,
            seed: scenario.run.seed,
            replications: run.replications,
            outage_seconds: scenario.store.outage.first().map(|outage| seconds(outage.length.0)),
        }
    }
}

impl SimulateOutput {
    /// The data of one run; `partial` marks an interrupted one.
    pub fn from_run(scenario: &Scenario, run: &SimulationRun, partial: bool) -> Self {
        let strategies = judge_parts(scenario, &run.parts);
        Self { scenario: Some(ScenarioOutput::from_run(scenario, run)), strategies, partial, ..Self::default() }
    }

    /// An empty sweep over a key.
    pub fn for_sweep(key: String) -> Self {
        Self { sweep: Some(Sweep { key, runs: Vec::new() }), ..Self::default() }
    }

    /// Adds the run with one value of the swept key. The summary is that of the first run.
    pub fn add_run(&mut self, value: String, scenario: &Scenario, run: &SimulationRun) {
        self.scenario.get_or_insert_with(|| ScenarioOutput::from_run(scenario, run));
        if let Some(sweep) = &mut self.sweep {
            sweep.runs.push(SweepRunOutput { value, strategies: judge_parts(scenario, &run.parts) });
        }
    }

    /// The data of `--list`.
    pub fn listing() -> Self {
        let presets = PRESETS.iter().map(|preset| ListEntry { id: preset.id, about: preset.about }).collect();
        let kinds = STRATEGIES.iter().map(|kind| ListEntry { id: kind.id, about: kind.about }).collect();
        let demonstrations = SHOWN
            .iter()
            .map(|shown| PresetMetric { what: shown.what, preset: shown.preset, metric: shown.metric.id() })
            .collect();
        Self { presets, kinds, demonstrations, ..Self::default() }
    }

    /// Whether a strategy misses an SLO.
    pub fn misses(&self) -> bool {
        let swept = self.sweep.iter().flat_map(|sweep| sweep.runs.iter().flat_map(|run| &run.strategies));
        self.strategies.iter().chain(swept).any(|strategy| !strategy.missed.is_empty())
    }
}

/// Whether the scenario sets an SLO.
pub fn has_objectives(scenario: &Scenario) -> bool {
    let slo = &scenario.slo;
    slo.exposure_all_nodes_p99.is_some()
        || slo.added_latency_p99.is_some()
        || slo.forced_logout_per_user_per_day.is_some()
        || slo.outage_users_hit.is_some()
        || slo.header_bytes.is_some()
        || slo.store_ops_per_request.is_some()
}
