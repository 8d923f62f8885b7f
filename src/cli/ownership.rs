//! Ownership of files that the user did not name: those discovered in parent directories, and ignore files met in a
//! walk. In a directory shared by several users, none of them may weaken the checks of another, as was possible with
//! git (CVE-2022-24765, safe.directory).
#![allow(clippy::disallowed_methods, reason = "this is a door: names become owners")]

use super::file_access::Exposure;
use std::fmt;
use std::path::Path;

/// Why a file that was not named is not trusted.
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
            Self::WorldWritable => f.write_str("is world-writable"),
        }
    }
}

/// Why `path` is not trusted by its owner. Trusted owners are the user and root; if the user is root, root and the user
/// who called sudo. `None`: trusted, or missing.
pub fn foreign_owner(path: &Path) -> Option<Distrust> {
    // The owner of a symbolic link chose its target.
    let found = [std::fs::symlink_metadata(path), std::fs::metadata(path)];
    found.into_iter().flatten().find_map(|found| foreign(&found))
}

/// [`foreign_owner`], or a world-writable file.
pub fn distrust(path: &Path) -> Option<Distrust> {
    foreign_owner(path)
        .or_else(|| std::fs::metadata(path).ok().filter(is_world_writable).map(|_| Distrust::WorldWritable))
}

/// The same for an open file: whether it belongs to the user or to root, and is not world-writable.
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
