//! Objects in their usual spelling, read in one pass over the text: strings without escapes, whole numbers of few
//! digits, and what is made of them.
//!
//! Everything else is `None`, and so is everything that is wrong: then the strict reader reads the whole text again,
//! and it alone says what is a fault. A mistake here can therefore cost time and never a diagnosis; that nothing is
//! let in which the strict reader would refuse is a property that the tests hold.

use super::{DEPTH, DISTINCT_BY_SCAN, Member, Value};
use std::borrow::Cow;

/// Every number of so many digits is exact and finite as a double.
const DIGITS: usize = 15;

/// Most claims sets have fewer members; more cost a second allocation.
const ROOM: usize = 8;

/// The members of `text` in their order, when it is a strict object in its usual spelling.
pub(super) fn members(text: &str) -> Option<Vec<Member<'_>>> {
    let mut reader = Reader(text);
    let mut members = Vec::with_capacity(ROOM);
    reader.mark(b'{')?;
    reader.object(DEPTH, |name, value| members.push((Cow::Borrowed(name), Value(value))))?;
    reader.blank();
    (reader.0.is_empty() && distinct(&members, |(name, _)| name)).then_some(members)
}

/// Whether no name occurs twice. A hostile object has too many names to hold each against each.
fn distinct<T>(all: &[T], name: impl Fn(&T) -> &str) -> bool {
    if all.len() > DISTINCT_BY_SCAN {
        let mut names: Vec<&str> = all.iter().map(name).collect();
        names.sort_unstable();
        return names.is_sorted_by(|a, b| a < b);
    }
    all.iter().enumerate().all(|(n, one)| !all.iter().take(n).any(|before| same(name(before), name(one))))
}

/// Most names differ in their length or at one of their ends.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    a.len() == b.len() && a.first() == b.first() && a.last() == b.last() && a == b
}

/// What is still to be read.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Skips white space (RFC 8259 §2), of which compact JSON has none.
    fn blank(&mut self) {
        if self.0.as_bytes().first().is_some_and(|byte| *byte <= b' ') {
            self.0 = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
        }
    }

    /// Takes one byte of ASCII, and white space before it.
    fn take(&mut self) -> Option<u8> {
        self.blank();
        let byte = self.0.as_bytes().first().copied()?;
        self.0 = self.0.get(1..)?;
        Some(byte)
    }

    fn mark(&mut self, byte: u8) -> Option<()> {
        (self.take()? == byte).then_some(())
    }

    /// An object behind its brace, which may hold so many levels, itself included. `each` is given its names and
    /// values in turn.
    fn object(&mut self, levels: u8, mut each: impl FnMut(&'a str, &'a str)) -> Option<()> {
        let inner = levels.checked_sub(1)?;
        let mut begin = self.take()?;
        if begin == b'}' {
            return Some(());
        }
        while begin == b'"' {
            let name = self.string()?;
            self.mark(b':')?;
            each(name, self.value(inner)?);
            match self.take()? {
                b',' => begin = self.take()?,
                b'}' => return Some(()),
                _ => return None,
            }
        }
        None
    }

    /// An array behind its bracket.
    fn array(&mut self, levels: u8) -> Option<()> {
        let inner = levels.checked_sub(1)?;
        self.blank();
        if self.0.starts_with(']') {
            return self.mark(b']');
        }
        loop {
            self.value(inner)?;
            match self.take()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// One value, as it is written.
    fn value(&mut self, levels: u8) -> Option<&'a str> {
        self.blank();
        let whole = self.0;
        match self.take()? {
            b'"' => drop(self.string()?),
            b'{' => {
                let mut names = Vec::new();
                self.object(levels, |name, _| names.push(name))?;
                distinct(&names, |name| name).then_some(())?;
            }
            b'[' => self.array(levels)?,
            b'-' | b'0'..=b'9' => self.0 = whole.get(number_length(whole.as_bytes())?..)?,
            b't' => self.0 = self.0.strip_prefix("rue")?,
            b'f' => self.0 = self.0.strip_prefix("alse")?,
            b'n' => self.0 = self.0.strip_prefix("ull")?,
            _ => return None,
        }
        whole.get(..whole.len().saturating_sub(self.0.len()))
    }

    /// What a string without escapes says, behind its first quote.
    fn string(&mut self) -> Option<&'a str> {
        let (inside, rest) = self.0.split_at_checked(plain_length(self.0.as_bytes()))?;
        self.0 = rest.strip_prefix('"')?;
        Some(inside)
    }
}

/// How long the whole number is that `bytes` begin with (RFC 8259 §6). What follows it must end it, which the caller
/// sees: a fraction or an exponent is neither a comma nor a bracket.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let digits = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let most = if unsigned.first() == Some(&b'0') { 1 } else { DIGITS };
    let signs = bytes.len().saturating_sub(unsigned.len());
    (1..=most).contains(&digits).then(|| signs.saturating_add(digits))
}

/// How many bytes come before the first quote, backslash or control character. Eight at a time: in the word of eight
/// bytes, the high bit of each that is one of them is set (and perhaps of bytes after it, never before it).
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES.wrapping_mul(u64::from(limit))) & !word;
    let equal = |word: u64, byte: u8| below(word ^ ONES.wrapping_mul(u64::from(byte)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    let mut before = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let marks = (below(word, 0x20) | equal(word, b'"') | equal(word, b'\\')) & HIGH;
        if marks != 0 {
            return before.saturating_add(marks.trailing_zeros() as usize / 8);
        }
        before = before.saturating_add(8);
    }
    let ends = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    before.saturating_add(rest.iter().position(ends).unwrap_or(rest.len()))
}
