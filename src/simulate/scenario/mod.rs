//! The scenario: the TOML configuration of a simulation and its strategies. [`Scenario::parse`] validates it; the
//! simulator relies on that and handles no impossible values.

use serde::Deserialize;
use std::fmt;
use units::{Nanos, Rate, SECOND, ScenarioSpan};

/// Maximum size of a scenario in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

pub mod edit;
mod store;
mod strategy;
mod theft;
pub mod units;

pub use store::{Outage, StoreConfig};
pub use strategy::{
    Cache, CacheKind, CheckAt, EntryTtl, Grace, ListMode, OnReuse, Refetch, ReplayCache, Strategy, Touch,
};
pub use theft::{Attacker, AttackerBehaviour, EventTiming, FirstUse, StolenCredential, Theft};

/// A scenario.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// `[run]`: users, horizon, replications and seed.
    pub run: Run,
    /// `[traffic]`: rate and arrival process of requests.
    pub traffic: Traffic,
    /// `[client]`: refreshes, tabs and retries.
    pub client: Client,
    /// `[topology]`: nodes, services and regions.
    pub topology: Topology,
    /// `[store]`: latency, capacity and outages of the shared store.
    pub store: StoreConfig,
    /// `[bus]`: delay and loss of pushed denylist messages.
    pub bus: Bus,
    /// `[clock]`: clock skew, leeway and precision of dates.
    pub clock: Clock,
    /// `[revoke]`: time and rate of revocations.
    pub revoke: Revoke,
    /// `[role_change]`: time of role changes.
    pub role_change: RoleChange,
    /// `[theft]`: the stolen credential and its use by the attacker.
    pub theft: Theft,
    /// `[[strategy]]`: the strategies to compare, at least one.
    pub strategy: Vec<Strategy>,
    /// `[slo]`: service level objectives; an absent key sets none.
    pub slo: Slo,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Default)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$more])* $variant),* }
    )*};
}
pub(crate) use words;

words! {
    /// The simulation mode.
    SimulationMode {
        /** Trace mode, except for `store_queue`, which has only coupled mode. */ #[default] Auto,
        /** Users are independent. */ Trace,
        /** One event queue for all users. */ Coupled
    }
    /// The arrival process of requests.
    Arrivals {
        /** A Poisson process with the rate of the user. */ #[default] Poisson,
        /** Poisson while the user is present. */ OnOff,
        /** At every instant: for outages. */ AlwaysWanting
    }
    /// When a client gets a new access token.
    RefreshTrigger { /** Before expiry. */ #[default] Timer, /** On the first request after expiry. */ Lazy }
    /// How a client retries a failed refresh.
    Retry {
        /** At the next request of the user. */ #[default] None,
        /** With the used token. */ OldToken,
        /** Until it succeeds. */ Continuous
    }
    /// When a user who was logged out signs in again.
    Relogin {
        /** At the time of the logout; `instant` in the scenario. */ #[serde(rename = "instant")] #[default] AtOnce,
        /** At the next request of the user. */ AtNextRequest
    }
    /// The routing of the load balancer.
    Balancing {
        /** To a random node, drawn for each request. */ #[default] Random,
        /** To the nodes in turn, beginning at a random one. */ RoundRobin,
        /** To the node of the sign-in, which a cookie names. */ StickyCookie,
        /** By the hash of the session modulo the number of nodes. */ HashMod,
        /** By rendezvous hashing: to the node with the highest hash. */ Rendezvous
    }
    /// How a request calls several services.
    Fanout {
        /** One after another: latencies add up. */ #[default] Serial,
        /** All at the same time: the slowest one determines the latency. */ Parallel
    }
    /// The store instance that reads go to.
    ReadFrom {
        /** The primary, whose data are current. */ #[default] Primary,
        /** A replica, whose data may be older by `store.replica_lag`. */ Replica
    }
    /// How verifiers handle requests while the store is unavailable.
    FailMode { /** Fail closed. */ #[default] Closed, /** Fail open. */ Open, /** Serve stale. */ Stale }
    /// The precision of dates in tokens (RFC 7519 §2, NumericDate).
    DatePrecision { /** Not rounded. */ #[default] Exact, /** Whole seconds, rounded down. */ Seconds }
    /// Whether the revoked credential is still used.
    RequestsAfter { /** It is not used. */ None, /** Requests continue at the same rate. */ #[default] SameRate }
}

/// `[run]`: size, length and seed of the simulation.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Name of the scenario.
    pub name: String,
    /// Number of users.
    pub users: u64,
    /// Number of simulated users; totals are scaled to `users`.
    pub sample: Option<u64>,
    /// Simulated time.
    pub horizon: ScenarioSpan,
    /// Random seed.
    pub seed: u64,
    /// Number of independent replications.
    pub replications: u64,
    /// Simulation mode.
    pub engine: SimulationMode,
}

impl Run {
    /// Default number of simulated users.
    const SAMPLE: u64 = 5_000;

    /// Number of simulated users, over all replications.
    pub fn sampled(&self) -> u64 {
        self.sample.unwrap_or(Self::SAMPLE).min(self.users)
    }
}

impl Default for Run {
    fn default() -> Self {
        Self {
            name: String::new(),
            users: 100_000,
            sample: None,
            horizon: ScenarioSpan(86_400 * SECOND),
            seed: 1,
            replications: 20,
            engine: SimulationMode::Auto,
        }
    }
}

/// `[traffic]`: requests of a user.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traffic {
    /// Requests of one user.
    pub rate: Rate,
    /// Requests of one tab; replaces `rate`.
    pub rate_per_tab: Option<Rate>,
    /// Arrival process of the requests.
    pub arrivals: Arrivals,
    /// Mean lengths of presence and absence.
    pub on: ScenarioSpan,
    /// Mean length of absence; like `on`, only for arrivals `on_off`.
    pub off: ScenarioSpan,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            rate: Rate(1.0 / 60.0),
            rate_per_tab: None,
            arrivals: Arrivals::Poisson,
            on: ScenarioSpan(600 * SECOND),
            off: ScenarioSpan(3_000 * SECOND),
        }
    }
}

/// `[client]`: how clients renew their tokens.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Client {
    /// Refresh before expiry by a timer, or on the first request after it.
    pub refresh: RefreshTrigger,
    /// Time before expiry at which a timer refreshes.
    pub margin: ScenarioSpan,
    /// Refresh cycles are multiplied by a factor uniform over 1 ± jitter.
    pub jitter: f64,
    /// Number of browser tabs per user.
    pub tabs: u64,
    /// Tabs refresh within this time of each other.
    pub tab_spread: ScenarioSpan,
    /// Round-trip time of a refresh.
    pub rtt: ScenarioSpan,
    /// Fraction of refreshes whose response is lost.
    pub lost_response: f64,
    /// How a failed refresh is retried, in coupled mode.
    pub retry: Retry,
    /// When a user who lost an in-memory session signs in again, in coupled mode.
    pub relogin: Relogin,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            refresh: RefreshTrigger::Timer,
            margin: ScenarioSpan(60 * SECOND),
            jitter: 0.0,
            tabs: 1,
            tab_spread: ScenarioSpan(2 * SECOND),
            rtt: ScenarioSpan(SECOND / 20),
            lost_response: 0.0,
            retry: Retry::None,
            relogin: Relogin::AtOnce,
        }
    }
}

/// `[topology]`: nodes, services, regions and their changes.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Topology {
    /// Number of nodes that check requests, from 1.
    pub nodes: u64,
    /// Routing of requests to nodes.
    pub lb: Balancing,
    /// Number of services that one request calls, from 1.
    pub services: u64,
    /// Whether the services are called in series or in parallel.
    pub fanout: Fanout,
    /// Number of regions, from 1; users are spread evenly over them.
    pub regions: u64,
    /// Round-trip time from other regions to the store, in addition to `store.rtt`.
    pub region_rtt: ScenarioSpan,
    /// Mean time between crashes of one node; absent: no crashes.
    pub node_mtbf: Option<ScenarioSpan>,
    /// Crashes of single nodes.
    pub crash: Vec<Crash>,
    /// Deployments that restart all nodes.
    pub rolling_deploy: Vec<RollingDeploy>,
    /// Changes of the number of nodes.
    pub scale: Vec<Scale>,
}

impl Default for Topology {
    fn default() -> Self {
        Self {
            nodes: 8,
            lb: Balancing::Random,
            services: 1,
            fanout: Fanout::Serial,
            regions: 1,
            region_rtt: ScenarioSpan(80_000_000),
            node_mtbf: None,
            crash: Vec::new(),
            rolling_deploy: Vec::new(),
            scale: Vec::new(),
        }
    }
}

/// `[[topology.crash]]`: a node loses its memory and restarts at once.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crash {
    /// Number of the node, from 0.
    pub node: u64,
    /// Time from the start of the run.
    pub at: ScenarioSpan,
}

/// `[[topology.rolling_deploy]]`: all nodes restart, one after another.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollingDeploy {
    /// Time of the first restart, from the start of the run.
    pub at: ScenarioSpan,
    /// Time between two nodes.
    pub step: ScenarioSpan,
}

/// `[[topology.scale]]`: the number of nodes changes.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Time from the start of the run.
    pub at: ScenarioSpan,
    /// New number of nodes.
    pub to: u64,
}

/// `[bus]`: the message bus of pushed denylists.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bus {
    /// Delivery time of a message.
    pub delay: ScenarioSpan,
    /// Probability that a message to a node is lost.
    pub loss: f64,
    /// Period at which a node reads the whole list.
    pub reconcile: ScenarioSpan,
}

impl Default for Bus {
    fn default() -> Self {
        Self { delay: ScenarioSpan(SECOND / 5), loss: 0.01, reconcile: ScenarioSpan(30 * SECOND) }
    }
}

/// `[clock]`: clock skew, leeway and dates.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// Standard deviation of the clock offsets of issuer and verifier.
    pub sigma: ScenarioSpan,
    /// Offset of the verifier's clock; negative (`-30s`) if it is slow.
    pub verifier_offset: Offset,
    /// Tolerance that verifiers grant for `exp` and `nbf` (RFC 7519 §4.1.4), at most a day.
    pub leeway: ScenarioSpan,
    /// Time for a token to reach the first verifier.
    pub transit: ScenarioSpan,
    /// Precision of the dates in tokens and DPoP proofs.
    pub numeric_date: DatePrecision,
}

/// A duration with a sign, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offset(pub i64);

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let text = String::deserialize(deserializer)?;
        let (sign, rest) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let nanos = units::parse_duration(rest).map_err(D::Error::custom)?;
        let nanos = i64::try_from(nanos).map_err(|_| D::Error::custom("a clock offset must be finite"))?;
        Ok(Self(nanos.saturating_mul(sign)))
    }
}

/// `[revoke]`: the revocation of each user's credential.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Revoke {
    /// Time of the revocation within the run.
    pub when: EventTiming,
    /// Whether requests with the revoked credential are simulated.
    pub requests_after: RequestsAfter,
    /// Revocations of all users. Scales counts only: in trace mode every user has one revocation.
    pub rate: Rate,
}

/// `[role_change]`: the role change of each user.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RoleChange {
    /// Time of the role change within the run.
    pub when: EventTiming,
    /// Without effect: every user has one role change.
    pub rate: Rate,
}

/// `[slo]`: service level objectives.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Slo {
    /// Maximum of the 99th percentile of the time from a revocation until all nodes reject.
    pub exposure_all_nodes_p99: Option<ScenarioSpan>,
    /// Maximum of the 99th percentile of the latency that the check adds to a request.
    pub added_latency_p99: Option<ScenarioSpan>,
    /// Maximum of the forced logouts per user and day, over all causes.
    pub forced_logout_per_user_per_day: Option<f64>,
    /// Maximum share of users who are denied in an outage, from 0 to 1.
    pub outage_users_hit: Option<f64>,
    /// Maximum bytes of the credential in each request.
    pub header_bytes: Option<u64>,
    /// Maximum number of store operations for each request.
    pub store_ops_per_request: Option<f64>,
    /// Strategies to which the objectives apply; absent: all.
    #[serde(rename = "for")]
    pub only: Option<Vec<String>>,
}

/// An error in a scenario, with its position. Line and column are 1-based.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioError {
    /// Line of the error; 1 where it is unknown, as for a default value.
    pub line: u64,
    /// Column in characters; 1 if only the line is known.
    pub column: u64,
    /// The key with its table (`topology.nodes`), if the error concerns one key.
    pub key: Option<String>,
    /// The cause, without position and key.
    pub problem: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Maximum staleness of a read, in nanoseconds.
    pub fn replica_lag(&self) -> Nanos {
        match self.store.read_from {
            ReadFrom::Primary => 0,
            ReadFrom::Replica => self.store.replica_lag.0,
        }
    }

    /// Requests per second of one user while present.
    pub fn rate_when_present(&self) -> f64 {
        let tabs = self.client.tabs as f64;
        self.traffic.rate_per_tab.map_or(self.traffic.rate.0, |rate| rate.0 * tabs)
    }

    /// Requests per second of one user, averaged over presence and absence.
    pub fn rate(&self) -> f64 {
        let (on, off) = (units::seconds(self.traffic.on.0), units::seconds(self.traffic.off.0));
        let present = if self.traffic.arrivals == Arrivals::OnOff { on / (on + off) } else { 1.0 };
        self.rate_when_present() * present
    }
}
