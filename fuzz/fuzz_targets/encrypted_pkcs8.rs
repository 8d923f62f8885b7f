//! Fuzz target for encrypted private keys (RFC 8018): no panic, and no key is read without the passphrase. Inputs with
//! a slow key derivation are skipped to keep fuzzing fast; the library bounds their cost.
#![no_main]
use authkit::key::{der, pem};
use authkit::secret::Secret;
use libfuzzer_sys::fuzz_target;

/// Whether the DER contains an INTEGER of three bytes or more (for PBKDF2 more than 32,767 iterations), or scrypt.
fn is_expensive(der: &[u8]) -> bool {
    let scrypt = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B];
    der.windows(2).any(|two| two[0] == 0x02 && (3..=8).contains(&two[1])) || der.windows(9).any(|own| own == scrypt)
}

fuzz_target!(|data: &[u8]| {
    let encoded = base64(data);
    let block = format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{encoded}\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assert!(pem::read(block.as_bytes(), None).is_err());
    if !is_expensive(data) {
        let wrong = Secret::new(b"correct".to_vec());
        let (as_pem, as_der) = (pem::read(block.as_bytes(), Some(&wrong)), der::read(data, Some(&wrong)));
        assert!(as_pem.is_err() || as_der.is_ok());
    }
});

fn base64(data: &[u8]) -> String {
    let text = authkit::encoding::base64url::encode(data).replace('-', "+").replace('_', "/");
    let padded = text.len().next_multiple_of(4);
    format!("{text:=<padded$}").as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect()
}
