//! Who does what to whom: the numbers of a crowd, its credential, its nodes and its one store.

use crate::simulate::scenario::units::{DurationDistribution, FOREVER, Nanos};
use std::fmt;

/// What users show with each request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialModel {
    /// A session that one node remembers.
    Memory { route: Route, relogin: ReloginModel },
    /// A session that the store remembers.
    Stored,
    /// An access token of this lifetime, renewed at the store; [`FOREVER`] is never renewed.
    Token { access: Nanos, renewal: RenewalModel, retry: RetryModel },
}

/// How the balancer finds the node of a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Route {
    /// Where the user signed in.
    Sticky,
    /// The remainder of a hash.
    Remainder,
    /// The node whose hash with the user is greatest.
    Rendezvous,
}

/// When people who lost their session sign in again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReloginModel {
    AtOnce,
    AtNextRequest,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RenewalModel {
    /// This long before the end.
    Timer { margin: Nanos },
    /// With the first request after the end.
    Lazy,
}

/// What a client does whose renewal failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetryModel {
    AtNextRequest,
    /// All the time, so that it is there when the store is back.
    Continuous,
}

/// What a node does with a request, beside reading the credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckModel {
    Nothing,
    /// Asks the store, this many times, one after the other.
    Store {
        operations: u32,
    },
    /// Asks the store when its own entry of the user is older than this.
    Cached {
        ttl: Nanos,
    },
    /// Looks into a list of revocations of its own, told over the bus.
    Pushed,
    /// The same, fetched every period; a fetch takes a while.
    Polled {
        period: Nanos,
        fetch: Nanos,
    },
}

/// What nodes do that ask the store in vain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutageModel {
    /// Refuse.
    FailClosed,
    /// Accept.
    FailOpen,
    /// Go by the last answer that they have, however old; refuse without one.
    ServeStale,
}

#[derive(Clone, PartialEq, Debug)]
pub struct StoreModel {
    /// To the store and back.
    pub rtt: Nanos,
    pub service: DurationDistribution,
    pub servers: u64,
    pub on_outage: OutageModel,
    /// When they begin and how long they take, in order.
    pub outages: Vec<(Nanos, Nanos)>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BusModel {
    pub delay: Nanos,
    /// Share of messages that a node never gets.
    pub loss: f64,
    /// How often a node reads the whole list; [`FOREVER`] for never.
    pub reconcile: Nanos,
}

/// What happens to nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TopologyChange {
    /// It comes back at once and remembers nothing.
    Crash {
        node: u64,
    },
    /// Every node is started anew, one after the other.
    Deploy {
        step: Nanos,
    },
    Scale {
        to: u64,
    },
}

/// A crowd in front of a store.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    pub users: u64,
    /// Requests of one user a second.
    pub rate: f64,
    pub horizon: Nanos,
    /// What is sent before is not measured: users begin as they are at any time, but the store begins empty.
    pub measured_from: Nanos,
    pub nodes: u64,
    pub credential: CredentialModel,
    pub check: CheckModel,
    pub store: StoreModel,
    pub bus: BusModel,
    pub changes: Vec<(Nanos, TopologyChange)>,
    /// Revocations of all users a second.
    pub revocations: f64,
    /// Requests a second with each revoked credential.
    pub abuse: f64,
}

/// Why a model cannot be run.
#[derive(Clone, PartialEq, Debug)]
pub enum ModelError {
    /// Nothing, or more than [`MOST_USERS`].
    Users(u64),
    /// Nothing, or more entries than [`MOST_ENTRIES`] with all users.
    Nodes(u64),
    NoServers,
    /// More events than [`MOST_EVENTS`] in one replication.
    Events(f64),
    /// A renewal that is not before the end of the token.
    Margin,
    /// A period of nothing.
    Period,
    /// Outages that overlap or go back in time.
    Outages,
}

pub const MOST_USERS: u64 = 1_000_000;
pub const MOST_ENTRIES: u64 = 20_000_000;
pub const MOST_EVENTS: f64 = 1e9;

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users(users) => write!(f, "coupled mode takes 1 to {MOST_USERS} users, each simulated, not {users}"),
            Self::Nodes(nodes) => {
                write!(f, "{nodes} nodes: at least one, and at most {MOST_ENTRIES} pairs of a user and a node")
            }
            Self::NoServers => f.write_str("the store has no servers"),
            Self::Events(events) => write!(
                f,
                "about {events:.0} events in a replication are more than {MOST_EVENTS:.0}; fewer users or a shorter horizon"
            ),
            Self::Margin => f.write_str("a token must be renewed before it ends: the margin is not below the lifetime"),
            Self::Period => f.write_str("a list that is fetched every 0 s is fetched without end"),
            Self::Outages => f.write_str("outages follow each other: none begins before the last has ended"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// Refuses what would not end, or means nothing.
    ///
    /// # Errors
    /// What cannot be.
    pub fn check(&self) -> Result<(), ModelError> {
        if self.users == 0 || self.users > MOST_USERS {
            return Err(ModelError::Users(self.users));
        }
        let most_nodes = self.changes.iter().fold(self.nodes, |most, (_, change)| match change {
            TopologyChange::Scale { to } => most.max(*to),
            _ => most,
        });
        let scales_to_nothing = self.changes.iter().any(|(_, change)| *change == TopologyChange::Scale { to: 0 });
        if self.nodes == 0 || scales_to_nothing || most_nodes.saturating_mul(self.users) > MOST_ENTRIES {
            return Err(ModelError::Nodes(most_nodes));
        }
        if self.store.servers == 0 {
            return Err(ModelError::NoServers);
        }
        if let CredentialModel::Token { access, renewal: RenewalModel::Timer { margin }, .. } = self.credential
            && margin >= access
        {
            return Err(ModelError::Margin);
        }
        if self.period() == Some(0) {
            return Err(ModelError::Period);
        }
        let in_order = |pair: &[(Nanos, Nanos)]| match pair {
            [(at, length), (next, _)] => at.saturating_add(*length) < *next,
            _ => true,
        };
        if !self.store.outages.windows(2).all(in_order)
            || self.store.outages.iter().any(|(_, length)| *length == FOREVER)
        {
            return Err(ModelError::Outages);
        }
        let events = self.expected_events();
        if events.is_nan() || events > MOST_EVENTS { Err(ModelError::Events(events)) } else { Ok(()) }
    }

    /// How often nodes fetch the whole list.
    pub(super) fn period(&self) -> Option<Nanos> {
        match self.check {
            CheckModel::Polled { period, .. } => Some(period),
            CheckModel::Pushed => Some(self.bus.reconcile),
            _ => None,
        }
        .filter(|period| *period != FOREVER)
    }

    /// Two to each request, and what revocations and lists make.
    fn expected_events(&self) -> f64 {
        let span = self.horizon as f64 / 1e9;
        let lists = self.period().map_or(0.0, |period| 1e9 / period as f64) * self.nodes as f64;
        let lifetime = match self.credential {
            CredentialModel::Token { access, .. } if access != FOREVER => access as f64 / 1e9,
            _ => 0.0,
        };
        let renewals = match self.credential {
            CredentialModel::Token { access, renewal: RenewalModel::Timer { margin }, .. } if access != FOREVER => {
                self.users as f64 * 1e9 / access.saturating_sub(margin).max(1) as f64
            }
            _ => 0.0,
        };
        let revocations = self.revocations * (self.nodes as f64 + 1.0 + self.abuse * lifetime);
        span * (2.0 * self.users as f64 * self.rate + lists + revocations + 2.0 * renewals)
    }
}
