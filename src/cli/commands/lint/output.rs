//! What was looked into, for eyes and for machines.

use super::files::Files;
use crate::cli::sources::LeftOut;
use authkit::finding::format_count;
use authkit::report::{Block, Report, Tone, Verdict};
use authkit::settings::gate::Gate;
use authkit::settings::ignores::UnusedIgnore;

/// The answer: what was recognised, and how much of it was judged.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct LintOutput {
    /// Files that were looked into.
    seen: usize,
    /// Files of folders that were not looked into, because they are larger than a configuration may be.
    too_large: usize,
    /// What was not judged, by cause.
    left_out: LintLeftOutOutput,
    /// Files that a format knows, in the order of their names.
    files: Vec<LintedFileOutput>,
    /// Settings that are written.
    explicit: usize,
    /// Settings that count by a product's default.
    defaults: usize,
    /// Settings whose value is known only where the product runs.
    not_checked: usize,
    /// Findings that a baseline knows.
    known: u64,
    /// Findings that settings or comments ignore.
    ignored: u64,
    /// Ignores that matched nothing.
    unused_ignores: Vec<UnusedIgnore>,
}

/// How much was not judged, and why.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct LintLeftOutOutput {
    /// Files that an ignore file names.
    ignored_files: u64,
    /// Directories that an ignore file names, each counted once.
    ignored_directories: u64,
    /// Files that are larger than a configuration may be.
    too_large: usize,
    /// Files and directories that could not be read.
    unreadable: usize,
    /// Files that a template engine fills in first.
    templates: usize,
    /// Files that no format knows.
    unrecognised: usize,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct LintedFileOutput {
    file: String,
    /// Empty: the file is broken, or a template.
    recognised: Vec<DetectedFormatOutput>,
    explicit: usize,
    defaults: usize,
    not_checked: Vec<UnresolvedSettingOutput>,
    /// It is filled in by a template engine first: nothing of it was checked.
    template: bool,
}

#[derive(serde::Serialize, schemars::JsonSchema, PartialEq)]
struct DetectedFormatOutput {
    /// As `--as` takes it.
    format: &'static str,
    /// Whose defaults count.
    product: &'static str,
    why: &'static str,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct UnresolvedSettingOutput {
    name: String,
    pointer: String,
    line: u64,
}

impl LintOutput {
    /// Without a gate nothing was judged.
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
            seen,
            too_large: files_too_large,
            left_out,
            explicit: sum(|file| file.explicit),
            defaults: sum(|file| file.defaults),
            not_checked: sum(|file| file.not_checked.len().saturating_add(usize::from(file.template))),
            files,
            known,
            ignored,
            unused_ignores,
        }
    }
}

fn file(name: &str, linted: &authkit::lint::LintResult) -> LintedFileOutput {
    let mut recognised: Vec<DetectedFormatOutput> = Vec::new();
    for one in &linted.recognised {
        let one = DetectedFormatOutput { format: one.format.name, product: one.format.product, why: one.why };
        if !recognised.contains(&one) {
            recognised.push(one);
        }
    }
    let not_checked = linted.not_checked.iter().map(|one| UnresolvedSettingOutput {
        name: one.name.clone(),
        pointer: one.pointer.clone(),
        line: one.line,
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

/// The report for eyes; findings follow it.
pub fn blocks(data: &LintOutput, left_out: &LeftOut) -> Vec<Block> {
    let mut rest = format!("of {} looked into: {}", data.seen, format_count(data.explicit, "setting"));
    if data.defaults > 0 {
        rest.push_str(&format!(", {} by default", data.defaults));
    }
    if data.not_checked > 0 {
        rest.push_str(&format!(", {} not checked", data.not_checked));
    }
    for (count, what) in [(data.known, "known"), (data.ignored, "ignored")] {
        if count > 0 {
            rest.push_str(&format!(", {} {what}", format_count(count, "finding")));
        }
    }
    if data.too_large > 0 {
        rest.push_str(&format!(", {} too large", format_count(data.too_large, "file")));
    }
    if let Some(what) = left_out.counted() {
        rest.push_str(&format!(", {what} left out by ignore files"));
    }
    let word = format_count(data.files.len(), "file");
    let mut blocks = vec![Block::Status { tone: Tone::Plain, word, rest }];
    for file in &data.files {
        if file.template {
            blocks.push(Block::Paragraph(format!("{}: not checked, a template engine fills it in first", file.file)));
        }
    }
    blocks.push(Block::Gap);
    blocks
}

/// `--list-files`: what was recognised, and why.
pub fn list(files: &Files) -> Result<Report, serde_json::Error> {
    let data = LintOutput::from_files(files, None);
    let mut rows = Vec::new();
    for file in &data.files {
        for one in &file.recognised {
            rows.push(vec![file.file.clone(), one.format.to_owned(), one.why.to_owned()]);
        }
        if file.recognised.is_empty() {
            let why = if file.template { "a template: not checked" } else { "broken or too large: not checked" };
            rows.push(vec![file.file.clone(), "-".to_owned(), why.to_owned()]);
        }
    }
    let left_out = files.left_out.names().map(|path| path.strip_prefix("./").unwrap_or(path).display().to_string());
    rows.extend(left_out.map(|name| vec![name, "-".to_owned(), "left out by an ignore file".to_owned()]));
    let table = Block::Table { head: vec!["FILE", "FORMAT", "WHY"], numbers: Vec::new(), rows };
    Ok(Report::new("lint", Verdict::Done, &data)?.with(table))
}
