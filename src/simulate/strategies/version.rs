//! A counter for each user: a token speaks for the version it was issued under (all devices are signed out at once).

use super::introspection::Asked;
use super::{Kind, introspection, token};

pub const KIND: Kind = Kind {
    id: "version",
    about: "Tokens that carry the user's version, compared with the store at each request",
    keys: &["access", "cache"],
    live: |user| {
        let mut check = Asked::of(user);
        token::live(user, &mut check);
    },
    expected: introspection::expected,
    title: |strategy| format!("JWT {} + version{}", token::lifetime(strategy), introspection::cached(strategy)),
};
