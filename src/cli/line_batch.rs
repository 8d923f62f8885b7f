//! Batches of whole lines from a stream, in one fixed buffer: memory is bounded for any line length.

use authkit::encoding::bounds::head;
use authkit::token::scan;
use std::io::{self, ErrorKind, Read};

/// Bytes read at a time; a line longer than twice this is returned in pieces.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Whole lines of a stream, and the beginning of the next one, in a reused buffer.
pub struct Batch {
    bytes: Vec<u8>,
    /// Number of bytes in the buffer, and the end of the last whole line among them.
    filled: usize,
    end: usize,
}

/// State of a stream after [`Batch::fill_up`].
#[derive(Debug)]
pub enum FillStatus {
    More,
    End,
    /// Reading failed; the bytes read before are in the batch.
    Broken(io::Error),
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self { bytes: vec![0; BATCH_BYTES.saturating_mul(2)], filled: 0, end: 0 }
    }

    /// Reads once, so that the lines of a slow stream are available at once. False at the end of the stream. A line
    /// longer than the buffer is returned in pieces, each of which is rejected as a malformed token.
    pub fn fill(&mut self, reader: &mut dyn Read) -> io::Result<bool> {
        let more = self.read(reader)?;
        self.settle(more);
        Ok(more)
    }

    /// Reads until there are [`BATCH_BYTES`] and a whole line, for throughput. A line longer than the buffer is split
    /// between tokens.
    pub fn fill_up(&mut self, reader: &mut dyn Read) -> FillStatus {
        let mut wanted = BATCH_BYTES;
        loop {
            let more = match self.read(reader) {
                Ok(more) => more,
                Err(error) => {
                    self.settle(false);
                    return FillStatus::Broken(error);
                }
            };
            if more && self.filled < wanted {
                continue;
            }
            self.settle(more);
            if !more {
                return FillStatus::End;
            }
            if self.end > 0 {
                return FillStatus::More;
            }
            wanted = self.bytes.len();
        }
    }

    /// False at the end of the stream.
    fn read(&mut self, reader: &mut dyn Read) -> io::Result<bool> {
        let read = loop {
            match reader.read(self.bytes.split_at_mut(self.filled).1) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled = self.filled.saturating_add(read);
        Ok(read > 0)
    }

    /// Finds where the last whole line ends.
    fn settle(&mut self, more: bool) {
        let held = head(&self.bytes, self.filled);
        self.end = match memchr::memrchr(b'\n', held) {
            _ if !more => self.filled,
            Some(last) => last.saturating_add(1),
            None if self.filled < self.bytes.len() => 0,
            None => scan::safe_split_point(held),
        };
    }

    /// The whole lines in the batch, or a piece of an overlong one.
    pub fn complete_lines(&self) -> &[u8] {
        head(&self.bytes, self.end)
    }

    /// Drops the returned lines and keeps the beginning of the next one.
    pub fn keep_rest(&mut self) {
        self.bytes.copy_within(self.end..self.filled, 0);
        self.filled = self.filled.saturating_sub(self.end);
        self.end = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns its bytes a few at a time, as a pipe does.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn lines_of_short_reads_are_whole() {
        for step in [1, 2, 3, 7, 100] {
            let mut reader = Drip(b"one\ntwo\r\n\nthree", step);
            let (mut batch, mut found) = (Batch::new(), Vec::new());
            loop {
                let more = batch.fill(&mut reader).unwrap();
                let lines = batch.complete_lines().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
                found.extend(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
                if !more {
                    break;
                }
                batch.keep_rest();
            }
            assert_eq!(found, [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()], "{step}");
        }
    }

    #[test]
    fn endless_line_does_not_grow_the_buffer() {
        let endless = vec![b'a'; BATCH_BYTES * 5];
        let mut reader = Drip(&endless, BATCH_BYTES);
        let mut batch = Batch::new();
        let mut pieces = 0;
        while batch.fill(&mut reader).unwrap() {
            pieces += batch.complete_lines().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
            batch.keep_rest();
        }
        assert!(pieces > 1 && batch.bytes.len() == BATCH_BYTES * 2);
    }

    #[test]
    fn fill_up_of_slow_reader_returns_large_batches() {
        let text = b"a line\n".repeat(BATCH_BYTES / 3);
        let mut reader = Drip(&text, 100_000);
        let (mut batch, mut found) = (Batch::new(), Vec::new());
        while matches!(batch.fill_up(&mut reader), FillStatus::More) {
            assert!(batch.complete_lines().ends_with(b"\n") && batch.complete_lines().len() > BATCH_BYTES - 7);
            found.extend_from_slice(batch.complete_lines());
            batch.keep_rest();
        }
        found.extend_from_slice(batch.complete_lines());
        assert!(found == text);
    }

    #[test]
    fn bytes_before_a_read_error_are_returned() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let mut batch = Batch::new();
        assert!(matches!(batch.fill_up(&mut (&b"one\ntwo"[..]).chain(Broken)), FillStatus::Broken(_)));
        assert_eq!(batch.complete_lines(), b"one\ntwo");
    }
}
