//! X.509 certificates (RFC 5280) as containers of a public key. Nothing is validated: no signature, chain, validity
//! period or name constraint. Only the key and the descriptive fields are read.

use super::asn1::Cursor;
use super::error::KeyError;
use super::{Key, distinguished_name, structures};
use crate::encoding::base64url;
use crate::time::UnixTime;
use pkcs8::der::{Decode as _, Tag};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use x509_cert::{name::Name, time::Time};

/// A longer name (in bytes) is not printed: parsing time grows faster than the length.
const MAX_NAME_BYTES: usize = 4_096;

/// The fields of a certificate, unverified; names are untrusted text (RFC 4514).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateSummary {
    /// Distinguished name of the subject.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// Lower case, without separators.
    pub serial_hex: String,
    /// Start of the validity period.
    pub not_before: UnixTime,
    /// End of the validity period.
    pub not_after: UnixTime,
    /// Fingerprint of the DER, upper case, separated by colons.
    pub sha256: String,
}

/// Computes the digest of a certificate from its DER.
pub type Digest = fn(&[u8]) -> String;

/// Header parameters and JWK members that identify a certificate by the digest of its DER, and how each is computed
/// (RFC 7515 §4.1.7, §4.1.8; RFC 7517 §4.8, §4.9).
pub const THUMBPRINTS: [(&str, Digest); 2] = [("x5t", x5t), ("x5t#S256", x5t_s256)];

/// `x5t`: SHA-1 in base64url. An identifier only: SHA-1 collisions make it unsafe as proof of identity.
pub fn x5t(der: &[u8]) -> String {
    base64url::encode(&Sha1::digest(der))
}

/// `x5t#S256`: SHA-256 in base64url.
pub fn x5t_s256(der: &[u8]) -> String {
    base64url::encode(&Sha256::digest(der))
}

/// The fields of a certificate that are read, each as DER.
pub(super) struct Parts<'a> {
    serial: &'a [u8],
    pub(super) issuer: &'a [u8],
    validity: &'a [u8],
    pub(super) subject: &'a [u8],
    spki: &'a [u8],
}

/// Locates the fields of TBSCertificate (RFC 5280 §4.1).
pub(super) fn parts(bytes: &[u8]) -> Result<Parts<'_>, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    let mut tbs = fields.sequence()?;
    fields.sequence()?;
    fields.bits()?;
    fields.finish()?;
    tbs.optional(0)?; // version
    if tbs.peek() != Some(Tag::Integer) {
        return Err(KeyError::Der("the certificate has no serial number"));
    }
    let serial = tbs.next()?.value();
    tbs.sequence()?; // signature algorithm
    let parts = Parts { serial, issuer: tbs.raw()?, validity: tbs.raw()?, subject: tbs.raw()?, spki: tbs.raw()? };
    while !tbs.is_finished() {
        tbs.raw()?; // unique ids and extensions
    }
    Ok(parts)
}

/// The public key of a certificate; the key keeps the certificate.
pub fn key(bytes: &[u8]) -> Result<Key, KeyError> {
    let mut key = structures::spki(parts(bytes)?.spki)?;
    key.certificates.push(bytes.to_vec());
    Ok(key)
}

/// Reads the fields to display.
pub fn summary(bytes: &[u8]) -> Result<CertificateSummary, KeyError> {
    let parts = parts(bytes)?;
    let mut validity = Cursor::from_sequence(parts.validity)?;
    let (not_before, not_after) = (instant(validity.raw()?)?, instant(validity.raw()?)?);
    let hex = |bytes: &[u8], separator: &str| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(separator)
    };
    Ok(CertificateSummary {
        subject: name(parts.subject),
        issuer: name(parts.issuer),
        serial_hex: hex(parts.serial.get(..64).unwrap_or(parts.serial), ""),
        not_before,
        not_after,
        sha256: hex(&Sha256::digest(bytes), ":").to_uppercase(),
    })
}

fn instant(bytes: &[u8]) -> Result<UnixTime, KeyError> {
    let time = Time::from_der(bytes).map_err(|_| KeyError::Der("malformed certificate validity"))?;
    Ok(UnixTime(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)))
}

fn name(bytes: &[u8]) -> String {
    if bytes.len() > MAX_NAME_BYTES {
        return format!("(name of {} bytes)", bytes.len());
    }
    Name::from_der(bytes).map_or_else(|_| "(malformed name)".to_owned(), |name| distinguished_name::text(&name))
}
