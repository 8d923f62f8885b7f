//! Tests with the vectors of RFC 7520 (the JOSE cookbook), and those of its repository for RFC 7797 and RFC 8037.

use super::{document, goes_there_and_back, key, ring, sent, signs, text, verifies, with_payload};
use crate::harness::{ids, keyring, refusals};
use authkit::token::requirements::Requirements;
use authkit::token::scan::scan;
use authkit::token::signature_only;
use authkit::token::verify::TokenVerifier;
use serde_json::Value;

fn cookbook(path: &str) -> Value {
    document(&format!("jose-cookbook/{path}.json"))
}

fn one_or_more(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

/// Asserts that every serialisation of a signed vector verifies, and reproduces each signature.
#[track_caller]
fn signed(path: &str, forms: usize) {
    let vector = cookbook(path);
    let keys = one_or_more(&vector["input"]["key"]);
    let output = vector["output"].as_object().expect("output");
    assert_eq!(output.len(), forms);
    for form in output.values() {
        verifies(form, text(&vector["input"]["payload"]), true, &ring(&keys));
    }
    let algorithms = one_or_more(&vector["input"]["alg"]);
    let signings = one_or_more(&vector["signing"]);
    assert!(keys.len() == algorithms.len() && keys.len() == signings.len());
    for ((jwk, alg), signing) in keys.into_iter().zip(algorithms).zip(signings) {
        signs(&key(jwk), text(alg), text(&signing["sig-input"]), text(&signing["sig"]));
    }
}

/// Asserts that every serialisation of an encrypted vector is recognised as encrypted.
#[track_caller]
fn encrypted(path: &str, forms: usize) {
    let vector = cookbook(path);
    let output = vector["output"].as_object().expect("output");
    assert_eq!(output.len(), forms);
    let (none, requirements) = (keyring([]), Requirements::strict());
    for form in output.values() {
        let result = signature_only::verify(&sent(form), None, &none, &requirements);
        assert_eq!(ids(&result.reasons), ["encrypted-not-signed"], "{form}");
        assert!(!result.is_accepted(false) && result.signatures.is_empty());
    }
    if let Some(compact) = vector["output"]["compact"].as_str() {
        assert_eq!(
            refusals(&mut TokenVerifier::new(&none, &requirements), compact.as_bytes()),
            ["encrypted-not-signed"]
        );
        let line = format!("token: {compact}, and more");
        let found = scan(line.as_bytes());
        assert!(matches!(found.as_slice(), [one] if one.encrypted && one.token == compact), "{found:?}");
    }
}

#[test]
fn jwk_3_1_ec_public_key() {
    let key = goes_there_and_back(&cookbook("jwk/3_1.ec_public_key"));
    assert_eq!((key.type_name(), key.bits(), key.is_private()), ("EC", 521, false));
}

#[test]
fn jwk_3_2_ec_private_key() {
    let key = goes_there_and_back(&cookbook("jwk/3_2.ec_private_key"));
    assert_eq!((key.type_name(), key.bits(), key.is_private()), ("EC", 521, true));
    assert!(key.same_key(&goes_there_and_back(&cookbook("jwk/3_1.ec_public_key"))));
}

#[test]
fn jwk_3_3_rsa_public_key() {
    let key = goes_there_and_back(&cookbook("jwk/3_3.rsa_public_key"));
    assert_eq!((key.type_name(), key.bits(), key.is_private()), ("RSA", 2048, false));
}

#[test]
fn jwk_3_4_rsa_private_key() {
    let key = goes_there_and_back(&cookbook("jwk/3_4.rsa_private_key"));
    assert_eq!((key.type_name(), key.bits(), key.is_private()), ("RSA", 2048, true));
    assert!(key.same_key(&goes_there_and_back(&cookbook("jwk/3_3.rsa_public_key"))));
}

#[test]
fn jwk_3_5_symmetric_key_mac_computation() {
    let key = goes_there_and_back(&cookbook("jwk/3_5.symmetric_key_mac_computation"));
    assert_eq!((key.type_name(), key.bits(), key.alg.as_deref()), ("oct", 256, Some("HS256")));
}

#[test]
fn jwk_3_6_symmetric_key_encryption() {
    let key = goes_there_and_back(&cookbook("jwk/3_6.symmetric_key_encryption"));
    assert_eq!((key.type_name(), key.bits(), key.usage.as_deref()), ("oct", 256, Some("enc")));
}

#[test]
fn jws_4_1_rsa_v15_signature() {
    signed("jws/4_1.rsa_v15_signature", 3);
}

#[test]
fn jws_4_2_rsa_pss_signature() {
    signed("jws/4_2.rsa-pss_signature", 3);
}

#[test]
fn jws_4_3_ecdsa_signature() {
    signed("jws/4_3.ecdsa_signature", 3);
}

#[test]
fn jws_4_4_hmac_sha2_integrity_protection() {
    signed("jws/4_4.hmac-sha2_integrity_protection", 3);
}

#[test]
fn jws_4_5_signature_with_detached_content() {
    signed("jws/4_5.signature_with_detached_content", 3);
    let vector = cookbook("jws/4_5.signature_with_detached_content");
    let keys = ring(&[&vector["input"]["key"]]);
    for form in vector["output"].as_object().expect("output").values() {
        assert_eq!(with_payload(form, "e30"), None, "the payload is detached: {form}");
        let result = signature_only::verify(&sent(form), None, &keys, &Requirements::strict());
        assert_eq!(ids(&result.reasons), ["not-compact"], "without its payload there is nothing to verify");
    }
}

#[test]
fn jws_4_6_protecting_specific_header_fields() {
    signed("jws/4_6.protecting_specific_header_fields", 2);
}

#[test]
fn jws_4_7_protecting_content_only() {
    signed("jws/4_7.protecting_content_only", 2);
}

#[test]
fn jws_4_8_multiple_signatures() {
    signed("jws/4_8.multiple_signatures", 1);
    let vector = cookbook("jws/4_8.multiple_signatures");
    // With one of the three keys one signature verifies, which satisfies "any" but not "all".
    for jwk in vector["input"]["key"].as_array().expect("keys") {
        let keys = ring(&[jwk]);
        let result = signature_only::verify(&sent(&vector["output"]["json"]), None, &keys, &Requirements::strict());
        assert!(result.is_accepted(false) && !result.is_accepted(true));
        assert_eq!(result.signatures.iter().filter(|one| one.key.is_some()).count(), 1);
    }
}

#[test]
fn jwe_5_1_key_encryption_using_rsa_v15_and_aes_hmac_sha2() {
    encrypted("jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2", 3);
}

#[test]
fn jwe_5_2_key_encryption_using_rsa_oaep_with_aes_gcm() {
    encrypted("jwe/5_2.key_encryption_using_rsa-oaep_with_aes-gcm", 3);
}

#[test]
fn jwe_5_3_key_wrap_using_pbes2_aes_keywrap_with_aes_cbc_hmac_sha2() {
    encrypted("jwe/5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2", 3);
}

#[test]
fn jwe_5_4_key_agreement_with_key_wrapping_using_ecdh_es_and_aes_keywrap_with_aes_gcm() {
    encrypted("jwe/5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm", 3);
}

#[test]
fn jwe_5_5_key_agreement_using_ecdh_es_with_aes_cbc_hmac_sha2() {
    encrypted("jwe/5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2", 3);
}

#[test]
fn jwe_5_6_direct_encryption_using_aes_gcm() {
    encrypted("jwe/5_6.direct_encryption_using_aes-gcm", 3);
}

#[test]
fn jwe_5_7_key_wrap_using_aes_gcm_keywrap_with_aes_cbc_hmac_sha2() {
    encrypted("jwe/5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2", 3);
}

#[test]
fn jwe_5_8_key_wrap_using_aes_keywrap_with_aes_gcm() {
    encrypted("jwe/5_8.key_wrap_using_aes-keywrap_with_aes-gcm", 3);
}

#[test]
fn jwe_5_9_compressed_content() {
    encrypted("jwe/5_9.compressed_content", 3);
}

#[test]
fn jwe_5_10_including_additional_authentication_data() {
    encrypted("jwe/5_10.including_additional_authentication_data", 2);
}

#[test]
fn jwe_5_11_protecting_specific_header_fields() {
    encrypted("jwe/5_11.protecting_specific_header_fields", 2);
}

#[test]
fn jwe_5_12_protecting_content_only() {
    encrypted("jwe/5_12.protecting_content_only", 2);
}

#[test]
fn jwe_5_13_encrypting_to_multiple_recipients() {
    encrypted("jwe/5_13.encrypting_to_multiple_recipients", 1);
}

#[test]
fn curve25519_jws() {
    signed("curve25519/jws", 3);
}

#[test]
fn curve25519_ecdh_es() {
    encrypted("curve25519/ecdh-es", 3);
}

/// The vector's `protected_b64u` and `sig-input` are corrupt; its serialisation is correct.
#[test]
fn rfc7797_hmac_sha2_b64_false() {
    let vector = cookbook("rfc7797/hmac-sha2_b64_false");
    let (jwk, payload) = (&vector["input"]["key"], text(&vector["input"]["payload"]));
    let output = vector["output"].as_object().expect("output");
    assert_eq!(output.len(), 3);
    for form in output.values() {
        verifies(form, payload, false, &ring(&[jwk]));
    }
    let flat = &vector["output"]["json_flat"];
    signs(&key(jwk), "HS256", &format!("{}.{payload}", text(&flat["protected"])), text(&flat["signature"]));
}

/// The vector's header lacks the `crit` that RFC 7797 §6 requires: the MAC is valid, the JWS is rejected.
#[test]
fn rfc7797_4_2_hmac_sha2_b64_false() {
    let vector = cookbook("rfc7797/4.2.hmac-sha2_b64_false");
    let (jwk, payload) = (&vector["input"]["key"], text(&vector["input"]["payload"]));
    let output = vector["output"].as_object().expect("output");
    assert_eq!(output.len(), 2);
    for form in output.values() {
        let keys = ring(&[jwk]);
        let result = signature_only::verify(&sent(form), None, &keys, &Requirements::strict());
        assert!(!result.is_accepted(false));
        assert!(result.signatures.iter().all(|one| ids(&one.reasons) == ["crit-invalid"] && one.key.is_some()));
    }
    let flat = &vector["output"]["json_flat"];
    signs(&key(jwk), "HS256", &format!("{}.{payload}", text(&flat["protected"])), text(&flat["signature"]));
}
