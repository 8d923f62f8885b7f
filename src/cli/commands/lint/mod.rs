//! `authkit lint`: token, session and cookie configuration of real products.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::gate_args::GateArgs;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use authkit::finding::{Finding, format_count};
use authkit::product_config::formats::{self, FORMATS, Format};
use authkit::report::{Outcome, Report, Verdict};
use authkit::settings::gate::Gate;
use authkit::settings::ignores::Ignore;
use authkit::settings::{FailOn, Settings};
use clap::Args;
use files::{Files, LintRun};
use std::path::PathBuf;

mod apply_fixes;
mod files;
mod output;

#[derive(Args)]
pub struct LintCommand {
    /// Files, folders, or - for standard input [default: .]
    ///
    /// Each file says by its content what it is; what no format knows is passed over. Folders are walked as .gitignore
    /// and .ignore say; what they leave out is counted.
    #[arg(value_name = "SOURCE")]
    source: Vec<PathBuf>,

    /// Take every source as this format, whatever its content says
    #[arg(long = "as", value_name = "FORMAT", value_parser = format_named)]
    as_format: Option<&'static Format>,

    /// Say nothing about what counts by a product's default
    #[arg(long)]
    explicit_only: bool,

    /// Say which files are recognised as what, and why, and judge nothing
    #[arg(long)]
    list_files: bool,

    /// Write safe fixes to the files: cookie flags, windows of reuse, units; never other lifetimes
    #[arg(long)]
    fix: bool,

    /// Exit with 5 when --fix changed something, and nothing is left that counts
    #[arg(long, requires = "fix")]
    detailed_exit_code: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    /// Exit with 0 when no file is recognised
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[command(flatten)]
    gating: GateArgs,

    #[command(flatten)]
    judging: RuleConfigArgs,
}

/// Unused ignores that are said one by one; a machine gets all of them.
const MOST_SAID: usize = 10;

fn format_named(name: &str) -> Result<&'static Format, String> {
    formats::find(name).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        format!("there is no such format; formats: {}", names.join(", "))
    })
}

impl RunCommand for LintCommand {
    const NAME: &'static str = "lint";
    const ABOUT: &'static str = "Judge token, session and cookie configuration of real products";
    const EXAMPLES: &'static str = "
        authkit lint --allow-empty
        authkit lint --list-files --allow-empty
        printf '[auth]\\njwt_expiry = 604800\\n' | authkit lint - --as supabase || true";
    const JUDGES: bool = true;
    type Data = output::LintOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let settings = self.judging.settings(context)?;
        let policy = self.judging.rule_config(context, &settings)?;
        let job = LintRun {
            policy: &policy,
            inline: self.gating.applies_ignores(),
            explicit_only: self.explicit_only,
            maps: &settings.map,
            as_format: self.as_format,
            lists: self.list_files,
        };
        if self.fix && self.source.iter().any(|name| name.as_os_str() == "-") {
            return Err(
                Failure::usage("--fix needs files: standard input cannot be written to").hint("--diff shows it")
            );
        }
        let files = job.run(&self.source, context)?;
        if files.files.is_empty() && !self.allow_empty {
            return Err(no_known_format_failure(&files, context));
        }
        // Of a template nothing is checked, which is not the same as nothing being wrong.
        if !self.list_files && !self.allow_empty && files.files.iter().all(|file| file.linted.template) {
            return Err(only_templates(&files, context));
        }
        if self.list_files {
            return Ok(Outcome { artefact: None, report: output::list(&files)? });
        }
        if !self.fix {
            return self.answer(files, &settings, context);
        }
        // What is ignored stays as it is.
        let gate = Gate::new(files.found.clone(), ignores(&settings, &self.gating), None, FailOn::Never);
        let made = apply_fixes::apply_fixes(&files, &gate, &job.linter(), context)?;
        context.note(format!("{made} fixed"));
        if self.detailed_exit_code && made > 0 {
            context.set_exit_kind(FailureKind::Changed);
        }
        // What is said is said of the files as they are now.
        self.answer(job.run(&self.source, context)?, &settings, context)
    }
}

/// No file is known, and perhaps that is because none could be read, which has been said.
fn no_known_format_failure(files: &Files, context: &Context) -> Failure {
    let kind = context.ending().unwrap_or(FailureKind::Input);
    let mut left_out = if files.too_large > 0 { format!(" ({} too large)", files.too_large) } else { String::new() };
    if let Some(what) = files.left_out.counted() {
        left_out.push_str(&format!(" ({what} left out by ignore files)"));
    }
    if files.seen == 0 && (context.ending().is_some() || !left_out.is_empty()) {
        return Failure::new(kind, format!("no file was looked into{left_out}"));
    }
    let said = match files.seen {
        1 => "the file is no configuration that is known".to_owned(),
        seen => format!("none of {seen} files is a configuration that is known"),
    };
    Failure::new(kind, format!("{said}{left_out}"))
        .hint("--as FORMAT says what a file is; --allow-empty makes that exit code 0")
}

fn only_templates(files: &Files, context: &Context) -> Failure {
    let kind = context.ending().unwrap_or(FailureKind::Input);
    let what = format_count(files.files.len(), "template");
    Failure::new(kind, format!("nothing was checked: {what} of configuration, which a template engine fills in first"))
        .hint("render the templates and check the result; --allow-empty makes that exit code 0")
}

fn ignores<'s>(settings: &'s Settings, gating: &GateArgs) -> &'s [Ignore] {
    if gating.applies_ignores() { &settings.ignore } else { &[] }
}

impl LintCommand {
    fn answer(&self, files: Files, settings: &Settings, context: &Context) -> Result<Outcome, Failure> {
        let mut gate = self.gating.gate(files.found.clone(), settings, context)?;
        for one in files.unused.iter().take(MOST_SAID) {
            context.warn(format!("an ignore of {} matched nothing ({})", one.rule, one.reason));
        }
        if let Some(more @ 1..) = files.unused.len().checked_sub(MOST_SAID) {
            context.warn(format!("{} matched nothing", format_count(more, "more ignore")));
        }
        gate.findings.sort_by(|a, b| {
            let place = |finding: &Finding| {
                let at = &finding.location;
                (at.file.clone(), at.line, at.column)
            };
            b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)).then_with(|| place(a).cmp(&place(b)))
        });
        let verdict = if gate.fails() { Verdict::Findings } else { Verdict::Clean };
        let data = output::LintOutput::from_files(&files, Some(&gate));
        let mut blocks = output::blocks(&data, &files.left_out);
        if self.diff {
            blocks.extend(apply_fixes::diff(&files, &gate));
        }
        let report = Report::new(Self::NAME, verdict, &data)?;
        Ok(Outcome { artefact: None, report: Report { blocks, findings: gate.findings, ..report } })
    }
}
