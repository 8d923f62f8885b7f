//! What a rule has to say about a subject. Severities, places and the finding itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where a finding was made. Every part may be absent; lines and columns count from 1.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// A JSON pointer (RFC 6901) into the header or the claims: `/claims/exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Location {
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::default() }
    }

    pub fn is_nowhere(&self) -> bool {
        *self == Self::default()
    }
}

/// One finding. Made by `rule::Report`, which fills in what the rule knows, so that a rule
/// cannot sign a finding with another's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// The id of the rule, kebab-case; it says the fault (`exp-missing`).
    pub rule: &'static str,
    pub severity: Severity,
    /// What is wrong, with the values that were compared. One line, may hold untrusted text.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
    /// Where the rule comes from: RFC and section, or the practice it follows.
    pub source: &'static str,
    #[serde(skip_serializing_if = "Location::is_nowhere")]
    pub location: Location,
}

/// The heaviest severity among `findings`, if there is any finding.
pub fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}
