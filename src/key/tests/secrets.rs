//! Tests of raw secrets: which inputs are secrets, which never are, and that no secret is printed.

use super::super::detect::read_raw;
use super::*;

#[test]
fn unrecognised_bytes_are_an_unchanged_secret() {
    for bytes in
        [b"hunter2".as_slice(), &[0, 255, 1, 2], b"{\xFF}", b"0123456789", b"[1]", b" -----BEGIN", b"\xFF\xFEa\0"]
    {
        let set = read(bytes, None).unwrap();
        assert_eq!(set.form, KeyEncoding::Raw);
        assert!(matches!(&set.keys[0].material, Material::Secret(own) if own.expose() == bytes));
    }
    let digits = format!("01{}", "2".repeat(49));
    assert_eq!(read(digits.as_bytes(), None).unwrap().form, KeyEncoding::Raw);
    assert_eq!(read(b"hunter2\n", None).unwrap().notes, [KeySourceNote::TrailingNewline]);
    assert_eq!(read(b"\xFF\xFEa\0", None).unwrap().notes, [KeySourceNote::Utf16Secret]);
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
fn public_key_as_secret_is_rejected() {
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
        assert!(!read(&bytes, None).is_ok_and(|set| set.form == KeyEncoding::Raw));
    }
    // Private keys and secrets can be forced.
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
fn secrets_are_not_printed() {
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
