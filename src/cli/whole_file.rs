//! Atomic writes: a draft in the same directory is synced, then renamed. A killed process leaves its draft, which may
//! contain private keys; the next process that writes to the directory removes it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::file_access::{is_planted, is_superuser};
use super::open_directory::{Access, OpenDirectory, directory_of};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Prefix of drafts of artefacts. Specific, because files with this prefix and the right length are removed.
const PREFIX: &str = ".authkit-tmp-";

/// Number of random characters at the end of a draft's name.
const RANDOM: usize = 12;

/// Number of names that a sweep examines; in larger directories, leftovers may remain.
const SWEPT: usize = 10_000;

/// The file whose content is replaced.
enum Replaced {
    /// Its owner becomes the owner of the new file.
    Owned(Metadata),
    /// Another user put it into a shared directory, or it is the target of a symbolic link: its mode limits that of the
    /// new file, and its owner is ignored.
    Other(Metadata),
}

/// Permissions of the file that a draft becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// 0600 and owned by this user, regardless of the replaced file: it contains private keys or tokens.
    Private,
    /// 0644 minus the umask; a replaced file passes on its mode, its group and, when the superuser writes, its owner.
    /// Never more permissive than the replaced file.
    Public,
}

/// Suffix of the ledger, which records revoked and removed keys: restoring a backup of the store alone does not
/// reactivate them.
pub const LEDGER_ENDING: &str = ".ledger";

/// Suffix of the lock file.
pub const LOCK_ENDING: &str = ".lock";

/// The intended owner of a file that the superuser writes for another user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileOwner {
    #[cfg(unix)]
    user: u32,
    #[cfg(unix)]
    group: u32,
}

impl FileOwner {
    /// The owner and group of an existing file.
    #[cfg(unix)]
    pub fn from_metadata(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { user: found.uid(), group: found.gid() }
    }

    /// Files have no owner on this system.
    #[cfg(not(unix))]
    pub fn from_metadata(_: &Metadata) -> Self {
        Self {}
    }

    /// Changes the owner of `file` if this user is the superuser. Only for a file created by this run: a file put there
    /// by another user may be a hard link to any file of the system.
    ///
    /// # Errors
    /// An error of the system.
    #[cfg(unix)]
    pub fn take_over(self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let own = file.metadata()?;
        if !rustix::process::geteuid().is_root() || (own.uid(), own.gid()) == (self.user, self.group) {
            return Ok(());
        }
        std::os::unix::fs::fchown(file, Some(self.user), Some(self.group))
    }

    /// Does nothing.
    ///
    /// # Errors
    /// None: files have no owner on this system.
    #[cfg(not(unix))]
    pub fn take_over(self, _: &File) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is being written. Its lock shows other processes that it is in use.
pub struct Draft {
    file: File,
    name: OsString,
    target: Target,
    is_published: bool,
}

/// The file to be created or replaced: its open directory and its name.
pub struct Target {
    directory: OpenDirectory,
    name: OsString,
    path: PathBuf,
}

impl Target {
    /// Opens the directory of `path`.
    ///
    /// # Errors
    /// A missing directory, or a path that ends in `..`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
        Ok(Self { directory: OpenDirectory::open(directory_of(path))?, name, path: path.to_owned() })
    }

    /// Metadata of the existing file, without following a symbolic link; `None` when there is none.
    pub fn existing(&self) -> Option<Metadata> {
        self.directory.metadata(&self.name).ok()
    }

    /// Creates a draft of an artefact, after removing abandoned drafts in the directory.
    ///
    /// # Errors
    /// A full disk, or a directory that cannot be written.
    pub fn draft(self, mode: Mode) -> io::Result<Draft> {
        sweep(&self.directory, PREFIX, is_own);
        let replaced = if mode == Mode::Public { self.replaced() } else { None };
        // A replacement stays private until it gets the mode of the replaced file.
        let is_public = mode == Mode::Public && replaced.is_none();
        let draft = Draft::create(self, PREFIX, is_public)?;
        match &replaced {
            Some(Replaced::Owned(found)) => hand_on(&draft, found)?,
            Some(Replaced::Other(found)) => cap(&draft, found)?,
            None => {}
        }
        Ok(draft)
    }

    fn replaced(&self) -> Option<Replaced> {
        let found = self.existing()?;
        if found.is_symlink() {
            let content = self.directory.followed_metadata(&self.name).ok()?;
            return content.is_file().then_some(Replaced::Other(content));
        }
        let kind = if is_planted(&self.directory, &found) { Replaced::Other } else { Replaced::Owned };
        found.is_file().then(|| kind(found))
    }
}

impl Draft {
    /// Creates a draft of a file of the key store, with mode 0600.
    ///
    /// # Errors
    /// A full disk, or a directory that cannot be written.
    pub fn in_store(directory: OpenDirectory, name: &OsStr, owner: Option<FileOwner>) -> io::Result<Self> {
        let (prefix, path) = (store_prefix(name), directory.path().join(name));
        let draft = Self::create(Target { directory, name: name.to_owned(), path }, &prefix, false)?;
        owner.map_or(Ok(()), |owner| owner.take_over(&draft.file))?;
        Ok(draft)
    }

    fn create(target: Target, prefix: &str, is_public: bool) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        // The crate would remove the draft by its path, which may resolve elsewhere by then.
        builder.prefix(prefix).rand_bytes(RANDOM).disable_cleanup(true);
        let made = builder.make_in(directory_of(&target.path), |path| {
            let file = target.directory.create(path.file_name().unwrap_or_default(), is_public)?;
            // A concurrent sweep holds the lock or has removed the name: try another name.
            if is_claimed(&file) { Ok(file) } else { Err(ErrorKind::AlreadyExists.into()) }
        })?;
        let (file, path) = made.into_parts();
        let name = path.file_name().unwrap_or_default().to_owned();
        Ok(Self { file, name, target, is_published: false })
    }

    /// Syncs the file and renames it to the target. False when the new name may not survive a power failure.
    ///
    /// # Errors
    /// An error of the system; `AlreadyExists` when a file exists and `replace` is false.
    pub fn publish(mut self, replace: bool) -> io::Result<bool> {
        self.file.sync_all()?;
        let Target { directory, name, .. } = &self.target;
        if replace { directory.replace(&self.name, name) } else { directory.rename_new(&self.name, name) }?;
        self.is_published = true;
        Ok(self.target.directory.sync())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_published {
            // If this fails, the next write removes the draft.
            let _ = self.target.directory.remove(&self.name);
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Locks a new draft. False when a sweep was faster. On a file system without locks, sweeps remove nothing.
fn is_claimed(draft: &File) -> bool {
    !matches!(draft.try_lock(), Err(std::fs::TryLockError::WouldBlock)) && links(draft) != Some(0)
}

#[cfg(unix)]
fn links(file: &File) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().ok().map(|found| found.nlink())
}

#[cfg(not(unix))]
fn links(_: &File) -> Option<u64> {
    None
}

/// Gives the draft the permissions of the replaced file, and never more. Set-uid, set-gid and sticky bits are cleared,
/// because they were granted to the old content; the group bits are cleared when the group or the ACL cannot be kept.
#[cfg(unix)]
fn hand_on(draft: &Draft, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let Draft { file: draft, target, .. } = draft;
    FileOwner::from_metadata(replaced).take_over(draft)?;
    let has_group = || Ok::<_, io::Error>(draft.metadata()?.gid() == replaced.gid());
    let keeps_group = has_group()? || (fchown(draft, None, Some(replaced.gid())).is_ok() && has_group()?);
    let keeps_list = access_list(target).is_ok_and(|list| set_access_list(draft, list.as_deref()));
    let bits = if keeps_list && keeps_group { replaced.mode() & 0o777 } else { replaced.mode() & 0o707 };
    draft.set_permissions(std::fs::Permissions::from_mode(bits))
}

/// Keeps the owner, group and ACL of a new file; the mode is 0644 at most, and never more than that of the replaced
/// file. Its group bits are ignored for a different group, and when it has an ACL, of which they are only the mask.
#[cfg(unix)]
fn cap(draft: &Draft, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let Draft { file, target, .. } = draft;
    let is_same_group = file.metadata()?.gid() == replaced.gid() && matches!(access_list(target), Ok(None));
    let most = if is_same_group { 0o044 } else { 0o004 };
    let _ = set_access_list(file, None);
    file.set_permissions(std::fs::Permissions::from_mode(0o600 | (replaced.mode() & most)))
}

#[cfg(target_os = "linux")]
const ACCESS_LIST: &str = "system.posix_acl_access";

/// The ACL of the existing file at `target`, or `None` when it has none. If a file has an ACL, the group bits of its
/// mode are the mask of the ACL, not the permissions of its group (acl(5)).
#[cfg(target_os = "linux")]
fn access_list(target: &Target) -> io::Result<Option<Vec<u8>>> {
    use rustix::io::Errno;
    /// In bytes; an ACL of 500 entries, more than any file system supports.
    const LONGEST: usize = 4096;
    let file = target.directory.open_existing(&target.name, Access::Read)?;
    let mut list = vec![0_u8; LONGEST];
    match rustix::fs::fgetxattr(&file, ACCESS_LIST, &mut list[..]) {
        Ok(length) => {
            list.truncate(length);
            Ok(Some(list))
        }
        // The file has no ACL, or the file system does not support them.
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sets the ACL of the draft. `None` removes one that it inherited from the default ACL of the directory. False when it
/// cannot be set.
#[cfg(target_os = "linux")]
fn set_access_list(draft: &File, list: Option<&[u8]>) -> bool {
    let Some(list) = list else {
        let _ = rustix::fs::fremovexattr(draft, ACCESS_LIST);
        return true;
    };
    rustix::fs::fsetxattr(draft, ACCESS_LIST, list, rustix::fs::XattrFlags::empty()).is_ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn access_list(_: &Target) -> io::Result<Option<Vec<u8>>> {
    Ok(None)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn set_access_list(_: &File, _: Option<&[u8]>) -> bool {
    true
}

#[cfg(not(unix))]
fn hand_on(_: &Draft, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn cap(_: &Draft, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Removes abandoned drafts of this key store. Call it only under the lock of the store.
pub fn sweep_store(directory: &OpenDirectory, name: &OsStr) {
    // The superuser acts for the owner of the store, who owns its drafts.
    sweep(directory, &store_prefix(name), |found| is_own(found) || is_superuser());
}

/// Removes the drafts of killed processes in `directory`: regular files named as drafts, with one hard link, and not
/// locked by a writer. Errors are ignored: only the owner can read such a file, and the next write tries again.
fn sweep(directory: &OpenDirectory, prefix: &str, is_ours: impl Fn(&Metadata) -> bool) {
    for name in directory.names(SWEPT) {
        let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
        if !random.is_some_and(|text| text.len() == RANDOM && text.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            continue;
        }
        let Ok(file) = directory.open_existing(&name, Access::Append) else { continue };
        let is_leftover =
            |found: Metadata| found.is_file() && links(&file).is_none_or(|links| links == 1) && is_ours(&found);
        if file.metadata().is_ok_and(is_leftover) && file.try_lock().is_ok() {
            let _ = directory.remove(&name);
        }
    }
}

/// Whether the file belongs to this user.
#[cfg(unix)]
pub fn is_own(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw()
}

/// True: files have no owner on this system.
#[cfg(not(unix))]
pub fn is_own(_: &Metadata) -> bool {
    true
}

/// Prefix of drafts of a key store, which is the same for its ledger and its lock.
fn store_prefix(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    let store = [LEDGER_ENDING, LOCK_ENDING].into_iter().find_map(|ending| name.strip_suffix(ending));
    format!(".authkit-{}-", store.unwrap_or(&name))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The draft of a killed process is no longer locked.
    #[test]
    fn leftover_is_swept_and_draft_of_running_process_stays() {
        let room = tempfile::tempdir().unwrap();
        std::fs::write(room.path().join(".authkit-tmp-abcdefABCDEF"), "left").unwrap();
        let running = Target::open(&room.path().join("a")).unwrap().draft(Mode::Private).unwrap();
        assert_eq!(names(room.path()).len(), 1, "the abandoned draft is removed, the new one is there");
        let other = Target::open(&room.path().join("b")).unwrap().draft(Mode::Private).unwrap();
        assert_eq!(names(room.path()).len(), 2, "neither is the other's leftover");
        other.publish(false).unwrap();
        running.publish(false).unwrap();
        assert_eq!(names(room.path()), ["a", "b"]);
    }

    #[test]
    fn other_names_symbolic_links_and_hard_links_are_not_swept() {
        let room = tempfile::tempdir().unwrap();
        let kept =
            [".authkit-config", ".authkit-tmp-short", ".authkit-tmp-abcdefABCDEF.bak", ".authkit-tmp-abcdefABCD-F"];
        for name in kept {
            std::fs::write(room.path().join(name), "mine").unwrap();
        }
        std::os::unix::fs::symlink("elsewhere", room.path().join(".authkit-tmp-aaaaaaaaaaaa")).unwrap();
        std::fs::create_dir(room.path().join(".authkit-tmp-bbbbbbbbbbbb")).unwrap();
        std::fs::write(room.path().join("first"), "two names").unwrap();
        std::fs::hard_link(room.path().join("first"), room.path().join(".authkit-tmp-cccccccccccc")).unwrap();
        let before = names(room.path());
        drop(Target::open(&room.path().join("a")).unwrap().draft(Mode::Private).unwrap());
        assert_eq!(names(room.path()), before);
    }

    /// Another directory may take its path in the meantime.
    #[test]
    fn draft_of_renamed_directory_stays_in_it() {
        let room = tempfile::tempdir().unwrap();
        let (place, held) = (room.path().join("place"), room.path().join("held"));
        std::fs::create_dir(&place).unwrap();
        let draft = |name: &str| Target::open(&place.join(name)).unwrap().draft(Mode::Private).unwrap();
        let (published, dropped, refused) = (draft("a"), draft("b"), draft("a"));
        std::fs::rename(&place, &held).unwrap();
        std::fs::create_dir(&place).unwrap();
        published.publish(false).unwrap();
        drop(dropped);
        assert_eq!(refused.publish(false).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!((names(&held), names(&place)), (vec!["a".to_owned()], Vec::new()));
    }

    #[test]
    fn draft_locked_or_removed_by_a_sweep_is_not_claimed() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("draft");
        let draft = File::create(&path).unwrap();
        let sweeping = File::open(&path).unwrap();
        sweeping.try_lock().unwrap();
        assert!(!is_claimed(&draft), "a sweep holds it");
        std::fs::remove_file(&path).unwrap();
        drop(sweeping);
        assert!(!is_claimed(&draft), "a sweep has removed it");
    }
}
