//! PEM, DER and bare bytes: a key that is read is never taken for a secret, and every form of it is the same key.
#![no_main]
use authkit::key::{Form, Key, der, detect, encode, jwk, pem};
use authkit::secret::Secret;
use libfuzzer_sys::fuzz_target;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

fn survives(key: &Key) {
    // Randomness is for encryption alone, and nothing is encrypted here.
    let (plain, mut rng) = (encode::Options { private: true, passphrase: None }, UnwrapErr(SysRng));
    for form in [Form::Pem, Form::Der, Form::Jwk].into_iter().filter(|form| *form == Form::Jwk || !key.is_secret()) {
        let written = encode::encode(std::slice::from_ref(key), form, plain, &mut rng).unwrap();
        let again = detect::read(written.expose(), None).unwrap();
        assert!(again.form == form && again.keys.len() == 1);
        assert!(again.keys[0].same_key(key) && again.keys[0].is_private() == key.is_private());
    }
    assert!(jwk::parse(jwk::to_json(key, true).expose()).unwrap().same_key(key));
}

fuzz_target!(|data: &[u8]| {
    let passphrase = Secret::new(b"correct".to_vec());
    let (der, pem) = (der::read(data, Some(&passphrase)), pem::read(data, Some(&passphrase)));
    let any = detect::read(data, Some(&passphrase));
    assert!((der.is_err() && pem.is_err()) || any.as_ref().map_or(true, |any| any.form != Form::Raw));
    any.iter().flat_map(|any| &any.keys).for_each(survives);
});
