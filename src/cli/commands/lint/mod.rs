//! `authkit lint`: token, session and cookie configuration of real products.

use super::Run;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::input;
use crate::cli::judging::{Judging, Level};
use crate::cli::output::{Lines, Mode, write_file};
use authkit::config::formats::{self, FORMATS, Format};
use authkit::report::{Outcome, Report, Verdict};
use authkit::settings::baseline::Baseline;
use authkit::settings::{FailOn, Settings};
use clap::Args;
use files::{Files, Job};
use std::path::{Path, PathBuf};

mod files;
mod mend;
mod shown;

/// The most that is read of a baseline.
const MAX_BASELINE: usize = 64 * 1024 * 1024;

#[derive(Args)]
pub struct Lint {
    /// Files, folders, or - for standard input [default: .]
    ///
    /// Each file says by its content what it is; what no format knows is passed over. Folders are walked as .gitignore
    /// says.
    #[arg(value_name = "SOURCE")]
    source: Vec<String>,

    /// Take every source as this format, whatever its content says
    #[arg(long = "as", value_name = "FORMAT", value_parser = format_named)]
    as_format: Option<&'static Format>,

    /// The lightest finding that makes the answer no [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<Level>,

    /// Say nothing about what counts by a product's default
    #[arg(long)]
    explicit_only: bool,

    /// Say which files are recognised as what, and why, and judge nothing
    #[arg(long)]
    list_files: bool,

    /// Write safe fixes to the files: cookie flags, windows of reuse; never lifetimes
    #[arg(long)]
    fix: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    /// Only what is not in this baseline counts
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found now as a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", hide_short_help = true)]
    write_baseline: Option<PathBuf>,

    /// Obey no ignores, neither of the settings file nor of comments
    #[arg(long, hide_short_help = true)]
    no_ignores: bool,

    /// Exit with 0 when no file is recognised
    #[arg(long, hide_short_help = true)]
    allow_empty: bool,

    #[command(flatten)]
    judging: Judging,
}

fn format_named(name: &str) -> Result<&'static Format, String> {
    formats::find(name).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        format!("there is no such format; formats: {}", names.join(", "))
    })
}

impl Run for Lint {
    const NAME: &'static str = "lint";
    const ABOUT: &'static str = "Judge token, session and cookie configuration of real products";
    const EXAMPLES: &'static str = "
        authkit lint --allow-empty
        authkit lint --list-files --allow-empty
        printf '[auth]\\njwt_expiry = 604800\\n' | authkit lint - --as supabase || true";
    const JUDGES: bool = true;
    type Data = shown::Data;

    fn run(self, context: &Context, _: &mut dyn Lines) -> Result<Outcome, Failure> {
        let settings = self.judging.settings(context)?;
        let policy = self.judging.judgement(context, &settings)?;
        let ignores = if self.no_ignores { &[][..] } else { &settings.ignore };
        let job = Job {
            policy: &policy,
            ignores,
            inline: !self.no_ignores,
            tally: self.baseline.is_some() || self.write_baseline.is_some(),
            explicit_only: self.explicit_only,
            maps: &settings.map,
            as_format: self.as_format,
        };
        if self.fix && self.source.iter().any(|name| name == "-") {
            return Err(
                Failure::usage("--fix needs files: standard input cannot be written to").hint("--diff shows it")
            );
        }
        let files = job.run(&self.source, context)?;
        if files.files.is_empty() && !self.allow_empty {
            let failure = context.ending().map_or(Kind::Input, |kind| kind);
            return Err(Failure::new(
                failure,
                format!("none of {} files is a configuration that is known", files.seen),
            )
            .hint("--as FORMAT says what a file is; --allow-empty makes that exit code 0"));
        }
        if self.list_files {
            return Ok(Outcome { artefact: None, report: shown::list(&files)? });
        }
        if self.fix {
            let made = mend::write(&files, &job.linter(), context)?;
            context.say(format!("{made} fixed"));
            // What is said is said of the files as they are now.
            return self.answer(job.run(&self.source, context)?, &settings, context);
        }
        self.answer(files, &settings, context)
    }
}

impl Lint {
    fn answer(&self, mut files: Files<'_>, settings: &Settings, context: &Context) -> Result<Outcome, Failure> {
        if let Some(path) = &self.write_baseline {
            let mut text = serde_json::to_vec_pretty(&Baseline::of(files.tallies()))?;
            text.push(b'\n');
            write_file(path, &text, Mode::Public, context.force)?;
            context.say(format!("baseline written to {}", path.display()));
        }
        let known = match &self.baseline {
            Some(path) => files.forget_known(read_baseline(path)?),
            None => 0,
        };
        let unused = files.unused();
        for one in &unused {
            context.warn(format!("an ignore of {} matched nothing ({})", one.rule, one.reason));
        }
        let fail_on = self.fail_on.map_or(settings.fail_on.unwrap_or_default(), FailOn::from);
        // A baseline that was just written holds all of it.
        let fail_on = if self.write_baseline.is_some() { FailOn::Never } else { fail_on };
        let is_no = files.findings.iter().any(|finding| fail_on.is_met_by(finding.severity));
        let verdict = if is_no { Verdict::Findings } else { Verdict::Clean };
        let data = shown::Data::of(&files, known, unused);
        let mut blocks = shown::blocks(&data);
        if self.diff {
            blocks.extend(mend::diff(&files));
        }
        let report = Report::new(Self::NAME, verdict, &data)?;
        Ok(Outcome { artefact: None, report: Report { blocks, findings: files.findings, ..report } })
    }
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = input::file(path, MAX_BASELINE)?.bytes;
    let text = std::str::from_utf8(bytes.expose())
        .map_err(|_| Failure::input(format!("the baseline {shown} is not UTF-8")))?;
    Baseline::parse(text).map_err(|error| Failure::input(format!("the baseline {shown}: {error}")))
}
