//! The only way out. A reader that went away is no failure of ours and changes no exit code.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::failure::Failure;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::Path;

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
    Failure::surroundings(format!("cannot write {what}: {error}"))
}

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
}

/// Lines to standard output, buffered.
pub struct StdoutLines(BufWriter<io::Stdout>);

impl StdoutLines {
    pub fn new() -> Self {
        Self(BufWriter::with_capacity(256 * 1024, io::stdout()))
    }
}

impl Lines for StdoutLines {
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure> {
        match self.0.write_all(text) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(cannot("standard output", &error)),
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        forgive_closed_pipe(self.0.flush()).map_err(|error| cannot("standard output", &error))
    }
}

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
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(Failure::surroundings(format!("{shown} is a folder"))),
        Ok(found) if !found.is_file() => {
            let written = OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
            return forgive_closed_pipe(written).map_err(|error| cannot(&shown.to_string(), &error));
        }
        Ok(_) if !force => {
            return Err(
                Failure::surroundings(format!("{shown} exists and is not replaced")).hint("--force replaces it")
            );
        }
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: io::Error| cannot(&shown.to_string(), &error);
    let mut file = temporary(folder, mode).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    let renamed = if force { file.persist(path) } else { file.persist_noclobber(path) };
    renamed.map_err(|failure| match failure.error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::surroundings(format!("{shown} exists and is not replaced")).hint("--force replaces it")
        }
        _ => failed(failure.error),
    })?;
    // The rename itself must survive a crash; some file systems cannot sync a folder.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

#[cfg(unix)]
fn temporary(folder: &Path, mode: Mode) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // The umask takes from these bits, and never adds.
    let bits = if mode == Mode::Private { 0o600 } else { 0o644 };
    tempfile::Builder::new().prefix(".authkit-").permissions(std::fs::Permissions::from_mode(bits)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary(folder: &Path, _: Mode) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".authkit-").tempfile_in(folder)
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

/// A lock on `path`, made when it is missing; held until it is dropped.
///
/// # Errors
/// Another process holds it, or it cannot be made.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let shown = path.display();
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|error| cannot(&shown.to_string(), &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Failure::surroundings(format!("another process holds {shown}")).hint("try again when it is done"))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(cannot(&shown.to_string(), &error)),
    }
}
