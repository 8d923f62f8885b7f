//! Options of the rule configuration: profile, limits, severities.

use super::config_file::ConfigArgs;
use super::context::Context;
use super::failure::Failure;
use super::lookup;
use super::pair::split_pair;
use authkit::rule;
use authkit::rule_config::RuleConfig;
use authkit::rule_config::limit::{self, LIMITS};
use authkit::rule_config::profile::{self, PROFILES, Profile};
use authkit::settings::{FailOn, Settings, parse_limit, parse_severity};
use authkit::suggest::did_you_mean;
use clap::{Args, ValueEnum};

/// `--fail-on`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOnArg {
    Error,
    Warning,
    Info,
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(level: FailOnArg) -> Self {
        match level {
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
            FailOnArg::Info => Self::Info,
            FailOnArg::Never => Self::Never,
        }
    }
}

/// `--profile`, `--limit`, `--severity` and the config file options.
#[derive(Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleConfigArgs {
    /// Apply a profile: asvs-l2, fapi2, nist-aal2, oauth-at, …
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Set a limit: access-token-max=15m (repeatable)
    ///
    /// VALUE is a duration with its unit (15m, 1h, 30d), or a whole number of bytes, items or percent, by the limit;
    /// authkit explain --list lists the limits.
    #[arg(long, value_name = "NAME=VALUE", hide_short_help = true)]
    limit: Vec<String>,

    /// Override the severity of a rule (repeatable)
    ///
    /// SEVERITY is error, warning, info or off.
    #[arg(long, value_name = "RULE=SEVERITY", hide_short_help = true)]
    severity: Vec<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl RuleConfigArgs {
    /// The rule configuration for a single input. A discovered config file is not applied.
    ///
    /// # Errors
    /// An invalid config file, or an unknown name.
    pub fn for_single_input(&self, context: &Context) -> Result<RuleConfig, Failure> {
        self.rule_config(context, &self.named_settings(context)?)
    }

    /// The settings of a config file that the user named or trusts. A key, a token or an endpoint does not belong to a
    /// repository, so a discovered file, which may come from an attacker, is not applied to it.
    ///
    /// # Errors
    /// An invalid config file.
    pub fn named_settings(&self, context: &Context) -> Result<Settings, Failure> {
        Ok(self.source.named(context)?.map(|found| found.settings).unwrap_or_default())
    }

    /// The settings of a named or discovered config file, for commands that read the files of a repository: `lint` and
    /// `audit`.
    ///
    /// # Errors
    /// An invalid config file.
    pub fn settings(&self, context: &Context) -> Result<Settings, Failure> {
        Ok(self.source.read(context)?.map(|found| found.settings).unwrap_or_default())
    }

    /// The config file options.
    pub fn source(&self) -> &ConfigArgs {
        &self.source
    }

    /// Merges flags, settings and profile; a flag overrides the config file, and the file the profile.
    ///
    /// # Errors
    /// An unknown name.
    pub fn rule_config(&self, context: &Context, settings: &Settings) -> Result<RuleConfig, Failure> {
        let profile = self.profile.as_deref().map(profile_named).transpose()?;
        let mut config = settings.rule_config(profile);
        if let Some(profile) = config.profile() {
            context.note_origin("profile", profile.name);
        }
        for text in &self.limit {
            let (name, value) = split_pair("--limit", "NAME=VALUE", text)?;
            let limit = limit::find(name).ok_or_else(|| {
                Failure::usage(format!("--limit: unknown limit \"{name}\""))
                    .hint_if(did_you_mean(name, LIMITS.iter().map(|limit| limit.name)))
                    .hint("list limits with authkit explain --list")
            })?;
            let value = parse_limit(limit, value).map_err(|error| Failure::usage(format!("--limit: {error}")))?;
            config.set_limit(limit, value);
        }
        for text in &self.severity {
            let (id, severity) = split_pair("--severity", "RULE=SEVERITY", text)?;
            let rules = rule::all_rules();
            if !rules.iter().any(|rule| rule.id == id) {
                return Err(Failure::usage(format!("--severity: unknown rule \"{id}\""))
                    .hint_if(did_you_mean(id, rules.iter().map(|rule| rule.id)))
                    .hint("list rules with authkit explain --list"));
            }
            let severity = parse_severity(severity).ok_or_else(|| {
                Failure::usage(format!("--severity: \"{severity}\" is not error, warning, info or off"))
            })?;
            config.set_severity(id, severity);
        }
        Ok(config)
    }
}

fn profile_named(name: &str) -> Result<&'static Profile, Failure> {
    profile::find(name).ok_or_else(|| lookup::unknown("profile", name, PROFILES.iter().map(|profile| profile.name)))
}
