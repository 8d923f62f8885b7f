//! Binary forms that describe a key: containers, DER, and the numbers of a public key without their structure.

use super::{Description, asn1, der};
use crate::alg::Curve;
use crate::encoding::bounds::tail;
use crate::key::{MAX_FILE_BYTES, derive, factoring, ssh};
use zeroize::Zeroizing;

/// Bytes in front of a DER value that do not hide it: those of a bad copy, padding with zeros.
const MAX_BEFORE: usize = 4;
/// The shortest key: that of Ed25519 in a SubjectPublicKeyInfo has 44 bytes, without its last or first ones fewer.
const MIN_KEY: usize = 32;

/// Describes bytes that are not text: a structure, or the end of one.
pub(super) fn describe(bytes: &[u8]) -> Option<Description> {
    container(bytes)
        .or_else(|| (0..=MAX_BEFORE).find_map(|before| der(bytes.get(before..)?)))
        .or_else(|| end_of_key(bytes))
}

fn container(bytes: &[u8]) -> Option<Description> {
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
        return Some(Description::public(
            "a compressed file, which may hold a public key,",
            Some("decompress it first"),
        ));
    }
    if bytes.starts_with(ssh::MAGIC) {
        return Some(Description::private("an OpenSSH private key", None));
    }
    is_ssh_blob(bytes).then_some(Description::public("an SSH public key", None))
}

/// The public key of SSH in binary: a length and the name of its algorithm (RFC 4253 §6.6).
fn is_ssh_blob(bytes: &[u8]) -> bool {
    let Some(([0, 0, 0, length], rest)) = bytes.split_first_chunk::<4>() else { return false };
    let name = rest.get(..usize::from(*length)).unwrap_or_default();
    [b"ssh-".as_slice(), b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-"].iter().any(|prefix| name.starts_with(prefix))
}

/// A DER structure of a key, with any bytes after it, or cut short: its first fields are enough.
fn der(bytes: &[u8]) -> Option<Description> {
    let length = asn1::announced(bytes).filter(|length| (MIN_KEY..=MAX_FILE_BYTES).contains(length))?;
    if bytes.len() < MIN_KEY {
        return None;
    }
    let mut whole = Zeroizing::new(bytes.to_vec());
    whole.resize(length, 0);
    Some(match der::Shape::detect(&whole)? {
        // A container that holds certificates only has the same first fields as one with a key.
        der::Shape::Pkcs12 => Description::public("a PKCS#12 container", None),
        shape if shape.is_public() => Description::public("a public key or a certificate in DER", None),
        _ => Description::private("a private key in DER", None),
    })
}

/// The way out for the numbers of a public key.
const BARE: Option<&str> = Some("pass the whole key, in PEM or as a JWK");

/// The end of a structure whose beginning was cut off, or a point of a curve alone.
fn end_of_key(bytes: &[u8]) -> Option<Description> {
    if ends_with_point(bytes) {
        return Some(Description::public("a point of an elliptic curve, a public key,", BARE));
    }
    ends_with_exponent(bytes).then_some(Description::public("a part of an RSA public key", BARE))
}

/// The modulus of RSA alone: a number of its size that has no small factor. Random bytes of exactly this length are such
/// a number once in fifty times; secrets are shorter.
pub(super) fn modulus(bytes: &[u8]) -> Option<Description> {
    const SIZES: [usize; 3] = [256, 384, 512];
    let number = bytes.strip_prefix(b"\0").unwrap_or(bytes);
    let has_form = SIZES.contains(&number.len()) && number.first().is_some_and(|first| first & 0x80 != 0);
    let is_odd = number.last().is_some_and(|last| last & 1 == 1);
    (has_form && is_odd && factoring::at_once(number).is_none())
        .then_some(Description::public("the modulus of an RSA key", BARE))
}

/// Whether the bytes end with the two coordinates of a point (SEC 1 §2.3.3). Random bytes are never on a curve.
fn ends_with_point(bytes: &[u8]) -> bool {
    Curve::ALL.iter().any(|curve| {
        let start = curve.bytes().checked_mul(2).and_then(|size| bytes.len().checked_sub(size));
        start.is_some_and(|start| {
            let (x, y) = tail(bytes, start).split_at(curve.bytes());
            derive::ec_on_curve(*curve, x, y)
        })
    })
}

/// Whether the bytes end like a public key of RSA, with the usual exponent 65537 (RFC 8017 §A.1.1).
fn ends_with_exponent(bytes: &[u8]) -> bool {
    const EXPONENT: &[u8] = b"\x02\x03\x01\x00\x01";
    const MIN_MODULUS: usize = 64;
    bytes.strip_suffix(EXPONENT).is_some_and(|before| before.len() >= MIN_MODULUS)
}
