//! Path resolution one component at a time, recording the owners of the symbolic links followed. The system follows
//! links of every user (path_resolution(7)), so a user could redirect the superuser to files of another one.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

#[cfg(unix)]
use super::file_access::{is_of_other_user, is_planted, is_superuser, owner_of};
use super::open_directory::OpenDirectory;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// A name in an open directory, so that the file that is checked is the file that is opened.
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
    /// It was the last component of the path.
    is_last: bool,
    /// Another user put it into a shared directory.
    is_planted: bool,
}

#[cfg(unix)]
impl ResolvedPath {
    /// Follows all symbolic links; the final target may be missing.
    ///
    /// # Errors
    /// A directory that is missing or not searchable, a path to a directory, too many symbolic links.
    pub fn follow(path: &Path) -> io::Result<Self> {
        Self::walk(path, true)
    }

    /// Follows symbolic links in all but the last component.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn in_place(path: &Path) -> io::Result<Self> {
        Self::walk(path, false)
    }

    fn walk(path: &Path, follows_last: bool) -> io::Result<Self> {
        /// The limit of Linux (path_resolution(7)).
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

    /// Whether a symbolic link of another user determined the file that is opened. The superuser acts for the owner of
    /// `opened`, whose links are accepted, except in a shared directory.
    pub fn is_led_by_other_user(&self, opened: Option<&Metadata>) -> bool {
        self.links.iter().filter(|link| is_of_other_user(link.owner)).any(|link| match is_superuser() {
            true => link.is_planted || opened.map(owner_of) != Some(link.owner),
            false => link.is_last,
        })
    }
}

/// The components in reverse order, for use as a stack.
#[cfg(unix)]
fn components(path: &Path) -> Vec<OsString> {
    let names = path.components().filter(|component| *component != std::path::Component::CurDir);
    names.rev().map(|component| component.as_os_str().to_owned()).collect()
}

#[cfg(not(unix))]
impl ResolvedPath {
    /// Follows all symbolic links.
    ///
    /// # Errors
    /// Missing, or a path to a directory.
    pub fn follow(path: &Path) -> io::Result<Self> {
        Self::in_place(&std::fs::canonicalize(path)?)
    }

    /// Follows no symbolic link explicitly: the system resolves the directory.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn in_place(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
        Ok(Self { directory: OpenDirectory::open(super::open_directory::directory_of(path))?, name })
    }

    /// False: owners are not known on this system.
    pub fn is_led_by_other_user(&self, _: Option<&Metadata>) -> bool {
        false
    }
}
