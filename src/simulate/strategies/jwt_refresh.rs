//! Short tokens and a refresh token that the store remembers: a revocation ends the refreshing.

use super::{StrategyKind, jwt_only, token};

pub const KIND: StrategyKind = StrategyKind {
    id: "jwt_refresh",
    about: "Short tokens, renewed with a refresh token that the store knows",
    keys: &["access", "nbf"],
    live: |user| token::live(user, &mut jwt_only::SignatureCheck { is_renewed: true }),
    expected: jwt_only::expected,
    title: |strategy| format!("JWT {} + refresh", token::lifetime(strategy)),
};
