//! Strict JSON (RFC 8259, RFC 7493, RFC 7515 §4): one value, no duplicate member at any depth (compared after
//! unescaping), no unpaired surrogates, at most [`DEPTH`] levels, no byte order mark.
//!
//! A [`JsonObject`] keeps the text of each member as written, so that large numbers and member order are preserved in
//! output; the caller chooses the type when reading a member.

use decimal::Decimal;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

mod decimal;
mod fast_path;
mod strict;
mod swar;
mod tree;

/// Maximum nesting depth; the outermost object is level 1.
pub const DEPTH: u8 = 64;

/// Up to this many names are compared pairwise; more are kept in a tree or sorted.
const DISTINCT_BY_SCAN: usize = 16;

/// A fault of a JSON text and its position: line and column count from 1 (0: unknown).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// The fault, without text from the input.
    pub message: String,
    /// The line.
    pub line: usize,
    /// The column, in bytes.
    pub column: usize,
}

impl JsonError {
    fn at_start(message: &str) -> Self {
        Self { message: message.to_owned(), line: 1, column: 1 }
    }

    /// Whether a name occurs twice: parsers that allow it disagree about the value.
    pub fn is_duplicate(&self) -> bool {
        self.message.ends_with(strict::TWICE)
    }
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Self { message: message.to_owned(), line: error.line(), column: error.column() }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.line > 0 { write!(f, " (line {}, column {})", self.line, self.column) } else { Ok(()) }
    }
}

impl std::error::Error for JsonError {}

/// Decodes bytes as UTF-8 without a byte order mark.
pub fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|e| JsonError {
        message: format!("not valid UTF-8 at byte {}", e.valid_up_to()),
        line: 0,
        column: 0,
    })?;
    if text.starts_with('\u{FEFF}') {
        return Err(JsonError::at_start("unexpected byte order mark"));
    }
    Ok(text)
}

/// Checks one JSON value of any type.
pub fn check(text: &str) -> Result<(), JsonError> {
    strict::check(text)
}

/// Checks one JSON value and parses it into a tree.
pub fn value(text: &str) -> Result<serde_json::Value, JsonError> {
    check(text)?;
    lenient(text.as_bytes())
}

/// Parses one JSON value into a tree like most parsers: the last of duplicate members wins.
pub fn lenient(bytes: &[u8]) -> Result<serde_json::Value, JsonError> {
    let tree::Tree(value) = serde_json::from_slice(bytes)?;
    Ok(value)
}

/// A member: name and value.
type JsonMember<'a> = (Cow<'a, str>, JsonValue<'a>);

/// One JSON object whose members keep their text.
#[derive(Clone, Debug)]
pub struct JsonObject<'a> {
    text: &'a str,
    members: Vec<JsonMember<'a>>,
    /// A Bloom filter of all names: most lookups are for absent names and need no search.
    marks: u64,
}

/// One bit for a name; few others have the same, and hardly any registered ones.
#[inline]
fn mark(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| u32::from(*byte));
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mixed = end(bytes.first()).wrapping_mul(3).wrapping_add(end(bytes.last()));
    1_u64.wrapping_shl(mixed.wrapping_add(length.wrapping_mul(9)))
}

impl<'a> JsonObject<'a> {
    /// Parses `text`, which must be exactly one strict JSON object.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        if let Some((members, marks)) = fast_path::members(text) {
            return Ok(Self { text, members, marks });
        }
        if !text.trim_ascii_start().starts_with('{') {
            check(text)?;
            return Err(JsonError::at_start("JSON, but not an object"));
        }
        let members = strict::members(text)?;
        let marks = members.iter().fold(0, |marks, (name, _)| marks | mark(name));
        Ok(Self { text, members, marks })
    }

    /// The object as written.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The value of a member.
    #[inline]
    pub fn get(&self, name: &str) -> Option<JsonValue<'a>> {
        if self.marks & mark(name) == 0 {
            return None;
        }
        self.find(name)
    }

    fn find(&self, name: &str) -> Option<JsonValue<'a>> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The members in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, JsonValue<'a>)> {
        self.members.iter().map(|(name, value)| (&**name, *value))
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// One strict JSON value, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonValue<'a> {
    text: &'a str,
    /// Whether it contains a backslash. Without one, a string is the text between the quotes.
    escaped: bool,
}

/// The type of a JSON value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// Any number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    /// The type of a text that is one JSON value, determined from its first character.
    pub fn from_text(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b'"') => Self::Text,
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b't' | b'f') => Self::Bool,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }

    /// The type with its article, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

impl<'a> JsonValue<'a> {
    /// Parses `text`, which must be exactly one strict JSON value.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        check(text)?;
        Ok(Self::checked(text.trim_ascii()))
    }

    /// Wraps a value that has been checked.
    fn checked(text: &'a str) -> Self {
        Self { text, escaped: memchr::memchr(b'\\', text.as_bytes()).is_some() }
    }

    /// The value as written, without surrounding white space.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The type.
    pub fn kind(self) -> JsonKind {
        JsonKind::from_text(self.text)
    }

    /// A string with its escapes decoded; `None` for another type, and for an unpaired surrogate.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inside = self.text.strip_prefix('"')?;
        if self.escaped { strict::string(self.text) } else { inside.strip_suffix('"').map(Cow::Borrowed) }
    }

    /// The nearest double; `None` if it is not a number or not finite.
    pub fn as_f64(self) -> Option<f64> {
        if self.kind() != JsonKind::Number {
            return None;
        }
        if let Some(whole) = self.few_digits() {
            return Some(whole);
        }
        // Every JSON number is a valid Rust float literal (RFC 8259 §6).
        self.text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A non-negative integer of up to fifteen digits, which any double represents exactly, as most dates are.
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are far below 2^53")]
    fn few_digits(self) -> Option<f64> {
        let add = |number: u64, byte: &u8| {
            let digit = u64::from(byte.wrapping_sub(b'0'));
            (digit < 10).then(|| number.wrapping_mul(10).wrapping_add(digit))
        };
        let digits = Some(self.text.as_bytes()).filter(|digits| digits.len() <= 15)?;
        let (words, rest) = digits.as_chunks::<8>();
        let first = words.first().map_or(Some(0), |word| swar::eight_digits(*word))?;
        rest.iter().try_fold(first, add).map(|whole| whole as f64)
    }

    /// A boolean; `None` for another type.
    pub fn as_bool(self) -> Option<bool> {
        serde_json::from_str(self.text).ok()
    }

    /// An object; `None` for another type, and for an object with duplicate members.
    pub fn as_object(self) -> Option<JsonObject<'a>> {
        (self.kind() == JsonKind::Object).then(|| JsonObject::parse(self.text).ok()).flatten()
    }

    /// The elements of an array.
    pub fn as_array(self) -> Option<Vec<JsonValue<'a>>> {
        let raw: Vec<&'a RawValue> =
            (self.kind() == JsonKind::Array).then(|| serde_json::from_str(self.text).ok()).flatten()?;
        Some(raw.into_iter().map(|raw| JsonValue::checked(raw.get())).collect())
    }

    /// The elements of an array of strings.
    pub fn as_str_array(self) -> Option<Vec<Cow<'a, str>>> {
        self.as_array()?.into_iter().map(JsonValue::as_str).collect()
    }

    /// Semantic equality: numbers by value, strings after unescaping, objects in any order.
    pub fn equals(self, other: JsonValue<'_>) -> bool {
        match (self.kind(), other.kind()) {
            (JsonKind::Number, JsonKind::Number) => match (Decimal::read(self.text), Decimal::read(other.text)) {
                (Some(own), Some(theirs)) => own == theirs,
                _ => self.text == other.text,
            },
            (JsonKind::Text, JsonKind::Text) => self.as_str() == other.as_str(),
            (JsonKind::Array, JsonKind::Array) => match (self.as_array(), other.as_array()) {
                (Some(own), Some(theirs)) => {
                    own.len() == theirs.len() && own.iter().zip(theirs).all(|(own, theirs)| own.equals(theirs))
                }
                _ => false,
            },
            (JsonKind::Object, JsonKind::Object) => match (self.as_object(), other.as_object()) {
                (Some(own), Some(theirs)) => {
                    let same =
                        |(name, value): (&str, JsonValue<'_>)| theirs.get(name).is_some_and(|own| own.equals(value));
                    own.len() == theirs.len() && own.iter().all(same)
                }
                _ => false,
            },
            _ => self.text == other.text,
        }
    }

    /// The value at `pointer` (RFC 6901); the empty pointer is the value itself.
    pub fn pointer(self, pointer: &str) -> Option<JsonValue<'a>> {
        let Some(path) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(self) };
        path.split('/').try_fold(self, |value, step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            match value.kind() {
                JsonKind::Object => value.as_object()?.get(&name),
                JsonKind::Array => value.as_array()?.get(index(&name)?).copied(),
                _ => None,
            }
        })
    }
}

/// The array index of a pointer step: digits without a leading zero (RFC 6901 §4).
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || (!step.starts_with(['0', '+']));
    step.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests;
