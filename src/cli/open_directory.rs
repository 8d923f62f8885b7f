//! A directory held open, so that all that is done in it happens in the same one, whoever renames or links its
//! parents meanwhile. No function here but `followed_metadata` follows a symbolic link in the last component.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use rustix::fs::{AtFlags, Mode, OFlags};

pub struct OpenDirectory {
    path: PathBuf,
    #[cfg(unix)]
    handle: File,
}

/// What `open_existing` is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    /// Waits for the writer of a pipe.
    ReadWaiting,
    /// Also for locking: some network file systems lock only what is open for writing.
    Append,
}

#[cfg(unix)]
impl OpenDirectory {
    /// Looking at a directory, or at a file, without reading it: `O_PATH` needs no permission for the file itself.
    #[cfg(target_os = "linux")]
    const LOOK: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const LOOK: OFlags = OFlags::NONBLOCK;

    /// # Errors
    /// Missing, not a directory, no permission.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = Self::LOOK | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = File::from(rustix::fs::open(path, flags, Mode::empty())?);
        Ok(Self { path: path.to_owned(), handle })
    }

    /// The directory `name` in it, which is not a symbolic link; also `..`.
    ///
    /// # Errors
    /// Missing, not a directory, no permission.
    pub fn enter(&self, name: &OsStr) -> io::Result<Self> {
        let handle = self.open_with(name, Self::LOOK | OFlags::DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
        let mut path = if self.path == Path::new(".") { PathBuf::new() } else { self.path.clone() };
        // No link was followed to get here, so the parent is the directory before.
        if name != ".." || !(path.file_name().is_some() && path.pop()) {
            path.push(name);
        }
        if path.as_os_str().is_empty() {
            path.push(".");
        }
        Ok(Self { path, handle })
    }

    /// Where the symbolic link `name` leads to.
    ///
    /// # Errors
    /// What the system says.
    pub fn link_target(&self, name: &OsStr) -> io::Result<PathBuf> {
        use std::os::unix::ffi::OsStringExt as _;
        let target = rustix::fs::readlinkat(&self.handle, name, Vec::new())?;
        Ok(PathBuf::from(OsString::from_vec(target.into_bytes())))
    }

    /// # Errors
    /// Too many open files.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { path: self.path.clone(), handle: self.handle.try_clone()? })
    }

    /// Opens a file that is there. A symbolic link is an error, and a pipe makes nobody wait who has not asked for it.
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

    /// Makes a file that must not be there, not even as a dangling symbolic link: 0600, or 0644 less the umask.
    ///
    /// # Errors
    /// It exists, or cannot be made.
    pub fn create(&self, name: &OsStr, is_public: bool) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let all = if is_public { Mode::RGRP | Mode::ROTH } else { Mode::empty() };
        let mode = Mode::RUSR | Mode::WUSR | all;
        self.open_with(name, flags, mode)
    }

    /// What stands there, symbolic links as such.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        self.open_with(name, Self::LOOK | OFlags::NOFOLLOW, Mode::empty())?.metadata()
    }

    /// The file that a symbolic link leads to.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn followed_metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        self.open_with(name, Self::LOOK, Mode::empty())?.metadata()
    }

    /// # Errors
    /// What the system says.
    pub fn own_metadata(&self) -> io::Result<Metadata> {
        self.handle.metadata()
    }

    /// Gives the file `from` the name `to`, which loses the file that it had.
    ///
    /// # Errors
    /// What the system says.
    pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.handle, from, &self.handle, to)?)
    }

    /// Gives the file `from` the name `to`, which must not exist.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the system says.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_vendor = "apple"))]
        match rustix::fs::renameat_with(&self.handle, from, &self.handle, to, rustix::fs::RenameFlags::NOREPLACE) {
            // Not every file system and kernel has the flag (renameat2(2)).
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
        rustix::fs::linkat(&self.handle, from, &self.handle, to, AtFlags::empty())?;
        self.remove(from)
    }

    /// # Errors
    /// What the system says.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.handle, name, AtFlags::empty())?)
    }

    /// Makes new names survive a crash; false on file systems that cannot.
    pub fn sync(&self) -> bool {
        self.readable().and_then(|directory| directory.sync_all()).is_ok()
    }

    /// At most `limit` of the names in it; what cannot be read has none.
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
    /// # Errors
    /// Missing, or not a directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        match std::fs::metadata(path)?.is_dir() {
            true => Ok(Self { path: path.to_owned() }),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// # Errors
    /// None.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { path: self.path.clone() })
    }

    /// # Errors
    /// Missing, no permission.
    pub fn open_existing(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let path = self.path.join(name);
        match access {
            Access::Read | Access::ReadWaiting => File::open(path),
            Access::Append => std::fs::OpenOptions::new().read(true).append(true).open(path),
        }
    }

    /// # Errors
    /// It exists, or cannot be made.
    pub fn create(&self, name: &OsStr, _: bool) -> io::Result<File> {
        std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(self.path.join(name))
    }

    /// # Errors
    /// Missing, no permission.
    pub fn metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        std::fs::symlink_metadata(self.path.join(name))
    }

    /// The file that a symbolic link leads to.
    ///
    /// # Errors
    /// Missing, no permission.
    pub fn followed_metadata(&self, name: &OsStr) -> io::Result<Metadata> {
        std::fs::metadata(self.path.join(name))
    }

    /// # Errors
    /// What the system says.
    pub fn own_metadata(&self) -> io::Result<Metadata> {
        std::fs::metadata(&self.path)
    }

    /// # Errors
    /// What the system says.
    pub fn replace(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }

    /// Gives the file `from` the name `to`, which must not exist.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the system says.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let from = tempfile::TempPath::from_path(self.path.join(from));
        from.persist_noclobber(self.path.join(to)).map_err(|failure| failure.error)
    }

    /// # Errors
    /// What the system says.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    /// Makes new names survive a crash; false on file systems that cannot.
    pub fn sync(&self) -> bool {
        File::open(&self.path).and_then(|directory| directory.sync_all()).is_ok()
    }

    /// At most `limit` of the names in it; what cannot be read has none.
    pub fn names(&self, limit: usize) -> Vec<OsString> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten().take(limit);
        entries.map(|entry| entry.file_name()).collect()
    }
}

impl OpenDirectory {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same directory as the user named it, for messages.
    pub fn named(mut self, path: &Path) -> Self {
        path.clone_into(&mut self.path);
        self
    }
}

/// The directory that `path` stands in.
pub fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and its parents, readable by the owner alone.
///
/// # Errors
/// What the system says.
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
        .map_err(|error| Failure::environment(format!("cannot make the folder {}: {error}", path.display())))
}
