//! From a scenario to what was counted: each cell of strategy × replication alone, so that the program may share
//! them among threads as it likes.

use super::coupled::plan::{Plan, is_coupled};
use super::scenario::Scenario;
use super::strategies;
use super::tally::Tally;
use super::user::{User, World};

/// A piece of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Which strategy of the scenario.
    pub strategy: usize,
    pub replication: u64,
}

/// All pieces, each replication with all its strategies before the next: what is done when a run is cut short
/// compares all of them.
pub fn cells(scenario: &Scenario) -> Vec<Cell> {
    let of = |replication| (0..scenario.strategy.len()).map(move |strategy| Cell { strategy, replication });
    (0..scenario.run.replications).flat_map(of).collect()
}

/// Users of one replication.
pub fn users(scenario: &Scenario) -> u64 {
    scenario.run.sampled().div_ceil(scenario.run.replications.max(1)).max(1)
}

/// Lives the users of one cell.
pub fn run(scenario: &Scenario, cell: Cell) -> Tally {
    let mut tally = Tally::default();
    let Some(strategy) = scenario.strategy.get(cell.strategy) else { return tally };
    let Some(kind) = strategies::find(&strategy.kind) else { return tally };
    let world = World::new(scenario, strategy, cell.replication);
    for id in 0..users(scenario) {
        (kind.live)(&mut User { world: &world, strategy, id, tally: &mut tally });
    }
    tally
}

/// What came of one cell.
pub enum Part {
    /// Of users who were each alone.
    Counted(Box<Tally>),
    /// Of users who meet in coupled mode: metrics by name.
    Said(Vec<(&'static str, f64)>),
}

/// A scenario that can be run, each strategy in its mode.
pub struct Engine<'s> {
    scenario: &'s Scenario,
    plans: Vec<Option<Plan>>,
}

impl<'s> Engine<'s> {
    /// # Errors
    /// What coupled mode does not model, in words.
    pub fn new(scenario: &'s Scenario) -> Result<Self, String> {
        let plan = |strategy| is_coupled(scenario, strategy).then(|| Plan::new(scenario, strategy)).transpose();
        Ok(Self { scenario, plans: scenario.strategy.iter().map(plan).collect::<Result<_, _>>()? })
    }

    /// # Errors
    /// What made coupled mode give up, in words.
    pub fn run(&self, cell: Cell) -> Result<Part, String> {
        match self.plans.get(cell.strategy) {
            Some(Some(plan)) => plan.run(self.scenario.run.seed, cell.replication).map(Part::Said),
            _ => Ok(Part::Counted(Box::new(run(self.scenario, cell)))),
        }
    }
}
