//! Where a key store is: the store, its ledger and its lock stand in one directory, which is held open.

use super::failure::Failure;
use super::file_access;
use super::open_directory::{OpenDirectory, directory_of};
use super::resolved_path::ResolvedPath;
use super::whole_file::{FileOwner, LEDGER_ENDING};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The directory of a key store, held open, and the name of the store in it.
pub struct StorePlace {
    pub directory: OpenDirectory,
    pub name: OsString,
}

impl StorePlace {
    /// `None` when the directory is missing.
    ///
    /// # Errors
    /// It cannot be opened, or is no directory.
    pub fn open(path: &Path) -> Result<Option<Self>, Failure> {
        let directory = directory_of(path);
        let shown = directory.display();
        let name = path.file_name().ok_or_else(|| Failure::usage(format!("{} is a directory", path.display())))?;
        match ResolvedPath::in_place(path) {
            Ok(resolved) => {
                // The superuser, who acts for the owner of a key store, lets only that owner lead to it.
                let store = resolved.directory.metadata(&resolved.name).ok().filter(Metadata::is_file);
                if resolved.is_led_by_other_user(store.or_else(|| resolved.directory.own_metadata().ok()).as_ref()) {
                    let message =
                        format!("the path to the key store, {}, has a symbolic link of another user", path.display());
                    return Err(Failure::input(message).hint("name it without symbolic links: --keystore FILE"));
                }
                Ok(Some(Self { directory: resolved.directory.named(directory), name: name.to_owned() }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::environment(format!("cannot open the directory {shown}: {error}"))),
        }
    }

    /// Makes sure that only its owner, or the superuser, can put another file in the place of the store.
    pub fn check(&self) -> Result<(), Failure> {
        let shown = self.directory.path().display();
        if self.directory.own_metadata().is_ok_and(|found| file_access::belongs_to_other_user(&found)) {
            // Its owner can give it any mode again.
            return Err(Failure::input(format!("the directory of the key store, {shown}, belongs to another user"))
                .hint("keep the key store in a directory of your own: --keystore FILE"));
        }
        if file_access::others_can_rename(&self.directory) {
            return Err(Failure::input(format!("others can write the folder of the key store, {shown}"))
                .hint(format!("chmod go-w {shown}, or keep the key store elsewhere")));
        }
        Ok(())
    }

    pub fn beside(&self, ending: &str) -> OsString {
        beside(self.name.as_ref(), ending).into_os_string()
    }

    /// Whose the files of the store are to be: the owner of the store, or of its directory.
    pub fn owner(&self) -> Option<FileOwner> {
        let counts = |found: &Metadata| found.is_file() && !file_access::is_planted(&self.directory, found);
        let store = self.directory.metadata(&self.name).ok().filter(counts);
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
