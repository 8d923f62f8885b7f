//! Inputs of a recommendation (clients, topology, requirements), and the scenario derived from them.

use crate::simulate::scenario::units::{DAY, Nanos, SECOND, seconds};

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $variant:ident = $id:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$more])* $variant),* }

        impl $name {
            /// All values with their ids on the command line and in JSON.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$variant, $id)),*];

            /// The id of the value.
            pub fn id(self) -> &'static str {
                Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, id)| id)
            }

            /// The value with this id.
            pub fn find(id: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, own)| *own == id).map(|(own, _)| *own)
            }
        }
    )*};
}

answers! {
    /// The kind of client.
    ClientKind {
        /** Server-rendered pages. */
        #[default] ServerRendered = "server-rendered",
        /** A single-page application. */
        Spa = "spa",
        /** A mobile app. */
        Mobile = "mobile",
        /** Machine clients without a user. */
        Machine = "machine",
        /** Browsers and mobile apps. */
        Mixed = "mixed",
    }
    /// Whether one cookie reaches all services.
    Domains {
        /** It does. */
        #[default] One = "one",
        /** Services are on several registrable domains. */
        Several = "several",
    }
    /// Which users may be denied during a store outage.
    OutageTolerance {
        /** All users. */
        #[default] Everyone = "everyone",
        /** Users whose access token expires during the outage. */
        Renewals = "renewals",
        /** No users. */
        Nobody = "nobody",
    }
    /// The available store.
    StoreKind {
        /** An in-memory store such as Redis. */
        #[default] Redis = "redis",
        /** A database with durable writes. */
        Sql = "sql",
        /** No store. */
        None = "none",
    }
}

/// The inputs of a recommendation.
#[derive(Clone, PartialEq, Debug)]
pub struct RecommendInputs {
    /// The programs that send requests.
    pub clients: ClientKind,
    /// Whether the services share a registrable domain.
    pub domains: Domains,
    /// Number of services that check a request, one after another.
    pub services: u64,
    /// Number of regions with nodes.
    pub regions: u64,
    /// Number of signed-in users.
    pub users: u64,
    /// Number of nodes of the service.
    pub nodes: u64,
    /// Requests per second of an active user.
    pub rate: f64,
    /// Maximum revocation latency over all nodes (p99), in nanoseconds.
    pub within: Nanos,
    /// What users may notice of an outage of the store.
    pub outage: OutageTolerance,
    /// The store that is available.
    pub store: StoreKind,
    /// Whether the client is confidential, or its tokens are sender-constrained (RFC 9449, RFC 8705).
    pub confidential: bool,
    /// Maximum added latency per request (p99), in nanoseconds.
    pub latency: Nanos,
}

impl Default for RecommendInputs {
    fn default() -> Self {
        Self {
            clients: ClientKind::default(),
            domains: Domains::default(),
            services: 1,
            regions: 1,
            users: 10_000,
            nodes: 2,
            rate: 1.0 / 60.0,
            within: 900 * SECOND,
            outage: OutageTolerance::default(),
            store: StoreKind::default(),
            confidential: false,
            latency: SECOND / 20,
        }
    }
}

/// Bounds of the recommended access token lifetime: below it refreshes cost too much, above it tokens are exposed too
/// long.
const SHORTEST: Nanos = 300 * SECOND;
const LONGEST: Nanos = 900 * SECOND;

/// Maximum forced logouts per user and day: one in twenty days.
pub const LOGOUTS_PER_DAY: f64 = 0.05;

/// Number of simulated users at one request a minute each.
const SAMPLE: f64 = 2_000.0;

/// Length of the simulated store outage, in nanoseconds.
pub const OUTAGE: Nanos = 300 * SECOND;

impl RecommendInputs {
    /// Why the inputs are impossible, if they are.
    pub fn impossible(&self) -> Option<&'static str> {
        if self.rate <= 0.0 {
            return Some("users who send no requests need no credential: set a rate above 0, as in 1/min");
        }
        (self.nodes < self.regions).then_some("every region requires at least one node: increase --nodes")
    }

    /// Whether the clients act for users.
    pub fn has_users(&self) -> bool {
        self.clients != ClientKind::Machine
    }

    /// Absolute session lifetime in nanoseconds: NIST SP 800-63B-4 requires a day at AAL2 (§2.2.3) and thirty days at
    /// AAL1 (§2.1.3). A mobile app is opened once a week and must not require a sign-in each time.
    pub fn signed_in(&self) -> Nanos {
        if self.is_opened_seldom() { 30 * DAY } else { DAY }
    }

    /// Whether users open the client rarely.
    pub fn is_opened_seldom(&self) -> bool {
        matches!(self.clients, ClientKind::Mobile | ClientKind::Mixed)
    }

    /// Lifetime of an access token in nanoseconds: the maximum revocation latency, within `SHORTEST` and `LONGEST`.
    pub fn access(&self) -> Nanos {
        self.within.clamp(SHORTEST, LONGEST)
    }

    /// Period in nanoseconds at which nodes read the whole denylist, to recover from lost messages.
    pub fn reconcile(&self) -> Nanos {
        self.within.clamp(SECOND, 30 * SECOND)
    }

    /// Whether clients refresh lazily: with less than one request per token lifetime a timer would waste refreshes.
    pub fn is_lazy(&self) -> bool {
        self.rate * seconds(self.access()) < 1.0
    }

    /// Maximum fraction of an outage in which a user may be denied.
    pub fn outage_share(&self) -> f64 {
        match self.outage {
            OutageTolerance::Everyone => 1.0,
            OutageTolerance::Renewals => 0.5,
            OutageTolerance::Nobody => 0.0,
        }
    }

    /// The scenario, as TOML without strategies.
    pub fn scenario(&self) -> String {
        // Within bounds, the number of simulated requests is independent of the rate.
        let sample = (SAMPLE / 60.0 / self.rate).clamp(SAMPLE / 10.0, SAMPLE).min(self.users as f64);
        let store = match self.store {
            // Measured: SQLite reads a row in 6 µs and PostgreSQL in 30 µs; a durable commit takes 3.9 ms and 2.7 ms.
            StoreKind::Sql => "rtt = \"0.1ms\"\nservice = \"exp(30us)\"\nwrite = \"exp(3ms)\"",
            StoreKind::Redis | StoreKind::None => "rtt = \"0.5ms\"\nservice = \"exp(25us)\"",
        };
        let refresh = if self.is_lazy() { "lazy" } else { "timer" };
        // A machine client shares one token; browsers have several tabs, and mobile networks lose responses.
        let client = match self.clients {
            ClientKind::Machine => "",
            ClientKind::ServerRendered => "lost_response = 0.001\n",
            ClientKind::Spa | ClientKind::Mixed => "tabs = 3\nlost_response = 0.001\n",
            ClientKind::Mobile => "lost_response = 0.01\n",
        };
        format!(
            "# Scenario of `authkit recommend`.\n[run]\nname = \"recommend\"\nusers = {}\nsample = {}\n\n\
             [traffic]\nrate = \"{}/s\"\n\n[client]\nrefresh = \"{refresh}\"\n{client}\n\
             [topology]\nnodes = {}\nservices = {}\nregions = {}\n\n\
             # A deployment a day.\n[[topology.rolling_deploy]]\nat = \"3h\"\nstep = \"1m\"\n\n\
             [store]\n{store}\n\n[[store.outage]]\nat = \"10h\"\nfor = \"{}s\"\n\n\
             [bus]\nreconcile = \"{}s\"\n",
            self.users,
            sample as u64,
            self.rate,
            self.nodes,
            self.services,
            self.regions,
            OUTAGE / SECOND,
            self.reconcile() / SECOND
        )
    }
}
