//! Revocations in the event simulation: propagation to nodes over the bus or by list fetches, and requests with the
//! revoked credential in the meantime.

use super::counters::bump;
use super::model::{CheckModel, CredentialModel, OutageModel};
use super::{EventSimulation, SimulationEvent};
use crate::simulate::scenario::units::{FOREVER, Nanos};

pub(super) struct PendingRevocation {
    at: Nanos,
    /// Expiry of the token.
    exp: Nanos,
    /// Time at which each node learned of the revocation.
    heard: Vec<Option<Nanos>>,
    /// Number of nodes that have not learned of it.
    unaware: u32,
    is_open: bool,
    accepted: u64,
    last: Nanos,
}

/// Per node, the indices of the revocations that its denylist lacks.
pub(super) struct NodeDenylists {
    missing: Vec<Vec<u32>>,
}

impl NodeDenylists {
    pub(super) fn new(nodes: u64) -> Self {
        Self { missing: vec![Vec::new(); usize::try_from(nodes).unwrap_or(0)] }
    }
}

impl EventSimulation<'_> {
    pub(super) fn plan_revocation(&mut self) {
        if self.model.revocations > 0.0 {
            let at = self.now.saturating_add(self.intervention.gap(1e9 / self.model.revocations).max(1));
            self.event_queue.schedule(at, SimulationEvent::Revoke);
        }
    }

    /// Revokes the token of a random user. The user continues with a new token; the revocation concerns the old one.
    pub(super) fn revoke(&mut self) {
        let now = self.now;
        if now >= self.model.horizon {
            return;
        }
        self.plan_revocation();
        let id = self.intervention.below(self.model.users) as u32;
        let exp = self.user(id).map_or(0, |user| user.exp);
        if exp <= now || !matches!(self.model.credential, CredentialModel::Token { .. }) {
            return;
        }
        // Caches are modelled in trace mode only. Without expiry and denylist a token is exposed indefinitely.
        let is_propagated =
            matches!(self.model.check, CheckModel::Pushed | CheckModel::Polled { .. } | CheckModel::Store { .. });
        if matches!(self.model.check, CheckModel::Cached { .. }) || (exp == FOREVER && !is_propagated) {
            return;
        }
        let Ok(number) = u32::try_from(self.revocations.len()) else { return };
        let nodes = usize::try_from(self.nodes).unwrap_or(0);
        let unaware = u32::try_from(nodes).unwrap_or(u32::MAX);
        self.revocations.push(PendingRevocation {
            at: now,
            exp,
            heard: vec![None; nodes],
            unaware,
            is_open: true,
            accepted: 0,
            last: now,
        });
        self.open_revocations = self.open_revocations.saturating_add(1);
        if exp != FOREVER {
            self.event_queue.schedule(exp, SimulationEvent::Expire(number));
        }
        if self.model.abuse > 0.0 {
            self.plan_abuse(number);
        }
        self.publish(number, nodes);
        if matches!(self.model.check, CheckModel::Store { .. }) && exp == FOREVER {
            self.close(number);
        }
    }

    fn publish(&mut self, number: u32, nodes: usize) {
        if !matches!(self.model.check, CheckModel::Pushed | CheckModel::Polled { .. }) {
            return;
        }
        self.lists.missing.iter_mut().take(nodes).for_each(|missing| missing.push(number));
        if self.model.check != CheckModel::Pushed {
            return;
        }
        let mut reached_all = true;
        for node in 0..u32::try_from(nodes).unwrap_or(u32::MAX) {
            if self.loss.chance(self.model.bus.loss) {
                reached_all = false;
            } else {
                let at = self.now.saturating_add(self.model.bus.delay);
                self.event_queue.schedule(at, SimulationEvent::Deliver { revocation: number, node });
            }
        }
        if self.is_measured(self.now) {
            bump(&mut self.counted.revocations);
            self.counted.messages_reached_all =
                self.counted.messages_reached_all.saturating_add(u64::from(reached_all));
        }
    }

    pub(super) fn deliver(&mut self, revocation: u32, node: u32) {
        if let Some(missing) = self.lists.missing.get_mut(node as usize)
            && let Some(place) = missing.iter().position(|number| *number == revocation)
        {
            missing.remove(place);
            self.hear(revocation, node);
        }
    }

    /// A node starts to fetch the list as it is now. The fetch fails during an outage.
    pub(super) fn fetch(&mut self, node: u32) {
        let Some(period) = self.model.period() else { return };
        self.event_queue.schedule(self.now.saturating_add(period), SimulationEvent::Fetch(node));
        if self.station.is_out() {
            return;
        }
        let fetch = if let CheckModel::Polled { fetch, .. } = self.model.check { fetch } else { 0 };
        let below = u32::try_from(self.revocations.len()).unwrap_or(u32::MAX);
        self.event_queue.schedule(self.now.saturating_add(fetch), SimulationEvent::Fetched { node, below });
    }

    pub(super) fn fetched(&mut self, node: u32, below: u32) {
        let Some(missing) = self.lists.missing.get_mut(node as usize) else { return };
        // Indices grow with time, so the fetched revocations come first.
        let known = missing.partition_point(|number| *number < below);
        let heard: Vec<u32> = missing.drain(..known).collect();
        heard.into_iter().for_each(|revocation| self.hear(revocation, node));
    }

    fn hear(&mut self, number: u32, node: u32) {
        let now = self.now;
        let Some(revocation) = self.revocations.get_mut(number as usize) else { return };
        if let Some(heard) = revocation.heard.get_mut(node as usize) {
            *heard = Some(now);
            revocation.unaware = revocation.unaware.saturating_sub(1);
        }
        if revocation.unaware == 0 {
            self.close(number);
        }
    }

    /// The token has expired: no node accepts it any longer.
    pub(super) fn expire(&mut self, number: u32) {
        self.close(number);
    }

    /// Records the exposure window at each node.
    fn close(&mut self, number: u32) {
        let is_listed = matches!(self.model.check, CheckModel::Pushed | CheckModel::Polled { .. });
        let asks_the_store = matches!(self.model.check, CheckModel::Store { .. });
        let Some(revocation) = self.revocations.get_mut(number as usize) else { return };
        if !std::mem::take(&mut revocation.is_open) {
            return;
        }
        self.open_revocations = self.open_revocations.saturating_sub(1);
        let (at, exp) = (revocation.at, revocation.exp);
        let wait = |heard: &Option<Nanos>| match heard {
            _ if asks_the_store => 0,
            Some(heard) => (*heard).min(exp).saturating_sub(at),
            None => exp.saturating_sub(at),
        };
        let waits: Vec<Nanos> = if is_listed { revocation.heard.iter().map(wait).collect() } else { vec![wait(&None)] };
        let (accepted, last) = (revocation.accepted, revocation.last.saturating_sub(at));
        revocation.heard = Vec::new();
        if !self.is_measured(at) {
            return;
        }
        let sum = waits.iter().fold(0_u128, |sum, wait| sum.saturating_add(u128::from(*wait)));
        let mean = sum.checked_div(waits.len() as u128).unwrap_or(0);
        let counted = &mut self.counted;
        counted.exposure_per_node.record(u64::try_from(mean).unwrap_or(FOREVER));
        counted.exposure_all_nodes.record(waits.into_iter().max().unwrap_or(0));
        counted.exposure_last_accepted.record(last);
        counted.exposure_accepted = counted.exposure_accepted.saturating_add(accepted);
    }

    fn plan_abuse(&mut self, number: u32) {
        let at = self.now.saturating_add(self.fork.gap(1e9 / self.model.abuse).max(1));
        if self.revocations.get(number as usize).is_some_and(|revocation| revocation.is_open && at < revocation.exp) {
            self.event_queue.schedule(at, SimulationEvent::Abuse(number));
        }
    }

    /// A request with a revoked credential to a random node.
    pub(super) fn abuse(&mut self, number: u32) {
        let (now, node) = (self.now, self.balancing.below(self.nodes) as usize);
        let is_out_and_open = self.station.is_out() && self.model.store.on_outage == OutageModel::FailOpen;
        let check = self.model.check;
        let Some(revocation) = self.revocations.get_mut(number as usize) else { return };
        if !revocation.is_open {
            return;
        }
        let is_accepted = match check {
            CheckModel::Store { .. } | CheckModel::Cached { .. } => is_out_and_open,
            CheckModel::Nothing => true,
            CheckModel::Pushed | CheckModel::Polled { .. } => revocation.heard.get(node).is_some_and(Option::is_none),
        };
        if is_accepted {
            revocation.accepted = revocation.accepted.saturating_add(1);
            revocation.last = now;
        }
        if is_accepted && is_out_and_open {
            bump(&mut self.counted.outage_unauthorised);
        }
        self.plan_abuse(number);
    }
}
