//! What the user names, as blocks of text: files, folders, standard input; gzip and zstd; a token a line,
//! NDJSON, HAR, any text. Memory is bounded whatever is read, and nothing that cannot be read stops the rest.
//!
//! A caller takes [`Sources::blocks`] until there are none, cuts them into [`Block::parts`] for its threads,
//! and puts what they found in order. At the end it asks for [`Sources::problems`] and what was skipped.

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
use authkit::extract::free_text::CONTEXT;
use authkit::extract::har::{Entries, Splitter};
use authkit::extract::ndjson::FieldPath;
use block::{BlockContent, SourcePosition};
use open::{OpenedSource, SkipReason};
use std::io::Read;
use std::path::PathBuf;

/// Bytes that the blocks of one call have together, unless one is larger or the sources end.
const ROUND_BYTES: usize = 4 * BATCH_BYTES;

/// Blocks of one call: of small files there are many in so many bytes.
const ROUND_BLOCKS: usize = 1_024;

/// Bytes of a HAR that are read at a time.
const HAR_BYTES: usize = 256 * 1024;

/// How the text of a source is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceFormat {
    /// One token a line.
    Tokens,
    /// An object a line.
    Ndjson(FieldPath),
    Har,
    /// Any text, in which tokens are searched.
    Text,
}

/// A source that could not be read, or not to its end, or not as its author meant it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The source's number in [`Sources::name`]; `None`: it has not come so far as to have one.
    pub source: Option<usize>,
    pub name: String,
    /// What happened, without a full stop.
    pub what: String,
    /// Where reading ended: whole lines, or entries of a HAR; 0: nothing was read.
    pub after: u64,
    /// How the run ends for it; `None`: nothing is missing, it only has to be said.
    pub kind: Option<FailureKind>,
}

/// Where something to read comes from.
enum Origin {
    Stdin(Box<dyn Read>),
    /// Named by the user.
    File(PathBuf),
    /// Met in a folder: it is skipped when it is binary.
    InFolder(PathBuf),
}

pub struct Sources {
    given: Option<SourceFormat>,
    expansion: Expansion,
    origins: std::vec::IntoIter<Origin>,
    /// Of the sources that were opened, without those that nobody asks for any more.
    names: Vec<String>,
    /// How many of these there are.
    forgotten: usize,
    reading: Option<Reading>,
    batch: Batch,
    problems: Vec<Problem>,
    left_out: LeftOut,
    binary: u64,
    /// Bytes of the files that were read to their end.
    read: u64,
}

/// How far reading has come. Bytes on disk, compressed as they are.
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
    /// Finds what `names` name: files, folders, `-`; no name is standard input. With `given`, every source is
    /// read so; otherwise each says by its content what it is.
    ///
    /// # Errors
    /// Standard input is named twice, or another argument has read it.
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

    /// The next blocks, in order: enough for all threads, some 16 MiB. None at the end.
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

    /// How far reading has come; `None` when nobody can know where it ends. It asks the system about every file that
    /// is still to be read.
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

    /// Lets go of the names of sources before `source`: a directory may hold hundreds of thousands.
    pub fn forget_before(&mut self, source: usize) {
        let count = source.saturating_sub(self.forgotten).min(self.names.len());
        self.names.drain(..count);
        self.forgotten = self.forgotten.saturating_add(count);
    }

    /// How many sources have been opened.
    pub fn count(&self) -> usize {
        self.forgotten.saturating_add(self.names.len())
    }

    /// What could not be read so far, in order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What ignore files left out.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// How many files were skipped in folders because they are binary.
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

    /// Reads on; keeps what is not at its end.
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
                Ok(read) => chunk.get(..read).unwrap_or_default(),
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
            let what = format!("entry {} is too large, and only its beginning was searched", at.number);
            self.problem(what, FailureKind::Environment, reading);
        }
        (BlockContent::Har(entries), filled)
    }

    /// Notes what is to be said of a source when it is at its end.
    fn ended(&mut self, reading: &Reading, error: Option<(String, FailureKind)>) {
        let broken = error.is_some();
        let size = reading.opened.progress().map_or(0, |(_, size)| size);
        self.read = self.read.saturating_add(size);
        error.into_iter().for_each(|(what, kind)| self.problem(what, kind, reading));
        if let Some((before, after)) = reading.opened.shrunk() {
            let what = format!("it shrank from {before} to {after} bytes while it was read");
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
