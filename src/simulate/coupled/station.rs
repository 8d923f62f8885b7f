//! A queueing station: parallel servers with one FIFO queue, which may be unavailable during outages.

use crate::simulate::rng::Stream;
use crate::simulate::scenario::units::{DurationDistribution, Nanos};
use std::collections::VecDeque;

/// A job whose service has started. Times in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ServiceStart<J> {
    pub job: J,
    pub arrived: Nanos,
    pub began: Nanos,
    pub ends: Nanos,
    /// Number of outages before the start. A job that is in service when an outage begins is lost.
    pub era: u32,
}

impl<J> ServiceStart<J> {
    /// Waiting time.
    #[inline]
    pub(crate) const fn wait(&self) -> Nanos {
        self.began.saturating_sub(self.arrived)
    }

    /// Sojourn time: waiting plus service.
    #[inline]
    pub(crate) const fn sojourn(&self) -> Nanos {
        self.ends.saturating_sub(self.arrived)
    }
}

/// Servers and their queue. The caller schedules the departure of each started job.
#[derive(Clone, Debug)]
pub(crate) struct Station<J> {
    service: DurationDistribution,
    stream: Stream,
    idle: u64,
    servers: u64,
    queue: VecDeque<(Nanos, J)>,
    era: u32,
    is_out: bool,
}

impl<J: Copy> Station<J> {
    /// An idle, available station.
    pub(crate) const fn new(servers: u64, service: DurationDistribution, stream: Stream) -> Self {
        Self { service, stream, idle: servers, servers, queue: VecDeque::new(), era: 0, is_out: false }
    }

    #[inline]
    fn begin(&mut self, arrived: Nanos, job: J, now: Nanos) -> ServiceStart<J> {
        let ends = now.saturating_add(self.service.draw(&mut self.stream));
        ServiceStart { job, arrived, began: now, ends, era: self.era }
    }

    /// A job arrives: service starts at once or the job is queued. The station must be available, see [`Self::is_out`].
    #[inline]
    pub(crate) fn arrive(&mut self, job: J, now: Nanos) -> Option<ServiceStart<J>> {
        if self.idle == 0 {
            self.queue.push_back((now, job));
            return None;
        }
        self.idle = self.idle.saturating_sub(1);
        Some(self.begin(now, job, now))
    }

    /// A server becomes idle: starts the next queued job, if any. Only for departures of the current era.
    #[inline]
    pub(crate) fn depart(&mut self, now: Nanos) -> Option<ServiceStart<J>> {
        let Some((arrived, job)) = self.queue.pop_front() else {
            self.idle = self.idle.saturating_add(1).min(self.servers);
            return None;
        };
        Some(self.begin(arrived, job, now))
    }

    /// Whether a job of this era was lost in an outage.
    #[inline]
    pub(crate) const fn is_lost(&self, era: u32) -> bool {
        era != self.era
    }

    /// Begins an outage. Returns the queued jobs in FIFO order; jobs in service are lost, which the caller detects by
    /// their era at the scheduled departure.
    pub(crate) fn go_out(&mut self) -> impl Iterator<Item = J> + use<J> {
        self.is_out = true;
        self.era = self.era.wrapping_add(1);
        self.idle = self.servers;
        std::mem::take(&mut self.queue).into_iter().map(|(_, job)| job)
    }

    /// Ends an outage.
    pub(crate) const fn come_back(&mut self) {
        self.is_out = false;
    }

    /// Whether the station is unavailable.
    #[inline]
    pub(crate) const fn is_out(&self) -> bool {
        self.is_out
    }

    /// Number of jobs queued or in service.
    pub(crate) fn jobs(&self) -> u64 {
        self.servers.saturating_sub(self.idle).saturating_add(self.queue.len() as u64)
    }
}
