//! `--fix` and `--diff`: safe fixes, written to the files or printed as a diff. Only findings that the gate reports
//! are fixed.
#![allow(clippy::disallowed_methods, reason = "a file keeps its mode and its symbolic links")]

use super::files::{Files, LintedFile};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::output::{Mode, write_file};
use authkit::encoding::bounds::as_u64;
use authkit::lint::Linter;
use authkit::lint::fix::{Edit, apply};
use authkit::product_config::syntax::MAX_BYTES;
use authkit::report::Block;
use authkit::settings::gate::Gate;

/// The edits of each file that belong to a reported finding.
fn edits<'f>(files: &'f Files, gate: &Gate) -> Vec<(&'f LintedFile, Vec<&'f Edit>)> {
    let is_reported = |file: &str, edit: &Edit| {
        gate.findings.iter().any(|finding| {
            finding.rule == edit.rule
                && finding.location.file.as_deref() == Some(file)
                && finding.location.pointer.as_deref() == Some(&edit.pointer)
        })
    };
    let with_edits = |file: &'f LintedFile| {
        let edits: Vec<&Edit> = file.linted.edits.iter().filter(|edit| is_reported(&file.name, edit)).collect();
        (!edits.is_empty()).then_some((file, edits))
    };
    files.files.iter().filter_map(with_edits).collect()
}

/// The pending edits as a human-readable diff.
pub fn diff(files: &Files, gate: &Gate) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (LintedFile { name, .. }, edits) in edits(files, gate) {
        blocks.push(Block::Verbatim(format!("--- {name}")));
        blocks.push(Block::Verbatim(format!("+++ {name}")));
        for edit in edits {
            blocks.push(Block::Verbatim(format!("@@ -{} +{} @@", edit.line, edit.line)));
            blocks.push(Block::Verbatim(format!("-{}", edit.before)));
            blocks.extend(edit.after.lines().map(|line| Block::Verbatim(format!("+{line}"))));
        }
    }
    if !blocks.is_empty() {
        blocks.push(Block::Gap);
    }
    blocks
}

/// Writes the fixes and returns how many edits were applied. A file stays unchanged if its fixed text would still have
/// a finding that the edits should have removed.
///
/// # Errors
/// A file cannot be read again or written.
pub fn apply_fixes(files: &Files, gate: &Gate, linter: &Linter<'_>, context: &Context) -> Result<u64, Failure> {
    let mut applied = 0_u64;
    for (LintedFile { name, path, .. }, edits) in edits(files, gate) {
        let path = path.as_ref().and_then(|path| path.canonicalize().ok());
        let Some(path) = path.filter(|path| path.is_file()) else { continue };
        let read = input::read_file(&path, MAX_BYTES)?;
        let Ok(text) = std::str::from_utf8(read.bytes.expose()) else { continue };
        let (byte_order_mark, body) = match text.strip_prefix('\u{feff}') {
            Some(body) => ("\u{feff}", body),
            None => ("", text),
        };
        let edits: Vec<Edit> = edits.into_iter().cloned().collect();
        let is_unchanged = |edit: &Edit| body.get(edit.bytes.clone()).is_some_and(|old| edit.before.contains(old));
        let fixed = apply(body, &edits).filter(|_| edits.iter().all(is_unchanged));
        let is_resolved = |fixed: &String| {
            let left = linter.lint(fixed, name, None).findings;
            edits.iter().all(|edit| {
                !left.iter().any(|one| one.rule == edit.rule && one.location.pointer.as_deref() == Some(&edit.pointer))
            })
        };
        let Some(fixed) = fixed.filter(is_resolved) else {
            context.warn(format!(
                "{name} was not fixed: it changed during the run, or the fix would not parse as intended"
            ));
            continue;
        };
        // The file keeps its mode, group and owner: it may contain secrets next to the fixed settings.
        write_file(context, &path, format!("{byte_order_mark}{fixed}").as_bytes(), Mode::Public, true)?;
        applied = applied.saturating_add(as_u64(edits.len()));
    }
    Ok(applied)
}
