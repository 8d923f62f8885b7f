//! Detection of the key encoding by content, never by file name: the layers around a key are removed, then it is PEM,
//! JSON or DER; one line of text that describes nothing is an HMAC secret. Everything else is an error, and a public key
//! is never taken as a secret: anyone who knows the public key could then sign tokens.

use super::describe::describe;
use super::encoded_keys::EncodedKeys;
use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use super::set::{KeySet, KeySourceNote};
use super::{Key, MAX_FILE_BYTES, MAX_SET_BYTES, Material, jwk, pem, validation, wrapping};
use crate::encoding::escape;
use crate::encoding::json::{JsonObject, JsonValue};
use crate::encoding::utf16::{self, UTF8_MARK};
use crate::secret::Secret;
use zeroize::Zeroizing;

/// The detected type of some bytes, before parsing.
pub(super) enum KeyContent<'a> {
    Encoded(EncodedKeys<'a>),
    /// A JWK or a JWK Set.
    Json(&'a str),
    /// Bytes that resemble no key.
    Raw(&'a [u8]),
}

/// Layers around a key that are removed: base64 of a quoted PEM text on one line has three.
const MAX_LAYERS: usize = 3;
/// The longest secret that is taken as one without being named as such.
const MAX_SECRET_BYTES: usize = 1_024;

/// Reads the keys in `bytes`.
pub fn read(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<KeySet, KeyError> {
    let (mut set, notes) = detect_and_read(bytes, |content| key_set(content, passphrase, detected_secret))?;
    set.notes.extend(notes);
    Ok(set)
}

/// Reads bytes that were decoded from `text`, base64 or hexadecimal: a key, or else a secret of any bytes.
pub fn read_decoded(text: &[u8], bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<KeySet, KeyError> {
    // Text of one encoding may be valid in the other: the digits of a key in hexadecimal are base64, too.
    let secret = |bytes: &[u8]| match describe(text) {
        Some(description) => Err(KeyError::NotSecret(description)),
        None => described_secret(bytes),
    };
    let (mut set, notes) = detect_and_read(bytes, |content| key_set(content, passphrase, secret))?;
    set.notes.extend(notes);
    Ok(set)
}

fn key_set(
    content: KeyContent<'_>,
    passphrase: Option<&Secret<Vec<u8>>>,
    secret: impl Fn(&[u8]) -> Result<KeySet, KeyError>,
) -> Result<KeySet, KeyError> {
    match content {
        KeyContent::Encoded(encoded) => {
            let set = encoded.read(passphrase)?;
            set.keys.iter().try_for_each(validation::check)?;
            Ok(set)
        }
        KeyContent::Json(text) => json(text),
        KeyContent::Raw(bytes) => secret(bytes),
    }
}

/// Detects the type of `bytes` and passes the content to `read`.
pub(super) fn detect_and_read<T>(
    bytes: &[u8],
    read: impl Fn(KeyContent<'_>) -> Result<T, KeyError>,
) -> Result<(T, Vec<KeySourceNote>), KeyError> {
    if bytes.len() > MAX_SET_BYTES {
        return Err(KeyError::TooLarge { bytes: bytes.len(), limit: MAX_SET_BYTES });
    }
    let mut notes = Vec::new();
    // A byte order mark is removed from text encodings only; a secret keeps every byte.
    let decoded = match (utf16::marked(bytes), bytes.strip_prefix(UTF8_MARK)) {
        (Some(text), _) => Some((text, KeySourceNote::Utf16)),
        (None, Some(rest)) => Some((Zeroizing::new(rest.to_vec()), KeySourceNote::ByteOrderMark)),
        (None, None) => None,
    };
    if let Some((text, note)) = decoded {
        notes.push(note);
        if let Some(found) = within_layers(&text, &mut notes, &read)? {
            return Ok((found, notes));
        }
        notes.clear();
    }
    // Bytes that start like a byte order mark by chance may still be a key.
    if let Some(found) = within_layers(bytes, &mut notes, &read)? {
        return Ok((found, notes));
    }
    small(bytes)?;
    Ok((read(KeyContent::Raw(bytes))?, Vec::new()))
}

/// Reads the key in `bytes`, after removing the layers around it; `None` if they hold none.
fn within_layers<T>(
    bytes: &[u8],
    notes: &mut Vec<KeySourceNote>,
    read: impl Fn(KeyContent<'_>) -> Result<T, KeyError>,
) -> Result<Option<T>, KeyError> {
    let mut current = Zeroizing::new(Vec::new());
    for layer in 0..=MAX_LAYERS {
        let bytes = if layer == 0 { bytes } else { current.as_slice() };
        if bytes.len() <= MAX_FILE_BYTES
            && layer < MAX_LAYERS
            && let Some((inner, note)) = wrapping::unwrap(bytes)
        {
            notes.push(note);
            current = inner;
            continue;
        }
        return key_content(bytes)?.map(&read).transpose();
    }
    Ok(None)
}

/// JSON or another encoding; `None` if the bytes resemble no key.
fn key_content(bytes: &[u8]) -> Result<Option<KeyContent<'_>>, KeyError> {
    let json = std::str::from_utf8(bytes).ok().filter(|text| text.trim_ascii_start().starts_with('{'));
    if let Some(text) = json.filter(|_| !pem::is_pem(bytes)) {
        return Ok(Some(KeyContent::Json(text)));
    }
    let Some(encoded) = EncodedKeys::detect(bytes)? else { return Ok(None) };
    small(bytes)?;
    Ok(Some(KeyContent::Encoded(encoded)))
}

/// Reads `bytes` as a secret, regardless of content; a public key or a certificate is rejected.
pub fn read_raw(bytes: &[u8]) -> Result<KeySet, KeyError> {
    small(bytes)?;
    raw(bytes)
}

/// A secret given inline; a public key or a certificate is rejected.
pub fn secret(bytes: &[u8]) -> Result<Key, KeyError> {
    small(bytes)?;
    if bytes.is_empty() {
        return Err(KeyError::Empty);
    }
    if let Some(description) = describe(bytes).filter(|description| description.is_public) {
        return Err(KeyError::NotSecret(description));
    }
    let key = Key::new(Material::Secret(Secret::new(bytes.to_vec())));
    validation::check(&key)?;
    Ok(key)
}

pub(super) fn small(bytes: &[u8]) -> Result<(), KeyError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(KeyError::TooLarge { bytes: bytes.len(), limit: MAX_FILE_BYTES });
    }
    Ok(())
}

/// A secret that nothing names as such: one line of text that describes nothing else.
pub(super) fn detected_secret(bytes: &[u8]) -> Result<KeySet, KeyError> {
    let set = described_secret(bytes)?;
    let line = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    let fault = match std::str::from_utf8(line) {
        Err(_) => "binary data",
        Ok(text) if text.contains(['\n', '\r']) => "several lines",
        Ok(text) if text.contains(char::is_control) => "control characters",
        Ok(text) if text.len() > MAX_SECRET_BYTES => "a long text",
        Ok(_) => return Ok(set),
    };
    Err(KeyError::NotSecretText { fault })
}

/// A secret of any bytes that describe nothing else.
fn described_secret(bytes: &[u8]) -> Result<KeySet, KeyError> {
    match describe(bytes) {
        Some(description) => Err(KeyError::NotSecret(description)),
        None => raw(bytes),
    }
}

fn raw(bytes: &[u8]) -> Result<KeySet, KeyError> {
    let mut set = keys(vec![secret(bytes)?], KeyEncoding::Raw)?;
    if bytes.ends_with(b"\n") || bytes.ends_with(b"\r") {
        set.notes.push(KeySourceNote::TrailingNewline);
    }
    if utf16::marked(bytes).is_some() {
        set.notes.push(KeySourceNote::Utf16Secret);
    }
    Ok(set)
}

fn keys(keys: Vec<Key>, form: KeyEncoding) -> Result<KeySet, KeyError> {
    keys.iter().try_for_each(validation::check)?;
    Ok(KeySet { keys, skipped: Vec::new(), form, notes: Vec::new() })
}

/// A JWK or a JWK Set.
fn json(text: &str) -> Result<KeySet, KeyError> {
    let object = JsonObject::parse(text)?;
    if is_set(&object) {
        return jwk::set_of(&object);
    }
    small(text.as_bytes())?;
    single(&object)?;
    let (key, faults) = jwk::member(&object, &mut jwk::WorkBudget::whole())?;
    let notes = faults.into_iter().map(|fault| KeySourceNote::ParameterIgnored { index: None, fault }).collect();
    Ok(KeySet { keys: vec![key], skipped: Vec::new(), form: KeyEncoding::Jwk, notes })
}

/// Checks that an object is meant as a JWK: it has a `kty`.
pub(super) fn single(object: &JsonObject<'_>) -> Result<(), KeyError> {
    const SHOWN: usize = 8;
    if object.get("kty").is_some() {
        return Ok(());
    }
    let text = |name| object.get(name).and_then(JsonValue::as_str).map(|text| escape::name(&text, 200));
    let members = object.iter().take(SHOWN).map(|(name, _)| escape::name(name, 40)).collect();
    Err(KeyError::JsonWithoutKey { members, issuer: text("issuer").filter(|_| object.get("jwks_uri").is_some()) })
}

/// Whether an object is meant as a JWK Set.
pub(super) fn is_set(object: &JsonObject<'_>) -> bool {
    object.get("keys").is_some() && object.get("kty").is_none()
}
