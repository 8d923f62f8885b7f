//! Interoperability with the OpenSSL command line, in both directions. HMAC is excluded, because the command takes
//! the secret as an argument.

use super::{ALGORITHMS, Matrix, OURS, PASSPHRASE, claims, issue, tampered, verify};
use crate::harness::{self, Sandbox};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use std::process::Command;

/// A key type: its first algorithm, its `openssl genpkey` options, and the legacy encoding of its private key.
const TYPES: &[(&str, &[&str], &str)] = &[
    ("RS256", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "PKCS#1"),
    ("ES256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "SEC1"),
    ("ES384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "SEC1"),
    ("ES512", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "SEC1"),
    ("ES256K", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "SEC1"),
    ("EdDSA", &["-algorithm", "ED25519"], ""),
];

/// Runs `openssl`; the error is its output.
fn openssl(room: &Sandbox, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(room.path("")).env("PASSPHRASE", PASSPHRASE);
    let output = command.stdin(std::process::Stdio::null()).output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The version when it is OpenSSL 3 or later (LibreSSL and 1.x lack options that are used here).
fn version() -> Option<String> {
    let said = openssl(&Sandbox::new(), &["version"]).unwrap_or_default();
    let version = String::from_utf8_lossy(&said).split(' ').take(2).collect::<Vec<_>>().join(" ");
    let major = version.strip_prefix("OpenSSL ").and_then(|number| number.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < 3) {
        harness::skip("OpenSSL 3 (openssl)");
        return None;
    }
    Some(version)
}

fn is_der(form: &str) -> bool {
    form.ends_with("der")
}

#[test]
fn openssl_reads_our_keys() {
    let Some(version) = version() else { return };
    let room = OURS.room();
    let mut matrix = Matrix::new("reads our keys");
    for made in OURS.made.iter().filter(|made| made.form.ends_with("pem") || is_der(made.form)) {
        let inform = if is_der(made.form) { "DER" } else { "PEM" };
        let private =
            ["pkey", "-in", &made.private, "-inform", inform, "-passin", "env:PASSPHRASE", "-check", "-pubout"];
        let public = ["pkey", "-in", &made.public, "-inform", inform, "-pubin", "-pubout"];
        let outcome = openssl(&room, &private).and_then(|checked| {
            // The verdict is printed before the public key.
            let half = openssl(&room, &public)?;
            if checked.ends_with(&half) { Ok(()) } else { Err("the halves differ".to_owned()) }
        });
        matrix.note(made.alg, made.form, outcome);
    }
    matrix.end(&version, &[]);
}

/// The options of `openssl dgst` for an algorithm.
fn digest(alg: &str) -> Vec<String> {
    let bits = if alg == "ES256K" { "256" } else { &alg[2..] };
    let mut options = vec![format!("-sha{bits}")];
    if alg.starts_with("PS") {
        for option in ["rsa_padding_mode:pss", "rsa_pss_saltlen:digest"] {
            options.extend(["-sigopt".to_owned(), option.to_owned()]);
        }
    }
    options
}

/// Verifies a token with `openssl dgst` or `pkeyutl`.
fn check(room: &Sandbox, alg: &str, public: &str, token: &str) -> Result<(), String> {
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let raw = Base64UrlUnpadded::decode_vec(signature).map_err(|error| error.to_string())?;
    room.write("signed", signed);
    room.write("signature", if alg.starts_with("ES") { der_of(&raw) } else { raw });
    if alg.starts_with("Ed") {
        let arguments =
            ["pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", "signed", "-sigfile", "signature"];
        return openssl(room, &arguments).map(|_| ());
    }
    let options = digest(alg);
    let mut arguments = vec!["dgst"];
    arguments.extend(options.iter().map(String::as_str));
    arguments.extend(["-verify", public, "-signature", "signature", "signed"]);
    openssl(room, &arguments).map(|_| ())
}

/// Signs a token of [`claims`] with `openssl dgst` or `pkeyutl`.
fn sign(room: &Sandbox, alg: &str, private: &str) -> Result<String, String> {
    let part = |json: serde_json::Value| Base64UrlUnpadded::encode_string(json.to_string().as_bytes());
    let signed = format!("{}.{}", part(serde_json::json!({ "alg": alg, "typ": "JWT" })), part(claims()));
    room.write("signed", &signed);
    let raw = if alg.starts_with("Ed") {
        let arguments = ["pkeyutl", "-sign", "-inkey", private, "-passin", "env:PASSPHRASE", "-rawin", "-in", "signed"];
        openssl(room, &arguments)?
    } else {
        let options = digest(alg);
        let mut arguments = vec!["dgst"];
        arguments.extend(options.iter().map(String::as_str));
        arguments.extend(["-sign", private, "-passin", "env:PASSPHRASE", "signed"]);
        openssl(room, &arguments)?
    };
    let width = match alg {
        "ES256" | "ES256K" => 32,
        "ES384" => 48,
        "ES512" => 66,
        _ => 0,
    };
    let raw = if width == 0 { raw } else { raw_of(&raw, width) };
    Ok(format!("{signed}.{}", Base64UrlUnpadded::encode_string(&raw)))
}

/// Converts a JWS ECDSA signature (RFC 7518 §3.4: r and s concatenated) to the DER sequence of OpenSSL.
fn der_of(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    let mut body = Vec::new();
    for number in [r, s] {
        let digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = digits.first().is_none_or(|byte| *byte >= 0x80);
        body.extend([0x02, u8::try_from(digits.len() + usize::from(sign)).expect("short")]);
        body.extend(sign.then_some(0));
        body.extend(digits);
    }
    let length = u8::try_from(body.len()).expect("short");
    let head = if length < 0x80 { vec![0x30, length] } else { vec![0x30, 0x81, length] };
    [head, body].concat()
}

/// The reverse of [`der_of`].
fn raw_of(der: &[u8], width: usize) -> Vec<u8> {
    let mut rest = &der[if der[1] == 0x81 { 3 } else { 2 }..];
    let mut raw = Vec::new();
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let digits = number.strip_prefix(&[0]).unwrap_or(number);
        raw.resize(raw.len() + width - digits.len(), 0);
        raw.extend(digits);
        rest = after;
    }
    raw
}

#[test]
fn openssl_verifies_our_tokens() {
    let Some(version) = version() else { return };
    let room = OURS.room();
    let mut matrix = Matrix::new("verifies ours");
    for made in OURS.made.iter().filter(|made| !made.alg.starts_with("HS")) {
        // `dgst` reads PEM only.
        let public = format!("{}.spki", made.private);
        super::convert_with(&room, &made.public, "pem", &public, &["--public"]);
        matrix.note(made.alg, made.form, check(&room, made.alg, &public, &made.token));
        matrix.note_refused(made.alg, "a tampered token", check(&room, made.alg, &public, &tampered(&made.token)));
    }
    matrix.end(&version, &[]);
}

#[test]
fn openssl_signed_tokens_are_accepted() {
    let Some(version) = version() else { return };
    let room = OURS.room();
    let mut matrix = Matrix::new("signs for us");
    for made in OURS.made.iter().filter(|made| made.form.ends_with("pem")) {
        let outcome =
            sign(&room, made.alg, &made.private).and_then(|token| verify(&room, made.alg, &made.public, &token));
        matrix.note(made.alg, made.form, outcome);
    }
    matrix.end(&version, &[]);
}

/// The name of an encoding, and the openssl arguments that write it.
type Form = (String, Vec<&'static str>);

/// Encodings that OpenSSL writes from `key.pem`: private and public ones.
fn forms(old: &str) -> (Vec<Form>, Vec<Form>) {
    let named =
        |rows: Vec<(&str, Vec<&'static str>)>| rows.into_iter().map(|(name, row)| (name.to_owned(), row)).collect();
    let mut private = vec![
        ("PKCS#8", vec!["pkey", "-outform", "PEM"]),
        ("PKCS#8 DER", vec!["pkey", "-outform", "DER"]),
        ("PBKDF2", vec!["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "20000"]),
        ("PBKDF2 SHA-512 AES-128", vec!["pkcs8", "-topk8", "-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"]),
        ("PBKDF2 DER", vec!["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-outform", "DER"]),
        ("scrypt", vec!["pkcs8", "-topk8", "-scrypt"]),
        ("scrypt DER", vec!["pkcs8", "-topk8", "-scrypt", "-outform", "DER"]),
    ];
    let mut public = vec![
        ("SPKI", vec!["pkey", "-pubout"]),
        ("SPKI DER", vec!["pkey", "-pubout", "-outform", "DER"]),
        ("certificate", vec!["req", "-x509", "-new", "-config", "req.cnf", "-days", "1"]),
        ("certificate DER", vec!["req", "-x509", "-new", "-config", "req.cnf", "-days", "1", "-outform", "DER"]),
    ];
    match old {
        "PKCS#1" => {
            private.push(("PKCS#1", vec!["rsa", "-traditional"]));
            private.push(("PKCS#1 DER", vec!["rsa", "-traditional", "-outform", "DER"]));
            public.push(("PKCS#1 public", vec!["rsa", "-RSAPublicKey_out"]));
        }
        "SEC1" => {
            private.push(("SEC1", vec!["ec"]));
            private.push(("SEC1 DER", vec!["ec", "-outform", "DER"]));
            public.push(("SPKI compressed", vec!["ec", "-pubout", "-conv_form", "compressed"]));
        }
        _ => {}
    }
    (named(private), named(public))
}

/// Converts `key.pem` to another encoding with OpenSSL.
fn write(room: &Sandbox, name: &str, command: &[&str]) -> Result<(), String> {
    let mut arguments = command.to_vec();
    // `req` has another option for its input.
    arguments.extend([if command[0] == "req" { "-key" } else { "-in" }, "key.pem", "-out", name]);
    if command[0] == "pkcs8" {
        arguments.extend(["-passout", "env:PASSPHRASE"]);
    }
    openssl(room, &arguments)?;
    room.write(name, room.read(name));
    Ok(())
}

#[test]
fn openssl_keys_are_read_in_every_encoding() {
    let Some(version) = version() else { return };
    let mut matrix = Matrix::new("makes keys for us");
    for &(first, generate, old) in TYPES {
        let room = Sandbox::new();
        room.write("req.cnf", "[req]\nprompt = no\ndistinguished_name = name\n[name]\nCN = interop.test\n");
        openssl(&room, &[&["genpkey", "-out", "key.pem"], generate].concat()).expect("a key");
        let kind = ALGORITHMS.iter().find(|pair| pair.0 == first).expect("an algorithm").1;
        let (privates, publics) = forms(old);
        for (name, command) in publics.iter().chain(&privates) {
            if let Err(fault) = write(&room, name, command) {
                matrix.note(first, name, Err(format!("openssl printed {fault}")));
            }
        }
        for &(alg, _) in ALGORITHMS.iter().filter(|pair| pair.1 == kind) {
            for (name, _) in &privates {
                // RSA keys are the slowest to read, and the encoding does not depend on the algorithm.
                if alg != first && name != "PKCS#8" {
                    continue;
                }
                matrix.note(alg, name, issue(&room, alg, name).and_then(|token| verify(&room, alg, "SPKI", &token)));
            }
            for (name, _) in &publics {
                matrix.note(alg, name, sign(&room, alg, "key.pem").and_then(|token| verify(&room, alg, name, &token)));
            }
        }
    }
    matrix.end(&version, &[]);
}
