//! Tests with the forty tokens of the comparison with other tools, covering each failure seen there.

use crate::harness::{NOW, Sandbox};
use crate::tokens::{
    GOOD, HS256, SECRET, b64, claims, fixture, hs256, hs256_by, input, mac, reject_reasons, reject_reasons_with, signed,
};

/// Each row: a token with a valid HS256 signature, and its expected reject reasons.
macro_rules! rows {
    ($($name:ident: $header:expr, $payload:expr => [$($reason:literal),*];)*) => {$(
        #[test]
        fn $name() {
            let reasons: &[&str] = &[$($reason),*];
            assert_eq!(reject_reasons(hs256($header, $payload), &[]), reasons);
        }
    )*};
}

rows! {
    good_hs: HS256, GOOD => [];
    expired: HS256, format!(r#"{{"exp":{}}}"#, NOW - 86_400) => ["expired"];
    exp_10min_ago: HS256, format!(r#"{{"exp":{}}}"#, NOW - 600) => ["expired"];
    nbf_future: HS256, claims(&format!(r#""nbf":{},"#, NOW + 60)) => ["not-yet-valid"];
    noexp: HS256, r#"{"sub":"alice"}"# => ["expiry-missing"];
    crit: r#"{"alg":"HS256","crit":["exp2"],"exp2":1}"#, GOOD => ["crit-unknown"];
    dup_alg: r#"{"alg":"RS256","alg":"HS256"}"#, GOOD => ["malformed"];
    dup_claim: HS256, claims(r#""sub":"alice","sub":"admin","#) => ["malformed"];
    array_payload: HS256, "[1,2]" => ["malformed"];
    text_payload: HS256, "not JSON" => ["malformed"];
    exp_string: HS256, r#"{"exp":"tomorrow"}"# => ["claim-invalid"];
    exp_strnum_past: HS256, r#"{"exp":"1500000000"}"# => ["claim-invalid"];
    exp_huge: HS256, r#"{"exp":1e400}"# => ["malformed"];
    exp_neg: HS256, r#"{"exp":-1}"# => ["expired"];
    exp_ms: HS256, r#"{"exp":1769861700000}"# => ["exp-not-seconds"];
    badutf8: HS256, b"{\"exp\":1769861700,\"sub\":\"\xff\"}" => ["malformed"];
    deep: HS256, format!(r#"{{"a":{}{},"exp":1769861700}}"#, "[".repeat(100_000), "]".repeat(100_000)) => ["malformed"];
    big_100k: HS256, claims(&format!(r#""fill":"{}","#, "x".repeat(100_000))) => [];
    b64false: r#"{"alg":"HS256","b64":false}"#, GOOD => ["payload-unencoded"];
    none: r#"{"alg":"none"}"#, GOOD => ["algorithm-none"];
    none_case: r#"{"alg":"NoNe"}"#, GOOD => ["algorithm-none"];
}

#[test]
fn rs256_token_is_accepted() {
    let room = Sandbox::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = signed("rsa2048.pkcs8.pem", "RS256", r#"{"alg":"RS256"}"#, GOOD);
    assert!(reject_reasons_with(&room, &public, token, &[]).is_empty());
}

#[test]
fn es256_token_is_accepted() {
    let room = Sandbox::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    assert!(reject_reasons_with(&room, &public, token, &[]).is_empty());
}

#[test]
fn eddsa_token_is_accepted() {
    let room = Sandbox::new();
    let public = fixture(&room, "ed25519.spki.pem");
    for name in ["EdDSA", "Ed25519"] {
        let token = signed("ed25519.pkcs8.pem", name, &format!(r#"{{"alg":"{name}"}}"#), GOOD);
        assert!(reject_reasons_with(&room, &public, token, &[]).is_empty());
    }
}

#[test]
fn rs256_token_with_wrong_signature_is_rejected() {
    let room = Sandbox::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = signed("rsa2048.pkcs8.pem", "RS256", r#"{"alg":"RS256"}"#, GOOD);
    let signature = token.rsplit('.').next().unwrap();
    let other = input(r#"{"alg":"RS256"}"#, claims(r#""sub":"admin","#));
    assert_eq!(reject_reasons_with(&room, &public, format!("{other}.{signature}"), &[]), ["signature-mismatch"]);
}

#[test]
fn alg_none_is_rejected_with_any_key_and_flag() {
    let room = Sandbox::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    for name in ["none", "None", "NONE", "nOnE"] {
        let unsigned = format!("{}.", input(format!(r#"{{"alg":"{name}"}}"#), GOOD));
        assert_eq!(
            reject_reasons_with(&room, &public, unsigned, &["--allow-weak", "--allow-no-exp", "--any-aud"]),
            ["algorithm-none"]
        );
    }
    let ran = room.run(&["verify", "-k", &public, "--alg", "none", "a.b.c"]);
    assert_eq!(ran.code, 2, "none cannot be allowed: {ran:?}");
}

#[test]
fn token_of_two_segments_is_malformed() {
    assert_eq!(reject_reasons(input(HS256, GOOD), &[]), ["malformed"]);
}

#[test]
fn token_without_signature_is_rejected() {
    assert_eq!(reject_reasons(format!("{}.", input(HS256, GOOD)), &[]), ["signature-missing"]);
}

#[test]
fn token_of_four_segments_is_malformed() {
    assert_eq!(reject_reasons(format!("{}.AAAA", hs256(HS256, GOOD)), &[]), ["malformed"]);
}

#[test]
fn padded_signature_is_malformed() {
    assert_eq!(reject_reasons(format!("{}=", hs256(HS256, GOOD)), &[]), ["malformed"]);
}

#[test]
fn non_canonical_signature_is_malformed() {
    let token = hs256(HS256, GOOD);
    let (rest, last) = token.split_at(token.len() - 1);
    // The last character of 32 bytes carries four data bits and two padding bits.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    for more in 1..4 {
        assert_eq!(reject_reasons(format!("{rest}{}", &alphabet[at + more..=at + more]), &[]), ["malformed"]);
    }
}

#[test]
fn all_zero_ecdsa_signature_is_rejected() {
    let room = Sandbox::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = format!("{}.{}", input(r#"{"alg":"ES256"}"#, GOOD), b64([0; 64]));
    assert_eq!(reject_reasons_with(&room, &public, token, &[]), ["signature-mismatch"]);
}

#[test]
fn ecdsa_signature_in_der_is_rejected() {
    let room = Sandbox::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let raw = authkit::encoding::base64url::decode(signature.as_bytes()).unwrap();
    let integer = |half: &[u8]| [&[2, 33, 0], half].concat();
    let der = [&[0x30, 70][..], &integer(&raw[..32]), &integer(&raw[32..])].concat();
    assert_eq!(reject_reasons_with(&room, &public, format!("{input}.{}", b64(der)), &[]), ["signature-mismatch"]);
}

#[test]
fn embedded_jwk_is_not_used_as_key() {
    let room = Sandbox::new();
    let public = fixture(&room, "p256.spki.pem");
    room.run(&["keys", "generate", "-o", "attacker.pem"]).ok();
    let jwk = room.run(&["keys", "public", "attacker.pem", "--encoding", "jwk"]).ok().stdout;
    let header = format!("jwk={}", jwk.trim());
    let token = room.run(&["issue", "-k", "attacker.pem", "--sub", "admin", "--header-json", &header]).ok().stdout;
    assert_eq!(reject_reasons_with(&room, &public, token, &[]), ["signature-mismatch"]);
}

#[test]
fn terminal_escapes_in_claims_are_escaped() {
    let token = hs256(HS256, claims(r#""sub":"\u001b[31mRED\u001b]0;pwned\u0007\u202egnp\u200b","#));
    let room = Sandbox::new();
    room.write("secret", SECRET);
    for arguments in [
        &["verify", "-k", "secret"][..],
        &["verify", "-k", "secret", "--get", "sub"],
        &["decode"],
        &["decode", "--get", "sub"],
    ] {
        let ran = room.run_with(arguments, &token).ok();
        assert!(ran.stdout.contains("[31mRED"), "{ran:?}");
        let raw = |c: char| (c.is_control() && c != '\n') || ['\u{202e}', '\u{200b}'].contains(&c);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(raw), "{ran:?}");
    }
}

#[test]
fn token_of_8_mb_is_too_large() {
    let token = hs256(HS256, claims(&format!(r#""fill":"{}","#, "x".repeat(6_000_000))));
    assert_eq!(reject_reasons(&token, &[]), ["too-large"]);
    assert!(reject_reasons(&token, &["--max-token-bytes", "9000000"]).is_empty());
}

#[test]
fn bearer_prefix_is_trimmed() {
    // Common prefixes of pasted tokens are trimmed.
    assert!(reject_reasons(format!("Bearer {}", hs256(HS256, GOOD)), &[]).is_empty());
    assert!(reject_reasons(format!("  bearer {}\r\n", hs256(HS256, GOOD)), &[]).is_empty());
}

#[test]
fn token_wrapped_over_lines_is_joined_and_one_with_a_blank_is_malformed() {
    let token = hs256(HS256, GOOD);
    let at = token.find('.').unwrap() + 9;
    assert!(reject_reasons(format!("{}\n{}", &token[..at], &token[at..]), &[]).is_empty());
    assert_eq!(reject_reasons(format!("{} {}", &token[..at], &token[at..]), &[])[0], "malformed");
    assert!(reject_reasons(format!("{token}\n"), &[]).is_empty());
}

#[test]
fn garbage_is_malformed() {
    for garbage in ["garbage", "a.b", "\u{1}\u{2}.\u{3}.", "🦀.🦀.🦀", "{}"] {
        let reasons = reject_reasons(garbage, &[]);
        assert!(["malformed", "not-compact"].contains(&reasons[0].as_str()), "{garbage}: {reasons:?}");
    }
}

#[test]
fn empty_token_is_malformed() {
    for empty in ["", "\n", "  ", "Bearer "] {
        assert_eq!(reject_reasons(empty, &[]), ["malformed"], "{empty:?}");
    }
    let room = Sandbox::new();
    room.write("secret", SECRET);
    assert_eq!(room.run(&["verify", "-k", "secret", ""]).code, 1);
}

#[test]
fn empty_secret_is_refused() {
    let room = Sandbox::new();
    room.write("empty", "");
    let token = hs256_by(b"", HS256, GOOD);
    for key in ["empty", "raw:empty", "text:", "hex:", "base64:"] {
        let ran = room.run_with(&["verify", "-k", key, "--allow-weak"], &token);
        assert!(ran.code == 3, "{key}: {ran:?}");
    }
}

#[test]
fn explicit_alg_does_not_allow_a_public_key_as_secret() {
    let room = Sandbox::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = hs256_by(&crate::tokens::bytes("rsa2048.spki.pem"), HS256, GOOD);
    assert_eq!(reject_reasons_with(&room, &public, token, &["--alg", "HS256"]), ["no-matching-key"]);
}

#[test]
fn white_space_inside_json_is_accepted() {
    let payload = " {\n\t\"sub\" : \"alice\" ,\r\n \"exp\" : 1769861700 } ";
    let input = input(HS256, payload);
    assert!(reject_reasons(format!("{input}.{}", mac(SECRET, &input)), &[]).is_empty());
}

#[test]
fn weak_secret_is_refused_and_reported() {
    let room = Sandbox::new();
    room.write("short", b"six by");
    let token = hs256_by(b"six by", HS256, GOOD);
    assert_eq!(reject_reasons_with(&room, "short", &token, &[]), ["key-weak"]);
    let ran = room.run_with(&["verify", "-k", "short", "--allow-weak", "--json"], &token).ok();
    assert!(ran.json()["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "error"), "{ran:?}");
}
