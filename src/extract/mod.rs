//! Where tokens are seen in what people keep: a token a line, logs as NDJSON, HAR files, HTTP dumps, any
//! text. One file a format. A sighting is a candidate: whether it is a sound token is for others to say.
//!
//! Everything works on a [`Text`], a piece of a source that stands on its own, so that pieces can be read in
//! parallel and their sightings put in order.

use crate::rule::token::TokenLocation;
use std::borrow::Cow;

pub mod free_text;
pub mod har;
mod header;
pub mod ndjson;
pub mod token_lines;

pub(crate) use header::carrier;

/// A token that was seen, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenMatch<'a> {
    pub token: Cow<'a, [u8]>,
    pub carrier: TokenLocation,
    pub place: TokenPosition,
}

/// A place in a source. It never holds a token: of a URL, the query and what looks like a token are left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenPosition {
    /// Counts from 1. In a HAR, where the entry begins.
    pub line: u64,
    /// In characters, from 1. In a HAR, where the entry begins.
    pub column: u64,
    /// A JSON pointer (RFC 6901) to the string that holds the token: `/log/entries/3/request/url`.
    pub pointer: Option<String>,
    /// The request's URL without user, parameters, query and fragment.
    pub url: Option<String>,
    /// The name of the header, as it was written.
    pub header: Option<String>,
}

impl TokenPosition {
    pub fn at(line: u64, column: u64) -> Self {
        Self { line, column, ..Self::default() }
    }
}

/// A line in which there is no token where one is expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtractFailure<'a> {
    /// What was written there, whole; it may be a secret all the same.
    pub text: &'a [u8],
    /// Counts from 1.
    pub line: u64,
    pub why: ExtractFailureReason,
}

/// Why there is no token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExtractFailureReason {
    /// What the parser says, without the text.
    NotJson(String),
    /// The field is not there.
    NoField,
    /// The field is there and holds something else than a string: an array, a number.
    NotText(&'static str),
}

/// A piece of a source: whole lines, or a part of one line that is longer than memory allows.
#[derive(Clone, Copy, Debug)]
pub struct TextChunk<'a> {
    /// The piece, and before it some of what came earlier on the same line.
    pub bytes: &'a [u8],
    /// How many bytes at the beginning came earlier: they are looked at and not searched.
    pub context: usize,
    /// Where the first byte after the context stands: line and column, in bytes, from 1.
    pub line: u64,
    pub column: u64,
}

impl<'a> TextChunk<'a> {
    /// A text from its very beginning.
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, context: 0, line: 1, column: 1 }
    }

    /// What is to be searched.
    pub fn fresh(&self) -> &'a [u8] {
        self.bytes.get(self.context..).unwrap_or(&[])
    }

    /// The lines that begin here, with their number. The rest of a line that began in an earlier piece is
    /// left out: that line was given out with its beginning.
    fn lines(self) -> impl Iterator<Item = (u64, &'a [u8])> {
        let torn = self.column > 1;
        let number = move |at: usize| self.line.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        let lines = self.fresh().split(|byte| *byte == b'\n').enumerate();
        lines.skip(usize::from(torn)).map(move |(at, line)| (number(at), line))
    }
}

/// The column, from 1, at which `part` stands in `line`, which holds it.
fn column(line: &[u8], part: &[u8]) -> u64 {
    let offset = part.as_ptr().addr().checked_sub(line.as_ptr().addr()).filter(|offset| *offset <= line.len());
    u64::try_from(offset.unwrap_or(0)).unwrap_or(0).saturating_add(1)
}
