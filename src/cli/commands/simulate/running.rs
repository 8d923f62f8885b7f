//! Shares the cells of a scenario among threads, says how far it is, and stops when asked to.

use super::Stopped;
use crate::cli::ambient;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::progress::{Progress, time_left};
use authkit::simulate::engine::{self, Cell};
use authkit::simulate::scenario::Scenario;
use authkit::simulate::tally::Tally;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Runner {
    progress: Progress,
    threads: rayon::ThreadPool,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

/// The tallies of each strategy, and how many replications all strategies have.
pub struct Ran {
    pub tallies: Vec<Vec<Tally>>,
    pub replications: u64,
}

impl Runner {
    pub fn new(context: &Context, threads: Option<u16>) -> Result<Self, Failure> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
        let threads = pool.map_err(|error| Failure::surroundings(format!("threads cannot be started: {error}")))?;
        let (interrupted, terminated) = ambient::watch_signals();
        Ok(Self { progress: Progress::start(context, "simulating"), threads, interrupted, terminated })
    }

    pub fn stopped(&self) -> Stopped {
        match (self.terminated.load(Ordering::Relaxed), self.interrupted.load(Ordering::Relaxed)) {
            (true, _) => Some(Kind::Terminated),
            (_, true) => Some(Kind::Interrupted),
            _ => None,
        }
    }

    /// Runs all cells. After an interruption the replications that every strategy has are kept.
    pub fn run(&self, scenario: &Scenario) -> Ran {
        let cells = engine::cells(scenario);
        let done = AtomicU64::new(0);
        let all = cells.len() as u64;
        let one = |cell: &Cell| {
            if self.stopped().is_some() {
                return None;
            }
            let tally = engine::run(scenario, *cell);
            let count = done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            self.progress
                .say(|elapsed| format!("simulating: {count} of {all} parts{}", time_left(count, all, elapsed)));
            Some(tally)
        };
        let results: Vec<Option<Tally>> = self.threads.install(|| cells.par_iter().map(one).collect());
        let strategies = scenario.strategy.len().max(1);
        let mut tallies: Vec<Vec<Tally>> = vec![Vec::new(); scenario.strategy.len()];
        let mut replications = 0_u64;
        for replication in results.chunks(strategies).filter(|all| all.iter().all(Option::is_some)) {
            replications = replications.saturating_add(1);
            for (own, tally) in tallies.iter_mut().zip(replication.iter().flatten()) {
                own.push(tally.clone());
            }
        }
        Ran { tallies, replications }
    }
}
