//! A crowd of users, the nodes they meet and the one store behind them, event by event. What couples users is here: the
//! line at the store, an outage and the herd after it, lists told over a bus that loses messages, nodes that forget.
//!
//! Users begin as they are found at a random time, tokens of all ages; the store begins empty, so that what is sent
//! before [`Model::measured_from`] is not measured. After the horizon nobody sends anything new, and the run goes on
//! until all that was sent is answered and every revocation has been told.

use super::event_queue::EventQueue;
use super::station::Station;
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::units::{FOREVER, Nanos};
use counters::{ReplicationCounters, bump};
use model::{CheckModel, CredentialModel, Model, ModelError, RenewalModel, TopologyChange};
use revocations::{NodeDenylists, PendingRevocation};

pub mod counters;
pub mod metrics;
pub mod model;
mod nodes;
mod outages;
mod requests;
mod revocations;

/// A user, by number.
type UserId = u32;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum UserState {
    /// Has what it needs, or had it until the token ended.
    Settled,
    /// A renewal or a sign-in is on its way.
    Asking,
    /// Waits for the store to come back.
    Blocked,
}

struct CoupledUser {
    activity: Stream,
    state: UserState,
    /// End of the token; for sessions [`FOREVER`] while there is one, else 0.
    exp: Nanos,
    /// Where the session is.
    owner: u64,
    /// Has not lost its session since the present change began.
    is_old: bool,
    /// An outage kept it waiting.
    was_blocked: bool,
    /// When requests were sent that wait for the credential.
    deferred: Vec<Nanos>,
}

/// What the store is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Job {
    /// Whether this request is good; `more` questions follow.
    Check { user: UserId, node: u32, sent: Nanos, more: u32 },
    /// For a token or a session.
    Grant { user: UserId, is_herd: bool },
}

#[derive(Clone, Copy)]
enum SimulationEvent {
    Request(UserId),
    /// A timer renews.
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
    /// A node reads the whole list, and has read it up to a revocation.
    Fetch(u32),
    Fetched {
        node: u32,
        below: u32,
    },
    Abuse(u32),
    Expire(u32),
}

/// One replication under way.
struct EventSimulation<'a> {
    model: &'a Model,
    now: Nanos,
    agenda: EventQueue<SimulationEvent>,
    station: Station<Job>,
    users: Vec<CoupledUser>,
    /// End of each entry, by user and then by node; empty without caches.
    caches: Vec<Nanos>,
    nodes: u64,
    most_nodes: u64,
    /// Mean time between two requests of a user.
    gap: f64,
    blocked: Vec<UserId>,
    outage_began: Nanos,
    /// Of the herd: still to be served, and when it set off.
    herd: (u64, Nanos),
    revocations: Vec<PendingRevocation>,
    open_revocations: u64,
    lists: NodeDenylists,
    balancing: Stream,
    probe: Stream,
    loss: Stream,
    fork: Stream,
    counted: ReplicationCounters,
}

/// One replication of a model. The same arguments give the same answer, on any machine and any thread.
///
/// # Errors
/// See [`Model::check`].
pub fn run(model: &Model, seed: u64, replication: u64) -> Result<ReplicationCounters, ModelError> {
    run_while(model, seed, replication, &|| true).map(Option::unwrap_or_default)
}

/// The same, and nothing when it is not to go on: asked now and then.
///
/// # Errors
/// See [`Model::check`].
pub fn run_while(
    model: &Model,
    seed: u64,
    replication: u64,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<ReplicationCounters>, ModelError> {
    model.check()?;
    let mut crowd = EventSimulation::new(model, seed, replication);
    crowd.begin(seed, replication);
    Ok(crowd.run(goes_on))
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
            agenda: EventQueue::default(),
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
            probe: stream(Purpose::Intervention),
            loss: stream(Purpose::Loss),
            fork: stream(Purpose::Fork),
            counted: ReplicationCounters::default(),
        }
    }

    /// Plans all that is known beforehand.
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
                self.agenda.schedule(user.activity.gap(self.gap), SimulationEvent::Request(id));
            }
            self.users.push(user);
        }
        for (number, (at, length)) in self.model.store.outages.iter().enumerate() {
            self.agenda.schedule(*at, SimulationEvent::OutageBegins(number));
            self.agenda.schedule(at.saturating_add(*length), SimulationEvent::OutageEnds);
        }
        for (number, (at, _)) in self.model.changes.iter().enumerate() {
            self.agenda.schedule(*at, SimulationEvent::Change(number));
        }
        if let Some(period) = self.model.period() {
            for node in 0..u32::try_from(self.most_nodes).unwrap_or(u32::MAX) {
                // A phase for each node: nodes are not started in the same instant.
                let phase = Stream::new(seed, replication, u64::from(node), Purpose::Nodes).within(period);
                self.agenda.schedule(phase, SimulationEvent::Fetch(node));
            }
        }
        self.plan_revocation();
    }

    /// A user as it is found at a random time.
    fn settle(&mut self, id: UserId, user: &mut CoupledUser, start: &mut Stream) {
        match self.model.credential {
            CredentialModel::Memory { route, .. } => user.owner = self.route(route, id),
            CredentialModel::Stored | CredentialModel::Token { access: FOREVER, .. } => {}
            CredentialModel::Token { access, renewal: RenewalModel::Timer { margin }, .. } => {
                let due = start.within(access.saturating_sub(margin));
                user.exp = due.saturating_add(margin);
                self.agenda.schedule(due, SimulationEvent::Due(id));
            }
            CredentialModel::Token { access, renewal: RenewalModel::Lazy, .. } => {
                let life = access as f64 / self.gap;
                user.exp = if start.chance(life / (1.0 + life)) { start.within(access) } else { 0 };
            }
        }
    }

    fn run(mut self, goes_on: &dyn Fn() -> bool) -> Option<ReplicationCounters> {
        // Often enough for who waits, and seldom enough not to be felt.
        const ASKED: u32 = 1 << 14;
        let mut since = 0_u32;
        // By then every token has ended and every list has been read, twice: whatever is left was lost.
        let lifetime = match self.model.credential {
            CredentialModel::Token { access, .. } if access != FOREVER => access,
            _ => 0,
        };
        let rest = lifetime.saturating_add(self.model.period().unwrap_or(0)).saturating_mul(2);
        let outages = self.model.store.outages.iter().fold(0, |sum: Nanos, (_, length)| sum.saturating_add(*length));
        let end = self.model.horizon.saturating_add(rest).saturating_add(outages).saturating_add(3_600_000_000_000);
        while let Some((now, event)) = self.agenda.pop() {
            if now > end || (now >= self.model.horizon && self.is_done()) {
                break;
            }
            self.now = now;
            self.handle(event);
            since = since.wrapping_add(1);
            if since & (ASKED - 1) == 0 && !goes_on() {
                return None;
            }
        }
        self.counted.events = self.agenda.handled();
        self.counted.operations_left = self.station.jobs();
        Some(self.counted)
    }

    /// Whether all that was sent is answered, and all that was revoked is told.
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
