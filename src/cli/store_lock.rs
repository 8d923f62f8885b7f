//! The lock file of the key store. Whoever can write in the directory may have put anything in its place, so it is
//! judged when it is open, and nothing but a file that was just made changes its owner.
#![allow(clippy::disallowed_types, reason = "this is a door")]

use super::failure::Failure;
use super::file_access;
use super::open_directory::{Access, OpenDirectory};
use super::whole_file::{Draft, FileOwner, is_own};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind};

/// Held until it is dropped, or its process ends in whatever way.
pub struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// Locks the file `name`, which is made for `owner` when it is missing.
    ///
    /// # Errors
    /// Another process holds it, it cannot be made, or something else stands there.
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
                Err(Failure::environment(format!("another process holds {shown}")).hint("try again when it is done"))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}

fn open_or_create(directory: &OpenDirectory, name: &OsStr, owner: Option<FileOwner>) -> io::Result<File> {
    /// Another process may make or remove it between the two calls; more often than this, something is wrong.
    const ATTEMPTS: u8 = 8;
    let mut last: io::Error = ErrorKind::NotFound.into();
    for _ in 0..ATTEMPTS {
        match directory.open_existing(name, Access::Append) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            other => return other,
        }
        // It gets its name only when it has its owner: a run of the superuser that fails or is killed between the two
        // would leave a lock that the owner of the store cannot open.
        match Draft::of_store(directory.try_clone()?, name, owner)?.publish(false) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Why what stands there could not be opened as a lock file, where it is none.
fn unusable(directory: &OpenDirectory, name: &OsStr, shown: &str) -> Option<Failure> {
    let found = directory.metadata(name).ok()?;
    refusal(&found, shown).or_else(|| {
        let message = format!("the lock file {shown} belongs to another user, and its mode does not let you open it");
        let failure = Failure::environment(message).hint(remove(shown));
        (!is_own(&found)).then_some(failure)
    })
}

fn remove(shown: &str) -> String {
    format!("remove it (rm {shown}); the next change makes a new one")
}

fn refusal(found: &std::fs::Metadata, shown: &str) -> Option<Failure> {
    let refuse = |why: &str| {
        let failure = Failure::environment(format!("the lock file {shown} {why}"));
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
