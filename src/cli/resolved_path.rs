//! Resolution of a path one component at a time, which knows whose symbolic links it followed. The system follows those of
//! every user (path_resolution(7)): one of them could lead the superuser to the files of another.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

#[cfg(unix)]
use super::file_access::{is_of_other_user, is_planted, is_superuser, owner_of};
use super::open_directory::OpenDirectory;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// A name in a directory that is held open: what was judged is what is opened.
pub struct ResolvedPath {
    pub directory: OpenDirectory,
    pub name: OsString,
    #[cfg(unix)]
    links: Vec<Link>,
}

/// A symbolic link that was followed.
#[cfg(unix)]
struct Link {
    owner: u32,
    /// It stood at the end of the path, not for a directory in it.
    is_last: bool,
    /// Another user put it into a shared directory.
    is_planted: bool,
}

#[cfg(unix)]
impl ResolvedPath {
    /// Follows all symbolic links; what they lead to may be missing.
    ///
    /// # Errors
    /// A directory that is missing or may not be searched, a path to a directory, too many links.
    pub fn follow(path: &Path) -> io::Result<Self> {
        Self::walk(path, true)
    }

    /// Follows the symbolic links of the directories, and not one in the last component.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn in_place(path: &Path) -> io::Result<Self> {
        Self::walk(path, false)
    }

    fn walk(path: &Path, follows_last: bool) -> io::Result<Self> {
        /// As Linux has it (path_resolution(7)).
        const MOST_LINKS: usize = 40;
        let mut pending = components(path);
        let mut directory = OpenDirectory::open(Path::new("."))?;
        let mut links = Vec::new();
        while let Some(name) = pending.pop() {
            if name == "/" {
                directory = OpenDirectory::open(Path::new("/"))?;
                continue;
            }
            let is_last = pending.is_empty() && name != "..";
            let found = match directory.metadata(&name) {
                _ if is_last && !follows_last => return Ok(Self { directory, name, links }),
                Err(error) if is_last && error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self { directory, name, links });
                }
                found => found?,
            };
            if found.is_symlink() {
                if links.len() >= MOST_LINKS {
                    return Err(rustix::io::Errno::LOOP.into());
                }
                links.push(Link { owner: owner_of(&found), is_last, is_planted: is_planted(&directory, &found) });
                pending.extend(components(&directory.link_target(&name)?));
            } else if is_last {
                return Ok(Self { directory, name, links });
            } else {
                directory = directory.enter(&name)?;
            }
        }
        Err(io::ErrorKind::IsADirectory.into())
    }

    /// Whether a link of another user chose what is opened. The superuser acts for the owner of `opened`, who may link to
    /// it, except from a shared directory.
    pub fn is_led_by_other_user(&self, opened: Option<&Metadata>) -> bool {
        self.links.iter().filter(|link| is_of_other_user(link.owner)).any(|link| match is_superuser() {
            true => link.is_planted || opened.map(owner_of) != Some(link.owner),
            false => link.is_last,
        })
    }
}

/// In reverse: the first is the last.
#[cfg(unix)]
fn components(path: &Path) -> Vec<OsString> {
    let names = path.components().filter(|component| *component != std::path::Component::CurDir);
    names.rev().map(|component| component.as_os_str().to_owned()).collect()
}

#[cfg(not(unix))]
impl ResolvedPath {
    /// # Errors
    /// Missing, or a path to a directory.
    pub fn follow(path: &Path) -> io::Result<Self> {
        Self::in_place(&std::fs::canonicalize(path)?)
    }

    /// # Errors
    /// As [`Self::follow`].
    pub fn in_place(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        Ok(Self { directory: OpenDirectory::open(super::open_directory::directory_of(path))?, name })
    }

    pub fn is_led_by_other_user(&self, _: Option<&Metadata>) -> bool {
        false
    }
}
