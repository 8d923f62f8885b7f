//! Eight questions about who signs in where, and the world that their answers make.

use crate::simulate::scenario::units::{DAY, Nanos, SECOND, seconds};

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $variant:ident = $id:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$more])* $variant),* }

        impl $name {
            /// Every answer, as it is typed and as JSON says it.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$variant, $id)),*];

            pub fn id(self) -> &'static str {
                Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, id)| id)
            }

            pub fn find(id: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, own)| *own == id).map(|(own, _)| *own)
            }
        }
    )*};
}

answers! {
    /// Who presents the credential.
    ClientKind {
        /** Pages that a server renders. */
        #[default] ServerRendered = "server-rendered",
        /** A page that calls APIs. */
        Spa = "spa",
        Mobile = "mobile",
        /** Programs without a user. */
        Machine = "machine",
        /** Browsers and apps alike. */
        Mixed = "mixed",
    }
    /// Whether one cookie reaches all that check.
    Domains { #[default] One = "one", Several = "several" }
    /// Who may be refused while the store is out.
    OutageTolerance {
        #[default] Everyone = "everyone",
        /** Whose access token ends meanwhile. */
        Renewals = "renewals",
        Nobody = "nobody",
    }
    /// What remembers.
    StoreKind {
        /** In memory, as Redis is. */
        #[default] Redis = "redis",
        /** One where a write must reach the disk. */
        Sql = "sql",
        None = "none",
    }
}

/// The answers.
#[derive(Clone, PartialEq, Debug)]
pub struct RecommendInputs {
    pub clients: ClientKind,
    pub domains: Domains,
    /// Services that check who asks, one after another.
    pub services: u64,
    pub regions: u64,
    pub users: u64,
    pub nodes: u64,
    /// Requests a second of an active user.
    pub rate: f64,
    /// How soon a revoked login must stop, on all nodes.
    pub within: Nanos,
    pub outage: OutageTolerance,
    pub store: StoreKind,
    /// The client can keep a secret, or its tokens are bound to a key (RFC 9449, 8705).
    pub confidential: bool,
    /// What a request may take longer for being asked who it is, of 99 in 100.
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

/// The shortest lifetime of an access token that is worth its refreshes, and the longest that is advised here.
const SHORTEST: Nanos = 300 * SECOND;
const LONGEST: Nanos = 900 * SECOND;

/// Forced sign-ins of a user in a day that nobody complains about: one in twenty days.
pub const LOGOUTS_PER_DAY: f64 = 0.05;

/// Users that are simulated, of one request a minute each.
const SAMPLE: f64 = 2_000.0;

/// How long the store is out in the model.
pub const OUTAGE: Nanos = 300 * SECOND;

impl RecommendInputs {
    /// What is impossible in it, in words.
    pub fn impossible(&self) -> Option<&'static str> {
        if self.rate <= 0.0 {
            return Some("users who send no requests need no credential: give a rate, as in 1/min");
        }
        (self.nodes < self.regions).then_some("every region has a node at least: raise --nodes")
    }

    pub fn has_users(&self) -> bool {
        self.clients != ClientKind::Machine
    }

    /// How long somebody stays signed in, in all: NIST SP 800-63B-4 wants a day at AAL2 (§2.2.3) and thirty at AAL1
    /// (§2.1.3). An app is opened once a week and must not ask for a password each time.
    pub fn signed_in(&self) -> Nanos {
        if self.is_opened_seldom() { 30 * DAY } else { DAY }
    }

    pub fn is_opened_seldom(&self) -> bool {
        matches!(self.clients, ClientKind::Mobile | ClientKind::Mixed)
    }

    /// Lifetime of an access token: no longer than a revocation may take, but no shorter than [`SHORTEST`].
    pub fn access(&self) -> Nanos {
        self.within.clamp(SHORTEST, LONGEST)
    }

    /// How often nodes read the whole list of what is revoked, for news that got lost.
    pub fn reconcile(&self) -> Nanos {
        self.within.clamp(SECOND, 30 * SECOND)
    }

    /// Clients that ask seldom refresh when they need to; a timer would refresh for nobody.
    pub fn is_lazy(&self) -> bool {
        self.rate * seconds(self.access()) < 1.0
    }

    /// The share of an outage that a user may feel, at most.
    pub fn outage_share(&self) -> f64 {
        match self.outage {
            OutageTolerance::Everyone => 1.0,
            OutageTolerance::Renewals => 0.5,
            OutageTolerance::Nobody => 0.0,
        }
    }

    /// The world as a scenario without strategies.
    pub fn scenario(&self) -> String {
        // As many requests as a user of one a minute has in a day, so that a busy machine is not followed for hours.
        let sample = (SAMPLE / 60.0 / self.rate).clamp(SAMPLE / 10.0, SAMPLE).min(self.users as f64);
        let store = match self.store {
            // Measured: SQLite reads a row in 6 µs, and PostgreSQL in 30; a commit that reaches the disk takes 3.9 ms
            // and 2.7 ms.
            StoreKind::Sql => "rtt = \"0.1ms\"\nservice = \"exp(30us)\"\nwrite = \"exp(3ms)\"",
            StoreKind::Redis | StoreKind::None => "rtt = \"0.5ms\"\nservice = \"exp(25us)\"",
        };
        let refresh = if self.is_lazy() { "lazy" } else { "timer" };
        // Machines hold one token for all that they do; a person has tabs, and a phone loses answers.
        let client = match self.clients {
            ClientKind::Machine => "",
            ClientKind::ServerRendered => "lost_response = 0.001\n",
            ClientKind::Spa | ClientKind::Mixed => "tabs = 3\nlost_response = 0.001\n",
            ClientKind::Mobile => "lost_response = 0.01\n",
        };
        format!(
            "# The situation as `authkit recommend` models it.\n[run]\nname = \"recommend\"\nusers = {}\nsample = {}\n\n\
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
