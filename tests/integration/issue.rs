//! Tests of `authkit issue`: claims, times, lifetimes, key kinds, and headers that match the signature.

use crate::harness::{NOW, RunOutput, Sandbox, root};
use crate::tokens::{SECRET, fixture};
use serde_json::{Value, json};

fn room() -> Sandbox {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    room
}

fn issue(room: &Sandbox, flags: &[&str]) -> RunOutput {
    room.run(&[&["issue", "-k", "secret"], flags].concat())
}

/// The claims of a token issued with these flags.
#[track_caller]
fn claims(flags: &[&str]) -> Value {
    let room = room();
    let token = issue(&room, flags).ok().stdout;
    assert_eq!(token.lines().count(), 1);
    room.run_with(&["decode", "--json"], token).ok().json()["data"]["claims"].clone()
}

#[track_caller]
fn refused(flags: &[&str]) -> RunOutput {
    let ran = issue(&room(), flags);
    assert_eq!(ran.code, 2, "{flags:?}: {ran:?}");
    assert_eq!(ran.stdout, "", "{flags:?}");
    ran
}

#[test]
fn claim_option_sets_text() {
    for text in [
        "a\"b",
        r"DOM\user",
        "123",
        "true",
        "null",
        "1e3",
        "[1]",
        "{\"a\":1}",
        "-5",
        "",
        "Zoë 🦀",
        "a\tb\nc",
        "a=b=c",
        "@file",
        "\\u0041",
    ] {
        for flag in ["--sub", "--iss"] {
            assert_eq!(claims(&[flag, text])[&flag[2..]], text);
        }
        assert_eq!(claims(&["--claim", &format!("k={text}")])["k"], text);
        assert_eq!(claims(&[&format!("--jti={text}")])["jti"], text);
    }
}

#[test]
fn claim_json_option_sets_json() {
    let made = claims(&[
        "--claim-json",
        "n=12345678901234567890123",
        "--claim-json",
        "a=[1,{\"b\":null}]",
        "--claim-json",
        "t=true",
    ]);
    assert_eq!(made["a"], json!([1, { "b": null }]));
    assert_eq!(made["t"], true);
    let room = room();
    let token = issue(&room, &["--claim-json", "n=12345678901234567890123.50"]).ok().stdout;
    assert_eq!(
        room.run_with(&["decode", "--get", "n"], token).ok().stdout,
        "12345678901234567890123.50\n",
        "digits stay as written"
    );
    for text in ["k=no", "k=", "k=1 2", "k={\"a\":1,\"a\":2}", "=1", "k"] {
        refused(&["--claim-json", text]);
    }
}

#[test]
fn issued_token_has_default_iat_exp_and_jti() {
    let made = claims(&[]);
    assert_eq!((&made["iat"], &made["exp"]), (&json!(NOW), &json!(NOW + 900)));
    assert_eq!(made["jti"].as_str().unwrap().len(), 22, "128 bits");
    assert_ne!(made["jti"], claims(&[])["jti"]);
    assert_eq!(claims(&["--no-iat", "--no-jti"]), json!({ "exp": NOW + 900 }));
}

#[test]
fn jti_option_takes_value_or_generates_one() {
    assert_eq!(claims(&["--jti=abc"])["jti"], "abc");
    assert_eq!(claims(&["--jti", "--sub", "alice"])["sub"], "alice", "an optional value comes only after =");
    assert_eq!(claims(&["--jti"])["jti"].as_str().unwrap().len(), 22);
    assert!(claims(&["--no-jti"]).get("jti").is_none());
    refused(&["--jti=a", "--no-jti"]);
}

#[test]
fn lifetime_is_accepted_in_every_notation() {
    for (ttl, seconds) in [
        ("PT15M", 900),
        ("15m", 900),
        ("90s", 90),
        ("1h30m", 5400),
        ("7d", 604_800),
        ("2w", 1_209_600),
        ("P1D", 86_400),
    ] {
        assert_eq!(claims(&["--ttl", ttl])["exp"], NOW + seconds, "--ttl {ttl}");
        assert_eq!(claims(&["--exp", ttl])["exp"], NOW + seconds, "--exp {ttl}");
    }
    for exp in ["2026-01-31T12:15:00Z", "1769861700", "+15m", "15m", "2026-01-31T13:15:00+01:00"] {
        assert_eq!(claims(&["--exp", exp])["exp"], NOW + 900, "{exp}");
    }
    assert_eq!(claims(&["--exp", "-5m"])["exp"], NOW - 300);
    assert_eq!(claims(&["--nbf", "+5m"])["nbf"], NOW + 300);
    assert_eq!(claims(&["--iat", "-5m"])["iat"], NOW - 300);
    assert_eq!(claims(&["--iat", "now"])["iat"], NOW);
}

#[test]
fn ambiguous_or_malformed_time_is_refused() {
    for flags in [
        ["--ttl", "15"],
        ["--ttl", "soon"],
        ["--ttl", "-5m"],
        ["--ttl", "1M"],
        ["--ttl", "1.5h"],
        ["--ttl", ""],
        ["--exp", "tomorrow"],
        ["--exp", "1769861700000"],
        ["--iat", "1769860800000"],
        ["--nbf", "1769860800000"],
        ["--exp", "2026-02-30T00:00:00Z"],
    ] {
        let ran = refused(&flags);
        assert!(ran.stderr.contains(flags[0]), "{ran:?}");
    }
    assert!(refused(&["--exp", "1769861700000"]).stderr.contains("milliseconds"));
    refused(&["--ttl", "5m", "--exp", "10m"]);
    refused(&["--no-exp", "--ttl", "5m"]);
}

#[test]
fn token_already_expired_when_issued_is_reported() {
    let room = room();
    let ran = issue(&room, &["--exp", "-5m"]).ok();
    assert_eq!(room.run_with(&["verify", "-k", "secret"], &ran.stdout).code, 1);
}

#[test]
fn token_without_exp_is_a_finding_and_refused_by_strict() {
    let room = room();
    let ran = issue(&room, &["--no-exp", "--json"]).ok();
    let json = ran.json();
    assert_ne!(json["findings"], json!([]), "{ran:?}");
    assert!(json["data"]["claims"].get("exp").is_none());
    for flags in
        [&["--no-exp", "--strict"][..], &["--no-exp", "--strict", "--count", "3"], &["--no-exp", "--strict", "--json"]]
    {
        let ran = issue(&room, flags);
        assert_eq!(ran.code, 1, "{flags:?}: {ran:?}");
        assert!(!ran.stdout.contains("eyJ"), "no token: {ran:?}");
    }
}

#[test]
fn count_option_prints_one_token_per_line() {
    let room = room();
    let ran = issue(&room, &["--count", "5"]).ok();
    let mut lines: Vec<&str> = ran.stdout.lines().collect();
    room.run_with(&["verify", "-k", "secret", "--lines"], &ran.stdout).ok();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 5, "each has a distinct jti");
    let ran = issue(&room, &["--count", "2", "--json"]).ok();
    let indexes: Vec<u64> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, [0, 1]);
    refused(&["--count", "0"]);
}

#[test]
fn kind_option_sets_typ_and_requires_its_claims() {
    let room = room();
    let full = ["--iss", "https://id.test", "--aud", "api", "--sub", "alice", "--claim", "client_id=web"];
    let token = issue(&room, &[&["--kind", "at+jwt"], &full[..]].concat()).ok().stdout;
    assert_eq!(room.run_with(&["decode", "--get", "header:typ"], &token).ok().stdout, "at+jwt\n");
    room.run_with(&["verify", "-k", "secret", "--kind", "at+jwt", "--aud", "api", "--iss", "https://id.test"], &token)
        .ok();
    assert!(refused(&["--kind", "at+jwt", "--sub", "alice"]).stderr.contains("client_id"));
    assert!(refused(&["--kind", "nonsense"]).stderr.contains("id-token"));
}

#[test]
fn audience_and_scope_options_set_their_claims() {
    assert_eq!(claims(&["--aud", "a"])["aud"], "a");
    assert_eq!(claims(&["--aud", "a", "--aud", "b"])["aud"], json!(["a", "b"]));
    assert_eq!(claims(&["--scope", "read", "--scope", "write"])["scope"], "read write");
}

#[test]
fn claim_set_twice_is_refused() {
    refused(&["--claim", "a=1", "--claim", "a=2"]);
    refused(&["--claim", "a=1", "--claim-json", "a=2"]);
    refused(&["--header", "a=1", "--header-json", "a=2"]);
    refused(&["--sub", "a", "--sub", "b"]);
}

#[test]
fn claims_document_is_merged_with_options() {
    let room = room();
    let text = r#"{"sub":"alice","n":1.50,"exp":1769864400,"iss":"old"}"#;
    let run =
        |flags: &[&str], stdin: &[u8]| room.run_with(&[&["issue", "-k", "secret", "--claims"], flags].concat(), stdin);
    let token = run(&["-", "--iss", "new", "--no-jti"], text.as_bytes()).ok().stdout;
    let shown = room.run_with(&["decode", "--json"], token).ok().stdout;
    assert!(shown.contains("\"n\":1.50"), "{shown}");
    assert!(shown.contains("\"iss\":\"new\"") && shown.contains("\"exp\":1769864400"), "{shown}");
    room.write("claims.json", text);
    run(&["claims.json"], b"").ok();
    assert_eq!(run(&["gone.json"], b"").code, 4);
    for bad in ["", "[1]", "{\"a\":1,\"a\":2}", "{\"a\":", "{} {}", "text"] {
        assert_eq!(run(&["-"], bad.as_bytes()).code, 3, "{bad}");
    }
    assert_eq!(run(&["-"], b"{\"a\":\"\xff\"}").code, 3);
}

#[test]
fn header_option_contradicting_the_signature_is_refused() {
    for flags in [
        ["--header", "alg=none"],
        ["--header", "alg=HS512"],
        ["--header-json", "alg=null"],
        ["--header-json", "b64=false"],
        ["--header-json", "crit=[\"x\"]"],
        ["--header", "cty=JWT"],
    ] {
        refused(&flags);
    }
    refused(&["--alg", "none"]);
    refused(&["--alg", "RS256"]);
    let room = room();
    let token = issue(&room, &["--header", "x=1", "--typ", "at+jwt"]).ok().stdout;
    assert_eq!(room.run_with(&["decode", "--get", "header:x"], &token).ok().stdout, "1\n");
    room.run_with(&["verify", "-k", "secret", "--typ", "at+jwt"], &token).ok();
}

#[test]
fn algorithm_is_taken_from_the_key() {
    let room = Sandbox::new();
    for (name, alg) in [
        ("p256.pkcs8.pem", "ES256"),
        ("p384.sec1.pem", "ES384"),
        ("p521.pkcs8.pem", "ES512"),
        ("k256.sec1.pem", "ES256K"),
        ("ed25519.pkcs8.pem", "EdDSA"),
        ("rsa2048.pkcs1.pem", "RS256"),
    ] {
        let key = fixture(&room, name);
        let token = room.run(&["issue", "-k", &key]).ok().stdout;
        assert_eq!(room.run_with(&["decode", "--get", "header:alg"], &token).ok().stdout.trim(), alg, "{name}");
        room.run_with(&["verify", "-k", &key], &token).ok();
    }
    let token = room.run(&["issue", "-k", "rsa2048.pkcs1.pem", "--alg", "PS384"]).ok().stdout;
    room.run_with(&["verify", "-k", "rsa2048.pkcs1.pem", "--alg", "PS384"], &token).ok();
    let token = room.run(&["issue", "-k", "ed25519.pkcs8.pem", "--alg", "Ed25519"]).ok().stdout;
    assert_eq!(room.run_with(&["decode", "--get", "header:alg"], &token).ok().stdout, "Ed25519\n");
}

#[test]
fn short_secret_signs_only_with_allow_weak() {
    let room = Sandbox::new();
    room.write("short", "thirty-one bytes are one fewer.");
    assert_eq!(room.run(&["issue", "-k", "short"]).code, 3);
    let ran = room.run(&["issue", "-k", "short", "--allow-weak", "--json"]).ok();
    assert!(ran.json()["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "error"), "{ran:?}");
}

/// `--x5c` and `--x5t` with the certificate of the signing key: plain base64 of the DER (RFC 7515 §4.1.6), and the
/// digest in base64url (§4.1.8).
#[test]
fn certificate_options_set_x5c_and_x5t() {
    use base64ct::Encoding as _;
    use sha2::Digest as _;
    let room = Sandbox::new();
    let keys = root().join("tests/keys");
    let file = |name: &str| keys.join(name).display().to_string();
    let key = room.write("key.pem", std::fs::read(keys.join("p256.pkcs8.pem")).unwrap());
    let der = std::fs::read(keys.join("p256.cert.der")).unwrap();
    let now = "2026-12-01T00:00:00Z";
    for certificate in ["p256.cert.pem", "p256.cert.der"] {
        let certificate = file(certificate);
        let made =
            room.run(&["issue", "-k", &key, "--x5c", &certificate, "--x5t", &certificate, "--now", now, "--json"]);
        let made = made.ok().json();
        let header = &made["data"]["header"];
        assert_eq!(header["x5c"], serde_json::json!([base64ct::Base64::encode_string(&der)]));
        assert_eq!(header["x5t#S256"], crate::tokens::b64(sha2::Sha256::digest(&der)));
        assert!(header["x5t"].is_null());
        assert_eq!(made["findings"].as_array().unwrap().len(), 0, "asked for, and so no news");
    }
    let certificate = file("p256.cert.pem");
    let old = room.run(&["issue", "-k", &key, "--x5t-sha1", &certificate, "--now", now, "--strict", "--json"]);
    assert_eq!(old.ok().json()["data"]["header"]["x5t"], crate::tokens::b64(sha1::Sha1::digest(&der)));
    let typed = room.run(&["issue", "-k", &key, "--header-json", "x5c=[\"AA==\"]", "--json"]).ok().json();
    assert_eq!(typed["findings"][0]["rule"], "header-key-reference");
    let thumb = room.run(&["issue", "-k", &key, "--x5t", &file("p256.cert.pem"), "--now", now, "--json"]).ok().json();
    assert!(thumb["data"]["header"]["x5c"].is_null() && thumb["data"]["header"]["x5t#S256"].is_string());
    assert_eq!(thumb["findings"].as_array().unwrap().len(), 0, "{thumb}");
}

#[test]
fn certificate_of_another_key_or_expired_is_reported() {
    let room = Sandbox::new();
    let keys = root().join("tests/keys");
    let file = |name: &str| keys.join(name).display().to_string();
    let key = room.write("key.pem", std::fs::read(keys.join("p256.pkcs8.pem")).unwrap());
    let certificate = file("p256.cert.pem");
    let issue = |more: &[&str]| room.run(&[&["issue", "--json"][..], more].concat());
    for flag in ["--x5c", "--x5t", "--x5t-sha1"] {
        let other = issue(&["-k", &key, flag, &file("rsa2048.chain.pem")]);
        assert_eq!(other.code, 3, "{other:?}");
        assert!(other.stdout.contains("does not match the signing key"), "{other:?}");
        assert_eq!(issue(&["-k", &key, flag, &file("p256.spki.pem")]).code, 3);
        assert_eq!(issue(&["-k", &key, flag, "missing.pem"]).code, 4);
        assert_eq!(issue(&["-k", "text:a secret of thirty-two bytes !!!", flag, &certificate]).code, 2);
        let late = issue(&["-k", &key, flag, &certificate, "--now", "2200-01-01T00:00:00Z"]).ok().json();
        let rules: Vec<_> =
            late["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
        assert!(rules.contains(&"certificate-expired".into()), "{rules:?}");
        let strict = issue(&["-k", &key, flag, &certificate, "--now", "2200-01-01T00:00:00Z", "--strict"]);
        assert_eq!((strict.code, strict.json()["data"]["token"].is_null()), (1, true));
    }
}

/// A certificate in the header is not a trusted key: verification uses `-k` only.
#[test]
fn certificate_in_header_is_never_trusted() {
    let room = Sandbox::new();
    let keys = root().join("tests/keys");
    let key = room.write("key.pem", std::fs::read(keys.join("p256.pkcs8.pem")).unwrap());
    let certificate = keys.join("p256.cert.pem").display().to_string();
    let token = room.run(&["issue", "-k", &key, "--sub", "mallory", "--x5c", &certificate]).ok().stdout;
    room.run(&["keys", "generate", "--type", "p256"]).ok();
    let refused = room.run_with(&["verify", "--json"], &token);
    assert_eq!((refused.code, refused.reasons()), (1, vec!["signature-mismatch".to_owned()]));
    room.run_with(&["verify", "-k", &key], &token).ok();
}
