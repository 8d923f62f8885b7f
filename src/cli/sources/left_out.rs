//! Count of files skipped by a walk. An ignore file can hide a tracked file from every check, so skipped files are
//! reported. The walker does not report them: every directory it yields is listed here, and the difference was skipped.
#![allow(clippy::disallowed_methods, reason = "this is a door: names become files")]

use crate::cli::ownership;
use ignore::DirEntry;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Skipped files and directories. A directory counts once, regardless of its content.
#[derive(Clone, Default, Debug)]
pub struct LeftOut {
    /// Listed but not yielded; negative if files were created in between.
    files: i64,
    directories: i64,
    /// Number of hidden files and directories, if those are not read.
    pub hidden: u64,
    /// The paths of skipped files and directories, if requested.
    names: Option<BTreeSet<PathBuf>>,
    /// Reasons why ignore files in parent directories of a root are not applied.
    pub not_applied: Vec<String>,
}

impl LeftOut {
    /// Records the paths of skipped files, too.
    pub fn with_names() -> Self {
        Self { names: Some(BTreeSet::new()), ..Self::default() }
    }

    /// Registers an entry that the walk of `root` yields.
    pub(super) fn see(&mut self, root: &Path, entry: &DirEntry, reads_hidden: bool) {
        // The root may be a symbolic link to a directory.
        let is_directory = entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_dotted = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
        if entry.path() != root && is_dotted(entry.file_name()) && !reads_hidden {
            // An ignore file may whitelist a hidden file.
            self.hidden = self.hidden.saturating_sub(1);
        } else if entry.path() != root {
            let count = if is_directory { &mut self.directories } else { &mut self.files };
            *count = count.saturating_sub(1);
            if let Some(names) = &mut self.names {
                names.remove(entry.path());
            }
        }
        if !is_directory {
            return;
        }
        // The walk itself reports a directory that cannot be listed.
        for child in std::fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            let name = child.file_name();
            if name == ".git" {
                continue;
            }
            if is_dotted(&name) && !reads_hidden {
                self.hidden = self.hidden.saturating_add(1);
                continue;
            }
            let is_directory = child.file_type().is_ok_and(|kind| kind.is_dir());
            let count = if is_directory { &mut self.directories } else { &mut self.files };
            *count = count.saturating_add(1);
            if let Some(names) = &mut self.names {
                names.insert(child.path());
            }
        }
    }

    /// Whether the ignore files in parent directories of `root` are applied. If any of them belongs to another user,
    /// none is, and more is read.
    pub(super) fn applies_parents(&mut self, root: &Path) -> bool {
        let whole = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        let above = whole.ancestors().skip(1).flat_map(|directory| IGNORE_FILES.map(|name| directory.join(name)));
        let foreign = above.filter_map(|path| Some((ownership::foreign_owner(&path)?, path))).next();
        if let Some((why, path)) = &foreign {
            let (path, root) = (path.display(), root.display());
            self.not_applied.push(format!("{path} {why}: ignoring all ignore files above {root}"));
        }
        foreign.is_none()
    }

    /// The paths of skipped files and directories, in order.
    pub fn names(&self) -> impl Iterator<Item = &Path> {
        self.names.iter().flatten().map(PathBuf::as_path)
    }

    /// Number of skipped files.
    pub fn files(&self) -> u64 {
        u64::try_from(self.files).unwrap_or(0)
    }

    /// Number of skipped directories.
    pub fn directories(&self) -> u64 {
        u64::try_from(self.directories).unwrap_or(0)
    }

    /// The counts as text: `2 files and 1 directory`. `None` when nothing was skipped.
    pub fn counted(&self) -> Option<String> {
        let counted = |count: u64, one: &str, more: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {more}")),
        };
        let parts = [counted(self.files(), "file", "files"), counted(self.directories(), "directory", "directories")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}
