//! Latency of store operations in trace mode.

use super::rng::{BufferedExponential, Purpose};
use super::scenario::units::{DurationDistribution, Nanos};
use super::scenario::{Fanout, Scenario};
use super::user::User;

/// Draws the latency of store operations of one user, in nanoseconds.
pub(super) struct StoreAccess {
    stream: BufferedExponential,
    service: DurationDistribution,
    write: DurationDistribution,
    fixed: Nanos,
}

impl StoreAccess {
    /// The store as seen from the region of the user.
    pub(super) fn for_user(user: &User<'_>) -> Self {
        let Scenario { store, topology, .. } = user.world.scenario;
        let region = user.stream(Purpose::Start).below(topology.regions);
        let far = if region == store.region { 0 } else { topology.region_rtt.0 };
        Self {
            stream: BufferedExponential::new(user.stream(Purpose::Store)),
            service: store.service,
            write: store.write.unwrap_or(store.service),
            fixed: store.rtt.0.saturating_add(far),
        }
    }

    /// Latency of a read.
    #[inline]
    pub(super) fn visit(&mut self) -> Nanos {
        self.take(self.service)
    }

    /// Latency of a write.
    #[inline]
    pub(super) fn write(&mut self) -> Nanos {
        self.take(self.write)
    }

    #[inline]
    fn take(&mut self, distribution: DurationDistribution) -> Nanos {
        self.fixed.saturating_add(match distribution {
            DurationDistribution::Exp(mean) => self.stream.gap(mean as f64),
            DurationDistribution::Const(_) | DurationDistribution::Uniform(..) => {
                distribution.draw(self.stream.stream())
            }
        })
    }

    /// Latency of the operations of several services for one request, serial or parallel.
    pub(super) fn visits(&mut self, count: u64, fanout: Fanout, mut visit: impl FnMut(&mut Self) -> Nanos) -> Nanos {
        (0..count).fold(0, |sum: Nanos, _| match fanout {
            Fanout::Serial => sum.saturating_add(visit(self)),
            Fanout::Parallel => sum.max(visit(self)),
        })
    }
}
