//! Streaming splitter of a HAR file into the texts of its entries, `log.entries[*]`. It stores nothing else for any
//! file size, and does not recurse at any depth. It tracks only brackets and strings, so invalid JSON within
//! an entry does not affect the entries after it.

use crate::encoding::bounds::{as_u64, head, tail};
use std::fmt;

/// The maximum stored size of an entry, in bytes; the rest is skipped.
pub const MAX_ENTRY: usize = 64 * 1024 * 1024;

/// The buffer capacity that is kept between entries, in bytes.
const ROOM: usize = 1024 * 1024;

/// The position of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryLocation {
    /// Index from 0, as in a JSON pointer.
    pub number: u64,
    /// Position of its opening brace, from 1; the column in bytes.
    pub line: u64,
    /// See `line`.
    pub column: u64,
    /// It is longer than [`MAX_ENTRY`] and truncated.
    pub cut: bool,
    /// The offset of its text in [`Entries`].
    start: usize,
    end: usize,
}

/// Complete entries, concatenated.
#[derive(Default, Debug)]
pub struct Entries {
    bytes: Vec<u8>,
    places: Vec<EntryLocation>,
}

impl Entries {
    /// Their total size in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The position of each entry, in order.
    pub fn places(&self) -> &[EntryLocation] {
        &self.places
    }

    /// The text of one of these entries.
    pub fn text(&self, at: &EntryLocation) -> &[u8] {
        head(tail(&self.bytes, at.start), at.end.saturating_sub(at.start))
    }
}

/// An error of the whole file. Entries before the fault have been returned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HarError {
    /// The file ends before its last bracket.
    Cut {
        /// The size of the file in bytes.
        offset: u64,
        /// The last line, from 1.
        line: u64,
        /// The index of the entry that is cut, from 0.
        inside: Option<u64>,
    },
    /// There is no `log.entries`.
    NoEntries,
}

impl fmt::Display for HarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut { offset, line, inside } => {
                write!(f, "HAR is truncated at byte {offset} (line {line})")?;
                inside.map_or(Ok(()), |number| write!(f, ", inside entry {number}"))
            }
            Self::NoEntries => f.write_str("not a HAR file: no log.entries"),
        }
    }
}

impl std::error::Error for HarError {}

/// The entry in progress.
struct PartialEntry {
    line: u64,
    column: u64,
    cut: bool,
}

/// The bracket state of a HAR file.
#[derive(Default)]
pub struct Splitter {
    depth: u64,
    in_string: bool,
    escaped: bool,
    in_log: bool,
    in_entries: bool,
    had_entries: bool,
    /// The beginning of the last string where names are relevant, and the name of the current member.
    text: Vec<u8>,
    name: Vec<u8>,
    begun: Option<PartialEntry>,
    /// The part of the current entry from earlier chunks.
    partial: Vec<u8>,
    number: u64,
    /// Bytes before this chunk; number of complete lines; offset of the current line.
    offset: u64,
    lines: u64,
    line_start: u64,
}

impl Splitter {
    /// Processes the next bytes of the file and appends the entries that end in them to `into`.
    pub fn feed(&mut self, chunk: &[u8], into: &mut Entries) {
        // Where the current entry continues in the chunk, and up to where lines are counted.
        let (mut from, mut counted, mut at) = (0, 0, 0);
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            if self.in_string {
                at = at.saturating_add(self.string(rest));
                continue;
            }
            let byte = rest.first().copied().unwrap_or_default();
            let after = at.saturating_add(1);
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.text.clear();
                }
                b':' if self.begun.is_none() => std::mem::swap(&mut self.name, &mut self.text),
                b'{' | b'[' => {
                    if byte == b'{' && self.in_entries && self.depth == 3 {
                        self.count_lines(chunk, &mut counted, at);
                        from = at;
                        let column = self.position(at).saturating_sub(self.line_start).saturating_add(1);
                        self.begun = Some(PartialEntry { line: self.lines.saturating_add(1), column, cut: false });
                    }
                    self.open(byte);
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.begun.is_some() && self.depth == 3 {
                        self.keep(tail(head(chunk, after), from));
                        self.give(into);
                    }
                    self.close();
                }
                b',' => self.name.clear(),
                _ => {}
            }
            at = after;
        }
        if self.begun.is_some() {
            self.keep(tail(chunk, from));
        }
        self.count_lines(chunk, &mut counted, chunk.len());
        self.offset = self.position(chunk.len());
    }

    /// Checks that the HAR file is complete, at the end of the file.
    ///
    /// # Errors
    /// It is truncated, or has no entries.
    pub fn finish(&self) -> Result<(), HarError> {
        if self.depth > 0 || self.in_string {
            let inside = self.begun.as_ref().map(|_| self.number);
            return Err(HarError::Cut { offset: self.offset, line: self.lines.saturating_add(1), inside });
        }
        if self.had_entries { Ok(()) } else { Err(HarError::NoEntries) }
    }

    /// The number of entries returned.
    pub fn entries(&self) -> u64 {
        self.number
    }

    /// Continues inside a string; returns the number of bytes consumed.
    fn string(&mut self, rest: &[u8]) -> usize {
        if self.escaped {
            self.escaped = false;
            self.note(b"\\");
            return 1;
        }
        let special = memchr::memchr2(b'"', b'\\', rest);
        self.note(rest.get(..special.unwrap_or(rest.len())).unwrap_or(&[]));
        match special {
            Some(at) => {
                self.escaped = rest.get(at) == Some(&b'\\');
                self.in_string = self.escaped;
                at.saturating_add(1)
            }
            None => rest.len(),
        }
    }

    /// Stores the beginning of a string that may be a name: one byte more than the longest relevant name.
    fn note(&mut self, text: &[u8]) {
        if self.begun.is_none() {
            let room = "entries".len().saturating_add(1).saturating_sub(self.text.len());
            self.text.extend(text.iter().take(room));
        }
    }

    fn open(&mut self, byte: u8) {
        match self.depth {
            1 if byte == b'{' && self.name == b"log" => self.in_log = true,
            2 if byte == b'[' && self.in_log && self.name == b"entries" => {
                (self.in_entries, self.had_entries) = (true, true);
            }
            _ => {}
        }
        self.name.clear();
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self) {
        self.in_entries &= self.depth > 2;
        self.in_log &= self.depth > 1;
        self.name.clear();
    }

    /// Appends to the current entry, up to the maximum size.
    fn keep(&mut self, bytes: &[u8]) {
        let room = MAX_ENTRY.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        if let Some(begun) = self.begun.as_mut().filter(|_| bytes.len() > room) {
            begun.cut = true;
        }
    }

    /// Returns the completed entry.
    fn give(&mut self, into: &mut Entries) {
        let Some(PartialEntry { line, column, cut }) = self.begun.take() else { return };
        let start = into.bytes.len();
        into.bytes.extend_from_slice(&self.partial);
        into.places.push(EntryLocation { number: self.number, line, column, cut, start, end: into.bytes.len() });
        self.number = self.number.saturating_add(1);
        self.partial.clear();
        self.partial.shrink_to(ROOM);
    }

    /// The file offset of a position in this chunk.
    fn position(&self, at: usize) -> u64 {
        self.offset.saturating_add(as_u64(at))
    }

    fn count_lines(&mut self, chunk: &[u8], counted: &mut usize, to: usize) {
        for newline in memchr::memchr_iter(b'\n', tail(head(chunk, to), *counted)) {
            self.lines = self.lines.saturating_add(1);
            self.line_start = self.position(counted.saturating_add(newline).saturating_add(1));
        }
        *counted = to;
    }
}
