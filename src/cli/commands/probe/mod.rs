//! `authkit probe`: checks of the cookies, redirects, caching and tokens of endpoints.

use super::RunCommand;
use crate::cli::config_file;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::gate_args::GateArgs;
use crate::cli::lifecycle;
#[cfg(feature = "net")]
use crate::cli::lifecycle::LifecycleArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use authkit::cookie::class::{CookieClass, CookieClassifier};
use authkit::finding::CountsByRule;
#[cfg(feature = "net")]
use authkit::lifecycle::LifecyclePlan;
use authkit::probe::evaluate::{ProbeContext, ProbeResult, evaluate};
use authkit::probe::output::ProbeOutput;
use authkit::probe::repetition::remove_repeated;
use authkit::report::Report;
use authkit::report::answer::CheckSummary;
use authkit::settings::Settings;
use authkit::settings::gate::{FileFindings, GateInput};
use authkit::settings::probe_target::ProbeTarget;
use clap::Args;
#[cfg(feature = "net")]
use collected::CollectedExchanges;
use source_args::SourceArgs;

mod collected;
#[cfg(feature = "net")]
mod http_settings;
#[cfg(feature = "net")]
mod live_requests;
mod render;
#[cfg(feature = "net")]
mod request_url;
mod saved;
#[cfg(feature = "net")]
mod session_checks;
mod source_args;

#[derive(Args)]
pub struct ProbeCommand {
    #[command(flatten)]
    source: SourceArgs,

    /// Request the URLs of [probe.NAME] and apply its allowances
    ///
    /// [probe.NAME] is read from the file of --config. Its settings apply to saved responses too.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,

    /// Treat plain HTTP as HTTPS (TLS ends at a reverse proxy)
    #[arg(long)]
    assume_https: bool,

    /// Set the class of cookies by name: sid*=session (repeatable)
    ///
    /// The classes are session, csrf, remember, affinity, analytics and other.
    #[arg(long, value_name = "PATTERN=CLASS", hide_short_help = true)]
    cookie: Vec<String>,

    #[command(flatten)]
    gate: GateArgs,

    /// Exit with 0 if no response is found
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[cfg(feature = "net")]
    #[command(flatten)]
    lifecycle: LifecycleArgs,

    #[command(flatten)]
    rule_config_args: RuleConfigArgs,
}

impl RunCommand for ProbeCommand {
    const NAME: &'static str = "probe";
    const ABOUT: &'static str = "Check cookies, redirects, caching and tokens of endpoints";
    const EXAMPLES: &'static str = "
        authkit probe http://127.0.0.1:8000/ --fail-on warning || true
        authkit probe --headers response.txt https://shop.example/
        authkit probe --har session.har --fail-on never --json
        U=https://a.example; authkit probe --login $U/in --protected $U/me --form user=bob --dry-run
        echo 'Set-Cookie: sid=1; SameSite=None' | authkit probe --headers - || true";
    const JUDGES: bool = true;
    type Data = ProbeOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.rule_config_args.named_settings(context)?;
        let rule_config = self.rule_config_args.rule_config(context, &settings)?;
        let target = self
            .target
            .as_deref()
            .map(|name| config_file::load_probe_target(name, self.rule_config_args.source(), context));
        let target = target.transpose()?;
        let names = self.names(target.as_ref())?;
        let urls = target.as_ref().map(|target| target.urls.as_slice());
        #[cfg(feature = "net")]
        let plan = self.lifecycle.plan(context, &names)?;
        #[cfg(feature = "net")]
        if let Some(plan) = plan.as_ref().filter(|_| self.lifecycle.dry_run) {
            return session_checks::show(plan, Self::NAME);
        }
        #[cfg(feature = "net")]
        let collected = self.collect_with_sessions(plan.as_ref(), &names, urls, context)?;
        #[cfg(not(feature = "net"))]
        let collected = self.source.collect(urls, context)?;
        let probe_context = ProbeContext {
            policy: &rule_config,
            names: &names,
            now: context.current_time(),
            assume_https: self.assume_https || target.as_ref().is_some_and(|target| target.assume_https),
            ignores: self.gate.ignores(&settings),
            file: collected.file.as_deref(),
            tally: self.gate.tallies(),
        };
        let mut probed = evaluate(&collected.seen, &probe_context);
        probed.data.assumed = collected.assumed.map(str::to_owned);
        probed.data.insecure = collected.insecure;
        probed.data.partial |= collected.partial;
        if collected.seen.exchanges.is_empty()
            && collected.seen.sampled.is_empty()
            && probed.findings.is_empty()
            && !self.allow_empty
        {
            return Err(collected::no_response_failure(&collected));
        }
        if let Some(target) = &target {
            apply_allowances(&mut probed, target, context);
        }
        self.outcome(probed, collected.ending, &settings, context)
    }
}

/// Removes the findings that the target allows; warns about allowances that expired or matched no finding.
fn apply_allowances(probed: &mut ProbeResult<'_>, target: &ProbeTarget, context: &Context) {
    let (expired, valid): (Vec<_>, Vec<_>) =
        target.allow.iter().partition(|allowance| allowance.is_expired(context.current_time()));
    let mut used = vec![false; valid.len()];
    probed.findings.retain(|finding| {
        let pointer = finding.location.pointer.as_deref().unwrap_or_default();
        let at = valid.iter().position(|allowance| allowance.covers(finding.rule, pointer));
        if let Some(used) = at.and_then(|at| used.get_mut(at)) {
            *used = true;
            probed.data.allowed = probed.data.allowed.saturating_add(1);
        }
        at.is_none()
    });
    for allowance in expired {
        let (rule, cookie, until) = (allowance.rule(), &allowance.cookie, &allowance.until.text);
        context.warn(format!("{rule} on {cookie} is reported again: allowed until {until} ({})", allowance.reason));
    }
    for (allowance, _) in valid.iter().zip(used).filter(|(_, used)| !used) {
        context.warn(format!(
            "allowance of {} on {} matched no finding ({})",
            allowance.rule(),
            allowance.cookie,
            allowance.reason
        ));
    }
}

impl ProbeCommand {
    /// Collects saved or live exchanges, and runs the session checks that the flags request.
    #[cfg(feature = "net")]
    fn collect_with_sessions(
        &self,
        plan: Option<&LifecyclePlan>,
        names: &CookieClassifier,
        urls: Option<&[String]>,
        context: &Context,
    ) -> Result<CollectedExchanges, Failure> {
        let has_session_checks = plan.is_some() || self.lifecycle.samples.is_some();
        // Session checks do not need another URL.
        let sessions_only = has_session_checks && urls.is_none() && self.source.is_empty();
        let mut collected =
            if sessions_only { CollectedExchanges::default() } else { self.source.collect(urls, context)? };
        if has_session_checks {
            let http = self.source.http_settings()?;
            session_checks::run_session_checks(
                &self.lifecycle,
                plan,
                &self.source.url,
                names,
                &http,
                &mut collected,
                context,
            )?;
        }
        self.source.record(&collected, context)?;
        Ok(collected)
    }

    /// Cookie classes by name: those of `--cookie` come before those of the target.
    fn names(&self, target: Option<&ProbeTarget>) -> Result<CookieClassifier, Failure> {
        let mut names = CookieClassifier::default();
        for text in &self.cookie {
            let classes = || CookieClass::ALL.map(CookieClass::name).join(", ");
            let wrong = || {
                Failure::usage(format!("--cookie: \"{text}\" is not PATTERN=CLASS"))
                    .hint(format!("use one of these classes: {}", classes()))
            };
            let (pattern, class) = text.rsplit_once('=').ok_or_else(wrong)?;
            names.add(pattern, CookieClass::named(class).ok_or_else(wrong)?);
        }
        for (pattern, class) in target.iter().flat_map(|target| &target.cookies) {
            names.add(pattern, *class);
        }
        Ok(names)
    }

    fn outcome(
        &self,
        mut probed: ProbeResult<'_>,
        ending: Option<FailureKind>,
        settings: &Settings,
        context: &Context,
    ) -> Result<Outcome, Failure> {
        // A baseline identifies a finding by its URL, as the ignore filters do.
        let by_url = std::mem::take(&mut probed.findings).into_iter().map(|finding| FileFindings {
            file: finding.location.url.clone().unwrap_or_default(),
            findings: vec![finding],
        });
        let mut gate = self.gate.gate(GateInput::Complete(by_url.collect()), &probed.filters, settings, context)?;
        probed.data.repeated = remove_repeated(&mut gate.findings);
        probed.data.baselined = gate.known;
        probed.data.ignored = gate.ignored;
        probed.data.unused_ignores = std::mem::take(&mut gate.unused);
        let summary = CheckSummary {
            found: CountsByRule::from_findings(&gate.findings),
            checks: probed.data.life_cycle.as_ref().map(lifecycle::checks_summary),
            ..self.gate.summary(&gate, render::scope(&probed.data), ending)
        };
        let blocks = render::blocks(&probed.data, context);
        let report = Report::for_checks(Self::NAME, summary, &probed.data)?;
        Ok(Outcome { ending, ..Outcome::new(Report { blocks, findings: gate.findings, ..report }) })
    }
}
