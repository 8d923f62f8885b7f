//! Word lists: one candidate per line, in any encoding.

/// A longer line (in bytes) is not a typed secret and is skipped.
pub const MAX_WORD: usize = 4096;

/// Size limit of a word list in bytes.
pub const MAX_LIST_BYTES: usize = 512 * 1024 * 1024;

/// The words of a text, borrowed from it. Lines end with `\n` or `\r\n`; empty lines and a leading byte order mark are
/// skipped.
#[derive(Clone)]
pub struct WordList<'a> {
    rest: &'a [u8],
    line: usize,
    too_long: usize,
}

impl<'a> WordList<'a> {
    /// The lines of a text, of any encoding.
    pub fn new(text: &'a [u8]) -> Self {
        Self { rest: text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text), line: 0, too_long: 0 }
    }

    /// The line number of the last word, from 1; 0 before the first.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The number of lines so far that were longer than [`MAX_WORD`].
    pub const fn too_long(&self) -> usize {
        self.too_long
    }
}

impl<'a> Iterator for WordList<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
            let (line, rest) = self.rest.split_at(end);
            self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            self.line = self.line.saturating_add(1);
            let word = line.strip_suffix(b"\r").unwrap_or(line);
            match word.len() {
                0 => {}
                1..=MAX_WORD => return Some(word),
                _ => self.too_long = self.too_long.saturating_add(1),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[u8]) -> Vec<&[u8]> {
        WordList::new(text).collect()
    }

    #[test]
    fn words_are_split_at_any_line_end() {
        for text in ["a\nb c", "a\nb c\n", "a\r\nb c\r\n", "\n\r\na\n\n\r\nb c\n\n", "\u{FEFF}a\nb c"] {
            assert_eq!(words(text.as_bytes()), [b"a".as_slice(), b"b c"], "{text:?}");
        }
        assert!(words(b"").is_empty());
        assert!(words(b"\r\n\n").is_empty());
    }

    #[test]
    fn word_keeps_its_bytes_and_spaces() {
        assert_eq!(words(b" a \xFF\0\rb\r\r\n"), [b" a \xFF\0\rb\r".as_slice()]);
    }

    #[test]
    fn long_lines_are_counted_and_skipped() {
        let text = [vec![b'a'; MAX_WORD + 1], vec![b'b'; MAX_WORD], b"c".to_vec()].join(b"\r\n".as_slice());
        let mut words = WordList::new(&text);
        assert_eq!(words.next().map(<[u8]>::len), Some(MAX_WORD));
        assert_eq!((words.line(), words.too_long()), (2, 1));
        assert_eq!(words.next(), Some(b"c".as_slice()));
        assert_eq!((words.next(), words.line()), (None, 3));
    }
}
