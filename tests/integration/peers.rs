//! The forty tokens of the comparison with peers, and each way in which a peer failed.

use crate::harness::{NOW, Room};
use crate::tokens::{GOOD, HS256, SECRET, b64, claims, fixture, hs256, hs256_by, input, judge, judged, mac, signed};

/// Each row: a token with a right HS256 signature, and the reasons that it must meet.
macro_rules! rows {
    ($($name:ident: $header:expr, $payload:expr => [$($reason:literal),*];)*) => {$(
        #[test]
        fn $name() {
            let reasons: &[&str] = &[$($reason),*];
            assert_eq!(judged(hs256($header, $payload), &[]), reasons);
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
fn good_rs() {
    let room = Room::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = signed("rsa2048.pkcs8.pem", "RS256", r#"{"alg":"RS256"}"#, GOOD);
    assert!(judge(&room, &public, token, &[]).is_empty());
}

#[test]
fn good_es() {
    let room = Room::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    assert!(judge(&room, &public, token, &[]).is_empty());
}

#[test]
fn good_ed() {
    let room = Room::new();
    let public = fixture(&room, "ed25519.spki.pem");
    for name in ["EdDSA", "Ed25519"] {
        let token = signed("ed25519.pkcs8.pem", name, &format!(r#"{{"alg":"{name}"}}"#), GOOD);
        assert!(judge(&room, &public, token, &[]).is_empty());
    }
}

#[test]
fn badsig_rs() {
    let room = Room::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = signed("rsa2048.pkcs8.pem", "RS256", r#"{"alg":"RS256"}"#, GOOD);
    let signature = token.rsplit('.').next().unwrap();
    let other = input(r#"{"alg":"RS256"}"#, claims(r#""sub":"admin","#));
    assert_eq!(judge(&room, &public, format!("{other}.{signature}"), &[]), ["signature-mismatch"]);
}

#[test]
fn none_in_any_spelling_with_any_key_and_flag() {
    let room = Room::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    for name in ["none", "None", "NONE", "nOnE"] {
        let unsigned = format!("{}.", input(format!(r#"{{"alg":"{name}"}}"#), GOOD));
        assert_eq!(
            judge(&room, &public, unsigned, &["--allow-weak", "--allow-no-exp", "--any-aud"]),
            ["algorithm-none"]
        );
    }
    let ran = room.run(&["verify", "-k", &public, "--alg", "none", "a.b.c"]);
    assert_eq!(ran.code, 2, "none cannot be allowed: {ran:?}");
}

#[test]
fn two_parts() {
    assert_eq!(judged(input(HS256, GOOD), &[]), ["malformed"]);
}

#[test]
fn empty_sig() {
    assert_eq!(judged(format!("{}.", input(HS256, GOOD)), &[]), ["signature-missing"]);
}

#[test]
fn four_parts() {
    assert_eq!(judged(format!("{}.AAAA", hs256(HS256, GOOD)), &[]), ["malformed"]);
}

#[test]
fn pad_sig() {
    assert_eq!(judged(format!("{}=", hs256(HS256, GOOD)), &[]), ["malformed"]);
}

#[test]
fn noncanon() {
    let token = hs256(HS256, GOOD);
    let (rest, last) = token.split_at(token.len() - 1);
    // 32 bytes end in four bits of data: the last two bits of the last character are nothing.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    for more in 1..4 {
        assert_eq!(judged(format!("{rest}{}", &alphabet[at + more..=at + more]), &[]), ["malformed"]);
    }
}

#[test]
fn psychic_es() {
    let room = Room::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = format!("{}.{}", input(r#"{"alg":"ES256"}"#, GOOD), b64([0; 64]));
    assert_eq!(judge(&room, &public, token, &[]), ["signature-mismatch"]);
}

#[test]
fn der_es() {
    let room = Room::new();
    let public = fixture(&room, "p256.spki.pem");
    let token = signed("p256.pkcs8.pem", "ES256", r#"{"alg":"ES256"}"#, GOOD);
    let (input, signature) = token.rsplit_once('.').unwrap();
    let raw = authkit::encoding::base64url::decode(signature.as_bytes()).unwrap();
    let integer = |half: &[u8]| [&[2, 33, 0], half].concat();
    let der = [&[0x30, 70][..], &integer(&raw[..32]), &integer(&raw[32..])].concat();
    assert_eq!(judge(&room, &public, format!("{input}.{}", b64(der)), &[]), ["signature-mismatch"]);
}

#[test]
fn embedded_jwk() {
    let room = Room::new();
    let public = fixture(&room, "p256.spki.pem");
    room.run(&["keys", "generate", "-o", "attacker.pem"]).ok();
    let jwk = room.run(&["keys", "public", "attacker.pem", "--encoding", "jwk"]).ok().stdout;
    let header = format!("jwk={}", jwk.trim());
    let token = room.run(&["issue", "-k", "attacker.pem", "--sub", "admin", "--header-json", &header]).ok().stdout;
    assert_eq!(judge(&room, &public, token, &[]), ["signature-mismatch"]);
}

#[test]
fn ansi() {
    let token = hs256(HS256, claims(r#""sub":"\u001b[31mRED\u001b]0;pwned\u0007\u202egnp\u200b","#));
    let room = Room::new();
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
fn giant_8m() {
    let token = hs256(HS256, claims(&format!(r#""fill":"{}","#, "x".repeat(6_000_000))));
    assert_eq!(judged(&token, &[]), ["too-large"]);
    assert!(judged(&token, &["--max-token-bytes", "9000000"]).is_empty());
}

#[test]
fn bearer() {
    // What people paste around a token is trimmed (§2.1a).
    assert!(judged(format!("Bearer {}", hs256(HS256, GOOD)), &[]).is_empty());
    assert!(judged(format!("  bearer {}\r\n", hs256(HS256, GOOD)), &[]).is_empty());
}

#[test]
fn nl() {
    let token = hs256(HS256, GOOD);
    let at = token.find('.').unwrap() + 9;
    assert_eq!(judged(format!("{}\n{}", &token[..at], &token[at..]), &[])[0], "malformed");
    assert!(judged(format!("{token}\n"), &[]).is_empty());
}

#[test]
fn garbage() {
    for garbage in ["garbage", "a.b", "\u{1}\u{2}.\u{3}.", "🦀.🦀.🦀", "{}"] {
        let reasons = judged(garbage, &[]);
        assert!(["malformed", "not-compact"].contains(&reasons[0].as_str()), "{garbage}: {reasons:?}");
    }
}

#[test]
fn empty() {
    for empty in ["", "\n", "  ", "Bearer "] {
        assert_eq!(judged(empty, &[]), ["malformed"], "{empty:?}");
    }
    let room = Room::new();
    room.write("secret", SECRET);
    assert_eq!(room.run(&["verify", "-k", "secret", ""]).code, 1);
}

#[test]
fn empty_secret_and_empty_secret_token() {
    let room = Room::new();
    room.write("empty", "");
    let token = hs256_by(b"", HS256, GOOD);
    for key in ["empty", "raw:empty", "text:", "hex:", "base64:"] {
        let ran = room.run_with(&["verify", "-k", key, "--allow-weak"], &token);
        assert!(ran.code == 3, "{key}: {ran:?}");
    }
}

#[test]
fn an_explicit_alg_does_not_lift_the_wall_between_kinds() {
    let room = Room::new();
    let public = fixture(&room, "rsa2048.spki.pem");
    let token = hs256_by(&crate::tokens::bytes("rsa2048.spki.pem"), HS256, GOOD);
    assert_eq!(judge(&room, &public, token, &["--alg", "HS256"]), ["key-unfit"]);
}

#[test]
fn white_space_inside_the_json_is_fine() {
    let payload = " {\n\t\"sub\" : \"alice\" ,\r\n \"exp\" : 1769861700 } ";
    let input = input(HS256, payload);
    assert!(judged(format!("{input}.{}", mac(SECRET, &input)), &[]).is_empty());
}

#[test]
fn weak_secrets_are_refused_and_named() {
    let room = Room::new();
    room.write("short", b"six by");
    let token = hs256_by(b"six by", HS256, GOOD);
    assert_eq!(judge(&room, "short", &token, &[]), ["key-weak"]);
    let ran = room.run_with(&["verify", "-k", "short", "--allow-weak", "--json"], &token).ok();
    assert!(ran.json()["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "error"), "{ran:?}");
}
