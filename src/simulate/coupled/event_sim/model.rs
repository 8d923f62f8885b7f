//! Parameters of the event simulation: users, credential, nodes, store, bus and topology changes.

use crate::simulate::scenario::units::{DurationDistribution, FOREVER, Nanos};
use std::fmt;

/// The credential of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CredentialModel {
    /// An in-memory session of one node.
    Memory { route: Route, relogin: ReloginModel },
    /// A session in the store.
    Stored,
    /// An access token of this lifetime, renewed at the store; with [`FOREVER`] it is never renewed.
    Token { access: Nanos, renewal: RenewalModel, retry: RetryModel },
}

/// How the load balancer routes a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    /// To the node of the sign-in.
    Sticky,
    /// By hash modulo the number of nodes.
    Remainder,
    /// By rendezvous hashing: to the node with the highest hash.
    Rendezvous,
}

/// When users who lost their session sign in again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReloginModel {
    AtOnce,
    AtNextRequest,
}

/// When a token is renewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RenewalModel {
    /// `margin` before expiry.
    Timer { margin: Nanos },
    /// On the first request after expiry.
    Lazy,
}

/// How a client retries a failed renewal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RetryModel {
    AtNextRequest,
    /// Continuously: it succeeds as soon as the store is available.
    Continuous,
}

/// How a node checks a request, in addition to the signature and expiry of the credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CheckModel {
    Nothing,
    /// Queries the store, with this many sequential operations.
    Store {
        operations: u32,
    },
    /// Queries the store if its cache entry of the user is older than `ttl`.
    Cached {
        ttl: Nanos,
    },
    /// Checks a local denylist that is updated over the bus.
    Pushed,
    /// Checks a local denylist that is fetched every `period`; a fetch takes `fetch`.
    Polled {
        period: Nanos,
        fetch: Nanos,
    },
}

/// How nodes handle requests while the store is unavailable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OutageModel {
    /// Requests are rejected during the outage.
    FailClosed,
    /// Requests are accepted without a check during the outage.
    FailOpen,
    /// Use the last cached response, however old; reject without one (RFC 5861).
    ServeStale,
}

/// The store.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StoreModel {
    /// Round-trip time, in nanoseconds.
    pub rtt: Nanos,
    pub service: DurationDistribution,
    pub servers: u64,
    pub on_outage: OutageModel,
    /// Start and length of each outage in nanoseconds, in order.
    pub outages: Vec<(Nanos, Nanos)>,
}

/// The message bus.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct BusModel {
    /// Delivery time, in nanoseconds.
    pub delay: Nanos,
    /// Probability that a message to a node is lost.
    pub loss: f64,
    /// Period in nanoseconds at which a node reads the whole list; [`FOREVER`] for never.
    pub reconcile: Nanos,
}

/// A change of the nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TopologyChange {
    /// The node restarts at once with empty memory.
    Crash {
        node: u64,
    },
    /// All nodes restart, one every `step`.
    Deploy {
        step: Nanos,
    },
    Scale {
        to: u64,
    },
}

/// The parameters of an event simulation.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Model {
    pub users: u64,
    /// Requests per second of one user.
    pub rate: f64,
    /// Length of the run, in nanoseconds.
    pub horizon: Nanos,
    /// End of the warm-up, in nanoseconds: users start in their stationary state, but the store starts empty.
    pub measured_from: Nanos,
    pub nodes: u64,
    pub credential: CredentialModel,
    pub check: CheckModel,
    pub store: StoreModel,
    pub bus: BusModel,
    pub changes: Vec<(Nanos, TopologyChange)>,
    /// Revocations per second, over all users.
    pub revocations: f64,
    /// Requests per second with each revoked credential.
    pub abuse: f64,
}

/// Why a model is invalid.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum ModelError {
    /// None, or more than [`MOST_USERS`].
    Users(u64),
    /// None, or more than [`MOST_ENTRIES`] pairs of a user and a node.
    Nodes(u64),
    NoServers,
    /// More events than [`MOST_EVENTS`] in one replication.
    Events(f64),
    /// A renewal margin that is not below the lifetime.
    Margin,
    /// A polling period of 0.
    Period,
    /// Outages that overlap or are out of order.
    Outages,
}

/// Maximum number of users.
pub(crate) const MOST_USERS: u64 = 1_000_000;
/// Maximum number of cache entries.
pub(crate) const MOST_ENTRIES: u64 = 20_000_000;
/// Maximum number of events per replication.
pub(crate) const MOST_EVENTS: f64 = 1e9;

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users(users) => {
                write!(f, "coupled mode simulates every user: {users} users are not between 1 and {MOST_USERS}")
            }
            Self::Nodes(nodes) => {
                write!(f, "{nodes} nodes are out of range: at least 1, at most {MOST_ENTRIES} pairs of user and node")
            }
            Self::NoServers => f.write_str("the store has no servers"),
            Self::Events(events) => write!(
                f,
                "about {events:.0} events per replication exceed the limit of {MOST_EVENTS:.0}; reduce users or horizon"
            ),
            Self::Margin => {
                f.write_str("a token must be renewed before it expires: the margin is not below the lifetime")
            }
            Self::Period => f.write_str("the period of list fetches must be above 0 s"),
            Self::Outages => f.write_str("outages overlap: each must begin after the previous one has ended"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// Validates the model.
    ///
    /// # Errors
    /// Returns the first problem found.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        if self.users == 0 || self.users > MOST_USERS {
            return Err(ModelError::Users(self.users));
        }
        let most_nodes = self.changes.iter().fold(self.nodes, |most, (_, change)| match change {
            TopologyChange::Scale { to } => most.max(*to),
            _ => most,
        });
        let scales_to_zero = self.changes.iter().any(|(_, change)| *change == TopologyChange::Scale { to: 0 });
        if self.nodes == 0 || scales_to_zero || most_nodes.saturating_mul(self.users) > MOST_ENTRIES {
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

    /// Period at which nodes fetch the whole list, in nanoseconds.
    pub(super) fn period(&self) -> Option<Nanos> {
        match self.check {
            CheckModel::Polled { period, .. } => Some(period),
            CheckModel::Pushed => Some(self.bus.reconcile),
            _ => None,
        }
        .filter(|period| *period != FOREVER)
    }

    /// Expected number of events: two per request, plus those of renewals, revocations and list fetches.
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
