//! What the bytes of a supposed secret describe. A secret describes nothing: a key in any form, a token, JSON or a
//! settings file that becomes one by mistake signs tokens that no server accepts, and a public key as a secret lets
//! anyone sign (RFC 8725 §2.1, §3.1). So this covers more than the forms that are read, and copies that were cut.
//!
//! Two forms of public keys cannot be distinguished from random bytes, and are not covered: the 32 bytes of an Ed25519
//! key, and a compressed point of a curve.

use super::description::Description;
use super::{asn1, der};
use crate::encoding::utf16::UTF8_MARK;
use zeroize::Zeroizing;

mod binary;
mod keys;
mod readings;
mod settings;

pub(super) use readings::{base64, hexadecimal};

/// Encodings within encodings that are looked into: quotes around base64, base64 of UTF-16.
const ENCODINGS: u8 = 1;

/// Describes `bytes`, also within more encodings: a JSON string or quotes, base64, base64url, hexadecimal, UTF-16 or
/// UTF-32. `None` if they describe nothing.
pub(super) fn describe(bytes: &[u8]) -> Option<Description> {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    // A JSON string may hold a public key, which says more.
    public_or(plain(bytes), || within(bytes, ENCODINGS))
}

/// Describes what is within up to `depth` more encodings.
fn within(bytes: &[u8], depth: u8) -> Option<Description> {
    let whole = readings::inner(bytes).iter().fold(None, |found, inner| {
        public_or(found, || public_or(plain(inner), || within(inner, depth.checked_sub(1)?)))
    });
    readings::parts(bytes).iter().fold(whole, |found, part| public_or(found, || structure(part)))
}

/// `found` if it is public; otherwise what `other` finds, or else `found`.
fn public_or(found: Option<Description>, other: impl FnOnce() -> Option<Description>) -> Option<Description> {
    match found {
        Some(Description { is_public: true, .. }) => found,
        _ => other().filter(|other| other.is_public || found.is_none()).or(found),
    }
}

/// Describes bytes that are not encoded further.
fn plain(bytes: &[u8]) -> Option<Description> {
    structure(bytes).or_else(|| binary::modulus(bytes))
}

/// Describes bytes that are not encoded further and may be a part of a text. A signature is such a part, and resembles
/// the modulus of a key.
fn structure(bytes: &[u8]) -> Option<Description> {
    binary::describe(bytes).or_else(|| {
        let text = String::from_utf8_lossy(bytes);
        let text = Zeroizing::new(text.trim().to_owned());
        // The first bytes of a decoded secret may be those of a tag or of a name by chance.
        let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_binary));
        keys::describe(&text).or_else(|| settings::describe(&text).filter(|_| is_text))
    })
}

/// Whether a character does not occur in text.
fn is_binary(character: char) -> bool {
    character.is_control() && !character.is_ascii_whitespace()
}

#[cfg(test)]
mod tests;
