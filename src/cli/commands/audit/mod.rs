//! `authkit audit`: lifetimes, claim sizes and findings of one token or of ten million.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::gate_args::GateArgs;
use crate::cli::input;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use crate::cli::sources::{DEFAULT_RATIO, SourceFormat};
use authkit::audit::hmac_candidates::HmacCandidates;
use authkit::audit::measurements::{self, TOP};
use authkit::audit::summary::{AuditSummary, MAX_BYTES, SummarySettings as Sizes};
use authkit::encoding::escape;
use authkit::extract::ndjson::FieldPath;
use authkit::finding::{Finding, Severity, format_count, sort_by_rule_and_place};
use authkit::report::answer::CheckSummary;
use authkit::report::{Artefact, Report, Verdict};
use authkit::secret::Secret;
use authkit::settings::Settings;
use authkit::settings::gate::GateInput;
use authkit::settings::ignore_filter::IgnoreFilters;
use authkit::stats::smallest_k::MAX_FIRST;
use clap::Args;
use pipeline::{AuditRun, NotRead, Pipeline};
use std::path::PathBuf;

mod output;
mod pipeline;
mod render;
mod secrets;

#[derive(Args)]
pub struct AuditCommand {
    /// Files, directories or - [default: standard input]
    ///
    /// The format of each source is detected from its content: HAR, one token per line, or any text (logs, HTTP
    /// dumps, fixtures), also compressed with gzip or zstd. Directories are walked with .gitignore and .ignore
    /// applied; the files they leave out are counted. With --merge, the sources are summaries.
    #[arg(value_name = "SOURCE")]
    source: Vec<PathBuf>,

    /// Scan every source as free text (logs, dumps, fixtures)
    #[arg(long, conflicts_with_all = ["field", "lines"])]
    scan: bool,

    /// Read every source as one token per line
    #[arg(long, conflicts_with = "field")]
    lines: bool,

    /// Read NDJSON with the token at this pointer or dotted path
    #[arg(long, value_name = "PATH")]
    field: Option<String>,

    #[command(flatten)]
    gate: GateArgs,

    /// Report expired and not yet valid tokens as errors
    #[arg(long)]
    require_valid: bool,

    /// Compute the claim bytes per day at N requests per second
    #[arg(long, value_name = "N")]
    rate: Option<u64>,

    /// Limit the rows of each table
    #[arg(long, value_name = "N", default_value_t = TOP, hide_short_help = true)]
    top: usize,

    /// Limit the findings printed per rule (all are counted)
    #[arg(long, value_name = "N", default_value_t = 5, hide_short_help = true)]
    max_findings: usize,

    /// Try published secrets and the words of FILE on HMAC tokens
    ///
    /// A finding names the word list, never the secret.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "merge")]
    try_secrets: Option<Option<PathBuf>>,

    /// Write a mergeable summary for --merge instead of a report
    #[arg(long, conflicts_with_all = ["baseline", "write_baseline"])]
    summary: bool,

    /// Merge summaries that were written with --summary
    #[arg(long, conflicts_with_all = ["scan", "field", "baseline", "write_baseline"])]
    merge: bool,

    /// Read compressed sources up to N times their size
    ///
    /// The first 64 MiB are always read. A truncated source is reported, and the result is partial.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RATIO, hide_short_help = true)]
    max_expansion: u64,

    /// Set the number of threads [default: all cores]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// Exit with 0 if no token is found
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[command(flatten)]
    rule_config_args: RuleConfigArgs,
}

impl RunCommand for AuditCommand {
    const NAME: &'static str = "audit";
    const ABOUT: &'static str = "Measure lifetimes, sizes and findings across many tokens";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice --count 100 | authkit audit
        authkit audit --scan token.jwt --rate 200
        authkit audit token.jwt --profile short-lived --fail-on warning || true
        authkit audit token.jwt --summary -o shard.json && authkit audit --merge shard.json";
    const JUDGES: bool = true;
    type Data = output::AuditOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.rule_config_args.settings(context)?;
        let mut rule_config = self.rule_config_args.rule_config(context, &settings)?;
        if self.require_valid {
            for rule in ["exp-expired", "nbf-future"] {
                rule_config.set_severity(rule, authkit::rule_config::SeverityOverride::Always(Severity::Error));
            }
        }
        // Findings of the baseline are removed from these lists later, so the lists must be long enough for known and
        // new findings together.
        let findings = if self.gate.reads_baseline() { MAX_FIRST } else { self.max_findings };
        let sizes = Sizes { findings, ..Sizes::at(context.now) };
        let audited = if self.merge {
            self.merge_summaries()?
        } else {
            let (crack, format) = (self.try_secrets.is_some(), self.format()?);
            let max_expansion = self.max_expansion;
            let filters = self.gate.filters(&settings);
            let pipeline =
                Pipeline { context, rule_config: &rule_config, filters, crack, sizes, format, max_expansion };
            pipeline.run(&self.source, self.threads)?
        };
        let audited = match &self.try_secrets {
            Some(words) => secrets::try_all(audited, words.as_deref(), &rule_config, context)?,
            None => audited,
        };
        self.outcome(audited, &settings, context)
    }
}

impl AuditCommand {
    /// The format that a flag sets for every source; `None` detects it.
    fn format(&self) -> Result<Option<SourceFormat>, Failure> {
        Ok(match (&self.field, self.scan, self.lines) {
            (Some(path), ..) => {
                let field = FieldPath::parse(path)
                    .ok_or_else(|| Failure::usage(format!("--field: \"{path}\" is not a JSON pointer or dotted path")));
                Some(SourceFormat::Ndjson(field?))
            }
            (None, true, _) => Some(SourceFormat::Text),
            (None, false, true) => Some(SourceFormat::Tokens),
            (None, false, false) => None,
        })
    }

    /// Merges the summaries of all shards.
    fn merge_summaries<'s>(&self) -> Result<AuditRun<'s>, Failure> {
        let mut merged: Option<AuditSummary> = None;
        for name in &self.source {
            let bytes = input::read_file(name, MAX_BYTES)?.bytes;
            let name = name.display();
            let summary: AuditSummary = serde_json::from_slice(bytes.expose())
                .map_err(|error| Failure::input(format!("{name} is not a summary: {error}")))?;
            match &mut merged {
                None => merged = Some(summary),
                Some(merged) => merged.merge(summary).map_err(|error| {
                    Failure::input(format!("cannot merge {name}: {error}"))
                        .hint("create every summary with the same --now and --max-findings")
                })?,
            }
        }
        let summary = merged.ok_or_else(|| Failure::usage("--merge requires at least one summary"))?;
        let filters = IgnoreFilters::new(&[], false);
        let (samples, left_out) = (HmacCandidates::default(), NotRead::default());
        let sources = self.source.len();
        Ok(AuditRun { summary, filters, samples, secrets: None, sources, left_out, ending: None, unread: None })
    }

    fn outcome(&self, audited: AuditRun<'_>, settings: &Settings, context: &Context) -> Result<Outcome, Failure> {
        let AuditRun { summary, filters, sources, secrets, left_out, ending, unread, .. } = audited;
        let totals = summary.totals();
        let is_empty = totals.tokens == 0 && totals.encrypted == 0 && !self.allow_empty;
        match (unread, ending) {
            (Some(reason), Some(kind)) if is_empty && !self.summary => return Err(Failure::new(kind, reason)),
            (reason, _) => reason.into_iter().for_each(|reason| context.warn(reason)),
        }
        if self.summary {
            let text = format!("{}\n", escape::json(&serde_json::to_string(&summary)?));
            let artefact = Artefact { bytes: Secret::new(text.into_bytes()), private: true };
            let data = output::AuditOutput::from_summary(&summary, self.top, None, secrets, &left_out);
            let report = Report::new(Self::NAME, Verdict::Done, &data)?;
            return Ok(Outcome { artefact: Some(artefact), ending, ..Outcome::new(report) });
        }
        if is_empty {
            let message = match totals.malformed {
                0 => format!("no tokens found in {}", format_count(sources, "source")),
                count => format!("none of {count} candidates is a token"),
            };
            // Sources that could not be read may have contained tokens.
            let kind = ending.unwrap_or(FailureKind::Input);
            return Err(
                Failure::new(kind, message).hint("scan free text with --scan, or pass --allow-empty to exit with 0")
            );
        }
        let mut gate = self.gate.gate(gate_input(&summary), &filters, settings, context)?;
        limit_findings(&mut gate.findings, self.max_findings);
        let data = output::AuditOutput::from_summary(&summary, self.top, Some(&gate), secrets, &left_out);
        let checked = self.gate.summary(&gate, render::scope(&data, sources), ending);
        let style = render::AuditStyle { rate: self.rate, width: context.look.width, merged: self.merge };
        let blocks = render::blocks(&data, &summary, &gate, &style, &left_out);
        let report = Report::for_checks(Self::NAME, CheckSummary { places: self.max_findings, ..checked }, &data)?;
        let report = Report { blocks, findings: gate.findings, ..report };
        Ok(Outcome { ending, ..Outcome::new(report) })
    }
}

/// The findings of the summary, which are counted, for the gate.
fn gate_input(summary: &AuditSummary) -> GateInput {
    let findings = summary.findings();
    GateInput::Counted {
        counts: findings.rules().map(|(rule, severity, count)| ((rule, severity), count)).collect(),
        first: findings.first().map(|entry| entry.finding.clone()).collect(),
    }
}

/// Sorts the findings, and keeps at most `most` of each rule and severity.
fn limit_findings(findings: &mut Vec<Finding>, most: usize) {
    sort_by_rule_and_place(findings);
    let same_group = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity;
    *findings = findings.chunk_by(same_group).flat_map(|group| group.iter().take(most).cloned()).collect();
}

/// The measurements of the library, as the report prints them.
pub use measurements::AuditMeasurements as Measured;
