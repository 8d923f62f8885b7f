//! Fuzz target for the detection of keys and pastes: no text around a public key makes it a secret, and what is found in
//! a paste is a token.
#![no_main]
use authkit::key::KeyEncoding;
use authkit::key::detect::{read, read_decoded, read_raw, secret};
use authkit::token::{encoded_scan, paste, scan};
use libfuzzer_sys::fuzz_target;

const PEM: &[u8] = include_bytes!("../../tests/keys/p256.spki.pem");
const DER: &[u8] = include_bytes!("../../tests/keys/p256.spki.der");
const SSH: &[u8] = include_bytes!("../../tests/keys/ssh/ed25519.pub");

fuzz_target!(|data: &[u8]| {
    if let Ok(set) = read(data, None) {
        let is_line = data.len() <= 1_026 && !data.trim_ascii_end().contains(&b'\n');
        assert!(set.form != KeyEncoding::Raw || is_line, "a secret is one short line");
        assert!(set.form == KeyEncoding::Raw || set.keys.iter().all(|key| key.public().is_some() || key.is_secret()));
    }
    let _ = (read_raw(data), read_decoded(data, data, None));
    for around in [[PEM, b"\n", data], [data, b"\n", PEM], [DER, data, b""], [SSH, b"\n", data], [data, b"\n", SSH]] {
        let text = around.concat();
        assert!(secret(&text).is_err() || text.len() > 1 << 16, "a public key is no secret");
        assert!(read(&text, None).map_or(true, |set| set.form != KeyEncoding::Raw));
    }
    for found in paste::find(data) {
        assert_eq!(scan::scan(found.token.as_bytes()).len(), 1, "{}", found.token);
        assert!(found.line > 0 && found.column > 0);
    }
    for found in encoded_scan::scan_after(data, 0) {
        assert!(data[found.offset..].starts_with(b"ZXlK") && found.line > 0);
        assert_eq!(scan::scan(found.token.as_bytes())[0].token, found.token);
    }
});
