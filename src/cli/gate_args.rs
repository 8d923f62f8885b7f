//! The options that say which findings are a no: `--fail-on`, baselines, ignores.

use super::baseline;
use super::context::Context;
use super::failure::Failure;
use super::rule_config_args::FailOnArg;
use authkit::settings::gate::{FileFindings, Gate};
use authkit::settings::{FailOn, Settings};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct GateArgs {
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
}

impl GateArgs {
    /// Whether ignores count.
    pub const fn applies_ignores(&self) -> bool {
        !self.no_ignores
    }

    /// Takes off what is ignored and known, and writes the baseline that was asked for.
    ///
    /// # Errors
    /// A baseline that cannot be read or written.
    pub fn gate(&self, found: Vec<FileFindings>, settings: &Settings, context: &Context) -> Result<Gate, Failure> {
        let ignores = if self.no_ignores { &[][..] } else { &settings.ignore };
        let baseline = self.baseline.as_deref().map(baseline::read).transpose()?;
        let fail_on = self.fail_on.map(FailOn::from).or(settings.fail_on).unwrap_or_default();
        let mut gate = Gate::new(found, ignores, baseline, fail_on);
        for unused in &gate.unused {
            context.warn(format!("an ignore of {} matched nothing ({})", unused.rule, unused.reason));
        }
        let Some(path) = &self.write_baseline else { return Ok(gate) };
        baseline::write_whole(path, &gate.baseline(), context)?;
        // A baseline that was just written holds all of it.
        gate.fail_on = FailOn::Never;
        Ok(gate)
    }
}
