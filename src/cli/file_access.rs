//! Who besides this user can read, write or replace a file. Judged on what is open wherever that is possible, because a
//! path may lead elsewhere a moment later.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::open_directory::{OpenDirectory, directory_of};
use std::fs::{File, Metadata};
use std::path::Path;

/// Who besides the owner can reach a file (Unix; elsewhere nothing is known).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Exposure {
    pub readable: bool,
    pub writable: bool,
    /// By the group of the file; of a key also by that of its directory.
    pub group_writable: bool,
    /// It belongs to a user who is neither this one nor the superuser. The superuser acts for whoever that is.
    pub foreign: bool,
    /// The same, but also where this user is the superuser.
    pub of_other_user: bool,
    /// Others can put another file in its place. Known of keys and of the key store.
    pub replaceable: bool,
}

impl Exposure {
    /// Why others than this user and the superuser can change what is read, if they can; a group is left to the caller.
    pub const fn changeable(self) -> Option<&'static str> {
        match self {
            Self { writable: true, .. } => Some("others can write it"),
            Self { foreign: true, .. } => Some("it belongs to another user"),
            Self { replaceable: true, .. } => Some("others can replace it in its directory"),
            _ => None,
        }
    }
}

/// Judged on what is open, whatever it is.
#[cfg(unix)]
pub fn exposure(file: &File) -> Exposure {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let Ok(found) = file.metadata() else { return Exposure::default() };
    // Who can write to a terminal or to /dev/null changes nothing of what is read from it.
    let mode = if found.file_type().is_char_device() { 0 } else { found.mode() };
    Exposure { readable: mode & 0o044 != 0, ..who_can_write(mode, found.uid()) }
}

#[cfg(unix)]
fn who_can_write(mode: u32, owner: u32) -> Exposure {
    Exposure {
        writable: mode & 0o002 != 0,
        group_writable: mode & 0o020 != 0,
        foreign: is_foreign(owner),
        of_other_user: is_of_other_user(owner),
        ..Exposure::default()
    }
}

#[cfg(unix)]
pub fn is_foreign(owner: u32) -> bool {
    !is_superuser() && is_of_other_user(owner)
}

/// Neither of this user nor of the superuser.
#[cfg(unix)]
pub fn is_of_other_user(owner: u32) -> bool {
    owner != rustix::process::geteuid().as_raw() && owner != 0
}

#[cfg(unix)]
pub fn owner_of(found: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    found.uid()
}

pub fn is_superuser() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

#[cfg(not(unix))]
pub fn exposure(_: &File) -> Exposure {
    Exposure::default()
}

/// Who can put files in the place of those in a directory. The sticky bit keeps others from it, as in /tmp, but not the
/// owner of the directory.
#[cfg(unix)]
pub fn directory_exposure(directory: &Metadata) -> Exposure {
    use std::os::unix::fs::MetadataExt as _;
    let mode = if directory.mode() & 0o1000 == 0 { directory.mode() } else { 0 };
    who_can_write(mode, directory.uid())
}

#[cfg(not(unix))]
pub fn directory_exposure(_: &Metadata) -> Exposure {
    Exposure::default()
}

/// Whether others can put files of their own in the place of ours: the group of the directory counts as others.
pub fn others_can_rename(directory: &OpenDirectory) -> bool {
    directory.own_metadata().is_ok_and(|found| {
        let exposure = directory_exposure(&found);
        exposure.writable || exposure.group_writable || exposure.foreign
    })
}

/// Whether the file belongs to a user who is neither this one nor the superuser; the superuser acts for any user.
#[cfg(unix)]
pub fn belongs_to_other_user(found: &Metadata) -> bool {
    is_foreign(owner_of(found))
}

#[cfg(not(unix))]
pub fn belongs_to_other_user(_: &Metadata) -> bool {
    false
}

/// Whether the superuser met a file of a user who may only put files into the directory.
#[cfg(unix)]
pub fn is_planted(directory: &OpenDirectory, file: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let is_shared = |found: Metadata| found.mode() & 0o022 != 0 && found.uid() != file.uid();
    is_of_other_user(file.uid()) && directory.own_metadata().is_ok_and(is_shared)
}

#[cfg(not(unix))]
pub fn is_planted(_: &OpenDirectory, _: &Metadata) -> bool {
    false
}

/// Whether the file has more than one name.
#[cfg(unix)]
pub fn has_other_names(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.nlink() > 1
}

#[cfg(not(unix))]
pub fn has_other_names(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
pub fn is_pipe(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    found.file_type().is_fifo()
}

#[cfg(not(unix))]
pub fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Whether both are one place, their directories resolved, or names of one file.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| Some((std::fs::canonicalize(directory_of(path)).ok()?, path.file_name()?.to_owned()));
    place(one).is_some_and(|place_of_one| place(other).as_ref() == Some(&place_of_one)) || is_one_inode(one, other)
}

#[cfg(unix)]
fn is_one_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let inode = |path: &Path| std::fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    inode(one).is_some_and(|inode_of_one| inode(other) == Some(inode_of_one))
}

#[cfg(not(unix))]
fn is_one_inode(one: &Path, other: &Path) -> bool {
    std::fs::canonicalize(one).is_ok_and(|path| std::fs::canonicalize(other).is_ok_and(|other| other == path))
}

/// What is to be said where a file that only its owner may read cannot be made.
pub const fn permission_warning() -> Option<&'static str> {
    if cfg!(unix) {
        return None;
    }
    Some(
        "on this system a file has the permissions of its folder, and authkit sets none: keep keys where only you can read",
    )
}
