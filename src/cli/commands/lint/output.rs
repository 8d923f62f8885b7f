//! Output of `lint`: the JSON data and the human-readable report.

use super::files::Files;
use authkit::settings::gate::Gate;
use authkit::settings::ignores::UnusedIgnore;

/// JSON data of `lint`: the recognised files and how many settings were checked.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct LintOutput {
    /// Files that were checked, recognised or not.
    pub(super) files_scanned: usize,
    /// Files that were not checked because they exceed the size limit for configuration files.
    pub(super) too_large: usize,
    /// Skipped files, by cause.
    pub(super) left_out: LintLeftOutOutput,
    /// Files with a known format, in the order in which they were read.
    pub(super) files: Vec<LintedFileOutput>,
    /// Explicit settings.
    pub(super) explicit: usize,
    /// Settings with the product's default.
    pub(super) defaults: usize,
    /// Settings whose value is computed at run time, and templates.
    pub(super) not_checked: usize,
    /// Findings that are in the baseline.
    pub(super) baselined: u64,
    /// Findings that `[[ignore]]` entries or comments ignore.
    pub(super) ignored: u64,
    /// `[[ignore]]` entries and comments that matched no finding.
    pub(super) unused_ignores: Vec<UnusedIgnore>,
}

/// Counts of skipped files, by cause.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct LintLeftOutOutput {
    /// Files that an ignore file excludes.
    pub(super) ignored_files: u64,
    /// Directories that an ignore file excludes, each counted once.
    pub(super) ignored_directories: u64,
    /// Files that exceed the size limit for configuration files.
    pub(super) too_large: usize,
    /// Files and directories that could not be read.
    pub(super) unreadable: usize,
    /// Templates, which must be rendered before they can be checked.
    pub(super) templates: usize,
    /// Files in no known format.
    pub(super) unrecognised: usize,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct LintedFileOutput {
    pub(super) file: String,
    /// Empty if the file is malformed, too large or a template.
    pub(super) recognised: Vec<DetectedFormatOutput>,
    pub(super) explicit: usize,
    pub(super) defaults: usize,
    pub(super) not_checked: Vec<UnresolvedSettingOutput>,
    /// Whether the file is a template, which is not checked.
    pub(super) template: bool,
}

#[derive(serde::Serialize, schemars::JsonSchema, PartialEq)]
pub(super) struct DetectedFormatOutput {
    /// The name that `--as` accepts.
    pub(super) format: &'static str,
    /// The product whose defaults apply.
    pub(super) product: &'static str,
    /// Why the format was detected.
    pub(super) why: &'static str,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct UnresolvedSettingOutput {
    pub(super) name: String,
    pub(super) pointer: String,
    pub(super) line: u64,
}

impl LintOutput {
    /// `gate` is `None` with `--list-files`, which checks nothing.
    pub fn from_files(files: &Files, gate: Option<&Gate>) -> Self {
        let (seen, files_too_large) = (files.seen, files.too_large);
        let left_out = LintLeftOutOutput {
            ignored_files: files.left_out.files(),
            ignored_directories: files.left_out.directories(),
            too_large: files.too_large,
            unreadable: files.unreadable,
            templates: files.files.iter().filter(|file| file.linted.template).count(),
            unrecognised: files.seen.saturating_sub(files.files.len()),
        };
        let known = gate.map_or(0, |gate| gate.known);
        let ignored = files.ignored.saturating_add(gate.map_or(0, |gate| gate.ignored));
        let unused_ignores = gate.map(|gate| gate.unused.iter().chain(&files.unused).cloned().collect());
        let unused_ignores = unused_ignores.unwrap_or_default();
        let files: Vec<LintedFileOutput> = files.files.iter().map(|one| file(&one.name, &one.linted)).collect();
        let sum = |count: fn(&LintedFileOutput) -> usize| files.iter().map(count).fold(0_usize, usize::saturating_add);
        Self {
            files_scanned: seen,
            too_large: files_too_large,
            left_out,
            explicit: sum(|file| file.explicit),
            defaults: sum(|file| file.defaults),
            not_checked: sum(|file| file.not_checked.len().saturating_add(usize::from(file.template))),
            files,
            baselined: known,
            ignored,
            unused_ignores,
        }
    }
}

pub(super) fn file(name: &str, linted: &authkit::lint::LintResult) -> LintedFileOutput {
    let mut recognised: Vec<DetectedFormatOutput> = Vec::new();
    for one in &linted.recognised {
        let detected = DetectedFormatOutput { format: one.format.name, product: one.format.product, why: one.why };
        if !recognised.contains(&detected) {
            recognised.push(detected);
        }
    }
    let not_checked = linted.not_checked.iter().map(|setting| UnresolvedSettingOutput {
        name: setting.name.clone(),
        pointer: setting.pointer.clone(),
        line: setting.line,
    });
    LintedFileOutput {
        file: name.to_owned(),
        recognised,
        explicit: linted.explicit,
        defaults: linted.defaults,
        not_checked: not_checked.collect(),
        template: linted.template,
    }
}
