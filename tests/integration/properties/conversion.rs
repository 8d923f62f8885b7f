//! Property tests of key conversion.

use super::{any_json, any_text};
use crate::harness::{key_for, rng};
use authkit::alg::{self, Curve};
use authkit::key::encode::{Options, encode};
use authkit::key::{EcKey, EdKey, Key, KeyEncoding, Material, derive, detect, jwk};
use authkit::secret::Secret;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

fn any_secret() -> impl Strategy<Value = Key> {
    vec(any::<u8>(), 1..130).prop_map(|bytes| Key::new(Material::Secret(Secret::new(bytes))))
}

fn any_ec(curve: Curve) -> impl Strategy<Value = Key> {
    vec(any::<u8>(), curve.bytes()).prop_filter_map("not a scalar", move |mut d| {
        if curve == Curve::P521 {
            d[0] &= 1;
        }
        let (x, y) = derive::ec_public(curve, &d)?;
        Some(Key::new(Material::Ec(EcKey { curve, x, y, private: Some(Secret::new(d)) })))
    })
}

fn any_ed25519() -> impl Strategy<Value = Key> {
    any::<[u8; 32]>().prop_map(|seed| {
        Key::new(Material::Ed25519(EdKey { x: derive::ed_public(&seed), private: Some(Secret::new(seed)) }))
    })
}

/// A key of any type without metadata.
fn any_bare_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        2 => any_secret(),
        1 => Just(key_for(alg::find("RS256").expect("RS256")).clone()),
        1 => any_ec(Curve::P256),
        1 => any_ec(Curve::P384),
        1 => any_ec(Curve::P521),
        1 => any_ec(Curve::Secp256k1),
        2 => any_ed25519(),
    ]
}

/// A key of any type with arbitrary metadata.
fn any_key() -> impl Strategy<Value = Key> {
    let metadata = (
        option::of(any_text()),
        option::of(any_text()),
        option::of(any_text()),
        option::of(btree_set(any_text(), 0..4)),
        btree_map(any_text().prop_map(|name| format!("x-{name}")), any_json(), 0..4),
    );
    (any_bare_key(), metadata).prop_map(|(key, (kid, alg, usage, operations, others))| Key {
        kid,
        alg,
        usage,
        operations: operations.map(|all| all.into_iter().collect()),
        others: others.into_iter().collect(),
        ..key
    })
}

/// The part of `key` that an encoding can represent: PEM, DER and raw have no metadata.
fn said(key: &Key, form: KeyEncoding) -> Key {
    if matches!(form, KeyEncoding::Jwk | KeyEncoding::Jwks) { key.clone() } else { Key::new(key.material.clone()) }
}

fn written(key: &Key, private: bool) -> String {
    jwk::to_json(key, private).expose().clone()
}

fn can_say(key: &Key, form: KeyEncoding, private: bool) -> bool {
    match form {
        KeyEncoding::Jwk | KeyEncoding::Jwks => private || !key.is_secret(),
        KeyEncoding::Pem | KeyEncoding::Der => !key.is_secret(),
        KeyEncoding::Raw => key.is_secret() && private,
    }
}

proptest! {
    #![proptest_config(crate::exploration::cases(96))]

    #[test]
    fn key_round_trips_through_every_encoding(key in any_key()) {
        for form in KeyEncoding::ALL {
            for private in [true, false] {
                let options = Options { private, passphrase: None };
                let there = encode(std::slice::from_ref(&key), form, options, &mut rng());
                prop_assert_eq!(there.is_ok(), can_say(&key, form, private), "{} {}", form.name(), private);
                let Ok(there) = there else { continue };
                let read = if form == KeyEncoding::Raw { detect::read_raw(there.expose()) } else { detect::read(there.expose(), None) };
                let read = read.expect("what we write we read");
                prop_assert_eq!(read.form, form);
                prop_assert!(read.skipped.is_empty() && read.keys.len() == 1);
                let back = &read.keys[0];
                prop_assert!(back.same_key(&key) && back.is_private() == (private && key.is_private()));
                prop_assert_eq!(written(back, true), written(&said(&key, form), private));
                let again = encode(&read.keys, form, Options { private: true, passphrase: None }, &mut rng()).expect("again");
                prop_assert_eq!(again.expose(), there.expose());
            }
        }
    }

    #[test]
    fn public_key_equals_encoding_without_private_members(key in any_key()) {
        match key.public() {
            None => prop_assert!(key.is_secret()),
            Some(public) => {
                prop_assert!(!public.is_private() && public.same_key(&key));
                prop_assert_eq!(written(&public, true), written(&key, false));
                prop_assert_eq!(public.thumbprint(), key.thumbprint());
            }
        }
    }

    #[test]
    fn chain_of_encodings_round_trips(key in any_bare_key(), forms in vec(proptest::sample::select(KeyEncoding::ALL.to_vec()), 1..6)) {
        let mut now = key.clone();
        for form in forms.into_iter().filter(|form| can_say(&key, *form, true)) {
            let bytes = encode(&[now], form, Options { private: true, passphrase: None }, &mut rng()).expect("written");
            let read = if form == KeyEncoding::Raw { detect::read_raw(bytes.expose()) } else { detect::read(bytes.expose(), None) };
            now = read.expect("read").keys.remove(0);
        }
        prop_assert_eq!(written(&now, true), written(&key, true));
    }
}

/// One key per type only: key derivation is slow on purpose.
#[test]
fn encrypted_key_round_trips() {
    let passphrase = Secret::new("correct horse \u{202e} battery".as_bytes().to_vec());
    let wrong = Secret::new(b"wrong".to_vec());
    for name in ["RS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA"] {
        let key = key_for(alg::find(name).expect(name));
        for form in [KeyEncoding::Pem, KeyEncoding::Der] {
            let options = Options { private: true, passphrase: Some(&passphrase) };
            let there = encode(std::slice::from_ref(key), form, options, &mut rng()).expect(name);
            let back = detect::read(there.expose(), Some(&passphrase)).expect(name);
            assert_eq!(written(&back.keys[0], true), written(key, true), "{name}");
            if form == KeyEncoding::Der {
                assert!(
                    detect::read(there.expose(), None).is_err() && detect::read(there.expose(), Some(&wrong)).is_err()
                );
            }
        }
    }
}
