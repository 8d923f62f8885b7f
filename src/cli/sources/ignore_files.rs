//! Directory walks that apply ignore files up to a size limit: patterns compile to tables several hundred times as
//! large as their text, and a scanned repository may contain any file of that name.
#![allow(clippy::disallowed_methods, reason = "this is a door: names become files")]

use super::left_out::{IGNORE_FILES, LeftOut};
use ignore::{DirEntry, WalkBuilder};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Limit of the total size of the ignore files of a directory and its parents, in bytes.
pub const MAX_IGNORE_BYTES: u64 = 256 * 1024;

/// A directory whose ignore files, with those of its parents, are too large.
pub(super) struct Oversized {
    pub directory: PathBuf,
    pub bytes: u64,
}

/// Calls `take` with every entry below `root` that is not ignored, sorted by name, and then with all entries of the
/// directories whose ignore files are not applied. Returns those directories; `left_out` counts skipped entries.
pub(super) fn walk(
    root: &Path,
    hidden: bool,
    left_out: &mut LeftOut,
    take: &mut dyn FnMut(Result<DirEntry, ignore::Error>),
) -> Vec<Oversized> {
    let parents = left_out.applies_parents(root);
    let mut take = |entry: Result<DirEntry, ignore::Error>| {
        entry.iter().for_each(|entry| left_out.see(root, entry, hidden));
        take(entry);
    };
    let inherited = if parents { inherited_bytes(root) } else { 0 };
    let above = inherited.saturating_add(bytes_in(root));
    if above > MAX_IGNORE_BYTES {
        without_ignore_files(root, hidden).build().for_each(take);
        return vec![Oversized { directory: root.to_owned(), bytes: above }];
    }
    let state = Arc::new(Mutex::new(IgnoreChain { bytes: vec![above], oversized: Vec::new() }));
    let mut walk = walker(root, hidden);
    let chain = Arc::clone(&state);
    walk.parents(parents).filter_entry(move |entry| {
        is_content(entry) && chain.lock().unwrap_or_else(PoisonError::into_inner).is_small(entry)
    });
    walk.build().for_each(&mut take);
    let oversized = std::mem::take(&mut state.lock().unwrap_or_else(PoisonError::into_inner).oversized);
    for one in &oversized {
        without_ignore_files(&one.directory, hidden).build().for_each(&mut take);
    }
    oversized
}

fn walker(root: &Path, hidden: bool) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.git_global(false).git_exclude(false).follow_links(false).sort_by_file_name(Ord::cmp).hidden(!hidden);
    walk
}

fn without_ignore_files(root: &Path, hidden: bool) -> WalkBuilder {
    let mut walk = walker(root, hidden);
    walk.git_ignore(false).ignore(false).parents(false).filter_entry(is_content);
    walk
}

/// Whether an entry is not git's metadata directory.
fn is_content(entry: &DirEntry) -> bool {
    entry.file_name() != ".git"
}

/// Total sizes of the ignore files from the root to the current directory.
struct IgnoreChain {
    /// The sum at each depth.
    bytes: Vec<u64>,
    oversized: Vec<Oversized>,
}

impl IgnoreChain {
    fn is_small(&mut self, entry: &DirEntry) -> bool {
        if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
            return true;
        }
        self.bytes.truncate(entry.depth());
        let bytes = self.bytes.last().copied().unwrap_or(0).saturating_add(bytes_in(entry.path()));
        self.bytes.push(bytes);
        if bytes > MAX_IGNORE_BYTES {
            self.oversized.push(Oversized { directory: entry.path().to_owned(), bytes });
        }
        bytes <= MAX_IGNORE_BYTES
    }
}

/// Size of the ignore files of one directory. A pipe or a device may have no end and counts as too large.
fn bytes_in(directory: &Path) -> u64 {
    let bytes = |name| match std::fs::metadata(directory.join(name)) {
        Ok(found) if found.is_file() => found.len(),
        Ok(found) if !found.is_dir() => u64::MAX,
        _ => 0,
    };
    IGNORE_FILES.into_iter().map(bytes).fold(0, u64::saturating_add)
}

/// Size of the ignore files of the parent directories of `root`, which are applied too.
fn inherited_bytes(root: &Path) -> u64 {
    let whole = std::fs::canonicalize(root).unwrap_or_default();
    whole.ancestors().skip(1).map(bytes_in).fold(0, u64::saturating_add)
}
