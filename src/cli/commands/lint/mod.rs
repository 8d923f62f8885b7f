//! `authkit lint`: checks of token, session and cookie settings in product configuration.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::gate_args::GateArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use authkit::finding::{format_count, format_count_of, sort_by_rule_and_place};
use authkit::product_config::formats::{self, FORMATS, Format};
use authkit::report::Report;
use authkit::settings::gate::{Gate, GateInput};
use authkit::settings::{FailOn, Settings};
use authkit::suggest::did_you_mean;
use clap::Args;
use files::{Files, LintRun};
use std::path::PathBuf;

mod apply_fixes;
mod files;
mod output;
mod render;

#[derive(Args)]
pub struct LintCommand {
    /// Files, directories or - for standard input [default: .]
    ///
    /// The format of each file is detected from its content; files in no known format are skipped. Directories are
    /// walked with .gitignore and .ignore applied; the files they leave out are counted.
    #[arg(value_name = "SOURCE")]
    source: Vec<PathBuf>,

    /// Read every source as FORMAT instead of detecting it
    #[arg(long = "as", value_name = "FORMAT", value_parser = parse_format)]
    as_format: Option<&'static Format>,

    /// Report explicit settings only, not product defaults
    #[arg(long)]
    explicit_only: bool,

    /// List detected formats and the reason, without checking
    #[arg(long)]
    list_files: bool,

    /// Apply safe fixes: cookie flags, reuse grace periods, units
    ///
    /// Other lifetimes are never changed.
    #[arg(long)]
    fix: bool,

    /// Exit with 5 if --fix changed a file and the rest passes
    #[arg(long, requires = "fix")]
    detailed_exit_code: bool,

    /// Show the changes of --fix without writing them
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    /// Exit with 0 if no file is recognised
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[command(flatten)]
    gate: GateArgs,

    #[command(flatten)]
    rule_config_args: RuleConfigArgs,
}

/// Unused ignore comments that are reported one by one; the JSON output lists all of them.
const MAX_REPORTED: usize = 10;

fn parse_format(name: &str) -> Result<&'static Format, String> {
    formats::find(name).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let near = did_you_mean(name, names.iter().copied());
        near.unwrap_or_else(|| format!("unknown format; known formats: {}", names.join(", ")))
    })
}

impl RunCommand for LintCommand {
    const NAME: &'static str = "lint";
    const ABOUT: &'static str = "Check token, session and cookie settings in config files";
    const EXAMPLES: &'static str = "
        authkit lint --allow-empty
        authkit lint --list-files --allow-empty
        printf '[auth]\\njwt_expiry = 604800\\n' | authkit lint - --as supabase || true";
    const JUDGES: bool = true;
    type Data = output::LintOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.rule_config_args.settings(context)?;
        let rule_config = self.rule_config_args.rule_config(context, &settings)?;
        let lint_run = LintRun {
            rule_config: &rule_config,
            inline: self.gate.applies_ignores(),
            explicit_only: self.explicit_only,
            maps: &settings.map,
            as_format: self.as_format,
            lists: self.list_files,
        };
        if self.fix && self.source.iter().any(|name| name.as_os_str() == "-") {
            return Err(Failure::usage("--fix requires files: standard input cannot be written")
                .hint("print the changes with --diff"));
        }
        let files = lint_run.run(&self.source, context)?;
        if files.files.is_empty() && !self.allow_empty {
            return Err(no_known_format_failure(&files));
        }
        // Templates are not checked, so a run over templates alone must not pass.
        if !self.list_files && !self.allow_empty && files.files.iter().all(|file| file.linted.template) {
            return Err(only_templates(&files));
        }
        if self.list_files {
            return Ok(Outcome { ending: files.ending, ..Outcome::new(render::list(&files)?) });
        }
        if !self.fix {
            return self.outcome(files, &settings, context);
        }
        // Ignored findings are not fixed.
        let mut filters = self.gate.filters(&settings);
        let found = GateInput::from_files(files.found.clone(), &mut filters);
        let gate = Gate::new(found, &filters, None, FailOn::Never);
        let applied = apply_fixes::apply_fixes(&files, &gate, &lint_run.linter(), context)?;
        context.note(format!("{} applied", format_count_of(applied, "fix", "fixes")));
        let is_reported = self.detailed_exit_code && applied > 0;
        let ending = if is_reported { Some(FailureKind::Changed) } else { files.ending };
        // The report describes the files after the fixes.
        let outcome = self.outcome(lint_run.run(&self.source, context)?, &settings, context)?;
        Ok(Outcome { ending: outcome.ending.or(ending), ..outcome })
    }
}

/// The failure when no file has a known format. If files could not be read, warnings were printed and their exit code
/// is kept.
fn no_known_format_failure(files: &Files) -> Failure {
    let kind = files.ending.unwrap_or(FailureKind::Input);
    let mut left_out = if files.too_large > 0 { format!(" ({} too large)", files.too_large) } else { String::new() };
    if let Some(count) = files.left_out.counted() {
        left_out.push_str(&format!(" ({count} left out by ignore files)"));
    }
    if files.seen == 0 && (files.ending.is_some() || !left_out.is_empty()) {
        return Failure::new(kind, format!("no file was checked{left_out}"));
    }
    let message = match files.seen {
        1 => "unknown configuration format".to_owned(),
        seen => format!("none of {seen} files has a known configuration format"),
    };
    Failure::new(kind, format!("{message}{left_out}")).hint("set the format with --as FORMAT, or pass --allow-empty")
}

fn only_templates(files: &Files) -> Failure {
    let kind = files.ending.unwrap_or(FailureKind::Input);
    let templates = format_count(files.files.len(), "template");
    Failure::new(kind, format!("nothing was checked: {templates} that must be rendered first"))
        .hint("render the templates and lint the result, or pass --allow-empty")
}

impl LintCommand {
    fn outcome(&self, files: Files, settings: &Settings, context: &Context) -> Result<Outcome, Failure> {
        let mut filters = self.gate.filters(settings);
        let found = GateInput::from_files(files.found.clone(), &mut filters);
        let mut gate = self.gate.gate(found, &filters, settings, context)?;
        for unused in files.unused.iter().take(MAX_REPORTED) {
            context.warn(format!("ignore comment for {} matched no finding ({})", unused.rule, unused.reason));
        }
        if let Some(more @ 1..) = files.unused.len().checked_sub(MAX_REPORTED) {
            context.warn(format!("{} matched no finding", format_count(more, "more ignore comment")));
        }
        sort_by_rule_and_place(&mut gate.findings);
        let data = output::LintOutput::from_files(&files, Some(&gate));
        let summary = self.gate.summary(&gate, render::scope(&data), files.ending);
        let mut blocks = render::blocks(&data, &files.left_out);
        if self.diff {
            blocks.extend(apply_fixes::diff(&files, &gate));
        }
        let report = Report::for_checks(Self::NAME, summary, &data)?;
        let report = Report { blocks, findings: gate.findings, ..report };
        Ok(Outcome { ending: files.ending, ..Outcome::new(report) })
    }
}
