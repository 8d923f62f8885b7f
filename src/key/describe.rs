//! What the bytes of a supposed secret describe. A secret describes nothing: a key in any form, a token, JSON or a
//! settings file that becomes one by mistake signs tokens that no server accepts, and a public key as a secret lets
//! anyone sign (RFC 8725 §2.1, §3.1). So this covers more than the forms that are read.

use super::description::{Description, SSH};
use super::{asn1, der};
use crate::encoding::bounds::head;
use crate::encoding::utf16::{self, UTF8_MARK};
use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

mod keys;
mod settings;

/// Bytes after a DER value that do not hide it: line breaks of an editor, padding with zeros.
const MAX_TRAILING: usize = 16;
/// The shortest text that is decoded: no key is shorter.
const MIN_ENCODED: usize = 40;

/// Encodings within encodings that are looked into: quotes around base64, base64 of UTF-16.
const ENCODINGS: u8 = 1;

/// Describes `bytes`, also within more encodings: a JSON string or quotes, base64, base64url, hexadecimal, UTF-16 or
/// UTF-32. `None` if they describe nothing.
pub(super) fn describe(bytes: &[u8]) -> Option<Description> {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    // A JSON string may hold a public key, which says more.
    let outer = plain(bytes);
    let is_final = |description: &Description| description.is_public;
    outer.filter(is_final).or_else(|| within(bytes, ENCODINGS)).or(outer)
}

/// Describes what is within up to `depth` more encodings.
fn within(bytes: &[u8], depth: u8) -> Option<Description> {
    let deeper = |inner: &Zeroizing<Vec<u8>>| within(inner, depth.checked_sub(1)?);
    let readings = inner_readings(bytes);
    readings
        .iter()
        .find_map(|inner| plain(inner).filter(|inner| inner.is_public).or_else(|| deeper(inner)).or(plain(inner)))
}

/// Describes bytes that are not encoded further.
fn plain(bytes: &[u8]) -> Option<Description> {
    binary(bytes).or_else(|| {
        let text = String::from_utf8_lossy(bytes);
        let text = Zeroizing::new(text.trim().to_owned());
        keys::describe(&text).or_else(|| settings::describe(&text))
    })
}

fn binary(bytes: &[u8]) -> Option<Description> {
    const JKS: &[u8] = b"\xFE\xED\xFE\xED";
    const JCEKS: &[u8] = b"\xCE\xCE\xCE\xCE";
    const CONVERT: Option<&str> =
        Some("export the key: keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype PKCS12");
    // A key store begins with its version and the number of entries; a first entry of type 2 is a certificate.
    if bytes.starts_with(JKS) || bytes.starts_with(JCEKS) {
        let is_public = bytes.get(12..16) == Some(&[0, 0, 0, 2]);
        return Some(Description { what: "a Java key store", hint: CONVERT, is_public });
    }
    if bytes.starts_with(b"\x1F\x8B\x08") || bytes.starts_with(b"PK\x03\x04") {
        return Some(Description::other("a compressed file"));
    }
    if bytes.starts_with(b"openssh-key-v1\0") {
        return Some(Description::private("an OpenSSH private key", None));
    }
    if is_ssh_blob(bytes) {
        return Some(Description::public("an SSH public key", Some(SSH)));
    }
    let length = asn1::announced(bytes)?;
    let rest = bytes.get(length..)?;
    let is_whole = rest.len() <= MAX_TRAILING && rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    let is_whole = is_whole || rest.len() == 1;
    let shape = der::Shape::detect(head(bytes, length)).filter(|_| is_whole)?;
    Some(match shape {
        shape if shape.is_public() => Description::public("a public key or a certificate in DER", None),
        der::Shape::Pkcs12 => Description::private("a PKCS#12 container", None),
        _ => Description::private("a private key in DER", None),
    })
}

/// The public key of SSH in binary: a length and the name of its algorithm (RFC 4253 §6.6).
fn is_ssh_blob(bytes: &[u8]) -> bool {
    let Some(([0, 0, 0, length], rest)) = bytes.split_first_chunk::<4>() else { return false };
    let name = rest.get(..usize::from(*length)).unwrap_or_default();
    [b"ssh-".as_slice(), b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"].iter().any(|prefix| name.starts_with(prefix))
}

/// The bytes within a JSON string, quotes, base64, base64url, hexadecimal, UTF-16 or UTF-32.
fn inner_readings(bytes: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    if bytes.contains(&0) {
        return wide_readings(bytes);
    }
    let text = bytes.trim_ascii();
    if let [quote @ (b'"' | b'\''), inner @ .., last] = text
        && quote == last
    {
        let string = serde_json::from_slice::<String>(text).map(String::into_bytes);
        return vec![Zeroizing::new(string.unwrap_or_else(|_| inner.to_vec()))];
    }
    let readings = [hexadecimal(text), base64(text)];
    readings.into_iter().flatten().collect()
}

/// Text in two or four bytes per character, with or without a byte order mark.
fn wide_readings(bytes: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let half = |skip: usize| -> Vec<u8> { bytes.iter().skip(skip).step_by(2).copied().collect() };
    let wide = [half(0), half(1)].map(|half| utf16::from_units(&half, u16::from_le_bytes).map(|_| half));
    let utf32 = wide
        .into_iter()
        .flatten()
        .flat_map(|half| [utf16::from_units(&half, u16::from_le_bytes), utf16::from_units(&half, u16::from_be_bytes)]);
    let utf16 = [
        utf16::marked(bytes),
        utf16::from_units(bytes, u16::from_le_bytes),
        utf16::from_units(bytes, u16::from_be_bytes),
    ];
    utf16.into_iter().chain(utf32).flatten().collect()
}

/// The bytes of a text of hexadecimal digits, also in groups (`30:82:01`).
pub(super) fn hexadecimal(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let digits: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b':').copied().collect());
    if digits.len() < MIN_ENCODED {
        return None;
    }
    base16ct::mixed::decode_vec(&*digits).ok().map(Zeroizing::new)
}

/// The bytes of a text in base64 or base64url, padded or not, in one line or several.
pub(super) fn base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() < MIN_ENCODED {
        return None;
    }
    let mut body = Zeroizing::new(String::with_capacity(text.len()));
    body.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)));
    let bare = body.trim_end_matches('=');
    let plain = Base64::decode_vec(&body).or_else(|_| Base64Unpadded::decode_vec(bare));
    plain.or_else(|_| Base64UrlUnpadded::decode_vec(bare)).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
