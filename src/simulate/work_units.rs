//! From a scenario to what was counted: each cell of strategy × replication alone, or units of some users of a
//! replication under all strategies, so that the program may share them among threads as it likes.

use super::coupled::model_builder::{CoupledModel, is_coupled};
use super::scenario::Scenario;
use super::strategies;
use super::tally::Tally;
use super::user::{User, World};
use std::ops::Range;

/// A piece of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkCell {
    /// Which strategy of the scenario.
    pub strategy: usize,
    pub replication: u64,
}

/// All pieces, each replication with all its strategies before the next: what is done when a run is cut short
/// compares all of them.
pub fn cells(scenario: &Scenario) -> Vec<WorkCell> {
    let of = |replication| (0..scenario.strategy.len()).map(move |strategy| WorkCell { strategy, replication });
    (0..scenario.run.replications).flat_map(of).collect()
}

/// Users of one replication.
pub fn users(scenario: &Scenario) -> u64 {
    scenario.run.sampled().div_ceil(scenario.run.replications.max(1)).max(1)
}

/// Users of one unit at most: a run that is cut short loses no more than these.
const UNIT: u64 = 250;

/// Some users of one replication, under all strategies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkUnit {
    pub replication: u64,
    pub users: Range<u64>,
}

/// How many units there are.
pub fn unit_count(scenario: &Scenario) -> u64 {
    users(scenario).div_ceil(UNIT).saturating_mul(scenario.run.replications)
}

/// All units. Those of the first users of every replication come first: what is done when a run is cut short is of
/// many replications, and says how sure it is.
pub fn units(scenario: &Scenario) -> impl Iterator<Item = WorkUnit> + Send {
    let (all, replications) = (users(scenario), scenario.run.replications);
    let of = move |block: u64| {
        let first = block.saturating_mul(UNIT);
        let users = first..first.saturating_add(UNIT).min(all);
        (0..replications).map(move |replication| WorkUnit { replication, users: users.clone() })
    };
    (0..all.div_ceil(UNIT)).flat_map(of)
}

/// Lives the users of one cell.
pub fn run(scenario: &Scenario, cell: WorkCell) -> Tally {
    live(scenario, cell, 0..users(scenario), &|| true).unwrap_or_default()
}

/// Lives some users of a cell; nothing when it is not to go on.
fn live(scenario: &Scenario, cell: WorkCell, users: Range<u64>, goes_on: &dyn Fn() -> bool) -> Option<Tally> {
    let mut tally = Tally::default();
    let Some(strategy) = scenario.strategy.get(cell.strategy) else { return Some(tally) };
    let Some(kind) = strategies::find(&strategy.kind) else { return Some(tally) };
    let world = World::new(scenario, strategy, cell.replication, goes_on);
    for id in users {
        if !goes_on() {
            return None;
        }
        (kind.live)(&mut User { world: &world, strategy, id, tally: &mut tally });
    }
    // A user whose life was cut short does not count.
    goes_on().then_some(tally)
}

/// What came of one cell.
pub enum UnitResult {
    /// Of users who were each alone.
    Counters(Box<Tally>),
    /// Of users who meet in coupled mode: metrics by name.
    Metrics(Vec<(&'static str, f64)>),
}

impl UnitResult {
    /// Adds what came of other users of the same cell.
    pub fn merge(&mut self, other: Self) {
        if let (Self::Counters(own), Self::Counters(other)) = (self, other) {
            own.merge(&other);
        }
    }
}

/// A scenario that can be run, each strategy in its mode.
pub struct Engine<'s> {
    scenario: &'s Scenario,
    plans: Vec<Option<CoupledModel>>,
}

impl<'s> Engine<'s> {
    /// # Errors
    /// What coupled mode does not model, in words.
    pub fn new(scenario: &'s Scenario) -> Result<Self, String> {
        let plan = |strategy| is_coupled(scenario, strategy).then(|| CoupledModel::new(scenario, strategy)).transpose();
        Ok(Self { scenario, plans: scenario.strategy.iter().map(plan).collect::<Result<_, _>>()? })
    }

    /// What comes of a unit, by strategy; of a strategy in coupled mode the first unit of a replication is all of it,
    /// and the others are nothing. `None` when it is not to go on.
    ///
    /// # Errors
    /// What made coupled mode give up, in words.
    pub fn run_unit(
        &self,
        unit: &WorkUnit,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Option<UnitResult>>>, String> {
        let mut parts = Vec::with_capacity(self.plans.len());
        for (strategy, plan) in self.plans.iter().enumerate() {
            if !goes_on() {
                return Ok(None);
            }
            let part = match plan {
                Some(plan) if unit.users.start == 0 => {
                    let said = plan.run_while(self.scenario.run.seed, unit.replication, goes_on)?;
                    let Some(said) = said else { return Ok(None) };
                    Some(UnitResult::Metrics(said))
                }
                Some(_) => None,
                None => {
                    let cell = WorkCell { strategy, replication: unit.replication };
                    let Some(tally) = live(self.scenario, cell, unit.users.clone(), goes_on) else { return Ok(None) };
                    Some(UnitResult::Counters(Box::new(tally)))
                }
            };
            parts.push(part);
        }
        Ok(Some(parts))
    }

    /// # Errors
    /// What made coupled mode give up, in words.
    pub fn run(&self, cell: WorkCell) -> Result<UnitResult, String> {
        match self.plans.get(cell.strategy) {
            Some(Some(plan)) => plan.run(self.scenario.run.seed, cell.replication).map(UnitResult::Metrics),
            _ => Ok(UnitResult::Counters(Box::new(run(self.scenario, cell)))),
        }
    }
}
