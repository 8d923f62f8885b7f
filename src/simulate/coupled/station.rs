//! A service that many share: some servers and one line, first come first served, that may be out for a while.

use crate::simulate::rng::Stream;
use crate::simulate::scenario::units::{DurationDistribution, Nanos};
use std::collections::VecDeque;

/// Work that a server has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceStart<J> {
    pub job: J,
    pub arrived: Nanos,
    pub began: Nanos,
    pub ends: Nanos,
    /// Outages before it. What began before an outage does not end.
    pub era: u32,
}

impl<J> ServiceStart<J> {
    /// Time in the line.
    #[inline]
    pub const fn wait(&self) -> Nanos {
        self.began.saturating_sub(self.arrived)
    }

    /// Time in the line and with the server.
    #[inline]
    pub const fn sojourn(&self) -> Nanos {
        self.ends.saturating_sub(self.arrived)
    }
}

/// Servers and their line. The caller plans the end of all that begins.
#[derive(Clone, Debug)]
pub struct Station<J> {
    service: DurationDistribution,
    stream: Stream,
    idle: u64,
    servers: u64,
    line: VecDeque<(Nanos, J)>,
    era: u32,
    is_out: bool,
}

impl<J: Copy> Station<J> {
    pub const fn new(servers: u64, service: DurationDistribution, stream: Stream) -> Self {
        Self { service, stream, idle: servers, servers, line: VecDeque::new(), era: 0, is_out: false }
    }

    #[inline]
    fn begin(&mut self, arrived: Nanos, job: J, now: Nanos) -> ServiceStart<J> {
        let ends = now.saturating_add(self.service.draw(&mut self.stream));
        ServiceStart { job, arrived, began: now, ends, era: self.era }
    }

    /// A job arrives: it begins at once or joins the line. Ask [`Self::is_out`] first: nothing arrives at a station
    /// that is out.
    #[inline]
    pub fn arrive(&mut self, job: J, now: Nanos) -> Option<ServiceStart<J>> {
        if self.idle == 0 {
            self.line.push_back((now, job));
            return None;
        }
        self.idle = self.idle.saturating_sub(1);
        Some(self.begin(now, job, now))
    }

    /// A server is free again at the end of work of this era: who begins now?
    #[inline]
    pub fn depart(&mut self, now: Nanos) -> Option<ServiceStart<J>> {
        let Some((arrived, job)) = self.line.pop_front() else {
            self.idle = self.idle.saturating_add(1).min(self.servers);
            return None;
        };
        Some(self.begin(arrived, job, now))
    }

    /// Whether work of this era has died in an outage.
    #[inline]
    pub const fn is_lost(&self, era: u32) -> bool {
        era != self.era
    }

    /// Goes out. The line is given back, first come first; what servers work on is lost with their era, and the
    /// caller learns of it when its end comes due.
    pub fn go_out(&mut self) -> impl Iterator<Item = J> + use<J> {
        self.is_out = true;
        self.era = self.era.wrapping_add(1);
        self.idle = self.servers;
        std::mem::take(&mut self.line).into_iter().map(|(_, job)| job)
    }

    pub const fn come_back(&mut self) {
        self.is_out = false;
    }

    #[inline]
    pub const fn is_out(&self) -> bool {
        self.is_out
    }

    /// Jobs in the line and with servers.
    pub fn jobs(&self) -> u64 {
        self.servers.saturating_sub(self.idle).saturating_add(self.line.len() as u64)
    }

    pub fn waiting(&self) -> usize {
        self.line.len()
    }
}
