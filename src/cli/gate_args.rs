//! Options that decide which findings fail a run: `--fail-on`, baselines, ignores.

use super::baseline;
use super::context::Context;
use super::failure::Failure;
use super::rule_config_args::FailOnArg;
use authkit::finding::{CountsByRule, format_counts};
use authkit::report::answer::{BaselineUse, CheckSummary};
use authkit::settings::gate::{FileFindings, Gate};
use authkit::settings::{FailOn, Settings};
use clap::Args;
use std::path::{Path, PathBuf};

/// `--fail-on`, `--baseline`, `--write-baseline` and `--no-ignores`.
#[derive(Args)]
pub struct GateArgs {
    /// Fail the run at this severity or above [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOnArg>,

    /// Fail only on findings that are not in this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the current findings as a baseline
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", hide_short_help = true)]
    write_baseline: Option<PathBuf>,

    /// Do not apply [[ignore]] entries
    #[arg(long, hide_short_help = true)]
    no_ignores: bool,
}

impl GateArgs {
    /// Whether `[[ignore]]` entries are applied.
    pub const fn applies_ignores(&self) -> bool {
        !self.no_ignores
    }

    /// Removes ignored findings and those in the baseline, and writes the requested baseline.
    ///
    /// # Errors
    /// A baseline that cannot be read or written.
    pub fn gate(&self, found: Vec<FileFindings>, settings: &Settings, context: &Context) -> Result<Gate, Failure> {
        let ignores = if self.no_ignores { &[][..] } else { &settings.ignore };
        let baseline = self.baseline.as_deref().map(baseline::read).transpose()?;
        let fail_on = self.fail_on.map(FailOn::from).or(settings.fail_on).unwrap_or_default();
        let mut gate = Gate::new(found, ignores, baseline, fail_on);
        for unused in &gate.unused {
            context.warn(format!("[[ignore]] for {} matched no finding ({})", unused.rule, unused.reason));
        }
        let Some(path) = &self.write_baseline else { return Ok(gate) };
        baseline::write_whole(path, &gate.baseline(), context)?;
        // The baseline just written contains every finding.
        gate.fail_on = FailOn::Never;
        Ok(gate)
    }

    /// The result in numbers: the findings of `gate` in `scope`.
    pub fn summary(&self, gate: &Gate, scope: String, context: &Context) -> CheckSummary {
        let found = CountsByRule::from_findings(&gate.findings);
        let baseline = baseline_use(self.baseline.as_deref(), self.write_baseline.as_deref());
        let partial = context.is_partial();
        CheckSummary { baseline, partial, ..CheckSummary::new(found, gate.fail_on, scope) }
    }
}

/// The use of a baseline that the paths of `--baseline` and `--write-baseline` request.
pub const fn baseline_use(read: Option<&Path>, written: Option<&Path>) -> BaselineUse {
    match (read, written) {
        (_, Some(_)) => BaselineUse::Written,
        (Some(_), None) => BaselineUse::Compared,
        (None, None) => BaselineUse::Unused,
    }
}

/// `findings: 12 in the baseline, 3 ignored`, if any finding was removed.
pub fn removed_findings(counts: &[(u64, &str)]) -> Option<String> {
    Some(format_counts(counts)).filter(|text| !text.is_empty()).map(|text| format!("findings: {text}"))
}
