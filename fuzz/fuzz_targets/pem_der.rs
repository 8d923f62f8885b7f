//! Fuzz target for PEM, DER and raw bytes: a parsed key is never taken for a secret, and round-trips in every encoding.
#![no_main]
use authkit::key::{Key, KeyEncoding, der, detect, encode, jwk, pem};
use authkit::secret::Secret;
use libfuzzer_sys::fuzz_target;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

fn check_round_trip(key: &Key) {
    // The RNG is used for encryption only, and nothing is encrypted here.
    let (plain, mut rng) = (encode::Options { private: true, passphrase: None }, UnwrapErr(SysRng));
    let encodings = [KeyEncoding::Pem, KeyEncoding::Der, KeyEncoding::Jwk];
    for encoding in encodings.into_iter().filter(|encoding| *encoding == KeyEncoding::Jwk || !key.is_secret()) {
        let written = encode::encode(std::slice::from_ref(key), encoding, plain, &mut rng).unwrap();
        let again = detect::read(written.expose(), None).unwrap();
        assert!(again.form == encoding && again.keys.len() == 1);
        assert!(again.keys[0].same_key(key) && again.keys[0].is_private() == key.is_private());
    }
    assert!(jwk::parse(jwk::to_json(key, true).expose()).unwrap().same_key(key));
}

fuzz_target!(|data: &[u8]| {
    let passphrase = Secret::new(b"correct".to_vec());
    let (der, pem) = (der::read(data, Some(&passphrase)), pem::read(data, Some(&passphrase)));
    let any = detect::read(data, Some(&passphrase));
    assert!((der.is_err() && pem.is_err()) || any.as_ref().map_or(true, |any| any.form != KeyEncoding::Raw));
    any.iter().flat_map(|any| &any.keys).for_each(check_round_trip);
});
