//! `[policy.NAME]`: named verification policies, shared by issuer, verifier and CI.

use schemars::JsonSchema;
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A named verification policy. Durations are text, as on the command line.
#[derive(Clone, Default, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct NamedPolicy {
    /// Keys in the notation of `--key`.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub key: Vec<String>,
    /// Accepted issuers (claim `iss`, RFC 7519 §4.1.1); empty: any. With several, issue requires `--iss`.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub iss: Vec<String>,
    /// Accepted audiences (claim `aud`, RFC 7519 §4.1.3), of which a token must name one; empty: it must name none.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub aud: Vec<String>,
    /// Allowed algorithms, such as `ES256`; empty: from the keys. With several, issue requires `--alg`.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub alg: Vec<String>,
    /// `at+jwt`, `client-assertion`, `id-token` or `logout`.
    pub kind: Option<String>,
    /// Clock skew that verify tolerates for `exp` and `nbf`: `30s`, at most 24 hours. Default: 0 seconds.
    pub leeway: Option<String>,
    /// Maximum time since `iat` that verify accepts: `1h`. Default: no limit.
    pub max_age: Option<String>,
    /// Required claims.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub require: Vec<String>,
    /// Extensions in `crit` that the caller checks itself (RFC 7515 §4.1.11).
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub crit: Vec<String>,
    /// Whether verify accepts segments that are padded with `=`, as AWS load balancers send them.
    pub allow_padding: bool,
    /// Claims with these string values: required by verify, set by issue.
    pub claim: BTreeMap<String, String>,
    /// Scopes of the claim `scope`: verify requires all of them, issue sets them.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub scope: Vec<String>,
    /// The lifetime of issued tokens.
    pub ttl: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    use serde::de::Error as _;
    match OneOrMore::deserialize(deserializer) {
        Ok(OneOrMore::One(text)) => Ok(vec![text]),
        Ok(OneOrMore::More(texts)) => Ok(texts),
        Err(_) => Err(D::Error::custom("expected a string or an array of strings")),
    }
}
