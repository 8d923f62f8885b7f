//! `[rotation]`: how the keys of a key store are rotated. Obeyed by `keys rotate` alone, and only from a file that
//! the user names.

use schemars::JsonSchema;
use serde::Deserialize;

/// A policy of rotation. Durations are text, as on the command line.
#[derive(Clone, Default, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RotationSection {
    /// How long a key signs.
    pub every: Option<String>,
    /// The longest life of a token of this key store.
    pub token_ttl: Option<String>,
    /// How long verifiers keep the key set that they fetched.
    pub verifier_cache: Option<String>,
    /// How long signers keep the key store that they read.
    pub signer_reload: Option<String>,
    /// From writing the published set until every verifier that fetches gets it.
    pub publish_lag: Option<String>,
    /// What verifiers add to `exp`.
    pub leeway: Option<String>,
    /// The most by which clocks differ.
    pub skew: Option<String>,
}
