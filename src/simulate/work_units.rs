//! Division of a scenario into independent pieces of work: cells of strategy × replication, and units of some users of
//! one replication under all strategies, which the caller distributes among threads.

use super::coupled::model_builder::{CoupledModel, is_coupled};
use super::metrics::Metric;
use super::scenario::Scenario;
use super::strategies;
use super::tally::Tally;
use super::user::{User, World};
use std::ops::Range;

/// One strategy in one replication.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkCell {
    /// Index of the strategy in the scenario.
    pub strategy: usize,
    /// Number of the replication, from 0.
    pub replication: u64,
}

/// All cells, ordered by replication, then strategy.
#[cfg(test)]
pub fn cells(scenario: &Scenario) -> Vec<WorkCell> {
    let cells_of = |replication| (0..scenario.strategy.len()).map(move |strategy| WorkCell { strategy, replication });
    (0..scenario.run.replications).flat_map(cells_of).collect()
}

/// Simulated users per replication.
pub fn users(scenario: &Scenario) -> u64 {
    scenario.run.sampled().div_ceil(scenario.run.replications.max(1)).max(1)
}

/// Maximum users per unit: the most that an interrupted run loses.
const UNIT: u64 = 250;

/// Some users of one replication, under all strategies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkUnit {
    /// Number of the replication, from 0.
    pub replication: u64,
    /// Ids of the users, from 0.
    pub users: Range<u64>,
}

/// The number of units.
pub fn unit_count(scenario: &Scenario) -> u64 {
    users(scenario).div_ceil(UNIT).saturating_mul(scenario.run.replications)
}

/// All units, ordered by users, then replication: an interrupted run has results of many replications and therefore
/// confidence intervals.
pub fn units(scenario: &Scenario) -> impl Iterator<Item = WorkUnit> + Send {
    let (all, replications) = (users(scenario), scenario.run.replications);
    let block_units = move |block: u64| {
        let first = block.saturating_mul(UNIT);
        let users = first..first.saturating_add(UNIT).min(all);
        (0..replications).map(move |replication| WorkUnit { replication, users: users.clone() })
    };
    (0..all.div_ceil(UNIT)).flat_map(block_units)
}

/// Simulates the users of one cell in trace mode, for tests and benchmarks of one strategy.
pub fn run(scenario: &Scenario, cell: WorkCell) -> Tally {
    simulate(scenario, cell, 0..users(scenario), &|| true).unwrap_or_default()
}

/// Simulates some users of a cell; `None` if interrupted.
fn simulate(scenario: &Scenario, cell: WorkCell, users: Range<u64>, keep_running: &dyn Fn() -> bool) -> Option<Tally> {
    let mut tally = Tally::default();
    let Some(strategy) = scenario.strategy.get(cell.strategy) else { return Some(tally) };
    let Some(kind) = strategies::find(&strategy.kind) else { return Some(tally) };
    let world = World::new(scenario, strategy, cell.replication, keep_running);
    for id in users {
        if !keep_running() {
            return None;
        }
        (kind.live)(&mut User { world: &world, strategy, id, tally: &mut tally });
    }
    // A user whose simulation was interrupted is not counted.
    keep_running().then_some(tally)
}

/// The result of one cell or unit.
pub enum UnitResult {
    /// Trace mode: counters of independently simulated users.
    Counters(Box<Tally>),
    /// Coupled mode: metrics.
    Metrics(Vec<(Metric, f64)>),
}

impl UnitResult {
    /// Adds the counters of other users of the same cell.
    pub fn merge(&mut self, other: Self) {
        if let (Self::Counters(own), Self::Counters(other)) = (self, other) {
            own.merge(&other);
        }
    }
}

/// A scenario that is ready to run, each strategy in trace or coupled mode.
pub struct Engine<'s> {
    scenario: &'s Scenario,
    plans: Vec<Option<CoupledModel>>,
}

impl<'s> Engine<'s> {
    /// Builds the coupled model of each strategy that needs one.
    ///
    /// # Errors
    /// Returns what coupled mode does not support.
    pub fn new(scenario: &'s Scenario) -> Result<Self, String> {
        let plan = |strategy| is_coupled(scenario, strategy).then(|| CoupledModel::new(scenario, strategy)).transpose();
        Ok(Self { scenario, plans: scenario.strategy.iter().map(plan).collect::<Result<_, _>>()? })
    }

    /// Runs one unit and returns a result per strategy. A strategy in coupled mode runs the whole replication in its
    /// first unit and has no result in the others. `None` if interrupted.
    ///
    /// # Errors
    /// Returns why coupled mode cannot run the model.
    pub fn run_unit(
        &self,
        unit: &WorkUnit,
        keep_running: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Option<UnitResult>>>, String> {
        let mut parts = Vec::with_capacity(self.plans.len());
        for (strategy, plan) in self.plans.iter().enumerate() {
            if !keep_running() {
                return Ok(None);
            }
            let part = match plan {
                Some(plan) if unit.users.start == 0 => {
                    let metrics = plan.run_while(self.scenario.run.seed, unit.replication, keep_running)?;
                    let Some(metrics) = metrics else { return Ok(None) };
                    Some(UnitResult::Metrics(metrics))
                }
                Some(_) => None,
                None => {
                    let cell = WorkCell { strategy, replication: unit.replication };
                    let Some(tally) = simulate(self.scenario, cell, unit.users.clone(), keep_running) else {
                        return Ok(None);
                    };
                    Some(UnitResult::Counters(Box::new(tally)))
                }
            };
            parts.push(part);
        }
        Ok(Some(parts))
    }
}
