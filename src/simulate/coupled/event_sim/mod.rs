//! Discrete-event simulation of users, nodes and one shared store, for effects between users: queueing at the store, an
//! outage and the thundering herd after it, denylists over a lossy bus, nodes that lose their memory.
//!
//! Users start in their stationary state, with tokens of all ages; the store starts empty, so requests sent before
//! [`Model::measured_from`] are not measured. After the horizon no new requests are sent, and the run continues until
//! all requests are answered and all revocations are closed.

use super::event_queue::EventQueue;
use super::station::Station;
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::units::{FOREVER, Nanos};
use counters::{ReplicationCounters, bump};
use model::{CheckModel, CredentialModel, Model, ModelError, RenewalModel, TopologyChange};
use revocations::{NodeDenylists, PendingRevocation};

pub(crate) mod counters;
pub(crate) mod metrics;
pub(crate) mod model;
mod nodes;
mod outages;
mod requests;
mod revocations;

/// Index of a user.
type UserId = u32;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum UserState {
    /// Has a credential, or had one until it expired.
    Settled,
    /// A renewal or sign-in is in progress.
    Asking,
    /// Waits for the end of an outage.
    Blocked,
}

struct CoupledUser {
    activity: Stream,
    state: UserState,
    /// Expiry of the token; for sessions [`FOREVER`] while there is one, otherwise 0.
    exp: Nanos,
    /// The node of the session.
    owner: u64,
    /// Has not lost its session since the current topology change began.
    is_old: bool,
    /// A renewal failed in an outage.
    was_blocked: bool,
    /// Send times of the requests that wait for the credential.
    deferred: Vec<Nanos>,
}

/// A store operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Job {
    /// Checks a request; `more` operations follow.
    Check { user: UserId, node: u32, sent: Nanos, more: u32 },
    /// Issues a token or a session.
    Grant { user: UserId, is_herd: bool },
}

#[derive(Clone, Copy)]
enum SimulationEvent {
    Request(UserId),
    /// A renewal by timer.
    Due(UserId),
    Ask(Job),
    Departure(Job, u32),
    Granted(UserId),
    OutageBegins(usize),
    OutageEnds,
    Change(usize),
    /// The next node of a deployment.
    Restart {
        node: u64,
        step: Nanos,
    },
    Revoke,
    /// A message arrives at a node.
    Deliver {
        revocation: u32,
        node: u32,
    },
    /// A node starts to fetch the whole list, and has fetched the revocations below an index.
    Fetch(u32),
    Fetched {
        node: u32,
        below: u32,
    },
    Abuse(u32),
    Expire(u32),
}

/// One replication in progress.
struct EventSimulation<'a> {
    model: &'a Model,
    now: Nanos,
    event_queue: EventQueue<SimulationEvent>,
    station: Station<Job>,
    users: Vec<CoupledUser>,
    /// Expiry of each cache entry, by user, then node; empty without caches.
    caches: Vec<Nanos>,
    nodes: u64,
    most_nodes: u64,
    /// Mean time between two requests of a user, in nanoseconds.
    gap: f64,
    blocked: Vec<UserId>,
    outage_began: Nanos,
    /// The herd after an outage: clients still to be served, and its start.
    herd: (u64, Nanos),
    revocations: Vec<PendingRevocation>,
    open_revocations: u64,
    lists: NodeDenylists,
    balancing: Stream,
    intervention: Stream,
    loss: Stream,
    fork: Stream,
    counted: ReplicationCounters,
}

/// Runs one replication; `None` if interrupted. `keep_running` is polled periodically. The result is a function of the
/// other arguments, on any platform and thread.
///
/// # Errors
/// See [`Model::check`].
pub(crate) fn run_while(
    model: &Model,
    seed: u64,
    replication: u64,
    keep_running: &dyn Fn() -> bool,
) -> Result<Option<ReplicationCounters>, ModelError> {
    model.check()?;
    let mut simulation = EventSimulation::new(model, seed, replication);
    simulation.begin(seed, replication);
    Ok(simulation.run(keep_running))
}

impl<'a> EventSimulation<'a> {
    fn new(model: &'a Model, seed: u64, replication: u64) -> Self {
        let stream = |purpose| Stream::new(seed, replication, 0, purpose);
        let most_nodes = model.changes.iter().fold(model.nodes, |most, (_, change)| match change {
            TopologyChange::Scale { to } => most.max(*to),
            _ => most,
        });
        let entries = match model.check {
            CheckModel::Cached { .. } => model.users.saturating_mul(most_nodes),
            _ => 0,
        };
        Self {
            model,
            now: 0,
            event_queue: EventQueue::default(),
            station: Station::new(model.store.servers, model.store.service, stream(Purpose::Store)),
            users: Vec::new(),
            caches: vec![0; usize::try_from(entries).unwrap_or(0)],
            nodes: model.nodes,
            most_nodes,
            gap: if model.rate > 0.0 { 1e9 / model.rate } else { f64::INFINITY },
            blocked: Vec::new(),
            outage_began: 0,
            herd: (0, 0),
            revocations: Vec::new(),
            open_revocations: 0,
            lists: NodeDenylists::new(most_nodes),
            balancing: stream(Purpose::Balancing),
            intervention: stream(Purpose::Intervention),
            loss: stream(Purpose::Loss),
            fork: stream(Purpose::Fork),
            counted: ReplicationCounters::default(),
        }
    }

    /// Creates the users and schedules the initial events.
    fn begin(&mut self, seed: u64, replication: u64) {
        for id in 0..u32::try_from(self.model.users).unwrap_or(UserId::MAX) {
            let stream = |purpose| Stream::new(seed, replication, u64::from(id), purpose);
            let mut user = CoupledUser {
                activity: stream(Purpose::Activity),
                state: UserState::Settled,
                exp: FOREVER,
                owner: 0,
                is_old: false,
                was_blocked: false,
                deferred: Vec::new(),
            };
            self.settle(id, &mut user, &mut stream(Purpose::Start));
            if self.model.rate > 0.0 {
                self.event_queue.schedule(user.activity.gap(self.gap), SimulationEvent::Request(id));
            }
            self.users.push(user);
        }
        for (number, (at, length)) in self.model.store.outages.iter().enumerate() {
            self.event_queue.schedule(*at, SimulationEvent::OutageBegins(number));
            self.event_queue.schedule(at.saturating_add(*length), SimulationEvent::OutageEnds);
        }
        for (number, (at, _)) in self.model.changes.iter().enumerate() {
            self.event_queue.schedule(*at, SimulationEvent::Change(number));
        }
        if let Some(period) = self.model.period() {
            for node in 0..u32::try_from(self.most_nodes).unwrap_or(u32::MAX) {
                // Nodes have independent phases, because they are not started simultaneously.
                let phase = Stream::new(seed, replication, u64::from(node), Purpose::Nodes).within(period);
                self.event_queue.schedule(phase, SimulationEvent::Fetch(node));
            }
        }
        self.plan_revocation();
    }

    /// Sets the stationary state of a user.
    fn settle(&mut self, id: UserId, user: &mut CoupledUser, start: &mut Stream) {
        match self.model.credential {
            CredentialModel::Memory { route, .. } => user.owner = self.route(route, id),
            CredentialModel::Stored | CredentialModel::Token { access: FOREVER, .. } => {}
            CredentialModel::Token { access, renewal: RenewalModel::Timer { margin }, .. } => {
                let due = start.within(access.saturating_sub(margin));
                user.exp = due.saturating_add(margin);
                self.event_queue.schedule(due, SimulationEvent::Due(id));
            }
            CredentialModel::Token { access, renewal: RenewalModel::Lazy, .. } => {
                let life = access as f64 / self.gap;
                user.exp = if start.chance(life / (1.0 + life)) { start.within(access) } else { 0 };
            }
        }
    }

    fn run(mut self, keep_running: &dyn Fn() -> bool) -> Option<ReplicationCounters> {
        // Frequent enough for a prompt interruption, rare enough to cost nothing.
        const POLL_INTERVAL: u32 = 1 << 14;
        let mut since = 0_u32;
        // An upper bound of the drain phase: twice the token lifetime and list period, the outages and an hour.
        let lifetime = match self.model.credential {
            CredentialModel::Token { access, .. } if access != FOREVER => access,
            _ => 0,
        };
        let rest = lifetime.saturating_add(self.model.period().unwrap_or(0)).saturating_mul(2);
        let outages = self.model.store.outages.iter().fold(0, |sum: Nanos, (_, length)| sum.saturating_add(*length));
        let end = self.model.horizon.saturating_add(rest).saturating_add(outages).saturating_add(3_600_000_000_000);
        while let Some((now, event)) = self.event_queue.pop() {
            if now > end || (now >= self.model.horizon && self.is_done()) {
                break;
            }
            self.now = now;
            self.handle(event);
            since = since.wrapping_add(1);
            if since & (POLL_INTERVAL - 1) == 0 && !keep_running() {
                return None;
            }
        }
        self.counted.events = self.event_queue.handled();
        self.counted.operations_left = self.station.jobs();
        Some(self.counted)
    }

    /// Whether all requests are answered and all revocations are closed.
    fn is_done(&self) -> bool {
        self.counted.sent <= self.counted.answers.all() && self.open_revocations == 0 && self.station.jobs() == 0
    }

    #[inline]
    fn handle(&mut self, event: SimulationEvent) {
        match event {
            SimulationEvent::Request(user) => self.request(user),
            SimulationEvent::Due(user) => self.due(user),
            SimulationEvent::Ask(job) => self.ask(job),
            SimulationEvent::Departure(job, era) => self.departure(job, era),
            SimulationEvent::Granted(user) => self.granted(user),
            SimulationEvent::OutageBegins(number) => self.outage_begins(number),
            SimulationEvent::OutageEnds => self.outage_ends(),
            SimulationEvent::Change(number) => self.change(number),
            SimulationEvent::Restart { node, step } => self.restart(node, step),
            SimulationEvent::Revoke => self.revoke(),
            SimulationEvent::Deliver { revocation, node } => self.deliver(revocation, node),
            SimulationEvent::Fetch(node) => self.fetch(node),
            SimulationEvent::Fetched { node, below } => self.fetched(node, below),
            SimulationEvent::Abuse(revocation) => self.abuse(revocation),
            SimulationEvent::Expire(revocation) => self.expire(revocation),
        }
    }

    const fn is_measured(&self, at: Nanos) -> bool {
        at >= self.model.measured_from && at < self.model.horizon
    }

    fn user(&mut self, id: UserId) -> Option<&mut CoupledUser> {
        self.users.get_mut(id as usize)
    }

    fn count_login(&mut self) {
        if matches!(self.model.credential, CredentialModel::Token { .. }) {
            bump(&mut self.counted.refreshes);
        } else {
            bump(&mut self.counted.logins);
        }
    }
}

#[cfg(test)]
mod tests;
