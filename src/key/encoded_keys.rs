//! Keys in an encoding of their own: PEM, DER, PKCS#12 and the formats of SSH; everything but JSON and secrets.

use super::der::Shape;
use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use super::set::{KeySet, KeySourceNote};
use super::{Key, asn1, der, encrypted, pem, pkcs12, ssh};
use crate::secret::Secret;

/// A source in one of these encodings, not yet read.
pub(super) enum EncodedKeys<'a> {
    Pem(&'a [u8]),
    /// One DER value that spans the bytes.
    Der(&'a [u8]),
    /// A private key of OpenSSH, without its PEM frame.
    OpenSsh(&'a [u8]),
    /// Public keys of SSH as text.
    SshPublic(&'a str),
}

impl<'a> EncodedKeys<'a> {
    /// The encoding of `bytes`; `None` if they resemble none.
    ///
    /// # Errors
    /// They resemble DER, but have another length.
    pub(super) fn detect(bytes: &'a [u8]) -> Result<Option<Self>, KeyError> {
        if pem::is_pem(bytes) {
            return Ok(Some(Self::Pem(bytes)));
        }
        if bytes.starts_with(ssh::MAGIC) {
            return Ok(Some(Self::OpenSsh(bytes)));
        }
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| ssh::is_public(text)) {
            return Ok(Some(Self::SshPublic(text)));
        }
        match asn1::announced(bytes) {
            Some(length) if length == bytes.len() && !is_plain_text(bytes) => Ok(Some(Self::Der(bytes))),
            Some(expected) if looks_like_der(bytes) => Err(KeyError::DerLength { expected, actual: bytes.len() }),
            _ => Ok(None),
        }
    }

    /// Reads the keys, which are not validated yet.
    pub(super) fn read(&self, passphrase: Option<&Secret<Vec<u8>>>) -> Result<KeySet, KeyError> {
        let (keys, form, notes) = match self {
            Self::Pem(text) => {
                let (keys, notes) = pem::read(text, passphrase)?;
                (keys, KeyEncoding::Pem, notes)
            }
            Self::Der(bytes) => {
                let legacy = encrypted::is_legacy(bytes).then_some(KeySourceNote::LegacyEncryption);
                (read_der(bytes, passphrase)?, KeyEncoding::Der, legacy.into_iter().collect())
            }
            Self::OpenSsh(bytes) => (vec![ssh::private(bytes, passphrase)?], KeyEncoding::Pem, Vec::new()),
            Self::SshPublic(text) => (ssh::public(text)?, KeyEncoding::Pem, Vec::new()),
        };
        Ok(KeySet { keys, skipped: Vec::new(), form, notes })
    }
}

fn read_der(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Vec<Key>, KeyError> {
    match Shape::detect(bytes) {
        Some(Shape::Pkcs12) => pkcs12::read(bytes, passphrase),
        _ => Ok(vec![der::read(bytes, passphrase)?]),
    }
}

/// Printable ASCII. A DER key never is, because its inner tags are control characters; a secret that starts with the
/// digit 0, the byte of a SEQUENCE tag, may be.
fn is_plain_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'))
}

/// A DER header with a length that does not occur in text, followed by a nested header; or the first bytes of a short
/// key: a version, or an algorithm OID.
fn looks_like_der(bytes: &[u8]) -> bool {
    let inside = match bytes {
        [asn1::SEQUENCE, 0..=0x7F, asn1::INTEGER, 1, 0 | 1, ..] => return true,
        [asn1::SEQUENCE, 0..=0x7F, asn1::SEQUENCE, _, asn1::OBJECT_IDENTIFIER, ..] => return true,
        [asn1::SEQUENCE, 0x81, _, inside, ..] => inside,
        [asn1::SEQUENCE, 0x82, _, _, inside, ..] => inside,
        [asn1::SEQUENCE, 0x83, _, _, _, inside, ..] => inside,
        _ => return false,
    };
    matches!(*inside, asn1::SEQUENCE | asn1::INTEGER | asn1::OBJECT_IDENTIFIER)
}
