//! Index from byte offsets to lines and columns.

use super::bounds::as_u64;

/// The start of each line, and the number of characters before each block of bytes: a file may be a single line with
/// many findings.
pub struct LineIndex {
    starts: Vec<usize>,
    before: Vec<usize>,
}

/// The block size: at most this many bytes are counted for each column.
const STEP: usize = 1_024;

/// The number of characters that begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count()
}

impl LineIndex {
    /// Indexes the lines of a text.
    pub fn new(text: &str) -> Self {
        let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at.saturating_add(1));
        let starts = std::iter::once(0).chain(after).collect();
        let sum = |sum: &mut usize, step: &[u8]| Some(std::mem::replace(sum, sum.saturating_add(characters(step))));
        Self { starts, before: text.as_bytes().chunks(STEP).scan(0, sum).collect() }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, at: usize) -> u64 {
        let before = self.starts.partition_point(|start| *start <= at);
        as_u64(before.max(1))
    }

    /// The start of the line of a byte offset.
    pub fn start(&self, at: usize) -> usize {
        let before = self.starts.partition_point(|start| *start <= at);
        before.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0)
    }

    /// The column of a byte offset in characters, from 1.
    pub fn column(&self, at: usize, text: &str) -> u64 {
        let before = self.until(at, text).saturating_sub(self.until(self.start(at), text));
        as_u64(before).saturating_add(1)
    }

    /// The number of characters before a byte offset.
    fn until(&self, at: usize, text: &str) -> usize {
        let step = at.checked_div(STEP).unwrap_or(0).min(self.before.len().saturating_sub(1));
        let rest = text.as_bytes().get(step.saturating_mul(STEP)..at).map_or(0, characters);
        self.before.get(step).copied().unwrap_or(0).saturating_add(rest)
    }

    /// Line and column of a byte offset; that of the end for one beyond it.
    pub fn place(&self, at: usize, text: &str) -> (u64, u64) {
        let at = at.min(text.len());
        (self.line(at), self.column(at, text))
    }
}

/// Line and column of one byte offset, both from 1; columns count characters.
pub fn place(text: &str, at: usize) -> (u64, u64) {
    LineIndex::new(text).place(at, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_offset_maps_to_line_and_column() {
        let text = "a\r\nä = ö\n\nlast";
        let lines = LineIndex::new(text);
        for (word, line, column) in [("a", 1, 1), ("ä", 2, 1), ("ö", 2, 5), ("last", 4, 1)] {
            let at = text.find(word).unwrap();
            assert_eq!((lines.line(at), lines.column(at, text)), (line, column), "{word}");
        }
        assert_eq!(lines.line(text.len()), 4);
        let long = format!("a\n{}x", "ä€b".repeat(1_000));
        let lines = LineIndex::new(&long);
        for (at, _) in long.char_indices().skip(2) {
            assert_eq!(lines.column(at, &long), u64::try_from(long[2..at].chars().count()).unwrap() + 1);
        }
        assert_eq!(lines.column(long.len(), &long), 3_002);
        assert_eq!(LineIndex::new("").line(0), 1);
    }
}
