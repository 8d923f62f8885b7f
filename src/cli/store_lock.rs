//! The lock file of the key store. Other users with write access to the directory may have replaced it, so it is
//! checked once open, and only a file created by this run changes its owner.
#![allow(clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use super::file_access;
use super::open_directory::{Access, OpenDirectory};
use super::whole_file::{Draft, FileOwner, is_own};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind};

/// The lock; released when dropped, or when the process ends.
pub struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// Locks the file `name`, which is created for `owner` if it is missing.
    ///
    /// # Errors
    /// Another process holds the lock, or the file cannot be created or is not a suitable lock file.
    pub fn acquire(directory: &OpenDirectory, name: &OsStr, owner: Option<FileOwner>) -> Result<Self, Failure> {
        let shown = directory.path().join(name).display().to_string();
        let cannot = |error: io::Error| Failure::environment(format!("cannot write {shown}: {error}"));
        let file = match open_or_create(directory, name, owner) {
            Ok(file) => file,
            Err(error) => return Err(unusable(directory, name, &shown).unwrap_or_else(|| cannot(error))),
        };
        if let Some(failure) = refusal(&file.metadata().map_err(cannot)?, &shown) {
            return Err(failure);
        }
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Failure::environment(format!("{shown} is locked by another process"))
                    .hint("run the command again when it has finished"))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}

fn open_or_create(directory: &OpenDirectory, name: &OsStr, owner: Option<FileOwner>) -> io::Result<File> {
    /// Another process may create or remove the file between the two calls, but hardly this often.
    const ATTEMPTS: u8 = 8;
    let mut last: io::Error = ErrorKind::NotFound.into();
    for _ in 0..ATTEMPTS {
        match directory.open_existing(name, Access::Append) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            other => return other,
        }
        // The owner is set before the name: otherwise, if a run of the superuser were killed in between, it would leave
        // a lock that the owner of the store cannot open.
        match Draft::in_store(directory.try_clone()?, name, owner)?.publish(false) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Why the existing file is not usable as a lock file, if that is why opening failed.
fn unusable(directory: &OpenDirectory, name: &OsStr, shown: &str) -> Option<Failure> {
    let found = directory.metadata(name).ok()?;
    refusal(&found, shown).or_else(|| {
        let message = format!("lock file {shown} belongs to another user, and its mode does not allow you to open it");
        let failure = Failure::environment(message).hint(remove(shown));
        (!is_own(&found)).then_some(failure)
    })
}

fn remove(shown: &str) -> String {
    format!("remove it with rm {shown}; the next change creates a new one")
}

fn refusal(found: &std::fs::Metadata, shown: &str) -> Option<Failure> {
    let refuse = |why: &str| {
        let failure = Failure::environment(format!("lock file {shown} {why}"));
        Some(failure.hint(remove(shown)))
    };
    if found.is_symlink() {
        return refuse("is a symbolic link");
    }
    if !found.is_file() {
        return refuse("is not a regular file");
    }
    if file_access::has_other_names(found) {
        return refuse("has more than one hard link");
    }
    if file_access::belongs_to_other_user(found) {
        return refuse("belongs to another user");
    }
    None
}
