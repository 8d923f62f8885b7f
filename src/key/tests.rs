use super::detect::{read, read_raw, secret};
use super::encode::{Options, encode};
use super::*;
use std::convert::Infallible;

/// Counts instead of drawing: what is tested is that the passed generator is used.
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

/// A fixture that openssl made.
macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/keys/", $name)).as_slice()
    };
}

macro_rules! cookbook {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/vectors/jose-cookbook/jwk/", $name)).as_slice()
    };
}

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

/// Everything about a key, private parts too.
fn all(key: &Key) -> String {
    jwk::to_json(key, true).expose().clone()
}

#[test]
fn every_form_of_one_key_is_the_same_key() {
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
        assert_eq!(key.family(), Family::Ec(curve));
        assert_eq!(key.default_algorithm().family, Family::Ec(curve));
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
fn every_form_is_written_as_it_is_read() {
    let (plain, public) = (Options { private: true, passphrase: None }, Options { private: false, passphrase: None });
    for bytes in
        [file!("rsa2048.pkcs1.pem"), file!("p521.sec1.pem"), file!("k256.sec1.pem"), file!("ed25519.pkcs8.pem")]
    {
        let key = one(bytes);
        for form in [Form::Pem, Form::Der, Form::Jwk, Form::Jwks] {
            for (options, wanted) in [(plain, key.clone()), (public, key.public().unwrap())] {
                let text = encode(std::slice::from_ref(&key), form, options, &mut Counting(0)).unwrap();
                let set = read(text.expose(), None).unwrap();
                assert_eq!(set.form, form);
                assert_eq!(all(&set.keys[0]), all(&wanted));
            }
        }
    }
    // Byte for byte what openssl writes.
    for bytes in [file!("rsa2048.pkcs8.pem"), file!("p256.pkcs8.pem"), file!("ed25519.pkcs8.pem")] {
        let text = encode(&[one(bytes)], Form::Pem, plain, &mut Counting(0)).unwrap();
        assert_eq!(text.expose(), bytes);
    }
    for bytes in [file!("rsa2048.spki.pem"), file!("p384.spki.pem"), file!("ed25519.spki.pem")] {
        let text = encode(&[one(bytes)], Form::Pem, public, &mut Counting(0)).unwrap();
        assert_eq!(text.expose(), bytes);
    }
    let secret = secret(b"0123456789abcdef0123456789abcdef").unwrap();
    let raw = encode(std::slice::from_ref(&secret), Form::Raw, plain, &mut Counting(0)).unwrap();
    assert_eq!(raw.expose(), b"0123456789abcdef0123456789abcdef");
    let jwk = encode(std::slice::from_ref(&secret), Form::Jwk, plain, &mut Counting(0)).unwrap();
    assert_eq!(all(&one(jwk.expose())), all(&secret));
    let wrong = |keys: &[Key], form, options| encode(keys, form, options, &mut Counting(0)).unwrap_err();
    assert_eq!(
        wrong(std::slice::from_ref(&secret), Form::Pem, plain),
        KeyError::Unwritable { form: Form::Pem, type_name: "oct" }
    );
    assert_eq!(wrong(std::slice::from_ref(&secret), Form::Jwk, public), KeyError::NoPublicHalf);
    assert_eq!(wrong(&[], Form::Der, plain), KeyError::OneKeyOnly { form: Form::Der, keys: 0 });
    let key = one(file!("p256.sec1.pem"));
    assert_eq!(
        wrong(std::slice::from_ref(&key), Form::Raw, plain),
        KeyError::Unwritable { form: Form::Raw, type_name: "EC" }
    );
    assert_eq!(wrong(&[key.clone(), key], Form::Jwk, plain), KeyError::OneKeyOnly { form: Form::Jwk, keys: 2 });
}

#[test]
fn an_encrypted_key_is_written_and_opened() {
    let (key, passphrase) = (one(file!("p256.sec1.pem")), pass("geheim é"));
    let locked = Options { private: true, passphrase: Some(&passphrase) };
    for form in [Form::Pem, Form::Der] {
        let text = encode(std::slice::from_ref(&key), form, locked, &mut Counting(0)).unwrap();
        assert_eq!(all(&read(text.expose(), Some(&passphrase)).unwrap().keys[0]), all(&key));
        assert_eq!(read(text.expose(), Some(&pass("wrong"))).unwrap_err().hint(), None);
        assert!(read(text.expose(), None).unwrap_err().hint().unwrap().contains("--passphrase"));
    }
    for form in [Form::Jwk, Form::Jwks, Form::Raw] {
        assert_eq!(
            encode(std::slice::from_ref(&key), form, locked, &mut Counting(0)).unwrap_err(),
            KeyError::NotEncryptable
        );
    }
    let public = key.public().unwrap();
    assert_eq!(encode(&[public], Form::Pem, locked, &mut Counting(0)).unwrap_err(), KeyError::NotEncryptable);
}

/// The reason of a PEM block.
fn inner(error: KeyError) -> KeyError {
    match error {
        KeyError::Block { error, .. } => *error,
        other => other,
    }
}

#[test]
fn passphrases_that_are_missing_or_wrong() {
    for bytes in [file!("rsa2048.pbkdf2.pem"), file!("rsa2048.scrypt.pem"), file!("ed25519.pbkdf2.der")] {
        assert!(read(bytes, None).unwrap_err().needs_passphrase());
        assert_eq!(inner(read(bytes, Some(&pass("wrong"))).unwrap_err()), KeyError::WrongPassphrase);
        assert_eq!(inner(read(bytes, Some(&pass(""))).unwrap_err()), KeyError::WrongPassphrase);
    }
}

#[test]
fn old_encryptions_say_how_to_convert() {
    for bytes in [file!("rsa2048.legacy.pem"), file!("rsa2048.pbes1.pem"), file!("rsa2048.sha1.pem")] {
        let error = fault(bytes);
        assert!(matches!(inner(error.clone()), KeyError::Unsupported { .. }), "{error}");
        assert!(error.hint().unwrap().contains("openssl pkcs8 -topk8"), "{error}");
    }
}

/// Encrypted PKCS#8 with the given key derivation and no key in it.
fn hostile(oid: &str, parameters: &[&[u8]]) -> Vec<u8> {
    let tlv = asn1::value;
    let derivation = asn1::algorithm(asn1::Oid::new_unwrap(oid), &tlv(asn1::SEQUENCE, parameters));
    let cipher =
        asn1::algorithm(asn1::Oid::new_unwrap("2.16.840.1.101.3.4.1.42"), &tlv(asn1::OCTET_STRING, &[&[0; 16]]));
    let scheme =
        asn1::algorithm(asn1::Oid::new_unwrap("1.2.840.113549.1.5.13"), &tlv(asn1::SEQUENCE, &[&derivation, &cipher]));
    tlv(asn1::SEQUENCE, &[&scheme, &tlv(asn1::OCTET_STRING, &[&[0; 32]])]).to_vec()
}

#[test]
fn a_costly_key_derivation_is_refused_before_it_begins() {
    let (pbkdf2, scrypt) = ("1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11");
    let (salt, number) = (asn1::value(asn1::OCTET_STRING, &[&[1; 16]]), |n: u128| asn1::integer(&n.to_be_bytes()));
    let prf = asn1::algorithm(asn1::Oid::new_unwrap("1.2.840.113549.2.9"), &[asn1::NULL, 0]);
    for iterations in [10_000_001, 1 << 31, 1 << 32, u128::MAX] {
        let bytes = hostile(pbkdf2, &[&salt, &number(iterations), &prf]);
        assert!(matches!(fault(&bytes), KeyError::Expensive { .. }), "{iterations}");
    }
    for (n, r, p) in
        [(1 << 30, 8, 1), (1 << 21, 1 << 10, 1), (1 << 63, 2, 1), (u128::MAX, 1, 1), (2, 1, 17), (2, 1 << 60, 1)]
    {
        let bytes = hostile(scrypt, &[&salt, &number(n), &number(r), &number(p)]);
        assert!(matches!(fault(&bytes), KeyError::Expensive { .. }), "{n} {r} {p}");
    }
    for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (1024, 0, 1), (1024, 8, 0)] {
        let bytes = hostile(scrypt, &[&salt, &number(n), &number(r), &number(p)]);
        assert!(matches!(fault(&bytes), KeyError::Der(_)), "{n} {r} {p}");
    }
    let long = asn1::value(asn1::OCTET_STRING, &[&[1; 33]]);
    assert!(matches!(fault(&hostile(pbkdf2, &[&long, &number(1), &prf])), KeyError::Unsupported { .. }));
    assert_eq!(fault(&hostile(pbkdf2, &[&salt, &number(1), &prf])), KeyError::WrongPassphrase);
    assert!(matches!(fault(&hostile(pbkdf2, &[&salt, &number(1), &number(999), &prf])), KeyError::Unsupported { .. }));
}

#[test]
fn what_is_not_served_is_named() {
    for (bytes, word) in [
        (file!("x25519.pkcs8.pem"), "X25519"),
        (file!("x25519.spki.pem"), "X25519"),
        (file!("ed448.pkcs8.pem"), "Ed448"),
        (file!("rsa-pss.pkcs8.pem"), "PSS"),
        (file!("p256.explicit.pem"), "explicit"),
        (file!("p256.p12"), "PKCS#12"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "OPENSSH"),
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
fn certificates_bring_their_key() {
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

    // x5c goes there and back, and must be of the same key.
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
        // Sound UTF-16 as a whole, and a key in the bytes.
        ([&b"\xfe\xff\0\n"[..], text.as_bytes(), &b"\n"[text.len() & 1 ^ 1..]].concat(), vec![]),
        (format!("\u{feff}{text}").into_bytes(), vec![Note::ByteOrderMark]),
        (utf16(&text, u16::to_le_bytes), vec![Note::Utf16]),
        (utf16(&text, u16::to_be_bytes), vec![Note::Utf16]),
    ] {
        let set = read(&bytes, None).unwrap();
        assert_eq!((set.form, set.notes), (Form::Pem, notes));
        assert_eq!(all(&set.keys[0]), all(&key));
    }
    for (text, said) in [
        (text.replace("-----END PRIVATE KEY-----\n", ""), "block 1, line 1: the block has no END line"),
        (text.replace("END PRIVATE", "END PUBLIC"), "block 1, line 5: the END line does not match the BEGIN line"),
        (text.replacen("MI", "M!", 1), "block 1, line 2: a character that is not base64"),
        (
            text.replacen("MI", "M", 1),
            "block 1, line 2: the text from here on is not strict base64; is the block cut short?",
        ),
        (text.replace('\n', "\\n"), "block 1, line 1: the line breaks of this PEM text are written as \\n"),
        (text.replacen("KEY-----", "KEY", 1), "block 1, line 1: the BEGIN line does not end with -----"),
        (
            text.replacen("PRIVATE KEY-----\n", "PRIVATE KEY-----\n-----BEGIN X-----\n", 1),
            "block 1, line 2: another block begins before this one ends",
        ),
        (
            format!("{text}-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            "block 2, line 6: not a key in DER: its structure is broken or cut short",
        ),
        (
            "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n".to_owned(),
            "the PEM file holds neither a key nor a certificate",
        ),
    ] {
        assert_eq!(fault(text.as_bytes()).to_string(), said);
    }
}

/// Nothing that is cut short or changed makes the reader panic, and nothing cut short becomes a secret.
#[test]
fn damage_is_an_error() {
    for bytes in [file!("p256.pkcs8.der"), file!("p256.cert.der"), file!("ed25519.pbkdf2.der"), file!("p256.p12")] {
        for length in 6..bytes.len() {
            let error = read(&bytes[..length], None);
            assert!(error.is_err() || bytes[1] < 0x80, "{length}");
        }
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= flip;
                // A wrong passphrase costs a derivation each time; without one the structure is read all the same.
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
fn an_integer_of_too_many_bits_is_refused_before_any_arithmetic() {
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

#[test]
fn anything_else_is_a_secret_byte_for_byte() {
    for bytes in
        [b"hunter2".as_slice(), &[0, 255, 1, 2], b"{\xFF}", b"0123456789", b"[1]", b" -----BEGIN", b"\xFF\xFEa\0"]
    {
        let set = read(bytes, None).unwrap();
        assert_eq!(set.form, Form::Raw);
        assert!(matches!(&set.keys[0].material, Material::Secret(own) if own.expose() == bytes));
    }
    let digits = format!("01{}", "2".repeat(49));
    assert_eq!(read(digits.as_bytes(), None).unwrap().form, Form::Raw);
    assert_eq!(read(b"hunter2\n", None).unwrap().notes, [Note::TrailingNewline]);
    assert_eq!(read(b"\xFF\xFEa\0", None).unwrap().notes, [Note::Utf16Secret]);
    assert_eq!(fault(b""), KeyError::Empty);
    assert!(matches!(read_raw(b""), Err(KeyError::Empty)));
    assert!(matches!(fault(&vec![b'a'; MAX_FILE_BYTES + 1]), KeyError::TooLarge { .. }));
    assert!(matches!(fault(&vec![b'{'; MAX_SET_BYTES + 1]), KeyError::TooLarge { .. }));
    for text in
        ["{", "{}", "{\"kty\":1}", "{\"a\":1,\"a\":2}", "{\"kty\":\"oct\",\"k\":\"\"}", "{\"kty\":\"oct\"}", " {x"]
    {
        assert!(read(text.as_bytes(), None).is_err(), "{text}");
    }
}

#[test]
fn a_public_key_is_never_a_secret() {
    let text = String::from_utf8(file!("rsa2048.spki.pem").to_vec()).unwrap();
    let jwk = all(&one(text.as_bytes()));
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let wide = |text: &str, mark: bool, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.then_some('\u{FEFF}').into_iter().chain(text.chars()).flat_map(|c| unit(c as u16)).collect()
    };
    for bytes in [
        text.clone().into_bytes(),
        text.trim().as_bytes().to_vec(),
        format!("\n\n  {text}").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\\n").into_bytes(),
        text.replace("-----END PUBLIC KEY-----\n", "").into_bytes(),
        wide(&text, true, u16::to_le_bytes),
        wide(&text, true, u16::to_be_bytes),
        wide(&text, false, u16::to_le_bytes),
        wide(&text, false, u16::to_be_bytes),
        wide(&jwk, true, u16::to_le_bytes),
        body.clone().into_bytes(),
        body.trim_end_matches('=').replace('+', "-").replace('/', "_").into_bytes(),
        jwk.clone().into_bytes(),
        format!("\n {jwk}\n").into_bytes(),
        format!("{{\"keys\":[{jwk}]}}").into_bytes(),
        jwk.replacen("{", "{\"kid\":\"a\",\"kid\":\"b\",", 1).into_bytes(),
        format!("\"{}\"", text.replace('\n', "\\n")).into_bytes(),
        format!("'{body}'").into_bytes(),
        file!("rsa2048.pkcs1-public.pem").to_vec(),
        file!("rsa2048.chain.pem").to_vec(),
        file!("p256.cert.der").to_vec(),
        file!("p256.spki.der").to_vec(),
        [file!("p256.spki.der"), b"\n"].concat(),
        file!("x25519.spki.pem").to_vec(),
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE me@host".to_vec(),
    ] {
        assert_eq!(read_raw(&bytes).unwrap_err(), KeyError::PublicAsSecret, "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(secret(&bytes).unwrap_err(), KeyError::PublicAsSecret);
        assert!(!read(&bytes, None).is_ok_and(|set| set.form == Form::Raw));
    }
    // Private keys and secrets may be forced.
    for bytes in [
        file!("p256.sec1.pem"),
        file!("p256.pkcs8.der"),
        b"{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        b"Mississippi".as_slice(),
    ] {
        assert!(read_raw(bytes).is_ok());
    }
}

#[test]
fn cookbook_keys_go_there_and_back() {
    for (text, private, secret) in [
        (cookbook!("3_1.ec_public_key.json"), false, false),
        (cookbook!("3_2.ec_private_key.json"), true, false),
        (cookbook!("3_3.rsa_public_key.json"), false, false),
        (cookbook!("3_4.rsa_private_key.json"), true, false),
        (cookbook!("3_5.symmetric_key_mac_computation.json"), false, true),
        (cookbook!("3_6.symmetric_key_encryption.json"), false, true),
    ] {
        let key = one(text);
        assert_eq!((key.is_private(), key.is_secret()), (private, secret));
        let value = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap();
        assert_eq!(value(all(&key).as_bytes()), value(text));
        assert!(
            !jwk::to_json(&key, false).expose().contains("\"d\"")
                && !jwk::to_json(&key, false).expose().contains("\"k\"")
        );
    }
}

#[test]
fn thumbprints_of_the_rfcs() {
    // RFC 7638 §3.1
    let rsa = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    assert_eq!(jwk::parse(rsa).unwrap().thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 8037 §A.3
    let ed = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(jwk::parse(ed).unwrap().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let private = ed.replace('}', r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
    assert_eq!(jwk::parse(&private).unwrap().thumbprint(), jwk::parse(ed).unwrap().thumbprint());
}

#[test]
fn members_of_a_jwk_are_read_strictly() {
    let rsa = all(&one(file!("rsa2048.pkcs1.pem")));
    let with = |name: &str, value: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&rsa).unwrap();
        jwk[name] = serde_json::from_str(value).unwrap();
        jwk.to_string()
    };
    let without = |names: &[&str]| {
        let mut jwk: serde_json::Value = serde_json::from_str(&rsa).unwrap();
        names.iter().for_each(|name| drop(jwk.as_object_mut().unwrap().remove(*name)));
        jwk.to_string()
    };
    for (text, said) in [
        (with("kid", "1"), "\"kid\" is not a string"),
        (with("key_ops", "[\"sign\",\"sign\"]"), "\"key_ops\" names an operation twice"),
        (with("key_ops", "\"sign\""), "\"key_ops\" is not an array of strings"),
        (with("n", "\"AQ==\""), "\"n\" is not strict base64url: it is padded with '='"),
        (
            with("d", "\"A+AA\""),
            "\"d\" is not strict base64url: '+' or '/' at byte 1: that is plain base64, not base64url",
        ),
        (with("d", "\"AQAB\""), "the numbers of the RSA private key contradict each other"),
        (with("dp", "\"AQAB\""), "dp, dq or qi of the RSA private key contradicts its other numbers"),
        (with("k", "\"AQAB\""), "\"k\" has no place in a key of type RSA"),
        (with("oth", "[]"), "an RSA key with more than two primes (\"oth\") is not supported"),
        (with("x5c", "[]"), "\"x5c\" is empty"),
        (without(&["d"]), "\"p\" stands without \"d\""),
        (without(&["p"]), "\"p\" is missing"),
        (without(&["n"]), "\"n\" is missing"),
    ] {
        assert_eq!(jwk::parse(&text).unwrap_err().to_string(), said);
    }
    // CRT values are recovered, with and without the primes (RFC 7518 §6.3.2).
    assert_eq!(all(&jwk::parse(&without(&["dp", "dq", "qi"])).unwrap()), rsa);
    assert!(jwk::parse(&without(&["p", "q", "dp", "dq", "qi"])).unwrap().is_private());
    // What we do not know is kept.
    let kept = jwk::parse(&with("nbf", "[1,{\"a\":null}]")).unwrap();
    assert!(all(&kept).contains("\"nbf\": [1,{\"a\":null}]"));

    let ec = all(&one(file!("p256.sec1.pem")));
    let other = all(&one(file!("k256.sec1.pem"))).replace("secp256k1", "P-256");
    assert!(matches!(jwk::parse(&other), Err(KeyError::Inconsistent(_))));
    assert!(
        matches!(jwk::parse(&ec.replace("\"x\": \"", "\"x\": \"AAAA")), Err(KeyError::Member { name, .. }) if name == "x")
    );
    let swapped = ec.replace("\"x\"", "\"z\"").replace("\"y\"", "\"x\"").replace("\"z\"", "\"y\"");
    assert!(jwk::parse(&swapped).is_err());
}

#[test]
fn leading_zeros_of_rsa_numbers_are_dropped() {
    let plain = one(file!("rsa2048.spki.pem"));
    let Material::Rsa(rsa) = &plain.material else { panic!("not RSA") };
    let n = crate::encoding::base64url::encode(&[&[0, 0], rsa.n.as_slice()].concat());
    let padded = jwk::parse(&format!(r#"{{"kty":"RSA","n":"{n}","e":"AAEAAQ"}}"#)).unwrap();
    assert_eq!(padded.thumbprint(), plain.thumbprint());
}

#[test]
fn a_set_leaves_out_what_it_cannot_use() {
    let (p256, ed) = (all(&one(file!("p256.spki.pem"))), all(&one(file!("ed25519.spki.pem"))));
    let set = |members: &[&str]| jwk::parse_set(&format!("{{\"more\":1,\"keys\":[{}]}}", members.join(",")));
    let some = set(&[&p256, r#"{"kty":"OKP","crv":"X25519","x":"","kid":"x"}"#, "1", &ed, "{}"]).unwrap();
    assert_eq!(some.keys.len(), 2);
    let skipped: Vec<_> = some.skipped.iter().map(|s| (s.index, s.kid.as_deref(), s.reason.to_string())).collect();
    assert_eq!(skipped[0], (1, Some("x"), "the curve X25519 is not supported".to_owned()));
    assert_eq!((skipped[1].0, skipped[2].0, skipped[2].2.as_str()), (2, 4, "\"kty\" is missing"));
    assert!(set(&[]).unwrap().keys.is_empty());

    let oct = r#"{"kty":"oct","k":"AAAA","kid":"a"}"#;
    assert!(matches!(set(&[&p256, oct]), Err(KeyError::MixedSet)));
    assert!(matches!(set(&[oct, oct]), Err(KeyError::Repeated { .. })));
    assert!(set(&[oct, &oct.replace("\"a\"", "\"b\"")]).is_ok());
    assert!(matches!(jwk::parse_set(r#"{"keys":{}}"#), Err(KeyError::Member { .. })));
    assert!(matches!(jwk::parse_set("{}"), Err(KeyError::Missing("keys"))));
    let many = vec!["1"; MAX_MEMBERS + 1];
    assert!(matches!(set(&many), Err(KeyError::TooMany { .. })));
}

#[test]
fn nothing_secret_is_shown() {
    let key = one(file!("rsa2048.pkcs1.pem"));
    let d = match &key.material {
        Material::Rsa(rsa) => rsa.private.as_ref().map(|own| format!("{:?}", own.d.expose())).unwrap(),
        _ => panic!("not RSA"),
    };
    assert!(!format!("{key:?}").contains(d.trim_matches(['[', ']'])));
    assert_eq!(key.public().map(|key| key.is_private()), Some(false));
    let mut operations = key.clone();
    operations.operations = Some(vec!["sign".to_owned(), "verify".to_owned()]);
    assert_eq!(operations.public().unwrap().operations.unwrap(), ["verify"]);
    assert!(secret(b"x").unwrap().public().is_none());
}

/// openssl opened this file; the same key, passphrase and generator write it again.
#[test]
fn an_encrypted_key_is_what_openssl_reads() {
    let passphrase = pass("correct");
    let options = Options { private: true, passphrase: Some(&passphrase) };
    let text = encode(&[one(file!("p256.sec1.pem"))], Form::Pem, options, &mut Counting(0)).unwrap();
    assert_eq!(text.expose(), file!("p256.authkit-encrypted.pem"));
}
