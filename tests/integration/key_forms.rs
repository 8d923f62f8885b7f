//! Every form in which people hold a key, for keys of every type and through every SPEC: a public key in any form never
//! verifies an HMAC, and a private key in any form never signs one.

use crate::harness::{NOW, Sandbox, key_for, rng, run};
use crate::tokens::{GOOD, HS256, hs256_by};
use authkit::alg;
use authkit::key::{Key, KeyEncoding, Material, encode, jwk};
use authkit::time::UnixTime;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use base64ct::{Base64, Base64Url, Encoding as _};
use std::io::Write as _;

/// The keys, by one of their algorithms.
const ALGORITHMS: [&str; 6] = ["RS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA"];

/// A form by its name: the bytes of a file that holds a key.
type Form = (&'static str, Vec<u8>);

fn written(key: &Key, encoding: KeyEncoding) -> Vec<u8> {
    let options = encode::Options { private: true, passphrase: None };
    let written = encode::encode(std::slice::from_ref(key), encoding, options, &mut rng());
    written.expect("a key that is written").expose().clone()
}

/// The forms of a key, made from its PEM, DER and JWK.
fn forms(key: &Key) -> Vec<Form> {
    let (pem, der) = (written(key, KeyEncoding::Pem), written(key, KeyEncoding::Der));
    let pem = String::from_utf8(pem).expect("text");
    let jwk = jwk::to_json(key, true).expose().clone();
    let compact = jwk.replace(['\n', ' '], "");
    let set = format!("{{\"keys\":[{compact}]}}");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let wide = |unit: fn(u16) -> [u8; 2]| pem.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let label =
        pem.lines().next().and_then(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")).expect("PEM");
    let texts = [
        ("PEM", pem.clone()),
        ("PEM, CRLF", pem.replace('\n', "\r\n")),
        ("PEM, CR", pem.replace('\n', "\r")),
        ("PEM, no last line break", pem.trim().to_owned()),
        ("PEM, indented", pem.replace('\n', "\n    ")),
        ("PEM on one line", pem.replace('\n', " ")),
        ("PEM without any white space", pem.replace('\n', "")),
        ("PEM, escaped", pem.replace('\n', "\\n")),
        ("PEM, escaped twice", pem.replace('\n', "\\\\n")),
        ("PEM, escaped, quoted", format!("\"{}\"", pem.replace('\n', "\\n"))),
        ("PEM, quoted", format!("'{pem}'")),
        ("PEM, four dashes", pem.replace("-----", "----")),
        ("PEM, one dash missing", pem.replacen("-----", "----", 1)),
        ("PEM, em dashes", pem.replace("-----", "\u{2014}")),
        ("PEM, en dashes", pem.replace("-----", "\u{2013}\u{2013}\u{2013}")),
        ("PEM, no END line", pem.replace(&format!("-----END {label}-----\n"), "")),
        ("PEM, another label", pem.replace(label, "RSA PRIVATE KEY")),
        ("PEM, an unknown label", pem.replace(label, "STRANGE KEY")),
        ("PEM in a dotenv line", format!("KEY=\"{}\"\n", pem.replace('\n', "\\n"))),
        ("PEM in YAML", format!("key: |\n  {}", pem.replace('\n', "\n  "))),
        ("PEM in JSON", serde_json::json!({ "key": pem }).to_string()),
        ("PEM after a comment", format!("# the key\n{pem}")),
        ("PEM with a byte order mark", format!("\u{feff}{pem}")),
        ("base64 of PEM", Base64::encode_string(pem.as_bytes())),
        ("base64url of PEM", Base64Url::encode_string(pem.as_bytes())),
        ("hex of PEM", hex(pem.as_bytes())),
        ("PEM body", body.clone()),
        ("PEM body in lines", pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n")),
        ("PEM body, url-safe", body.trim_end_matches('=').replace('+', "-").replace('/', "_")),
        ("PEM body, quoted", format!("\"{body}\"")),
        ("hex of DER", hex(&der)),
        (
            "hex of DER in groups",
            hex(&der).as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":"),
        ),
        ("JWK", jwk.clone()),
        ("JWKS", set.clone()),
        ("array of JWKs", format!("[{compact}]")),
        ("JWK in a JSON string", serde_json::to_string(&compact).expect("JSON")),
        ("JWKS in a JSON string", serde_json::to_string(&set).expect("JSON")),
        ("JWK after a comment", format!("// from the server\n{jwk}")),
        ("JWK with a trailing comma", compact.replace('}', ",}")),
        ("JWK with a repeated member", compact.replacen('{', "{\"kid\":\"a\",\"kid\":\"b\",", 1)),
        ("JWK in single quotes", compact.replace('"', "'")),
        ("JWK in YAML", jwk.replace(['{', '}', '"', ','], "")),
        ("base64 of a JWK", Base64::encode_string(compact.as_bytes())),
        ("base64url of a JWK", Base64Url::encode_string(compact.as_bytes())),
        (
            "PEM, small letters",
            pem.replace(label, &label.to_lowercase()).replace("BEGIN", "begin").replace("END", "end"),
        ),
        ("PEM without dashes", pem.replace('-', "")),
        ("PEM in HTML", format!("<pre>{pem}</pre>")),
        ("PEM in a data URL", format!("data:application/x-pem-file;base64,{}", Base64::encode_string(pem.as_bytes()))),
        ("PEM as bytes of Python", format!("b'{}'", pem.replace('\n', "\\n"))),
        (
            "PEM body, last characters missing",
            body.trim_end_matches('=').chars().rev().skip(2).collect::<Vec<_>>().into_iter().rev().collect(),
        ),
        ("PEM body in strings of a program", format!("\"{}\" +\n  \"{}\"", &body[..60], &body[60..])),
        ("PEM body in a record", format!("v=1; k=key; p={body}")),
        ("hex of DER with a prefix", format!("0x{}", hex(&der))),
        ("DER as a list of hex bytes", der.iter().map(|byte| format!("0x{byte:02x}")).collect::<Vec<_>>().join(", ")),
        ("DER as a list of decimal bytes", format!("{der:?}")),
        (
            "DER as bytes of Python",
            format!("b'{}'", der.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>()),
        ),
        ("base64 of DER, last byte missing", Base64::encode_string(&der[..der.len() - 1])),
    ];
    let mut forms: Vec<Form> = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    forms.extend([
        ("DER", der.clone()),
        ("DER with a line break", [&der[..], b"\n"].concat()),
        ("DER with a zero byte", [&der[..], b"\0"].concat()),
        ("DER, two bytes too long", [&der[..], b"xx"].concat()),
        ("DER, one byte short", der[..der.len() - 1].to_vec()),
        ("DER after a zero byte", [b"\0", &der[..]].concat()),
        ("gzip of PEM", gzip(pem.as_bytes())),
        ("UTF-16LE", wide(u16::to_le_bytes)),
        ("UTF-16BE", wide(u16::to_be_bytes)),
        ("UTF-16LE with a mark", [b"\xFF\xFE", &wide(u16::to_le_bytes)[..]].concat()),
        ("UTF-32LE", pem.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
    ]);
    forms
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("a buffer");
    encoder.finish().expect("a buffer")
}

/// Parts of a public key without their structure, in hexadecimal, in base64 and as they are.
fn numbers(key: &Key) -> Vec<Form> {
    let (number, point) = match &key.material {
        Material::Rsa(key) => (key.n.clone(), key.n.clone()),
        Material::Ec(key) => ([&[4][..], &key.x, &key.y].concat(), [&key.x[..], &key.y].concat()),
        _ => return Vec::new(),
    };
    let hex = number.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let der = written(key, KeyEncoding::Der);
    let beginning = 18;
    vec![
        ("number in hex", hex.concat().into_bytes()),
        ("number in hex, upper case", hex.concat().to_uppercase().into_bytes()),
        ("number in hex, in groups", hex.join(":").into_bytes()),
        ("number in base64", Base64::encode_string(&number).into_bytes()),
        ("number in base64url", Base64Url::encode_string(&number).into_bytes()),
        ("number", number),
        ("coordinates", point),
        ("PEM body, beginning missing", Base64::encode_string(&der[beginning..]).into_bytes()),
        ("DER, beginning missing", der[beginning..].to_vec()),
    ]
}

/// What a source may make of the bytes of a form, as an HMAC secret.
fn secrets(form: &[u8]) -> Vec<Vec<u8>> {
    let mut secrets = vec![form.to_vec(), form.trim_ascii().to_vec()];
    secrets.extend(std::str::from_utf8(form).ok().and_then(|text| Base64::decode_vec(text.trim()).ok()));
    secrets
}

/// Whether the keys that a source gives verify HS256 with the bytes of the form.
fn is_fooled(keys: Vec<Key>, form: &[u8]) -> bool {
    let requirements = Requirements { allow_weak: true, ..Requirements::strict() };
    let keyring = Keyring::new(keys.into_iter().map(|key| KeyringEntry::new(key, "form")).collect());
    let mut verifier = TokenVerifier::new(&keyring, &requirements);
    secrets(form).iter().any(|secret| {
        let token = hs256_by(secret, HS256, GOOD);
        verifier.verify(token.as_bytes(), UnixTime(NOW)).is_accepted()
    })
}

/// The readings of the library for a file, a variable, `raw:`, `text:`, and decoded bytes.
fn readings(form: &[u8]) -> Vec<(&'static str, Vec<Key>)> {
    use authkit::key::detect::{read, read_decoded, read_raw, secret};
    let set = |set: Result<authkit::key::KeySet, _>| set.map(|set| set.keys).unwrap_or_default();
    vec![
        ("file", set(read(form, None))),
        ("raw", set(read_raw(form))),
        ("decoded", set(read_decoded(Base64::encode_string(form).as_bytes(), form, None))),
        ("text", secret(form).map(|key| vec![key]).unwrap_or_default()),
    ]
}

#[test]
fn no_form_of_a_public_key_verifies_an_hmac() {
    let mut tried = 0;
    for name in ALGORITHMS {
        let key = key_for(alg::find(name).expect("an algorithm")).public().expect("a public half");
        let forms = forms(&key);
        assert!(forms.len() >= 60);
        for (form, bytes) in forms.into_iter().chain(numbers(&key)) {
            for (source, keys) in readings(&bytes) {
                tried += 1;
                assert!(!keys.iter().any(Key::is_secret), "{name} as {form}, {source}");
                assert!(!is_fooled(keys, &bytes), "{name} as {form}, {source}");
            }
        }
    }
    println!("{tried} readings of public keys");
}

#[test]
fn no_form_of_a_private_key_is_a_secret_by_detection() {
    for name in ALGORITHMS {
        let key = key_for(alg::find(name).expect("an algorithm"));
        for (form, bytes) in forms(key) {
            for (source, keys) in
                readings(&bytes).into_iter().filter(|(source, _)| ["file", "decoded"].contains(source))
            {
                assert!(!keys.iter().any(Key::is_secret), "{name} as {form}, {source}");
            }
        }
    }
}

/// The forms that have one reading are read, and give the key.
#[test]
fn plain_copies_of_a_key_are_read() {
    const READ: [&str; 22] = [
        "PEM",
        "PEM, CRLF",
        "PEM, CR",
        "PEM, no last line break",
        "PEM, indented",
        "PEM on one line",
        "PEM without any white space",
        "PEM, escaped",
        "PEM, escaped twice",
        "PEM, escaped, quoted",
        "PEM, quoted",
        "PEM, another label",
        "PEM after a comment",
        "PEM with a byte order mark",
        "base64 of PEM",
        "base64url of PEM",
        "PEM body",
        "PEM body in lines",
        "PEM body, url-safe",
        "PEM body, quoted",
        "hex of DER",
        "JWK",
    ];
    for name in ALGORITHMS {
        let private = key_for(alg::find(name).expect("an algorithm"));
        for key in [private.clone(), private.public().expect("a public half")] {
            for (form, bytes) in forms(&key).into_iter().filter(|(form, _)| READ.contains(form)) {
                let set = authkit::key::detect::read(&bytes, None);
                let set = set.unwrap_or_else(|error| panic!("{name} as {form}: {error}"));
                assert!(set.keys[0].same_key(&key) && set.keys[0].is_private() == key.is_private(), "{name} as {form}");
            }
        }
    }
}

/// The program, for every SPEC that can carry the form.
#[test]
fn no_spec_makes_a_secret_of_a_public_key() {
    let room = Sandbox::new();
    let key = key_for(alg::find("ES256").expect("ES256")).public().expect("a public half");
    for (form, bytes) in forms(&key).into_iter().chain(numbers(&key)) {
        room.write("key", &bytes);
        room.write("encoded", Base64::encode_string(&bytes));
        room.write(".env", [b"KEY='", &bytes[..], b"'\n"].concat());
        let text = String::from_utf8(bytes.clone()).ok().filter(|text| !text.contains('\0'));
        let mut specs =
            vec!["key", "file:key", "./key", "raw:key", "base64:file:key", "hex:file:key", "base64:file:encoded", "-"];
        specs.extend(text.as_ref().map(|_| "env:KEY"));
        specs.extend(text.as_ref().filter(|text| !text.contains(['\'', '\0'])).map(|_| "dotenv:.env#KEY"));
        for spec in specs {
            let token = hs256_by(&bytes, HS256, GOOD);
            let mut command = room.command(&["verify", "--allow-weak", "-k", spec, &token]);
            command.env("KEY", text.as_deref().unwrap_or_default());
            let ran = run(command, &bytes);
            assert!(matches!(ran.code, 1 | 3), "{form} as {spec}: {ran:?}");
        }
    }
}
