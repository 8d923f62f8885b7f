//! Who could have written a file that nobody named: one that is found by walking up, or read on the way through a
//! directory. A directory that several users share must not let one of them soften the checks of another, as it once
//! did with git (CVE-2022-24765, safe.directory).
#![allow(clippy::disallowed_methods, reason = "this is a door: names become owners")]

use super::file_access::Exposure;
use std::fmt;
use std::path::Path;

/// Why a file that was not named does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distrust {
    /// It, or the symbolic link to it, belongs to another user.
    OtherUser(u32),
    WorldWritable,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherUser(user) => write!(f, "belongs to another user (uid {user})"),
            Self::WorldWritable => f.write_str("can be written by every user"),
        }
    }
}

/// Whether what stands at `path` belongs to the user or to root: for root to root, or to the user who called sudo.
/// `None`: it does, or nothing stands there.
pub fn foreign_owner(path: &Path) -> Option<Distrust> {
    // The owner of a symbolic link chose where it leads.
    let found = [std::fs::symlink_metadata(path), std::fs::metadata(path)];
    found.into_iter().flatten().find_map(|found| foreign(&found))
}

/// [`foreign_owner`], and that not every user can write the file.
pub fn distrust(path: &Path) -> Option<Distrust> {
    foreign_owner(path)
        .or_else(|| std::fs::metadata(path).ok().filter(is_world_writable).map(|_| Distrust::WorldWritable))
}

/// The same of a file that is open: whether it belongs to the user or to root, and not every user can write it.
pub fn is_trusted(exposure: Exposure) -> bool {
    let by_sudo = || super::system::variable("SUDO_UID").is_some();
    !exposure.writable && !exposure.foreign && (!exposure.of_other_user || by_sudo())
}

#[cfg(unix)]
fn foreign(found: &std::fs::Metadata) -> Option<Distrust> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = found.uid();
    let caller = || super::system::variable("SUDO_UID").and_then(|text| text.parse::<u32>().ok());
    let is_caller = || rustix::process::geteuid().is_root() && caller() == Some(owner);
    (super::file_access::is_of_other_user(owner) && !is_caller()).then_some(Distrust::OtherUser(owner))
}

#[cfg(unix)]
fn is_world_writable(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn foreign(_: &std::fs::Metadata) -> Option<Distrust> {
    None
}

#[cfg(not(unix))]
fn is_world_writable(_: &std::fs::Metadata) -> bool {
    false
}
