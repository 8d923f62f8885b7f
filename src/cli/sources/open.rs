//! Opening of a source: decompression, and detection of the format from its beginning. Names and suffixes are ignored.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is a door: files are opened here")]

use super::expansion::{Expansion, TooMuch};
use super::{Origin, SourceFormat};
use crate::cli::failure::FailureKind;
use authkit::encoding::bounds::tail;
use authkit::encoding::utf16::UTF8_MARK;
use authkit::encoding::zstd::{self, Zstd};
use authkit::extract::har;
use authkit::token::{compact, scan};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek as _};

/// Bytes at the beginning of a source that are used to detect its format.
const HEAD: u64 = 64 * 1024;

/// Bytes at the beginning that are searched for a NUL, which makes a file binary.
const TEXT: usize = 8 * 1024;

/// Bytes per read call.
const BUFFER: usize = 128 * 1024;

const GZIP: &[u8] = b"\x1F\x8B";

/// A source that can be read.
pub(super) struct OpenedSource {
    pub format: SourceFormat,
    /// The text, decompressed, from its beginning.
    pub reader: Box<dyn Read>,
    /// The file, and its size in bytes when it was opened.
    file: Option<(File, u64)>,
}

/// A source that is not read.
pub(super) enum SkipReason {
    /// Binary, and found in a directory.
    Binary,
    Unreadable(String),
}

impl OpenedSource {
    /// Bytes of the file read so far, and its size, both compressed.
    pub fn progress(&self) -> Option<(u64, u64)> {
        let (file, size) = self.file.as_ref()?;
        // Both handles of the file share one position.
        let mut file: &File = file;
        Some((file.stream_position().ok()?.min(*size), *size))
    }

    /// The sizes before and after reading, if the file shrank; growth is normal for logs.
    pub fn shrunk(&self) -> Option<(u64, u64)> {
        let (file, before) = self.file.as_ref()?;
        let after = file.metadata().ok()?.len();
        (after < *before).then_some((*before, after))
    }
}

/// The message and failure kind of a read error.
pub(super) fn describe(error: &io::Error) -> (String, FailureKind) {
    let what = match error.kind() {
        ErrorKind::UnexpectedEof => "compressed data is truncated".to_owned(),
        _ if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) => {
            return (error.to_string(), FailureKind::Input);
        }
        _ => format!("cannot read on: {error}"),
    };
    (what, FailureKind::Environment)
}

/// Opens `origin`; `given` is the format set by the user.
///
/// # Errors
/// It cannot be opened, or it is a binary file that the user did not name.
pub(super) fn open(
    origin: Origin,
    given: Option<&SourceFormat>,
    budget: &Expansion,
) -> Result<OpenedSource, SkipReason> {
    let in_directory = matches!(origin, Origin::InFolder(_));
    let (raw, file): (Box<dyn Read>, _) = match origin {
        Origin::Stdin(reader) => (reader, None),
        Origin::File(path) | Origin::InFolder(path) => {
            let file = File::open(&path).map_err(|error| unreadable(&error))?;
            let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
            // A second handle, because the path may refer to another file by the end.
            let watched = size.and_then(|size| Some((file.try_clone().ok()?, size)));
            (Box::new(file), watched)
        }
    };
    let mut text = plain(raw, budget).map_err(|error| unreadable(&error))?;
    let mut head = Vec::new();
    // Bytes before a read error are kept, and the error is returned after them.
    let fault = (&mut text).take(HEAD).read_to_end(&mut head).err();
    if in_directory && memchr::memchr(0, head.get(..TEXT).unwrap_or(&head)).is_some() {
        return Err(SkipReason::Binary);
    }
    let marked = if head.starts_with(UTF8_MARK) { UTF8_MARK.len() } else { 0 };
    let format = given.cloned().unwrap_or_else(|| detect(tail(&head, marked)));
    let mut head = Cursor::new(head);
    head.set_position(u64::try_from(marked).unwrap_or(0));
    Ok(OpenedSource { format, reader: Box::new(PrefixedReader { head, fault, rest: text }), file })
}

fn unreadable(error: &io::Error) -> SkipReason {
    SkipReason::Unreadable(format!("cannot be read: {error}"))
}

/// Detects the format of a text from its beginning.
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

/// Decompresses `raw` if it begins with the magic number of gzip or zstd (RFC 1952 §2.3.1, RFC 8878 §3.1).
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

/// A reader that first returns the bytes already read from it.
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
