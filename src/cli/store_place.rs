//! Location of a key store: the store, its ledger and its lock are in one directory, which is kept open.

use super::failure::Failure;
use super::file_access;
use super::open_directory::{OpenDirectory, directory_of};
use super::resolved_path::ResolvedPath;
use super::whole_file::{FileOwner, LEDGER_ENDING};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The open directory of a key store, and the name of the store in it.
pub struct StorePlace {
    pub directory: OpenDirectory,
    pub name: OsString,
}

impl StorePlace {
    /// Opens the directory of the store at `path`; `None` when it is missing.
    ///
    /// # Errors
    /// It cannot be opened, is not a directory, or is reached by a symbolic link of another user.
    pub fn open(path: &Path) -> Result<Option<Self>, Failure> {
        let directory = directory_of(path);
        let shown = directory.display();
        let name = path.file_name().ok_or_else(|| Failure::usage(format!("{} is a directory", path.display())))?;
        match ResolvedPath::in_place(path) {
            Ok(resolved) => {
                // The superuser acts for the owner of a key store, and accepts symbolic links of that owner only.
                let store = resolved.directory.metadata(&resolved.name).ok().filter(Metadata::is_file);
                if resolved.is_led_by_other_user(store.or_else(|| resolved.directory.own_metadata().ok()).as_ref()) {
                    let message =
                        format!("path of key store {} contains a symbolic link of another user", path.display());
                    return Err(Failure::input(message).hint("use a path without symbolic links: --keystore FILE"));
                }
                Ok(Some(Self { directory: resolved.directory.named(directory), name: name.to_owned() }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::environment(format!("cannot open directory {shown}: {error}"))),
        }
    }

    /// Checks that only the owner of the store and the superuser can replace its files.
    ///
    /// # Errors
    /// Other users can.
    pub fn check(&self) -> Result<(), Failure> {
        let shown = self.directory.path().display();
        if self.directory.own_metadata().is_ok_and(|found| file_access::belongs_to_other_user(&found)) {
            // The owner of the directory can change its mode at any time.
            return Err(Failure::input(format!("directory of the key store {shown} belongs to another user"))
                .hint("keep the key store in a directory that you own: --keystore FILE"));
        }
        if file_access::others_can_rename(&self.directory) {
            return Err(Failure::input(format!("directory of the key store {shown} is writable by other users"))
                .hint(format!("run chmod go-w {shown}, or keep the key store elsewhere")));
        }
        Ok(())
    }

    /// The name of another file of the store.
    pub fn beside(&self, ending: &str) -> OsString {
        beside(self.name.as_ref(), ending).into_os_string()
    }

    /// The owner for new files of the store: that of the store, or of its directory.
    pub fn owner(&self) -> Option<FileOwner> {
        let is_genuine = |found: &Metadata| found.is_file() && !file_access::is_planted(&self.directory, found);
        let store = self.directory.metadata(&self.name).ok().filter(is_genuine);
        store.or_else(|| self.directory.own_metadata().ok()).map(|found| FileOwner::from_metadata(&found))
    }

    /// The path of the store, for messages.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }

    /// The name of its ledger.
    pub fn ledger(&self) -> OsString {
        self.beside(LEDGER_ENDING)
    }
}

/// The path of another file of the store.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
