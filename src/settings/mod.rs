//! The config file `authkit.toml`: rule configuration of a repository, and named verification policies.
//!
//! The text is untrusted, because it may come from a foreign repository. This module only parses it: the caller decides
//! which parts apply.

use crate::encoding::line_index::place;
use crate::finding::Severity;
use crate::rule_config::{RuleConfig, SeverityOverride};
use crate::suggest;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

pub mod baseline;
pub mod gate;
pub mod ignore_filter;
pub mod ignores;
pub mod maps;
mod names;
mod path_glob;
pub mod policy_section;
pub mod probe_target;
pub mod rotation;

use ignores::Ignore;
use maps::SettingMapping;
pub use names::parse_limit;
use names::{LimitOverrides, ProfileName, SeverityOverrides};
use policy_section::NamedPolicy;

/// The severity from which findings fail the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors fail the run.
    #[default]
    Error,
    /// Errors and warnings fail the run.
    Warning,
    /// Every finding fails the run.
    Info,
    /// No finding fails the run.
    Never,
}

impl FailOn {
    /// The value of `--fail-on`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Never => "never",
        }
    }

    /// Whether a finding of this severity fails the run.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// Parsed authkit.toml; untrusted until the caller decides otherwise.
#[derive(Default, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// The base profile: `asvs-l2`, `fapi2`, …
    profile: Option<ProfileName>,
    /// The lowest severity that fails audit and lint.
    pub fail_on: Option<FailOn>,
    /// Limits by name: `access-token-max = "15m"`.
    limits: LimitOverrides,
    /// Severities by rule: `alg-rsa-pkcs1 = "off"`.
    severity: SeverityOverrides,
    /// Accepted findings, each with its reason.
    #[serde(deserialize_with = "path_glob::entries")]
    pub ignore: Vec<Ignore>,
    /// Mapped settings of home-grown files, for lint.
    #[serde(deserialize_with = "path_glob::entries")]
    pub map: Vec<SettingMapping>,
    /// Verification policies, for `--policy NAME`.
    pub policy: BTreeMap<String, NamedPolicy>,
    /// Rotation policy for `keys rotate`.
    pub rotation: Option<rotation::RotationSection>,
    /// Endpoints to probe, used with `--target NAME`.
    pub probe: BTreeMap<String, probe_target::ProbeTarget>,
}

impl Settings {
    /// Parses the text of an `authkit.toml`.
    ///
    /// # Errors
    /// Returns the fault and its position.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut settings: Self = toml_edit::de::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let (line, column) = place(text, at);
            let problem = suggest::shorten_serde_message(error.message().trim()).replace('\n', "; ");
            SettingsError { line, column, problem }
        })?;
        maps::place(&mut settings.map, text);
        Ok(settings)
    }

    /// The rule configuration of the file. `profile` takes precedence over the file's.
    pub fn rule_config(&self, profile: Option<&'static crate::rule_config::profile::Profile>) -> RuleConfig {
        let mut policy = RuleConfig::default();
        if let Some(profile) = profile.or_else(|| self.profile.as_ref().map(|name| name.0)) {
            policy = policy.with_profile(profile);
        }
        for (threshold, value) in &self.limits.0 {
            policy.set_limit(threshold, *value);
        }
        for (rule, severity) in &self.severity.0 {
            policy.set_severity(rule, *severity);
        }
        policy
    }
}

/// A fault in the file. Line and column count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsError {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// Message of the TOML parser on one line.
    pub problem: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.problem)
    }
}

impl std::error::Error for SettingsError {}

/// `error`, `warning`, `info` or `off`.
pub fn parse_severity(text: &str) -> Option<SeverityOverride> {
    Some(match text {
        "off" => SeverityOverride::Off,
        "info" => SeverityOverride::Always(Severity::Info),
        "warning" => SeverityOverride::Always(Severity::Warning),
        "error" => SeverityOverride::Always(Severity::Error),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule_config::limit::{ACCESS_TOKEN_MAX, LIST_ITEMS};

    const WHOLE: &str = r#"
profile = "asvs-l2"
fail-on = "warning"

[limits]
access-token-max = "15m"
list-items = 80

[severity]
alg-rsa-pkcs1 = "off"

[[ignore]]
rule = "lifetime-access-token"
path = "fixtures/**"
reason = "demo tokens"

[policy.api]
iss = "https://login.example"
aud = ["https://api.example"]
leeway = "30s"
claim = { tenant = "a" }

[rotation]
every = "90d"
token-ttl = "8h"
"#;

    #[test]
    fn complete_file_is_parsed() {
        let settings = Settings::parse(WHOLE).unwrap();
        let policy = settings.rule_config(None);
        assert_eq!(policy.profile().map(|profile| profile.name), Some("asvs-l2"));
        assert_eq!((policy.limit(&ACCESS_TOKEN_MAX), policy.limit(&LIST_ITEMS)), (900, 80));
        assert_eq!(policy.severity("alg-rsa-pkcs1"), Some(SeverityOverride::Off));
        assert_eq!(settings.ignore[0].reason, "demo tokens");
        assert_eq!(settings.policy["api"].iss, ["https://login.example"]);
        assert_eq!(settings.rotation.unwrap().token_ttl.as_deref(), Some("8h"));
    }

    #[test]
    fn invalid_file_is_rejected_with_position() {
        for (text, expected) in [
            ("profle = 1", "1:1: unknown field \"profle\"; did you mean \"profile\"?"),
            ("\nprofile = \"asvs\"", "2:11: unknown profile \"asvs\"; did you mean \"asvs-l1\"?"),
            (
                "[limits]\naccess-token-maximum = 1",
                "2:1: unknown limit \"access-token-maximum\"; did you mean \"access-token-max\"?",
            ),
            ("[limits]\naccess-token-max = \"soon\"", "2:20: "),
            ("[limits]\nlist-items = -1", "2:14: "),
            ("[severity]\nalg-rsa = \"off\"", "2:1: unknown rule \"alg-rsa\"; did you mean \"alg-rsa1-5\"?"),
            ("[severity]\nalg-none = \"bad\"", "2:12: "),
            ("[[ignore]]\nrule = \"alg-none\"", "1:1: missing field `reason`"),
            ("[[ignore]]\nrule = \"alg-none\"\nreason = \" \"", "3:10: "),
            ("[[ignore]]\nrule = \"alg\"\nreason = \"x\"", "2:8: unknown rule \"alg\"; list rules"),
            ("fail-on = \"all\"", "1:11: "),
            ("[policy.a]\nalg = 1", "2:7: "),
            ("[rotation]\nevry = \"90d\"", "2:1: unknown field \"evry\"; did you mean \"every\"?"),
            ("a = [", "1:6: "),
        ] {
            let error = Settings::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }
}
