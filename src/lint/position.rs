//! Bytes of a text as lines and columns.

use crate::finding::{Finding, Location};

/// Where each line of a text begins.
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub fn of(text: &str) -> Self {
        let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at.saturating_add(1));
        Self { starts: std::iter::once(0).chain(after).collect() }
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> u64 {
        let before = self.starts.partition_point(|start| *start <= at);
        u64::try_from(before.max(1)).unwrap_or(u64::MAX)
    }

    /// Where the line of a byte begins.
    pub fn start(&self, at: usize) -> usize {
        let before = self.starts.partition_point(|start| *start <= at);
        before.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0)
    }

    /// The column of a byte in characters, from 1.
    pub fn column(&self, at: usize, text: &str) -> u64 {
        let before = text.get(self.start(at)..at).map_or(0, |before| before.chars().count());
        u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// A finding at a byte of the text.
    pub(super) fn place(&self, finding: Finding, at: usize, text: &str) -> Finding {
        let at = at.min(text.len());
        let (line, column) = (Some(self.line(at)), Some(self.column(at, text)));
        // The whole file has no pointer.
        let pointer = finding.location.pointer.clone().filter(|pointer| !pointer.is_empty());
        Finding { location: Location { line, column, pointer, ..finding.location.clone() }, ..finding }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_lines_and_columns() {
        let text = "a\r\nä = ö\n\nlast";
        let lines = Lines::of(text);
        for (word, line, column) in [("a", 1, 1), ("ä", 2, 1), ("ö", 2, 5), ("last", 4, 1)] {
            let at = text.find(word).unwrap();
            assert_eq!((lines.line(at), lines.column(at, text)), (line, column), "{word}");
        }
        assert_eq!(lines.line(text.len()), 4);
        assert_eq!(Lines::of("").line(0), 1);
    }
}
