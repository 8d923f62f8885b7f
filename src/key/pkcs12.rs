//! PKCS#12 containers (RFC 7292): their keys and certificates. The integrity of the container (its MAC) is not checked:
//! it proves knowledge of the passphrase only, which the decryption does, too.

use super::asn1::{self, Cursor, Oid};
use super::error::KeyError;
use super::key_assembly::KeyAssembly;
use super::{Key, certificate, encrypted, structures};
use crate::secret::Secret;
use pkcs8::der::Tag;

const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509: Oid = Oid::new_unwrap("1.2.840.113549.1.9.22.1");

/// Limit of the bags of one container.
const MAX_BAGS: usize = 100;

/// Reads the keys of a container, each with its certificates.
pub(super) fn read(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Vec<Key>, KeyError> {
    let contents = contents(bytes)?;
    let mut found = Vec::new();
    let encrypted = contents.iter().filter_map(|content| content.encrypted.as_deref());
    check_cost(encrypted.map(<[u8]>::to_vec))?;
    for content in &contents {
        let plain = match &content.encrypted {
            None => Secret::new(content.plain.to_vec()),
            // Old writers encrypt certificates with RC2; a key does not need them.
            Some(sealed) => match encrypted::open(sealed, passphrase) {
                Err(KeyError::Unsupported { .. }) if contents.len() > 1 => continue,
                opened => opened?,
            },
        };
        bags(plain.expose(), &mut found)?;
    }
    check_cost(found.iter().filter_map(|bag| match bag {
        Bag::Sealed(sealed) => Some(sealed.clone()),
        _ => None,
    }))?;
    assemble(found, passphrase)
}

/// Checks the derivation cost of several encrypted values together.
fn check_cost(sealed: impl Iterator<Item = Vec<u8>>) -> Result<(), KeyError> {
    encrypted::check_file(sealed.map(Secret::new))
}

fn assemble(bags: Vec<Bag>, passphrase: Option<&Secret<Vec<u8>>>) -> Result<Vec<Key>, KeyError> {
    let mut assembly = KeyAssembly::default();
    for bag in bags {
        match bag {
            Bag::Key(der) => assembly.add_key(structures::pkcs8(der.expose())?),
            Bag::Sealed(sealed) => {
                assembly.add_key(structures::pkcs8(encrypted::open(&sealed, passphrase)?.expose())?);
            }
            Bag::Certificate(der) => assembly.add_certificate(certificate::key(&der)?)?,
        }
    }
    let keys = assembly.into_keys();
    if keys.is_empty() {
        Err(KeyError::Der("the PKCS#12 container has neither a key nor a certificate"))
    } else {
        Ok(keys)
    }
}

/// One ContentInfo of the AuthenticatedSafe.
struct SafeContent<'a> {
    plain: &'a [u8],
    /// Encrypted content in the structure of an encrypted private key, which has the same fields.
    encrypted: Option<Vec<u8>>,
}

/// PFX, AuthenticatedSafe (RFC 7292 §4, §4.1).
fn contents(bytes: &[u8]) -> Result<Vec<SafeContent<'_>>, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    if fields.number()? != 3 {
        return Err(KeyError::Der("the version of the PKCS#12 container is not 3"));
    }
    let mut safe = fields.sequence()?;
    if safe.oid()? != DATA {
        return Err(KeyError::unsupported("a PKCS#12 container that is sealed with a public key"));
    }
    let mut safe = Cursor::from_sequence(explicit(&mut safe)?.octets()?)?;
    let mut found = Vec::new();
    while !safe.is_finished() {
        if found.len() == MAX_BAGS {
            return Err(KeyError::TooMany { what: "parts of a PKCS#12 container", limit: MAX_BAGS });
        }
        let mut info = safe.sequence()?;
        match info.oid()? {
            DATA => found.push(SafeContent { plain: explicit(&mut info)?.octets()?, encrypted: None }),
            ENCRYPTED_DATA => found.push(SafeContent { plain: &[], encrypted: Some(sealed(&mut info)?) }),
            other => return Err(KeyError::unsupported(format!("the content {other} of a PKCS#12 container"))),
        }
    }
    Ok(found)
}

/// EncryptedData (RFC 5652 §8) as EncryptedPrivateKeyInfo (RFC 5958 §3).
fn sealed(info: &mut Cursor<'_>) -> Result<Vec<u8>, KeyError> {
    let mut data = explicit(info)?.sequence()?;
    data.number()?; // the version
    let mut content = data.sequence()?;
    content.oid()?; // the type of the content, data
    let algorithm = content.raw()?;
    let (_, encrypted) = content.optional(0)?.ok_or(KeyError::Der("the encrypted content is missing"))?;
    let encrypted = asn1::value(asn1::OCTET_STRING, &[encrypted]);
    Ok(asn1::value(asn1::SEQUENCE, &[algorithm, &encrypted]).to_vec())
}

/// The content of `[0] EXPLICIT`.
fn explicit<'a>(fields: &mut Cursor<'a>) -> Result<Cursor<'a>, KeyError> {
    match fields.optional(0)? {
        Some((true, inner)) => Cursor::new(inner),
        _ => Err(KeyError::Der("a field of the PKCS#12 container is missing")),
    }
}

enum Bag {
    Key(Secret<Vec<u8>>),
    /// EncryptedPrivateKeyInfo.
    Sealed(Vec<u8>),
    Certificate(Vec<u8>),
}

/// SafeContents (RFC 7292 §4.2): keys and certificates; CRLs, secrets and nested contents are left out.
fn bags(bytes: &[u8], found: &mut Vec<Bag>) -> Result<(), KeyError> {
    let mut contents = Cursor::from_sequence(bytes)?;
    while !contents.is_finished() {
        if found.len() == MAX_BAGS {
            return Err(KeyError::TooMany { what: "bags of a PKCS#12 container", limit: MAX_BAGS });
        }
        let mut bag = contents.sequence()?;
        let (oid, mut value) = (bag.oid()?, explicit(&mut bag)?);
        match oid {
            KEY_BAG => found.push(Bag::Key(Secret::new(value.raw()?.to_vec()))),
            SHROUDED_KEY_BAG => found.push(Bag::Sealed(value.raw()?.to_vec())),
            CERTIFICATE_BAG => {
                let mut certificate = value.sequence()?;
                if certificate.oid()? == X509 && certificate.peek().is_some_and(Tag::is_context_specific) {
                    found.push(Bag::Certificate(explicit(&mut certificate)?.octets()?.to_vec()));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
