//! One `[[strategy]]` of a scenario: its kind and keys. [`crate::simulate::strategies`] defines which kind takes which
//! keys.

use super::units::{DurationDistribution, FOREVER, Nanos, SECOND, ScenarioSpan};
use super::{FailMode, words};
use serde::Deserialize;

words! {
    /// How the last use of a session is recorded.
    Touch {
        #[serde(rename = "false")] No,
        /** In the same operation as the read. */ #[default] Getex,
        /** In a second operation. */ Separate
    }
    /// The expiry policy of a cache.
    CacheKind { /** A fixed time after the read. */ #[default] Hard, /** A fixed time after the last use. */ Idle }
    /// Where a session is checked.
    CheckAt { #[default] Gateway, EveryService }
    /// How a server responds to reuse of a refresh token within the grace period.
    Grace {
        /** As a theft. */ #[default] Strict,
        /** With the same successor. */ Same,
        /** With a new successor. */ Branch,
        /** Exchanges the parent of the active token for the active one, at any age. */ ParentOfActive
    }
    /// What reuse detection revokes.
    OnReuse { /** The refresh token family. */ #[default] FamilyOnly, /** Also its access tokens. */ AndVersion }
    /// How nodes read the denylist.
    ListMode { #[default] Central, Poll, Push, Bloom }
    /// Lifetime of a denylist entry.
    EntryTtl {
        /** Until `exp`: a verifier with leeway accepts the token again after that. */ Residual,
        #[default] #[serde(rename = "residual+leeway")] ResidualLeeway,
        /** A full token lifetime. */ Access
    }
    /// When nodes fetch the next status list.
    Refetch { #[default] #[serde(rename = "fetch+ttl")] FetchTtl, #[serde(rename = "iat+ttl")] IatTtl }
    /// Where used DPoP proofs are recorded.
    ReplayCache { #[default] Shared, PerNode }
}

/// A per-node cache.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    pub ttl: ScenarioSpan,
    #[serde(default)]
    pub kind: CacheKind,
}

/// A strategy as configured. The methods apply the defaults of absent keys.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    pub kind: String,
    /// Title in the report.
    pub name: Option<String>,
    pub access: Option<DurationDistribution>,
    pub nbf: Option<bool>,
    pub touch: Option<TouchText>,
    /// The last use of a session is recorded at most once in this time, in a separate operation.
    pub touch_every: Option<ScenarioSpan>,
    pub cache: Option<Cache>,
    pub check: Option<CheckAt>,
    pub grace: Option<ScenarioSpan>,
    /// The mode of the denylist or of the grace period, depending on the kind.
    pub mode: Option<String>,
    pub on_reuse: Option<OnReuse>,
    pub poll: Option<ScenarioSpan>,
    pub fetch: Option<ScenarioSpan>,
    pub entry_ttl: Option<EntryTtl>,
    pub fp: Option<f64>,
    pub confirm: Option<bool>,
    pub publish: Option<ScenarioSpan>,
    pub ttl: Option<ScenarioSpan>,
    pub refetch: Option<Refetch>,
    pub window: Option<ScenarioSpan>,
    pub replay_cache: Option<ReplayCache>,
    pub on_outage: Option<FailMode>,
    pub token_bytes: Option<u64>,
    /// Signature algorithm, which determines the cost of a check: `ES256`, `EdDSA`, `RS256`, `HS256`.
    pub alg: Option<String>,
}

/// `touch` as a boolean or a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum TouchText {
    Flag(bool),
    Word(Touch),
}

impl Strategy {
    /// Lifetime of access tokens.
    pub fn access(&self) -> DurationDistribution {
        self.access.unwrap_or(DurationDistribution::Const(900 * SECOND))
    }

    /// How the last use of a session is recorded.
    pub fn touch(&self) -> Touch {
        match self.touch {
            Some(TouchText::Flag(false)) => Touch::No,
            Some(TouchText::Word(word)) => word,
            None | Some(TouchText::Flag(true)) => Touch::Getex,
        }
    }

    /// The response to reuse of a refresh token.
    pub fn grace_mode(&self) -> Grace {
        match self.mode.as_deref() {
            Some("same") => Grace::Same,
            Some("branch") => Grace::Branch,
            Some("parent_of_active") => Grace::ParentOfActive,
            _ => Grace::Strict,
        }
    }

    /// Length of the reuse grace period, in nanoseconds.
    pub fn grace_span(&self) -> Nanos {
        if self.grace_mode() == Grace::Strict { 0 } else { self.grace.map_or(0, |span| span.0) }
    }

    /// How nodes read the denylist.
    pub fn list_mode(&self) -> ListMode {
        match self.mode.as_deref() {
            Some("poll") => ListMode::Poll,
            Some("push") => ListMode::Push,
            Some("bloom") => ListMode::Bloom,
            _ => ListMode::Central,
        }
    }

    /// False positive rate of the Bloom filter.
    pub fn false_positives(&self) -> f64 {
        self.fp.unwrap_or(0.001)
    }

    /// Whether hits of the Bloom filter are confirmed in the store.
    pub fn confirms(&self) -> bool {
        self.confirm.unwrap_or(false)
    }

    /// Publication period of the status list, in nanoseconds.
    pub fn publish_period(&self) -> Nanos {
        self.publish.map_or(60 * SECOND, |span| span.0)
    }

    /// Time for which a status list may be cached, in nanoseconds; by default the publication period.
    pub fn status_ttl(&self) -> Nanos {
        self.ttl.map_or_else(|| self.publish_period(), |span| span.0)
    }

    /// Polling period of the denylist, in nanoseconds.
    pub fn poll(&self) -> Nanos {
        self.poll.map_or(30 * SECOND, |span| span.0)
    }

    /// The cache in front of the store, if any.
    pub fn cached(&self) -> Option<Cache> {
        self.cache.filter(|cache| cache.ttl.0 > 0)
    }

    /// The keys that are set, except those of every strategy (`kind`, `name`, `token_bytes`, `alg`, `on_outage`).
    pub fn written(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("access", self.access.is_some()),
            ("nbf", self.nbf.is_some()),
            ("touch", self.touch.is_some()),
            ("touch_every", self.touch_every.is_some()),
            ("cache", self.cache.is_some()),
            ("check", self.check.is_some()),
            ("grace", self.grace.is_some()),
            ("mode", self.mode.is_some()),
            ("on_reuse", self.on_reuse.is_some()),
            ("poll", self.poll.is_some()),
            ("fetch", self.fetch.is_some()),
            ("entry_ttl", self.entry_ttl.is_some()),
            ("fp", self.fp.is_some()),
            ("confirm", self.confirm.is_some()),
            ("publish", self.publish.is_some()),
            ("ttl", self.ttl.is_some()),
            ("refetch", self.refetch.is_some()),
            ("window", self.window.is_some()),
            ("replay_cache", self.replay_cache.is_some()),
        ];
        all.into_iter().filter_map(|(key, is_written)| is_written.then_some(key))
    }

    /// Whether tokens never expire.
    pub fn is_endless(&self) -> bool {
        self.access() == DurationDistribution::Const(FOREVER)
    }
}
