//! One `[[strategy]]`: its kind and its keys. Which kind takes which keys is in [`crate::simulate::strategies`].

use super::units::{DurationDistribution, FOREVER, Nanos, SECOND, ScenarioSpan};
use super::{FailMode, words};
use serde::Deserialize;

words! {
    /// How a session's last use is noted.
    Touch { #[serde(rename = "false")] No, /** With the read, in one operation. */ #[default] Getex, /** In one more. */ Separate }
    CacheKind { /** An entry ends a fixed time after it was read. */ #[default] Hard, /** After it was last used. */ Idle }
    CheckAt { #[default] Gateway, EveryService }
    /// How a server answers a refresh token that was used before, within the grace.
    Grace {
        /** As a theft. */ #[default] Strict,
        /** With the same successor. */ Same,
        /** With a successor of its own. */ Branch,
        /** The parent of the active token is answered with the active one, at any age. */ ParentOfActive
    }
    OnReuse { /** The family of refresh tokens ends. */ #[default] FamilyOnly, /** And so do its access tokens. */ AndVersion }
    ListMode { #[default] Central, Poll, Push, Bloom }
    /// How long an entry of a denylist lives.
    EntryTtl {
        /** To `exp`: a verifier with leeway accepts the token again after that. */ Residual,
        #[default] #[serde(rename = "residual+leeway")] ResidualLeeway,
        /** A whole lifetime. */ Access
    }
    Refetch { #[default] #[serde(rename = "fetch+ttl")] FetchTtl, #[serde(rename = "iat+ttl")] IatTtl }
    ReplayCache { #[default] Shared, PerNode }
}

/// Bytes of a proof of ES256 with the key in its header and the hash of the token (RFC 9449 §4.2, figure 12).
pub const PROOF_BYTES: u64 = crate::simulate::closed_form::compact_bytes(165, 162, 64);

#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    pub ttl: ScenarioSpan,
    #[serde(default)]
    pub kind: CacheKind,
}

/// A strategy as it is written. Absent keys have the defaults of the methods.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    pub kind: String,
    /// What it is called in the report.
    pub name: Option<String>,
    pub access: Option<DurationDistribution>,
    pub nbf: Option<bool>,
    pub touch: Option<TouchText>,
    /// A session's use is noted at most once in this time, by an operation of its own.
    pub touch_every: Option<ScenarioSpan>,
    pub cache: Option<Cache>,
    pub check: Option<CheckAt>,
    pub grace: Option<ScenarioSpan>,
    /// Of a denylist or of a grace, by the kind.
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
    /// What checks a signature costs: `ES256`, `EdDSA`, `RS256`, `HS256`.
    pub alg: Option<String>,
}

/// `touch = false` or a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum TouchText {
    Flag(bool),
    Word(Touch),
}

impl Strategy {
    pub fn access(&self) -> DurationDistribution {
        self.access.unwrap_or(DurationDistribution::Const(900 * SECOND))
    }

    pub fn touch(&self) -> Touch {
        match self.touch {
            Some(TouchText::Flag(false)) => Touch::No,
            Some(TouchText::Word(word)) => word,
            None | Some(TouchText::Flag(true)) => Touch::Getex,
        }
    }

    pub fn grace_mode(&self) -> Grace {
        match self.mode.as_deref() {
            Some("same") => Grace::Same,
            Some("branch") => Grace::Branch,
            Some("parent_of_active") => Grace::ParentOfActive,
            _ => Grace::Strict,
        }
    }

    /// For how long a spent refresh token is forgiven.
    pub fn grace_span(&self) -> Nanos {
        if self.grace_mode() == Grace::Strict { 0 } else { self.grace.map_or(0, |span| span.0) }
    }

    pub fn list_mode(&self) -> ListMode {
        match self.mode.as_deref() {
            Some("poll") => ListMode::Poll,
            Some("push") => ListMode::Push,
            Some("bloom") => ListMode::Bloom,
            _ => ListMode::Central,
        }
    }

    /// Of a Bloom filter: the share of good tokens that it takes for revoked ones.
    pub fn false_positives(&self) -> f64 {
        self.fp.unwrap_or(0.001)
    }

    /// Whether the store is asked about a token that the filter hits.
    pub fn confirms(&self) -> bool {
        self.confirm.unwrap_or(false)
    }

    /// How often a status list is published.
    pub fn publish_period(&self) -> Nanos {
        self.publish.map_or(60 * SECOND, |span| span.0)
    }

    /// For how long a status list may be held; by default until the next one.
    pub fn status_ttl(&self) -> Nanos {
        self.ttl.map_or_else(|| self.publish_period(), |span| span.0)
    }

    pub fn poll(&self) -> Nanos {
        self.poll.map_or(30 * SECOND, |span| span.0)
    }

    /// Whether the credential is an identifier, which says nothing and is not signed.
    pub fn is_opaque(&self) -> bool {
        self.kind.starts_with("session") || self.kind == "introspection"
    }

    /// What a check of a signature costs on one core, as `openssl speed` measured it: ES256 44 µs, Ed25519 65 µs, RS256
    /// (2048 bits) 14 µs, HS256 below a microsecond. Nothing without one.
    pub fn check_cost(&self) -> Nanos {
        match self.alg.as_deref() {
            _ if self.is_opaque() => 0,
            Some("HS256") => 700,
            Some("RS256") => 14_000,
            Some("EdDSA" | "Ed25519") => 65_000,
            _ => 44_000,
        }
    }

    /// Bytes of the credential in each request.
    pub fn token_bytes(&self) -> u64 {
        // An identifier of 256 bits is 43 characters; the token has eight common claims, and a signature by its algorithm.
        let signature = match self.alg.as_deref() {
            Some("HS256") => 32,
            Some("RS256") => 256,
            _ => 64,
        };
        let default =
            if self.is_opaque() { 43 } else { crate::simulate::closed_form::compact_bytes(27, 174, signature) };
        let proof = if self.kind == "dpop" { PROOF_BYTES } else { 0 };
        self.token_bytes.unwrap_or(default).saturating_add(proof)
    }

    /// The cache in front of the store, if there is one.
    pub fn cached(&self) -> Option<Cache> {
        self.cache.filter(|cache| cache.ttl.0 > 0)
    }

    /// The keys that are written, but for `kind`, `name`, `token_bytes`, `alg` and `on_outage`, which all take.
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

    /// True when tokens never end by themselves.
    pub fn is_endless(&self) -> bool {
        self.access() == DurationDistribution::Const(FOREVER)
    }
}
