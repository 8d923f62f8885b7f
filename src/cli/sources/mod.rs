//! Input sources as blocks of text: files, directories, standard input; gzip and zstd; one token per line, NDJSON, HAR,
//! any text. Memory is bounded for any input, and an unreadable source does not stop the others.
//!
//! A caller takes [`Sources::blocks`] until there are none, splits them into [`SourceBlock::parts`] for its threads,
//! and merges the results in order. At the end it reports [`Sources::problems`] and skipped files.

mod block;
mod expansion;
mod find;
mod ignore_files;
mod left_out;
mod open;

pub use block::{BlockPart, SourceBlock};
pub use expansion::{DEFAULT_RATIO, Expansion, FREE_BYTES};
pub use find::files;
pub use ignore_files::MAX_IGNORE_BYTES;
pub use left_out::LeftOut;

use super::context::Context;
use super::failure::{Failure, FailureKind};
use super::line_batch::{BATCH_BYTES, Batch, FillStatus};
use authkit::encoding::bounds::head;
use authkit::extract::free_text::CONTEXT;
use authkit::extract::har::{Entries, Splitter};
use authkit::extract::ndjson::FieldPath;
use block::{BlockContent, SourcePosition};
use open::{OpenedSource, SkipReason};
use std::io::Read;
use std::path::PathBuf;

/// Total bytes of the blocks of one call, unless one is larger or the sources end.
const ROUND_BYTES: usize = 4 * BATCH_BYTES;

/// Maximum number of blocks of one call, which matters for small files.
const ROUND_BLOCKS: usize = 1_024;

/// Bytes of a HAR read at a time.
const HAR_BYTES: usize = 256 * 1024;

/// How the text of a source is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceFormat {
    /// One token per line.
    Tokens,
    /// One JSON object per line.
    Ndjson(FieldPath),
    Har,
    /// Any text, which is searched for tokens.
    Text,
}

/// A source that could not be read, not to its end, or not as intended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The number of the source in [`Sources::name`]; `None` if it could not be opened.
    pub source: Option<usize>,
    pub name: String,
    /// The cause, without a full stop.
    pub what: String,
    /// Position where reading ended: whole lines, or entries of a HAR; 0: nothing was read.
    pub after: u64,
    /// The failure kind for the exit code; `None` for a warning, when nothing was missed.
    pub kind: Option<FailureKind>,
}

/// The origin of a source.
enum Origin {
    Stdin(Box<dyn Read>),
    /// Named by the user.
    File(PathBuf),
    /// Found in a directory; skipped if it is binary.
    InFolder(PathBuf),
}

/// The sources of a run, read one after the other.
pub struct Sources {
    given: Option<SourceFormat>,
    expansion: Expansion,
    origins: std::vec::IntoIter<Origin>,
    /// Names of opened sources, without the forgotten ones.
    names: Vec<String>,
    /// Number of forgotten names.
    forgotten: usize,
    reading: Option<Reading>,
    batch: Batch,
    problems: Vec<Problem>,
    left_out: LeftOut,
    binary: u64,
    /// Bytes of the files that were read to the end.
    read: u64,
}

/// Progress in bytes on disk, that is, compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadProgress {
    pub read: u64,
    pub all: u64,
}

/// The source that is being read.
struct Reading {
    opened: OpenedSource,
    position: SourcePosition,
    /// Only for a HAR.
    splitter: Splitter,
}

impl Sources {
    /// Finds the sources `names`: files, directories, `-`; without names, standard input. `given` is the format of
    /// every source; without it, the format is detected from the content.
    ///
    /// # Errors
    /// Standard input is named twice, or already read by another argument.
    pub fn find(
        context: &Context,
        names: &[PathBuf],
        given: Option<SourceFormat>,
        expansion: Expansion,
    ) -> Result<Self, Failure> {
        let mut stdin = || super::input::stdin_stream(context, "the tokens");
        Self::with_stdin(names, given, expansion, &mut stdin)
    }

    fn with_stdin(
        names: &[PathBuf],
        given: Option<SourceFormat>,
        expansion: Expansion,
        stdin: &mut dyn FnMut() -> Result<Box<dyn Read>, Failure>,
    ) -> Result<Self, Failure> {
        let (mut origins, mut problems, mut left_out) = (Vec::new(), Vec::new(), LeftOut::default());
        if names.is_empty() {
            origins.push(Origin::Stdin(stdin()?));
        }
        for name in names {
            if name.as_os_str() == "-" {
                origins.push(Origin::Stdin(stdin()?));
            } else {
                find::named(super::input::without_at(name), &mut origins, &mut problems, &mut left_out);
            }
        }
        Ok(Self {
            given,
            expansion,
            origins: origins.into_iter(),
            names: Vec::new(),
            forgotten: 0,
            reading: None,
            batch: Batch::new(),
            problems,
            left_out,
            binary: 0,
            read: 0,
        })
    }

    /// The next blocks, in order: about 16 MiB, enough for all threads. None at the end.
    pub fn blocks(&mut self) -> Vec<SourceBlock> {
        let (mut blocks, mut bytes) = (Vec::new(), 0_usize);
        while bytes < ROUND_BYTES && blocks.len() < ROUND_BLOCKS {
            let Some(reading) = self.reading.take().or_else(|| self.open_next()) else { break };
            let block = self.read(reading);
            if let Some(block) = block {
                bytes = bytes.saturating_add(block.bytes());
                blocks.push(block);
            }
        }
        blocks
    }

    /// The progress; `None` when the total size is unknown. Costs one system call per unread file.
    pub fn progress(&self) -> Option<ReadProgress> {
        let (read, size) = match &self.reading {
            Some(reading) => reading.opened.progress()?,
            None => (0, 0),
        };
        let read = self.read.saturating_add(read);
        let ahead = find::bytes(self.origins.as_slice())?;
        Some(ReadProgress { read, all: self.read.saturating_add(size).saturating_add(ahead) })
    }

    /// The name of a source: a path, or `standard input`. It is untrusted text.
    pub fn name(&self, source: usize) -> &str {
        let place = source.checked_sub(self.forgotten);
        place.and_then(|place| self.names.get(place)).map_or("", String::as_str)
    }

    /// Drops the names of sources before `source`: a directory may contain hundreds of thousands of files.
    pub fn forget_before(&mut self, source: usize) {
        let count = source.saturating_sub(self.forgotten).min(self.names.len());
        self.names.drain(..count);
        self.forgotten = self.forgotten.saturating_add(count);
    }

    /// Number of sources opened so far.
    pub fn count(&self) -> usize {
        self.forgotten.saturating_add(self.names.len())
    }

    /// Problems so far, in order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Files skipped because of ignore files.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Number of binary files skipped in directories.
    pub fn binary(&self) -> u64 {
        self.binary
    }

    fn open_next(&mut self) -> Option<Reading> {
        loop {
            let origin = self.origins.next()?;
            let name = match &origin {
                Origin::Stdin(_) => "standard input".to_owned(),
                Origin::File(path) | Origin::InFolder(path) => path.display().to_string(),
            };
            match open::open(origin, self.given.as_ref(), &self.expansion) {
                Ok(opened) => {
                    self.names.push(name);
                    return Some(Reading {
                        opened,
                        position: SourcePosition::default(),
                        splitter: Splitter::default(),
                    });
                }
                Err(SkipReason::Binary) => self.binary = self.binary.saturating_add(1),
                Err(SkipReason::Unreadable(what)) => {
                    self.problems.push(Problem {
                        source: None,
                        name,
                        what,
                        after: 0,
                        kind: Some(FailureKind::Environment),
                    });
                }
            }
        }
    }

    /// Reads the next block; keeps the source unless it is at its end.
    fn read(&mut self, mut reading: Reading) -> Option<SourceBlock> {
        let source = self.count().saturating_sub(1);
        let format = reading.opened.format.clone();
        let (content, filled) =
            if format == SourceFormat::Har { self.entries(&mut reading) } else { self.lines(&mut reading) };
        match filled {
            FillStatus::More => self.reading = Some(reading),
            FillStatus::End => self.ended(&reading, None),
            FillStatus::Broken(error) => self.ended(&reading, Some(open::describe(&error))),
        }
        let block = SourceBlock { source, format, content };
        (block.bytes() > 0).then_some(block)
    }

    fn lines(&mut self, reading: &mut Reading) -> (BlockContent, FillStatus) {
        let filled = self.batch.fill_up(&mut *reading.opened.reader);
        let content = reading.position.take(self.batch.complete_lines(), CONTEXT);
        self.batch.keep_rest();
        (content, filled)
    }

    fn entries(&mut self, reading: &mut Reading) -> (BlockContent, FillStatus) {
        let mut entries = Entries::default();
        let mut chunk = vec![0; HAR_BYTES];
        let filled = loop {
            let read = match reading.opened.reader.read(&mut chunk) {
                Ok(0) => break FillStatus::End,
                Ok(read) => head(&chunk, read),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => break FillStatus::Broken(error),
            };
            reading.splitter.feed(read, &mut entries);
            reading.position.skip(read);
            if entries.bytes() >= BATCH_BYTES {
                break FillStatus::More;
            }
        };
        for at in entries.places().iter().filter(|at| at.cut) {
            let what = format!("entry {} is too large; only its beginning was searched", at.number);
            self.problem(what, FailureKind::Environment, reading);
        }
        (BlockContent::Har(entries), filled)
    }

    /// Records the problems of a source at its end.
    fn ended(&mut self, reading: &Reading, error: Option<(String, FailureKind)>) {
        let broken = error.is_some();
        let size = reading.opened.progress().map_or(0, |(_, size)| size);
        self.read = self.read.saturating_add(size);
        error.into_iter().for_each(|(what, kind)| self.problem(what, kind, reading));
        if let Some((before, after)) = reading.opened.shrunk() {
            let what = format!("shrank from {before} to {after} bytes while being read");
            self.problem(what, FailureKind::Environment, reading);
        } else if !broken
            && reading.opened.format == SourceFormat::Har
            && let Err(error) = reading.splitter.finish()
        {
            self.problem(error.to_string(), FailureKind::Environment, reading);
        }
    }

    fn problem(&mut self, what: String, kind: FailureKind, reading: &Reading) {
        let after = match reading.opened.format {
            SourceFormat::Har => reading.splitter.entries(),
            _ => reading.position.whole_lines(),
        };
        let source = self.count().saturating_sub(1);
        let name = self.name(source).to_owned();
        self.problems.push(Problem { source: Some(source), name, what, after, kind: Some(kind) });
    }
}

#[cfg(test)]
mod tests;
