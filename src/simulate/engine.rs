//! From a scenario to what was counted: each cell of strategy × replication alone, so that the program may share
//! them among threads as it likes.

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
    let world = World::new(scenario, cell.replication);
    for id in 0..users(scenario) {
        (kind.live)(&mut User { world: &world, strategy, id, tally: &mut tally });
    }
    tally
}
