//! Files that appear whole or not at all: a draft in the same directory, synced, then renamed. A process that is
//! killed leaves its draft, which holds private parts; the next one that writes there removes it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door")]

use super::file_access::{is_planted, is_superuser};
use super::open_directory::{Access, OpenDirectory, directory_of};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How drafts of artefacts begin. More than one word, because what begins so and has the right length is removed.
const PREFIX: &str = ".authkit-tmp-";

/// Random characters at the end of a draft's name.
const RANDOM: usize = 12;

/// Names that a sweep looks at: in a directory with more, leftovers may stay.
const SWEPT: usize = 10_000;

/// The file whose content is replaced.
enum Replaced {
    /// Its owner is to be the owner of the new file.
    Owned(Metadata),
    /// Another user put it into a shared directory, or a symbolic link leads to it: its mode bounds that of the new file,
    /// and its owner says nothing.
    Other(Metadata),
}

/// Who may read the file that a draft becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// 0600, and its owner is this user, whatever it replaces: it holds private keys or tokens.
    Private,
    /// 0644 less the umask; a file that is replaced hands on its mode, its group and, by the superuser, its owner. Never
    /// more than what it replaces, whatever that is.
    Public,
}

/// Beside the store: its public state, so that a backup of the store alone revives no dead key.
pub const LEDGER_ENDING: &str = ".ledger";

pub const LOCK_ENDING: &str = ".lock";

/// Whose a file is to be, where the superuser writes it for somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileOwner {
    #[cfg(unix)]
    user: u32,
    #[cfg(unix)]
    group: u32,
}

impl FileOwner {
    #[cfg(unix)]
    pub fn from_metadata(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { user: found.uid(), group: found.gid() }
    }

    #[cfg(not(unix))]
    pub fn from_metadata(_: &Metadata) -> Self {
        Self {}
    }

    /// Gives `file` away, for the superuser alone. Only for a file that this call has made: what somebody else put
    /// there may be a link to any file of the system.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub fn take_over(self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let own = file.metadata()?;
        if !rustix::process::geteuid().is_root() || (own.uid(), own.gid()) == (self.user, self.group) {
            return Ok(());
        }
        std::os::unix::fs::fchown(file, Some(self.user), Some(self.group))
    }

    /// # Errors
    /// None: files have no owner here.
    #[cfg(not(unix))]
    pub fn take_over(self, _: &File) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is being written. Its lock tells other processes that it is not abandoned.
pub struct Draft {
    file: File,
    name: OsString,
    target: Target,
    is_published: bool,
}

/// The place of a file.
pub struct Target {
    directory: OpenDirectory,
    name: OsString,
    path: PathBuf,
}

impl Target {
    /// # Errors
    /// A directory that is missing, or a path that ends in `..`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
        Ok(Self { directory: OpenDirectory::open(directory_of(path))?, name, path: path.to_owned() })
    }

    /// What stands there, symbolic links as such; `None` when nothing does.
    pub fn existing(&self) -> Option<Metadata> {
        self.directory.metadata(&self.name).ok()
    }

    /// A draft of an artefact, after what others left in the directory is removed.
    ///
    /// # Errors
    /// No room, or a directory that cannot be written.
    pub fn draft(self, mode: Mode) -> io::Result<Draft> {
        sweep(&self.directory, PREFIX, is_own);
        let replaced = if mode == Mode::Public { self.replaced() } else { None };
        // What replaces a file is private until it is whole, and gets the mode of that file.
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
    /// A draft of a file of the key store, for its owner alone.
    ///
    /// # Errors
    /// No room, or a directory that cannot be written.
    pub fn of_store(directory: OpenDirectory, name: &OsStr, owner: Option<FileOwner>) -> io::Result<Self> {
        let (prefix, path) = (store_prefix(name), directory.path().join(name));
        let draft = Self::create(Target { directory, name: name.to_owned(), path }, &prefix, false)?;
        owner.map_or(Ok(()), |owner| owner.take_over(&draft.file))?;
        Ok(draft)
    }

    fn create(target: Target, prefix: &str, is_public: bool) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        // The crate would remove the draft by its path, which may lead elsewhere by then.
        builder.prefix(prefix).rand_bytes(RANDOM).disable_cleanup(true);
        let made = builder.make_in(directory_of(&target.path), |path| {
            let file = target.directory.create(path.file_name().unwrap_or_default(), is_public)?;
            // A sweep that came between holds the lock, or has removed the name: another name is taken.
            if is_claimed(&file) { Ok(file) } else { Err(ErrorKind::AlreadyExists.into()) }
        })?;
        let (file, path) = made.into_parts();
        let name = path.file_name().unwrap_or_default().to_owned();
        Ok(Self { file, name, target, is_published: false })
    }

    /// Syncs the file and gives it its name. False when the name may not survive a power cut.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` when it would replace a file and may not.
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
            // What stays is swept by the next write.
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

/// Locks a new draft. False when a sweep was faster. A file system without locks has no sweeps either.
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

/// What replaces a file is as reachable as that was, and never more. Set-uid, set-gid and sticky bits go, because they
/// were given to the old content; the group's bits go when the group, or the access list, cannot be kept.
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

/// The owner, the group and the access list are those of a new file; the mode is 0644 at most, and never more than that
/// of the file that is replaced. Its group's bits say nothing about another group, and beside a list nothing at all.
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

/// The access list of the file that stands at `target`, or `None` when it has none. Where a file has one, the group's bits
/// of its mode are the mask of that list and not what its group may do (acl(5)).
#[cfg(target_os = "linux")]
fn access_list(target: &Target) -> io::Result<Option<Vec<u8>>> {
    use rustix::io::Errno;
    /// More than any file system takes: a list of 500 entries.
    const LONGEST: usize = 4096;
    let file = target.directory.open_existing(&target.name, Access::Read)?;
    let mut list = vec![0_u8; LONGEST];
    match rustix::fs::fgetxattr(&file, ACCESS_LIST, &mut list[..]) {
        Ok(length) => {
            list.truncate(length);
            Ok(Some(list))
        }
        // There is none, or there are none on this file system.
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A directory may have given the draft a list that the old file did not have: `None` removes it. False when a list
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

/// Removes drafts of this very key store that a killed process left. Only under its lock.
pub fn sweep_store(directory: &OpenDirectory, name: &OsStr) {
    // The superuser sweeps for the owner of the store, to whom its drafts are given.
    sweep(directory, &store_prefix(name), |found| is_own(found) || is_superuser());
}

/// Removes what killed processes left in `directory`: files of our naming, regular, with one name, and not locked by
/// the process that writes them. What cannot be removed is its owner's alone, and the next write tries again.
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

#[cfg(unix)]
pub fn is_own(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub fn is_own(_: &Metadata) -> bool {
    true
}

/// Also that of the store's ledger and of its lock.
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

    /// What is left by a killed process is neither locked nor anybody's any more.
    #[test]
    fn leftover_is_swept_and_draft_of_running_process_stays() {
        let room = tempfile::tempdir().unwrap();
        std::fs::write(room.path().join(".authkit-tmp-abcdefABCDEF"), "left").unwrap();
        let running = Target::open(&room.path().join("a")).unwrap().draft(Mode::Private).unwrap();
        assert_eq!(names(room.path()).len(), 1, "the leftover is gone, the draft is there");
        let other = Target::open(&room.path().join("b")).unwrap().draft(Mode::Private).unwrap();
        assert_eq!(names(room.path()).len(), 2, "neither is the other's leftover");
        other.publish(false).unwrap();
        running.publish(false).unwrap();
        assert_eq!(names(room.path()), ["a", "b"]);
    }

    #[test]
    fn files_of_other_names_links_and_second_names_are_not_swept() {
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

    /// Another directory may get the path meanwhile.
    #[test]
    fn draft_stays_in_the_directory_that_is_held_open() {
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
    fn draft_that_a_sweep_took_is_not_claimed() {
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
