//! A version counter per user: tokens carry the version at issue, and incrementing it signs out all devices at once.

use super::introspection::IntrospectionCheck;
use super::{CoupledForm, CredentialFormat, StrategyKind, introspection, token};

/// The kind `version`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "version",
    about: "Tokens with the user's version, compared with the store on each request",
    keys: &["access", "cache"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::QueriedToken,
    live: |user| {
        let mut check = IntrospectionCheck::for_user(user);
        token::live(user, &mut check);
    },
    expected: introspection::expected,
    title: |strategy| format!("JWT {} + version{}", token::lifetime(strategy), introspection::cached(strategy)),
};
