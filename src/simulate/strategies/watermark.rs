//! A revocation cut-off per user ("sign out everywhere"): a token is valid if the user signed in after the watermark in
//! the store.

use super::introspection::IntrospectionCheck;
use super::{CoupledForm, CredentialFormat, StrategyKind, introspection, token};

/// The kind `watermark`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "watermark",
    about: "Tokens whose auth_time is compared with the user's watermark in the store",
    keys: &["access", "cache"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::QueriedToken,
    live: |user| {
        let mut check = IntrospectionCheck::without_roles(user);
        token::live(user, &mut check);
    },
    expected: introspection::expected,
    title: |strategy| format!("JWT {} + watermark{}", token::lifetime(strategy), introspection::cached(strategy)),
};
