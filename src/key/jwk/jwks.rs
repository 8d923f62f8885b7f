//! JWK Sets (RFC 7517 §5), as the world writes them: unusable members are skipped, repeated ones dropped, and keys with
//! the same `kid` are all kept, because `alg` and `use` tell them apart (RFC 7517 §4.5: distinct kids are a SHOULD).

use super::{WorkBudget, member};
use crate::encoding::json::{JsonError, JsonObject, JsonValue};
use crate::key::key_encoding::KeyEncoding;
use crate::key::set::{KeySet, KeySourceNote, SkippedMember};
use crate::key::{Key, KeyError, MAX_MEMBERS, MAX_SET_BYTES};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Limit of earlier keys with the same `kid` that a key is compared with.
const MAX_COMPARISONS: usize = 16;

/// Parses a JWK Set (RFC 7517 §5). An unusable member is skipped and reported.
///
/// # Errors
/// Not a JWK Set, too large, or one with ambiguous secrets: mixed with asymmetric keys, or two with the same `kid`.
pub fn parse_set(text: &str) -> Result<KeySet, KeyError> {
    if text.len() > MAX_SET_BYTES {
        return Err(KeyError::TooLarge { bytes: text.len(), limit: MAX_SET_BYTES });
    }
    set_of(&JsonObject::parse(text)?)
}

/// [`parse_set`] for an object that was already parsed.
pub(in crate::key) fn set_of(object: &JsonObject<'_>) -> Result<KeySet, KeyError> {
    let mut set = KeySet { keys: Vec::new(), skipped: Vec::new(), form: KeyEncoding::Jwks, notes: Vec::new() };
    let (mut secrets, mut others) = (false, false);
    let mut effort = WorkBudget::whole();
    let mut places = KidPlaces::default();
    let mut unusable_secrets = Vec::new();
    for (index, text) in members(object)?.into_iter().map(RawValue::get).enumerate() {
        let object = match JsonObject::parse(text) {
            Ok(object) => object,
            Err(error) => {
                set.skipped.push(SkippedMember { index, kid: None, reason: unplaced(error) });
                continue;
            }
        };
        let text = |name| object.get(name).and_then(JsonValue::as_str).map(Cow::into_owned);
        match text("kty").as_deref() {
            Some("oct") => secrets = true,
            Some("RSA" | "EC" | "OKP") => others = true,
            _ => {}
        }
        match member(&object, &mut effort).and_then(for_tokens) {
            Ok((key, faults)) => {
                let ignored = |fault| KeySourceNote::ParameterIgnored { index: Some(index), fault };
                set.notes.extend(faults.into_iter().map(ignored));
                places.add(index, key, &mut set)?;
            }
            Err(reason) => {
                // Ambiguous as well: which of the two secrets is the mistake?
                let kid = text("kid").filter(|_| text("kty").as_deref() == Some("oct"));
                unusable_secrets.extend(kid);
                set.skipped.push(SkippedMember { index, kid: text("kid"), reason });
            }
        }
    }
    let usable_secrets = set.keys.iter().filter(|key| key.is_secret()).filter_map(|key| key.kid.as_deref());
    let usable_secrets: BTreeSet<&str> = usable_secrets.collect();
    if let Some(kid) = unusable_secrets.into_iter().find(|kid: &String| usable_secrets.contains(kid.as_str())) {
        return Err(KeyError::DuplicateKid { kid });
    }
    set.notes.extend(places.repeated());
    if secrets && others { Err(KeyError::MixedSet) } else { Ok(set) }
}

/// Rejects the keys of a SPIFFE bundle that authenticate X.509 certificates only (SPIFFE Trust Domain and Bundle §4.2).
fn for_tokens(parsed: (Key, Vec<KeyError>)) -> Result<(Key, Vec<KeyError>), KeyError> {
    if parsed.0.usage.as_deref() == Some("x509-svid") {
        return Err(KeyError::unsupported("a key for X.509 certificates (use \"x509-svid\")"));
    }
    Ok(parsed)
}

/// For each `kid` of a set, the usable keys that have it, as pairs of their index among the members and among the keys.
#[derive(Default)]
struct KidPlaces(BTreeMap<Option<String>, Vec<(usize, usize)>>);

impl KidPlaces {
    /// Adds `key`, member `index`, to the set, unless it repeats an earlier member.
    ///
    /// # Errors
    /// It is a secret, and an earlier one with the same `kid`, `alg` and `use` is another: issuers publish no secrets,
    /// so one of the two is a mistake, and nothing tells which.
    fn add(&mut self, index: usize, key: Key, set: &mut KeySet) -> Result<(), KeyError> {
        let equal = self.0.entry(key.kid.clone()).or_default();
        let same = |place: &usize| set.keys.get(*place).is_some_and(|own| repeats(own, &key));
        if let Some((first, _)) = equal.iter().take(MAX_COMPARISONS).find(|(_, place)| same(place)) {
            set.notes.push(KeySourceNote::MemberRepeated { index, first: *first });
            return Ok(());
        }
        let replaces = |place: &usize| set.keys.get(*place).is_some_and(|own| is_another_secret(own, &key));
        if let Some(kid) = key.kid.as_ref().filter(|_| equal.iter().any(|(_, place)| replaces(place))) {
            return Err(KeyError::DuplicateKid { kid: kid.clone() });
        }
        equal.push((index, set.keys.len()));
        set.keys.push(key);
        Ok(())
    }

    /// A note for each `kid` of several keys.
    fn repeated(self) -> impl Iterator<Item = KeySourceNote> {
        let several = |(kid, places): (Option<String>, Vec<_>)| {
            let kid = kid.filter(|_| places.len() > 1)?;
            Some(KeySourceNote::KidRepeated { kid, keys: places.len() })
        };
        self.0.into_iter().filter_map(several)
    }
}

fn is_another_secret(one: &Key, other: &Key) -> bool {
    one.is_secret() && other.is_secret() && !one.same_key(other) && (&one.alg, &one.usage) == (&other.alg, &other.usage)
}

/// Whether two members with the same `kid` are equal in everything that is read.
fn repeats(one: &Key, other: &Key) -> bool {
    one.same_key(other)
        && one.is_private() == other.is_private()
        && (&one.alg, &one.usage, &one.operations) == (&other.alg, &other.usage, &other.operations)
        && (&one.certificates, &one.others) == (&other.certificates, &other.others)
}

/// The texts of the members of a set.
pub(in crate::key) fn members<'a>(object: &JsonObject<'a>) -> Result<Vec<&'a RawValue>, KeyError> {
    let members = object.get("keys").ok_or(KeyError::Missing("keys"))?;
    let Ok(JwksMembers(members)) = serde_json::from_str(members.text()) else {
        return Err(KeyError::member("keys", "is not an array"));
    };
    if members.len() > MAX_MEMBERS {
        return Err(KeyError::TooMany { what: "members of the set", limit: MAX_MEMBERS });
    }
    Ok(members)
}

/// Removes the line and column, which are relative to the member and meaningless for the file.
pub(in crate::key) fn unplaced(error: JsonError) -> KeyError {
    KeyError::Json(JsonError { line: 0, column: 0, ..error })
}

/// The members of a set, at most one more than the limit.
struct JwksMembers<'a>(Vec<&'a RawValue>);

impl<'de> serde::Deserialize<'de> for JwksMembers<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Bounded;
        impl<'de> Visitor<'de> for Bounded {
            type Value = JwksMembers<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JwksMembers<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = seq.next_element()? {
                    if members.len() <= MAX_MEMBERS {
                        members.push(member);
                    }
                }
                Ok(JwksMembers(members))
            }
        }
        reader.deserialize_seq(Bounded).map_err(D::Error::custom)
    }
}
