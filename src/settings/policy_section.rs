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
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub iss: Vec<String>,
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub aud: Vec<String>,
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub alg: Vec<String>,
    /// `at+jwt`, `client-assertion`, `id-token` or `logout`.
    pub kind: Option<String>,
    pub leeway: Option<String>,
    pub max_age: Option<String>,
    /// Required claims.
    #[serde(deserialize_with = "one_or_more")]
    #[schemars(with = "OneOrMore")]
    pub require: Vec<String>,
    /// Claims with these string values: required by verify, set by issue.
    pub claim: BTreeMap<String, String>,
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
