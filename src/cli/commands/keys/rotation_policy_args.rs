//! Flags of the rotation policy. Precedence: flag, then `[rotation]` of the named config file, then the default.

use crate::cli::config_file::ConfigArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use authkit::rotation::RotationPolicy;
use authkit::settings::rotation::RotationSection;
use authkit::time::Span;
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Rotation policy")]
pub struct RotationPolicyArgs {
    /// Replace a key after this time: 90d
    #[arg(long, value_name = "DURATION")]
    every: Option<String>,

    /// Set the maximum token lifetime [default: 1h]
    ///
    /// authkit issue then refuses tokens of this key store that are valid for longer.
    #[arg(long, value_name = "DURATION")]
    token_ttl: Option<String>,

    /// Set how long verifiers cache the JWKS [default: 10m]
    #[arg(long, value_name = "DURATION")]
    verifier_cache: Option<String>,

    /// Set how long signers cache the key store [default: 5m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    signer_reload: Option<String>,

    /// Set the delay until a new JWKS can be fetched [default: 1m]
    ///
    /// From writing the published JWKS until every verifier that fetches it gets the new version.
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    publish_lag: Option<String>,

    /// Set the leeway that verifiers grant after exp [default: 1m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    leeway: Option<String>,

    /// Set the maximum clock skew [default: 1m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    skew: Option<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl RotationPolicyArgs {
    /// The policy; `last_policy` is that of the last rotation, for the hint.
    ///
    /// # Errors
    /// No `every`, an invalid duration, or an invalid config file.
    pub fn policy(
        &self,
        context: &Context,
        last_policy: impl FnOnce() -> Option<RotationPolicy>,
    ) -> Result<RotationPolicy, Failure> {
        let saved = self.source.named(context)?.and_then(|found| found.settings.rotation).unwrap_or_default();
        let mut policy = RotationPolicy::default();
        let Some(every) = self.fill(&saved, context, &mut policy)? else {
            let hint = match last_policy() {
                Some(last) => format!("pass --every on each run; the last rotation used {}", last.every),
                None => "pass --every 90d, or set every = \"90d\" under [rotation] in a --config FILE".to_owned(),
            };
            return Err(Failure::usage("--every is required: the time after which a key is replaced").hint(hint));
        };
        policy.every = every;
        Ok(policy)
    }

    /// Sets every field but `every`, which is returned.
    fn fill(
        &self,
        saved: &RotationSection,
        context: &Context,
        policy: &mut RotationPolicy,
    ) -> Result<Option<Span>, Failure> {
        let parse = |name: &str, flag: &Option<String>, saved: &Option<String>| -> Result<Option<Span>, Failure> {
            let (text, origin) = match (flag, saved) {
                (Some(text), _) => (text, format!("--{name}")),
                (None, Some(text)) => (text, format!("{name} under [rotation]")),
                (None, None) => {
                    context.note_origin(name, "the default");
                    return Ok(None);
                }
            };
            context.note_origin(name, &origin);
            Span::parse(text).map(Some).map_err(|error| Failure::usage(format!("{origin}: {error}")))
        };
        for (name, flag, saved, into) in [
            ("token-ttl", &self.token_ttl, &saved.token_ttl, &mut policy.token_ttl),
            ("verifier-cache", &self.verifier_cache, &saved.verifier_cache, &mut policy.verifier_cache),
            ("signer-reload", &self.signer_reload, &saved.signer_reload, &mut policy.signer_reload),
            ("publish-lag", &self.publish_lag, &saved.publish_lag, &mut policy.publish_lag),
            ("leeway", &self.leeway, &saved.leeway, &mut policy.leeway),
            ("skew", &self.skew, &saved.skew, &mut policy.skew),
        ] {
            if let Some(span) = parse(name, flag, saved)? {
                *into = span;
            }
        }
        parse("every", &self.every, &saved.every)
    }
}
