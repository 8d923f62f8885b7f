//! The only way out. A reader that went away is no failure of ours and changes no exit code.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::context::Context;
use super::device;
use super::failure::Failure;
use super::key_store;
use super::whole_file::{Draft, Target};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

pub use super::whole_file::Mode;

/// Writes to standard output and flushes.
///
/// # Errors
/// What cannot be written; a closed pipe is not an error.
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

/// Bytes held back of a stream. Small enough that the allocator needs no map of its own for it.
const BUFFER: usize = 64 * 1024;

/// Where a stream of lines goes.
pub trait LineSink {
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

/// Where lines go: standard output, or the file of `-o`. Lines are tokens and results.
///
/// # Errors
/// A device that cannot be opened, or that is another user's; a file of the key store.
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
    /// False for a pipe whose reader went away.
    fn is_read(&self, written: io::Result<()>) -> Result<bool, Failure> {
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Failure::cannot_write(&self.name, &error)),
        }
    }
}

/// Lines to a file that appears whole, or not at all.
struct FileLineSink {
    path: PathBuf,
    force: bool,
    file: Option<BufWriter<Draft>>,
}

impl FileLineSink {
    /// The file beside the one that is to be; made when the first line comes, so that a command which
    /// writes no lines leaves nothing.
    fn file(&mut self) -> Result<&mut BufWriter<Draft>, Failure> {
        if self.file.is_none() {
            let draft = draft(&self.path, Mode::Private, self.force)?;
            self.file = Some(BufWriter::with_capacity(BUFFER, draft));
        }
        self.file.as_mut().ok_or_else(|| Failure::bug("a file that was made is gone"))
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

/// Writes a file whole or not at all: a temporary file in the same folder, synced, then renamed.
/// An existing file stays unless `force`; a device or a pipe is written to as it is.
///
/// # Errors
/// A file in the way, a folder that is missing, no room; a file of the key store, which no command may name as its
/// output; a private artefact for a pipe or a device of another user.
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

/// The file beside the one that is to be. A folder, or a file that is not to be replaced, is in the way.
fn draft(path: &Path, mode: Mode, force: bool) -> Result<Draft, Failure> {
    let failed = |error: io::Error| Failure::cannot_write(&path.display().to_string(), &error);
    let is_folder = || Failure::environment(format!("{} is a folder", path.display()));
    let target = Target::open(path).map_err(|error| match error.kind() {
        ErrorKind::IsADirectory => is_folder(),
        _ => failed(error),
    })?;
    match target.existing() {
        Some(found) if found.is_dir() => Err(is_folder()),
        Some(_) if !force => Err(in_the_way(path)),
        _ => target.draft(mode).map_err(failed),
    }
}

fn in_the_way(path: &Path) -> Failure {
    Failure::environment(format!("{} exists and is not replaced", path.display())).hint("--force replaces it")
}

fn publish(draft: Draft, path: &Path, force: bool) -> Result<(), Failure> {
    draft.publish(force).map(drop).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => in_the_way(path),
        _ => Failure::cannot_write(&path.display().to_string(), &error),
    })
}
