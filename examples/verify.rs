//! Verifies a token with a JWK Set, before and after it expires: the ES256 example of RFC 7515 §A.3.
//!
//!     cargo run --example verify
#![allow(clippy::print_stdout, reason = "an example prints")]

use authkit::alg;
use authkit::key::{Key, detect};
use authkit::time::UnixTime;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use std::error::Error;

const VECTORS: &str = include_str!("../tests/vectors/rfc/rfc7515.json");

/// One line for each time of verification.
pub fn report() -> Result<String, Box<dyn Error>> {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS)?;
    let example = vectors.get("A.3").ok_or("no example")?;
    let token = example.get("compact").and_then(|token| token.as_str()).ok_or("no token")?;
    let jwks = serde_json::json!({ "keys": [example.get("key")] }).to_string();

    // The encoding is detected: PEM, DER, JWK and JWK Set are read alike. A verifier needs the public parts only.
    let keys = detect::read(jwks.as_bytes(), None)?.keys;
    let public = keys.iter().filter_map(Key::public);
    let keyring = Keyring::new(public.map(|key| KeyringEntry::new(key, "jwks.json")).collect());
    let requirements = Requirements {
        algorithms: alg::find("ES256").into_iter().collect(),
        issuers: vec!["joe".to_owned()],
        ..Requirements::strict()
    };

    let mut verifier = TokenVerifier::new(&keyring, &requirements);
    let mut lines = String::new();
    for now in [1_300_819_000, 1_300_819_380].map(UnixTime) {
        let result = verifier.verify(token.as_bytes(), now);
        if result.is_accepted() {
            lines.push_str(&format!("{now} accepted: {}\n", result.alg));
        } else {
            let reasons: Vec<String> = result.reasons.iter().map(ToString::to_string).collect();
            lines.push_str(&format!("{now} rejected: {}\n", reasons.join("; ")));
        }
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", report()?);
    Ok(())
}
