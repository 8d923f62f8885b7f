//! What is simulated: a TOML text, read into a world and its strategies. Nothing impossible gets past [`Scenario::parse`].

use serde::Deserialize;
use std::fmt;
use units::{Nanos, Rate, SECOND, ScenarioSpan};

/// The most that is read of a scenario.
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

/// A whole scenario.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    pub run: Run,
    pub traffic: Traffic,
    pub client: Client,
    pub topology: Topology,
    pub store: StoreConfig,
    pub bus: Bus,
    pub clock: Clock,
    pub revoke: Revoke,
    pub role_change: RoleChange,
    pub theft: Theft,
    pub strategy: Vec<Strategy>,
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
    /// How the model is run.
    SimulationMode { #[default] Auto, /** Each user alone. */ Trace, /** Events of all users in one queue. */ Coupled }
    Arrivals {
        #[default] Poisson,
        /** Poisson while the user is there. */ OnOff,
        /** At every instant: for outages. */ AlwaysWanting
    }
    /// When a client gets a new access token.
    RefreshTrigger { /** Ahead of the end. */ #[default] Timer, /** On the first request after the end. */ Lazy }
    Retry { #[default] None, /** Presents the token that was spent. */ OldToken, /** Until it works. */ Continuous }
    Relogin { #[serde(rename = "instant")] #[default] AtOnce, AtNextRequest }
    Balancing { #[default] Random, RoundRobin, StickyCookie, HashMod, Rendezvous }
    Fanout { #[default] Serial, Parallel }
    ReadFrom { #[default] Primary, Replica }
    /// What verifiers do while the store is out.
    FailMode { /** Refuse. */ #[default] Closed, /** Accept. */ Open, /** Go on with what they know. */ Stale }
    /// How dates are written in tokens.
    DatePrecision { #[default] Exact, /** Whole seconds, rounded down. */ Seconds }
    RequestsAfter { None, #[default] SameRate }
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    pub name: String,
    pub users: u64,
    /// Users that are simulated; totals are scaled to `users`.
    pub sample: Option<u64>,
    pub horizon: ScenarioSpan,
    pub seed: u64,
    pub replications: u64,
    pub engine: SimulationMode,
}

impl Run {
    /// Users that are simulated when no number is given.
    const SAMPLE: u64 = 5_000;

    /// Users that are simulated.
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

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traffic {
    /// Requests of a user.
    pub rate: Rate,
    pub rate_per_tab: Option<Rate>,
    pub arrivals: Arrivals,
    /// Mean lengths of presence and absence.
    pub on: ScenarioSpan,
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

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Client {
    pub refresh: RefreshTrigger,
    /// How long before the end a timer refreshes.
    pub margin: ScenarioSpan,
    /// Cycles are spread over 1 ± jitter.
    pub jitter: f64,
    pub tabs: u64,
    /// Tabs refresh within this time of each other.
    pub tab_spread: ScenarioSpan,
    pub rtt: ScenarioSpan,
    /// Share of refreshes whose response never arrives.
    pub lost_response: f64,
    pub retry: Retry,
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

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Topology {
    pub nodes: u64,
    pub lb: Balancing,
    pub services: u64,
    pub fanout: Fanout,
    pub regions: u64,
    pub region_rtt: ScenarioSpan,
    /// Mean time between crashes of one node; absent: they never crash.
    pub node_mtbf: Option<ScenarioSpan>,
    pub crash: Vec<Crash>,
    pub rolling_deploy: Vec<RollingDeploy>,
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

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crash {
    pub node: u64,
    pub at: ScenarioSpan,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollingDeploy {
    pub at: ScenarioSpan,
    /// Between one node and the next.
    pub step: ScenarioSpan,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    pub at: ScenarioSpan,
    pub to: u64,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bus {
    pub delay: ScenarioSpan,
    /// Share of messages that a node never gets.
    pub loss: f64,
    /// How often a node reads the whole list.
    pub reconcile: ScenarioSpan,
}

impl Default for Bus {
    fn default() -> Self {
        Self { delay: ScenarioSpan(SECOND / 5), loss: 0.01, reconcile: ScenarioSpan(30 * SECOND) }
    }
}

#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Clock {
    /// Deviation of clocks from true time, issuer and verifier each.
    pub sigma: ScenarioSpan,
    /// How far the verifier is ahead; `-30s` is behind.
    pub verifier_offset: Offset,
    pub leeway: ScenarioSpan,
    /// From the issuer to the first verifier.
    pub transit: ScenarioSpan,
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
        let nanos = i64::try_from(nanos).map_err(|_| D::Error::custom("an offset of clocks ends"))?;
        Ok(Self(nanos.saturating_mul(sign)))
    }
}

#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Revoke {
    pub when: EventTiming,
    pub requests_after: RequestsAfter,
    /// Revocations of all users; it scales counts only, for every user carries a probe.
    pub rate: Rate,
}

#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RoleChange {
    pub when: EventTiming,
    pub rate: Rate,
}

/// What must hold.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Slo {
    pub exposure_all_nodes_p99: Option<ScenarioSpan>,
    pub added_latency_p99: Option<ScenarioSpan>,
    pub forced_logout_per_user_per_day: Option<f64>,
    pub outage_users_hit: Option<f64>,
    pub header_bytes: Option<u64>,
    pub store_ops_per_request: Option<f64>,
    /// Strategies that it applies to; absent: all.
    #[serde(rename = "for")]
    pub only: Option<Vec<String>>,
}

/// What is wrong with a scenario, and where. Line and column count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioError {
    pub line: u64,
    pub column: u64,
    /// `topology.nodes`, when it is about one key.
    pub key: Option<String>,
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
    /// How old what is read from the store may be.
    pub fn replica_lag(&self) -> Nanos {
        match self.store.read_from {
            ReadFrom::Primary => 0,
            ReadFrom::Replica => self.store.replica_lag.0,
        }
    }

    /// Requests a second of one user while present.
    pub fn rate_when_present(&self) -> f64 {
        let tabs = self.client.tabs as f64;
        self.traffic.rate_per_tab.map_or(self.traffic.rate.0, |rate| rate.0 * tabs)
    }

    /// Requests a second of one user, absences counted.
    pub fn rate(&self) -> f64 {
        let (on, off) = (units::seconds(self.traffic.on.0), units::seconds(self.traffic.off.0));
        let present = if self.traffic.arrivals == Arrivals::OnOff { on / (on + off) } else { 1.0 };
        self.rate_when_present() * present
    }
}
