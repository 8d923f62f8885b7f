//! Tests of keys in all encodings: reading, writing and rejection.

use super::detect::{read, secret};
use super::encode::{Options, encode};
use super::*;
use std::convert::Infallible;

/// A deterministic counter, to test that the passed generator is used.
struct Counting(u8);

impl rand_core::TryRng for Counting {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(7)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(7)
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Counting {}

/// A fixture created by openssl.
macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/", $name)).as_slice()
    };
}

macro_rules! cookbook {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jose-cookbook/jwk/", $name)).as_slice()
    };
}

mod containers;
mod jwks;
mod passphrases;
mod secrets;

fn pass(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

fn one(bytes: &[u8]) -> Key {
    let mut set = read(bytes, Some(&pass("correct"))).unwrap();
    assert_eq!(set.keys.len(), 1);
    set.keys.pop().unwrap()
}

fn fault(bytes: &[u8]) -> KeyError {
    let error = read(bytes, Some(&pass("correct"))).unwrap_err();
    let _ = (error.to_string(), error.hint());
    error
}

/// The fault of a PEM block.
fn inner(error: KeyError) -> KeyError {
    match error {
        KeyError::Block { error, .. } => *error,
        other => other,
    }
}

/// All data of a key, including private parts.
fn all(key: &Key) -> String {
    jwk::to_json(key, true).expose().clone()
}

#[test]
fn every_encoding_of_a_key_reads_as_the_same_key() {
    let rsa = one(file!("rsa2048.pkcs1.pem"));
    assert_eq!((rsa.type_name(), rsa.bits(), rsa.is_private()), ("RSA", 2048, true));
    for bytes in [file!("rsa2048.pkcs8.pem"), file!("rsa2048.pbkdf2.pem"), file!("rsa2048.scrypt.pem")] {
        assert_eq!(all(&one(bytes)), all(&rsa));
    }
    for bytes in [file!("rsa2048.spki.pem"), file!("rsa2048.pkcs1-public.pem")] {
        assert_eq!(all(&one(bytes)), all(&rsa.public().unwrap()));
    }
    for (curve, [sec1, pkcs8, spki]) in [
        (Curve::P256, [file!("p256.sec1.pem"), file!("p256.pkcs8.pem"), file!("p256.spki.pem")]),
        (Curve::P384, [file!("p384.sec1.pem"), file!("p384.pkcs8.pem"), file!("p384.spki.pem")]),
        (Curve::P521, [file!("p521.sec1.pem"), file!("p521.pkcs8.pem"), file!("p521.spki.pem")]),
        (Curve::Secp256k1, [file!("k256.sec1.pem"), file!("k256.pkcs8.pem"), file!("k256.spki.pem")]),
    ] {
        let key = one(sec1);
        assert_eq!(key.family(), KeyFamily::Ec(curve));
        assert_eq!(key.default_algorithm().family, KeyFamily::Ec(curve));
        assert_eq!(key.algorithms().count(), 1);
        assert_eq!(all(&one(pkcs8)), all(&key));
        assert_eq!(all(&one(spki)), all(&key.public().unwrap()));
    }
    let p256 = one(file!("p256.sec1.pem"));
    assert_eq!(all(&one(file!("p256.pkcs8.der"))), all(&p256));
    assert_eq!(all(&one(file!("p256.no-public.pem"))), all(&p256));
    assert_eq!(all(&one(file!("p256.spki.der"))), all(&p256.public().unwrap()));
    assert_eq!(all(&one(file!("p256.compressed.pem"))), all(&p256.public().unwrap()));
    let ed = one(file!("ed25519.pkcs8.pem"));
    assert_eq!((ed.type_name(), ed.bits()), ("OKP", 256));
    assert_eq!(all(&one(file!("ed25519.pbkdf2.der"))), all(&ed));
    assert_eq!(all(&one(file!("ed25519.spki.pem"))), all(&ed.public().unwrap()));
}

#[test]
fn every_encoding_round_trips() {
    let (plain, public) = (Options { private: true, passphrase: None }, Options { private: false, passphrase: None });
    for bytes in
        [file!("rsa2048.pkcs1.pem"), file!("p521.sec1.pem"), file!("k256.sec1.pem"), file!("ed25519.pkcs8.pem")]
    {
        let key = one(bytes);
        for form in [KeyEncoding::Pem, KeyEncoding::Der, KeyEncoding::Jwk, KeyEncoding::Jwks] {
            for (options, wanted) in [(plain, key.clone()), (public, key.public().unwrap())] {
                let text = encode(std::slice::from_ref(&key), form, options, &mut Counting(0)).unwrap();
                let set = read(text.expose(), None).unwrap();
                assert_eq!(set.form, form);
                assert_eq!(all(&set.keys[0]), all(&wanted));
            }
        }
    }
    // Byte for byte the output of openssl.
    for bytes in [file!("rsa2048.pkcs8.pem"), file!("p256.pkcs8.pem"), file!("ed25519.pkcs8.pem")] {
        let text = encode(&[one(bytes)], KeyEncoding::Pem, plain, &mut Counting(0)).unwrap();
        assert_eq!(text.expose(), bytes);
    }
    for bytes in [file!("rsa2048.spki.pem"), file!("p384.spki.pem"), file!("ed25519.spki.pem")] {
        let text = encode(&[one(bytes)], KeyEncoding::Pem, public, &mut Counting(0)).unwrap();
        assert_eq!(text.expose(), bytes);
    }
    let secret = secret(b"0123456789abcdef0123456789abcdef").unwrap();
    let raw = encode(std::slice::from_ref(&secret), KeyEncoding::Raw, plain, &mut Counting(0)).unwrap();
    assert_eq!(raw.expose(), b"0123456789abcdef0123456789abcdef");
    let jwk = encode(std::slice::from_ref(&secret), KeyEncoding::Jwk, plain, &mut Counting(0)).unwrap();
    assert_eq!(all(&one(jwk.expose())), all(&secret));
    let wrong = |keys: &[Key], form, options| encode(keys, form, options, &mut Counting(0)).unwrap_err();
    assert_eq!(
        wrong(std::slice::from_ref(&secret), KeyEncoding::Pem, plain),
        KeyError::UnsupportedEncoding { form: KeyEncoding::Pem, type_name: "oct" }
    );
    assert_eq!(wrong(std::slice::from_ref(&secret), KeyEncoding::Jwk, public), KeyError::NoPublicHalf);
    assert_eq!(wrong(&[], KeyEncoding::Der, plain), KeyError::OneKeyOnly { form: KeyEncoding::Der, keys: 0 });
    let key = one(file!("p256.sec1.pem"));
    assert_eq!(
        wrong(std::slice::from_ref(&key), KeyEncoding::Raw, plain),
        KeyError::UnsupportedEncoding { form: KeyEncoding::Raw, type_name: "EC" }
    );
    assert_eq!(
        wrong(&[key.clone(), key], KeyEncoding::Jwk, plain),
        KeyError::OneKeyOnly { form: KeyEncoding::Jwk, keys: 2 }
    );
}

#[test]
fn unsupported_key_is_named_in_the_error() {
    for (bytes, word) in [
        (file!("x25519.pkcs8.pem"), "X25519"),
        (file!("x25519.spki.pem"), "X25519"),
        (file!("ed448.pkcs8.pem"), "Ed448"),
        (file!("rsa-pss.pkcs8.pem"), "PSS"),
        (file!("p256.explicit.pem"), "explicit"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n", "PGP"),
        (br#"{"kty":"OKP","crv":"X25519","x":""}"#, "X25519"),
        (br#"{"kty":"OKP","crv":"Ed448","x":""}"#, "Ed448"),
        (br#"{"kty":"EC","crv":"BP-256","x":"","y":""}"#, "BP-256"),
        (br#"{"kty":"AKP"}"#, "AKP"),
    ] {
        let error = fault(bytes);
        assert!(matches!(inner(error.clone()), KeyError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn certificate_is_read_as_its_key() {
    let (key, root) = (one(file!("p256.sec1.pem")), one(file!("p256.cert.pem")));
    assert!(root.same_key(&key) && !root.is_private());
    assert_eq!(root.certificates, [file!("p256.cert.der").to_vec()]);
    assert_eq!(one(file!("p256.cert.der")).certificates, root.certificates);
    let summary = certificate::summary(file!("p256.cert.der")).unwrap();
    assert!(summary.subject.contains("CN=authkit test"), "{}", summary.subject);
    assert_eq!((summary.issuer, summary.serial_hex.as_str()), (summary.subject, "1234abcd"));
    assert!(summary.not_before < summary.not_after && summary.sha256.len() == 95);

    let chain = one(file!("rsa2048.chain.pem"));
    assert_eq!((chain.type_name(), chain.certificates.len()), ("RSA", 2));
    let private = [file!("rsa2048.chain.pem"), file!("rsa2048.pkcs8.pem")].concat();
    assert!(one(&private).is_private() && one(&private).certificates == chain.certificates);
    let private = [file!("rsa2048.pkcs8.pem"), b"text between\n", file!("rsa2048.chain.pem")].concat();
    assert!(one(&private).is_private() && one(&private).certificates == chain.certificates);

    // x5c round-trips, and must be for the same key.
    let json = all(&one(&private));
    assert_eq!(all(&jwk::parse(&json).unwrap()), json);
    let other = Key { certificates: chain.certificates, ..key.clone() };
    assert!(matches!(jwk::parse(&all(&other)), Err(KeyError::Member { name, .. }) if name == "x5c"));

    let set =
        read(&[file!("p256.sec1.pem"), file!("ed25519.spki.pem"), file!("p256.spki.pem")].concat(), None).unwrap();
    assert_eq!(set.keys.iter().map(Key::is_private).collect::<Vec<_>>(), [true, false]);
    let many = file!("p256.spki.pem").repeat(MAX_BLOCKS + 1);
    assert!(matches!(inner(fault(&many)), KeyError::TooMany { .. }));
}

#[test]
fn pem_is_tolerant_around_blocks_and_strict_inside() {
    let text = String::from_utf8(file!("p256.pkcs8.pem").to_vec()).unwrap();
    let key = one(text.as_bytes());
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once('\u{FEFF}').chain(text.chars()).flat_map(|c| unit(c as u16)).collect()
    };
    for (bytes, notes) in [
        (text.replace('\n', "\r\n").into_bytes(), vec![]),
        (text.replace('\n', "\r").into_bytes(), vec![]),
        (text.replace('\n', "  \n  ").into_bytes(), vec![]),
        (format!("Some text: \u{e9}\n\n{text}\nmore").into_bytes(), vec![]),
        ([b"\xff\xfe binary\n", text.as_bytes()].concat(), vec![]),
        // Valid UTF-16 as a whole, with the bytes of a key.
        ([&b"\xfe\xff\0\n"[..], text.as_bytes(), &b"\n"[text.len() & 1 ^ 1..]].concat(), vec![]),
        (format!("\u{feff}{text}").into_bytes(), vec![KeySourceNote::ByteOrderMark]),
        (utf16(&text, u16::to_le_bytes), vec![KeySourceNote::Utf16]),
        (utf16(&text, u16::to_be_bytes), vec![KeySourceNote::Utf16]),
    ] {
        let set = read(&bytes, None).unwrap();
        assert_eq!((set.form, set.notes), (KeyEncoding::Pem, notes));
        assert_eq!(all(&set.keys[0]), all(&key));
    }
    for (text, message) in [
        (text.replace("-----END PRIVATE KEY-----\n", ""), "block 1, line 1: block has no END line"),
        (text.replace("END PRIVATE", "END PUBLIC"), "block 1, line 5: the END line does not match the BEGIN line"),
        (text.replacen("MI", "M!", 1), "block 1, line 2: invalid base64 character"),
        (text.replacen("MI", "M", 1), "block 1, line 2: body is not strict base64; the block may be truncated"),
        (text.replacen("KEY-----", "KEY", 1), "block 1, line 1: the BEGIN line does not end with -----"),
        (
            text.replacen("PRIVATE KEY-----\n", "PRIVATE KEY-----\n-----BEGIN X-----\n", 1),
            "block 1, line 2: another block starts before this one ends",
        ),
        (
            format!("{text}-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            "block 2, line 6: not a DER key: malformed or truncated structure",
        ),
        (
            "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n".to_owned(),
            "the PEM file contains neither a key nor a certificate",
        ),
    ] {
        assert_eq!(fault(text.as_bytes()).to_string(), message);
    }
}

/// Truncated or changed input never makes the parser panic, and truncated input never becomes a secret.
#[test]
fn damaged_key_is_rejected() {
    for bytes in [file!("p256.pkcs8.der"), file!("p256.cert.der"), file!("ed25519.pbkdf2.der"), file!("p256.p12")] {
        for length in 6..bytes.len() {
            let error = read(&bytes[..length], None);
            assert!(error.is_err() || bytes[1] < 0x80, "{length}");
        }
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= flip;
                // A wrong passphrase costs a derivation each time; without one the structure is parsed nevertheless.
                let _ = read(&bytes, None);
            }
        }
    }
    // Short keys, whose length has one byte.
    let ed = one(file!("ed25519.pkcs8.pem"));
    for short in [encode::pkcs8(&ed), encode::spki(&ed)].map(Option::unwrap) {
        assert!(short.len() < 0x80 && read(&short, None).is_ok());
        for length in 6..short.len() {
            assert!(matches!(fault(&short[..length]), KeyError::DerLength { .. }), "{length}");
        }
        assert!(matches!(fault(&[&short, b"\n".as_slice()].concat()), KeyError::DerLength { .. }));
    }
    let pem = file!("p256.sec1.pem");
    for length in 90..pem.len() - 1 {
        let set = read(&pem[..length], None);
        assert!(set.is_err() || pem[..length].ends_with(b"-----"), "{length}");
    }
    assert!(matches!(
        fault(&[file!("p256.pkcs8.der"), b"\n"].concat()),
        KeyError::DerLength { expected: 138, actual: 139 }
    ));
}

#[test]
fn oversized_integer_is_rejected_before_arithmetic() {
    let huge = asn1::integer(&[0xFF; MAX_INTEGER_BYTES + 1]);
    let public = asn1::value(asn1::SEQUENCE, &[&huge, &asn1::integer(&[1, 0, 1])]);
    assert_eq!(fault(&public), KeyError::Der("an INTEGER has more than 16,384 bits"));
    let n = crate::encoding::base64url::encode(&[0xFF; MAX_INTEGER_BYTES + 1]);
    for json in [
        format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB"}}"#),
        format!(r#"{{"kty":"RSA","n":"AQAB","e":"AQAB","d":"{n}"}}"#),
    ] {
        assert!(
            matches!(fault(json.as_bytes()), KeyError::Member { fault, .. } if fault == "has more than 16,384 bits")
        );
    }
}
