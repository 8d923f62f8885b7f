//! Topology changes of the event simulation (crash, rolling deployment, scaling) and the sessions lost by them.

use super::counters::bump;
use super::model::{CredentialModel, ReloginModel, Route, TopologyChange};
use super::{EventSimulation, SimulationEvent, UserId, UserState};
use crate::simulate::rng::mix;
use crate::simulate::scenario::units::Nanos;

/// Why a session was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    NodeLoss,
    Deploy,
    Scale,
}

impl EventSimulation<'_> {
    /// The node of a user.
    pub(super) fn route(&mut self, route: Route, id: UserId) -> u64 {
        let hash = |salt: u64| mix(u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ mix(salt));
        match route {
            Route::Sticky => self.balancing.below(self.nodes),
            Route::Remainder => hash(0).checked_rem(self.nodes).unwrap_or(0),
            Route::Rendezvous => (0..self.nodes).max_by_key(|node| hash(node.wrapping_add(1))).unwrap_or(0),
        }
    }

    pub(super) fn change(&mut self, number: usize) {
        let Some((_, change)) = self.model.changes.get(number).copied() else { return };
        if let CredentialModel::Memory { .. } = self.model.credential {
            let mut alive = 0_u64;
            for user in &mut self.users {
                user.is_old = user.exp > 0;
                alive = alive.saturating_add(u64::from(user.is_old));
            }
            let sessions = &mut self.counted.sessions;
            match change {
                TopologyChange::Scale { .. } => sessions.scaled = sessions.scaled.saturating_add(alive),
                TopologyChange::Crash { .. } | TopologyChange::Deploy { .. } => {
                    sessions.alive = sessions.alive.saturating_add(alive)
                }
            }
        }
        match change {
            TopologyChange::Crash { node } => {
                self.forget_caches(node);
                self.lose(Cause::NodeLoss, |_, owner, _| owner == node);
            }
            TopologyChange::Deploy { step } => self.restart(0, step),
            TopologyChange::Scale { to } => {
                self.nodes = to;
                self.lose(Cause::Scale, |simulation, owner, id| {
                    let route = match simulation.model.credential {
                        CredentialModel::Memory { route, .. } => route,
                        _ => return false,
                    };
                    // A cookie still routes to its node if that node remains.
                    if route == Route::Sticky { owner >= to } else { simulation.route(route, id) != owner }
                });
            }
        }
    }

    /// Restarts a node of a rolling deployment and schedules the next one.
    pub(super) fn restart(&mut self, node: u64, step: Nanos) {
        self.forget_caches(node);
        self.lose(Cause::Deploy, |_, owner, _| owner == node);
        let next = node.saturating_add(1);
        if next < self.nodes {
            self.event_queue.schedule(self.now.saturating_add(step), SimulationEvent::Restart { node: next, step });
        }
    }

    fn forget_caches(&mut self, node: u64) {
        let stride = usize::try_from(self.most_nodes).unwrap_or(usize::MAX).max(1);
        let first = usize::try_from(node).unwrap_or(usize::MAX);
        if first < stride {
            self.caches.iter_mut().skip(first).step_by(stride).for_each(|entry| *entry = 0);
        }
    }

    /// Ends the sessions for which `is_lost` is true.
    fn lose(&mut self, cause: Cause, is_lost: impl Fn(&mut Self, u64, UserId) -> bool) {
        let CredentialModel::Memory { route, relogin } = self.model.credential else { return };
        for id in 0..u32::try_from(self.users.len()).unwrap_or(UserId::MAX) {
            let Some(user) = self.user(id) else { return };
            let (owner, has_session) = (user.owner, user.exp > 0);
            if !has_session || !is_lost(self, owner, id) {
                continue;
            }
            let owner = self.route(route, id);
            let Some(user) = self.user(id) else { return };
            (user.exp, user.owner) = (0, owner);
            let (was_old, is_settled) = (std::mem::take(&mut user.is_old), user.state == UserState::Settled);
            let sessions = &mut self.counted.sessions;
            match cause {
                Cause::NodeLoss => bump(&mut sessions.logouts_node_loss),
                Cause::Deploy => bump(&mut sessions.logouts_deploy),
                Cause::Scale => bump(&mut sessions.remapped),
            }
            if was_old && cause != Cause::Scale {
                bump(&mut sessions.lost);
            }
            if relogin == ReloginModel::AtOnce && is_settled {
                self.seek(id);
            }
        }
    }
}
