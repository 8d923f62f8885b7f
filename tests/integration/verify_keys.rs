//! Tests of key selection in `authkit verify`: type, use, operations, alg and kid; untrusted sets; bound issuers.

use crate::harness::Sandbox;
use crate::tokens::{GOOD, HS256, SECRET, b64, claims, fixture, hs256, hs256_by, reject_reasons_with, signed};

fn oct(more: &str) -> String {
    format!(r#"{{"kty":"oct","k":"{}"{more}}}"#, b64(SECRET))
}

fn other(more: &str) -> String {
    format!(r#"{{"kty":"oct","k":"{}"{more}}}"#, b64(b"another secret of thirty-two bytes"))
}

fn set(members: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, members.join(","))
}

#[track_caller]
fn by(key: &str, header: &str) -> Vec<String> {
    let room = Sandbox::new();
    room.write("key", key);
    reject_reasons_with(&room, "key", hs256(header, GOOD), &[])
}

fn with_kid(kid: &str) -> String {
    format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#)
}

#[test]
fn key_use_operations_and_alg_restrict_verification() {
    let cases = [
        ("", None),
        (r#","use":"sig""#, None),
        (r#","key_ops":["verify"]"#, None),
        (r#","key_ops":["sign","verify"]"#, None),
        (r#","alg":"HS256""#, None),
        (r#","use":"enc""#, Some("no-matching-key")),
        (r#","key_ops":["sign"]"#, Some("no-matching-key")),
        (r#","key_ops":["encrypt"]"#, Some("no-matching-key")),
        (r#","alg":"HS512""#, Some("no-matching-key")),
        (r#","alg":"A256KW""#, Some("no-matching-key")),
        (r#","alg":"from the future""#, Some("no-matching-key")),
    ];
    for (more, reason) in cases {
        assert_eq!(by(&oct(more), HS256).first().map(String::as_str), reason, "{more}");
    }
}

#[test]
fn key_is_selected_by_kid_then_among_keys_without_kid() {
    let (mine, nameless) = (oct(r#","kid":"a""#), oct(""));
    assert!(by(&set(&[mine.clone(), other(r#","kid":"b""#)]), &with_kid("a")).is_empty());
    assert_eq!(
        by(&set(&[other(r#","kid":"a""#), mine.replace("\"a\"", "\"b\"")]), &with_kid("a")),
        ["signature-mismatch"],
        "only equal kids are tried"
    );
    assert!(by(&set(&[other(r#","kid":"b""#), nameless]), &with_kid("a")).is_empty(), "keys without kid");
    assert_eq!(by(&set(&[mine.clone(), other(r#","kid":"b""#)]), &with_kid("c")), ["kid-unknown"]);
    assert_eq!(by(&mine, &with_kid("A")), ["kid-unknown"], "a kid is compared exactly");
}

#[test]
fn at_most_16_keys_are_tried_without_kid() {
    let many = |count: usize| {
        let mut members: Vec<String> = (1..count)
            .map(|n| {
                format!(r#"{{"kty":"oct","kid":"{n}","k":"{}"}}"#, b64(format!("a secret that is long enough {n:08}")))
            })
            .collect();
        members.push(oct(r#","kid":"last""#));
        set(&members)
    };
    assert!(by(&many(16), HS256).is_empty());
    assert_eq!(by(&many(17), HS256), ["kid-required"]);
    assert!(by(&many(17), &with_kid("last")).is_empty());
}

#[test]
fn ambiguous_or_mixed_key_set_is_refused() {
    let room = Sandbox::new();
    let ec = room.run(&["keys", "generate", "-o", "-", "--encoding", "jwk"]).ok().stdout;
    let public = {
        room.write("ec", &ec);
        room.run(&["keys", "public", "ec", "--encoding", "jwk"]).ok().stdout
    };
    for (name, text) in
        [("mixed", set(&[oct(r#","kid":"a""#), ec])), ("mixed-public", set(&[oct(r#","kid":"a""#), public]))]
    {
        room.write(name, text);
        let ran = room.run(&["verify", "-k", name, &hs256(with_kid("a"), GOOD)]);
        assert_eq!(ran.code, 3, "{name}: {ran:?}");
    }
}

#[test]
fn every_key_with_the_kid_of_the_token_is_tried() {
    let room = Sandbox::new();
    let generate = |name: &str| {
        room.run(&["keys", "generate", "--kid", "a", "--encoding", "jwk", "-o", name]).ok();
        room.run(&["keys", "public", name, "--encoding", "jwk"]).ok().stdout
    };
    let keys: Vec<String> = (0..17).map(|number| generate(&format!("{number}.jwk"))).collect();
    let token = room.run(&["issue", "-k", "0.jwk", "--sub", "alice"]).ok().stdout;
    let verify = |members: &[String]| {
        room.write("set", set(members));
        room.run(&["verify", "-k", "set", token.trim()])
    };
    for count in [2, 16] {
        let last: Vec<String> = keys[1..count].iter().chain([&keys[0]]).cloned().collect();
        verify(&last).ok();
    }
    let ran = verify(&keys);
    assert!(ran.code == 1 && ran.stdout.contains("kid-ambiguous"), "{ran:?}");
    let ran = verify(&[keys[0].clone(), keys[1].clone(), keys[1].clone()]).ok();
    assert!(ran.stderr.contains("warning: set: member 2 repeats member 1 and is dropped"), "{ran:?}");
    assert!(ran.stderr.contains("warning: set: 2 keys have kid \"a\""), "{ran:?}");
    let encryption = keys[0].replace("\"use\": \"sig\"", "\"use\": \"enc\"");
    assert_ne!(encryption, keys[0]);
    assert_eq!(verify(&[encryption, keys[1].clone()]).code, 1, "its key is for encryption");
}

#[test]
fn unusable_keys_are_skipped_and_reported() {
    let room = Sandbox::new();
    let bad = [
        r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#,
        r#"{"kty":"future"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"short"}"#,
    ];
    let public = fixture(&room, "p256.spki.pem");
    let good = room.run(&["keys", "public", &public, "--encoding", "jwk"]).ok().stdout;
    let members: Vec<String> = bad.iter().map(|text| (*text).to_owned()).chain([good]).collect();
    room.write("set", set(&members));
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    let ran = room.run(&["verify", "-k", "set", &token]).ok();
    assert_eq!(ran.stderr.matches("warning").count(), 3, "{ran:?}");
    for text in bad {
        room.write("one", text);
        assert_eq!(room.run(&["verify", "-k", "one", &hs256(HS256, GOOD)]).code, 3, "{text}");
        room.write("one", set(&[text.to_owned()]));
        assert_eq!(room.run(&["verify", "-k", "one", &hs256(HS256, GOOD)]).code, 3, "only {text}");
    }
}

#[test]
fn valid_key_for_another_algorithm_is_a_rejection() {
    let room = Sandbox::new();
    let keys: Vec<String> = ["rsa2048.spki.pem", "p256.spki.pem", "p384.sec1.pem", "ed25519.spki.pem", "k256.spki.pem"]
        .iter()
        .map(|name| fixture(&room, name))
        .collect();
    let token = signed("p521.pkcs8.pem", "ES512", r#"{"alg":"ES512"}"#, GOOD);
    for key in &keys {
        assert_eq!(reject_reasons_with(&room, key, &token, &[]), ["no-matching-key"], "{key}");
    }
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    assert_eq!(reject_reasons_with(&room, &keys[4], &token, &[]), ["no-matching-key"], "P-256 is not secp256k1");
}

#[test]
fn several_key_options_are_not_a_mixed_set() {
    let room = Sandbox::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    room.write("secret", SECRET);
    let rsa = signed("rsa2048.pkcs8.pem", "PS256", r#"{"alg":"PS256"}"#, GOOD);
    for token in [hs256(HS256, GOOD), rsa] {
        assert!(reject_reasons_with(&room, "secret", &token, &["-k", &public]).is_empty());
    }
    let pem = crate::tokens::bytes("rsa2048.spki.pem");
    assert_eq!(
        reject_reasons_with(&room, "secret", hs256_by(&pem, HS256, GOOD), &["-k", &public]),
        ["signature-mismatch"]
    );
}

#[test]
fn key_bound_to_an_issuer_verifies_its_tokens_only() {
    let room = Sandbox::new();
    room.write("a", SECRET);
    room.write("b", b"another secret of thirty-two bytes");
    let token = |iss: &str| hs256(HS256, claims(&format!(r#""iss":"{iss}","#)));
    assert!(
        reject_reasons_with(&room, "https://a.test=a", token("https://a.test"), &["-k", "https://b.test=b"]).is_empty()
    );
    let reasons = reject_reasons_with(&room, "https://a.test=a", token("https://b.test"), &["-k", "https://b.test=b"]);
    assert!(!reasons.is_empty());
    assert_eq!(reject_reasons_with(&room, "https://a.test=a", token("https://b.test"), &[]), ["issuer-not-bound"]);
    assert_eq!(reject_reasons_with(&room, "https://a.test=a", hs256(HS256, GOOD), &[]), ["issuer-not-bound"]);
    let ran = room.run(&["verify", "-k", "a", "--iss", "x", "--iss", "y", &token("x")]);
    assert_eq!(ran.code, 2, "several --iss with an unbound key: {ran:?}");
}

#[test]
fn alternative_decoding_of_a_raw_secret_is_only_a_hint() {
    let room = Sandbox::new();
    let hex: String = SECRET.iter().map(|byte| format!("{byte:02x}")).collect();
    for (name, text) in
        [("newline", [SECRET, b"\n"].concat()), ("hex", hex.into_bytes()), ("base64", b64(SECRET).into_bytes())]
    {
        room.write(name, text);
        assert_eq!(reject_reasons_with(&room, name, hs256(HS256, GOOD), &[]), ["signature-mismatch"]);
        let ran = room.run(&["verify", "-k", name, &hs256(HS256, GOOD)]);
        assert!(ran.stderr.contains("hint") || ran.stdout.contains("hint"), "{name}: {ran:?}");
    }
}

#[test]
fn key_store_is_used_by_default() {
    let room = Sandbox::new();
    let ran = room.run(&["verify", &hs256(HS256, GOOD)]);
    assert!(ran.code == 4 && ran.stderr.contains("hint: name a key of the issuer with -k FILE"), "{ran:?}");
    room.run(&["keys", "generate"]).ok();
    let token = room.run(&["issue", "--sub", "alice"]).ok().stdout;
    room.run_with(&["verify"], &token).ok();
}
