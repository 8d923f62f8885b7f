//! Property tests of issuing and verifying.

use super::{any_json, any_text, mangled};
use crate::harness::{NOW, key_for, keyring, refusals, token};
use authkit::alg::{self, ALGORITHMS, Algorithm};
use authkit::encoding::json::{self, JsonObject};
use authkit::time::UnixTime;
use authkit::token::claims::Claims;
use authkit::token::compact::{MAX_BYTES, Segments};
use authkit::token::header::JoseHeader;
use authkit::token::json_builder::{self, JsonObjectBuilder};
use authkit::token::keyring::Keyring;
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

fn ring(algorithm: &Algorithm) -> Keyring {
    keyring([key_for(algorithm).clone()])
}

fn named(name: &str) -> &'static Algorithm {
    alg::find(name).expect(name)
}

/// A short token, valid for an hour.
fn good(algorithm: &Algorithm) -> String {
    token(algorithm, &format!("{{\"sub\":\"alice\",\"exp\":{}}}", NOW + 3600))
}

/// Each of the `8 × length` tokens that differ from a valid one in one bit is rejected.
#[track_caller]
fn no_bit_is_free(algorithm: &Algorithm) {
    let (keys, requirements) = (ring(algorithm), Requirements::strict());
    let mut verifier = TokenVerifier::new(&keys, &requirements);
    let mut token = good(algorithm).into_bytes();
    for bit in 0..token.len() * 8 {
        token[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(refusals(&mut verifier, &token), [""; 0], "bit {bit} of a token is free");
        token[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(refusals(&mut verifier, &token), [""; 0]);
}

#[test]
fn flipping_any_bit_of_an_hs256_token_rejects_it() {
    no_bit_is_free(named("HS256"));
}

#[test]
fn flipping_any_bit_of_an_es256_token_rejects_it() {
    no_bit_is_free(named("ES256"));
}

#[test]
fn flipping_any_bit_of_an_eddsa_token_rejects_it() {
    no_bit_is_free(named("EdDSA"));
}

proptest! {
    #![proptest_config(crate::exploration::cases(64))]

    #[test]
    fn token_with_a_flipped_bit_is_rejected(index in any::<Index>()) {
        for algorithm in ALGORITHMS {
            let (keys, requirements) = (ring(algorithm), Requirements::strict());
            let mut token = good(algorithm).into_bytes();
            let bit = index.index(token.len() * 8);
            token[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(refusals(&mut TokenVerifier::new(&keys, &requirements), &token), [""; 0], "{}", algorithm.name);
        }
    }

    #[test]
    fn issued_token_is_accepted_with_unchanged_claims(
        claims in btree_map(any_text().prop_map(|name| format!("x{name}")), any_json(), 0..6),
        left in 1..100_000_000_i64,
    ) {
        let written: String = claims.iter().map(|(name, value)| format!(",{}:{value}", Value::from(name.as_str()))).collect();
        let written = format!("{{\"exp\":{}{written}}}", NOW + left);
        for algorithm in ALGORITHMS {
            let (keys, requirements) = (ring(algorithm), Requirements::strict());
            let mut verifier = TokenVerifier::new(&keys, &requirements);
            let token = token(algorithm, &written);
            let verification = verifier.verify(token.as_bytes(), UnixTime(NOW));
            prop_assert!(verification.is_accepted(), "{}: {:?}", algorithm.name, verification.reasons);
            prop_assert_eq!(verification.claims, Some(written.as_str()));
            prop_assert_eq!(verification.alg, algorithm.name);
            prop_assert_eq!(refusals(&mut verifier, token.as_bytes()), [""; 0]);
            let late = verifier.verify(token.as_bytes(), UnixTime(NOW + left));
            prop_assert_eq!(crate::harness::ids(&late.reasons), ["expired"]);
        }
    }

    #[test]
    fn any_text_survives_as_claim_name_and_value(name in any_text(), value in any_text(), other in any_text()) {
        let algorithm = named("HS256");
        let (mut header, mut claims) = (JsonObjectBuilder::default(), JsonObjectBuilder::default());
        header.set_text("alg", algorithm.name);
        let name = format!("x{name}");
        claims.set_number("exp", NOW + 60);
        claims.set_text(&name, &value);
        claims.set_texts("all", &[other.clone(), value.clone()]);
        let signer = key_for(algorithm).signer(algorithm).expect("a signer");
        let token = json_builder::sign(&header, &claims, &signer).expect("a token");

        let (keys, requirements) = (ring(algorithm), Requirements::strict());
        let mut verifier = TokenVerifier::new(&keys, &requirements);
        let verification = verifier.verify(token.expose().as_bytes(), UnixTime(NOW));
        prop_assert!(verification.is_accepted(), "{:?}", verification.reasons);
        let object = JsonObject::parse(verification.claims.expect("claims")).expect("an object");
        let read = object.get(&name).and_then(json::JsonValue::as_str);
        prop_assert_eq!(read.as_deref(), Some(value.as_str()));
        let all = object.get("all").and_then(json::JsonValue::as_str_array);
        prop_assert_eq!(all, Some(vec![other.into(), value.into()]));
    }
}

/// Tokens of two algorithms: valid, expired and unusual.
fn seeds() -> Vec<Vec<u8>> {
    let claims = [
        format!("{{\"sub\":\"alice\",\"exp\":{}}}", NOW + 3600),
        format!("{{\"exp\":{},\"aud\":[\"a\",\"b\"]}}", NOW - 3600),
        "{\"exp\":\"soon\",\"nbf\":null,\"iat\":1e300}".to_owned(),
    ];
    let of = |name| claims.iter().map(move |claims| token(named(name), claims).into_bytes());
    let mut seeds: Vec<_> = of("HS256").chain(of("ES256")).collect();
    seeds.extend([b"e30.e30.".to_vec(), b"eyJhbGciOiJub25lIn0.e30.".to_vec(), b"a.b.c.d.e".to_vec()]);
    seeds
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    /// Verification reads the same claims as decoding, for accepted and rejected tokens.
    #[test]
    fn decode_and_verify_agree_on_claims(token in prop_oneof![select(seeds()), mangled(seeds())]) {
        let keys = keyring(["HS256", "ES256"].map(|name| key_for(named(name)).clone()));
        let requirements = Requirements::strict();
        let mut verifier = TokenVerifier::new(&keys, &requirements);
        let verification = verifier.verify(&token, UnixTime(NOW));
        let Ok(segments) = Segments::cut(&token, MAX_BYTES) else {
            prop_assert_eq!((verification.header, verification.claims), (None, None));
            return Ok(());
        };
        let part = |segment| authkit::encoding::base64url::decode(segment).unwrap_or_default();
        let (header, payload) = (part(segments.header), part(segments.payload));
        let header = json::text(&header).and_then(JoseHeader::parse).ok();
        let claims = json::text(&payload).and_then(Claims::parse).ok();
        prop_assert_eq!(verification.header, header.map(|header| header.object.text()));
        prop_assert_eq!(verification.claims, claims.as_ref().map(|claims| claims.object.text()));
        if verification.is_accepted() {
            let exp = claims.and_then(|claims| claims.exp.present().copied());
            prop_assert!(exp.is_some_and(|exp| exp.ceil() > UnixTime(NOW)));
        }
    }

    /// A verifier that has processed other tokens gives the same result as a new one.
    #[test]
    fn verifier_result_is_independent_of_earlier_tokens(tokens in proptest::collection::vec(prop_oneof![select(seeds()), mangled(seeds())], 2..6)) {
        let keys = keyring(["HS256", "ES256"].map(|name| key_for(named(name)).clone()));
        let requirements = Requirements::strict();
        let mut old = TokenVerifier::new(&keys, &requirements);
        for token in &tokens {
            let mut new = TokenVerifier::new(&keys, &requirements);
            let (a, b) = (old.verify(token, UnixTime(NOW)), new.verify(token, UnixTime(NOW)));
            prop_assert_eq!(&a.reasons, &b.reasons);
            prop_assert_eq!((a.header, a.claims, a.alg, a.signature), (b.header, b.claims, b.alg, b.signature));
            prop_assert_eq!(a.is_accepted(), b.is_accepted());
        }
    }
}
