//! The parameters of a JWK that describe the key: `kid`, `alg`, `use`, `key_ops` and `x5c` (RFC 7517 §4). They are
//! optional, so an unreadable one costs a warning and not the key; what contradicts the key is an error.

use crate::encoding::json::{JsonKind, JsonObject, JsonValue};
use crate::key::{Key, KeyError, MAX_CERTIFICATES, certificate};
use base64ct::{Base64, Encoding as _};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A text parameter. `null` means that it is absent; another value that is not a string is an error.
pub(super) fn text(
    object: &JsonObject<'_>,
    name: &'static str,
    faults: &mut Vec<KeyError>,
) -> Result<Option<String>, KeyError> {
    present(object, name, faults).map(|_| super::required(object, name).map(Cow::into_owned)).transpose()
}

/// RFC 7517 §4.3: an array of distinct strings. A single string and repeated operations restrict the key as their author
/// meant; anything else is ignored.
pub(super) fn operations(object: &JsonObject<'_>, faults: &mut Vec<KeyError>) -> Option<Vec<String>> {
    let value = present(object, "key_ops", faults)?;
    let mut fault = |fault: &str| faults.push(KeyError::member("key_ops", fault));
    if let Some(single) = value.as_str() {
        fault("is a string, not an array of strings");
        return Some(vec![single.into_owned()]);
    }
    let Some(texts) = value.as_str_array() else {
        fault("is not an array of strings");
        return None;
    };
    let mut seen = BTreeSet::new();
    if !texts.iter().all(|text| seen.insert(text.as_ref())) {
        fault("repeats an operation");
    }
    Some(texts.into_iter().map(Cow::into_owned).collect())
}

/// The value of an optional parameter; `null` means that it is absent (RFC 7517 does not say so, but many issuers
/// serialise absent members like this).
fn present<'a>(object: &JsonObject<'a>, name: &'static str, faults: &mut Vec<KeyError>) -> Option<JsonValue<'a>> {
    let value = object.get(name)?;
    if value.kind() != JsonKind::Null {
        return Some(value);
    }
    faults.push(KeyError::member(name, "is null"));
    None
}

/// Why the certificates of `x5c` were dropped.
#[derive(Debug)]
pub(in crate::key) enum X5cFault {
    /// They cannot be read. Nothing here uses them for verification, and the key stands without them.
    Unreadable(KeyError),
    /// The first is a certificate of another key (RFC 7517 §4.7: MUST match): the member is ambiguous.
    Contradiction(KeyError),
}

impl X5cFault {
    /// The fault without its consequence.
    pub(in crate::key) fn into_error(self) -> KeyError {
        match self {
            Self::Unreadable(error) | Self::Contradiction(error) => error,
        }
    }
}

/// RFC 7517 §4.7: certificates in plain base64, the first for this key.
pub(super) fn x5c(object: &JsonObject<'_>, key: &Key, faults: &mut Vec<KeyError>) -> Result<Vec<Vec<u8>>, X5cFault> {
    let Some(value) = present(object, "x5c", faults) else { return Ok(Vec::new()) };
    let certificates = read_certificates(value).map_err(X5cFault::Unreadable)?;
    let leaf = certificates.first().map_or(Err(KeyError::Empty), |leaf| certificate::key(leaf));
    let leaf = leaf.map_err(|_| {
        X5cFault::Unreadable(KeyError::member("x5c", "starts with a certificate whose key cannot be read"))
    })?;
    if leaf.same_key(key) {
        return Ok(certificates);
    }
    Err(X5cFault::Contradiction(KeyError::member("x5c", "starts with a certificate for another key")))
}

fn read_certificates(value: JsonValue<'_>) -> Result<Vec<Vec<u8>>, KeyError> {
    let wrong = |fault: &str| KeyError::member("x5c", fault);
    let texts = value.as_array().ok_or_else(|| wrong("is not an array of strings"))?;
    if texts.len() > MAX_CERTIFICATES {
        return Err(KeyError::TooMany { what: "certificates in \"x5c\"", limit: MAX_CERTIFICATES });
    }
    if texts.is_empty() {
        return Err(wrong("is empty"));
    }
    let certificate = |value: JsonValue<'_>| {
        let text = value.as_str().ok_or_else(|| wrong("is not an array of strings"))?;
        let der = Base64::decode_vec(&text).map_err(|_| wrong("has an element that is not strict plain base64"))?;
        certificate::parts(&der).map_err(|_| wrong("has an element that is not a certificate"))?;
        Ok(der)
    };
    texts.into_iter().map(certificate).collect()
}
