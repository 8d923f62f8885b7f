//! Property tests of the parsers: no input panics, and none is accepted as a valid token.

use super::mangled;
use crate::harness::{NOW, key_for, keyring, refusals, rng, root, token};
use authkit::alg;
use authkit::encoding::json::{self, JsonObject};
use authkit::key::encode::{Options, encode};
use authkit::key::{KeyEncoding, detect, jwk};
use authkit::token::jws_json::JwsJson;
use authkit::token::requirements::Requirements;
use authkit::token::scan::scan;
use authkit::token::signature_only;
use authkit::token::verify::TokenVerifier;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::sync::LazyLock;

/// A valid token; no other bytes may be accepted.
static TOKEN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let algorithm = alg::find("ES256").expect("ES256");
    token(algorithm, &format!("{{\"sub\":\"alice\",\"exp\":{}}}", NOW + 3600)).into_bytes()
});

/// Passes the bytes to every parser of untrusted input.
fn all_readers(bytes: &[u8]) -> Result<(), TestCaseError> {
    let keys = keyring([key_for(alg::find("ES256").expect("ES256")).clone()]);
    let requirements = Requirements::strict();
    let refused = !refusals(&mut TokenVerifier::new(&keys, &requirements), bytes).is_empty();
    prop_assert_eq!(refused, bytes != TOKEN.as_slice());
    for found in scan(bytes) {
        prop_assert_eq!(bytes.get(found.offset..found.offset + found.token.len()), Some(found.token.as_bytes()));
    }
    let _ = detect::read(bytes, None);
    let _ = detect::read_raw(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = jwk::parse_set(&text);
    let _ = jwk::parse(&text);
    let _ = JwsJson::parse(&text);
    // The strict parser accepts only what serde_json accepts.
    if JsonObject::parse(&text).is_ok() {
        prop_assert!(json::value(&text).is_ok());
    }
    let result = signature_only::verify(&text, None, &keys, &requirements);
    if result.is_accepted(false) {
        let is_json = text.trim_start().starts_with('{');
        prop_assert!(is_json || bytes == TOKEN.as_slice());
    }
    Ok(())
}

/// Tokens, keys in every encoding, and every kind of JSON input.
fn seeds() -> Vec<Vec<u8>> {
    let key = |name| key_for(alg::find(name).expect(name)).clone();
    let mut seeds = vec![TOKEN.clone(), b"eyJhbGciOiJub25lIn0.e30.".to_vec(), "\u{feff}{}".as_bytes().to_vec()];
    for name in ["ES256", "EdDSA", "RS256"] {
        for form in [KeyEncoding::Jwk, KeyEncoding::Jwks, KeyEncoding::Pem, KeyEncoding::Der] {
            for private in [true, false] {
                let options = Options { private, passphrase: None };
                seeds.push(encode(&[key(name)], form, options, &mut rng()).expect(name).expose().clone());
            }
        }
    }
    for path in [
        "keys/p256.cert.pem",
        "keys/p256.cert.der",
        "keys/p256.sec1.pem",
        "vectors/jose-cookbook/jws/4_8.multiple_signatures.json",
    ] {
        seeds.push(std::fs::read(root().join("tests").join(path)).expect(path));
    }
    let (input, signature) = TOKEN.split_at(TOKEN.iter().rposition(|byte| *byte == b'.').expect("a dot"));
    let input = std::str::from_utf8(input).expect("ASCII");
    let (protected, payload) = input.split_once('.').expect("a dot");
    let signature = std::str::from_utf8(&signature[1..]).expect("ASCII");
    seeds
        .push(format!(r#"{{"payload":"{payload}","protected":"{protected}","signature":"{signature}"}}"#).into_bytes());
    seeds.push(
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{protected}","signature":"{signature}"}}]}}"#)
            .into_bytes(),
    );
    seeds
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..400)) {
        all_readers(&bytes)?;
    }

    /// Bytes from the alphabets of the formats reach deeper into the parsers.
    #[test]
    fn likely_bytes_do_not_panic(bytes in vec(proptest::sample::select(b"{}[]\":,\\u0019eEyJA.-_+/= \n\x30\x82\x02\xff\xfe".to_vec()), 0..200)) {
        all_readers(&bytes)?;
    }
}

proptest! {
    #![proptest_config(crate::exploration::cases(4096))]

    #[test]
    fn mutated_tokens_and_keys_do_not_panic(bytes in mangled(seeds())) {
        all_readers(&bytes)?;
    }
}
