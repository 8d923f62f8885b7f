//! Project Wycheproof's vectors of JWS and JWK. They are not part of the project: `AUTHKIT_WYCHEPROOF` names the directory
//! with its files `json_web_signature_test.json` and `json_web_key_test.json`.

use crate::harness;
use authkit::key::detect;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::requirements::Requirements;
use authkit::token::signature_only;
use serde_json::Value;
use std::path::PathBuf;

/// Verdicts that contradict RFC 7515 or the file itself, with the reason; the opposite is expected.
const TURNED: &[(u64, &str)] = &[
    (346, "PS384 with a key whose alg is PS256: 338 rejects the same (RFC 7517 §4.4)"),
    (347, "a key whose alg is ES521, which is not registered: 340 rejects the same"),
    (350, "PS384 with a key whose alg is PS256: 338 rejects the same (RFC 7517 §4.4)"),
    (351, "a key whose alg is ES521, which is not registered: 340 rejects the same"),
    (367, "byte for byte the valid 357"),
    (370, "byte for byte the valid 357"),
    (372, "a '?' within base64url (RFC 7515 §2; RFC 4648 §3.3)"),
    (373, "a '?' within base64url (RFC 7515 §2; RFC 4648 §3.3)"),
];

fn directory() -> Option<PathBuf> {
    let named = std::env::var_os("AUTHKIT_WYCHEPROOF").map(PathBuf::from);
    named.or_else(|| Some(harness::root().parent()?.join("shared/data/wycheproof"))).filter(|path| path.is_dir())
}

/// Whether the verifier accepts `jws` with the public key of the group, or its secret.
fn accepts(group: &Value, jws: &str) -> bool {
    let key = group.get("public").unwrap_or(&group["private"]).to_string();
    let Ok(set) = detect::read(key.as_bytes(), None) else { return false };
    let keyring = Keyring::new(set.keys.into_iter().map(|key| KeyringEntry::new(key, "group")).collect());
    signature_only::verify(jws, None, &keyring, &Requirements::strict()).is_accepted(true)
}

/// Compares the verdicts of one file; returns the number of vectors, and the differences.
fn compare(file: &str, turned: &[(u64, &str)]) -> Option<(usize, Vec<String>)> {
    let text = std::fs::read_to_string(directory()?.join(file)).ok()?;
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let (mut count, mut differences) = (0, Vec::new());
    for group in document["testGroups"].as_array().expect("groups") {
        for vector in group["tests"].as_array().expect("tests") {
            count += 1;
            let id = vector["tcId"].as_u64().expect("an id");
            let valid = vector["result"] == "valid";
            let expected = valid != turned.iter().any(|(other, _)| *other == id);
            if accepts(group, vector["jws"].as_str().expect("a JWS")) != expected {
                differences.push(format!("{id} {} ({})", vector["comment"], group["comment"]));
            }
        }
    }
    Some((count, differences))
}

#[test]
fn wycheproof_verdicts_are_reproduced() {
    for (file, turned, total) in [("json_web_signature_test.json", TURNED, 401), ("json_web_key_test.json", &[], 26)] {
        let Some((count, differences)) = compare(file, turned) else {
            println!("skipped: {file} is missing (AUTHKIT_WYCHEPROOF)");
            continue;
        };
        assert_eq!((count, differences), (total, Vec::<String>::new()), "{file}");
        println!("{file}: {count} of {total}");
    }
}
