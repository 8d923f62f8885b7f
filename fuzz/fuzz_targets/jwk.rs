//! Fuzz target for JWKs and JWK Sets: keys round-trip, and a public key contains no private members.
#![no_main]
use authkit::key::{Key, KeyEncoding, detect, jwk};
use libfuzzer_sys::fuzz_target;

fn check_round_trip(key: &Key) {
    let again = jwk::parse(jwk::to_json(key, true).expose()).unwrap();
    assert!(again.same_key(key) && again.thumbprint() == key.thumbprint());
    assert_eq!(jwk::to_json(&again, true).expose(), jwk::to_json(key, true).expose());
    if let Some(public) = key.public() {
        let public = jwk::to_json(&public, true);
        assert_eq!(public.expose(), jwk::to_json(key, false).expose());
        assert!(!jwk::parse(public.expose()).unwrap().is_private());
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (key, set, any) = (jwk::parse(text), jwk::parse_set(text), detect::read(data, None));
    key.iter().chain(set.iter().flat_map(|set| &set.keys)).for_each(check_round_trip);
    // A text that parses as keys is never taken for a secret.
    assert!((key.is_err() && set.is_err()) || any.as_ref().is_ok_and(|any| any.form != KeyEncoding::Raw));
});
