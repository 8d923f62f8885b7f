//! Shares the cells of a scenario among threads, says how far it is, and stops when asked to.

use crate::cli::ambient;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::progress::{Progress, time_left};
use authkit::simulate::engine::{self, Cell, Engine, Part};
use authkit::simulate::scenario::Scenario;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Runner {
    progress: Progress,
    threads: rayon::ThreadPool,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

/// What came of each strategy, and how many replications all of them have.
pub struct Ran {
    pub parts: Vec<Vec<Part>>,
    pub replications: u64,
}

impl Runner {
    pub fn new(context: &Context, threads: Option<u16>) -> Result<Self, Failure> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
        let threads = pool.map_err(|error| Failure::surroundings(format!("threads cannot be started: {error}")))?;
        let (interrupted, terminated) = ambient::watch_signals();
        Ok(Self { progress: Progress::start(context, "simulating"), threads, interrupted, terminated })
    }

    /// Why the run is cut short, when it is.
    pub fn stopped(&self) -> Option<Kind> {
        match (self.terminated.load(Ordering::Relaxed), self.interrupted.load(Ordering::Relaxed)) {
            (true, _) => Some(Kind::Terminated),
            (_, true) => Some(Kind::Interrupted),
            _ => None,
        }
    }

    /// Runs all cells. After an interruption the replications that every strategy has are kept.
    ///
    /// # Errors
    /// What cannot be modelled.
    pub fn run(&self, scenario: &Scenario) -> Result<Ran, Failure> {
        let engine = Engine::new(scenario).map_err(Failure::input)?;
        let cells = engine::cells(scenario);
        let done = AtomicU64::new(0);
        let all = cells.len() as u64;
        let one = |cell: &Cell| {
            if self.stopped().is_some() {
                return None;
            }
            let part = engine.run(*cell);
            let count = done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            self.progress
                .say(|elapsed| format!("simulating: {count} of {all} parts{}", time_left(count, all, elapsed)));
            Some(part)
        };
        let results: Vec<Option<Result<Part, String>>> = self.threads.install(|| cells.par_iter().map(one).collect());
        let mut ran = Ran { parts: scenario.strategy.iter().map(|_| Vec::new()).collect(), replications: 0 };
        let mut results = results.into_iter();
        loop {
            let replication: Vec<_> = results.by_ref().take(scenario.strategy.len()).collect();
            let whole: Option<Vec<_>> = replication.into_iter().collect();
            match whole {
                Some(whole) if !whole.is_empty() => {
                    for (own, part) in ran.parts.iter_mut().zip(whole) {
                        own.push(part.map_err(Failure::input)?);
                    }
                    ran.replications = ran.replications.saturating_add(1);
                }
                Some(_) => return Ok(ran),
                // Broken off; later ones may be whole.
                None => {}
            }
        }
    }
}
