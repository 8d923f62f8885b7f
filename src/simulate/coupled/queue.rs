//! The bare store queue under Poisson arrivals (M/M/c, M/D/1, M/G/1), which validates the event simulation against
//! queueing theory.

use super::event_queue::EventQueue;
use super::station::{ServiceStart, Station};
use crate::simulate::rng::{Purpose, Stream, whole};
use crate::simulate::scenario::units::{DurationDistribution, Nanos, SECOND, seconds};
use crate::stats::quantiles::Quantiles;
use std::fmt;

/// A queue: Poisson arrivals, service time distribution and servers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StoreQueue {
    /// Arrivals per second.
    arrivals: f64,
    service: DurationDistribution,
    servers: u64,
    /// Measured time after the warm-up, in nanoseconds.
    horizon: Nanos,
}

/// Why a queue cannot be simulated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum QueueError {
    /// No operation arrives.
    NoArrivals,
    /// The store has no servers.
    NoServers,
    /// Load of 1 or more: the queue grows without bound.
    Overload {
        /// Servers that the arrivals keep busy.
        needed: f64,
        /// Servers of the store.
        servers: u64,
    },
    /// More operations than allowed per replication.
    TooMany {
        /// Expected operations in one replication.
        operations: f64,
    },
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoArrivals => f.write_str("nothing arrives at the store"),
            Self::NoServers => f.write_str("the store has no servers"),
            Self::Overload { needed, servers } => write!(
                f,
                "the arrivals need {needed:.2} servers and there are {servers}: the queue grows without bound \
                 and no mean exists"
            ),
            Self::TooMany { operations } => {
                write!(
                    f,
                    "{operations:.0} operations per replication exceed the limit of {MOST:.0}; shorten run.horizon"
                )
            }
        }
    }
}

impl std::error::Error for QueueError {}

/// Maximum number of operations per replication.
const MOST: f64 = 2e9;

/// Counters of one replication; times in nanoseconds.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct QueueCounters {
    /// Events handled.
    pub events: u64,
    /// Operations waiting or in service when the measurement begins.
    pub in_store_at_start: u64,
    /// Operations that arrived.
    pub arrived: u64,
    /// Operations that were completed.
    pub departed: u64,
    /// Operations waiting or in service at the end.
    pub in_store_at_end: u64,
    /// Measured operations: those that began service after the warm-up.
    pub measured: u64,
    /// Measured operations that waited for a server.
    pub waited: u64,
    /// Sum of the waiting times.
    pub wait: u128,
    /// Sum of the times from arrival to departure.
    pub sojourn: u128,
    /// The distribution of the times from arrival to departure.
    pub sojourns: Quantiles,
}

impl QueueCounters {
    fn per_operation(&self, sum: u128) -> Option<f64> {
        (self.measured > 0).then(|| sum as f64 / self.measured as f64)
    }

    /// Mean waiting time, in nanoseconds.
    pub fn wait_mean(&self) -> Option<f64> {
        self.per_operation(self.wait)
    }

    /// Mean sojourn time, in nanoseconds.
    pub fn sojourn_mean(&self) -> Option<f64> {
        self.per_operation(self.sojourn)
    }

    /// Fraction of operations that wait.
    pub fn wait_ratio(&self) -> Option<f64> {
        self.per_operation(u128::from(self.waited))
    }
}

#[derive(Clone, Copy)]
enum QueueEvent {
    Arrival,
    Departure,
}

impl StoreQueue {
    /// A queue with a finite mean.
    ///
    /// # Errors
    /// Returns an error if the load is 1 or more, or there are no arrivals, no servers or too many operations.
    pub fn new(arrivals: f64, service: DurationDistribution, servers: u64, horizon: Nanos) -> Result<Self, QueueError> {
        let needed = arrivals * service.mean_s();
        if arrivals.is_nan() || arrivals <= 0.0 {
            return Err(QueueError::NoArrivals);
        }
        if servers == 0 {
            return Err(QueueError::NoServers);
        }
        if needed >= servers as f64 {
            return Err(QueueError::Overload { needed, servers });
        }
        let queue = Self { arrivals, service, servers, horizon };
        let operations = arrivals * (seconds(horizon) + seconds(queue.warm_up()));
        if operations > MOST { Err(QueueError::TooMany { operations }) } else { Ok(queue) }
    }

    /// Server utilisation ρ.
    pub fn load(&self) -> f64 {
        self.arrivals * self.service.mean_s() / self.servers as f64
    }

    /// Length of the warm-up, in nanoseconds. Queues with exponential service start in the stationary distribution and
    /// need none; others start empty and warm up for fifty times the relaxation time of the M/M/1 queue of the same
    /// load, 1 / (μ (1 − √ρ)²), which leaves e⁻⁵⁰ of the initial bias.
    pub fn warm_up(&self) -> Nanos {
        if matches!(self.service, DurationDistribution::Exp(_)) {
            return 0;
        }
        whole(50.0 * self.service.mean_s() / (1.0 - self.load().sqrt()).powi(2) * SECOND as f64)
    }

    /// Draws the number of operations in a stationary M/M/c queue (a birth-death process) by inverse transform.
    fn stationary(&self, stream: &mut Stream) -> u64 {
        let (offered, servers) = (self.arrivals * self.service.mean_s(), self.servers as f64);
        let weight = |jobs: f64, before: f64| before * offered / jobs.min(servers);
        // Σ aᵏ/k! below c, then a geometric tail.
        let (mut term, mut sum, mut jobs) = (1.0, 0.0, 0.0_f64);
        while jobs < servers {
            sum += term;
            jobs += 1.0;
            term = weight(jobs, term);
        }
        sum += term / (1.0 - self.load());
        let mut left = stream.unit() * sum;
        let (mut term, mut jobs) = (1.0, 0.0_f64);
        while left > term && term > 0.0 {
            left -= term;
            jobs += 1.0;
            term = weight(jobs, term);
        }
        whole(jobs)
    }

    /// Runs one replication. The result is a function of the arguments, on any platform and thread.
    pub fn run(&self, seed: u64, replication: u64) -> QueueCounters {
        let stream = |purpose| Stream::new(seed, replication, 0, purpose);
        let mut run = Replication {
            event_queue: EventQueue::default(),
            station: Station::new(self.servers, self.service, stream(Purpose::Store)),
            counted: QueueCounters::default(),
            measured_from: self.warm_up(),
        };
        if matches!(self.service, DurationDistribution::Exp(_)) {
            run.counted.in_store_at_start = self.stationary(&mut stream(Purpose::Start));
            (0..run.counted.in_store_at_start).for_each(|_| run.arrive(0));
            // The initial operations arrived before time 0 with unknown waiting times, so they are not measured.
            run.counted =
                QueueCounters { in_store_at_start: run.counted.in_store_at_start, ..QueueCounters::default() };
            run.measured_from = 1;
        }
        run.run(stream(Purpose::Arrivals), 1e9 / self.arrivals, self.horizon.saturating_add(self.warm_up()))
    }
}

/// One replication in progress.
struct Replication {
    event_queue: EventQueue<QueueEvent>,
    station: Station<()>,
    counted: QueueCounters,
    measured_from: Nanos,
}

impl Replication {
    #[inline]
    fn arrive(&mut self, now: Nanos) {
        if let Some(begun) = self.station.arrive((), now) {
            self.begin(&begun);
        }
    }

    /// Starts service. An operation is measured at this point, when all its times are known.
    #[inline]
    fn begin(&mut self, begun: &ServiceStart<()>) {
        self.event_queue.schedule(begun.ends, QueueEvent::Departure);
        if begun.arrived >= self.measured_from {
            let (wait, sojourn) = (begun.wait(), begun.sojourn());
            let counted = &mut self.counted;
            counted.measured = counted.measured.wrapping_add(1);
            counted.waited = counted.waited.wrapping_add(u64::from(wait > 0));
            counted.wait = counted.wait.wrapping_add(u128::from(wait));
            counted.sojourn = counted.sojourn.wrapping_add(u128::from(sojourn));
            counted.sojourns.record(sojourn);
        }
    }

    fn run(mut self, mut arrivals: Stream, gap: f64, end: Nanos) -> QueueCounters {
        self.event_queue.schedule(arrivals.gap(gap).max(1), QueueEvent::Arrival);
        while let Some((now, event)) = self.event_queue.pop() {
            if now > end {
                break;
            }
            match event {
                QueueEvent::Arrival => {
                    self.event_queue.schedule(now.saturating_add(arrivals.gap(gap)), QueueEvent::Arrival);
                    self.counted.arrived = self.counted.arrived.wrapping_add(1);
                    self.arrive(now);
                }
                QueueEvent::Departure => {
                    self.counted.departed = self.counted.departed.wrapping_add(1);
                    if let Some(begun) = self.station.depart(now) {
                        self.begin(&begun);
                    }
                }
            }
        }
        self.counted.events = self.event_queue.handled();
        self.counted.in_store_at_end = self.station.jobs();
        self.counted
    }
}

#[cfg(test)]
mod tests;
