//! Token extraction from stored data: one token per line, NDJSON logs, HAR files, HTTP dumps, arbitrary text; one file
//! per format. A match is a candidate: it is not validated here.
//!
//! All formats process a [`TextChunk`], an independent piece of a source: pieces can be processed in parallel and their
//! matches put in order.

use crate::encoding::bounds::{as_u64, tail};
use crate::finding::TextPosition;
use crate::rule::token::TokenLocation;
use std::borrow::Cow;

pub mod free_text;
pub mod har;
mod header;
pub mod ndjson;
pub mod token_lines;

pub(crate) use header::carrier;

/// A token with its position. Neither the URL nor the header name contains a token: anything like one is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenMatch<'a> {
    /// The compact token; owned if it was escaped in its source.
    pub token: Cow<'a, [u8]>,
    /// Where in a request or response it was.
    pub carrier: TokenLocation,
    /// Where in the source it was.
    pub place: TextPosition,
    /// The request URL without userinfo, parameters, query and fragment.
    pub url: Option<String>,
    /// The header name as written.
    pub header: Option<String>,
}

impl<'a> TokenMatch<'a> {
    /// A token on a line; nothing else is known about it.
    fn new(token: Cow<'a, [u8]>, line: u64, column: u64) -> Self {
        let place = TextPosition::new(line, column);
        Self { token, carrier: TokenLocation::Unknown, place, url: None, header: None }
    }
}

/// A line without a token where one is expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtractFailure<'a> {
    /// The whole text of the line; it may still be a secret.
    pub text: &'a [u8],
    /// Line number, from 1.
    pub line: u64,
    /// The reason.
    pub why: ExtractFailureReason,
}

/// Why a line yields no token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExtractFailureReason {
    /// The message of the parser, without the text.
    NotJson(String),
    /// The field is missing.
    NoField,
    /// The field is not a string but an array or a number, for example.
    NotText(&'static str),
}

/// A piece of a source: whole lines, or a part of one line that exceeds the buffer.
#[derive(Clone, Copy, Debug)]
pub struct TextChunk<'a> {
    /// The piece, preceded by some context from the same line.
    pub bytes: &'a [u8],
    /// The length of the context in bytes: it is read, but not searched.
    pub context: usize,
    /// The position of the first byte after the context: line and column, in bytes, from 1.
    pub line: u64,
    /// See `line`.
    pub column: u64,
}

impl<'a> TextChunk<'a> {
    /// A complete text.
    pub const fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, context: 0, line: 1, column: 1 }
    }

    /// Line and column in the source of a position in this piece; all count from 1.
    const fn place(&self, line: u64, column: u64) -> (u64, u64) {
        let column = if line == 1 { column.saturating_add(self.column).saturating_sub(1) } else { column };
        (self.line.saturating_add(line).saturating_sub(1), column)
    }

    /// The part to search.
    pub fn fresh(&self) -> &'a [u8] {
        tail(self.bytes, self.context)
    }

    /// The lines that begin here, with their numbers. The rest of a line from an earlier piece is left out: that piece
    /// has returned the line.
    fn lines(self) -> impl Iterator<Item = (u64, &'a [u8])> {
        let torn = self.column > 1;
        let number = move |at: usize| self.line.saturating_add(as_u64(at));
        let lines = self.fresh().split(|byte| *byte == b'\n').enumerate();
        lines.skip(usize::from(torn)).map(move |(at, line)| (number(at), line))
    }
}

/// The column, from 1, of `part` within `line`.
fn column(line: &[u8], part: &[u8]) -> u64 {
    let offset = part.as_ptr().addr().checked_sub(line.as_ptr().addr()).filter(|offset| *offset <= line.len());
    u64::try_from(offset.unwrap_or(0)).unwrap_or(0).saturating_add(1)
}
