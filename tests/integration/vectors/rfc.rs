//! Tests with the examples of RFC 7515, RFC 7517, RFC 7638, RFC 7797 and RFC 8037.

use super::{document, goes_there_and_back, key, ring, sent, signs, text, verifies};
use crate::harness::{ids, keyring};
use authkit::alg;
use authkit::encoding::base64url;
use authkit::key::{jwk, set::KeySet};
use authkit::time::UnixTime;
use authkit::token::keyring::key_mismatch;
use authkit::token::requirements::Requirements;
use authkit::token::signature_only;
use authkit::token::verify::TokenVerifier;
use serde_json::{Value, json};

/// The `exp` of the claims of RFC 7515 §A.1.
const EXP: i64 = 1_300_819_380;

fn rfc7515(section: &str) -> Value {
    document("rfc/rfc7515.json")[section].take()
}

fn rfc7517(section: &str) -> Value {
    document("rfc/rfc7517.json")[section].take()
}

fn payload_of(compact: &str) -> String {
    let payload = compact.split('.').nth(1).expect("a payload");
    String::from_utf8(base64url::decode(payload.as_bytes()).expect("base64url")).expect("UTF-8")
}

/// Asserts that a compact example verifies, and reproduces its signature.
#[track_caller]
fn example(example: &Value) {
    let compact = text(&example["compact"]);
    verifies(&example["compact"], &payload_of(compact), true, &ring(&[&example["key"]]));
    let (input, signature) = compact.rsplit_once('.').expect("a signature");
    signs(&key(&example["key"]), text(&example["alg"]), input, signature);
}

/// Asserts that a compact example is accepted as a JWT until it expires.
#[track_caller]
fn is_jwt(example: &Value) {
    let (keys, requirements) = (ring(&[&example["key"]]), Requirements::strict());
    let mut verifier = TokenVerifier::new(&keys, &requirements);
    let token = text(&example["compact"]).as_bytes();
    let verification = verifier.verify(token, UnixTime(EXP - 1));
    assert!(verification.is_accepted(), "{:?}", verification.reasons);
    assert_eq!(
        verification.claims,
        Some("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}")
    );
    assert_eq!(ids(&verifier.verify(token, UnixTime(EXP)).reasons), ["expired"]);
}

#[test]
fn rfc7515_a_1_hmac_sha256() {
    example(&rfc7515("A.1"));
    is_jwt(&rfc7515("A.1"));
}

#[test]
fn rfc7515_a_2_rsassa_pkcs1_v1_5_sha256() {
    example(&rfc7515("A.2"));
    is_jwt(&rfc7515("A.2"));
}

#[test]
fn rfc7515_a_3_ecdsa_p256_sha256() {
    example(&rfc7515("A.3"));
    is_jwt(&rfc7515("A.3"));
}

#[test]
fn rfc7515_a_4_ecdsa_p521_sha512() {
    example(&rfc7515("A.4"));
}

#[test]
fn rfc7515_a_5_unsecured_is_refused() {
    let token = rfc7515("A.5")["compact"].take();
    // With any keys: none, or those of all the other examples.
    let all = ["A.1", "A.2", "A.3", "A.4"].map(|section| key(&rfc7515(section)["key"]));
    for keys in [keyring([]), keyring(all)] {
        let requirements = Requirements::strict();
        let mut verifier = TokenVerifier::new(&keys, &requirements);
        assert_eq!(ids(&verifier.verify(text(&token).as_bytes(), UnixTime(EXP - 1)).reasons), ["algorithm-none"]);
        let result = signature_only::verify(text(&token), None, &keys, &requirements);
        assert!(!result.is_accepted(false));
        assert!(result.signatures.iter().all(|one| ids(&one.reasons) == ["algorithm-none"] && one.key.is_none()));
    }
}

#[test]
fn rfc7515_a_6_general_json() {
    let (rsa, ec) = (rfc7515("A.2"), rfc7515("A.3"));
    let payload = payload_of(text(&rsa["compact"]));
    verifies(&rfc7515("A.6"), &payload, true, &ring(&[&rsa["key"], &ec["key"]]));
    let one = ring(&[&ec["key"]]);
    let result = signature_only::verify(&sent(&rfc7515("A.6")), None, &one, &Requirements::strict());
    assert!(result.is_accepted(false) && !result.is_accepted(true));
    let kids: Vec<_> = result.signatures.iter().map(|one| one.unprotected.clone()).collect();
    assert_eq!(kids, [["kid"], ["kid"]], "the kid of each signature is unprotected");
}

#[test]
fn rfc7515_a_7_flattened_json() {
    let ec = rfc7515("A.3");
    verifies(&rfc7515("A.7"), &payload_of(text(&ec["compact"])), true, &ring(&[&ec["key"]]));
}

#[test]
fn rfc7515_e_negative_test_case_for_crit() {
    let token = rfc7515("E")["compact"].take();
    let keys = keyring([]);
    let result = signature_only::verify(text(&token), None, &keys, &Requirements::strict());
    let reasons: Vec<_> = result.signatures.iter().map(|one| ids(&one.reasons)).collect();
    assert_eq!(reasons, [["algorithm-none", "crit-unknown"]]);
}

#[track_caller]
fn set(section: &str) -> (Value, KeySet) {
    let value = rfc7517(section);
    let set = jwk::parse_set(&value.to_string()).expect(section);
    assert!(set.skipped.is_empty(), "{:?}", set.skipped);
    let written: Value = serde_json::from_str(jwk::set_to_json(&set.keys, true).expose()).expect("JSON");
    assert_eq!(written, value);
    (value, set)
}

#[test]
fn rfc7517_a_1_public_keys() {
    let (_, set) = set("A.1");
    let kinds: Vec<_> = set.keys.iter().map(|key| (key.type_name(), key.kid.as_deref(), key.is_private())).collect();
    assert_eq!(kinds, [("EC", Some("1"), false), ("RSA", Some("2011-04-29"), false)]);
    let es256 = alg::find("ES256").expect("ES256");
    assert!(
        key_mismatch(&set.keys[0], es256).is_some_and(|why| why.to_string().contains("enc")),
        "a key for encryption verifies nothing"
    );
}

#[test]
fn rfc7517_a_2_private_keys() {
    let (_, private) = set("A.2");
    let (public, _) = set("A.1");
    assert!(private.keys.iter().all(authkit::key::Key::is_private));
    let halves: Vec<_> = private.keys.iter().filter_map(authkit::key::Key::public).collect();
    let written: Value = serde_json::from_str(jwk::set_to_json(&halves, false).expose()).expect("JSON");
    assert_eq!(written, public, "the public halves of A.2 are A.1");
}

#[test]
fn rfc7517_a_3_symmetric_keys() {
    let (_, set) = set("A.3");
    let hs256 = alg::find("HS256").expect("HS256");
    let fits: Vec<_> = set.keys.iter().map(|key| key_mismatch(key, hs256).is_none()).collect();
    assert_eq!(fits, [false, true], "the first is for A128KW alone");
    let compact = rfc7515("A.1")["compact"].take();
    verifies(&compact, &payload_of(text(&compact)), true, &keyring(set.keys));
}

#[test]
fn rfc7517_b_x5c() {
    let key = goes_there_and_back(&rfc7517("B"));
    assert_eq!((key.certificates.len(), key.bits()), (1, 2048));
}

#[test]
fn rfc7517_c_1_private_key() {
    let key = goes_there_and_back(&rfc7517("C.1"));
    assert_eq!(
        (key.kid.as_deref(), key.is_private(), key.usage.as_deref()),
        (Some("juliet@capulet.lit"), true, Some("enc"))
    );
}

#[test]
fn rfc7638_3_1_thumbprint() {
    let example = document("rfc/rfc7638.json")["3.1"].take();
    assert_eq!(key(&example["key"]).thumbprint().as_deref(), Some(text(&example["thumbprint"])));
}

#[test]
fn rfc7797_4_1_control() {
    let rfc = document("rfc/rfc7797.json");
    verifies(&rfc["4.1"]["compact"], text(&rfc["payload"]), true, &ring(&[&rfc["key"]]));
    let (input, signature) = text(&rfc["4.1"]["compact"]).rsplit_once('.').expect("a signature");
    signs(&key(&rfc["key"]), "HS256", input, signature);
}

#[test]
fn rfc7797_4_2_b64_false() {
    let rfc = document("rfc/rfc7797.json");
    let (payload, keys) = (text(&rfc["payload"]), ring(&[&rfc["key"]]));
    verifies(&rfc["4.2"]["compact"], payload, false, &keys);
    verifies(&rfc["4.2"]["flattened"], payload, false, &keys);
    let flattened = &rfc["4.2"]["flattened"];
    signs(
        &key(&rfc["key"]),
        "HS256",
        &format!("{}.{payload}", text(&flattened["protected"])),
        text(&flattened["signature"]),
    );
    // As a JWT it is rejected, although crit is valid (RFC 7797 §7).
    let requirements = Requirements::strict();
    let mut verifier = TokenVerifier::new(&keys, &requirements);
    let reasons = ids(&verifier.verify(text(&rfc["4.2"]["compact"]).as_bytes(), UnixTime(0)).reasons);
    assert_eq!(reasons, ["not-compact"], "its payload is detached");
    let attached = text(&rfc["4.2"]["compact"]).replace("..", ".e30.");
    let reasons = ids(&verifier.verify(attached.as_bytes(), UnixTime(0)).reasons);
    assert!(reasons.contains(&"payload-unencoded"), "{reasons:?}");
}

/// RFC 7797 §3: all signatures over one payload must agree on `b64`; otherwise an attacker could change the
/// interpretation of the payload by adding an invalid signature.
#[test]
fn rfc7797_3_signatures_disagreeing_on_b64_are_rejected() {
    let rfc = document("rfc/rfc7797.json");
    let (header, signature) = text(&rfc["4.1"]["compact"]).split_once(".JC4wMg.").expect("the payload");
    let encoded = json!({"protected": header, "signature": signature});
    let unencoded = json!({"protected": rfc["4.2"]["flattened"]["protected"], "signature": signature});
    for signatures in [json!([encoded, unencoded]), json!([unencoded, encoded])] {
        let jws = json!({"payload": "JC4wMg", "signatures": signatures});
        let keys = ring(&[&rfc["key"]]);
        let result = signature_only::verify(&jws.to_string(), None, &keys, &Requirements::strict());
        assert!(!result.is_accepted(false) && result.payload.is_none(), "{jws}");
        assert_eq!(ids(&result.reasons), ["malformed"]);
    }
}

#[test]
fn rfc8037_a_1_private_key() {
    let rfc = document("rfc/rfc8037.json");
    assert!(goes_there_and_back(&rfc["A.1"]).is_private());
}

#[test]
fn rfc8037_a_2_public_key() {
    let rfc = document("rfc/rfc8037.json");
    let public = goes_there_and_back(&rfc["A.2"]);
    assert!(!public.is_private() && public.same_key(&key(&rfc["A.1"])));
}

#[test]
fn rfc8037_a_3_thumbprint() {
    let rfc = document("rfc/rfc8037.json");
    assert_eq!(key(&rfc["A.2"]).thumbprint().as_deref(), Some(text(&rfc["A.3"])));
}

#[test]
fn rfc8037_a_4_signing() {
    let rfc = document("rfc/rfc8037.json");
    let (input, signature) = text(&rfc["A.4"]["compact"]).rsplit_once('.').expect("a signature");
    signs(&key(&rfc["A.1"]), text(&rfc["A.4"]["alg"]), input, signature);
}

#[test]
fn rfc8037_a_5_validation() {
    let rfc = document("rfc/rfc8037.json");
    verifies(&rfc["A.4"]["compact"], text(&rfc["A.4"]["payload"]), true, &ring(&[&rfc["A.2"]]));
}
