//! Keys in DER. The structure determines the type: PKCS#1, PKCS#8 (encrypted: RFC 8018), SEC 1, SubjectPublicKeyInfo
//! or an X.509 certificate.

use super::asn1::Cursor;
use super::error::KeyError;
use super::structures::{self, pkcs1_private, pkcs1_public, sec1, spki};
use super::{Key, certificate, encrypted, pkcs12};
use crate::secret::Secret;
use pkcs8::der::Tag;

/// The type of a DER structure, determined from its first fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Pkcs1Public,
    Pkcs1Private,
    Pkcs8,
    Encrypted,
    Sec1,
    Spki,
    Certificate,
    Pkcs12,
    Pkcs7,
}

impl Shape {
    /// Whether the structure holds public data, which must never be used as a secret.
    pub(super) const fn is_public(self) -> bool {
        matches!(self, Self::Pkcs1Public | Self::Spki | Self::Certificate | Self::Pkcs7)
    }

    /// The name of the structure.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pkcs1Public => "a PKCS#1 public key (RSA PUBLIC KEY)",
            Self::Pkcs1Private => "a PKCS#1 private key (RSA PRIVATE KEY)",
            Self::Pkcs8 => "a PKCS#8 private key (PRIVATE KEY)",
            Self::Encrypted => "an encrypted PKCS#8 private key (ENCRYPTED PRIVATE KEY)",
            Self::Sec1 => "a SEC 1 private key (EC PRIVATE KEY)",
            Self::Spki => "a public key (PUBLIC KEY)",
            Self::Certificate => "a certificate (CERTIFICATE)",
            Self::Pkcs12 => "a PKCS#12 container",
            Self::Pkcs7 => "a PKCS#7 container (PKCS7)",
        }
    }

    pub(super) fn detect(bytes: &[u8]) -> Option<Self> {
        let mut fields = Cursor::from_sequence(bytes).ok()?;
        let first = fields.peek()?;
        let first_value = fields.next().ok()?.value();
        let second = fields.peek()?;
        fields.next().ok()?;
        let third = fields.peek();
        match (first, second, third) {
            (Tag::Integer, Tag::Integer, None) => Some(Self::Pkcs1Public),
            (Tag::Integer, Tag::Integer, Some(Tag::Integer)) => Some(Self::Pkcs1Private),
            (Tag::Integer, Tag::Sequence, Some(Tag::OctetString)) => Some(Self::Pkcs8),
            (Tag::Integer, Tag::Sequence, _) if first_value == [3] => Some(Self::Pkcs12),
            (Tag::Integer, Tag::OctetString, _) => Some(Self::Sec1),
            (Tag::Sequence, Tag::BitString, None) => Some(Self::Spki),
            (Tag::Sequence, Tag::OctetString, None) => Some(Self::Encrypted),
            (Tag::Sequence, Tag::Sequence, Some(Tag::BitString)) => Some(Self::Certificate),
            (Tag::ObjectIdentifier, Tag::ContextSpecific { .. }, _) => Some(Self::Pkcs7),
            _ => None,
        }
    }
}

/// Reads one key, without validating it.
pub fn read(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Key, KeyError> {
    match Shape::detect(bytes) {
        Some(shape) => read_as(shape, bytes, passphrase),
        None => Err(KeyError::Der(match Cursor::from_sequence(bytes) {
            Ok(_) => "neither a key nor a certificate structure",
            Err(_) => "malformed or truncated structure",
        })),
    }
}

/// Reads one key of a structure that is known.
pub(super) fn read_as(shape: Shape, bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Key, KeyError> {
    match shape {
        Shape::Pkcs1Public => pkcs1_public(bytes),
        Shape::Pkcs1Private => pkcs1_private(bytes),
        Shape::Pkcs8 => structures::pkcs8(bytes),
        Shape::Encrypted => structures::pkcs8(encrypted::open(bytes, passphrase)?.expose()),
        Shape::Sec1 => sec1(bytes, None),
        Shape::Spki => spki(bytes),
        Shape::Certificate => certificate::key(bytes),
        Shape::Pkcs12 => {
            let mut keys = pkcs12::read(bytes, passphrase)?;
            keys.pop().filter(|_| keys.is_empty()).ok_or(KeyError::unsupported("a PKCS#12 container with several keys"))
        }
        Shape::Pkcs7 => Err(KeyError::unsupported_but(
            "a PKCS#7 container (.p7b)",
            "extract the certificates: openssl pkcs7 -inform DER -in OLD -print_certs -out NEW",
        )),
    }
}
