//! Strict JSON (RFC 8259, RFC 7493, RFC 7515 §4): one value, no member said twice at any depth (also
//! when spelled with escapes), no unpaired surrogates, at most [`DEPTH`] levels, no byte order mark.
//!
//! An [`Object`] keeps each member's text as it was written, so that large numbers and the order of
//! members survive being shown; reading a member is the caller's choice of type.

use decimal::Decimal;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

mod decimal;
mod fast_path;
mod strict;
mod swar;
mod tree;

/// Levels of nesting that are accepted; the outermost object is the first.
pub const DEPTH: u8 = 64;

/// Up to so many names are held each against each; more go into a tree or are sorted.
const DISTINCT_BY_SCAN: usize = 16;

/// What is wrong with a JSON text, and where: line and column count from 1 (0: unknown).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    pub message: String,
    pub line: usize,
    pub column: usize,
}

impl JsonError {
    fn at_start(message: &str) -> Self {
        Self { message: message.to_owned(), line: 1, column: 1 }
    }

    /// Whether a name occurs twice: readers that allow it disagree about what the text says.
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

/// Bytes as text: UTF-8 without a byte order mark.
pub fn text(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|e| JsonError {
        message: format!("not valid UTF-8 at byte {}", e.valid_up_to()),
        line: 0,
        column: 0,
    })?;
    if text.starts_with('\u{FEFF}') {
        return Err(JsonError::at_start("it begins with a byte order mark"));
    }
    Ok(text)
}

/// Checks one JSON value of any kind.
pub fn check(text: &str) -> Result<(), JsonError> {
    strict::check(text)
}

/// Checks one JSON value and reads it into a tree.
pub fn value(text: &str) -> Result<serde_json::Value, JsonError> {
    check(text)?;
    lenient(text.as_bytes())
}

/// Reads one JSON value into a tree as most readers do: of members of one name the last counts.
pub fn lenient(bytes: &[u8]) -> Result<serde_json::Value, JsonError> {
    let tree::Tree(value) = serde_json::from_slice(bytes)?;
    Ok(value)
}

/// A name and what is said under it.
type JsonMember<'a> = (Cow<'a, str>, JsonValue<'a>);

/// One JSON object whose members keep their text.
#[derive(Clone, Debug)]
pub struct JsonObject<'a> {
    text: &'a str,
    members: Vec<JsonMember<'a>>,
    /// The marks of all names: most of those that are asked for are not there, and need not be searched.
    marks: u64,
}

/// One bit for a name; few others have the same, and of the registered ones hardly any.
#[inline]
fn mark(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let end = |byte: Option<&u8>| byte.map_or(0, |byte| u32::from(*byte));
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mixed = end(bytes.first()).wrapping_mul(3).wrapping_add(end(bytes.last()));
    1_u64.wrapping_shl(mixed.wrapping_add(length.wrapping_mul(9)))
}

impl<'a> JsonObject<'a> {
    /// Reads `text`, which must be exactly one strict JSON object.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        if let Some((members, marks)) = fast_path::members(text) {
            return Ok(Self { text, members, marks });
        }
        if !text.trim_ascii_start().starts_with('{') {
            check(text)?;
            return Err(JsonError::at_start("it is JSON, but not an object"));
        }
        let members = strict::members(text)?;
        let marks = members.iter().fold(0, |marks, (name, _)| marks | mark(name));
        Ok(Self { text, members, marks })
    }

    /// The object as it was written.
    pub fn text(&self) -> &'a str {
        self.text
    }

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

    /// The members in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, JsonValue<'a>)> {
        self.members.iter().map(|(name, value)| (&**name, *value))
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// One strict JSON value, as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonValue<'a> {
    text: &'a str,
    /// Whether there is a backslash in it. Most values have none: their strings are what stands between the quotes.
    escaped: bool,
}

/// What a JSON value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonKind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl JsonKind {
    /// The kind of a text that is one JSON value; its first character says it.
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
    /// Reads `text`, which must be exactly one strict JSON value.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        check(text)?;
        Ok(Self::checked(text.trim_ascii()))
    }

    /// A value that has been checked.
    fn checked(text: &'a str) -> Self {
        Self { text, escaped: memchr::memchr(b'\\', text.as_bytes()).is_some() }
    }

    /// The value as it was written, without white space around it.
    pub fn text(self) -> &'a str {
        self.text
    }

    pub fn kind(self) -> JsonKind {
        JsonKind::from_text(self.text)
    }

    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inside = self.text.strip_prefix('"')?;
        if self.escaped { strict::string(self.text) } else { inside.strip_suffix('"').map(Cow::Borrowed) }
    }

    /// The nearest double; `None` when it is not a number or not finite.
    pub fn as_f64(self) -> Option<f64> {
        if self.kind() != JsonKind::Number {
            return None;
        }
        if let Some(whole) = self.few_digits() {
            return Some(whole);
        }
        // Every JSON number is written as Rust writes one (RFC 8259 §6).
        self.text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A whole number without a sign that any double holds exactly, as most dates are.
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

    pub fn as_bool(self) -> Option<bool> {
        serde_json::from_str(self.text).ok()
    }

    pub fn as_object(self) -> Option<JsonObject<'a>> {
        (self.kind() == JsonKind::Object).then(|| JsonObject::parse(self.text).ok()).flatten()
    }

    /// The elements, when it is an array.
    pub fn as_array(self) -> Option<Vec<JsonValue<'a>>> {
        let raw: Vec<&'a RawValue> =
            (self.kind() == JsonKind::Array).then(|| serde_json::from_str(self.text).ok()).flatten()?;
        Some(raw.into_iter().map(|raw| JsonValue::checked(raw.get())).collect())
    }

    /// The elements, when it is an array of strings.
    pub fn as_str_array(self) -> Option<Vec<Cow<'a, str>>> {
        self.as_array()?.into_iter().map(JsonValue::as_str).collect()
    }

    /// Whether both say the same: numbers by what they are worth, strings by what they spell, objects in any order.
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

/// The place in an array that a step of a pointer names: digits without a leading zero (RFC 6901 §4).
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || (!step.starts_with(['0', '+']));
    step.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests;
