//! Opens one source, takes off its compression, and looks at its beginning to say what it is. Names and
//! suffixes say nothing: content does.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door: files are opened here")]

use super::expansion::{Expansion, TooMuch};
use super::{Origin, SourceFormat};
use crate::cli::failure::FailureKind;
use authkit::encoding::utf16::UTF8_MARK;
use authkit::encoding::zstd::{self, Zstd};
use authkit::extract::har;
use authkit::token::{compact, scan};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek as _};

/// Bytes of a source's beginning that say what it is.
const HEAD: u64 = 64 * 1024;

/// Bytes in which a NUL makes a file binary.
const TEXT: usize = 8 * 1024;

/// Bytes that are read from the system at a time.
const BUFFER: usize = 128 * 1024;

const GZIP: &[u8] = b"\x1F\x8B";

/// A source that can be read.
pub(super) struct OpenedSource {
    pub format: SourceFormat,
    /// The text, decompressed, from its beginning.
    pub reader: Box<dyn Read>,
    /// The file, and the bytes it had when it was opened.
    file: Option<(File, u64)>,
}

/// A source that is not read.
pub(super) enum SkipReason {
    /// It was met in a folder, and is no text.
    Binary,
    Unreadable(String),
}

impl OpenedSource {
    /// How far the file has been read, and how many bytes it had, compressed as it is.
    pub fn progress(&self) -> Option<(u64, u64)> {
        let (file, size) = self.file.as_ref()?;
        // Both handles of the file have one position.
        let mut file: &File = file;
        Some((file.stream_position().ok()?.min(*size), *size))
    }

    /// The file's sizes before and after reading, when it got smaller; that it grows is what logs do.
    pub fn shrunk(&self) -> Option<(u64, u64)> {
        let (file, before) = self.file.as_ref()?;
        let after = file.metadata().ok()?.len();
        (after < *before).then_some((*before, after))
    }
}

/// What a fault of reading says to people.
pub(super) fn describe(error: &io::Error) -> (String, FailureKind) {
    let what = match error.kind() {
        ErrorKind::UnexpectedEof => "its compressed data is cut off".to_owned(),
        _ if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) => {
            return (error.to_string(), FailureKind::Input);
        }
        _ => format!("it cannot be read any further: {error}"),
    };
    (what, FailureKind::Environment)
}

/// Opens `origin`; `given` is the format that the user names.
///
/// # Errors
/// It cannot be opened, or it is binary and nobody named it.
pub(super) fn open(
    origin: Origin,
    given: Option<&SourceFormat>,
    budget: &Expansion,
) -> Result<OpenedSource, SkipReason> {
    let in_folder = matches!(origin, Origin::InFolder(_));
    let (raw, file): (Box<dyn Read>, _) = match origin {
        Origin::Stdin(reader) => (reader, None),
        Origin::File(path) | Origin::InFolder(path) => {
            let file = File::open(&path).map_err(|error| unreadable(&error))?;
            let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
            // A second handle, because the path may name another file by the end.
            let watched = size.and_then(|size| Some((file.try_clone().ok()?, size)));
            (Box::new(file), watched)
        }
    };
    let mut text = plain(raw, budget).map_err(|error| unreadable(&error))?;
    let mut head = Vec::new();
    // What was read before a fault counts, and the fault is met again after it.
    let fault = (&mut text).take(HEAD).read_to_end(&mut head).err();
    if in_folder && memchr::memchr(0, head.get(..TEXT).unwrap_or(&head)).is_some() {
        return Err(SkipReason::Binary);
    }
    let marked = if head.starts_with(UTF8_MARK) { UTF8_MARK.len() } else { 0 };
    let format = given.cloned().unwrap_or_else(|| detect(head.get(marked..).unwrap_or_default()));
    let mut head = Cursor::new(head);
    head.set_position(u64::try_from(marked).unwrap_or(0));
    Ok(OpenedSource { format, reader: Box::new(PrefixedReader { head, fault, rest: text }), file })
}

fn unreadable(error: &io::Error) -> SkipReason {
    SkipReason::Unreadable(format!("it cannot be read: {error}"))
}

/// What a text that begins like `head` is.
fn detect(head: &[u8]) -> SourceFormat {
    let first = head.split(|byte| *byte == b'\n').map(compact::trim).find(|line| !line.is_empty());
    let is_token = |line: &[u8]| {
        scan::scan(line).first().is_some_and(|found| found.offset == 0 && found.token.len() == line.len())
    };
    if har::is_har(head) {
        SourceFormat::Har
    } else if first.is_some_and(is_token) {
        SourceFormat::Tokens
    } else {
        SourceFormat::Text
    }
}

/// `raw` without its compression, which its first bytes tell (RFC 1952 §2.3.1, RFC 8878 §3.1).
fn plain(mut raw: Box<dyn Read>, budget: &Expansion) -> io::Result<Box<dyn Read>> {
    let mut magic = Vec::new();
    (&mut raw).take(4).read_to_end(&mut magic)?;
    let (gzip, zstd) = (magic.starts_with(GZIP), zstd::is_magic(&magic));
    let whole = Cursor::new(magic).chain(raw);
    Ok(if gzip {
        let compressed = BufReader::with_capacity(BUFFER, budget.paid(whole));
        Box::new(budget.limited(MultiGzDecoder::new(compressed)))
    } else if zstd {
        let compressed = BufReader::with_capacity(BUFFER, budget.paid(whole));
        Box::new(budget.limited(Zstd::new(compressed)))
    } else {
        Box::new(whole)
    })
}

/// A reader whose beginning has been looked at.
struct PrefixedReader {
    head: Cursor<Vec<u8>>,
    fault: Option<io::Error>,
    rest: Box<dyn Read>,
}

impl Read for PrefixedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => self.fault.take().map_or_else(|| self.rest.read(buffer), Err),
            read => Ok(read),
        }
    }
}
