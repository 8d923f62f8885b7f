//! Tests of PKCS#12 containers, of keys of SSH and of old encryption, as openssl, keytool and ssh-keygen write them.

use super::*;
use crate::key::KeySourceNote;

fn opened(bytes: &[u8]) -> KeySet {
    read(bytes, Some(&pass("correct"))).unwrap()
}

#[test]
fn container_gives_its_key_and_certificate() {
    let expected = one(file!("p256.pkcs8.pem"));
    for bytes in [file!("p256.p12"), file!("p256.legacy.p12")] {
        assert!(read(bytes, None).unwrap_err().needs_passphrase());
        let set = opened(bytes);
        assert!(matches!(&set.keys[..], [key] if key.same_key(&expected) && key.is_private()), "{set:?}");
        assert_eq!(inner(read(bytes, Some(&pass("wrong"))).unwrap_err()), KeyError::WrongPassphrase);
    }
    assert_eq!(opened(file!("p256.p12")).keys[0].certificates, [file!("p256.cert.der").to_vec()]);
    // The certificate of the old container is encrypted with RC2, which is not read.
    assert!(opened(file!("p256.legacy.p12")).keys[0].certificates.is_empty());
    let java = opened(file!("java.p12"));
    assert!(matches!(&java.keys[..], [key] if key.is_private() && key.certificates.len() == 1), "{java:?}");
}

#[test]
fn damaged_container_is_an_error_and_never_a_secret() {
    for bytes in [file!("p256.p12"), file!("p256.legacy.p12"), file!("java.p12")] {
        for at in 0..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x81;
            assert!(!read(&damaged, None).is_ok_and(|set| set.keys.iter().any(Key::is_secret)), "{at}");
        }
    }
}

#[test]
fn old_encryption_is_read_with_a_warning() {
    for (bytes, plain) in [
        (file!("rsa2048.pbes1.pem"), file!("rsa2048.pkcs8.pem")),
        (file!("rsa2048.sha1.pem"), file!("rsa2048.pkcs8.pem")),
        (file!("p256.des3.pem"), file!("p256.pkcs8.pem")),
        (file!("p256.sha1-3des.pem"), file!("p256.pkcs8.pem")),
    ] {
        let set = opened(bytes);
        assert!(set.keys[0].same_key(&one(plain)) && set.keys[0].is_private());
        assert_eq!(set.notes, [KeySourceNote::LegacyEncryption]);
        assert_eq!(inner(read(bytes, Some(&pass("wrong"))).unwrap_err()), KeyError::WrongPassphrase);
    }
    assert!(opened(file!("rsa2048.pbkdf2.pem")).notes.is_empty());
}

#[test]
fn key_of_openssh_is_the_key_that_it_was_written_from() {
    for (private, public, original) in [
        (file!("ssh/rsa2048"), file!("ssh/rsa2048.pub"), file!("rsa2048.pkcs8.pem")),
        (file!("ssh/p256"), file!("ssh/p256.pub"), file!("p256.pkcs8.pem")),
        (file!("ssh/p384"), file!("ssh/p384.pub"), file!("p384.pkcs8.pem")),
        (file!("ssh/p521"), file!("ssh/p521.pub"), file!("p521.pkcs8.pem")),
    ] {
        let original = one(original);
        assert_eq!(all(&one(private)), all(&original));
        let public = one(public);
        assert!(public.same_key(&original) && !public.is_private());
    }
    let (private, public) = (one(file!("ssh/ed25519")), one(file!("ssh/ed25519.pub")));
    assert!(private.same_key(&public) && private.is_private());
}

#[test]
fn locked_key_of_openssh_opens_with_its_passphrase() {
    for (locked, plain) in
        [(file!("ssh/ed25519.locked"), file!("ssh/ed25519")), (file!("ssh/p256.locked"), file!("ssh/p256"))]
    {
        assert!(read(locked, None).unwrap_err().needs_passphrase());
        assert_eq!(inner(read(locked, Some(&pass("wrong"))).unwrap_err()), KeyError::WrongPassphrase);
        assert_eq!(all(&opened(locked).keys[0]), all(&one(plain)));
    }
}

#[test]
fn public_keys_of_ssh_are_read_in_every_file_that_has_them() {
    let key = String::from_utf8(file!("ssh/ed25519.pub").to_vec()).unwrap();
    let p256 = String::from_utf8(file!("ssh/p256.pub").to_vec()).unwrap();
    for (text, keys) in [
        (key.clone(), 1),
        (format!("# mine\n\n{key}\n{p256}"), 2),
        (format!("command=\"/bin/x\",no-pty {key}"), 1),
        (format!("host.example,192.0.2.1 {key}"), 1),
        (format!("@cert-authority *.example {key}"), 1),
    ] {
        assert_eq!(read(text.as_bytes(), None).unwrap().keys.len(), keys, "{text}");
    }
    assert!(one(file!("ssh/p384.rfc4716")).same_key(&one(file!("p384.spki.pem"))));
    for text in [format!("{key}\nnot a key\n"), key.replace("AAAA", "AAAB"), "ssh-ed25519 AAAA".to_owned()] {
        assert!(read(text.as_bytes(), None).is_err(), "{text}");
    }
}

/// As `ssh-keygen -l` prints them for these files.
#[test]
fn fingerprint_of_ssh_is_that_of_ssh_keygen() {
    for (bytes, expected) in [
        (file!("ssh/ed25519"), "SHA256:9mgHsSjpZ9Zvda7UcOaAkJgjD7yl6o4O2hZueWSp84E"),
        (file!("p256.spki.pem"), "SHA256:RL7vIebD9rUOBLnyMbmOk72R1UfPdq9szYUaVs42YqU"),
        (file!("p384.spki.pem"), "SHA256:fRmVyKmBbz/nU1/PEOL4MYGwQaA4ExtCbc9NJpmNHek"),
        (file!("p521.spki.pem"), "SHA256:6KKaNfSImhusdNIauR/lpXhxouP5WZ/ZyuBGg/tyMw0"),
        (file!("rsa2048.spki.pem"), "SHA256:UiFwhG8NUbBNKXqjgviATH+JDRhWoavey3MHgq9pkdo"),
    ] {
        assert_eq!(one(bytes).ssh_fingerprint().as_deref(), Some(expected));
    }
    assert_eq!(one(file!("k256.spki.pem")).ssh_fingerprint(), None);
}
