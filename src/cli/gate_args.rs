//! Options that decide which findings fail a run: `--fail-on`, baselines, ignores.

use super::baseline;
use super::context::Context;
use super::failure::{Failure, FailureKind};
use super::rule_config_args::FailOnArg;
use authkit::finding::format_counts;
use authkit::report::answer::{BaselineUse, CheckSummary};
use authkit::settings::baseline::Baseline;
use authkit::settings::gate::{Gate, GateInput};
use authkit::settings::ignore_filter::IgnoreFilters;
use authkit::settings::ignores::Ignore;
use authkit::settings::{FailOn, Settings};
use clap::Args;
use std::path::PathBuf;

/// `--fail-on`, `--baseline`, `--write-baseline` and `--no-ignores`.
#[derive(Args)]
pub struct GateArgs {
    /// Fail the run at this severity or above [default: error]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<FailOnArg>,

    /// Report only findings that are not in this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the current findings to a baseline file
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

    /// The `[[ignore]]` entries to apply.
    pub fn ignores<'s>(&self, settings: &'s Settings) -> &'s [Ignore] {
        if self.no_ignores { &[] } else { &settings.ignore }
    }

    /// Whether findings are removed because a baseline has them.
    pub const fn reads_baseline(&self) -> bool {
        self.baseline.is_some()
    }

    /// Whether findings must be counted, for a baseline that is read or written.
    pub const fn tallies(&self) -> bool {
        self.baseline.is_some() || self.write_baseline.is_some()
    }

    /// Ignore filters for the sources of a run.
    pub fn filters<'s>(&self, settings: &'s Settings) -> IgnoreFilters<'s> {
        IgnoreFilters::new(self.ignores(settings), self.tallies())
    }

    /// Removes the findings in the baseline, warns about unused ignores, and writes the requested baseline. `filters`
    /// are those that `input` has passed.
    ///
    /// # Errors
    /// A baseline that cannot be read or written.
    pub fn gate(
        &self,
        input: GateInput,
        filters: &IgnoreFilters<'_>,
        settings: &Settings,
        context: &Context,
    ) -> Result<Gate, Failure> {
        let baseline = self.baseline.as_deref().map(baseline::read).transpose()?;
        let fail_on = self.fail_on.map(FailOn::from).or(settings.fail_on).unwrap_or_default();
        let mut gate = Gate::new(input, filters, baseline, fail_on);
        for unused in &gate.unused {
            context.warn(format!("[[ignore]] for {} matched no finding ({})", unused.rule, unused.reason));
        }
        let Some(path) = &self.write_baseline else { return Ok(gate) };
        baseline::write(path, &Baseline::from_counts(filters.tallies()), context)?;
        // The baseline just written contains every finding.
        gate.fail_on = FailOn::Never;
        Ok(gate)
    }

    /// The result in numbers: the findings of `gate` in `scope`. `ending` is that of the outcome.
    pub fn summary(&self, gate: &Gate, scope: String, ending: Option<FailureKind>) -> CheckSummary {
        let baseline = match (&self.baseline, &self.write_baseline) {
            (_, Some(_)) => BaselineUse::Written,
            (Some(_), None) => BaselineUse::Compared,
            (None, None) => BaselineUse::Unused,
        };
        let partial = ending.is_some_and(|kind| kind != FailureKind::Changed);
        CheckSummary { baseline, partial, ..CheckSummary::new(gate.counts.clone(), gate.fail_on, scope) }
    }
}

/// `findings: 12 in the baseline, 3 ignored`, if any finding was removed.
pub fn removed_findings(counts: &[(u64, &str)]) -> Option<String> {
    Some(format_counts(counts)).filter(|text| !text.is_empty()).map(|text| format!("findings: {text}"))
}
