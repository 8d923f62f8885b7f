//! Tests of JWKs and JWK Sets: RFC examples and violations.

use super::*;

#[test]
fn cookbook_keys_round_trip() {
    for (text, private, secret) in [
        (cookbook!("3_1.ec_public_key.json"), false, false),
        (cookbook!("3_2.ec_private_key.json"), true, false),
        (cookbook!("3_3.rsa_public_key.json"), false, false),
        (cookbook!("3_4.rsa_private_key.json"), true, false),
        (cookbook!("3_5.symmetric_key_mac_computation.json"), false, true),
        (cookbook!("3_6.symmetric_key_encryption.json"), false, true),
    ] {
        let key = one(text);
        assert_eq!((key.is_private(), key.is_secret()), (private, secret));
        let value = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap();
        assert_eq!(value(all(&key).as_bytes()), value(text));
        assert!(
            !jwk::to_json(&key, false).expose().contains("\"d\"")
                && !jwk::to_json(&key, false).expose().contains("\"k\"")
        );
    }
}

#[test]
fn thumbprints_match_rfc_examples() {
    // RFC 7638 §3.1
    let rsa = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    assert_eq!(jwk::parse(rsa).unwrap().thumbprint().unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 8037 §A.3
    let ed = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(jwk::parse(ed).unwrap().thumbprint().unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let private = ed.replace('}', r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
    assert_eq!(jwk::parse(&private).unwrap().thumbprint(), jwk::parse(ed).unwrap().thumbprint());
}

#[test]
fn invalid_jwk_members_are_rejected() {
    let rsa = all(&one(file!("rsa2048.pkcs1.pem")));
    let with = |name: &str, value: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&rsa).unwrap();
        jwk[name] = serde_json::from_str(value).unwrap();
        jwk.to_string()
    };
    let without = |names: &[&str]| {
        let mut jwk: serde_json::Value = serde_json::from_str(&rsa).unwrap();
        names.iter().for_each(|name| drop(jwk.as_object_mut().unwrap().remove(*name)));
        jwk.to_string()
    };
    for (text, said) in [
        (with("kid", "1"), "\"kid\" is not a string"),
        (with("n", "\"AQ==\""), "\"n\" is not strict base64url: padding with '='"),
        (with("d", "\"A+AA\""), "\"d\" is not strict base64url: '+' or '/' at byte 1: plain base64, not base64url"),
        (with("d", "\"AQAB\""), "the numbers of the RSA private key are inconsistent"),
        (with("dp", "\"AQAB\""), "dp, dq or qi of the RSA private key is inconsistent with its other numbers"),
        (with("k", "\"AQAB\""), "\"k\" is not allowed in a key of type RSA"),
        (with("oth", "[]"), "an RSA key with more than two primes (\"oth\") is not supported"),
        (without(&["d"]), "\"p\" is present without \"d\""),
        (without(&["p"]), "\"p\" is missing"),
        (without(&["n"]), "\"n\" is missing"),
    ] {
        assert_eq!(jwk::parse(&text).unwrap_err().to_string(), said);
    }
    // CRT values are recovered, with and without the primes (RFC 7518 §6.3.2).
    assert_eq!(all(&jwk::parse(&without(&["dp", "dq", "qi"])).unwrap()), rsa);
    assert!(jwk::parse(&without(&["p", "q", "dp", "dq", "qi"])).unwrap().is_private());
    // Unknown members are preserved.
    let kept = jwk::parse(&with("nbf", "[1,{\"a\":null}]")).unwrap();
    assert!(all(&kept).contains("\"nbf\": [1,{\"a\":null}]"));

    let ec = all(&one(file!("p256.sec1.pem")));
    let other = all(&one(file!("k256.sec1.pem"))).replace("secp256k1", "P-256");
    assert!(matches!(jwk::parse(&other), Err(KeyError::Inconsistent(_))));
    assert!(
        matches!(jwk::parse(&ec.replace("\"x\": \"", "\"x\": \"AAAA")), Err(KeyError::Member { name, .. }) if name == "x")
    );
    let swapped = ec.replace("\"x\"", "\"z\"").replace("\"y\"", "\"x\"").replace("\"z\"", "\"y\"");
    assert!(jwk::parse(&swapped).is_err());
}

#[test]
fn leading_zeros_of_rsa_numbers_are_dropped() {
    let plain = one(file!("rsa2048.spki.pem"));
    let Material::Rsa(rsa) = &plain.material else { panic!("not RSA") };
    let n = crate::encoding::base64url::encode(&[&[0, 0], rsa.n.as_slice()].concat());
    let padded = jwk::parse(&format!(r#"{{"kty":"RSA","n":"{n}","e":"AAEAAQ"}}"#)).unwrap();
    assert_eq!(padded.thumbprint(), plain.thumbprint());
}

#[test]
fn unusable_set_members_are_skipped() {
    let (p256, ed) = (all(&one(file!("p256.spki.pem"))), all(&one(file!("ed25519.spki.pem"))));
    let set = |members: &[&str]| jwk::parse_set(&format!("{{\"more\":1,\"keys\":[{}]}}", members.join(",")));
    let some = set(&[&p256, r#"{"kty":"OKP","crv":"X25519","x":"","kid":"x"}"#, "1", &ed, "{}"]).unwrap();
    assert_eq!(some.keys.len(), 2);
    let skipped: Vec<_> = some.skipped.iter().map(|s| (s.index, s.kid.as_deref(), s.reason.to_string())).collect();
    assert_eq!(skipped[0], (1, Some("x"), "the curve X25519 is not supported".to_owned()));
    assert_eq!((skipped[1].0, skipped[2].0, skipped[2].2.as_str()), (2, 4, "\"kty\" is missing"));
    assert!(set(&[]).unwrap().keys.is_empty());

    let oct = r#"{"kty":"oct","k":"AAAA","kid":"a"}"#;
    assert!(matches!(set(&[&p256, oct]), Err(KeyError::MixedSet)));
    assert_eq!(set(&[oct, oct]).unwrap().keys.len(), 1);
    let another = oct.replace("AAAA", "AAAB");
    assert!(matches!(set(&[oct, &another]), Err(KeyError::DuplicateKid { .. })));
    assert_eq!(set(&[oct, &another.replace("}", r#","alg":"HS512"}"#)]).unwrap().keys.len(), 2);
    assert!(set(&[oct, &oct.replace("\"a\"", "\"b\"")]).is_ok());
    assert!(matches!(jwk::parse_set(r#"{"keys":{}}"#), Err(KeyError::Member { .. })));
    assert!(matches!(jwk::parse_set("{}"), Err(KeyError::Missing("keys"))));
    let many = vec!["1"; MAX_MEMBERS + 1];
    assert!(matches!(set(&many), Err(KeyError::TooMany { .. })));
}

/// Each private part is checked against its public part: a set of only such keys must not take minutes.
#[test]
fn work_of_a_set_is_bounded() {
    let n = crate::encoding::base64url::encode(&[0xFF; 1_024]);
    let text = |private: &str, count: usize| {
        let member = |kid| format!(r#"{{"kty":"RSA","kid":"{kid}","n":"{n}","e":"AQAB"{private}}}"#);
        format!(r#"{{"keys":[{}]}}"#, (0..count).map(member).collect::<Vec<_>>().join(","))
    };
    // 256 of 100,000 units each: the primes would have to be recovered.
    let costly = text(r#","d":"AQ""#, 393);
    let set = jwk::parse_set(&costly).unwrap();
    let over = |reason: &KeyError| *reason == KeyError::TooManyPrivate;
    assert_eq!((set.skipped.len(), set.skipped.iter().filter(|skipped| over(&skipped.reason)).count()), (393, 3));
    let survey = inventory::read(costly.as_bytes(), None).unwrap();
    assert_eq!(survey.members.iter().filter(|member| member.key.as_ref().is_err_and(over)).count(), 3);
    let set = jwk::parse_set(&text("", 393)).unwrap();
    assert_eq!((set.keys.len(), set.skipped.len()), (393, 0), "public parts are free");
}

/// The member `name` of the P-256 key in JSON, set to `value`.
fn with_parameter(name: &str, value: serde_json::Value) -> String {
    let mut jwk: serde_json::Value = serde_json::from_str(&all(&one(file!("p256.spki.pem")))).unwrap();
    jwk[name] = value;
    jwk.to_string()
}

#[test]
fn unreadable_optional_parameter_costs_a_note_not_the_key() {
    use base64ct::Encoding as _;
    use serde_json::json;
    let other = json!([base64ct::Base64::encode_string(&one(file!("rsa2048.chain.pem")).certificates[0])]);
    for (name, value, said) in [
        ("kid", json!(null), "\"kid\" is null"),
        ("alg", json!(null), "\"alg\" is null"),
        ("use", json!(null), "\"use\" is null"),
        ("key_ops", json!(null), "\"key_ops\" is null"),
        ("x5c", json!(null), "\"x5c\" is null"),
        ("key_ops", json!("verify"), "\"key_ops\" is a string, not an array of strings"),
        ("key_ops", json!(["verify", "verify"]), "\"key_ops\" repeats an operation"),
        ("key_ops", json!({"verify": true}), "\"key_ops\" is not an array of strings"),
        ("x5c", json!([]), "\"x5c\" is empty"),
        ("x5c", json!("AAAA"), "\"x5c\" is not an array of strings"),
        ("x5c", json!(["AAAA"]), "\"x5c\" has an element that is not a certificate"),
        ("x5c", json!(["-----BEGIN CERTIFICATE-----"]), "\"x5c\" has an element that is not strict plain base64"),
    ] {
        let text = with_parameter(name, value);
        let single = read(text.as_bytes(), None).unwrap();
        let set = jwk::parse_set(&format!("{{\"keys\":[{text}]}}")).unwrap();
        assert_eq!((single.keys.len(), set.keys.len()), (1, 1), "{text}");
        assert_eq!(single.notes[0].to_string(), format!("{said}; the key is used without it"));
        assert_eq!(set.notes[0].to_string(), format!("member 0: {said}; the key is used without it"));
        assert!(set.keys[0].certificates.is_empty());
    }
    // What contradicts the key, or is no parameter that RFC 7517 allows to be absent, still costs the key.
    for (name, value) in
        [("x5c", other), ("alg", json!(1)), ("use", json!(["sig"])), ("x", json!(null)), ("d", json!(null))]
    {
        assert!(jwk::parse(&with_parameter(name, value)).is_err(), "{name}");
    }
}

/// An operation that was misspelt as a string still restricts the key.
#[test]
fn key_ops_as_a_string_restrict_the_key() {
    let key = jwk::parse(&with_parameter("key_ops", "deriveKey".into())).unwrap();
    assert_eq!(key.operations.as_deref(), Some(&["deriveKey".to_owned()][..]));
}

#[test]
fn repeated_kid_keeps_every_key_that_differs() {
    let with = |alg: &str, usage: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&all(&one(file!("rsa2048.spki.pem")))).unwrap();
        for (name, value) in [("kid", "k"), ("alg", alg), ("use", usage)] {
            jwk[name] = value.into();
        }
        jwk.to_string()
    };
    let members = [with("RSA-OAEP", "enc"), with("RS256", "sig"), with("RS256", "sig"), with("PS256", "sig")];
    let set = jwk::parse_set(&format!("{{\"keys\":[{}]}}", members.join(","))).unwrap();
    assert_eq!((set.keys.len(), set.skipped.len()), (3, 0));
    let notes: Vec<String> = set.notes.iter().map(ToString::to_string).collect();
    let expected = [
        "member 2 repeats member 1 and is dropped",
        "3 keys have kid \"k\"; alg and use of each decide which are tried",
    ];
    assert_eq!(notes, expected);
}

#[test]
fn spiffe_bundle_verifies_with_its_jwt_keys_only() {
    let member = |usage: &str, kid: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&all(&one(file!("p256.spki.pem")))).unwrap();
        jwk["use"] = usage.into();
        jwk["kid"] = kid.into();
        jwk
    };
    let bundle = serde_json::json!({ "spiffe_sequence": 1, "spiffe_refresh_hint": 300,
        "keys": [member("x509-svid", "a"), member("jwt-svid", "b")] });
    let set = jwk::parse_set(&bundle.to_string()).unwrap();
    assert_eq!(set.keys[0].kid.as_deref(), Some("b"));
    assert_eq!(set.skipped[0].reason.to_string(), "a key for X.509 certificates (use \"x509-svid\") is not supported");
}
