//! A counter for each user: a token speaks for the version it was issued under (all devices are signed out at once).

use super::introspection::IntrospectionCheck;
use super::{StrategyKind, introspection, token};

pub const KIND: StrategyKind = StrategyKind {
    id: "version",
    about: "Tokens that carry the user's version, compared with the store at each request",
    keys: &["access", "cache"],
    live: |user| {
        let mut check = IntrospectionCheck::for_user(user);
        token::live(user, &mut check);
    },
    expected: introspection::expected,
    title: |strategy| format!("JWT {} + version{}", token::lifetime(strategy), introspection::cached(strategy)),
};
