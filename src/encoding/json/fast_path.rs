//! Fast path of the JSON parser for objects in common form, in one pass: strings without escapes, integers of few
//! digits, and objects and arrays of them.
//!
//! Anything else gives `None`, including every fault: the strict parser then reads the whole text again and alone
//! reports faults. A bug here can therefore cost time, but never a diagnosis; tests check as a property that nothing is
//! accepted that the strict parser would reject.

use super::{DEPTH, DISTINCT_BY_SCAN, JsonMember, JsonValue, mark, swar};
use crate::encoding::bounds::tail;
use std::borrow::Cow;

/// Every number of up to this many digits is exact and finite as a double.
const DIGITS: usize = 15;

/// Initial capacity: most claims sets have fewer members, including those of nested objects.
const ROOM: usize = 16;

/// The members of `text` in order, and the Bloom filter of their names, if it is a strict object in common form.
pub(super) fn members(text: &str) -> Option<(Vec<JsonMember<'_>>, u64)> {
    let mut reader = FastReader::new(text)?;
    reader.mark(b'{')?;
    let marks = reader.object(DEPTH)?;
    reader.blank();
    reader.rest.is_empty().then_some((reader.members, marks))
}

/// Whether no name occurs twice, for many members.
fn distinct(members: &[JsonMember<'_>]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.is_sorted_by(|a, b| a < b)
}

/// The remaining text, and the members read so far.
struct FastReader<'a> {
    rest: &'a str,
    /// Whether there are control characters: white space outside of strings, a fault inside.
    controls: bool,
    /// The members of the objects being read; an inner object's follow those of the outer.
    members: Vec<JsonMember<'a>>,
}

impl<'a> FastReader<'a> {
    /// `None` if there is an escape: without one, a string ends at the next quote.
    fn new(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let controls = swar::least(bytes) < b' ';
        memchr::memchr(b'\\', bytes).is_none().then(|| Self { rest: text, controls, members: Vec::with_capacity(ROOM) })
    }

    /// Skips white space (RFC 8259 §2), which compact JSON does not have.
    #[inline]
    fn blank(&mut self) {
        if self.rest.as_bytes().first().is_some_and(|byte| *byte <= b' ') {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        }
    }

    /// Takes one ASCII byte and the white space before it.
    #[inline]
    fn take(&mut self) -> Option<u8> {
        self.blank();
        let byte = self.rest.as_bytes().first().copied()?;
        self.rest = self.rest.get(1..)?;
        Some(byte)
    }

    #[inline]
    fn mark(&mut self, byte: u8) -> Option<()> {
        (self.take()? == byte).then_some(())
    }

    /// Appends the members of an object whose opening brace was read; returns the Bloom filter of their names. `levels`
    /// is the permitted nesting depth, including this object.
    fn object(&mut self, levels: u8) -> Option<u64> {
        let inner = levels.checked_sub(1)?;
        let (first, mut marks) = (self.members.len(), 0);
        let mut begin = self.take()?;
        if begin == b'}' {
            return Some(marks);
        }
        while begin == b'"' {
            let name = self.string()?;
            if !self.skip(":") {
                self.mark(b':')?;
            }
            let value = match self.quoted() {
                Some(text) => text,
                None => self.value(inner)?,
            };
            let mark = mark(name);
            // Names with different bits differ.
            if marks & mark != 0 && self.is_among(first, name) {
                return None;
            }
            marks |= mark;
            self.members.push((Cow::Borrowed(name), JsonValue { text: value, escaped: false }));
            if self.skip(",\"") {
                continue;
            }
            match self.take()? {
                b',' => begin = self.take()?,
                b'}' => {
                    let all = self.members.get(first..)?;
                    return (all.len() <= DISTINCT_BY_SCAN || distinct(all)).then_some(marks);
                }
                _ => return None,
            }
        }
        None
    }

    /// Takes `text` if it comes next. Compact JSON has no white space, so a comparison is faster than skipping any.
    #[inline]
    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether one of the few members from `first` on has this name. A hostile object has too many for pairwise
    /// comparison.
    fn is_among(&self, first: usize, name: &str) -> bool {
        let others = tail(&self.members, first);
        others.len() < DISTINCT_BY_SCAN && others.iter().any(|(own, _)| own == name)
    }

    /// The next string as written, if there is neither white space before it nor a control character in the text.
    #[inline]
    fn quoted(&mut self) -> Option<&'a str> {
        if self.controls {
            return None;
        }
        let inside = self.rest.as_bytes().strip_prefix(b"\"")?;
        let length = swar::before(b'"', inside).checked_add(2)?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    /// An array whose opening bracket was read.
    fn array(&mut self, levels: u8) -> Option<()> {
        let inner = levels.checked_sub(1)?;
        self.blank();
        if self.rest.starts_with(']') {
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

    /// One value, as written.
    fn value(&mut self, levels: u8) -> Option<&'a str> {
        self.blank();
        let whole = self.rest;
        match self.take()? {
            b'"' => drop(self.string()?),
            b'{' => {
                let first = self.members.len();
                self.object(levels)?;
                self.members.truncate(first);
            }
            b'[' => self.array(levels)?,
            b'-' | b'0'..=b'9' => self.rest = whole.get(number_length(whole.as_bytes())?..)?,
            b't' => self.rest = self.rest.strip_prefix("rue")?,
            b'f' => self.rest = self.rest.strip_prefix("alse")?,
            b'n' => self.rest = self.rest.strip_prefix("ull")?,
            _ => return None,
        }
        whole.get(..whole.len().saturating_sub(self.rest.len()))
    }

    /// The content of a string whose opening quote was read.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        let (inside, rest) = self.rest.split_at_checked(swar::before(b'"', self.rest.as_bytes()))?;
        self.rest = rest.strip_prefix('"')?;
        let is_plain = !self.controls || !inside.bytes().any(|byte| byte < b' ');
        is_plain.then_some(inside)
    }
}

/// The length of the integer at the start of `bytes` (RFC 8259 §6). The caller checks what follows: a fraction or an
/// exponent is neither a comma nor a bracket.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let digits = swar::leading_digits(unsigned);
    let most = if unsigned.first() == Some(&b'0') { 1 } else { DIGITS };
    let signs = bytes.len().saturating_sub(unsigned.len());
    (1..=most).contains(&digits).then(|| signs.saturating_add(digits))
}
