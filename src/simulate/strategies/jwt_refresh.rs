//! Short-lived access tokens and a refresh token in the store: a revocation invalidates the refresh token only.

use super::{CoupledForm, CredentialFormat, StrategyKind, jwt_only, token};

/// The kind `jwt_refresh`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "jwt_refresh",
    about: "Short-lived access tokens and a refresh token in the store",
    keys: &["access", "nbf"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::LocalToken,
    live: |user| token::live(user, &mut jwt_only::SignatureCheck { is_renewed: true }),
    expected: jwt_only::expected,
    title: |strategy| format!("JWT {} + refresh", token::lifetime(strategy)),
};
