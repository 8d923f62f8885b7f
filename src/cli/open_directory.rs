//! Directory handles: all operations are relative to an open directory, so that renaming or linking its parents has no
//! effect on them. No function except `followed_metadata` follows a symbolic link in the last component.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use rustix::fs::{AtFlags, Mode, OFlags};

/// An open directory, and its path for messages.
pub struct OpenDirectory {
    path: PathBuf,
    #[cfg(unix)]
    handle: File,
}

/// Access mode of [`OpenDirectory::open_existing`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    /// Reading; blocks until a pipe has a writer.
    ReadWaiting,
    /// Appending and locking: some network file systems can only lock files that are open for writing.
    Append,
}

#[cfg(unix)]
impl OpenDirectory {
    /// Flags to get metadata without reading: `O_PATH` needs no permission for the file itself.
    #[cfg(target_os = "linux")]
    const LOOK: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const LOOK: OFlags = OFlags::NONBLOCK;

    /// Opens the directory at `path`.
    ///
    /// # Errors
    /// Missing, not a directory, no permission.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = Self::LOOK | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = File::from(rustix::fs::open(path, flags, Mode::empty())?);
        Ok(Self { path: path.to_owned(), handle })
    }

    /// Opens the subdirectory `name`, which must not be a symbolic link, or `..`.
    ///
    /// # Errors
    /// Missing, not a directory, no permission.
    pub fn enter(&self, name: &OsStr) -> io::Result<Self> {
        let handle = self.open_with(name, Self::LOOK | OFlags::DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
        let mut path = if self.path == Path::new(".") { PathBuf::new() } else { self.path.clone() };
        // No symbolic link was followed to get here, so `..` removes the last component.
        if name != ".." || !(path.file_name().is_some() && path.pop()) {
            path.push(name);
        }
        if path.as_os_str().is_empty() {
            path.push(".");
        }
        Ok(Self { path, handle })
    }

    /// The target of the symbolic link `name`.
    ///
    /// # Errors
    /// Missing, or not a symbolic link.
    pub fn link_target(&self, name: &OsStr) -> io::Result<PathBuf> {
        use std::os::unix::ffi::OsStringExt as _;
        let target = rustix::fs::readlinkat(&self.handle, name, Vec::new())?;
        Ok(PathBuf::from(OsString::from_vec(target.into_bytes())))
    }

    /// A second handle of the same directory.
    ///
    /// # Errors
    /// Too many open files.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { path: self.path.clone(), handle: self.handle.try_clone()? })
    }

    /// Opens an existing file. A symbolic link is an error; a pipe does not block, except with [`Access::ReadWaiting`].
    ///
    /// # Errors
    /// Missing, a symbolic link, no permission.
    pub fn open_existing(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let access = match access {
            Access::Read => OFlags::RDONLY | OFlags::NONBLOCK,
            Access::ReadWaiting => OFlags::RDONLY,
            Access::Append => OFlags::RDWR | OFlags::APPEND | OFlags::NONBLOCK,
        };
        self.open_with(name, access | OFlags::NOFOLLOW | OFlags::NOCTTY, Mode::empty())
    }

    /// Creates a file that must not exist, not even as a dangling symbolic link. Its mode is 0600, or 0644 minus the
    /// umask.
    ///
    /// # Errors
    /// It exists, or cannot be created.
    pub fn create(&self, name: &OsStr, is_public: bool) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let all = if is_public { Mode::RGRP | Mode::ROTH } else { Mode::empty() };
        let mode = Mode::RUSR | Mode::WUSR | all;
        self.open_with(name, flags, mode)
    }

    /// Metadata of `name`; a symbolic link is not followed.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        self.open_with(name, Self::LOOK | OFlags::NOFOLLOW, Mode::empty())?.metadata()
    }

    /// Metadata of `name`; a symbolic link is followed.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn followed_metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        self.open_with(name, Self::LOOK, Mode::empty())?.metadata()
    }

    /// Metadata of the directory itself.
    ///
    /// # Errors
    /// An error of the system.
    pub fn own_metadata(&self) -> io::Result<Metadata> {
        self.handle.metadata()
    }

    /// Renames `from` to `to`, replacing an existing file.
    ///
    /// # Errors
    /// An error of the system.
    pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.handle, from, &self.handle, to)?)
    }

    /// Renames `from` to `to`, which must not exist.
    ///
    /// # Errors
    /// `AlreadyExists`, or another error of the system.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_vendor = "apple"))]
        match rustix::fs::renameat_with(&self.handle, from, &self.handle, to, rustix::fs::RenameFlags::NOREPLACE) {
            // Some file systems and kernels do not support the flag (renameat2(2)).
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
        rustix::fs::linkat(&self.handle, from, &self.handle, to, AtFlags::empty())?;
        self.remove(from)
    }

    /// Removes the file `name`.
    ///
    /// # Errors
    /// An error of the system.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.handle, name, AtFlags::empty())?)
    }

    /// Syncs the directory, so that new names survive a crash; false on file systems without support.
    pub fn sync(&self) -> bool {
        self.readable().and_then(|directory| directory.sync_all()).is_ok()
    }

    /// At most `limit` of the names in the directory; none if it cannot be read.
    pub fn names(&self, limit: usize) -> Vec<OsString> {
        use std::os::unix::ffi::OsStringExt as _;
        let entries = self.readable().and_then(|directory| Ok(rustix::fs::Dir::read_from(directory)?));
        let entries = entries.into_iter().flatten().flatten().take(limit);
        entries.map(|entry| OsString::from_vec(entry.file_name().to_bytes().to_vec())).collect()
    }

    fn readable(&self) -> io::Result<File> {
        self.open_with(OsStr::new("."), OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())
    }

    fn open_with(&self, name: &OsStr, flags: OFlags, mode: Mode) -> io::Result<File> {
        Ok(File::from(rustix::fs::openat(&self.handle, name, flags | OFlags::CLOEXEC, mode)?))
    }
}

#[cfg(not(unix))]
impl OpenDirectory {
    /// Opens the directory at `path`.
    ///
    /// # Errors
    /// Missing, or not a directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        match std::fs::metadata(path)?.is_dir() {
            true => Ok(Self { path: path.to_owned() }),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// A second handle of the same directory.
    ///
    /// # Errors
    /// None.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { path: self.path.clone() })
    }

    /// Opens an existing file.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn open_existing(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let path = self.path.join(name);
        match access {
            Access::Read | Access::ReadWaiting => File::open(path),
            Access::Append => std::fs::OpenOptions::new().read(true).append(true).open(path),
        }
    }

    /// Creates a file that must not exist.
    ///
    /// # Errors
    /// It exists, or cannot be created.
    pub fn create(&self, name: &OsStr, _: bool) -> io::Result<File> {
        std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(self.path.join(name))
    }

    /// # Errors
    /// Missing, no permission.
    pub fn metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        std::fs::symlink_metadata(self.path.join(name))
    }

    /// Metadata of `name`; a symbolic link is followed.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn followed_metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        std::fs::metadata(self.path.join(name))
    }

    /// Metadata of the directory itself.
    ///
    /// # Errors
    /// An error of the system.
    pub fn own_metadata(&self) -> io::Result<Metadata> {
        std::fs::metadata(&self.path)
    }

    /// Renames `from` to `to`, replacing an existing file.
    ///
    /// # Errors
    /// An error of the system.
    pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }

    /// Renames `from` to `to`, which must not exist.
    ///
    /// # Errors
    /// `AlreadyExists`, or another error of the system.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let from = tempfile::TempPath::from_path(self.path.join(from));
        from.persist_noclobber(self.path.join(to)).map_err(|failure| failure.error)
    }

    /// Removes the file `name`.
    ///
    /// # Errors
    /// An error of the system.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    /// Syncs the directory, so that new names survive a crash; false on file systems without support.
    pub fn sync(&self) -> bool {
        File::open(&self.path).and_then(|directory| directory.sync_all()).is_ok()
    }

    /// At most `limit` of the names in the directory; none if it cannot be read.
    pub fn names(&self, limit: usize) -> Vec<OsString> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten().take(limit);
        entries.map(|entry| entry.file_name()).collect()
    }
}

impl OpenDirectory {
    /// The path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same directory with the path that the user gave, for messages.
    pub fn named(mut self, path: &Path) -> Self {
        path.clone_into(&mut self.path);
        self
    }
}

/// The parent directory of `path`; `.` for a bare file name.
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates a directory and its parents, accessible only to the owner.
///
/// # Errors
/// An error of the system.
pub fn create_private_dir(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|error| Failure::environment(format!("cannot create directory {}: {error}", path.display())))
}
