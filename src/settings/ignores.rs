//! `[[ignore]]`: accepted findings, each with its reason.

use super::names::RuleId;
use super::path_glob::PathGlob;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

/// An ignore. Omitted keys match anything.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ignore {
    rule: RuleId,
    /// The files: a path or a glob.
    #[serde(default)]
    path: Option<PathGlob>,
    /// The location in the token: a JSON pointer such as `/claims/exp`.
    #[serde(default)]
    pointer: Option<String>,
    /// Why the finding is accepted; must not be empty.
    #[serde(deserialize_with = "reason")]
    pub reason: String,
}

impl Ignore {
    /// Id of the ignored rule.
    pub fn rule(&self) -> &str {
        &self.rule.0
    }

    /// Whether it can match a finding in `file`; checked once per file.
    pub fn applies_to(&self, file: &str) -> bool {
        self.path.as_ref().is_none_or(|glob| glob.is_match(file))
    }

    /// Whether it matches a finding in a file that it applies to.
    pub fn matches(&self, rule: &str, pointer: &str) -> bool {
        self.rule.0 == rule && self.pointer.as_deref().is_none_or(|own| own == pointer)
    }
}

/// Requires a reason: without one, an ignore cannot be reviewed later.
pub(super) fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::custom("reason is empty")) } else { Ok(text) }
}

/// An ignore that matched nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct UnusedIgnore {
    /// Id of the ignored rule.
    pub rule: String,
    /// Reason that the ignore states.
    pub reason: String,
}
