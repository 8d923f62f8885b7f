//! Tests of raw secrets: which inputs are secrets, which never are, and that no secret is printed.

use super::super::detect::read_raw;
use super::*;

#[test]
fn line_that_describes_nothing_is_an_unchanged_secret() {
    let digits = format!("01{}", "2".repeat(49));
    for text in [
        "hunter2",
        "hunter2\n",
        "0123456789",
        "correct horse battery staple = p?np!",
        "Gr\u{fc}\u{df}e, \u{1F511}",
        "2f1ae3c5-8f0e-4f0b-9a54-6a3a0b6ef1a4",
        "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldCE=",
        "12345678901234567890123456789012",
        "[brackets",
        "<3 secrets",
        digits.as_str(),
    ] {
        let set = read(text.as_bytes(), None).unwrap();
        assert_eq!(set.form, KeyEncoding::Raw, "{text}");
        assert!(matches!(&set.keys[0].material, Material::Secret(own) if own.expose() == text.as_bytes()));
    }
    assert_eq!(read(b"hunter2\n", None).unwrap().notes, [KeySourceNote::TrailingNewline]);
    assert_eq!(read_raw(b"\xFF\xFEa\0").unwrap().notes, [KeySourceNote::Utf16Secret]);
}

#[test]
fn other_bytes_are_a_secret_only_on_request() {
    for (bytes, said) in [
        (&[0, 255, 1, 2][..], "binary data"),
        (b"{\xFF}", "binary data"),
        (b"two\nlines", "several lines"),
        (b"two\r\nlines\r\n", "several lines"),
        (b"a\0b", "control characters"),
        (b"\xFF\xFEa\0", "binary data"),
        (&[b'a'; 1_025], "a long text"),
    ] {
        let error = fault(bytes);
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(error.hint().unwrap(), "pass raw:PATH to read the bytes as a secret");
        let set = read_raw(bytes).unwrap();
        assert!(matches!(&set.keys[0].material, Material::Secret(own) if own.expose() == bytes));
    }
    assert!(read(&[b'a'; 1_024], None).is_ok());
}

#[test]
fn text_that_describes_something_else_is_no_secret() {
    for (text, what) in [
        ("[1]", "JSON without a key"),
        ("\"secret\"", "a JSON string"),
        ("<html>\n<p>404</p>", "HTML or XML"),
        ("<!doctype html><title>x</title>", "HTML or XML"),
        ("JWT_SECRET=hunter2hunter2hunter2hunter2", "settings (NAME=value)"),
        ("# settings\nexport SECRET='x'\n", "settings (NAME=value)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA", "a token"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA\n", "a token"),
        ("----BEGIN PRIVATE KEY----", "a private key"),
        (" \u{2014}\u{2014}BEGIN PRIVATE KEY\u{2014}\u{2014}\nMC4C", "a private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "a PuTTY key"),
        ("<RSAKeyValue><Modulus>AA==</Modulus><D>AA==</D></RSAKeyValue>", "an XML key"),
    ] {
        assert!(
            matches!(fault(text.as_bytes()), KeyError::NotSecret(Description { what: own, .. }) if own == what),
            "{text}: {:?}",
            fault(text.as_bytes())
        );
        assert!(secret(text.as_bytes()).is_ok(), "{text}: named as a secret");
    }
    assert!(matches!(fault(b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\x01\0\0\0\x01"), KeyError::NotSecret(_)));
    assert!(secret(b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\x01\0\0\0\x02").is_err(), "a trust store is public");
}

#[test]
fn limits_of_secrets_hold() {
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
    use base64ct::Encoding as _;
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
        b"restrict,command=\"x\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE me@host".to_vec(),
        b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n".to_vec(),
        b"<RSAKeyValue><Modulus>AA==</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>".to_vec(),
        text.replace("-----", "----").into_bytes(),
        text.replace("-----", "\u{2014}").into_bytes(),
        text.replace('\n', " ").into_bytes(),
        format!("[{jwk}]").into_bytes(),
        format!("// from the server\n{jwk}").into_bytes(),
        serde_json::to_string(&jwk).unwrap().into_bytes(),
        base64ct::Base64::encode_string(text.as_bytes()).into_bytes(),
        base64ct::Base64::encode_string(jwk.as_bytes()).into_bytes(),
        crate::encoding::base64url::encode(jwk.as_bytes()).into_bytes(),
        base16ct::lower::encode_string(text.as_bytes()).into_bytes(),
        base16ct::lower::encode_string(file!("p256.spki.der")).into_bytes(),
        [file!("p256.spki.der"), b"\0"].concat(),
        format!("v=DKIM1; k=rsa; p={body}").into_bytes(),
        "kty: RSA\nn: AQAB\ne: AQAB\n".into(),
        "RSA Public-Key: (2048 bit)\nModulus:\n    00:c1\n".into(),
    ] {
        let is_refused = |error: KeyError| matches!(error, KeyError::NotSecret(Description { is_public: true, .. }));
        assert!(read_raw(&bytes).is_err_and(is_refused), "{}", String::from_utf8_lossy(&bytes));
        assert!(secret(&bytes).is_err());
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
