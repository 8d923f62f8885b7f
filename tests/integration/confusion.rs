//! A public key is never an HMAC secret, in whatever form and by whatever way it comes.

use crate::harness::{Room, run};
use crate::tokens::{GOOD, HS256, b64, bytes, fixture, hs256_by, judge};

/// A published key in every form that somebody could have signed with.
fn forms() -> Vec<(String, Vec<u8>)> {
    let mut forms: Vec<(String, Vec<u8>)> = [
        "rsa2048.spki.pem",
        "rsa2048.pkcs1-public.pem",
        "rsa2048.chain.pem",
        "p256.spki.pem",
        "p256.spki.der",
        "p256.cert.pem",
        "p256.cert.der",
        "p384.spki.pem",
        "p521.spki.pem",
        "k256.spki.pem",
        "ed25519.spki.pem",
    ]
    .iter()
    .map(|name| ((*name).to_owned(), bytes(name)))
    .collect();
    let room = Room::new();
    for name in ["rsa2048.spki.pem", "p256.spki.pem", "ed25519.spki.pem"] {
        let file = fixture(&room, name);
        for encoding in ["jwk", "jwks", "pem", "der"] {
            let out = format!("{name}.{encoding}");
            room.run(&["keys", "convert", &file, "--encoding", encoding, "-o", &out]).ok();
            forms.push((out.clone(), room.read(&out)));
        }
    }
    // PKCS#1 as DER: the body of its PEM.
    let pkcs1 = String::from_utf8(bytes("rsa2048.pkcs1-public.pem")).unwrap();
    let body: String = pkcs1.lines().filter(|line| !line.starts_with('-')).collect();
    let body = body.trim_end_matches('=').replace('+', "-").replace('/', "_");
    forms.push(("pkcs1.der".to_owned(), authkit::encoding::base64url::decode(body.as_bytes()).unwrap()));
    // What editors and copying do to text.
    for (name, form) in forms.clone() {
        if let Ok(text) = String::from_utf8(form) {
            forms.push((format!("{name}, trimmed"), text.trim().into()));
            forms.push((format!("{name}, one more line"), format!("{text}\n").into()));
            forms.push((format!("{name}, CRLF"), text.replace('\n', "\r\n").into()));
        }
    }
    forms
}

/// The token of somebody who has only the public key.
fn forged(form: &[u8]) -> String {
    hs256_by(form, HS256, GOOD)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each source that looks at the bytes finds a public key, which does not fit HS256.
#[test]
fn a_file_that_is_detected() {
    for (name, form) in forms() {
        let room = Room::new();
        room.write("key", &form);
        for spec in ["key", "file:key", "./key"] {
            assert_eq!(judge(&room, spec, forged(&form), &["--allow-weak"]), ["key-unfit"], "{spec}: {name}");
        }
    }
}

#[test]
fn a_file_that_is_forced_to_be_raw() {
    for (name, form) in forms() {
        let room = Room::new();
        room.write("key", &form);
        let ran = room.run_with(&["verify", "-k", "raw:key"], forged(&form));
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
    }
}

#[test]
fn an_environment_variable() {
    for (name, form) in forms().into_iter().filter(|(_, form)| !form.contains(&0)) {
        let Ok(text) = String::from_utf8(form.clone()) else { continue };
        let room = Room::new();
        let mut command = room.command(&["verify", "-k", "env:KEY", "--json"]);
        command.env("KEY", text);
        let ran = run(command, forged(&form).as_bytes());
        assert_eq!((ran.code, ran.reasons()), (1, vec!["key-unfit".to_owned()]), "{name}: {ran:?}");
    }
}

#[test]
fn a_secret_in_place() {
    let room = Room::new();
    for (name, form) in forms() {
        let mut specs = vec![format!("hex:{}", hex(&form)), format!("base64:{}", b64(&form))];
        if let Ok(text) = String::from_utf8(form.clone()) {
            specs.push(format!("text:{text}"));
        }
        for spec in specs {
            let ran = room.run_with(&["verify", "-k", &spec], forged(&form));
            assert_eq!(ran.code, 3, "{name}: {ran:?}");
        }
    }
}

#[test]
fn a_secret_decoded_from_a_file() {
    for (name, form) in forms() {
        let room = Room::new();
        room.write("hex", hex(&form));
        room.write("base64", b64(&form));
        for spec in ["hex:file:hex", "base64:file:base64"] {
            let ran = room.run_with(&["verify", "-k", spec], forged(&form));
            assert_eq!(ran.code, 3, "{spec} {name}: {ran:?}");
        }
    }
}

#[test]
fn standard_input() {
    let room = Room::new();
    for (name, form) in forms() {
        let ran = room.run_with(&["verify", "-k", "-", "--json", &forged(&form)], &form);
        assert_eq!((ran.code, ran.reasons()), (1, vec!["key-unfit".to_owned()]), "{name}: {ran:?}");
    }
}

/// An `oct` JWK whose `k` is a public key is the same mistake, one layer deeper.
#[test]
fn inside_a_jwk() {
    for (name, form) in forms() {
        let room = Room::new();
        room.write("key", format!(r#"{{"kty":"oct","k":"{}"}}"#, b64(&form)));
        let ran = room.run_with(&["verify", "-k", "key"], forged(&form));
        assert_ne!(ran.code, 0, "{name}: {ran:?}");
    }
}

/// And nobody can sign with it, or keep it as a secret.
#[test]
fn signing_and_importing() {
    let room = Room::new();
    for (name, form) in forms() {
        room.write("key", &form);
        for spec in ["key", "raw:key", &format!("hex:{}", hex(&form))] {
            for arguments in [
                &["issue", "-k", spec, "--allow-weak"][..],
                &["issue", "-k", spec, "--alg", "HS256"],
                &["keys", "import", spec],
            ] {
                let ran = room.run(arguments);
                assert!(ran.code == 3 || ran.code == 2, "{name} {arguments:?}: {ran:?}");
                assert!(ran.stdout.is_empty(), "{name}: {ran:?}");
            }
        }
    }
}
