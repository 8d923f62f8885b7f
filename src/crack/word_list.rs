//! A word list: one candidate a line, in any encoding.

/// A longer line is no secret that anyone typed; it is passed over. In bytes.
pub const MAX_WORD: usize = 4096;

/// The most that is read of a word list.
pub const MAX_LIST_BYTES: usize = 512 * 1024 * 1024;

/// The words of a text, borrowed from it. Lines end with `\n` or `\r\n`; empty lines are passed over, and so is the
/// byte order mark that Windows editors put first.
#[derive(Clone)]
pub struct WordList<'a> {
    rest: &'a [u8],
    line: usize,
    too_long: usize,
}

impl<'a> WordList<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Self { rest: text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text), line: 0, too_long: 0 }
    }

    /// The line of the word that was given last, from 1; 0 before the first.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// How many lines so far were longer than [`MAX_WORD`].
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
            self.rest = rest.get(1..).unwrap_or(&[]);
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
    fn one_word_a_line_however_lines_end() {
        for text in ["a\nb c", "a\nb c\n", "a\r\nb c\r\n", "\n\r\na\n\n\r\nb c\n\n", "\u{FEFF}a\nb c"] {
            assert_eq!(words(text.as_bytes()), [b"a".as_slice(), b"b c"], "{text:?}");
        }
        assert!(words(b"").is_empty());
        assert!(words(b"\r\n\n").is_empty());
    }

    #[test]
    fn a_word_is_bytes_and_keeps_its_spaces() {
        assert_eq!(words(b" a \xFF\0\rb\r\r\n"), [b" a \xFF\0\rb\r".as_slice()]);
    }

    #[test]
    fn long_lines_are_counted_and_passed_over() {
        let text = [vec![b'a'; MAX_WORD + 1], vec![b'b'; MAX_WORD], b"c".to_vec()].join(b"\r\n".as_slice());
        let mut words = WordList::new(&text);
        assert_eq!(words.next().map(<[u8]>::len), Some(MAX_WORD));
        assert_eq!((words.line(), words.too_long()), (2, 1));
        assert_eq!(words.next(), Some(b"c".as_slice()));
        assert_eq!((words.next(), words.line()), (None, 3));
    }
}
