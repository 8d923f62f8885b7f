//! Fuzz target for tokens: only tokens signed with the keys are accepted, and a hostile token affects no later result.
#![no_main]
use authkit::key::detect;
use authkit::time::UnixTime;
use authkit::token::{keyring::*, requirements::Requirements, scan, signature_only, verify::TokenVerifier};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The only tokens signed with the keys below.
static GENUINE: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../seeds/genuine.txt").lines().map(signing_input).collect());
static KEYS: LazyLock<Keyring> = LazyLock::new(|| {
    let files: [&[u8]; 5] = [
        include_bytes!("../seeds/hmac.secret"),
        include_bytes!("../../tests/keys/p256.spki.pem"),
        include_bytes!("../../tests/keys/k256.spki.pem"),
        include_bytes!("../../tests/keys/rsa2048.spki.pem"),
        include_bytes!("../../tests/keys/ed25519.spki.pem"),
    ];
    let keys = files.iter().flat_map(|file| detect::read(file, None).unwrap().keys);
    Keyring::new(keys.map(|key| KeyringEntry::new(key, "seed")).collect())
});

fn signing_input(token: &str) -> &str {
    token.rsplit_once('.').unwrap().0
}

fuzz_target!(|data: &[u8]| {
    let requirements = Requirements { any_audience: true, allow_no_exp: true, ..Requirements::strict() };
    let mut verifier = TokenVerifier::new(&KEYS, &requirements);
    let first = verifier.verify(data, UnixTime(1_900_000_000));
    let (accepted, reasons) = (first.is_accepted(), first.reasons);
    assert!(!accepted || GENUINE.contains(&signing_input(std::str::from_utf8(data).unwrap())));
    assert_eq!(accepted, reasons.is_empty());
    let good = include_str!("../seeds/genuine.txt").lines().next().unwrap();
    assert!(verifier.verify(good.as_bytes(), UnixTime(1_900_000_000)).is_accepted());
    assert_eq!(verifier.verify(data, UnixTime(1_900_000_000)).reasons, reasons);
    for found in scan::scan(data) {
        assert_eq!(&data[found.offset..][..found.token.len()], found.token.as_bytes());
        assert_eq!(found.token.split('.').count(), if found.encrypted { 5 } else { 3 });
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    for detached in [None, Some(&b"{}"[..])] {
        let signed = signature_only::verify(text, detached, &KEYS, &requirements);
        let known = |payload: &[u8]| GENUINE.iter().any(|own| own.ends_with(&format!(".{}", encoded(payload))));
        assert!(!signed.is_accepted(false) || signed.payload.is_some_and(|payload| known(&payload)));
    }
});

fn encoded(bytes: &[u8]) -> String {
    authkit::encoding::base64url::encode(bytes)
}
