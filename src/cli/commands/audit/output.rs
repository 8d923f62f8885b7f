//! Output of `audit`: the JSON data and the human-readable report.

use super::Measured;
use super::pipeline::{NotRead, TriedSecrets};
use authkit::audit::measurements::{self};
use authkit::audit::summary::AuditSummary;
use authkit::settings::gate::Gate;
use authkit::settings::ignores::UnusedIgnore;

/// JSON data of `audit`: the measurements and the effect of baseline and ignores.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct AuditOutput {
    #[serde(flatten)]
    pub(super) measured: Measured,
    /// Findings that are in the baseline.
    pub(super) baselined: u64,
    /// Findings that `[[ignore]]` entries match.
    pub(super) ignored: u64,
    /// `[[ignore]]` entries that matched no finding.
    pub(super) unused_ignores: Vec<UnusedIgnore>,
    /// Only with `--try-secrets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tried_secrets: Option<TriedSecrets>,
    /// Files that were not read, by cause.
    pub(super) left_out: AuditLeftOutOutput,
}

/// Counts of skipped files, by cause.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct AuditLeftOutOutput {
    /// Files that an ignore file excludes.
    pub(super) ignored_files: u64,
    /// Directories that an ignore file excludes, each counted once.
    pub(super) ignored_directories: u64,
    /// Files and directories whose names start with a dot.
    pub(super) hidden: u64,
    /// Binary files found in directories.
    pub(super) binary: u64,
    /// Files and directories that could not be read.
    pub(super) unreadable: usize,
}

impl AuditOutput {
    pub fn from_summary(
        summary: &AuditSummary,
        top: usize,
        gate: Option<&Gate>,
        tried_secrets: Option<TriedSecrets>,
        left_out: &NotRead,
    ) -> Self {
        let NotRead { ignored, binary, unreadable } = left_out;
        Self {
            measured: measurements::data(summary, top),
            baselined: gate.map_or(0, |gate| gate.known),
            ignored: gate.map_or(0, |gate| gate.ignored),
            unused_ignores: gate.map(|gate| gate.unused.clone()).unwrap_or_default(),
            tried_secrets,
            left_out: AuditLeftOutOutput {
                ignored_files: ignored.files(),
                ignored_directories: ignored.directories(),
                hidden: ignored.hidden,
                binary: *binary,
                unreadable: *unreadable,
            },
        }
    }
}
