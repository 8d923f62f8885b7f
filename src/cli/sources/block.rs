//! Blocks of a source, and their parts, which are the units of parallel work.

use super::SourceFormat;
use authkit::encoding::bounds::{as_u64, tail};
use authkit::extract::har::{self, Entries, EntryLocation};
use authkit::extract::{ExtractFailure, TextChunk, TokenMatch, free_text, ndjson, token_lines};

/// Bytes of a part, unless a line or an entry is longer.
const PART_BYTES: usize = 256 * 1024;

/// A piece of a source, owned, so that blocks of several sources can be processed together.
pub struct SourceBlock {
    /// The number of the source, from 0, for [`super::Sources::name`].
    pub source: usize,
    pub format: SourceFormat,
    pub(super) content: BlockContent,
}

pub(super) enum BlockContent {
    Text { bytes: Vec<u8>, context: usize, line: u64, column: u64 },
    Har(Entries),
}

/// A piece of a block that can be processed independently.
pub struct BlockPart<'a> {
    pub source: usize,
    content: PartContent<'a>,
}

enum PartContent<'a> {
    Text(&'a SourceFormat, TextChunk<'a>),
    Har(&'a Entries, &'a [EntryLocation]),
}

impl SourceBlock {
    /// Number of bytes to search.
    pub fn bytes(&self) -> usize {
        match &self.content {
            BlockContent::Text { bytes, context, .. } => bytes.len().saturating_sub(*context),
            BlockContent::Har(entries) => entries.bytes(),
        }
    }

    /// Splits the block into parts of whole lines or entries, in order. A long line stays in one part.
    pub fn parts(&self) -> Vec<BlockPart<'_>> {
        let part = |content| BlockPart { source: self.source, content };
        match &self.content {
            BlockContent::Text { bytes, context, line, column } => {
                texts(TextChunk { bytes, context: *context, line: *line, column: *column })
                    .map(|text| part(PartContent::Text(&self.format, text)))
                    .collect()
            }
            BlockContent::Har(entries) => {
                groups(entries).map(|places| part(PartContent::Har(entries, places))).collect()
            }
        }
    }
}

impl<'a> BlockPart<'a> {
    /// Number of lines that begin in the part; for a HAR, of entries.
    pub fn lines(&self) -> u64 {
        match self.content {
            PartContent::Har(_, places) => as_u64(places.len()),
            PartContent::Text(_, text) => {
                let begun = u64::from(text.column == 1 && !text.fresh().is_empty());
                // No line begins after the last newline of a source; otherwise the next part counts it.
                let inside = text.fresh().split_last().map_or(&[][..], |(_, inside)| inside);
                newlines(inside).saturating_add(begun)
            }
        }
    }

    /// Calls `then` with every token in the part, and with every line that lacks an expected one.
    pub fn each(&self, then: &mut dyn FnMut(Result<TokenMatch<'a>, ExtractFailure<'a>>)) {
        match self.content {
            PartContent::Text(SourceFormat::Tokens, text) => {
                token_lines::extract_tokens(text).for_each(|seen| then(Ok(seen)))
            }
            PartContent::Text(SourceFormat::Ndjson(field), text) => ndjson::extract_tokens(text, field).for_each(then),
            PartContent::Text(_, text) => free_text::extract_tokens(text).for_each(|seen| then(Ok(seen))),
            PartContent::Har(entries, places) => {
                for at in places {
                    har::extract_tokens(entries.text(at), at).into_iter().for_each(|seen| then(Ok(seen)));
                }
            }
        }
    }
}

/// Splits `text` after newlines.
fn texts(text: TextChunk<'_>) -> impl Iterator<Item = TextChunk<'_>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let from = text.context.saturating_add(PART_BYTES);
        let newline = text.bytes.get(from..).and_then(|late| memchr::memchr(b'\n', late));
        let end = newline.map_or(text.bytes.len(), |at| from.saturating_add(at).saturating_add(1));
        let (own, later) = text.bytes.split_at_checked(end).unwrap_or((text.bytes, &[]));
        if !later.is_empty() {
            let line = text.line.saturating_add(newlines(own));
            rest = Some(TextChunk { bytes: later, context: 0, line, column: 1 });
        }
        Some(TextChunk { bytes: own, ..text })
    })
}

/// Groups entries into parts of [`PART_BYTES`].
fn groups(entries: &Entries) -> impl Iterator<Item = &[EntryLocation]> {
    let mut rest = entries.places();
    std::iter::from_fn(move || {
        let mut bytes = 0_usize;
        let full = rest.iter().position(|at| {
            bytes = bytes.saturating_add(entries.text(at).len());
            bytes >= PART_BYTES
        });
        let (own, later) = rest.split_at_checked(full.map_or(rest.len(), |last| last.saturating_add(1)))?;
        rest = later;
        (!own.is_empty()).then_some(own)
    })
}

fn newlines(bytes: &[u8]) -> u64 {
    as_u64(memchr::memchr_iter(b'\n', bytes).count())
}

/// The read position in a source.
#[derive(Debug)]
pub(super) struct SourcePosition {
    line: u64,
    column: u64,
    /// The last bytes already returned of the current line.
    before: Vec<u8>,
}

impl Default for SourcePosition {
    fn default() -> Self {
        Self { line: 1, column: 1, before: Vec::new() }
    }
}

impl SourcePosition {
    /// A copy of `bytes` with its position, preceded by at most `context` bytes of the same line.
    pub fn take(&mut self, bytes: &[u8], context: usize) -> BlockContent {
        let text = [self.before.as_slice(), bytes].concat();
        let content =
            BlockContent::Text { context: self.before.len(), line: self.line, column: self.column, bytes: text };
        self.skip(bytes);
        if let BlockContent::Text { bytes, .. } = &content {
            let start = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline.saturating_add(1));
            let start = start.max(bytes.len().saturating_sub(context));
            self.before.clear();
            self.before.extend_from_slice(tail(bytes, start));
        }
        content
    }

    /// Advances past `bytes`.
    pub fn skip(&mut self, bytes: &[u8]) {
        self.line = self.line.saturating_add(newlines(bytes));
        self.column = match memchr::memrchr(b'\n', bytes) {
            Some(newline) => as_u64(bytes.len().saturating_sub(newline)),
            None => self.column.saturating_add(as_u64(bytes.len())),
        };
    }

    /// Number of complete lines before the position.
    pub fn whole_lines(&self) -> u64 {
        self.line.saturating_sub(1)
    }
}
