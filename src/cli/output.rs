//! All output of the program: standard output, standard error, files. A closed pipe is not a failure and does not
//! change the exit code.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::context::Context;
use super::device;
use super::failure::Failure;
use super::input;
use super::key_store;
use super::whole_file::{Draft, Target};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

pub use super::whole_file::Mode;

/// Writes to standard output and flushes.
///
/// # Errors
/// A failed write; a closed pipe is not an error.
pub fn write_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    forgive_closed_pipe(out.write_all(bytes).and_then(|()| out.flush()))
        .map_err(|error| Failure::cannot_write("standard output", &error))
}

fn forgive_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Bytes buffered for a stream. Small enough that the allocator does not map separate memory for it.
const BUFFER: usize = 64 * 1024;

/// Destination of a stream of lines.
pub trait LineSink {
    /// Writes one line or more, newlines included. False when the reader has closed the pipe.
    ///
    /// # Errors
    /// A failed write.
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure>;

    /// Writes buffered lines.
    ///
    /// # Errors
    /// A failed write.
    fn flush(&mut self) -> Result<(), Failure>;

    /// Writes buffered lines, for a reader that waits for them. False when the reader has closed the pipe.
    ///
    /// # Errors
    /// A failed write.
    fn hand_over(&mut self) -> Result<bool, Failure> {
        Ok(true)
    }

    /// Completes the stream: a file becomes visible under its name.
    ///
    /// # Errors
    /// A failed write.
    fn finish(&mut self) -> Result<(), Failure> {
        self.flush()
    }
}

/// The sink for lines (tokens and results): standard output, or the file of `-o`.
///
/// # Errors
/// A device that cannot be opened or belongs to another user; a file of the key store.
pub fn lines(context: &Context, file: Option<&Path>) -> Result<Box<dyn LineSink>, Failure> {
    let Some(path) = file else { return Ok(Box::new(StreamLineSink::new("standard output", io::stdout()))) };
    key_store::refuse_as_output(context, path)?;
    Ok(match device::open(path, Mode::Private)? {
        Some(device) => Box::new(StreamLineSink::new(&path.display().to_string(), device)),
        None => Box::new(FileLineSink { path: path.to_owned(), force: context.force, file: None }),
    })
}

/// Lines to a stream, buffered.
struct StreamLineSink<W: io::Write> {
    name: String,
    out: BufWriter<W>,
}

impl<W: io::Write> StreamLineSink<W> {
    fn new(name: &str, stream: W) -> Self {
        Self { name: name.to_owned(), out: BufWriter::with_capacity(BUFFER, stream) }
    }
}

impl<W: io::Write> LineSink for StreamLineSink<W> {
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

impl<W: io::Write> StreamLineSink<W> {
    /// False for a closed pipe.
    fn is_read(&self, written: io::Result<()>) -> Result<bool, Failure> {
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Failure::cannot_write(&self.name, &error)),
        }
    }
}

/// Lines to a file that is created atomically.
struct FileLineSink {
    path: PathBuf,
    force: bool,
    file: Option<BufWriter<Draft>>,
}

impl FileLineSink {
    /// The temporary file next to the target; created with the first line, so that a command without lines leaves
    /// nothing.
    fn file(&mut self) -> Result<&mut BufWriter<Draft>, Failure> {
        if self.file.is_none() {
            let draft = draft(&self.path, Mode::Private, self.force)?;
            self.file = Some(BufWriter::with_capacity(BUFFER, draft));
        }
        self.file.as_mut().ok_or_else(|| Failure::internal("missing temporary file"))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

impl LineSink for FileLineSink {
    fn write(&mut self, text: &[u8]) -> Result<bool, Failure> {
        let name = self.name();
        self.file()?.write_all(text).map_err(|error| Failure::cannot_write(&name, &error)).map(|()| true)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let name = self.name();
        self.file.as_mut().map_or(Ok(()), |file| file.flush().map_err(|error| Failure::cannot_write(&name, &error)))
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.file()?;
        let Some(file) = self.file.take() else { return Ok(()) };
        let file = file.into_inner().map_err(|error| Failure::cannot_write(&self.name(), error.error()))?;
        publish(file, &self.path, self.force)
    }
}

/// Writes a file atomically: to a temporary file in the same directory, which is synced and renamed. An existing file
/// is replaced only with `force`; a device or a pipe is written in place.
///
/// # Errors
/// An existing file, a missing directory, a full disk; a file of the key store, which no command may overwrite; a
/// private artefact for a pipe or a device of another user.
pub fn write_file(context: &Context, path: &Path, bytes: &[u8], mode: Mode, force: bool) -> Result<(), Failure> {
    key_store::refuse_as_output(context, path)?;
    let failed = |error: io::Error| Failure::cannot_write(&path.display().to_string(), &error);
    if let Some(mut device) = device::open(path, mode)? {
        return forgive_closed_pipe(device.write_all(bytes)).map_err(failed);
    }
    let mut draft = draft(path, mode, force)?;
    draft.write_all(bytes).map_err(failed)?;
    publish(draft, path, force)
}

/// A temporary file next to `path`. Fails if `path` is a directory, or an existing file without `force`.
fn draft(path: &Path, mode: Mode, force: bool) -> Result<Draft, Failure> {
    let failed = |error: io::Error| Failure::cannot_write(&path.display().to_string(), &error);
    let is_directory = || Failure::environment(format!("{} is a directory", path.display()));
    let target = Target::open(path).map_err(|error| match error.kind() {
        ErrorKind::IsADirectory => is_directory(),
        ErrorKind::NotFound => missing_directory(path).unwrap_or_else(|| failed(error)),
        _ => failed(error),
    })?;
    match target.existing() {
        Some(found) if found.is_dir() => Err(is_directory()),
        Some(_) if !force => Err(already_exists(path)),
        _ => target.draft(mode).map_err(failed),
    }
}

/// The failure for a file in a directory that does not exist.
fn missing_directory(path: &Path) -> Option<Failure> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty() && !input::exists(parent))?;
    let message = format!("cannot write {}: directory {} does not exist", path.display(), parent.display());
    Some(Failure::environment(message).hint(format!("create it: mkdir -p {}", parent.display())))
}

fn already_exists(path: &Path) -> Failure {
    Failure::environment(format!("{} already exists", path.display())).hint("use --force to overwrite it")
}

fn publish(draft: Draft, path: &Path, force: bool) -> Result<(), Failure> {
    draft.publish(force).map(drop).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => already_exists(path),
        _ => Failure::cannot_write(&path.display().to_string(), &error),
    })
}
