//! The store alone under Poisson arrivals: what queue theory knows exactly, and what the engine is held against.

use super::event_queue::EventQueue;
use super::station::{ServiceStart, Station};
use crate::simulate::rng::{Purpose, Stream, whole};
use crate::simulate::scenario::units::{DurationDistribution, Nanos, SECOND, seconds};
use crate::stats::quantiles::Quantiles;
use std::fmt;

/// A store and what arrives at it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StoreQueue {
    /// A second.
    arrivals: f64,
    service: DurationDistribution,
    servers: u64,
    /// For how long operations are counted, after the warm-up.
    horizon: Nanos,
}

/// Why there is nothing to measure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum QueueError {
    NoArrivals,
    NoServers,
    /// Work for more servers than there are: the line grows without end.
    Overload {
        needed: f64,
        servers: u64,
    },
    /// More operations than a replication may have.
    TooMany {
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
                "the arrivals keep {needed:.2} servers busy and there are {servers}: the line grows without end, \
                 so that no mean exists"
            ),
            Self::TooMany { operations } => {
                write!(f, "{operations:.0} operations in a replication are more than {MOST:.0}; shorten run.horizon")
            }
        }
    }
}

impl std::error::Error for QueueError {}

/// Operations that one replication may have.
const MOST: f64 = 2e9;

/// What one replication has counted; times in nanoseconds.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct QueueCounters {
    pub events: u64,
    pub in_store_at_start: u64,
    pub arrived: u64,
    pub departed: u64,
    pub in_store_at_end: u64,
    /// Operations that were measured: those which began service after the warm-up.
    pub measured: u64,
    pub waited: u64,
    pub wait: u128,
    pub sojourn: u128,
    pub sojourns: Quantiles,
}

impl QueueCounters {
    fn per_operation(&self, sum: u128) -> Option<f64> {
        (self.measured > 0).then(|| sum as f64 / self.measured as f64)
    }

    /// Mean time in the line, in nanoseconds.
    pub fn wait_mean(&self) -> Option<f64> {
        self.per_operation(self.wait)
    }

    /// Mean time in the store, in nanoseconds.
    pub fn sojourn_mean(&self) -> Option<f64> {
        self.per_operation(self.sojourn)
    }

    /// Share of operations that wait.
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
    /// # Errors
    /// When the store cannot keep up, or there is nothing to do.
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

    /// Share of the servers' time that is work.
    pub fn load(&self) -> f64 {
        self.arrivals * self.service.mean_s() / self.servers as f64
    }

    /// What is thrown away at the start. Exponential services begin in the stationary law itself and throw nothing
    /// away; others begin empty and run for fifty times the relaxation time of the M/M/1 queue of the same load,
    /// 1 / (μ (1 − √ρ)²), which leaves e⁻⁵⁰ of the start.
    pub fn warm_up(&self) -> Nanos {
        if matches!(self.service, DurationDistribution::Exp(_)) {
            return 0;
        }
        whole(50.0 * self.service.mean_s() / (1.0 - self.load().sqrt()).powi(2) * SECOND as f64)
    }

    /// How many operations a stationary M/M/c store holds, drawn by inversion of its birth-and-death law.
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

    /// One replication. The same arguments give the same answer, on any machine and any thread.
    pub fn run(&self, seed: u64, replication: u64) -> QueueCounters {
        let stream = |purpose| Stream::new(seed, replication, 0, purpose);
        let mut line = WaitingLine {
            agenda: EventQueue::default(),
            station: Station::new(self.servers, self.service, stream(Purpose::Store)),
            counted: QueueCounters::default(),
            measured_from: self.warm_up(),
        };
        if matches!(self.service, DurationDistribution::Exp(_)) {
            line.counted.in_store_at_start = self.stationary(&mut stream(Purpose::Start));
            (0..line.counted.in_store_at_start).for_each(|_| line.arrive(0));
            // They were there before time 0: how long they have been waiting is not known, so they are not measured.
            line.counted =
                QueueCounters { in_store_at_start: line.counted.in_store_at_start, ..QueueCounters::default() };
            line.measured_from = 1;
        }
        line.run(stream(Purpose::Arrivals), 1e9 / self.arrivals, self.horizon.saturating_add(self.warm_up()))
    }
}

struct WaitingLine {
    agenda: EventQueue<QueueEvent>,
    station: Station<()>,
    counted: QueueCounters,
    measured_from: Nanos,
}

impl WaitingLine {
    #[inline]
    fn arrive(&mut self, now: Nanos) {
        if let Some(begun) = self.station.arrive((), now) {
            self.begin(&begun);
        }
    }

    /// An operation is measured when it begins: all of its times are known then.
    #[inline]
    fn begin(&mut self, begun: &ServiceStart<()>) {
        self.agenda.schedule(begun.ends, QueueEvent::Departure);
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
        self.agenda.schedule(arrivals.gap(gap).max(1), QueueEvent::Arrival);
        while let Some((now, event)) = self.agenda.pop() {
            if now > end {
                break;
            }
            match event {
                QueueEvent::Arrival => {
                    self.agenda.schedule(now.saturating_add(arrivals.gap(gap)), QueueEvent::Arrival);
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
        self.counted.events = self.agenda.handled();
        self.counted.in_store_at_end = self.station.jobs();
        self.counted
    }
}

#[cfg(test)]
mod tests;
