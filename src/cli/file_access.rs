//! File permissions: which other users can read, write or replace a file. Checked on the open file where possible,
//! because a path may resolve elsewhere a moment later.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::open_directory::{OpenDirectory, directory_of};
use std::fs::{File, Metadata};
use std::path::Path;

/// Access of other users to a file (Unix; nothing is known on other systems).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Exposure {
    pub readable: bool,
    pub writable: bool,
    /// Writable by its group; for a key, also if its directory is.
    pub group_writable: bool,
    /// Owned by a user who is neither this one nor the superuser. False for the superuser, who acts for any owner.
    pub foreign: bool,
    /// The same, but also when this user is the superuser.
    pub of_other_user: bool,
    /// Other users can put another file in its place. Set only for keys and the key store.
    pub replaceable: bool,
}

impl Exposure {
    /// Why users other than this one and the superuser can change the content, if they can. Group access is left to the
    /// caller.
    pub const fn changeable(self) -> Option<&'static str> {
        match self {
            Self { writable: true, .. } => Some("it is writable by other users"),
            Self { foreign: true, .. } => Some("it belongs to another user"),
            Self { replaceable: true, .. } => Some("other users can replace it in its directory"),
            _ => None,
        }
    }
}

/// The exposure of an open file of any type.
#[cfg(unix)]
pub fn exposure(file: &File) -> Exposure {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let Ok(found) = file.metadata() else { return Exposure::default() };
    // Writing to a terminal or to /dev/null does not change what is read from it.
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

/// Whether `owner` is neither this user nor the superuser; false for the superuser, who acts for any user.
#[cfg(unix)]
pub fn is_foreign(owner: u32) -> bool {
    !is_superuser() && is_of_other_user(owner)
}

/// Whether `owner` is neither this user nor the superuser.
#[cfg(unix)]
pub fn is_of_other_user(owner: u32) -> bool {
    owner != rustix::process::geteuid().as_raw() && owner != 0
}

/// The user id of the owner.
#[cfg(unix)]
pub fn owner_of(found: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    found.uid()
}

/// Whether the effective user is root.
pub fn is_superuser() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn exposure(_: &File) -> Exposure {
    Exposure::default()
}

/// Which other users can replace files in a directory. The sticky bit, as in /tmp, prevents all but the owner of the
/// directory.
#[cfg(unix)]
pub fn directory_exposure(directory: &Metadata) -> Exposure {
    use std::os::unix::fs::MetadataExt as _;
    let mode = if directory.mode() & 0o1000 == 0 { directory.mode() } else { 0 };
    who_can_write(mode, directory.uid())
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn directory_exposure(_: &Metadata) -> Exposure {
    Exposure::default()
}

/// Whether other users, including the group of the directory, can replace files in it.
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

/// Not known on this system.
#[cfg(not(unix))]
pub fn belongs_to_other_user(_: &Metadata) -> bool {
    false
}

/// Whether `file` belongs to a user who does not own the directory but can create files in it, as in /tmp.
#[cfg(unix)]
pub fn is_planted(directory: &OpenDirectory, file: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let is_shared = |found: Metadata| found.mode() & 0o022 != 0 && found.uid() != file.uid();
    is_of_other_user(file.uid()) && directory.own_metadata().is_ok_and(is_shared)
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn is_planted(_: &OpenDirectory, _: &Metadata) -> bool {
    false
}

/// Whether the file has more than one hard link.
#[cfg(unix)]
pub fn has_other_names(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.nlink() > 1
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Whether it is a named pipe.
#[cfg(unix)]
pub fn is_pipe(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    found.file_type().is_fifo()
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Whether both are the same path once their directories are resolved, or hard links of one file.
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

/// A warning for systems on which authkit cannot create files that only their owner may read.
pub const fn permission_warning() -> Option<&'static str> {
    if cfg!(unix) {
        return None;
    }
    Some("on this system, authkit sets no file permissions: keep keys in a directory that only you can read")
}
