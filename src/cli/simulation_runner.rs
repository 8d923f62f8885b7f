//! Shares the units of a scenario among threads, says how far it is, and stops when asked to.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::progress::{Progress, time_left};
use crate::cli::system;
use authkit::simulate::scenario::Scenario;
use authkit::simulate::work_units::{self, Engine, UnitResult, WorkUnit};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub struct SimulationRunner {
    progress: Progress,
    threads: rayon::ThreadPool,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
    /// Units of all scenarios that are to be run, when there are more than one; and how many are done.
    all: u64,
    done: AtomicU64,
}

/// What came of each strategy, by replication, and how much of it there is.
pub struct SimulationRun {
    pub parts: Vec<Vec<UnitResult>>,
    pub replications: u64,
    /// Over all replications.
    pub users: u64,
}

/// One replication: a part for each strategy, and how many users it has.
#[derive(Default)]
struct Replication {
    parts: Vec<Option<UnitResult>>,
    users: u64,
}

impl Replication {
    fn add(&mut self, unit: &WorkUnit, parts: Vec<Option<UnitResult>>) {
        self.users = self.users.saturating_add(unit.users.end.saturating_sub(unit.users.start));
        self.parts.resize_with(parts.len(), || None);
        for (own, part) in self.parts.iter_mut().zip(parts) {
            match (own, part) {
                (Some(own), Some(part)) => own.merge(part),
                (own @ None, part) => *own = part,
                (Some(_), None) => {}
            }
        }
    }
}

impl SimulationRunner {
    /// # Errors
    /// When the system gives no threads.
    pub fn new(context: &Context, threads: Option<u16>) -> Result<Self, Failure> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
        let threads = pool.map_err(|error| Failure::environment(format!("threads cannot be started: {error}")))?;
        let (interrupted, terminated) = system::register_signal_flags();
        let progress = Progress::start(context, "simulating");
        Ok(Self { progress, threads, interrupted, terminated, all: 0, done: AtomicU64::new(0) })
    }

    /// The same, of which more runs are asked: what is left is what is left of all of them.
    pub fn for_all<'s>(self, scenarios: impl Iterator<Item = &'s Scenario>) -> Self {
        Self { all: scenarios.map(work_units::unit_count).fold(0, u64::saturating_add), ..self }
    }

    /// Why the run is cut short, when it is.
    pub fn stopped(&self) -> Option<FailureKind> {
        match (self.terminated.load(Ordering::Relaxed), self.interrupted.load(Ordering::Relaxed)) {
            (true, _) => Some(FailureKind::Terminated),
            (_, true) => Some(FailureKind::Interrupted),
            _ => None,
        }
    }

    /// Runs all units. After an interruption what all strategies have is kept.
    ///
    /// # Errors
    /// What cannot be modelled.
    pub fn run(&self, scenario: &Scenario) -> Result<SimulationRun, Failure> {
        let engine = Engine::new(scenario).map_err(Failure::input)?;
        let count = usize::try_from(scenario.run.replications).unwrap_or(0);
        let replications: Vec<Mutex<Replication>> = (0..count).map(|_| Mutex::default()).collect();
        let all = if self.all == 0 { work_units::unit_count(scenario) } else { self.all };
        let goes_on = || self.stopped().is_none();
        let one = |unit: WorkUnit| -> Result<(), String> {
            // Whoever stops stops between two units: an error is what the others would meet, too.
            if !goes_on() {
                return Ok(());
            }
            let Some(parts) = engine.run_unit(&unit, &goes_on)? else { return Ok(()) };
            let own = usize::try_from(unit.replication).ok().and_then(|own| replications.get(own));
            if let Some(own) = own {
                own.lock().unwrap_or_else(PoisonError::into_inner).add(&unit, parts);
            }
            let done = self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            self.progress.say(|elapsed| {
                let percent = done.saturating_mul(100).checked_div(all).unwrap_or(0);
                format!("simulating: {percent} %{}", time_left(done, all, elapsed))
            });
            Ok(())
        };
        // In order, so that what is done first is whole.
        self.threads.install(|| work_units::units(scenario).par_bridge().try_for_each(one)).map_err(Failure::input)?;
        let mut ran =
            SimulationRun { parts: scenario.strategy.iter().map(|_| Vec::new()).collect(), replications: 0, users: 0 };
        for replication in replications {
            let Replication { parts, users } = replication.into_inner().unwrap_or_else(PoisonError::into_inner);
            let whole: Option<Vec<UnitResult>> = parts.into_iter().collect();
            if let Some(whole) = whole.filter(|parts| !parts.is_empty()) {
                ran.parts.iter_mut().zip(whole).for_each(|(own, part)| own.push(part));
                ran.replications = ran.replications.saturating_add(1);
                ran.users = ran.users.saturating_add(users);
            }
        }
        match self.stopped() {
            Some(kind) if ran.replications == 0 => {
                Err(Failure::new(kind, "stopped before anything was known").hint("fewer users, or a shorter run"))
            }
            _ => Ok(ran),
        }
    }
}
