//! One `[[strategy]]` of a scenario: its kind and keys. [`crate::simulate::strategies`] defines which kind takes which
//! keys.

use super::units::{DurationDistribution, FOREVER, Nanos, SECOND, ScenarioSpan};
use super::{FailMode, words};
use serde::Deserialize;

words! {
    /// How the last use of a session is recorded.
    Touch {
        /** Not at all. */ #[serde(rename = "false")] No,
        /** In the same operation as the read. */ #[default] Getex,
        /** In a second operation. */ Separate
    }
    /// The expiry policy of a cache.
    CacheKind { /** A fixed time after the read. */ #[default] Hard, /** A fixed time after the last use. */ Idle }
    /// Where a session is checked.
    CheckAt {
        /** Once for each request, at the gateway. */ #[default] Gateway,
        /** In each of `topology.services`. */ EveryService
    }
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
    ListMode {
        /** With a store query for each request. */ #[default] Central,
        /** From a local copy that is fetched periodically. */ Poll,
        /** From a local copy that is updated over the bus. */ Push,
        /** From a local Bloom filter that is fetched periodically. */ Bloom
    }
    /// Lifetime of a denylist entry.
    EntryTtl {
        /** Until `exp`: a verifier with leeway accepts the token again after that. */ Residual,
        /** Until `exp` plus leeway. */ #[default] #[serde(rename = "residual+leeway")] ResidualLeeway,
        /** A full token lifetime. */ Access
    }
    /// When nodes fetch the next status list.
    Refetch {
        /** `ttl` after the last fetch of the node. */ #[default] #[serde(rename = "fetch+ttl")] FetchTtl,
        /** `ttl` after the issue of the list, at the same time on all nodes. */ #[serde(rename = "iat+ttl")] IatTtl
    }
    /// Where used DPoP proofs are recorded.
    ReplayCache {
        /** In the store, queried on each request. */ #[default] Shared,
        /** On the node that received the proof; other nodes accept a replay. */ PerNode
    }
}

/// A per-node cache.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// Lifetime of an entry; 0 for no cache.
    pub ttl: ScenarioSpan,
    /// Expiry policy of the entries; `hard` if absent.
    #[serde(default)]
    pub kind: CacheKind,
}

/// A strategy as configured. The methods apply the defaults of absent keys.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// Id of a kind of [`crate::simulate::strategies::STRATEGIES`].
    pub kind: String,
    /// Title in the report.
    pub name: Option<String>,
    /// Lifetime of access tokens; 15 minutes if absent.
    pub access: Option<DurationDistribution>,
    /// Whether new tokens have the claim `nbf` with their time of issue (RFC 7519 §4.1.5); false if absent.
    pub nbf: Option<bool>,
    /// How the last use of a session is recorded; `getex` if absent.
    pub touch: Option<TouchText>,
    /// The last use of a session is recorded at most once in this time, in a separate operation.
    pub touch_every: Option<ScenarioSpan>,
    /// Cache on every node; none if absent.
    pub cache: Option<Cache>,
    /// Where a session is checked; `gateway` if absent.
    pub check: Option<CheckAt>,
    /// Length of the reuse grace period; 0 if absent.
    pub grace: Option<ScenarioSpan>,
    /// The mode of the denylist or of the grace period, depending on the kind.
    pub mode: Option<String>,
    /// Tokens that reuse detection revokes; `family_only` if absent.
    pub on_reuse: Option<OnReuse>,
    /// Period at which nodes fetch the denylist; 30 seconds if absent.
    pub poll: Option<ScenarioSpan>,
    /// Duration of a fetch of the denylist; 0 if absent.
    pub fetch: Option<ScenarioSpan>,
    /// Lifetime of a denylist entry; `residual+leeway` if absent.
    pub entry_ttl: Option<EntryTtl>,
    /// False positive rate of the Bloom filter, between 0 and 1; 0.001 if absent.
    pub fp: Option<f64>,
    /// Whether hits of the Bloom filter are confirmed in the store; false if absent.
    pub confirm: Option<bool>,
    /// Publication period of the status list; 60 seconds if absent.
    pub publish: Option<ScenarioSpan>,
    /// Time for which a status list may be cached; the publication period if absent.
    pub ttl: Option<ScenarioSpan>,
    /// When nodes fetch the next status list; `fetch+ttl` if absent.
    pub refetch: Option<Refetch>,
    /// Time for which a DPoP proof is accepted (RFC 9449 §11.1), at most an hour; 60 seconds if absent.
    pub window: Option<ScenarioSpan>,
    /// Where used DPoP proofs are recorded; `shared` if absent.
    pub replay_cache: Option<ReplayCache>,
    /// How nodes handle requests while the store is unavailable; `store.on_outage` if absent.
    pub on_outage: Option<FailMode>,
    /// Bytes of the credential without DPoP proof; a typical size of its format and `alg` if absent.
    pub token_bytes: Option<u64>,
    /// Signature algorithm, which determines the cost of a check: `ES256`, `EdDSA`, `RS256`, `HS256`.
    pub alg: Option<String>,
}

/// `touch` as a boolean or a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum TouchText {
    /// `false` for no touch, `true` for the default.
    Flag(bool),
    /// The mode by its name.
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
