//! Objects in their usual spelling, read in one pass over the text: strings without escapes, whole numbers of few
//! digits, and what is made of them.
//!
//! Everything else is `None`, and so is everything that is wrong: then the strict reader reads the whole text again,
//! and it alone says what is a fault. A mistake here can therefore cost time and never a diagnosis; that nothing is
//! let in which the strict reader would refuse is a property that the tests hold.

use super::{DEPTH, DISTINCT_BY_SCAN, JsonMember, JsonValue, mark, swar};
use std::borrow::Cow;

/// Every number of so many digits is exact and finite as a double.
const DIGITS: usize = 15;

/// Most claims sets have fewer members, those of their objects included; more cost another allocation.
const ROOM: usize = 16;

/// The members of `text` in their order, and the marks of their names, when it is a strict object in its usual
/// spelling.
pub(super) fn members(text: &str) -> Option<(Vec<JsonMember<'_>>, u64)> {
    let mut reader = FastReader::new(text)?;
    reader.mark(b'{')?;
    let marks = reader.object(DEPTH)?;
    reader.blank();
    reader.rest.is_empty().then_some((reader.members, marks))
}

/// Whether no name occurs twice among many.
fn distinct(members: &[JsonMember<'_>]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.is_sorted_by(|a, b| a < b)
}

/// What is still to be read, and what was.
struct FastReader<'a> {
    rest: &'a str,
    /// Whether there are control characters: outside of strings they may be white space, inside they are a fault.
    controls: bool,
    /// The members of the objects that are being read, an inner object's behind those of the outer.
    members: Vec<JsonMember<'a>>,
}

impl<'a> FastReader<'a> {
    /// `None` when there is an escape: without, a string ends at the next quote.
    fn new(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let controls = swar::least(bytes) < b' ';
        memchr::memchr(b'\\', bytes).is_none().then(|| Self { rest: text, controls, members: Vec::with_capacity(ROOM) })
    }

    /// Skips white space (RFC 8259 §2), of which compact JSON has none.
    #[inline]
    fn blank(&mut self) {
        if self.rest.as_bytes().first().is_some_and(|byte| *byte <= b' ') {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        }
    }

    /// Takes one byte of ASCII, and white space before it.
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

    /// Puts the members of an object behind the others, from behind its brace; returns the marks of their names. It
    /// may hold so many levels, itself included.
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
            // Names of different marks differ.
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

    /// Takes `text` if it comes next. Compact JSON has no white space, and a look is quicker than a search for some.
    #[inline]
    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether one of the few members from `first` on has this name. A hostile object has too many to hold each against
    /// each.
    fn is_among(&self, first: usize, name: &str) -> bool {
        let others = self.members.get(first..).unwrap_or_default();
        others.len() < DISTINCT_BY_SCAN && others.iter().any(|(own, _)| own == name)
    }

    /// The string that comes next, as it is written, when there are neither white space before it nor control characters.
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

    /// An array behind its bracket.
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

    /// One value, as it is written.
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

    /// What a string says, behind its first quote.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        let (inside, rest) = self.rest.split_at_checked(swar::before(b'"', self.rest.as_bytes()))?;
        self.rest = rest.strip_prefix('"')?;
        let is_plain = !self.controls || !inside.bytes().any(|byte| byte < b' ');
        is_plain.then_some(inside)
    }
}

/// How long the whole number is that `bytes` begin with (RFC 8259 §6). What follows it must end it, which the caller
/// sees: a fraction or an exponent is neither a comma nor a bracket.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let digits = swar::leading_digits(unsigned);
    let most = if unsigned.first() == Some(&b'0') { 1 } else { DIGITS };
    let signs = bytes.len().saturating_sub(unsigned.len());
    (1..=most).contains(&digits).then(|| signs.saturating_add(digits))
}
