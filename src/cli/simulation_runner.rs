//! Parallel execution of a simulation: distributes work units over threads, reports progress, and stops on a signal.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::progress::{Progress, time_left};
use crate::cli::system::{self, StopSignals};
use authkit::simulate::scenario::Scenario;
use authkit::simulate::work_units::{self, Engine, UnitResult, WorkUnit};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The progress and stop signals of a run.
pub struct SimulationRunner {
    progress: Progress,
    signals: StopSignals,
    /// Work units of all scenarios if there are several, otherwise 0; and the number of completed units.
    all: u64,
    done: AtomicU64,
}

/// The results of a run.
pub struct SimulationRun {
    /// By strategy, then by replication.
    pub parts: Vec<Vec<UnitResult>>,
    pub replications: u64,
    /// Total over all replications.
    pub users: u64,
}

/// One replication: the result of each strategy, and the number of simulated users.
#[derive(Default)]
struct RunningReplication {
    parts: Vec<Option<UnitResult>>,
    users: u64,
}

impl RunningReplication {
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
    /// Starts the threads and the progress display.
    ///
    /// # Errors
    /// Threads cannot be started.
    pub fn new(context: &Context, threads: Option<u16>) -> Result<Self, Failure> {
        system::start_threads(threads)?;
        let signals = StopSignals::catch();
        let progress = Progress::start(context, "simulating");
        Ok(Self { progress, signals, all: 0, done: AtomicU64::new(0) })
    }

    /// For several runs: the progress is that of all `scenarios` together.
    pub fn for_all<'s>(self, scenarios: impl Iterator<Item = &'s Scenario>) -> Self {
        Self { all: scenarios.map(work_units::unit_count).fold(0, u64::saturating_add), ..self }
    }

    /// The signal that stops the run, if one was received.
    pub fn stopped(&self) -> Option<FailureKind> {
        self.signals.received()
    }

    /// Runs all work units. After an interruption, the replications completed by all strategies are kept.
    ///
    /// # Errors
    /// A scenario that cannot be simulated, or an interruption before the first complete replication.
    pub fn run(&self, scenario: &Scenario) -> Result<SimulationRun, Failure> {
        let engine = Engine::new(scenario).map_err(Failure::input)?;
        let count = usize::try_from(scenario.run.replications).unwrap_or(0);
        let replications: Vec<Mutex<RunningReplication>> = (0..count).map(|_| Mutex::default()).collect();
        let all = if self.all == 0 { work_units::unit_count(scenario) } else { self.all };
        let is_running = || !self.signals.is_received();
        let one = |unit: WorkUnit| -> Result<(), String> {
            // Checked between units; an error in one unit ends the run, because the others would fail likewise.
            if !is_running() {
                return Ok(());
            }
            let Some(parts) = engine.run_unit(&unit, &is_running)? else { return Ok(()) };
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
        // In order, so that the first replications are complete when the run is interrupted.
        work_units::units(scenario).par_bridge().try_for_each(one).map_err(Failure::input)?;
        let mut ran =
            SimulationRun { parts: scenario.strategy.iter().map(|_| Vec::new()).collect(), replications: 0, users: 0 };
        for replication in replications {
            let RunningReplication { parts, users } = replication.into_inner().unwrap_or_else(PoisonError::into_inner);
            let whole: Option<Vec<UnitResult>> = parts.into_iter().collect();
            if let Some(whole) = whole.filter(|parts| !parts.is_empty()) {
                ran.parts.iter_mut().zip(whole).for_each(|(own, part)| own.push(part));
                ran.replications = ran.replications.saturating_add(1);
                ran.users = ran.users.saturating_add(users);
            }
        }
        match self.stopped() {
            Some(kind) if ran.replications == 0 => {
                Err(Failure::new(kind, "stopped before there were results")
                    .hint("simulate fewer users or a shorter time"))
            }
            _ => Ok(ran),
        }
    }
}
