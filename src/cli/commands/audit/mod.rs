//! `authkit audit`: lifetimes, claim size and findings over one token or ten million.

use super::RunCommand;
use crate::cli::baseline;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::{FailOnArg, RuleConfigArgs};
use crate::cli::sources::{DEFAULT_RATIO, SourceFormat};
use authkit::audit::hmac_candidates::HmacCandidates;
use authkit::audit::measurements::{self, TOP};
use authkit::audit::summary::{AuditSummary, MAX_BYTES, SummarySettings as Sizes};
use authkit::encoding::escape;
use authkit::extract::ndjson::FieldPath;
use authkit::finding::Severity;
use authkit::report::{Artefact, Outcome, Report, Verdict};
use authkit::secret::Secret;
use authkit::settings::FailOn;
use authkit::settings::ignore_filter::IgnoreFilter;
use authkit::stats::smallest_k::MAX_FIRST;
use clap::Args;
use gate::AuditGate;
use pipeline::{AuditRun, NotRead, Pipeline};
use std::collections::BTreeMap;
use std::path::PathBuf;

mod gate;
mod output;
mod pipeline;
mod secrets;

#[derive(Args)]
pub struct AuditCommand {
    /// Files, folders, or - ; absent: standard input. With --merge: summaries
    ///
    /// Each source says by its content what it is: HAR, one token a line, or any text (logs, HTTP dumps,
    /// fixtures), also in gzip or zstd. Folders are walked as .gitignore
    /// and .ignore say; what they leave out is counted.
    #[arg(value_name = "SOURCE")]
    source: Vec<PathBuf>,

    /// Take every source as any text: logs, dumps, fixtures
    #[arg(long, conflicts_with_all = ["field", "lines"])]
    scan: bool,

    /// Take every source as one token a line
    #[arg(long, conflicts_with = "field")]
    lines: bool,

    /// Each line is a JSON object; the token is at this JSON pointer or dotted path
    #[arg(long, value_name = "PATH")]
    field: Option<String>,

    /// The lightest finding that makes the answer no [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOnArg>,

    /// Count an expired or not yet valid token as an error
    #[arg(long)]
    require_valid: bool,

    /// Requests in a second: what claims cost in a day
    #[arg(long, value_name = "N")]
    rate: Option<u64>,

    /// Rows of each table
    #[arg(long, value_name = "N", default_value_t = TOP, hide_short_help = true)]
    top: usize,

    /// Findings of each rule that are written out; all are counted
    #[arg(long, value_name = "N", default_value_t = 5, hide_short_help = true)]
    max_findings: usize,

    /// Only what is not in this baseline counts against the tokens
    #[arg(long, value_name = "FILE", conflicts_with_all = ["summary", "merge"])]
    baseline: Option<PathBuf>,

    /// Write what is found now as a baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["summary", "merge", "baseline"], hide_short_help = true)]
    write_baseline: Option<PathBuf>,

    /// Obey no ignores of the settings file
    #[arg(long, hide_short_help = true)]
    no_ignores: bool,

    /// Try published secrets on HMAC tokens, and the words of FILE (a finding names the list, never the secret)
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "merge")]
    try_secrets: Option<Option<PathBuf>>,

    /// Write a summary that --merge takes, instead of a report
    #[arg(long)]
    summary: bool,

    /// The sources are summaries: add them up
    #[arg(long, conflicts_with_all = ["scan", "field"])]
    merge: bool,

    /// Read compressed sources up to this multiple of their size
    ///
    /// The first 64 MiB are always read. What is cut off is reported, and the result is partial.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RATIO, hide_short_help = true)]
    max_expansion: u64,

    /// Threads [default: all cores]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// Exit with 0 when there is no token
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[command(flatten)]
    judging: RuleConfigArgs,
}

impl RunCommand for AuditCommand {
    const NAME: &'static str = "audit";
    const ABOUT: &'static str = "Measure lifetimes, size and findings over many tokens";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice --count 100 | authkit audit
        authkit audit --scan token.jwt --rate 200
        authkit audit token.jwt --profile article --fail-on warning || true
        authkit audit token.jwt --summary -o shard.json && authkit audit --merge shard.json";
    const JUDGES: bool = true;
    type Data = output::AuditOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.judging.settings(context)?;
        let mut policy = self.judging.rule_config(context, &settings)?;
        if self.require_valid {
            for rule in ["exp-expired", "nbf-future"] {
                policy.set_severity(rule, authkit::rule_config::SeverityOverride::Always(Severity::Error));
            }
        }
        let ignores = if self.no_ignores { &[][..] } else { &settings.ignore };
        let tally = self.baseline.is_some() || self.write_baseline.is_some();
        // What is known comes first in the lists: to show what is new, they must be long enough for both.
        let findings = if self.baseline.is_some() { MAX_FIRST } else { self.max_findings };
        let sizes = Sizes { findings, ..Sizes::at(context.now) };
        let audited = if self.merge {
            self.merged()?
        } else {
            let (guess, format) = (self.try_secrets.is_some(), self.format()?);
            let max_expansion = self.max_expansion;
            let pipeline = Pipeline { context, policy: &policy, ignores, tally, guess, sizes, format, max_expansion };
            pipeline.run(&self.source, self.threads)?
        };
        let audited = match &self.try_secrets {
            Some(words) => secrets::try_all(audited, words.as_deref(), &policy, (ignores, tally), context)?,
            None => audited,
        };
        self.answer(audited, settings.fail_on.unwrap_or_default(), context)
    }
}

impl AuditCommand {
    /// How every source is to be read, if a flag says so.
    fn format(&self) -> Result<Option<SourceFormat>, Failure> {
        Ok(match (&self.field, self.scan, self.lines) {
            (Some(path), ..) => {
                let field =
                    FieldPath::parse(path).ok_or_else(|| Failure::usage(format!("--field: \"{path}\" is no path")));
                Some(SourceFormat::Ndjson(field?))
            }
            (None, true, _) => Some(SourceFormat::Text),
            (None, false, true) => Some(SourceFormat::Tokens),
            (None, false, false) => None,
        })
    }

    /// Summaries of shards, added up.
    fn merged<'s>(&self) -> Result<AuditRun<'s>, Failure> {
        let mut whole: Option<AuditSummary> = None;
        for name in &self.source {
            let bytes = input::read_file(name, MAX_BYTES)?.bytes;
            let name = name.display();
            let summary: AuditSummary = serde_json::from_slice(bytes.expose())
                .map_err(|error| Failure::input(format!("{name} is no summary: {error}")))?;
            match &mut whole {
                None => whole = Some(summary),
                Some(whole) => whole.merge(summary).map_err(|error| {
                    Failure::input(format!("{name} cannot be added: {error}"))
                        .hint("make every summary with the same --now and --max-findings")
                })?,
            }
        }
        let summary = whole.ok_or_else(|| Failure::usage("--merge needs the summaries to add up"))?;
        let (sieves, samples, left_out) = (BTreeMap::new(), HmacCandidates::default(), NotRead::default());
        Ok(AuditRun { summary, sieves, samples, secrets: None, sources: self.source.len(), left_out })
    }

    fn answer(&self, audited: AuditRun<'_>, saved: FailOn, context: &Context) -> Result<Outcome, Failure> {
        let AuditRun { summary, sieves, sources, secrets, left_out, .. } = audited;
        if self.summary {
            let text = format!("{}\n", escape::json(&serde_json::to_string(&summary)?));
            let artefact = Artefact { bytes: Secret::new(text.into_bytes()), private: true };
            let data = output::AuditOutput::from_summary(&summary, self.top, None, secrets, &left_out);
            let report = Report::new(Self::NAME, Verdict::Done, &data)?;
            return Ok(Outcome { artefact: Some(artefact), report });
        }
        let seen = summary.totals();
        if seen.tokens == 0 && seen.encrypted == 0 && !self.allow_empty {
            let what = match seen.malformed {
                0 => "there was no token to audit".to_owned(),
                count => format!("none of {count} candidates is a token"),
            };
            // What could not be read may have held them.
            let failure = context.ending().map_or_else(|| Failure::input(&what), |kind| Failure::new(kind, &what));
            return Err(failure.hint("--scan looks into any text; --allow-empty makes that exit code 0"));
        }
        let gate = self.gate(&summary, &sieves, saved, context)?;
        let data = output::AuditOutput::from_summary(&summary, self.top, Some(&gate), secrets, &left_out);
        let verdict = if gate.fails() { Verdict::Findings } else { Verdict::Clean };
        let blocks = output::blocks(&data, &summary, self.rate, sources, &left_out);
        let report = Report::new(Self::NAME, verdict, &data)?;
        Ok(Outcome { artefact: None, report: Report { blocks, findings: gate.findings, ..report } })
    }

    /// What counts against the tokens once ignores and the baseline are taken off.
    fn gate(
        &self,
        summary: &AuditSummary,
        sieves: &BTreeMap<String, IgnoreFilter<'_>>,
        saved: FailOn,
        context: &Context,
    ) -> Result<AuditGate, Failure> {
        let fail_on = self.fail_on.map_or(saved, FailOn::from);
        let tallies = || sieves.iter().filter_map(|(file, sieve)| Some((file.as_str(), sieve.tally()?)));
        if let Some(path) = &self.write_baseline {
            baseline::write(path, tallies(), context)?;
        }
        let baseline = self.baseline.as_deref().map(baseline::read);
        let gate = AuditGate::new(summary, fail_on, self.max_findings, baseline.transpose()?, tallies(), sieves);
        for unused in &gate.unused {
            context.warn(format!("an ignore of {} matched nothing ({})", unused.rule, unused.reason));
        }
        // A baseline that was just written holds all of it.
        Ok(if self.write_baseline.is_some() { AuditGate { fail_on: FailOn::Never, ..gate } } else { gate })
    }
}

/// What a report of the library is made of.
pub use measurements::AuditMeasurements as Measured;
