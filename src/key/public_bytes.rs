//! Detection of public keys and certificates in every common encoding. As a secret they would let anyone who knows the
//! public key sign tokens, so this covers more than the encodings that are read.

use super::{asn1, der};
use crate::encoding::json::{self, JsonObject, JsonValue};
use crate::encoding::utf16::{self, UTF8_MARK};
use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

/// Whether the bytes are a public key or a certificate in any common encoding. Broader than what is read: an
/// unsupported public key is not a secret either.
pub(super) fn is_public(bytes: &[u8]) -> bool {
    let without_mark = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    if public_text(without_mark) || public_der(without_mark) {
        return true;
    }
    let (_, odd) = bytes.as_chunks::<2>();
    if bytes.contains(&0) && odd.is_empty() {
        let (marked, little) = (utf16::marked(bytes), utf16::from_units(bytes, u16::from_le_bytes));
        let readings = [marked, little, utf16::from_units(bytes, u16::from_be_bytes)];
        return readings.iter().flatten().any(|text| public_text(text));
    }
    false
}

fn public_der(bytes: &[u8]) -> bool {
    let trimmed = asn1::announced(bytes).and_then(|length| {
        // Trailing white space, as an editor leaves it, is ignored.
        let (der, rest) = bytes.split_at_checked(length)?;
        rest.iter().all(u8::is_ascii_whitespace).then_some(der)
    });
    trimmed.and_then(der::Shape::detect).is_some_and(der::Shape::is_public)
}

fn public_text(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    // In quotes, as in a shell script or an environment file.
    let text = match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner.trim_ascii(),
        _ => text,
    };
    if memchr::memmem::find(text, b"-----BEGIN ").is_some() {
        return public_pem(text);
    }
    match text {
        [b'{', ..] => std::str::from_utf8(text).is_ok_and(public_json),
        _ => {
            let ssh: [&[u8]; 4] = [b"ssh-rsa ", b"ssh-ed25519 ", b"ssh-dss ", b"ecdsa-sha2-"];
            ssh.iter().any(|prefix| text.starts_with(prefix)) || public_base64(text)
        }
    }
}

/// Also with line breaks escaped as `\n`, as in an environment variable.
fn public_pem(text: &[u8]) -> bool {
    let unescaped = Zeroizing::new(String::from_utf8_lossy(text).replace("\\r", "").replace("\\n", "\n"));
    let label = |kind: &str| unescaped.lines().any(|line| line.contains("-----BEGIN ") && line.contains(kind));
    (label("PUBLIC KEY") || label("CERTIFICATE")) && !label("PRIVATE KEY")
}

/// The body of a PEM file without its BEGIN and END lines.
fn public_base64(text: &[u8]) -> bool {
    // A SEQUENCE starts with M in base64; the shortest public key has more than 40 bytes.
    if text.first() != Some(&b'M') || text.len() < 54 {
        return false;
    }
    let mut body = Zeroizing::new(String::with_capacity(text.len()));
    body.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)));
    let readings = [Base64::decode_vec(&body), Base64Unpadded::decode_vec(&body), Base64UrlUnpadded::decode_vec(&body)];
    readings.into_iter().flatten().map(Zeroizing::new).any(|der| public_der(&der))
}

fn public_json(text: &str) -> bool {
    let Ok(object) = JsonObject::parse(text) else { return public_lax_json(text) };
    let public = |object: &JsonObject<'_>| {
        let kty = object.get("kty").and_then(JsonValue::as_str);
        kty.is_some_and(|kty| kty != "oct") && object.get("d").is_none()
    };
    match object.get("keys").and_then(JsonValue::as_array) {
        Some(members) => {
            !members.is_empty() && members.iter().all(|member| member.as_object().is_some_and(|member| public(&member)))
        }
        None => public(&object),
    }
}

/// JSON that is rejected here but accepted elsewhere (with a duplicate member, for example).
fn public_lax_json(text: &str) -> bool {
    let public = |value: &serde_json::Value| {
        let kty = value.get("kty").and_then(serde_json::Value::as_str);
        kty.is_some_and(|kty| kty != "oct") && value.get("d").is_none()
    };
    let Ok(value) = json::lenient(text.as_bytes()) else { return false };
    match value.get("keys").and_then(serde_json::Value::as_array) {
        Some(members) => !members.is_empty() && members.iter().all(public),
        None => public(&value),
    }
}
