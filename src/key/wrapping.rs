//! Keys as they arrive after a variable, a form field or a copy: in quotes, with `\n` for line breaks, on one line, as
//! base64 or hexadecimal, without the lines around a PEM body, in the JSON of a product. Each form has one reading, or it
//! is left alone.

use super::set::KeySourceNote;
use super::{der, describe, json_container, pem, ssh};
use crate::encoding::json::JsonObject;
use zeroize::Zeroizing;

/// The key within `bytes`, one layer less deep, and what was removed. `None` if there is no layer, or no key in it.
pub(super) fn unwrap(bytes: &[u8]) -> Option<(Zeroizing<Vec<u8>>, KeySourceNote)> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    match text.chars().next()? {
        '{' => return json_container::unwrap(text),
        '[' => return json_container::unwrap_array(text),
        _ => {}
    }
    let quoted = || in_quotes(text).map(|inner| (inner, KeySourceNote::Quoted));
    let reflowed = || pem::reflow(text).map(|lines| (lines, KeySourceNote::PemReflowed));
    let decoded = || {
        let hexadecimal = describe::hexadecimal(text.as_bytes()).map(|key| (key, KeySourceNote::Hexadecimal));
        hexadecimal.or_else(|| Some((describe::base64(text.as_bytes())?, KeySourceNote::Base64)))
    };
    quoted().or_else(reflowed).or_else(|| decoded().filter(|(inner, _)| is_key(inner)))
}

/// The text within quotes, if it is a key: a JSON string, or as a shell and an env file write it.
fn in_quotes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let inner = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))?;
    let string = serde_json::from_str::<String>(text).map(String::into_bytes);
    let inner = Zeroizing::new(string.unwrap_or_else(|_| inner.as_bytes().to_vec()));
    (is_key(&inner) || unwrap(&inner).is_some()).then_some(inner)
}

/// Whether the bytes are a key in a form that is read, without another layer.
fn is_key(bytes: &[u8]) -> bool {
    if pem::is_pem(bytes) || der::Shape::detect(bytes).is_some() || bytes.starts_with(ssh::MAGIC) {
        return true;
    }
    let object = std::str::from_utf8(bytes).ok().filter(|text| text.trim_ascii_start().starts_with('{'));
    object
        .and_then(|text| JsonObject::parse(text).ok())
        .is_some_and(|object| object.get("kty").is_some() || object.get("keys").is_some())
}
