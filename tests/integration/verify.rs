//! Tests of the strictness of `authkit verify`: structure, header, claims, requirements. Keys are in verify_keys.rs.

use crate::harness::{NOW, Sandbox};
use crate::tokens::{
    GOOD, HS256, SECRET, b64, claims, hs256, hs256_by, input, mac, reject_reasons, reject_reasons_with,
};

// Structure.

#[test]
fn tokens_of_wrong_segment_count_are_rejected_by_name() {
    for (token, reason) in [
        ("e30", "malformed"),
        ("e30.e30", "malformed"),
        ("e30.e30.AA.AA", "malformed"),
        ("a.b.c.d.e.f", "malformed"),
        ("eyJhbGciOiJkaXIifQ..AA.AA.AA", "malformed"),
        ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AA.AA.AA", "encrypted-not-signed"),
    ] {
        assert_eq!(reject_reasons(token, &[]), [reason], "{token}");
    }
}

#[test]
fn segment_not_in_strict_base64url_is_rejected() {
    let token = hs256(HS256, GOOD);
    let parts: Vec<&str> = token.split('.').collect();
    for at in 0..3 {
        for change in [
            |part: &str| format!("{part}="),
            |part: &str| format!("{}+{}", &part[..4], &part[5..]),
            |part: &str| format!("{}/{}", &part[..4], &part[5..]),
            |part: &str| format!("{} {}", &part[..4], &part[4..]),
            |part: &str| format!("{}\u{e9}{}", &part[..4], &part[5..]),
        ] {
            let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            parts[at] = change(&parts[at]);
            let reasons = reject_reasons(parts.join("."), &[]);
            assert_eq!(reasons.first().map(String::as_str), Some("malformed"), "{parts:?}: {reasons:?}");
        }
    }
}

/// Each case in the header and in the payload.
#[test]
fn part_that_is_not_one_strict_json_object_is_rejected() {
    let strict: [(&str, &[u8]); 14] = [
        ("invalid UTF-8", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":\"\xc3\x28\"}"),
        ("an overlong form", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":\"\xc0\x80\"}"),
        ("a byte order mark", b"\xef\xbb\xbf{\"alg\":\"HS256\",\"exp\":1769861700}"),
        ("text after it", b"{\"alg\":\"HS256\",\"exp\":1769861700} x"),
        ("two objects", b"{\"alg\":\"HS256\",\"exp\":1769861700}{}"),
        ("an array", b"[{\"alg\":\"HS256\",\"exp\":1769861700}]"),
        ("null", b"null"),
        ("nothing", b""),
        ("a comma too many", b"{\"alg\":\"HS256\",\"exp\":1769861700,}"),
        ("a raw control character", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":\"\x01\"}"),
        ("a member twice, by escape", b"{\"alg\":\"HS256\",\"\\u0061lg\":\"HS256\",\"exp\":1769861700}"),
        ("a member twice, deep down", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}"),
        ("half a surrogate pair", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":\"\\ud800\"}"),
        ("NaN", b"{\"alg\":\"HS256\",\"exp\":1769861700,\"a\":NaN}"),
    ];
    for (what, text) in strict {
        for token in [hs256(text, GOOD), hs256(HS256, text)] {
            // An empty payload is detached.
            let reason = if token.contains("..") { "not-compact" } else { "malformed" };
            assert_eq!(reject_reasons(token, &[]), [reason], "{what}");
        }
    }
}

#[test]
fn json_nested_deeper_than_64_is_rejected() {
    let nested = |levels: usize| hs256(HS256, claims(&format!(r#""a":{}{},"#, "[".repeat(levels), "]".repeat(levels))));
    assert!(reject_reasons(nested(63), &[]).is_empty(), "63 arrays in an object are 64 deep");
    assert_eq!(reject_reasons(nested(64), &[]), ["malformed"]);
}

#[test]
fn token_larger_than_a_mebibyte_is_rejected() {
    let empty = hs256(HS256, claims(r#""f":"","#)).len();
    let of = |bytes: usize| {
        let fill = (bytes - empty) * 3 / 4 - 2;
        hs256(HS256, claims(&format!(r#""f":"{}","#, "x".repeat(fill))))
    };
    let (below, above) = (of(1 << 20), of((1 << 20) + 64));
    assert!(below.len() <= 1 << 20 && above.len() > 1 << 20);
    assert!(reject_reasons(&below, &[]).is_empty());
    assert_eq!(reject_reasons(&above, &[]), ["too-large"]);
    assert!(reject_reasons(&above, &["--max-token-bytes", "2000000"]).is_empty());
    assert_eq!(reject_reasons(hs256(HS256, GOOD), &["--max-token-bytes", "50"]), ["too-large"]);
}

// Header.

#[test]
fn header_parameter_of_wrong_type_is_rejected() {
    for header in [
        r#"{"alg":1}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"HS256","kid":7}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","typ":true}"#,
        r#"{"alg":"HS256","cty":{}}"#,
    ] {
        assert_eq!(reject_reasons(hs256(header, GOOD), &[]), ["header-invalid"], "{header}");
    }
    assert_eq!(reject_reasons(hs256("{}", GOOD), &[]), ["algorithm-missing"]);
    for alg in ["", "hs256", "HS256 ", "RS1", "PBES2-HS256+A128KW"] {
        assert_eq!(reject_reasons(hs256(format!(r#"{{"alg":"{alg}"}}"#), GOOD), &[]), ["algorithm-unknown"], "{alg:?}");
    }
}

#[test]
fn malformed_or_unknown_crit_is_rejected() {
    let cases = [
        (r#""crit":[]"#, "crit-invalid"),
        (r#""crit":"b64""#, "crit-invalid"),
        (r#""crit":{}"#, "crit-invalid"),
        (r#""crit":null"#, "crit-invalid"),
        (r#""crit":[1]"#, "crit-invalid"),
        (r#""x":1,"crit":["x","x"]"#, "crit-invalid"),
        (r#""crit":["alg"]"#, "crit-invalid"),
        (r#""typ":"JWT","crit":["typ"]"#, "crit-invalid"),
        (r#""epk":{},"crit":["epk"]"#, "crit-invalid"),
        (r#""crit":["x"]"#, "crit-invalid"),
        (r#""x":1,"crit":["x"]"#, "crit-unknown"),
        (r#""b64":true,"crit":["b64"]"#, "crit-unknown"),
    ];
    for (members, reason) in cases {
        let reasons = reject_reasons(hs256(format!(r#"{{"alg":"HS256",{members}}}"#), GOOD), &[]);
        assert!(reasons.contains(&reason.to_owned()), "{members}: {reasons:?}");
    }
}

#[test]
fn jwt_with_unencoded_payload_is_rejected() {
    for members in [r#""b64":false"#, r#""b64":false,"crit":["b64"]"#] {
        let reasons = reject_reasons(hs256(format!(r#"{{"alg":"HS256",{members}}}"#), GOOD), &[]);
        assert!(reasons.contains(&"payload-unencoded".to_owned()), "{members}: {reasons:?}");
    }
}

#[test]
fn other_header_parameters_are_ignored() {
    let header = r#"{"alg":"HS256","zip":"DEF","x":[1],"jku":"https://evil.test/jwks","x5u":"file:///etc/passwd","x5c":["AA"],"jwk":{"kty":"oct","k":"AA"}}"#;
    assert!(reject_reasons(hs256(header, GOOD), &[]).is_empty());
}

#[test]
fn secret_in_the_header_is_not_used_as_key() {
    let own = b"the secret that the token brings along";
    let header = format!(r#"{{"alg":"HS256","jwk":{{"kty":"oct","k":"{}"}}}}"#, b64(own));
    assert_eq!(reject_reasons(hs256_by(own, header, GOOD), &[]), ["signature-mismatch"]);
}

#[test]
fn nested_token_is_rejected() {
    for cty in ["JWT", "jwt", "application/jwt"] {
        assert_eq!(
            reject_reasons(hs256(format!(r#"{{"alg":"HS256","cty":"{cty}"}}"#), GOOD), &[]),
            ["nested"],
            "{cty}"
        );
    }
    assert!(reject_reasons(hs256(r#"{"alg":"HS256","cty":"json"}"#, GOOD), &[]).is_empty());
}

// Times.

/// `(claims, flags, reasons)`, all at NOW.
#[track_caller]
fn all(cases: &[(String, &[&str], &[&str])]) {
    for (claims, flags, reasons) in cases {
        assert_eq!(reject_reasons(hs256(HS256, claims), flags), *reasons, "{claims} {flags:?}");
    }
}

fn exp(value: impl std::fmt::Display) -> String {
    format!(r#"{{"exp":{value}}}"#)
}

#[test]
fn exp_is_exact_to_the_second() {
    all(&[
        (exp(NOW + 1), &[], &[]),
        (exp(NOW), &[], &["expired"]),
        (exp(NOW - 59), &["--leeway", "60s"], &[]),
        (exp(NOW - 60), &["--leeway", "60s"], &["expired"]),
        (exp(format!("{NOW}.5")), &[], &[]),
        (exp(format!("{}.5", NOW - 1)), &[], &["expired"]),
        (exp("1.7698617e9"), &[], &[]),
        (exp(0), &[], &["expired"]),
    ]);
}

#[test]
fn nbf_is_exact_to_the_second() {
    let nbf = |at: i64| claims(&format!(r#""nbf":{at},"#));
    all(&[
        (nbf(NOW), &[], &[]),
        (nbf(NOW + 1), &[], &["not-yet-valid"]),
        (nbf(NOW + 60), &["--leeway", "60s"], &[]),
        (nbf(NOW + 61), &["--leeway", "60s"], &["not-yet-valid"]),
    ]);
}

#[test]
fn time_claim_out_of_range_or_not_a_number_is_rejected() {
    for value in ["\"1769861700\"", "null", "true", "[]", "{}", "1e400", "-1e400", "1e300", "99999999999999999999"] {
        for name in ["exp", "nbf", "iat"] {
            let text = if name == "exp" { exp(value) } else { claims(&format!(r#""{name}":{value},"#)) };
            let reasons = reject_reasons(hs256(HS256, &text), &[]);
            let fit = reasons
                .iter()
                .all(|reason| ["claim-invalid", "exp-not-seconds", "malformed"].contains(&reason.as_str()));
            assert!(!reasons.is_empty() && fit, "{text}: {reasons:?}");
        }
    }
}

#[test]
fn exp_in_milliseconds_has_a_separate_reason() {
    all(&[(exp("1769861700000"), &[], &["exp-not-seconds"])]);
}

#[test]
fn leeway_longer_than_a_day_is_refused() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    assert_eq!(room.run(&["verify", "-k", "secret", "--leeway", "24h", &hs256(HS256, GOOD)]).code, 0);
    for leeway in ["86401s", "25h", "-1s", "soon", "60"] {
        let ran = room.run(&["verify", "-k", "secret", &format!("--leeway={leeway}"), &hs256(HS256, GOOD)]);
        assert_eq!(ran.code, 2, "{leeway}: {ran:?}");
    }
}

#[test]
fn recently_expired_token_gets_a_leeway_hint() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let near = room.run(&["verify", "-k", "secret", &hs256(HS256, exp(NOW - 42))]);
    assert!(near.stderr.contains("--leeway 60s") || near.stdout.contains("--leeway 60s"), "{near:?}");
    let far = room.run(&["verify", "-k", "secret", &hs256(HS256, exp(NOW - 61))]);
    assert!(!far.stderr.contains("--leeway") && !far.stdout.contains("--leeway"), "{far:?}");
}

#[test]
fn token_without_exp_is_rejected_unless_allowed() {
    all(&[
        ("{}".to_owned(), &[], &["expiry-missing"]),
        ("{}".to_owned(), &["--allow-no-exp"], &[]),
        (exp(NOW), &["--allow-no-exp"], &["expired"]),
    ]);
}

#[test]
fn future_iat_is_a_finding() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let token = hs256(HS256, claims(&format!(r#""iat":{},"#, NOW + 300)));
    let ran = room.run(&["verify", "-k", "secret", "--json", &token]).ok();
    assert_ne!(ran.json()["findings"].as_array().map(Vec::len), Some(0), "{ran:?}");
}

// Requirements.

#[test]
fn audience_must_match_one_required_audience() {
    let aud = |value: &str| claims(&format!(r#""aud":{value},"#));
    all(&[
        (aud(r#""api""#), &[], &["audience-not-named"]),
        (aud(r#""api""#), &["--any-aud"], &[]),
        (aud(r#""api""#), &["--aud", "api"], &[]),
        (aud(r#""api""#), &["--aud", "web", "--aud", "api"], &[]),
        (aud(r#""api""#), &["--aud", "web"], &["audience-mismatch"]),
        (aud(r#""api""#), &["--aud", "API"], &["audience-mismatch"]),
        (aud(r#"["web","api"]"#), &["--aud", "api"], &[]),
        (aud("[]"), &["--aud", "api"], &["audience-mismatch"]),
        (claims(""), &["--aud", "api"], &["audience-missing"]),
        (aud("7"), &["--any-aud"], &["claim-invalid"]),
        (aud(r#"["api",7]"#), &["--aud", "api"], &["claim-invalid"]),
        (aud("null"), &["--any-aud"], &["claim-invalid"]),
    ]);
}

#[test]
fn issuer_and_subject_must_match_exactly() {
    let of = |name: &str, value: &str| claims(&format!(r#""{name}":{value},"#));
    all(&[
        (of("iss", r#""a""#), &["--iss", "a"], &[]),
        (of("iss", r#""a""#), &["--iss", "b"], &["issuer-mismatch"]),
        (of("iss", r#""a/""#), &["--iss", "a"], &["issuer-mismatch"]),
        (claims(""), &["--iss", "a"], &["issuer-missing"]),
        (of("iss", "1"), &[], &["claim-invalid"]),
        (of("iss", r#"["a"]"#), &["--iss", "a"], &["claim-invalid"]),
        (of("sub", r#""a""#), &["--sub", "a"], &[]),
        (of("sub", r#""a""#), &["--sub", "b"], &["subject-mismatch"]),
        (claims(""), &["--sub", "b"], &["subject-mismatch"]),
        (of("sub", "1"), &[], &["claim-invalid"]),
    ]);
}

#[test]
fn unchecked_issuer_is_a_warning() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let token = hs256(HS256, claims(r#""iss":"a","#));
    let ran = room.run(&["verify", "-k", "secret", "--json", &token]).ok();
    assert!(
        ran.json()["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "warning"),
        "{ran:?}"
    );
    let ran = room.run(&["verify", "-k", "secret", "--iss", "a", "--json", &token]).ok();
    assert_eq!(ran.json()["findings"], serde_json::json!([]));
}

#[test]
fn strict_requires_iss_aud_and_alg() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let token = hs256(HS256, claims(r#""iss":"a","aud":"api","#));
    let all = ["--iss", "a", "--aud", "api", "--alg", "HS256"];
    let run =
        |flags: &[&str]| room.run(&[&["verify", "-k", "secret", "--strict"], flags, &[token.as_str()]].concat()).code;
    assert_eq!(run(&all), 0);
    for left_out in [0, 2, 4] {
        let flags = [&all[..left_out], &all[left_out + 2..]].concat();
        assert_eq!(run(&flags), 2, "{flags:?}");
    }
}

#[test]
fn typ_must_match_required_type_and_kind() {
    let typed = |typ: &str| hs256(format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), GOOD);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert!(reject_reasons(typed(typ), &["--typ", "at+jwt"]).is_empty(), "{typ}");
        assert!(reject_reasons(typed("at+jwt"), &["--typ", typ]).is_empty(), "{typ}");
    }
    assert_eq!(reject_reasons(typed("JWT"), &["--typ", "at+jwt"]), ["type-mismatch"]);
    assert_eq!(reject_reasons(hs256(r#"{"alg":"HS256"}"#, GOOD), &["--typ", "JWT"]), ["type-mismatch"]);
    let reasons = reject_reasons(typed("JWT"), &["--kind", "at+jwt"]);
    assert!(
        reasons.contains(&"kind-mismatch".to_owned()) || reasons.contains(&"type-mismatch".to_owned()),
        "{reasons:?}"
    );
    let full = claims(r#""iss":"i","sub":"s","aud":"api","client_id":"c","iat":1769860800,"jti":"1","#);
    assert!(
        reject_reasons(hs256(r#"{"alg":"HS256","typ":"at+jwt"}"#, full), &["--kind", "at+jwt", "--aud", "api"])
            .is_empty()
    );
}

#[test]
fn token_older_than_max_age_is_rejected() {
    let iat = |at: i64| claims(&format!(r#""iat":{at},"#));
    all(&[
        (iat(NOW - 300), &["--max-age", "5m"], &[]),
        (iat(NOW - 301), &["--max-age", "5m"], &["too-old"]),
        (iat(NOW - 310), &["--max-age", "5m", "--leeway", "10s"], &[]),
        (claims(""), &["--max-age", "5m"], &["claim-missing"]),
        (iat(NOW), &["--max-age", "5m"], &[]),
        (iat(NOW + 1), &["--max-age", "5m"], &["issued-in-future"]),
        (iat(NOW + 10), &["--max-age", "5m", "--leeway", "10s"], &[]),
        (iat(NOW + 11), &["--max-age", "5m", "--leeway", "10s"], &["issued-in-future"]),
        (iat(NOW + 300), &[], &[]),
    ]);
}

#[test]
fn claims_and_scopes_must_match_requirements() {
    let text = claims(r#""n":1,"t":"1","b":true,"o":{"k":[1,{"z":null}]},"scope":"read write","#);
    let cases: [(&[&str], &[&str]); 15] = [
        (&["--require", "n", "--require", "/o/k/1"], &[]),
        (&["--require", "/o/k/1/z"], &["claim-missing"]),
        (&["--require", "gone"], &["claim-missing"]),
        (&["--claim", "t=1"], &[]),
        (&["--claim", "n=1"], &["claim-mismatch"]),
        (&["--claim-json", "n=1"], &[]),
        (&["--claim-json", "t=1"], &["claim-mismatch"]),
        (&["--claim-json", "b=true"], &[]),
        (&["--claim-json", r#"o={"k":[1,{"z":null}]}"#], &[]),
        (&["--claim-json", r#"o={"k":[1]}"#], &["claim-mismatch"]),
        (&["--claim", "gone=1"], &["claim-missing"]),
        (&["--scope", "read"], &[]),
        (&["--scope", "read", "--scope", "write"], &[]),
        (&["--scope", "admin"], &["scope-missing"]),
        (&["--scope", "rea"], &["scope-missing"]),
    ];
    for (flags, reasons) in cases {
        assert_eq!(reject_reasons(hs256(HS256, &text), flags), reasons, "{flags:?}");
    }
    assert_eq!(reject_reasons(hs256(HS256, GOOD), &["--scope", "read"]), ["scope-missing"]);
}

#[test]
fn json_output_lists_checked_claims() {
    let text = claims(r#""iat":1,"sub":"a","tenant":"a","scope":"read write","#);
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let demands = ["--claim", "tenant=a", "--claim-json", "iat=1", "--scope", "read", "--require", "sub"];
    let flags = [&["verify", "-k", "secret", "--json"], &demands[..]].concat();
    let output = room.run_with(&flags, hs256(HS256, &text)).json();
    assert_eq!(output["data"]["checked"], serde_json::json!(["signature", "exp", "iat", "tenant", "scope"]));
    assert_eq!(output["data"]["unchecked"], serde_json::json!(["sub", "typ"]));
}

#[test]
fn algorithm_not_allowed_by_the_verifier_is_rejected() {
    let token = hs256(HS256, GOOD);
    assert!(reject_reasons(&token, &["--alg", "HS512", "--alg", "HS256"]).is_empty());
    assert_eq!(reject_reasons(&token, &["--alg", "HS512"]), ["algorithm-not-allowed"]);
}

#[test]
fn rejection_lists_all_reasons_with_compared_values() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let input = input(HS256, format!(r#"{{"exp":{},"aud":"api","iss":"a"}}"#, NOW - 42));
    let token = format!("{input}.{}", mac(b"some other secret", &input));
    let ran = room.run(&["verify", "-k", "secret", "--iss", "b", "--aud", "web", "--require", "sub", "--json", &token]);
    let mut reasons = ran.reasons();
    assert_eq!(reasons[0], "signature-mismatch", "the most telling first");
    reasons.sort();
    assert_eq!(reasons, ["audience-mismatch", "claim-missing", "expired", "issuer-mismatch", "signature-mismatch"]);
    let json = ran.json();
    let of = |id: &str| {
        json["data"]["reasons"].as_array().unwrap().iter().find(|reason| reason["id"] == id).unwrap().clone()
    };
    assert_eq!((&of("expired")["at"], &of("expired")["now"]), (&(NOW - 42).into(), &NOW.into()));
    assert_eq!(of("audience-mismatch")["expected"], serde_json::json!(["web"]));
    assert_eq!(json["data"]["unverified"]["claims"]["iss"], "a");
}

#[test]
fn get_prints_values_of_accepted_tokens_only() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let get = |token: &str, path: &str| room.run(&["verify", "-k", "secret", "--get", path, token]);
    assert_eq!(get(&hs256(HS256, GOOD), "sub").ok().stdout, "alice\n");
    assert_eq!(get(&hs256(HS256, GOOD), "gone").code, 1);
    let refused = get(&hs256_by(b"other", HS256, GOOD), "sub");
    assert_eq!(refused.code, 1);
    assert!(!refused.stdout.contains("alice") && !refused.stderr.contains("alice"), "{refused:?}");
}

#[test]
fn accepted_output_lists_checked_claims() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let ran = room.run(&["verify", "-k", "secret", "--json", &hs256(HS256, GOOD)]).ok();
    let data = &ran.json()["data"];
    assert_eq!(data["claims"]["sub"], "alice");
    assert_eq!(data["key"], serde_json::json!({ "source": "secret" }), "a thumbprint would give the secret away");
    assert!(data["checked"].as_array().unwrap().contains(&"signature".into()));
    assert!(data["unchecked"].as_array().unwrap().contains(&"sub".into()));
}

#[test]
fn json_serialisation_is_rejected_as_a_jwt() {
    let token = hs256(HS256, GOOD);
    let parts: Vec<&str> = token.split('.').collect();
    let flat = format!(r#"{{"payload":"{}","protected":"{}","signature":"{}"}}"#, parts[1], parts[0], parts[2]);
    assert_eq!(reject_reasons(&flat, &[]), ["not-compact"]);
    assert!(reject_reasons(&flat, &["--signature-only"]).is_empty());
}

#[test]
fn rejected_line_names_its_file_and_line_and_the_unverified_kid_and_sub() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let bad = hs256_by(b"another secret of thirty-two bytes", r#"{"alg":"HS256","kid":"k\t1"}"#, GOOD);
    room.write("first.txt", format!("\n\r\n{bad}\n"));
    room.write("second.txt", &bad);
    let arguments = ["verify", "--lines", "-k", "secret", "first.txt", "second.txt"];
    let ran = room.run(&arguments);
    assert_eq!(ran.code, 1);
    let lines: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split('\t').collect()).collect();
    let places: Vec<&str> = lines.iter().map(|fields| fields[1]).collect();
    assert_eq!(places, ["first.txt:3", "second.txt:1"]);
    for fields in &lines {
        assert!(fields.len() == 4 && fields[2].ends_with("sub alice"), "{fields:?}");
    }
    let json = room.run(&[&arguments[..], &["--json"]].concat());
    let answers = json.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let places: Vec<String> =
        answers.map(|one| format!("{} {} {}", one["index"], one["data"]["source"], one["data"]["line"])).collect();
    assert_eq!(places, ["0 \"first.txt\" 3", "1 \"second.txt\" 1"]);
}

#[test]
fn file_of_several_tokens_is_rejected_with_a_hint_at_lines() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let token = hs256(HS256, GOOD);
    room.write("tokens.txt", format!("{token}\n{token}\n"));
    let ran = room.run(&["verify", "-k", "secret", "tokens.txt"]);
    assert!(ran.code != 0 && ran.stderr.contains("use --lines"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("decrypt"), "{}", ran.stderr);
}

#[test]
fn lines_keep_their_order_and_one_rejection_exits_with_1() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    let text = format!("{}\nrubbish\n{}\n", hs256(HS256, GOOD), hs256(HS256, exp(NOW - 1)));
    let ran = room.run_with(&["verify", "-k", "secret", "--lines", "--json"], &text);
    assert_eq!(ran.code, 1);
    let lines: Vec<serde_json::Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> =
        lines.iter().map(|line| (line["index"].as_u64().unwrap(), line["verdict"].as_str().unwrap())).collect();
    assert_eq!(told, [(0, "accepted"), (1, "rejected"), (2, "rejected")]);
    assert_eq!(room.run_with(&["verify", "-k", "secret", "--lines"], "").code, 3);
    assert_eq!(room.run_with(&["verify", "-k", "secret", "--lines", "--allow-empty"], "").code, 0);
}

#[test]
fn signature_only_accepts_detached_payloads() {
    let room = Sandbox::new();
    room.write("payload", GOOD);
    room.write("secret", SECRET);
    let token = hs256(HS256, GOOD);
    let parts: Vec<&str> = token.split('.').collect();
    let detached = format!("{}..{}", parts[0], parts[2]);
    assert!(reject_reasons_with(&room, "secret", &detached, &["--signature-only", "--payload", "payload"]).is_empty());
    assert_ne!(reject_reasons_with(&room, "secret", &detached, &[]), [""; 0]);
    assert!(reject_reasons_with(&room, "secret", hs256(HS256, "no JSON at all"), &["--signature-only"]).is_empty());
    // RFC 7797: unencoded payload, listed in crit.
    let header = b64(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let unencoded = format!("{header}..{}", mac(SECRET, &format!("{header}.{GOOD}")));
    assert!(reject_reasons_with(&room, "secret", &unencoded, &["--signature-only", "--payload", "payload"]).is_empty());
}

#[test]
fn signature_only_refuses_claim_requirements() {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    room.write(
        "authkit.toml",
        "[policy.signer]\nkey = 'secret'\nalg = 'HS256'\nttl = '5m'\n[policy.api]\niss = 'x'\nmax-age = '1s'\n",
    );
    let token = hs256(HS256, exp(1));
    let run = |more: &[&str]| room.run(&[&["verify", "--signature-only", "-k", "secret", &token], more].concat());
    let cases: [&[&str]; 14] = [
        &["--iss", "x"],
        &["--aud", "x"],
        &["--any-aud"],
        &["--sub", "x"],
        &["--typ", "x"],
        &["--kind", "at+jwt"],
        &["--leeway", "1s"],
        &["--max-age", "1s"],
        &["--scope", "x"],
        &["--require", "x"],
        &["--claim", "x=y"],
        &["--claim-json", "x=1"],
        &["--allow-no-exp"],
        &["--strict", "--alg", "HS256"],
    ];
    for flags in cases {
        let ran = run(flags);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flags:?}: {ran:?}");
        assert!(ran.stderr.contains(flags[0]) && ran.stderr.contains("--signature-only"), "{flags:?}: {ran:?}");
    }
    assert_eq!(run(&["--get", "exp"]).code, 2);
    let ran = run(&["--policy", "api", "--config", "authkit.toml"]);
    assert!(ran.code == 2 && ran.stderr.contains("policy's iss, max-age"), "{ran:?}");
    run(&["--policy", "signer", "--config", "authkit.toml"]).ok();
    run(&["--alg", "HS256", "--allow-weak", "--max-token-bytes", "1000"]).ok();
}
