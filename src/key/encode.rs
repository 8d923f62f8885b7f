//! Encoding of keys: PKCS#8 and SPKI in PEM or DER, JWK, JWK Set, and raw secrets. Certificates are kept in a JWK
//! (`x5c`) and omitted from PEM and DER.

use super::asn1::{self, EXPLICIT_1, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, ZeroizingBytes};
use super::error::KeyError;
use super::key_encoding::KeyEncoding;
use super::{Key, Material, RsaKey, encrypted, jwk, pem, structures};
use crate::secret::Secret;
use rand_core::CryptoRng;

/// How keys are written.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Include private parts and secrets.
    pub private: bool,
    /// Encrypts private keys in PEM and DER with this passphrase.
    pub passphrase: Option<&'a Secret<Vec<u8>>>,
}

/// Encodes `keys` as `form`; text encodings end with a line break. Randomness is used for encryption only.
pub fn encode(
    keys: &[Key],
    form: KeyEncoding,
    options: Options<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Secret<Vec<u8>>, KeyError> {
    if options.passphrase.is_some() && !matches!(form, KeyEncoding::Pem | KeyEncoding::Der) {
        return Err(KeyError::NotEncryptable);
    }
    if !options.private && keys.iter().any(Key::is_secret) {
        return Err(KeyError::NoPublicHalf);
    }
    match form {
        KeyEncoding::Pem => pem_file(keys, options, rng),
        KeyEncoding::Der => Ok(container(one(keys, form)?, form, options, rng)?.1),
        KeyEncoding::Jwk => Ok(line(jwk::to_json(one(keys, form)?, options.private))),
        KeyEncoding::Jwks => Ok(line(jwk::set_to_json(keys, options.private))),
        KeyEncoding::Raw => match one(keys, form)? {
            Key { material: Material::Secret(secret), .. } => Ok(secret.clone()),
            key => Err(KeyError::UnsupportedEncoding { form, type_name: key.type_name() }),
        },
    }
}

fn one(keys: &[Key], form: KeyEncoding) -> Result<&Key, KeyError> {
    match keys {
        [key] => Ok(key),
        _ => Err(KeyError::OneKeyOnly { form, keys: keys.len() }),
    }
}

fn line(text: Secret<String>) -> Secret<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.expose().len().saturating_add(1));
    bytes.extend_from_slice(text.expose().as_bytes());
    bytes.push(b'\n');
    Secret::new(bytes)
}

fn pem_file(keys: &[Key], options: Options<'_>, rng: &mut dyn CryptoRng) -> Result<Secret<Vec<u8>>, KeyError> {
    let mut containers = Vec::with_capacity(keys.len());
    for key in keys {
        containers.push(container(key, KeyEncoding::Pem, options, rng)?);
    }
    let room = containers.iter().fold(0_usize, |sum, (_, der)| sum.saturating_add(pem::written_length(der.expose())));
    let mut out = Vec::with_capacity(room);
    for (label, der) in &containers {
        pem::write(label, der.expose(), &mut out);
    }
    Ok(Secret::new(out))
}

/// The DER of one key and its PEM label.
fn container(
    key: &Key,
    form: KeyEncoding,
    options: Options<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<(&'static str, Secret<Vec<u8>>), KeyError> {
    let private = if options.private { pkcs8(key) } else { None };
    match (private, options.passphrase) {
        (Some(der), Some(passphrase)) => {
            Ok(("ENCRYPTED PRIVATE KEY", Secret::new(encrypted::seal(&der, passphrase, rng)?)))
        }
        (Some(der), None) => Ok(("PRIVATE KEY", Secret::new(der.to_vec()))),
        (None, Some(_)) if !key.is_secret() => Err(KeyError::NotEncryptable),
        (None, _) => {
            let der = spki(key).ok_or(KeyError::UnsupportedEncoding { form, type_name: key.type_name() })?;
            Ok(("PUBLIC KEY", Secret::new(der.to_vec())))
        }
    }
}

/// RSAPrivateKey (RFC 8017 §A.1.2); `None` for a public key.
pub(super) fn pkcs1(rsa: &RsaKey) -> Option<ZeroizingBytes> {
    let private = rsa.private.as_ref()?;
    let number = |secret: &Secret<Vec<u8>>| asn1::integer(secret.expose());
    Some(asn1::value(
        SEQUENCE,
        &[
            &asn1::integer(&[]),
            &asn1::integer(&rsa.n),
            &asn1::integer(&rsa.e),
            &number(&private.d),
            &number(&private.p),
            &number(&private.q),
            &number(&private.dp),
            &number(&private.dq),
            &number(&private.qi),
        ],
    ))
}

/// AlgorithmIdentifier of a key (RFC 3279 §2.3.1, RFC 5480 §2.1.1, RFC 8410 §3).
fn algorithm(key: &Key) -> Option<ZeroizingBytes> {
    Some(match &key.material {
        Material::Secret(_) => return None,
        Material::Rsa(_) => asn1::algorithm(structures::RSA, &[NULL, 0]),
        Material::Ec(ec) => {
            let curve = asn1::value(OBJECT_IDENTIFIER, &[structures::curve_oid(ec.curve).as_bytes()]);
            asn1::algorithm(structures::EC, &curve)
        }
        Material::Ed25519(_) => asn1::algorithm(structures::ED25519, &[]),
    })
}

/// PrivateKeyInfo, version 1 (RFC 5208 §5), for interoperability. `None` for a public key or a secret.
pub(super) fn pkcs8(key: &Key) -> Option<ZeroizingBytes> {
    let private = match &key.material {
        Material::Secret(_) => return None,
        Material::Rsa(rsa) => pkcs1(rsa)?,
        Material::Ec(ec) => {
            // With the public point (RFC 5915 §3), which aws-lc-rs requires; the outer structure names the curve.
            let d = asn1::value(OCTET_STRING, &[ec.private.as_ref()?.expose()]);
            let public = asn1::value(EXPLICIT_1, &[&asn1::bits(&ec.point())]);
            asn1::value(SEQUENCE, &[&asn1::integer(&[1]), &d, &public])
        }
        Material::Ed25519(ed) => asn1::value(OCTET_STRING, &[ed.private.as_ref()?.expose()]),
    };
    let private = asn1::value(OCTET_STRING, &[&private]);
    Some(asn1::value(SEQUENCE, &[&asn1::integer(&[]), &algorithm(key)?, &private]))
}

/// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7); `None` for a secret.
pub(crate) fn spki(key: &Key) -> Option<ZeroizingBytes> {
    let public = match &key.material {
        Material::Secret(_) => return None,
        Material::Rsa(rsa) => {
            let key = asn1::value(SEQUENCE, &[&asn1::integer(&rsa.n), &asn1::integer(&rsa.e)]);
            asn1::bits(&key)
        }
        Material::Ec(ec) => asn1::bits(&ec.point()),
        Material::Ed25519(ed) => asn1::bits(&ed.x),
    };
    Some(asn1::value(SEQUENCE, &[&algorithm(key)?, &public]))
}
