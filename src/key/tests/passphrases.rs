//! Tests of encrypted keys: decryption, encryption, and rejection of costly key derivations.

use super::*;

#[test]
fn encrypted_key_round_trips() {
    let (key, passphrase) = (one(file!("p256.sec1.pem")), pass("geheim é"));
    let locked = Options { private: true, passphrase: Some(&passphrase) };
    for form in [KeyEncoding::Pem, KeyEncoding::Der] {
        let text = encode(std::slice::from_ref(&key), form, locked, &mut Counting(0)).unwrap();
        assert_eq!(all(&read(text.expose(), Some(&passphrase)).unwrap().keys[0]), all(&key));
        assert_eq!(read(text.expose(), Some(&pass("wrong"))).unwrap_err().hint(), None);
        assert!(read(text.expose(), None).unwrap_err().hint().unwrap().contains("--passphrase"));
    }
    for form in [KeyEncoding::Jwk, KeyEncoding::Jwks, KeyEncoding::Raw] {
        assert_eq!(
            encode(std::slice::from_ref(&key), form, locked, &mut Counting(0)).unwrap_err(),
            KeyError::NotEncryptable
        );
    }
    let public = key.public().unwrap();
    assert_eq!(encode(&[public], KeyEncoding::Pem, locked, &mut Counting(0)).unwrap_err(), KeyError::NotEncryptable);
}

#[test]
fn missing_or_wrong_passphrase_is_rejected() {
    for bytes in [file!("rsa2048.pbkdf2.pem"), file!("rsa2048.scrypt.pem"), file!("ed25519.pbkdf2.der")] {
        assert!(read(bytes, None).unwrap_err().needs_passphrase());
        assert_eq!(inner(read(bytes, Some(&pass("wrong"))).unwrap_err()), KeyError::WrongPassphrase);
        assert_eq!(inner(read(bytes, Some(&pass(""))).unwrap_err()), KeyError::WrongPassphrase);
    }
}

#[test]
fn legacy_encryption_error_has_a_conversion_hint() {
    let error = fault(file!("rsa2048.legacy.pem"));
    assert!(matches!(inner(error.clone()), KeyError::Unsupported { .. }), "{error}");
    assert!(error.hint().unwrap().contains("openssl pkcs8 -topk8"), "{error}");
}

/// Encrypted PKCS#8 with the given key derivation, without a key.
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
fn costly_key_derivation_is_rejected_before_it_starts() {
    let (pbkdf2, scrypt) = ("1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11");
    let (salt, number) = (asn1::value(asn1::OCTET_STRING, &[&[1; 16]]), |n: u128| asn1::integer(&n.to_be_bytes()));
    let prf = asn1::algorithm(asn1::Oid::new_unwrap("1.2.840.113549.2.9"), &[asn1::NULL, 0]);
    for iterations in [10_000_001, 1 << 31, 1 << 32, u128::MAX] {
        let bytes = hostile(pbkdf2, &[&salt, &number(iterations), &prf]);
        assert!(matches!(fault(&bytes), KeyError::KdfCostTooHigh { .. }), "{iterations}");
    }
    for (n, r, p) in
        [(1 << 30, 8, 1), (1 << 21, 1 << 10, 1), (1 << 63, 2, 1), (u128::MAX, 1, 1), (2, 1, 17), (2, 1 << 60, 1)]
    {
        let bytes = hostile(scrypt, &[&salt, &number(n), &number(r), &number(p)]);
        assert!(matches!(fault(&bytes), KeyError::KdfCostTooHigh { .. }), "{n} {r} {p}");
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
fn derivations_of_one_file_share_a_budget() {
    let (pbkdf2, scrypt) = ("1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11");
    let (salt, number) = (asn1::value(asn1::OCTET_STRING, &[&[1; 16]]), |n: u128| asn1::integer(&n.to_be_bytes()));
    let prf = asn1::algorithm(asn1::Oid::new_unwrap("1.2.840.113549.2.9"), &[asn1::NULL, 0]);
    let file = |block: &[u8], count: usize| {
        let mut text = Vec::new();
        (0..count).for_each(|_| pem::write("ENCRYPTED PRIVATE KEY", block, &mut text));
        text
    };
    // Each alone is within its limit; together they would take hours. A derivation would make this test hang.
    let dear = hostile(pbkdf2, &[&salt, &number(10_000_000), &prf]);
    let keys = 1_000;
    assert_eq!(read(&file(&dear, keys), Some(&pass("x"))).unwrap_err(), KeyError::TooManyEncrypted { keys });
    let dear = hostile(scrypt, &[&salt, &number(1 << 17), &number(16), &number(16)]);
    assert_eq!(read(&file(&dear, 2), Some(&pass("x"))).unwrap_err(), KeyError::TooManyEncrypted { keys: 2 });
    // Without a passphrase nothing is derived, and the missing passphrase is reported.
    assert!(read(&file(&dear, 2), None).unwrap_err().needs_passphrase());
    let cheap = hostile(pbkdf2, &[&salt, &number(1), &prf]);
    assert_eq!(inner(read(&file(&cheap, keys), Some(&pass("x"))).unwrap_err()), KeyError::WrongPassphrase);
}

/// openssl decrypted this file; the same key, passphrase and generator give it again.
#[test]
fn encrypted_key_has_the_structure_of_openssl() {
    let passphrase = pass("correct");
    let options = Options { private: true, passphrase: Some(&passphrase) };
    let text = encode(&[one(file!("p256.sec1.pem"))], KeyEncoding::Pem, options, &mut Counting(0)).unwrap();
    assert_eq!(text.expose(), file!("p256.authkit-encrypted.pem"));
}
