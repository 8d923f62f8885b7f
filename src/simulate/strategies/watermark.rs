//! "Sign out everywhere": a token is good when its user signed in after the user's watermark in the store.

use super::introspection::IntrospectionCheck;
use super::{StrategyKind, introspection, token};

pub const KIND: StrategyKind = StrategyKind {
    id: "watermark",
    about: "Tokens whose auth_time is compared with the user's watermark in the store",
    keys: &["access", "cache"],
    live: |user| {
        let mut check = IntrospectionCheck::without_roles(user);
        token::live(user, &mut check);
    },
    expected: introspection::expected,
    title: |strategy| format!("JWT {} + watermark{}", token::lifetime(strategy), introspection::cached(strategy)),
};
