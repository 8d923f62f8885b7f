//! Strict JSON (RFC 8259, RFC 7493, RFC 7515 §4): one value, no member said twice at any depth (also
//! when spelled with escapes), no unpaired surrogates, at most [`DEPTH`] levels, no byte order mark.
//!
//! An [`Object`] keeps each member's text as it was written, so that large numbers and the order of
//! members survive being shown; reading a member is the caller's choice of type.

use serde::de::{DeserializeSeed, Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Levels of nesting that are accepted; the outermost object is the first.
pub const DEPTH: u8 = 64;

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
        self.message.ends_with(TWICE)
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
    let mut reader = serde_json::Deserializer::from_str(text);
    Check(DEPTH).deserialize(&mut reader)?;
    reader.end()?;
    Ok(())
}

/// Checks one JSON value and reads it into a tree.
pub fn value(text: &str) -> Result<serde_json::Value, JsonError> {
    check(text)?;
    Ok(serde_json::from_str(text)?)
}

/// One JSON object whose members keep their text.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    text: &'a str,
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// Reads `text`, which must be exactly one strict JSON object.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        if !text.trim_ascii_start().starts_with('{') {
            check(text)?;
            return Err(JsonError::at_start("it is JSON, but not an object"));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let members = reader.deserialize_map(Members)?;
        reader.end()?;
        Ok(Self { text, members })
    }

    /// The object as it was written.
    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The members in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
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
pub struct Value<'a>(&'a str);

/// What a JSON value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Kind {
    /// The kind of a text that is one JSON value; its first character says it.
    pub fn of(text: &str) -> Self {
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

impl<'a> Value<'a> {
    /// Reads `text`, which must be exactly one strict JSON value.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        check(text)?;
        Ok(Self(text.trim_ascii()))
    }

    /// The value as it was written, without white space around it.
    pub fn text(self) -> &'a str {
        self.0
    }

    pub fn kind(self) -> Kind {
        Kind::of(self.0)
    }

    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        // Checked when it was read: without escapes, what stands between the quotes is what it says.
        if !inside.contains('\\') {
            return Some(Cow::Borrowed(inside));
        }
        serde_json::from_str::<Name<'a>>(self.0).ok().map(|name| name.0)
    }

    /// The nearest double; `None` when it is not a number or not finite.
    pub fn as_f64(self) -> Option<f64> {
        // Every JSON number is written as Rust writes one (RFC 8259 §6).
        (self.kind() == Kind::Number).then(|| self.0.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
    }

    pub fn as_bool(self) -> Option<bool> {
        serde_json::from_str(self.0).ok()
    }

    pub fn as_object(self) -> Option<Object<'a>> {
        (self.kind() == Kind::Object).then(|| Object::parse(self.0).ok()).flatten()
    }

    /// The elements, when it is an array.
    pub fn as_array(self) -> Option<Vec<Value<'a>>> {
        let raw: Vec<&'a RawValue> =
            (self.kind() == Kind::Array).then(|| serde_json::from_str(self.0).ok()).flatten()?;
        Some(raw.into_iter().map(|raw| Value(raw.get())).collect())
    }

    /// The elements, when it is an array of strings.
    pub fn as_str_array(self) -> Option<Vec<Cow<'a, str>>> {
        self.as_array()?.into_iter().map(Value::as_str).collect()
    }

    /// The value at `pointer` (RFC 6901); the empty pointer is the value itself.
    pub fn pointer(self, pointer: &str) -> Option<Value<'a>> {
        let Some(path) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(self) };
        path.split('/').try_fold(self, |value, step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            match value.kind() {
                Kind::Object => value.as_object()?.get(&name),
                Kind::Array => value.as_array()?.get(index(&name)?).copied(),
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

/// Reads one object, top level only; what is nested is checked and kept as text.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, Value<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::with_capacity(8);
        // The members themselves are the names seen, until there are too many to scan.
        let mut later = BTreeSet::new();
        while let Some(Name(name)) = map.next_key()? {
            let value = Value(map.next_value::<&'de RawValue>()?.get());
            check_member(value).map_err(A::Error::custom)?;
            let seen = members.iter().take(Names::FEW).any(|(own, _)| *own == name);
            if seen || (members.len() >= Names::FEW && !later.insert(name.clone())) {
                return Err(twice(&name));
            }
            members.push((name, value));
        }
        Ok(members)
    }
}

/// What serde_json skips over unread in a raw value: nested names, depth, surrogates, the range of numbers.
fn check_member(value: Value<'_>) -> Result<(), String> {
    let wrong = |error: serde_json::Error| JsonError::from(error).message;
    match value.kind() {
        Kind::Object | Kind::Array => {
            let mut reader = serde_json::Deserializer::from_str(value.0);
            Check(DEPTH.saturating_sub(1)).deserialize(&mut reader).map_err(wrong)
        }
        Kind::Text if value.0.contains('\\') => serde_json::from_str::<Name<'_>>(value.0).map(drop).map_err(wrong),
        Kind::Number if value.0.len() > 15 || value.0.contains(['e', 'E']) => {
            serde_json::from_str::<f64>(value.0).map(drop).map_err(wrong)
        }
        _ => Ok(()),
    }
}

/// How the error of [`twice`] ends.
const TWICE: &str = " occurs twice";

fn twice<E: serde::de::Error>(name: &str) -> E {
    // Long names are cut: the message is for people.
    let short: String = name.chars().take(40).collect();
    E::custom(format_args!("the member \"{short}\"{TWICE}"))
}

/// A member name or a string; borrowed from the text unless it is written with escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        reader.deserialize_str(Text)
    }
}

/// The names seen in one object: a scan while they are few, a tree when a hostile object has many.
#[derive(Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: BTreeSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    const FEW: usize = 16;

    fn contains(&self, name: &str) -> bool {
        self.few.iter().any(|seen| seen == name) || self.many.contains(name)
    }

    fn insert(&mut self, name: Cow<'a, str>) {
        if self.few.len() < Self::FEW {
            self.few.push(name);
        } else {
            self.many.insert(name);
        }
    }
}

/// Reads a value and keeps nothing but the names on the way down; holds the levels that are left.
#[derive(Clone, Copy)]
struct Check(u8);

impl Check {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Check).ok_or_else(|| E::custom(format_args!("nested deeper than {DEPTH} levels")))
    }
}

impl<'de> DeserializeSeed<'de> for Check {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Check {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut names = Names::default();
        while let Some(Name(name)) = map.next_key()? {
            if names.contains(&name) {
                return Err(twice(&name));
            }
            names.insert(name);
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Object::parse(text).map(|object| object.text().to_owned()).unwrap_err().message
    }

    #[test]
    fn members_keep_their_text_and_order() {
        let object =
            Object::parse(r#" {"z": 123456789012345678901234567890, "a": [1,  2], "\u0062": "x\ny"} "#).unwrap();
        let members: Vec<_> = object.iter().map(|(name, value)| (name.to_owned(), value.text())).collect();
        assert_eq!(
            members,
            [
                ("z".to_owned(), "123456789012345678901234567890"),
                ("a".to_owned(), "[1,  2]"),
                ("b".to_owned(), "\"x\\ny\"")
            ]
        );
        assert_eq!(object.get("b").and_then(Value::as_str).as_deref(), Some("x\ny"));
    }

    #[test]
    fn a_member_said_twice_is_refused_at_any_depth_and_in_any_spelling() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"b":{"a":1,"a":2}}"#,
            r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#,
        ] {
            assert_eq!(fault(text), "the member \"a\" occurs twice", "{text}");
        }
        assert!(Object::parse(r#"{"b":{"a":1},"a":2}"#).is_ok());
        let many: Vec<String> = (0..60).map(|n| format!("\"n{n}\":0")).collect();
        assert!(Object::parse(&format!("{{{}}}", many.join(","))).is_ok());
        assert_eq!(fault(&format!("{{{},\"n40\":1}}", many.join(","))), "the member \"n40\" occurs twice");
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(Object::parse(&nested(63)).is_ok());
        assert_eq!(fault(&nested(64)), "nested deeper than 64 levels");
        assert_eq!(fault(&nested(100_000)), "nested deeper than 64 levels");
        assert!(check(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn one_value_and_nothing_else() {
        for text in [
            "",
            "{",
            "{}x",
            "{} {}",
            "{\"a\":1e400}",
            "{\"a\":\"\\ud800\"}",
            "{\"\\ud800\":1}",
            "{\"a\":NaN}",
            "{a:1}",
            "{\"a\":01}",
        ] {
            assert!(Object::parse(text).is_err(), "{text}");
        }
        assert_eq!(fault("[1]"), "it is JSON, but not an object");
        assert!(text(b"\xEF\xBB\xBF{}").is_err());
        assert!(text(b"{\"a\":\"\xFF\"}").is_err());
    }

    #[test]
    fn pointers_find_what_they_name() {
        let value = Value::parse(r#"{"a":{"b/c":[10,{"d~":true}]}}"#).unwrap();
        assert_eq!(value.pointer("/a/b~1c/1/d~0").map(Value::text), Some("true"));
        assert_eq!(value.pointer("").map(Value::kind), Some(Kind::Object));
        assert_eq!(value.pointer("/a/x"), None);
        assert_eq!(value.pointer("a"), None);
    }
}
