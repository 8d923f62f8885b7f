//! The strategies of session management: how a request is checked and how a revocation takes effect. One file each.
//!
//! To add a strategy, write a file with a `KIND` and add two lines here: the `mod` and the entry in [`STRATEGIES`].

use super::metrics::Metric;
use super::scenario::{Scenario, Strategy};
use super::user::User;

mod balancer;
mod cache;
mod credential;
mod dpop;
mod introspection;
mod jwt_denylist;
mod jwt_only;
mod jwt_refresh;
mod rotation;
mod session_memory;
mod session_store;
mod store_queue;
mod token;
mod token_status_list;
mod version;
mod watermark;

pub use credential::{CredentialFormat, token_bytes};
pub use jwt_denylist::IDS;

/// A kind of strategy.
pub struct StrategyKind {
    /// Snake case, unique: the value of the key `kind`.
    pub id: &'static str,
    /// One line, without a full stop.
    pub about: &'static str,
    /// Scenario keys in addition to [`COMMON_KEYS`].
    pub keys: &'static [&'static str],
    /// Values of the key `mode`; the first is the default.
    pub modes: &'static [&'static str],
    /// Scenario keys, some with a value, that only kinds which list them read.
    pub reads: &'static [ScenarioKey],
    /// Format of the credential, which determines its bytes and the cost of its check.
    pub credential: CredentialFormat,
    /// Whether a refresh token can be stolen, in addition to the access token.
    pub has_refresh_token: bool,
    /// How coupled mode represents the kind.
    pub coupled: CoupledForm,
    /// Simulates one user in trace mode and records the result.
    pub live: fn(&mut User<'_>),
    /// Closed form of a metric, in the unit of the metric; `None` where there is none or its assumptions do not hold.
    pub expected: fn(&Scenario, &Strategy, Metric) -> Option<f64>,
    /// Title of a strategy without a `name`.
    pub title: fn(&Strategy) -> String,
}

/// A scenario key that only some kinds read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScenarioKey {
    /// `client.tabs`
    Tabs,
    /// `client.lost_response`
    LostResponse,
    /// `store.arrivals`
    StoreArrivals,
    /// `theft.target = "session"`
    SessionTheft,
    /// `theft.target = "dpop_proof"`
    ProofTheft,
}

/// How coupled mode represents a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoupledForm {
    /// The bare store queue, which no other mode supports.
    Queue,
    /// A session in the memory of one node.
    MemorySession,
    /// A session in the store, read on each request or on each cache miss.
    StoredSession,
    /// A token that nodes check without a query.
    LocalToken,
    /// A token with a query on each request.
    QueriedToken,
    /// A token that is looked up in a denylist.
    DenylistedToken,
    /// A token whose check coupled mode does not support.
    UnsupportedToken,
}

impl CoupledForm {
    /// The form of a strategy.
    pub fn from_strategy(strategy: &Strategy) -> Self {
        find(&strategy.kind).map_or(Self::UnsupportedToken, |kind| kind.coupled)
    }

    /// Whether users hold tokens.
    pub const fn has_tokens(self) -> bool {
        !matches!(self, Self::Queue | Self::MemorySession | Self::StoredSession)
    }
}

/// Scenario keys of every strategy.
pub const COMMON_KEYS: &[&str] = &["kind", "name", "token_bytes", "alg", "on_outage"];

/// All kinds, sorted by id.
pub static STRATEGIES: &[StrategyKind] = &[
    dpop::KIND,
    introspection::KIND,
    jwt_denylist::KIND,
    jwt_only::KIND,
    jwt_refresh::KIND,
    rotation::KIND,
    session_memory::KIND,
    session_store::KIND,
    store_queue::KIND,
    token_status_list::KIND,
    version::KIND,
    watermark::KIND,
];

/// The kind with this id.
pub fn find(id: &str) -> Option<&'static StrategyKind> {
    STRATEGIES.iter().find(|kind| kind.id == id)
}

/// The title of a strategy: its `name`, or one derived from its keys.
pub fn title(strategy: &Strategy) -> String {
    strategy
        .name
        .clone()
        .or_else(|| find(&strategy.kind).map(|kind| (kind.title)(strategy)))
        .unwrap_or_else(|| strategy.kind.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_well_formed() {
        assert!(STRATEGIES.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        for kind in STRATEGIES {
            assert!(!kind.about.ends_with('.') && !kind.about.is_empty(), "{}", kind.id);
            assert!(kind.keys.iter().all(|key| !COMMON_KEYS.contains(key)), "{}", kind.id);
            assert_eq!(kind.modes.is_empty(), !kind.keys.contains(&"mode"), "{}", kind.id);
            assert!(kind.id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", kind.id);
        }
    }
}
