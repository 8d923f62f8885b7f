//! Helpers for hand-made tokens; tests control every byte.

use crate::harness::{NOW, RunOutput, Sandbox, root};
use authkit::alg;
use authkit::encoding::base64url;
use authkit::key::{Key, detect};
use authkit::secret::Secret;
use aws_lc_rs::hmac;

/// Long enough for HS256, and neither hexadecimal nor base64.
pub const SECRET: &[u8] = b"a secret of thirty-two bytes !!!";

/// Claims that are accepted without reject reasons.
pub const GOOD: &str = r#"{"sub":"alice","iat":1769860800,"exp":1769861700}"#;

pub const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    base64url::encode(bytes.as_ref())
}

/// The signing input: header and payload unchanged.
pub fn input(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    format!("{}.{}", b64(header), b64(payload))
}

/// HMAC-SHA256 with arbitrary bytes as the secret, including secrets that the library refuses.
pub fn mac(secret: &[u8], input: &str) -> String {
    b64(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes()))
}

/// A token with a valid HS256 signature with [`SECRET`], for any content.
pub fn hs256(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    hs256_by(SECRET, header, payload)
}

pub fn hs256_by(secret: &[u8], header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    let input = input(header, payload);
    format!("{input}.{}", mac(secret, &input))
}

/// A token with a valid signature with a key of `tests/keys`.
pub fn signed(name: &str, algorithm: &str, header: &str, payload: &str) -> String {
    let input = input(header, payload);
    let signer = key(name).signer(alg::find(algorithm).expect("an algorithm")).expect("a signer");
    format!("{input}.{}", b64(signer.sign(input.as_bytes()).expect("a signature")))
}

/// The key in a file of `tests/keys`.
pub fn key(name: &str) -> Key {
    let passphrase = Secret::new(b"correct".to_vec());
    detect::read(&bytes(name), Some(&passphrase)).expect("a key").keys.remove(0)
}

/// The bytes of a file of `tests/keys`.
pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/keys").join(name)).expect("a fixture")
}

/// A file of `tests/keys`, copied into `room` with mode 0600.
pub fn fixture(room: &Sandbox, name: &str) -> String {
    room.write(name, bytes(name))
}

/// Claims that expire in 15 minutes, with additional members (`"a":1,`).
pub fn claims(more: &str) -> String {
    format!(r#"{{{more}"exp":{}}}"#, NOW + 900)
}

/// Verifies `token` (on standard input) and returns the reject reasons, none if it was accepted. Asserts for each
/// verification that the exit code matches the verdict, that the claims of a rejected token are under `unverified`
/// only, and that human output contains none of them.
#[track_caller]
pub fn reject_reasons_with(room: &Sandbox, key: &str, token: impl AsRef<[u8]>, flags: &[&str]) -> Vec<String> {
    let with = |more: &[&str]| {
        let arguments: Vec<&str> = ["verify", "-k", key].iter().chain(flags).chain(more).copied().collect();
        room.run_with(&arguments, token.as_ref())
    };
    let ran = with(&["--json"]);
    let reasons = verdict(&ran);
    let human = with(&[]);
    assert_eq!(human.code, ran.code, "{human:?}");
    assert!(
        reasons.is_empty() || !human.stdout.lines().any(|line| line.starts_with('{')),
        "claims of a refused token: {human:?}"
    );
    reasons
}

/// The reject reasons of a JSON result, which must agree with the exit code.
#[track_caller]
pub fn verdict(ran: &RunOutput) -> Vec<String> {
    let json = ran.json();
    let reasons = ran.reasons();
    if reasons.is_empty() {
        assert_eq!((ran.code, &json["verdict"]), (0, &"accepted".into()), "{ran:?}");
    } else {
        assert_eq!((ran.code, &json["verdict"]), (1, &"rejected".into()), "{ran:?}");
        assert!(json["data"].get("claims").is_none() && json["data"].get("header").is_none(), "{ran:?}");
    }
    reasons
}

/// Verifies with [`SECRET`].
#[track_caller]
pub fn reject_reasons(token: impl AsRef<[u8]>, flags: &[&str]) -> Vec<String> {
    let room = Sandbox::new();
    room.write("secret", SECRET);
    reject_reasons_with(&room, "secret", token, flags)
}
