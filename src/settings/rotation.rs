//! `[rotation]`: the rotation policy of a key store. Only `keys rotate` uses it, and only from a file named by the
//! user.

use schemars::JsonSchema;
use serde::Deserialize;

/// A rotation policy. Durations are text, as on the command line.
#[derive(Clone, Default, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RotationSection {
    /// The signing period of a key.
    pub every: Option<String>,
    /// The maximum lifetime of tokens signed with this key store.
    pub token_ttl: Option<String>,
    /// How long verifiers cache a fetched JWKS.
    pub verifier_cache: Option<String>,
    /// How long signers cache the key store.
    pub signer_reload: Option<String>,
    /// The delay from writing the published JWKS until every verifier can fetch it.
    pub publish_lag: Option<String>,
    /// The leeway of verifiers for `exp`.
    pub leeway: Option<String>,
    /// The maximum clock skew.
    pub skew: Option<String>,
}
