//! Outages of the store in the event simulation, and the thundering herd of waiting clients at their end.

use super::counters::bump;
use super::model::{CheckModel, OutageModel};
use super::{EventSimulation, Job, UserState};

impl EventSimulation<'_> {
    pub(super) fn outage_begins(&mut self, number: usize) {
        bump(&mut self.counted.outages);
        self.outage_began = self.now;
        for job in self.station.go_out() {
            bump(&mut self.counted.operations_lost);
            self.fail(job);
        }
        if self.needs_the_store_for_each_request()
            && let Some((_, length)) = self.model.store.outages.get(number)
        {
            // Every user is denied for the whole outage.
            let users = self.model.users;
            self.counted.outage_hit = self.counted.outage_hit.saturating_add(users);
            let denied = u128::from(users).saturating_mul(u128::from(*length));
            self.counted.outage_denied = self.counted.outage_denied.saturating_add(denied);
        }
    }

    /// Whether an outage denies all requests of all users.
    pub(super) const fn needs_the_store_for_each_request(&self) -> bool {
        matches!(self.model.check, CheckModel::Store { .. })
            && !matches!(self.model.store.on_outage, OutageModel::FailOpen)
    }

    pub(super) fn outage_ends(&mut self) {
        self.station.come_back();
        let blocked = std::mem::take(&mut self.blocked);
        let count = blocked.len() as u64;
        self.counted.backlog = self.counted.backlog.saturating_add(count);
        self.herd = (count, self.now);
        for id in blocked {
            if let Some(user) = self.user(id) {
                user.state = UserState::Asking;
            }
            self.ask(Job::Grant { user: id, is_herd: true });
        }
    }

    pub(super) fn one_of_the_herd_is_served(&mut self) {
        let (left, since) = self.herd;
        self.herd.0 = left.saturating_sub(1);
        if left == 1 {
            self.counted.herd.record(self.now.saturating_sub(since));
        }
    }
}
