//! Requests of the event simulation, from node to store and back, and renewals and sign-ins.

use super::counters::bump;
use super::model::{CheckModel, CredentialModel, OutageModel, RenewalModel, RetryModel};
use super::{EventSimulation, Job, SimulationEvent, UserId, UserState};
use crate::simulate::rng::mix;
use crate::simulate::scenario::units::{FOREVER, Nanos};

/// The outcome of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestOutcome {
    Accepted,
    Open,
    Stale,
    Refused,
}

/// Hash of a request, added when it is sent and subtracted when it is answered.
const fn request_hash(user: UserId, sent: Nanos) -> u64 {
    mix(sent ^ ((user as u64) << 40))
}

impl EventSimulation<'_> {
    pub(super) fn request(&mut self, id: UserId) {
        let (now, gap) = (self.now, self.gap);
        if now >= self.model.horizon {
            return;
        }
        let Some(user) = self.user(id) else { return };
        let next = now.saturating_add(user.activity.gap(gap).max(1));
        let (has_credential, state) = (now < user.exp, user.state);
        self.event_queue.schedule(next, SimulationEvent::Request(id));
        bump(&mut self.counted.sent);
        self.counted.unanswered = self.counted.unanswered.wrapping_add(request_hash(id, now));
        if has_credential {
            return self.check(id, now);
        }
        match state {
            // The user gets an error, because the end of the outage is unknown.
            UserState::Blocked => self.answer(id, now, 0, RequestOutcome::Refused),
            UserState::Asking => self.defer(id, now),
            UserState::Settled => {
                self.defer(id, now);
                self.seek(id);
            }
        }
    }

    fn defer(&mut self, id: UserId, sent: Nanos) {
        if let Some(user) = self.user(id) {
            user.deferred.push(sent);
        }
    }

    /// Requests a token or a session.
    pub(super) fn seek(&mut self, id: UserId) {
        let Some(user) = self.user(id) else { return };
        user.state = UserState::Asking;
        self.ask(Job::Grant { user: id, is_herd: false });
    }

    pub(super) fn due(&mut self, id: UserId) {
        if self.user(id).is_some_and(|user| user.state == UserState::Settled) {
            self.seek(id);
        }
    }

    /// Checks a request that has a credential.
    fn check(&mut self, user: UserId, sent: Nanos) {
        match self.model.check {
            CheckModel::Nothing | CheckModel::Pushed | CheckModel::Polled { .. } => {
                self.answer(user, sent, self.waited(sent), RequestOutcome::Accepted)
            }
            CheckModel::Store { operations } => {
                let node = 0;
                self.ask(Job::Check { user, node, sent, more: operations.saturating_sub(1) });
            }
            CheckModel::Cached { .. } => {
                let (now, node) = (self.now, self.balancing.below(self.nodes) as u32);
                bump(&mut self.counted.cache_lookups);
                if self.entry(user, node).is_some_and(|end| now < *end) {
                    bump(&mut self.counted.cache_hits);
                    self.answer(user, sent, self.waited(sent), RequestOutcome::Accepted);
                } else {
                    self.ask(Job::Check { user, node, sent, more: 0 });
                }
            }
        }
    }

    const fn waited(&self, sent: Nanos) -> Nanos {
        self.now.saturating_sub(sent)
    }

    fn entry(&mut self, user: UserId, node: u32) -> Option<&mut Nanos> {
        let place = u64::from(user).saturating_mul(self.most_nodes).saturating_add(u64::from(node));
        self.caches.get_mut(usize::try_from(place).unwrap_or(usize::MAX))
    }

    pub(super) fn answer(&mut self, user: UserId, sent: Nanos, added: Nanos, answer: RequestOutcome) {
        let answers = &mut self.counted.answers;
        bump(match answer {
            RequestOutcome::Accepted => &mut answers.accepted,
            RequestOutcome::Open => &mut answers.accepted_open,
            RequestOutcome::Stale => &mut answers.accepted_stale,
            RequestOutcome::Refused => &mut answers.refused,
        });
        self.counted.unanswered = self.counted.unanswered.wrapping_sub(request_hash(user, sent));
        if answer == RequestOutcome::Accepted && self.is_measured(sent) {
            self.counted.latency.record(added);
        }
    }

    /// Sends an operation to the store.
    pub(super) fn ask(&mut self, job: Job) {
        let now = self.now;
        if self.station.is_out() {
            return self.fail(job);
        }
        bump(&mut self.counted.operations_offered);
        if self.is_measured(now) {
            self.counted.operations.one(now);
        }
        if let Some(begun) = self.station.arrive(job, now) {
            self.served(begun);
        }
    }

    /// Service begins: schedules its end.
    fn served(&mut self, begun: super::super::station::ServiceStart<Job>) {
        self.event_queue.schedule(begun.ends, SimulationEvent::Departure(begun.job, begun.era));
        if self.is_measured(begun.arrived) {
            self.counted.waits.record(begun.wait());
            self.counted.sojourns.record(begun.sojourn());
            if begun.wait() > 0 {
                bump(&mut self.counted.waited);
            }
        }
    }

    pub(super) fn departure(&mut self, job: Job, era: u32) {
        if self.station.is_lost(era) {
            bump(&mut self.counted.operations_lost);
            return self.fail(job);
        }
        bump(&mut self.counted.operations_done);
        if let Some(begun) = self.station.depart(self.now) {
            self.served(begun);
        }
        let (now, rtt) = (self.now, self.model.store.rtt);
        match job {
            Job::Check { user, node, sent, more } if more > 0 => {
                let next = Job::Check { user, node, sent, more: more.saturating_sub(1) };
                self.event_queue.schedule(now.saturating_add(rtt), SimulationEvent::Ask(next));
            }
            Job::Check { user, node, sent, .. } => {
                if let CheckModel::Cached { ttl } = self.model.check
                    && let Some(entry) = self.entry(user, node)
                {
                    *entry = now.saturating_add(ttl);
                }
                self.answer(user, sent, self.waited(sent).saturating_add(rtt), RequestOutcome::Accepted);
            }
            Job::Grant { user, is_herd } => {
                if is_herd {
                    self.one_of_the_herd_is_served();
                }
                self.event_queue.schedule(now.saturating_add(rtt), SimulationEvent::Granted(user));
            }
        }
    }

    /// A store operation failed.
    pub(super) fn fail(&mut self, job: Job) {
        match job {
            Job::Check { user, node, sent, .. } => {
                let has_known = self.entry(user, node).is_some_and(|end| *end > 0);
                let answer = match self.model.store.on_outage {
                    OutageModel::FailOpen => RequestOutcome::Open,
                    OutageModel::ServeStale if has_known => RequestOutcome::Stale,
                    OutageModel::ServeStale | OutageModel::FailClosed => RequestOutcome::Refused,
                };
                self.answer(user, sent, self.waited(sent), answer);
            }
            Job::Grant { user, .. } => self.denied(user),
        }
    }

    /// A renewal or a sign-in failed.
    fn denied(&mut self, id: UserId) {
        let is_patient =
            !matches!(self.model.credential, CredentialModel::Token { retry: RetryModel::AtNextRequest, .. });
        // The failure may be noticed after the end of the outage: retry at once.
        let is_out = self.station.is_out();
        let Some(user) = self.user(id) else { return };
        user.was_blocked = true;
        user.state = if is_patient { UserState::Blocked } else { UserState::Settled };
        for sent in std::mem::take(&mut user.deferred) {
            self.answer(id, sent, 0, RequestOutcome::Refused);
        }
        match (is_patient, is_out) {
            (true, true) => self.blocked.push(id),
            (true, false) => self.seek(id),
            (false, _) => {}
        }
    }

    /// The client has received a token or a session.
    pub(super) fn granted(&mut self, id: UserId) {
        let now = self.now;
        self.count_login();
        let (exp, due) = match self.model.credential {
            CredentialModel::Token { access, renewal, .. } => {
                let due = match renewal {
                    RenewalModel::Timer { margin } => Some(now.saturating_add(access.saturating_sub(margin))),
                    RenewalModel::Lazy => None,
                };
                (now.saturating_add(access), due)
            }
            CredentialModel::Memory { .. } | CredentialModel::Stored => (FOREVER, None),
        };
        let (began, is_counted) = (self.outage_began, !self.needs_the_store_for_each_request());
        let Some(user) = self.user(id) else { return };
        let denied = if std::mem::take(&mut user.was_blocked) { now.saturating_sub(user.exp.max(began)) } else { 0 };
        (user.exp, user.state) = (exp, UserState::Settled);
        let deferred = std::mem::take(&mut user.deferred);
        if denied > 0 && is_counted {
            bump(&mut self.counted.outage_hit);
            self.counted.outage_denied = self.counted.outage_denied.saturating_add(u128::from(denied));
        }
        if let Some(due) = due {
            self.event_queue.schedule(due, SimulationEvent::Due(id));
        }
        deferred.into_iter().for_each(|sent| self.check(id, sent));
    }
}
