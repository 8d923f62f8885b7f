//! The only way out. A reader that went away is no failure of ours and changes no exit code.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::failure::Failure;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes to standard output and flushes.
///
/// # Errors
/// What cannot be written; a closed pipe is not an error.
pub fn write_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    forgive_closed_pipe(out.write_all(bytes).and_then(|()| out.flush()))
        .map_err(|error| cannot("standard output", &error))
}

/// Writes to standard error as far as that is possible.
pub fn write_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn forgive_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn cannot(what: &str, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        ErrorKind::ReadOnlyFilesystem => Some("the mount is read-only; what is read from it may be old"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("make room, and run it again"),
        _ => None,
    };
    Failure::surroundings(format!("cannot write {what}: {error}")).hint_if(hint.map(str::to_owned))
}

/// Bytes held back of a stream. Small enough that the allocator needs no map of its own for it.
const BUFFER: usize = 64 * 1024;

/// Where a stream of lines goes.
pub trait Lines {
    /// Writes one line or more, newlines included. False when nobody reads any more.
    ///
    /// # Errors
    /// What cannot be written.
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure>;

    /// Writes what is held back.
    ///
    /// # Errors
    /// What cannot be written.
    fn flush(&mut self) -> Result<(), Failure>;

    /// Writes what is held back, for a reader who waits for it. False when nobody reads any more.
    ///
    /// # Errors
    /// What cannot be written.
    fn hand_over(&mut self) -> Result<bool, Failure> {
        Ok(true)
    }

    /// The stream is whole: what was written becomes visible.
    ///
    /// # Errors
    /// What cannot be written.
    fn finish(&mut self) -> Result<(), Failure> {
        self.flush()
    }
}

/// Where lines go: standard output, or the file of `-o`.
///
/// # Errors
/// A device that cannot be opened.
pub fn lines(file: Option<&Path>, force: bool) -> Result<Box<dyn Lines>, Failure> {
    match file {
        None => Ok(Box::new(StreamLines::new("standard output", io::stdout()))),
        Some(path) if is_device(path) => {
            let name = path.display().to_string();
            let device = OpenOptions::new().write(true).open(path).map_err(|error| cannot(&name, &error))?;
            Ok(Box::new(StreamLines::new(&name, device)))
        }
        Some(path) => Ok(Box::new(FileLines { path: path.to_owned(), force, file: None })),
    }
}

/// Neither a file nor a folder: written to as it is.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Lines to a stream, buffered.
struct StreamLines<W: io::Write> {
    name: String,
    out: BufWriter<W>,
}

impl<W: io::Write> StreamLines<W> {
    fn new(name: &str, stream: W) -> Self {
        Self { name: name.to_owned(), out: BufWriter::with_capacity(BUFFER, stream) }
    }
}

impl<W: io::Write> Lines for StreamLines<W> {
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure> {
        let written = self.out.write_all(text);
        self.is_read(written)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.hand_over().map(drop)
    }

    fn hand_over(&mut self) -> Result<bool, Failure> {
        let flushed = self.out.flush();
        self.is_read(flushed)
    }
}

impl<W: io::Write> StreamLines<W> {
    /// False for a pipe whose reader went away.
    fn is_read(&self, written: io::Result<()>) -> Result<bool, Failure> {
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(cannot(&self.name, &error)),
        }
    }
}

/// Lines to a file that appears whole, or not at all. Lines are tokens and results: owner-only.
struct FileLines {
    path: PathBuf,
    force: bool,
    file: Option<BufWriter<NamedTempFile>>,
}

impl FileLines {
    /// The file beside the one that is to be; made when the first line comes, so that a command which
    /// writes no lines leaves nothing.
    fn file(&mut self) -> Result<&mut BufWriter<NamedTempFile>, Failure> {
        if self.file.is_none() {
            refuse_existing(&self.path, self.force)?;
            let file = temporary(folder_of(&self.path), PREFIX, Mode::Private)
                .map_err(|error| cannot(&self.name(), &error))?;
            self.file = Some(BufWriter::with_capacity(BUFFER, file));
        }
        self.file.as_mut().ok_or_else(|| Failure::bug("a file that was made is gone"))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

impl Lines for FileLines {
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure> {
        let name = self.name();
        self.file()?.write_all(text).map_err(|error| cannot(&name, &error)).map(|()| true)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let name = self.name();
        self.file.as_mut().map_or(Ok(()), |file| file.flush().map_err(|error| cannot(&name, &error)))
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.file()?;
        let Some(file) = self.file.take() else { return Ok(()) };
        let file = file.into_inner().map_err(|error| cannot(&self.name(), error.error()))?;
        publish(file, &self.path, self.force).map(drop)
    }
}

/// How temporary files begin.
const PREFIX: &str = ".authkit-";

/// How a file is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// 0600: holds private keys or tokens.
    Private,
    /// 0644 less the umask.
    Public,
}

/// Writes a file whole or not at all: a temporary file in the same folder, synced, then renamed.
/// An existing file stays unless `force`; a device or a pipe is written to as it is.
///
/// # Errors
/// A file in the way, a folder that is missing, no room.
pub fn write_file(path: &Path, bytes: &[u8], mode: Mode, force: bool) -> Result<(), Failure> {
    let failed = |error: io::Error| cannot(&path.display().to_string(), &error);
    if is_device(path) {
        let written = OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
        return forgive_closed_pipe(written).map_err(failed);
    }
    refuse_existing(path, force)?;
    let mut file = temporary(folder_of(path), PREFIX, mode).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    publish(file, path, force).map(drop)
}

/// Replaces the file of a key store, under its lock, by way of a draft that [`sweep_drafts`] knows. False when a
/// power cut may undo it, because the folder cannot be synced.
///
/// # Errors
/// No room, or a folder that cannot be written; then the old file stands.
pub fn write_draft(path: &Path, bytes: &[u8]) -> Result<bool, Failure> {
    let failed = |error: io::Error| cannot(&path.display().to_string(), &error);
    let mut file = temporary(folder_of(path), &draft_prefix(path), Mode::Private).map_err(failed)?;
    #[cfg(unix)]
    keep_owner(file.as_file(), path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    publish(file, path, true)
}

/// The superuser acts for the owner of what stands at `path`, or of its folder: a key store that belongs to root from now on is one
/// that its service cannot read.
#[cfg(unix)]
fn keep_owner(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let owner = std::fs::metadata(path).or_else(|_| std::fs::metadata(folder_of(path)))?;
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (owner.uid(), owner.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))
}

/// What is to be said where a file that only its owner may read cannot be made.
pub const fn unguarded() -> Option<&'static str> {
    if cfg!(unix) {
        return None;
    }
    Some(
        "on this system a file has the permissions of its folder, and authkit sets none: keep keys where only you can read",
    )
}

/// Removes drafts of this very file that a killed process left. Only under the lock of that file.
pub fn sweep_drafts(path: &Path) {
    let prefix = draft_prefix(path);
    // What `tempfile` adds. A longer ending is that of a file whose name begins like this one's.
    const RANDOM: usize = 6;
    let is_draft = |name: &str| name.strip_prefix(&prefix).is_some_and(|rest| rest.len() == RANDOM);
    let drafts = std::fs::read_dir(folder_of(path)).into_iter().flatten().flatten();
    for draft in drafts.filter(|entry| is_draft(&entry.file_name().to_string_lossy())) {
        // What cannot be removed is its owner's alone, and the next change tries again.
        let _ = std::fs::remove_file(draft.path());
    }
}

/// Also that of the store's ledger.
fn draft_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{PREFIX}{}-", name.strip_suffix(".ledger").unwrap_or(&name))
}

/// A folder, or a file that is not to be replaced, is in the way.
fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Failure::surroundings(format!("{} is a folder", path.display()))),
        Ok(_) if !force => Err(in_the_way(path)),
        _ => Ok(()),
    }
}

fn in_the_way(path: &Path) -> Failure {
    Failure::surroundings(format!("{} exists and is not replaced", path.display())).hint("--force replaces it")
}

/// The folder that `path` stands in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Syncs the file and gives it its name. False when the name may not survive a power cut.
fn publish(file: NamedTempFile, path: &Path, force: bool) -> Result<bool, Failure> {
    let failed = |error: io::Error| cannot(&path.display().to_string(), &error);
    file.as_file().sync_all().map_err(failed)?;
    let renamed = if force { file.persist(path) } else { file.persist_noclobber(path) };
    renamed.map_err(|failure| match failure.error.kind() {
        ErrorKind::AlreadyExists => in_the_way(path),
        _ => failed(failure.error),
    })?;
    // The rename itself must survive a crash; some file systems cannot sync a folder.
    Ok(File::open(folder_of(path)).and_then(|folder| folder.sync_all()).is_ok())
}

#[cfg(unix)]
fn temporary(folder: &Path, prefix: &str, mode: Mode) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // The umask takes from these bits, and never adds.
    let bits = if mode == Mode::Private { 0o600 } else { 0o644 };
    tempfile::Builder::new().prefix(prefix).permissions(std::fs::Permissions::from_mode(bits)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary(folder: &Path, prefix: &str, _: Mode) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(prefix).tempfile_in(folder)
}

/// Makes a folder and its parents, readable by the owner alone.
///
/// # Errors
/// What the system says.
pub fn make_private_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|error| Failure::surroundings(format!("cannot make the folder {}: {error}", path.display())))
}

/// Held until it is dropped, or its process ends in whatever way.
pub struct Lock {
    _file: File,
}

/// A lock for `kept`: on `path`, which is made when it is missing; held until it is dropped.
///
/// # Errors
/// Another process holds it, or it cannot be made.
pub fn lock(path: &Path, kept: &Path) -> Result<Lock, Failure> {
    let shown = path.display();
    #[cfg(not(unix))]
    let _ = kept;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|error| cannot(&shown.to_string(), &error))?;
    #[cfg(unix)]
    keep_owner(&file, kept).map_err(|error| cannot(&shown.to_string(), &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Failure::surroundings(format!("another process holds {shown}")).hint("try again when it is done"))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(cannot(&shown.to_string(), &error)),
    }
}
