//! The options that say how strictly to judge.

use super::config_file::ConfigArgs;
use super::context::Context;
use super::failure::Failure;
use authkit::rule;
use authkit::rule_config::profile::{self, PROFILES, Profile};
use authkit::rule_config::{RuleConfig, limit};
use authkit::settings::{FailOn, Settings, parse_limit, parse_severity};
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

#[derive(Args)]
#[command(next_help_heading = "Judgement")]
pub struct RuleConfigArgs {
    /// Judge as a standard does: asvs-l2, fapi2, nist-aal2, oauth-at, …
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Set a limit: access-token-max=15m (repeatable)
    #[arg(long, value_name = "NAME=VALUE", hide_short_help = true)]
    limit: Vec<String>,

    /// Set what findings of a rule weigh: error, warning, info or off (repeatable)
    #[arg(long, value_name = "RULE=SEVERITY", hide_short_help = true)]
    severity: Vec<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl RuleConfigArgs {
    /// How to judge one thing that the user names. A file that is only found has no say.
    ///
    /// # Errors
    /// A broken settings file, or a name that does not exist.
    pub fn for_single_input(&self, context: &Context) -> Result<RuleConfig, Failure> {
        self.rule_config(context, &self.named_settings(context)?)
    }

    /// The settings of a file that the user vouches for. A key, a token and an endpoint are judged apart from any
    /// repository, so a discovered file, which may come from an attacker, has no say about them.
    ///
    /// # Errors
    /// A broken settings file.
    pub fn named_settings(&self, context: &Context) -> Result<Settings, Failure> {
        Ok(self.source.named(context)?.map(|found| found.settings).unwrap_or_default())
    }

    /// The settings of a named or discovered file, for commands that read the files of a repository: `lint` and
    /// `audit`.
    ///
    /// # Errors
    /// A broken settings file.
    pub fn settings(&self, context: &Context) -> Result<Settings, Failure> {
        Ok(self.source.read(context)?.map(|found| found.settings).unwrap_or_default())
    }

    pub fn source(&self) -> &ConfigArgs {
        &self.source
    }

    /// Flag before file before profile.
    ///
    /// # Errors
    /// A name that does not exist.
    pub fn rule_config(&self, context: &Context, settings: &Settings) -> Result<RuleConfig, Failure> {
        let profile = self.profile.as_deref().map(profile_named).transpose()?;
        let mut policy = settings.rule_config(profile);
        if let Some(profile) = policy.profile() {
            context.note_origin("profile", profile.name);
        }
        for text in &self.limit {
            let (name, value) = pair("--limit", text)?;
            let threshold = limit::find(name).ok_or_else(|| {
                Failure::usage(format!("--limit: there is no limit \"{name}\""))
                    .hint("authkit explain --list shows them")
            })?;
            let value = parse_limit(threshold, value).map_err(|error| Failure::usage(format!("--limit: {error}")))?;
            policy.set_limit(threshold, value);
        }
        for text in &self.severity {
            let (id, weight) = pair("--severity", text)?;
            if !rule::all_rules().iter().any(|rule| rule.id == id) {
                return Err(Failure::usage(format!("--severity: there is no rule \"{id}\""))
                    .hint("authkit explain --list shows them"));
            }
            let weight = parse_severity(weight).ok_or_else(|| {
                Failure::usage(format!("--severity: \"{weight}\" is not error, warning, info or off"))
            })?;
            policy.set_severity(id, weight);
        }
        Ok(policy)
    }
}

fn pair<'t>(flag: &str, text: &'t str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=').ok_or_else(|| Failure::usage(format!("{flag}: \"{text}\" is not NAME=VALUE")))
}

fn profile_named(name: &str) -> Result<&'static Profile, Failure> {
    profile::find(name).ok_or_else(|| {
        let names: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        Failure::usage(format!("there is no profile \"{name}\"")).hint(format!("profiles: {}", names.join(", ")))
    })
}
