//! Short tokens and a refresh token that the store remembers: a revocation ends the refreshing.

use super::{Kind, jwt_only, token};

pub const KIND: Kind = Kind {
    id: "jwt_refresh",
    about: "Short tokens, renewed with a refresh token that the store knows",
    keys: &["access", "nbf"],
    live: |user| token::live(user, &mut jwt_only::Signature { is_renewed: true }),
    expected: jwt_only::expected,
    title: |strategy| format!("JWT {} + refresh", token::lifetime(strategy)),
};
