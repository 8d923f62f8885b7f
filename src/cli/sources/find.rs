//! Folders as git sees them: what `.gitignore` and `.ignore` name is left out, hidden files too, links are
//! not followed, and the order is that of the names. The user's own git settings play no part, so that a
//! folder is read in the same way on every machine.
#![allow(clippy::disallowed_methods, reason = "this is a door: names become files")]

use super::ignore_files::{self, MAX_IGNORE_BYTES, Oversized};
use super::left_out::LeftOut;
use super::{Origin, Problem};
use crate::cli::failure::FailureKind;
use std::path::{Path, PathBuf};

/// Adds what `name` names: a file, or the files of a folder.
pub(super) fn named(name: &Path, origins: &mut Vec<Origin>, problems: &mut Vec<Problem>, left_out: &mut LeftOut) {
    if !std::fs::metadata(name).is_ok_and(|found| found.is_dir()) {
        // What is missing is said when it is opened, in its turn.
        origins.push(Origin::File(name.to_owned()));
        return;
    }
    let oversized = ignore_files::walk(name, false, left_out, &mut |entry| match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
            origins.push(Origin::InFolder(without_dot(entry.path()).to_owned()));
        }
        // Folders, links, and what would block or never end: pipes, sockets, devices.
        Ok(_) => {}
        Err(error) => problems.push(unreadable(name, &error)),
    });
    problems.extend(oversized.iter().map(not_applied));
}

/// Files that `names` name, and those of folders: a path, and whether it was met in a folder. Hidden files count here,
/// because configuration is often hidden, but the folder of git does not.
pub fn files(names: &[PathBuf], left_out: &mut LeftOut) -> (Vec<(PathBuf, bool)>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        if !std::fs::metadata(name).is_ok_and(|meta| meta.is_dir()) {
            found.push((name.clone(), false));
            continue;
        }
        let oversized = ignore_files::walk(name, true, left_out, &mut |entry| match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                found.push((without_dot(entry.path()).to_owned(), true));
            }
            Ok(_) => {}
            Err(error) => problems.push(unreadable(name, &error)),
        });
        problems.extend(oversized.iter().map(not_applied));
    }
    (found, problems)
}

/// What there is to read, in bytes; `None` when something has no end that is known. What cannot be found counts nothing.
pub(super) fn bytes(origins: &[Origin]) -> Option<u64> {
    origins.iter().try_fold(0_u64, |sum, origin| {
        let path = match origin {
            Origin::Stdin(_) => return None,
            Origin::File(path) | Origin::InFolder(path) => path,
        };
        match std::fs::metadata(path) {
            Ok(found) if found.is_file() => Some(sum.saturating_add(found.len())),
            Ok(_) => None,
            Err(_) => Some(sum),
        }
    })
}

/// Names need not be UTF-8: files are opened by their paths, and what is printed is only for reading.
fn without_dot(path: &Path) -> &Path {
    path.strip_prefix("./").unwrap_or(path)
}

fn unreadable(root: &Path, error: &ignore::Error) -> Problem {
    let name = path(error).map_or(root, without_dot).display().to_string();
    let what = error.io_error().map_or_else(|| error.to_string(), |error| format!("it cannot be read: {error}"));
    Problem { source: None, name, what, after: 0, kind: Some(FailureKind::Environment) }
}

/// More is read than the ignore files say, so that nothing is missing.
fn not_applied(oversized: &Oversized) -> Problem {
    let name = without_dot(&oversized.directory).display().to_string();
    let size = match oversized.bytes {
        u64::MAX => "an ignore file here or above is not a regular file".to_owned(),
        bytes => format!("its ignore files and those above have {bytes} bytes, at most {MAX_IGNORE_BYTES} are applied"),
    };
    let what = format!("{size}: nothing in this directory is ignored");
    Problem { source: None, name, what, after: 0, kind: None }
}

/// The path that an error is about.
fn path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => self::path(err),
        _ => None,
    }
}
