//! Tests of algorithm confusion: a public key is never an HMAC secret, in any encoding and from any source.

use crate::harness::{Sandbox, run};
use crate::tokens::{GOOD, HS256, b64, bytes, fixture, hs256_by, reject_reasons_with};

/// A public key in every encoding that an attacker could use as HMAC secret.
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
    let room = Sandbox::new();
    for name in ["rsa2048.spki.pem", "p256.spki.pem", "ed25519.spki.pem"] {
        let file = fixture(&room, name);
        for encoding in ["jwk", "jwks", "pem", "der"] {
            let out = format!("{name}.{encoding}");
            room.run(&["keys", "convert", &file, "--encoding", encoding, "-o", &out]).ok();
            forms.push((out.clone(), room.read(&out)));
        }
    }
    // PKCS#1 as DER is the body of its PEM.
    let pkcs1 = String::from_utf8(bytes("rsa2048.pkcs1-public.pem")).unwrap();
    let body: String = pkcs1.lines().filter(|line| !line.starts_with('-')).collect();
    let body = body.trim_end_matches('=').replace('+', "-").replace('/', "_");
    forms.push(("pkcs1.der".to_owned(), authkit::encoding::base64url::decode(body.as_bytes()).unwrap()));
    // Changes by editors and copying.
    for (name, form) in forms.clone() {
        if let Ok(text) = String::from_utf8(form) {
            forms.push((format!("{name}, trimmed"), text.trim().into()));
            forms.push((format!("{name}, one more line"), format!("{text}\n").into()));
            forms.push((format!("{name}, CRLF"), text.replace('\n', "\r\n").into()));
        }
    }
    forms
}

/// A token that an attacker forges with the public key only.
fn forged(form: &[u8]) -> String {
    hs256_by(form, HS256, GOOD)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each source that detects the encoding finds a public key, which does not match HS256.
#[test]
fn public_key_in_detected_file_is_not_an_hmac_secret() {
    for (name, form) in forms() {
        let room = Sandbox::new();
        room.write("key", &form);
        for spec in ["key", "file:key", "./key"] {
            assert_eq!(
                reject_reasons_with(&room, spec, forged(&form), &["--allow-weak"]),
                ["no-matching-key"],
                "{spec}: {name}"
            );
        }
    }
}

#[test]
fn public_key_in_file_forced_to_raw_is_not_an_hmac_secret() {
    for (name, form) in forms() {
        let room = Sandbox::new();
        room.write("key", &form);
        let ran = room.run_with(&["verify", "-k", "raw:key"], forged(&form));
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
    }
}

#[test]
fn public_key_in_environment_variable_is_not_an_hmac_secret() {
    for (name, form) in forms().into_iter().filter(|(_, form)| !form.contains(&0)) {
        let Ok(text) = String::from_utf8(form.clone()) else { continue };
        let room = Sandbox::new();
        let mut command = room.command(&["verify", "-k", "env:KEY", "--json"]);
        command.env("KEY", text);
        let ran = run(command, forged(&form).as_bytes());
        assert_eq!((ran.code, ran.reasons()), (1, vec!["no-matching-key".to_owned()]), "{name}: {ran:?}");
    }
}

#[test]
fn public_key_in_inline_secret_is_not_an_hmac_secret() {
    let room = Sandbox::new();
    for (name, form) in forms() {
        let mut specs = vec![format!("hex:{}", hex(&form)), format!("base64:{}", b64(&form))];
        if let Ok(text) = String::from_utf8(form.clone()) {
            specs.push(format!("text:{text}"));
        }
        for spec in specs {
            // Decoded, the form is a key of another type; a text is a secret by name.
            let ran = room.run_with(&["verify", "-k", &spec], forged(&form));
            assert_eq!(ran.code, if spec.starts_with("text:") { 3 } else { 1 }, "{name}: {ran:?}");
        }
    }
}

#[test]
fn public_key_in_decoded_file_is_not_an_hmac_secret() {
    for (name, form) in forms() {
        let room = Sandbox::new();
        room.write("hex", hex(&form));
        room.write("base64", b64(&form));
        for spec in ["hex:file:hex", "base64:file:base64"] {
            let ran = room.run_with(&["verify", "-k", spec, "--json"], forged(&form));
            assert_eq!((ran.code, ran.reasons()), (1, vec!["no-matching-key".to_owned()]), "{spec} {name}: {ran:?}");
        }
    }
}

#[test]
fn public_key_on_standard_input_is_not_an_hmac_secret() {
    let room = Sandbox::new();
    for (name, form) in forms() {
        let ran = room.run_with(&["verify", "-k", "-", "--json", &forged(&form)], &form);
        assert_eq!((ran.code, ran.reasons()), (1, vec!["no-matching-key".to_owned()]), "{name}: {ran:?}");
    }
}

/// An `oct` JWK whose `k` is a public key is the same confusion, one layer deeper.
#[test]
fn public_key_inside_an_oct_jwk_is_not_an_hmac_secret() {
    for (name, form) in forms() {
        let room = Sandbox::new();
        room.write("key", format!(r#"{{"kty":"oct","k":"{}"}}"#, b64(&form)));
        let ran = room.run_with(&["verify", "-k", "key"], forged(&form));
        assert_ne!(ran.code, 0, "{name}: {ran:?}");
    }
}

/// A public key can be used neither for signing nor as an imported secret.
#[test]
fn public_key_as_secret_is_refused_for_signing_and_import() {
    let room = Sandbox::new();
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
