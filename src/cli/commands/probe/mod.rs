//! `authkit probe`: what endpoints do with cookies, redirects, caches and tokens.

use super::RunCommand;
use crate::cli::baseline;
use crate::cli::config_file;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
#[cfg(feature = "net")]
use crate::cli::lifecycle::LifecycleArgs;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::{FailOnArg, RuleConfigArgs};
use authkit::cookie::class::{CookieClass, CookieClassifier};
use authkit::finding::max_severity;
#[cfg(feature = "net")]
use authkit::lifecycle::LifecyclePlan;
use authkit::probe::evaluate::{ProbeContext, ProbeResult, evaluate};
use authkit::probe::gate::apply_gate;
use authkit::probe::output::ProbeOutput;
use authkit::report::{Outcome, Report, Verdict};
use authkit::settings::probe_target::ProbeTarget;
use authkit::settings::{FailOn, Settings};
use clap::Args;
#[cfg(feature = "net")]
use collected::CollectedExchanges;
use source_args::SourceArgs;
use std::path::PathBuf;

mod collected;
#[cfg(feature = "net")]
mod http_settings;
#[cfg(feature = "net")]
mod live_requests;
mod render;
mod saved;
#[cfg(feature = "net")]
mod session_checks;
mod source_args;

#[derive(Args)]
pub struct ProbeCommand {
    #[command(flatten)]
    asked: SourceArgs,

    /// Ask the URLs of [probe.NAME] in the file of --config, and allow what it allows; saved sources take its rules too
    #[arg(long, value_name = "NAME")]
    target: Option<String>,

    /// Judge plain http as if TLS ended at a proxy in front
    #[arg(long)]
    assume_https: bool,

    /// What cookies are for, by name: sid*=session, csrf, remember, affinity, analytics, other (repeatable)
    #[arg(long, value_name = "PATTERN=CLASS", hide_short_help = true)]
    cookie: Vec<String>,

    /// The lightest finding that makes the answer no [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOnArg>,

    /// Only what is not in this baseline counts
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found now as a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", hide_short_help = true)]
    write_baseline: Option<PathBuf>,

    /// Obey no ignores of the settings file
    #[arg(long, hide_short_help = true)]
    no_ignores: bool,

    /// Exit with 0 when there is no response
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[cfg(feature = "net")]
    #[command(flatten)]
    life: LifecycleArgs,

    #[command(flatten)]
    judging: RuleConfigArgs,
}

impl RunCommand for ProbeCommand {
    const NAME: &'static str = "probe";
    const ABOUT: &'static str = "Judge the cookies, redirects and tokens of endpoints";
    const EXAMPLES: &'static str = "
        authkit probe http://127.0.0.1:8000/ --fail-on warning || true
        authkit probe --headers response.txt https://shop.example/
        authkit probe --har session.har --fail-on never --json
        U=https://a.example; authkit probe --login $U/in --protected $U/me --form user=bob --dry-run
        echo 'Set-Cookie: sid=1; SameSite=None' | authkit probe --headers - || true";
    const JUDGES: bool = true;
    type Data = ProbeOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.judging.named_settings(context)?;
        let policy = self.judging.rule_config(context, &settings)?;
        let target =
            self.target.as_deref().map(|name| config_file::load_probe_target(name, self.judging.source(), context));
        let target = target.transpose()?;
        let names = self.names(target.as_ref())?;
        let urls = target.as_ref().map(|target| target.urls.as_slice());
        #[cfg(feature = "net")]
        let plan = self.life.plan(context, &names)?;
        #[cfg(feature = "net")]
        if let Some(plan) = plan.as_ref().filter(|_| self.life.dry_run) {
            return session_checks::show(plan, Self::NAME);
        }
        #[cfg(feature = "net")]
        let got = self.with_sessions(plan.as_ref(), &names, urls, context)?;
        #[cfg(not(feature = "net"))]
        let got = self.asked.get(urls, context)?;
        let question = ProbeContext {
            policy: &policy,
            names: &names,
            now: context.current_time(),
            assume_https: self.assume_https || target.as_ref().is_some_and(|target| target.assume_https),
            ignores: if self.no_ignores { &[] } else { &settings.ignore },
            file: got.file.as_deref(),
            tally: self.write_baseline.is_some(),
        };
        let mut probed = evaluate(&got.seen, &question);
        probed.data.assumed = got.assumed.map(str::to_owned);
        probed.data.insecure = got.insecure;
        probed.data.partial |= got.partial;
        if got.seen.exchanges.is_empty()
            && got.seen.sampled.is_empty()
            && probed.findings.is_empty()
            && !self.allow_empty
        {
            return Err(collected::no_response_failure(&got, context));
        }
        if let Some(target) = &target {
            allow(&mut probed, target, context);
        }
        self.answer(probed, &settings, context)
    }
}

/// Takes off what the target allows; says which allowances are over, and which allow nothing.
fn allow(probed: &mut ProbeResult<'_>, target: &ProbeTarget, context: &Context) {
    let (over, valid): (Vec<_>, Vec<_>) = target.allow.iter().partition(|own| own.is_expired(context.current_time()));
    let mut used = vec![false; valid.len()];
    probed.findings.retain(|finding| {
        let pointer = finding.location.pointer.as_deref().unwrap_or_default();
        let at = valid.iter().position(|own| own.covers(finding.rule, pointer));
        if let Some(used) = at.and_then(|at| used.get_mut(at)) {
            *used = true;
            probed.data.allowed = probed.data.allowed.saturating_add(1);
        }
        at.is_none()
    });
    for own in over {
        let (rule, cookie, until) = (own.rule(), &own.cookie, &own.until.text);
        context.warn(format!("{rule} was allowed on {cookie} until {until} and counts again ({})", own.reason));
    }
    for (own, _) in valid.iter().zip(used).filter(|(_, used)| !used) {
        context.warn(format!("{} is allowed on {} and was not found ({})", own.rule(), own.cookie, own.reason));
    }
}

impl ProbeCommand {
    /// What is saved or asked, and what becomes of sessions, as far as each was asked for.
    #[cfg(feature = "net")]
    fn with_sessions(
        &self,
        plan: Option<&LifecyclePlan>,
        names: &CookieClassifier,
        urls: Option<&[String]>,
        context: &Context,
    ) -> Result<CollectedExchanges, Failure> {
        let wanted = plan.is_some() || self.life.samples.is_some();
        // A login needs no other URL.
        let alone = wanted && urls.is_none() && self.asked.is_empty();
        let mut got = if alone { CollectedExchanges::default() } else { self.asked.get(urls, context)? };
        if wanted {
            let tools = self.asked.tools()?;
            session_checks::run_session_checks(&self.life, plan, &self.asked.url, names, &tools, &mut got, context)?;
        }
        self.asked.record(&got, context)?;
        Ok(got)
    }

    fn names(&self, target: Option<&ProbeTarget>) -> Result<CookieClassifier, Failure> {
        let mut names = CookieClassifier::default();
        for text in &self.cookie {
            let known = || CookieClass::ALL.map(CookieClass::name).join(", ");
            let wrong = || {
                Failure::usage(format!("--cookie: \"{text}\" is not PATTERN=CLASS"))
                    .hint(format!("classes: {}", known()))
            };
            let (pattern, class) = text.rsplit_once('=').ok_or_else(wrong)?;
            names.add(pattern, CookieClass::named(class).ok_or_else(wrong)?);
        }
        for (pattern, class) in target.iter().flat_map(|target| &target.cookies) {
            names.add(pattern, *class);
        }
        Ok(names)
    }

    fn answer(&self, mut probed: ProbeResult<'_>, settings: &Settings, context: &Context) -> Result<Outcome, Failure> {
        if let Some(path) = &self.write_baseline {
            baseline::write(path, probed.tallies(), context)?;
        }
        let known = self.baseline.as_deref().map(baseline::read).transpose()?;
        let sieve = probed.sieve();
        let counted = apply_gate(std::mem::take(&mut probed.findings), known);
        probed.data.known = counted.known;
        probed.data.repeated = counted.repeated;
        if let Some(sieve) = sieve {
            probed.data.ignored = sieve.ignored();
            probed.data.unused_ignores = sieve.unused();
        }
        for unused in &probed.data.unused_ignores {
            context.warn(format!("an ignore of {} matched nothing ({})", unused.rule, unused.reason));
        }
        // A baseline that was just written holds all of it.
        let fail_on = match &self.write_baseline {
            Some(_) => FailOn::Never,
            None => self.fail_on.map_or(settings.fail_on.unwrap_or_default(), FailOn::from),
        };
        let is_no = max_severity(&counted.findings).is_some_and(|worst| fail_on.includes(worst));
        let verdict = if is_no { Verdict::Findings } else { Verdict::Clean };
        let blocks = render::blocks(&probed.data, context);
        let report = Report::new(Self::NAME, verdict, &probed.data)?;
        Ok(Outcome { artefact: None, report: Report { blocks, findings: counted.findings, ..report } })
    }
}
