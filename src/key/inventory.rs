//! Lenient reading of a key source, for checks only: what [`super::detect`] would reject is kept here together with its
//! error. Nothing from here may be used to sign or verify.

use super::detect::{self, KeyContent};
use super::error::KeyError;
use super::jwk::{ParsedJwk, WorkBudget, X5cFault};
use super::key_encoding::KeyEncoding;
use super::set::KeySourceNote;
use super::{Key, jwk};
use crate::encoding::json::{JsonObject, JsonValue};
use crate::encoding::line_index::LineIndex;
use crate::secret::Secret;

/// The content of one key source.
#[derive(Debug)]
pub struct KeyInventory {
    /// One entry for each member, also for those that cannot be parsed.
    pub members: Vec<InventoryEntry>,
    /// The encoding of the source.
    pub form: KeyEncoding,
    /// Possible surprises about the source.
    pub notes: Vec<KeySourceNote>,
}

/// One key, or an invalid entry.
#[derive(Debug)]
pub struct InventoryEntry {
    /// The JSON pointer of a member of a set, `/keys/3`; empty for a single key.
    pub pointer: String,
    /// Index in the source, from 0; `None` for a single key.
    pub index: Option<usize>,
    /// Line and column of the first character, from 1; for members of a set only.
    pub place: Option<(u64, u64)>,
    /// The `kid` as written, also if the member is invalid.
    pub kid: Option<String>,
    /// The `kty` as written, likewise.
    pub kty: Option<String>,
    /// The key as written; [`super::validation::check`] has not run.
    pub key: Result<Key, KeyError>,
    /// Why the certificates of `x5c` were dropped.
    pub certificates_fault: Option<KeyError>,
    /// Faults of other optional parameters, which were ignored or corrected.
    pub parameter_faults: Vec<KeyError>,
}

impl InventoryEntry {
    fn new(pointer: String, index: Option<usize>, key: Result<Key, KeyError>) -> Self {
        let (certificates_fault, parameter_faults) = (None, Vec::new());
        Self { pointer, index, place: None, kid: None, kty: None, key, certificates_fault, parameter_faults }
    }

    /// The name for messages: the kid, or the index in the set or file.
    pub fn name(&self) -> String {
        match (&self.kid, self.index) {
            (Some(kid), _) => format!("key \"{kid}\""),
            (None, Some(index)) if self.pointer.is_empty() => format!("key {}", index.saturating_add(1)),
            (None, Some(index)) => format!("member {index}"),
            (None, None) => "the key".to_owned(),
        }
    }
}

/// Reads the content of `bytes`.
///
/// # Errors
/// The input is not a key source: malformed text, an unsupported or encrypted key, or empty. An invalid member of a
/// set does not fail the set.
pub fn read(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<KeyInventory, KeyError> {
    let (mut inventory, notes) = detect::detect_and_read(bytes, |content| match content {
        KeyContent::Encoded(encoded) => {
            let set = encoded.read(passphrase)?;
            Ok(KeyInventory { notes: set.notes, ..from_keys(set.keys, set.form) })
        }
        KeyContent::Json(text) => json(text),
        KeyContent::Raw(bytes) => {
            let set = detect::detected_secret(bytes)?;
            Ok(KeyInventory { notes: set.notes, ..from_keys(set.keys, set.form) })
        }
    })?;
    inventory.notes.extend(notes);
    Ok(inventory)
}

/// An inventory of keys that were read elsewhere.
pub fn from_keys(keys: Vec<Key>, form: KeyEncoding) -> KeyInventory {
    let several = keys.len() > 1;
    let member = |(index, key): (usize, Key)| InventoryEntry {
        kid: key.kid.clone(),
        kty: Some(key.type_name().to_owned()),
        ..InventoryEntry::new(String::new(), several.then_some(index), Ok(key))
    };
    KeyInventory { members: keys.into_iter().enumerate().map(member).collect(), form, notes: Vec::new() }
}

fn json(text: &str) -> Result<KeyInventory, KeyError> {
    let object = JsonObject::parse(text)?;
    let mut effort = WorkBudget::whole();
    if !detect::is_set(&object) {
        detect::small(text.as_bytes())?;
        detect::single(&object)?;
        return Ok(KeyInventory {
            members: vec![member(&object, String::new(), None, &mut effort)],
            form: KeyEncoding::Jwk,
            notes: Vec::new(),
        });
    }
    let lines = LineIndex::new(text);
    // A member is a slice of the text.
    let place = |member: &str| lines.place(member.as_ptr().addr().saturating_sub(text.as_ptr().addr()), text);
    let members = jwk::members(&object)?.into_iter().enumerate().map(|(index, raw)| {
        let pointer = format!("/keys/{index}");
        let place = Some(place(raw.get()));
        match JsonObject::parse(raw.get()) {
            Ok(object) => InventoryEntry { place, ..member(&object, pointer, Some(index), &mut effort) },
            Err(error) => {
                InventoryEntry { place, ..InventoryEntry::new(pointer, Some(index), Err(jwk::unplaced(error))) }
            }
        }
    });
    Ok(KeyInventory { members: members.collect(), form: KeyEncoding::Jwks, notes: Vec::new() })
}

fn member(object: &JsonObject<'_>, pointer: String, index: Option<usize>, effort: &mut WorkBudget) -> InventoryEntry {
    let text = |name| object.get(name).and_then(JsonValue::as_str).map(std::borrow::Cow::into_owned);
    let (kid, kty) = (text("kid"), text("kty"));
    let entry = match jwk::parse_unvalidated(object, effort) {
        Err(error) => InventoryEntry::new(pointer, index, Err(error)),
        Ok(ParsedJwk { mut key, certificates, faults }) => {
            let fault = certificates.map(|certificates| key.certificates = certificates).err();
            InventoryEntry {
                certificates_fault: fault.map(X5cFault::into_error),
                parameter_faults: faults,
                ..InventoryEntry::new(pointer, index, Ok(key))
            }
        }
    };
    InventoryEntry { kid, kty, ..entry }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::validation::{self, InvalidKey};

    #[test]
    fn set_members_keep_positions_and_faults() {
        let text = "{\"keys\": [\n  {\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"8w\",\"e\":\"AQAB\"},\n  \
                    {\"kty\":\"X\"}, {\"kty\":\"oct\",\"k\":\"AAAA\"},\n 7]}";
        let inventory = read(text.as_bytes(), None).unwrap();
        assert_eq!(inventory.form, KeyEncoding::Jwks);
        let places: Vec<_> = inventory.members.iter().map(|member| member.place.unwrap()).collect();
        assert_eq!(places, [(2, 3), (3, 3), (3, 16), (4, 2)]);
        let pointers: Vec<_> = inventory.members.iter().map(|member| member.pointer.as_str()).collect();
        assert_eq!(pointers, ["/keys/0", "/keys/1", "/keys/2", "/keys/3"]);
        let key = inventory.members[0].key.as_ref().unwrap();
        assert_eq!(validation::check(key), Err(InvalidKey::RsaTooSmall { bits: 8 }));
        assert_eq!(inventory.members[0].name(), "key \"a\"");
        assert!(inventory.members[1].key.is_err() && inventory.members[3].key.is_err());
        assert_eq!(inventory.members[2].name(), "member 2");
    }

    #[test]
    fn mixed_set_with_duplicate_kid_is_read() {
        let text = r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"oct","kid":"a","k":"AAAA"},
            {"kty":"RSA","n":"8w","e":"AQAB"}]}"#;
        assert!(detect::read(text.as_bytes(), None).is_err());
        assert_eq!(read(text.as_bytes(), None).unwrap().members.len(), 3);
    }

    #[test]
    fn invalid_source_is_an_error() {
        assert_eq!(read(b"", None).unwrap_err(), KeyError::Empty);
        assert!(read(b"-----BEGIN PUBLIC KEY-----\nAA", None).is_err());
        assert!(read(b"{\"keys\":1}", None).is_err());
    }
}
