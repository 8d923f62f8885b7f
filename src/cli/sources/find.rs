//! Discovery of files in directories: hidden files and those in `.gitignore` and `.ignore` are skipped, symbolic links
//! are not followed, and files are sorted by name. The user's git configuration is ignored, so that a directory is read
//! the same way on every machine.
#![allow(clippy::disallowed_methods, reason = "this is a door: names become files")]

use super::ignore_files::{self, MAX_IGNORE_BYTES, Oversized};
use super::left_out::LeftOut;
use super::{Origin, Problem};
use crate::cli::failure::FailureKind;
use std::path::{Path, PathBuf};

/// Adds the file `name`, or the files in the directory `name`.
pub(super) fn named(name: &Path, origins: &mut Vec<Origin>, problems: &mut Vec<Problem>, left_out: &mut LeftOut) {
    if !std::fs::metadata(name).is_ok_and(|found| found.is_dir()) {
        // A missing file is reported when it is opened.
        origins.push(Origin::File(name.to_owned()));
        return;
    }
    let oversized = ignore_files::walk(name, false, left_out, &mut |entry| match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
            origins.push(Origin::InFolder(without_dot(entry.path()).to_owned()));
        }
        // Directories, symbolic links, and files that may block or never end: pipes, sockets, devices.
        Ok(_) => {}
        Err(error) => problems.push(unreadable(name, &error)),
    });
    problems.extend(oversized.iter().map(not_applied));
}

/// The files `names`, and those in the directories among them: each path, and whether it was found in a directory.
/// Includes hidden files, because configuration is often hidden, but not `.git`.
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

/// The total size in bytes; `None` when the size of an origin is unknown. Missing files count as 0.
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

/// The path for messages. It need not be UTF-8; files are opened by the original path.
fn without_dot(path: &Path) -> &Path {
    path.strip_prefix("./").unwrap_or(path)
}

fn unreadable(root: &Path, error: &ignore::Error) -> Problem {
    let name = path(error).map_or(root, without_dot).display().to_string();
    let what = error.io_error().map_or_else(|| error.to_string(), |error| format!("cannot be read: {error}"));
    Problem { source: None, name, what, after: 0, kind: Some(FailureKind::Environment) }
}

/// A directory whose ignore files are not applied, so more is read than intended, and nothing is missed.
fn not_applied(oversized: &Oversized) -> Problem {
    let name = without_dot(&oversized.directory).display().to_string();
    let size = match oversized.bytes {
        u64::MAX => "an ignore file here or in a parent directory is not a regular file".to_owned(),
        bytes => {
            format!("its ignore files and those of its parents have {bytes} bytes, the limit is {MAX_IGNORE_BYTES}")
        }
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
