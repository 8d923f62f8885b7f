//! Tests with published vectors (`tests/vectors/`): every example of an RFC is read, verified and, where it is
//! deterministic, reproduced byte for byte.

mod cookbook;
mod rfc;
mod wycheproof;

use crate::harness::{ids, keyring, root};
use authkit::alg;
use authkit::encoding::base64url;
use authkit::key::{Key, jwk};
use authkit::token::keyring::Keyring;
use authkit::token::requirements::Requirements;
use authkit::token::signature_only;
use serde_json::Value;

/// A file of `tests/vectors/`.
#[track_caller]
fn document(path: &str) -> Value {
    let bytes = std::fs::read(root().join("tests/vectors").join(path)).expect(path);
    serde_json::from_slice(&bytes).expect(path)
}

#[track_caller]
fn key(jwk: &Value) -> Key {
    jwk::parse(&jwk.to_string()).unwrap_or_else(|error| panic!("{error}: {jwk}"))
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}

/// Asserts that the JWK is read and written without loss.
#[track_caller]
fn goes_there_and_back(jwk: &Value) -> Key {
    let key = key(jwk);
    let written: Value = serde_json::from_str(jwk::to_json(&key, true).expose()).expect("JSON");
    assert_eq!(&written, jwk);
    key
}

/// A serialisation as it is sent: compact text, or JSON.
fn sent(form: &Value) -> String {
    form.as_str().map_or_else(|| form.to_string(), str::to_owned)
}

/// `form` with the payload replaced; `None` if the payload is detached.
fn with_payload(form: &Value, payload: &str) -> Option<String> {
    if let Some(compact) = form.as_str() {
        let (header, rest) = compact.split_once('.')?;
        let (own, signature) = rest.rsplit_once('.')?;
        return (!own.is_empty()).then(|| format!("{header}.{payload}.{signature}"));
    }
    let mut changed = form.clone();
    *changed.get_mut("payload")? = payload.into();
    Some(changed.to_string())
}

/// Asserts that a serialisation verifies with all its signatures and its payload, and with no other payload.
#[track_caller]
fn verifies(form: &Value, payload: &str, encoded: bool, keys: &Keyring) {
    const OTHER: &str = "another payload";
    let requirements = Requirements::strict();
    let other = if encoded { base64url::encode(OTHER.as_bytes()) } else { OTHER.to_owned() };
    let other = with_payload(form, &other);
    let detached = other.is_none();
    let sent = sent(form);
    let result = signature_only::verify(&sent, detached.then_some(payload.as_bytes()), keys, &requirements);
    assert!(
        result.is_accepted(true),
        "{:?} {sent}",
        result.signatures.iter().map(|one| &one.reasons).collect::<Vec<_>>()
    );
    assert_eq!(result.payload.as_deref(), Some(payload.as_bytes()));

    let changed = other.unwrap_or(sent);
    let result = signature_only::verify(&changed, detached.then_some(OTHER.as_bytes()), keys, &requirements);
    assert!(!result.is_accepted(false) && result.reasons.is_empty(), "{changed}");
    for one in &result.signatures {
        assert_eq!(ids(&one.reasons), ["signature-mismatch"], "{changed}");
    }
}

/// Asserts that signing `input` reproduces `signature`, or for randomised algorithms gives one that verifies.
#[track_caller]
fn signs(key: &Key, alg: &str, input: &str, signature: &str) {
    let algorithm = alg::find(alg).expect(alg);
    let ours = key.signer(algorithm).expect(alg).sign(input.as_bytes()).expect(alg);
    if alg.starts_with("ES") || alg.starts_with("PS") {
        assert!(key.verifier(algorithm).expect(alg).verify(input.as_bytes(), &ours));
    } else {
        assert_eq!(base64url::encode(&ours), signature);
    }
}

/// A keyring with exactly the keys of the serialisation.
fn ring(jwks: &[&Value]) -> Keyring {
    keyring(jwks.iter().map(|jwk| key(jwk)))
}
