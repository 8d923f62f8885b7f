//! Load balancing: which node a request reaches.

use super::User;
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::Balancing;

/// Chooses the node of each request of one user.
pub(super) struct Balancer {
    stream: Stream,
    nodes: u64,
    how: Balancing,
    next: u64,
}

impl Balancer {
    /// The balancer for this user.
    pub(super) fn for_user(user: &User<'_>) -> Self {
        let mut stream = user.stream(Purpose::Balancing);
        let (nodes, how) = (user.nodes(), user.scenario().topology.lb);
        let next = stream.below(nodes);
        Self { stream, nodes, how, next }
    }

    /// The same balancer with a separate stream, for interventions.
    pub(super) fn with(self, bits: u64) -> Self {
        Self { stream: Stream::new(bits, 0, 0, Purpose::Balancing), ..self }
    }

    /// The node where the user signed in.
    pub(super) fn home(&self) -> usize {
        usize::try_from(self.next).unwrap_or(0)
    }

    /// The node of the next request.
    #[inline]
    pub(super) fn node(&mut self) -> usize {
        let node = match self.how {
            Balancing::Random => self.stream.below(self.nodes),
            Balancing::RoundRobin => {
                self.next = self.next.saturating_add(1).checked_rem(self.nodes).unwrap_or(0);
                self.next
            }
            Balancing::StickyCookie | Balancing::HashMod | Balancing::Rendezvous => self.next,
        };
        usize::try_from(node).unwrap_or(0)
    }
}
