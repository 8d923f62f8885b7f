//! The strict JSON parser: a visitor over serde_json, which itself neither rejects duplicate names nor limits depth.

use super::{DEPTH, DISTINCT_BY_SCAN, JsonError, JsonKind, JsonMember, JsonValue};
use serde::de::{DeserializeSeed, Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Checks one JSON value of any type.
pub(super) fn check(text: &str) -> Result<(), JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Check(DEPTH).deserialize(&mut reader)?;
    reader.end()?;
    Ok(())
}

/// The members of one JSON object.
pub(super) fn members(text: &str) -> Result<Vec<JsonMember<'_>>, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(MembersVisitor)?;
    reader.end()?;
    Ok(members)
}

/// The content of a string literal `text`, given with quotes and escapes.
pub(super) fn string(text: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<JsonName<'_>>(text).ok().map(|name| name.0)
}

/// A value one level below the outermost object, checked and discarded.
struct Nested;

impl<'de> serde::Deserialize<'de> for Nested {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Check(DEPTH.saturating_sub(1)).deserialize(reader).map(|()| Self)
    }
}

/// Parses the top level of one object; nested values are checked and kept as text.
struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<JsonMember<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::with_capacity(8);
        // The members themselves are the set of names, until there are too many to scan.
        let mut later = BTreeSet::new();
        while let Some(JsonName(name)) = map.next_key()? {
            let value = JsonValue::checked(map.next_value::<&'de RawValue>()?.get());
            check_member(value).map_err(A::Error::custom)?;
            let seen = members.iter().take(DISTINCT_BY_SCAN).any(|(own, _)| *own == name);
            if seen || (members.len() >= DISTINCT_BY_SCAN && !later.insert(name.clone())) {
                return Err(twice(&name));
            }
            members.push((name, value));
        }
        Ok(members)
    }
}

/// Checks what serde_json skips in a raw value: nested names, depth, surrogates, the range of numbers.
fn check_member(value: JsonValue<'_>) -> Result<(), String> {
    let wrong = |error: serde_json::Error| JsonError::from(error).message;
    match value.kind() {
        JsonKind::Object | JsonKind::Array => serde_json::from_str::<Nested>(value.text).map(drop).map_err(wrong),
        JsonKind::Text if value.escaped => serde_json::from_str::<JsonName<'_>>(value.text).map(drop).map_err(wrong),
        JsonKind::Number if value.text.len() > 15 || value.text.contains(['e', 'E']) => {
            serde_json::from_str::<f64>(value.text).map(drop).map_err(wrong)
        }
        _ => Ok(()),
    }
}

/// The end of the error message of [`twice`].
pub(super) const TWICE: &str = " occurs twice";

fn twice<E: serde::de::Error>(name: &str) -> E {
    // Long names are truncated: the message is for humans.
    let short: String = name.chars().take(40).collect();
    E::custom(format_args!("the member \"{short}\"{TWICE}"))
}

/// A member name or a string; borrowed from the text unless it has escapes.
pub(super) struct JsonName<'a>(pub(super) Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for JsonName<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = JsonName<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<JsonName<'de>, E> {
                Ok(JsonName(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<JsonName<'de>, E> {
                Ok(JsonName(Cow::Owned(text.to_owned())))
            }
        }
        reader.deserialize_str(Text)
    }
}

/// The names of one object: scanned while they are few, in a tree for a hostile object with many.
#[derive(Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: BTreeSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    fn contains(&self, name: &str) -> bool {
        self.few.iter().any(|seen| seen == name) || self.many.contains(name)
    }

    fn insert(&mut self, name: Cow<'a, str>) {
        if self.few.len() < DISTINCT_BY_SCAN {
            self.few.push(name);
        } else {
            self.many.insert(name);
        }
    }
}

/// Parses a value and keeps only the names on the current path; holds the remaining levels.
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
        while let Some(JsonName(name)) = map.next_key()? {
            if names.contains(&name) {
                return Err(twice(&name));
            }
            names.insert(name);
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}
