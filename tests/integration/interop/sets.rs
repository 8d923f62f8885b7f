//! JWK Sets as issuers write them, read by authkit and by four libraries: what all four accept and no RFC forbids,
//! authkit accepts too.

use super::peers::{JOSE, JOSERFC, JWCRYPTO, PYJWT, Peer};
use super::{authkit, issue, verify};
use crate::harness::Sandbox;
use serde_json::{Value, json};

/// The key of the token (RS256, kid `k`), another RSA key, a secret, and the certificate of the first in several forms.
struct Material {
    jwk: Value,
    other: Value,
    token: String,
}

/// What authkit does with a set, and why it rejects one that libraries accept.
enum Expected {
    Accepted,
    Rejected(&'static str),
}
use Expected::{Accepted, Rejected};

/// A set by its name, its members made from the key of the token and another one, and the verdict.
type Case = (&'static str, fn(&Material) -> Value, Expected);

const CASES: &[Case] = &[
    ("the key", |m| m.set([m.with(&[])]), Accepted),
    ("the key without alg and use", |m| m.set([m.without(&["alg", "use"])]), Accepted),
    ("other members of the set", |m| json!({ "keys": [m.jwk], "issuer": "x", "iat": 1 }), Accepted),
    ("the same member twice", |m| m.set([m.with(&[]), m.with(&[])]), Accepted),
    ("one kid with several alg", |m| m.set([m.with(&[("alg", json!("PS256"))]), m.with(&[])]), Accepted),
    (
        "one kid for enc and sig",
        |m| m.set([m.with(&[("use", json!("enc")), ("alg", json!("RSA-OAEP"))]), m.with(&[])]),
        Accepted,
    ),
    ("another key with the kid, after", |m| m.set([m.with(&[]), m.other.clone()]), Accepted),
    ("another key with the kid, before", |m| m.set([m.other.clone(), m.with(&[])]), Accepted),
    ("x5c is null", |m| m.set([m.with(&[("x5c", json!(null))])]), Accepted),
    ("x5c is empty", |m| m.set([m.with(&[("x5c", json!([]))])]), Accepted),
    ("x5c is a string", |m| m.set([m.with(&[("x5c", json!("MIIB"))])]), Accepted),
    ("x5c holds PEM text", |m| m.set([m.with(&[("x5c", json!(["-----BEGIN CERTIFICATE-----\nMIIB\n"]))])]), Accepted),
    ("x5c holds base64 of other data", |m| m.set([m.with(&[("x5c", json!(["LS0tLS1CRUdJTg=="]))])]), Accepted),
    ("alg is null", |m| m.set([m.with(&[("alg", json!(null))])]), Accepted),
    ("use is null", |m| m.set([m.with(&[("use", json!(null))])]), Accepted),
    ("key_ops is null", |m| m.set([m.with(&[("key_ops", json!(null))])]), Accepted),
    ("key_ops is a string", |m| m.set([m.with(&[("key_ops", json!("verify"))])]), Accepted),
    ("key_ops repeats verify", |m| m.set([m.with(&[("key_ops", json!(["verify", "verify"]))])]), Accepted),
    ("key_ops without verify", |m| m.set([m.with(&[("key_ops", json!(["encrypt"]))])]), Rejected("RFC 7517 §4.3")),
    ("null among the members", |m| m.set([json!(null), m.with(&[])]), Accepted),
    ("a member of an unknown type", |m| m.set([json!({ "kty": "AKP", "kid": "x" }), m.with(&[])]), Accepted),
    (
        "a member for key agreement",
        |m| m.set([json!({ "kty": "OKP", "crv": "X25519", "kid": "x", "x": "AA" }), m.with(&[])]),
        Accepted,
    ),
    ("use of a SPIFFE bundle", |m| m.set([m.with(&[("use", json!("jwt-svid"))])]), Accepted),
    (
        "use is for encryption",
        |m| m.set([m.with(&[("use", json!("enc"))])]),
        Rejected("RFC 7517 §4.2: intended for encryption"),
    ),
    ("use in upper case", |m| m.set([m.with(&[("use", json!("SIG"))])]), Rejected("RFC 7517 §4.2: case-sensitive")),
    ("use is empty", |m| m.set([m.with(&[("use", json!(""))])]), Rejected("RFC 7517 §4.2: another use")),
    (
        "alg of another algorithm",
        |m| m.set([m.with(&[("alg", json!("PS256"))])]),
        Rejected("RFC 7517 §4.4; RFC 8725 §3.1"),
    ),
    ("kid is a number", |m| m.set([m.with(&[("kid", json!(7))])]), Rejected("RFC 7517 §4.5: MUST be a string")),
    (
        "n with padding",
        |m| m.set([m.with(&[("n", json!(format!("{}==", m.n())))])]),
        Rejected("RFC 7515 §2: without padding"),
    ),
    ("n with a leading zero byte", |m| m.set([m.with(&[("n", json!(m.padded_n()))])]), Accepted),
    (
        "a secret among public keys",
        |m| m.set([json!({ "kty": "oct", "kid": "s", "k": "AAECAwQFBgcICQoLDA0ODw" }), m.with(&[])]),
        Rejected("RFC 7517 §9.2: a secret MUST NOT be disclosed"),
    ),
];

impl Material {
    fn new(room: &Sandbox) -> Self {
        let key = |file: &str| -> Value {
            let generate = ["keys", "generate", "--type", "rsa:2048", "--alg", "RS256", "--kid", "k"];
            authkit(room, &[&generate[..], &["--encoding", "jwk", "-o", file]].concat(), "").ok();
            authkit(room, &["keys", "convert", file, "--public", "--encoding", "jwk"], "").ok().json()
        };
        let (jwk, other) = (key("key"), key("other"));
        let token = issue(room, "RS256", "key").expect("our key signs");
        Self { jwk, other, token }
    }

    fn set<const N: usize>(&self, members: [Value; N]) -> Value {
        json!({ "keys": members.to_vec() })
    }

    /// The key with some parameters replaced.
    fn with(&self, parameters: &[(&str, Value)]) -> Value {
        let mut jwk = self.jwk.clone();
        parameters.iter().for_each(|(name, value)| jwk[*name] = value.clone());
        jwk
    }

    fn without(&self, parameters: &[&str]) -> Value {
        let mut jwk = self.jwk.clone();
        parameters.iter().for_each(|name| drop(jwk.as_object_mut().expect("an object").remove(*name)));
        jwk
    }

    fn n(&self) -> &str {
        self.jwk["n"].as_str().expect("the modulus")
    }

    /// The modulus after three bytes of zero, which keep the base64 of the rest.
    fn padded_n(&self) -> String {
        format!("AAAA{}", self.n())
    }
}

#[test]
fn set_that_four_libraries_accept_is_accepted() {
    let room = Sandbox::new();
    let material = Material::new(&room);
    let mut jobs = Vec::new();
    for (name, set, _) in CASES {
        room.write(&file(name), set(&material).to_string());
        jobs.push(json!({ "op": "verify", "alg": "RS256", "key": file(name), "token": material.token }));
    }
    let mut libraries: Vec<(String, Vec<Value>)> = Vec::new();
    for peer in [&PYJWT, &JWCRYPTO, &JOSERFC, &JOSE] {
        libraries.extend(Peer::batch(peer, &room, &jobs));
    }
    let mut faults = Vec::new();
    for (index, (name, _, expected)) in CASES.iter().enumerate() {
        let own = verify(&room, "RS256", &file(name), &material.token);
        let accepting: Vec<&str> = libraries
            .iter()
            .filter(|(_, answers)| answers[index]["error"].is_null())
            .map(|(title, _)| title.as_str())
            .collect();
        println!(
            "{name}: authkit {}, {} of {} libraries",
            if own.is_ok() { "accepts" } else { "rejects" },
            accepting.len(),
            libraries.len()
        );
        match (&own, expected) {
            (Err(_), Rejected(why)) if accepting.len() == 4 && !why.contains("MUST") => {
                faults.push(format!("{name}: rejected by {why}, accepted by every library"));
            }
            (Ok(()), Accepted) | (Err(_), Rejected(_)) => {}
            (Ok(()), Rejected(why)) => faults.push(format!("{name}: accepted, against {why}")),
            (Err(fault), Accepted) => faults.push(format!("{name}: {fault}; accepted by {accepting:?}")),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn file(name: &str) -> String {
    format!("{}.json", name.replace([' ', ','], "-"))
}
