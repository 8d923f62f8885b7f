//! The options that say which findings are a no: `--fail-on`, baselines, ignores.

use super::context::Context;
use super::failure::Failure;
use super::input;
use super::output::{self, Mode};
use authkit::settings::baseline::Baseline;
use authkit::settings::gate::{Found, Gate};
use authkit::settings::{FailOn, Settings};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// The most that is read of a baseline.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// `--fail-on`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Level {
    Error,
    Warning,
    Info,
    Never,
}

impl From<Level> for FailOn {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
            Level::Never => Self::Never,
        }
    }
}

#[derive(Args)]
pub struct Gating {
    /// The lightest finding that makes the answer no [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<Level>,

    /// Only what is not in this baseline counts
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found now as a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", hide_short_help = true)]
    write_baseline: Option<PathBuf>,

    /// Obey no ignores of the settings file
    #[arg(long, hide_short_help = true)]
    no_ignores: bool,
}

impl Gating {
    /// Takes off what is ignored and known, and writes the baseline that was asked for.
    ///
    /// # Errors
    /// A baseline that cannot be read or written.
    pub fn gate(&self, found: Vec<Found>, settings: &Settings, context: &Context) -> Result<Gate, Failure> {
        let ignores = if self.no_ignores { &[][..] } else { &settings.ignore };
        let baseline = self.baseline.as_deref().map(read_baseline).transpose()?;
        let fail_on = self.fail_on.map(FailOn::from).or(settings.fail_on).unwrap_or_default();
        let mut gate = Gate::new(found, ignores, baseline, fail_on);
        for unused in &gate.unused {
            context.warn(format!("an ignore of {} matched nothing ({})", unused.rule, unused.reason));
        }
        let Some(path) = &self.write_baseline else { return Ok(gate) };
        let mut text = serde_json::to_vec_pretty(&gate.baseline())?;
        text.push(b'\n');
        output::write_file(path, &text, Mode::Public, context.force)?;
        context.say(format!("baseline written to {}", path.display()));
        // A baseline that was just written holds all of it.
        gate.fail_on = FailOn::Never;
        Ok(gate)
    }
}

/// Reads a baseline.
///
/// # Errors
/// Unreadable, or no baseline.
pub fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = input::file(path, MAX_BYTES)?.bytes;
    let text = std::str::from_utf8(bytes.expose())
        .map_err(|_| Failure::input(format!("the baseline {shown} is not UTF-8")))?;
    Baseline::parse(text).map_err(|error| Failure::input(format!("the baseline {shown}: {error}")))
}
