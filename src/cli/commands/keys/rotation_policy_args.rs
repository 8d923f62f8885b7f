//! The policy of a rotation: flag, then `[rotation]` of the named settings file, then the default.

use crate::cli::config_file::ConfigArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use authkit::rotation::RotationPolicy;
use authkit::settings::rotation::RotationSection;
use authkit::time::Span;
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Policy")]
pub struct RotationPolicyArgs {
    /// How long a key signs: 90d
    #[arg(long, value_name = "DURATION")]
    every: Option<String>,

    /// The longest life of a token; issue then refuses longer ones from this store [default: 1h]
    #[arg(long, value_name = "DURATION")]
    token_ttl: Option<String>,

    /// How long verifiers keep the key set that they fetched [default: 10m]
    #[arg(long, value_name = "DURATION")]
    verifier_cache: Option<String>,

    /// How long signers keep the key store that they read [default: 5m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    signer_reload: Option<String>,

    /// From writing the published set until every verifier that fetches gets it [default: 1m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    publish_lag: Option<String>,

    /// What verifiers add to exp [default: 1m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    leeway: Option<String>,

    /// The most by which clocks differ [default: 1m]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    skew: Option<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl RotationPolicyArgs {
    /// The policy; `kept` is that of the last rotation, for the hint.
    ///
    /// # Errors
    /// No `every`; a duration that is none; a settings file that is broken.
    pub fn policy(
        &self,
        context: &Context,
        kept: impl FnOnce() -> Option<RotationPolicy>,
    ) -> Result<RotationPolicy, Failure> {
        let saved = self.source.named(context)?.and_then(|found| found.settings.rotation).unwrap_or_default();
        let mut policy = RotationPolicy::default();
        let Some(every) = self.fill(&saved, context, &mut policy)? else {
            let hint = match kept() {
                Some(kept) => format!("the last rotation had {}; say it each time", kept.every),
                None => "for example --every 90d; or every = \"90d\" under [rotation] of a --config FILE".to_owned(),
            };
            return Err(Failure::usage("--every is needed: how long a key signs").hint(hint));
        };
        policy.every = every;
        Ok(policy)
    }

    /// Sets everything but `every`, which is given back.
    fn fill(
        &self,
        saved: &RotationSection,
        context: &Context,
        policy: &mut RotationPolicy,
    ) -> Result<Option<Span>, Failure> {
        let one = |name: &str, flag: &Option<String>, saved: &Option<String>| -> Result<Option<Span>, Failure> {
            let (text, place) = match (flag, saved) {
                (Some(text), _) => (text, format!("--{name}")),
                (None, Some(text)) => (text, format!("{name} under [rotation]")),
                (None, None) => {
                    context.note_origin(name, "the default");
                    return Ok(None);
                }
            };
            context.note_origin(name, &place);
            Span::parse(text).map(Some).map_err(|error| Failure::usage(format!("{place}: {error}")))
        };
        for (name, flag, saved, into) in [
            ("token-ttl", &self.token_ttl, &saved.token_ttl, &mut policy.token_ttl),
            ("verifier-cache", &self.verifier_cache, &saved.verifier_cache, &mut policy.verifier_cache),
            ("signer-reload", &self.signer_reload, &saved.signer_reload, &mut policy.signer_reload),
            ("publish-lag", &self.publish_lag, &saved.publish_lag, &mut policy.publish_lag),
            ("leeway", &self.leeway, &saved.leeway, &mut policy.leeway),
            ("skew", &self.skew, &saved.skew, &mut policy.skew),
        ] {
            if let Some(span) = one(name, flag, saved)? {
                *into = span;
            }
        }
        one("every", &self.every, &saved.every)
    }
}
