//! A secret that is given where a name belongs is not repeated: places × secrets, in text and in JSON.

use crate::harness::Sandbox;
use crate::tokens::{GOOD, HS256, hs256_by};

/// A mark that is in every secret and in nothing that the program prints by itself.
const MARK: &str = "Canary";

/// What people hold: a name says which kind it is.
fn secrets() -> Vec<(&'static str, String)> {
    vec![
        ("word", "CanarySecretWord0123456789".to_owned()),
        ("base64", "CanaryQUJDREVGR0hJ+SktMTU5PUFFSU1RVVldYWVo=".to_owned()),
        ("base64url", "CanaryQUJDREVGR0hJ-SktMTU5PUFFSU1RVVldYWVo".to_owned()),
        ("a long text", format!("Canary{}", "x".repeat(5_000))),
        ("lines", "Canary line one\nCanary line two".to_owned()),
        ("a JWK", "{\"kty\":\"oct\",\"k\":\"CanaryQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo\"}".to_owned()),
        (
            "PEM",
            "-----BEGIN PRIVATE KEY-----\nCanaryMTIzNDU2Nzg5MDEyMzQ1Njc4OTA=\n-----END PRIVATE KEY-----".to_owned(),
        ),
    ]
}

/// Where a secret may be given by mistake: the arguments before it, what precedes it in its own argument, and those
/// after it.
const PLACES: &[(&[&str], &str, &[&str])] = &[
    (&["issue", "--sub", "a", "-k"], "", &[]),
    (&["issue", "--sub", "a"], "-k", &[]),
    (&["issue", "--sub", "a"], "--key=", &[]),
    (&["verify", "token", "-k"], "", &[]),
    (&["verify", "token", "-k"], "https://issuer.example=", &[]),
    (&["verify", "token", "-k"], "env:", &[]),
    (&["verify", "token", "-k"], "file:", &[]),
    (&["verify", "token", "-k"], "raw:", &[]),
    (&["verify", "token", "-k"], "hex:file:", &[]),
    (&["verify", "token", "-k"], "dotenv:", &[]),
    (&["verify", "token", "-k"], "dotenv:.env#", &[]),
    (&["verify", "-k", "secret"], "", &[]),
    (&["verify", "token", "-k", "secret", "more"], "", &[]),
    (&["verify", "token", "-k", "secret", "--leeway"], "", &[]),
    (&["decode"], "", &[]),
    (&["inspect"], "", &[]),
    (&["issue", "-k", "secret", "--alg"], "", &[]),
    (&["issue"], "--secret=", &[]),
    (&["keys", "show"], "", &[]),
    (&["keys", "check"], "", &[]),
    (&["keys", "public"], "", &[]),
    (&["keys", "convert"], "", &["--encoding", "jwk"]),
    (&["keys", "import"], "", &[]),
    (&["keys", "list"], "", &[]),
    (&["keys", "list", "--keystore"], "", &[]),
    (&["keys", "list", "--passphrase"], "", &["--keystore", "none"]),
    (&["issue", "-k", "locked", "--passphrase"], "", &[]),
    (&["issue", "-k", "locked", "--passphrase"], "env:", &[]),
    (&["keys", "convert", "key", "--encoding", "pem", "--new-passphrase"], "", &[]),
    (&["audit", "token", "--try-secrets"], "", &[]),
    (&["audit"], "", &[]),
    (&["lint", "--config"], "", &["."]),
    (&["explain"], "", &[]),
    (&["keys"], "", &[]),
    (&[], "", &[]),
];

#[test]
fn secret_in_place_of_a_name_is_never_repeated() {
    let room = Sandbox::new();
    room.write("secret", "a secret that is long enough for HS256, at least");
    room.write("token", hs256_by(b"a secret that is long enough for HS256, at least", HS256, GOOD));
    room.write(".env", "JWT_SECRET=x\n");
    room.write("locked", locked());
    room.write("key", std::fs::read(crate::harness::root().join("tests/keys/p256.pkcs8.pem")).expect("a key"));
    let mut tried = 0;
    for (before, prefix, after) in PLACES {
        for (kind, secret) in secrets() {
            for format in [&["--format", "json"][..], &[]] {
                let argument = format!("{prefix}{secret}");
                let arguments: Vec<&str> = before
                    .iter()
                    .copied()
                    .chain([&*argument])
                    .chain(after.iter().copied())
                    .chain(format.iter().copied())
                    .collect();
                let ran = room.run(&arguments);
                let shown = format!("{}{}", ran.stdout, ran.stderr);
                assert!(!shown.contains(MARK), "{kind} after {before:?} {prefix}: {shown}");
                assert_ne!(ran.code, 0, "{kind} after {before:?} {prefix}: {shown}");
                tried += 1;
            }
        }
    }
    println!("{tried} runs");
}

/// An encrypted key whose passphrase nobody needs here.
fn locked() -> Vec<u8> {
    use authkit::key::{KeyEncoding, encode};
    let passphrase = authkit::secret::Secret::new(b"passphrase".to_vec());
    let options = encode::Options { private: true, passphrase: Some(&passphrase) };
    let key = crate::harness::key_for(authkit::alg::find("ES256").expect("ES256"));
    let written = encode::encode(std::slice::from_ref(key), KeyEncoding::Pem, options, &mut crate::harness::rng());
    written.expect("a key that is written").expose().clone()
}

#[test]
fn error_for_a_secret_names_its_length_and_the_way_out() {
    let room = Sandbox::new();
    let ran = room.run(&["issue", "--sub", "a", "-k", "CanarySecretWord0123456789"]);
    assert!(ran.stderr.contains("[26 characters, not shown]") && ran.stderr.contains("env:NAME"), "{}", ran.stderr);
    let ran = room.run(&["issue", "--sub", "a", "-k", "signing-key-of-production.pem"]);
    assert!(ran.stderr.contains("signing-key-of-production.pem"), "{}", ran.stderr);
}
