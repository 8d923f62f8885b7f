//! The strategies: how a request is checked, what a revocation does. One file each.
//!
//! To add one: a file with a `KIND`, and two lines here, the `mod` and the entry.

use super::scenario::{Scenario, Strategy};
use super::user::User;

mod balancer;
mod cache;
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

pub use jwt_denylist::IDS;
/// The store alone; coupled mode runs it.
pub use store_queue::ID as STORE_QUEUE;

/// One way to say who is signed in.
pub struct StrategyKind {
    pub id: &'static str,
    /// One line, without a full stop.
    pub about: &'static str,
    /// Keys that it takes besides [`COMMON_KEYS`].
    pub keys: &'static [&'static str],
    /// Lives the life of one user and records it.
    pub live: fn(&mut User<'_>),
    /// What theory says of a metric, in the unit of the metric; `None` where it says nothing or does not hold.
    pub expected: fn(&Scenario, &Strategy, &str) -> Option<f64>,
    /// What it is called in a report that gives no name.
    pub title: fn(&Strategy) -> String,
}

/// Keys that every strategy takes.
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

pub fn find(id: &str) -> Option<&'static StrategyKind> {
    STRATEGIES.iter().find(|kind| kind.id == id)
}

/// What a strategy is called in a report.
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
    fn laws_of_the_list() {
        assert!(STRATEGIES.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        for kind in STRATEGIES {
            assert!(!kind.about.ends_with('.') && !kind.about.is_empty(), "{}", kind.id);
            assert!(kind.keys.iter().all(|key| !COMMON_KEYS.contains(key)), "{}", kind.id);
            assert!(kind.id.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", kind.id);
        }
    }
}
