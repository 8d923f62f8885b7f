//! Interoperability with libraries: PyJWT, jwcrypto and joserfc through `peer.py`, npm's jose through `peer.mjs`.
//! A peer runs all jobs of a test in one or two processes, because they are slow to start.

use super::{ALGORITHMS, Matrix, OURS, PASSPHRASE, claims, issue, tampered, verify};
use crate::harness::{self, Sandbox, root};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

pub(super) struct Peer {
    /// The name in `peer.py`, or `npm`.
    name: &'static str,
    /// Unsupported algorithms or key encodings, with the reason. They are still tried: an outdated entry fails.
    lacks: &'static [(&'static str, &'static str)],
}

pub(super) const PYJWT: Peer = Peer { name: "pyjwt", lacks: &[("Ed25519", "knows Ed25519 keys by EdDSA only")] };
pub(super) const JWCRYPTO: Peer = Peer { name: "jwcrypto", lacks: &[] };
pub(super) const JOSERFC: Peer = Peer { name: "joserfc", lacks: &[] };
pub(super) const JOSE: Peer = Peer {
    name: "npm",
    lacks: &[
        ("ES256K", "WebCrypto has no secp256k1"),
        ("HS256 jwks", NO_SECRETS),
        ("HS384 jwks", NO_SECRETS),
        ("HS512 jwks", NO_SECRETS),
    ],
};
const NO_SECRETS: &str = "its sets hold public keys only";

#[test]
fn pyjwt_verifies_our_tokens() {
    verifies_ours(&PYJWT);
}

#[test]
fn pyjwt_signed_tokens_are_accepted() {
    signs_for_us(&PYJWT);
}

#[test]
fn jwcrypto_verifies_our_tokens() {
    verifies_ours(&JWCRYPTO);
}

#[test]
fn jwcrypto_signed_tokens_are_accepted() {
    signs_for_us(&JWCRYPTO);
}

#[test]
fn joserfc_verifies_our_tokens() {
    verifies_ours(&JOSERFC);
}

#[test]
fn joserfc_signed_tokens_are_accepted() {
    signs_for_us(&JOSERFC);
}

#[test]
fn npm_jose_verifies_our_tokens() {
    verifies_ours(&JOSE);
}

#[test]
fn npm_jose_signed_tokens_are_accepted() {
    signs_for_us(&JOSE);
}

/// One corpus of each library: a short-lived token, one without `exp`, and a long-lived one of another issuer.
#[test]
fn peer_corpora_are_audited_with_their_lifetimes() {
    let corpus = [
        json!({ "iss": "https://a.test", "sub": "1", "aud": "api", "iat": 1_800_000_000, "exp": 1_800_000_600, "jti": "1" }),
        json!({ "iss": "https://a.test", "sub": "2", "aud": "api", "iat": 1_800_000_000 }),
        json!({ "iss": "https://b.test", "sub": "ü😀", "aud": "web", "iat": 1_800_000_000, "exp": 1_802_592_000 }),
    ];
    for peer in [&PYJWT, &JWCRYPTO, &JOSERFC, &JOSE] {
        let room = OURS.room();
        let (mut jobs, mut keys) = (Vec::new(), 0_u64);
        for alg in ["HS256", "RS256", "ES256"] {
            for made in OURS.of(alg).filter(|made| made.form == "jwk") {
                keys += 1;
                let sign = |claims| json!({ "op": "sign", "alg": alg, "key": made.private, "claims": claims });
                jobs.extend(corpus.iter().map(sign));
            }
        }
        let Some((title, answers)) = peer.batch(&room, &jobs) else { continue };
        let lines: String =
            answers.iter().map(|answer| format!("{}\n", answer["token"].as_str().expect("a token"))).collect();
        room.write("corpus.txt", lines);
        let ran = room.run(&["audit", "corpus.txt", "--json", "--now", "1800000100", "--fail-on", "never"]).ok().json();
        let (data, by) = (&ran["data"], &ran["data"]["by"]);
        let totals = json!({ "tokens": 3 * keys, "malformed": 0, "expired": 0, "without_exp": keys });
        for (name, count) in totals.as_object().expect("an object") {
            assert_eq!(&data["totals"][name], count, "{title}: {name}");
        }
        let lives = |at: &str| data["lifetime_seconds"][at].as_f64();
        assert_eq!(
            (lives("count"), lives("min"), lives("max")),
            (Some(2.0 * keys as f64), Some(600.0), Some(2_592_000.0))
        );
        let counts = |table: &str, value: &str| {
            let rows = by[table].as_array().expect("a table");
            rows.iter().find(|row| row["value"] == value).map(|row| row["tokens"].clone())
        };
        assert_eq!(counts("issuer", "https://a.test"), Some(json!(2 * keys)), "{title}");
        assert_eq!(counts("audience", "web"), Some(json!(keys)), "{title}");
        assert_eq!(counts("algorithm", "RS256"), Some(json!(keys)), "{title}");
        assert_eq!(data["revocation"]["jti"], keys, "{title}");
        let found = |rule: &str, line: usize| {
            let all = ran["findings"].as_array().expect("findings");
            all.iter().any(|one| one["rule"] == rule && one["location"]["line"] == line)
        };
        assert!(found("exp-missing", 2) && found("lifetime-access-token", 3) && !found("exp-missing", 1), "{title}");
    }
}

impl Peer {
    fn has(&self, what: &str) -> bool {
        self.lacks.iter().all(|lack| lack.0 != what)
    }

    /// Its driver, if installed.
    fn driver(&self) -> Option<Command> {
        let scripts = root().join("tests/interop");
        let directory = PathBuf::from(std::env::var_os("AUTHKIT_INTEROP")?);
        let mut command = if self.name == "npm" {
            directory.join("node_modules/jose/package.json").is_file().then_some(())?;
            Command::new("node").arg("--version").output().ok()?;
            let mut command = Command::new("node");
            command.arg(scripts.join("peer.mjs"));
            command
        } else {
            let python = ["venv/bin/python", "venv/Scripts/python.exe"]
                .iter()
                .map(|name| directory.join(name))
                .find(|path| path.is_file())?;
            let mut command = Command::new(python);
            command.arg(scripts.join("peer.py")).arg(self.name);
            command
        };
        command.arg("batch").env("AUTHKIT_INTEROP", std::path::absolute(directory).ok()?).env("PASSPHRASE", PASSPHRASE);
        Some(command)
    }

    fn skip(&self) {
        harness::skip(&format!("{} (tests/interop/install.sh FOLDER, AUTHKIT_INTEROP=FOLDER)", self.name));
    }

    /// Runs all jobs in one process of the peer; returns its name with version, and one result per job.
    pub(super) fn batch(&self, room: &Sandbox, jobs: &[Value]) -> Option<(String, Vec<Value>)> {
        let Some(mut driver) = self.driver() else {
            self.skip();
            return None;
        };
        driver.current_dir(room.path(""));
        let ran = harness::run(driver, json!({ "jobs": jobs }).to_string().as_bytes()).ok();
        let said = ran.json();
        let answers = said["answers"].as_array().expect("answers").clone();
        assert_eq!(answers.len(), jobs.len(), "an answer to each job");
        Some((said["peer"].as_str().expect("a name").to_owned(), answers))
    }
}

/// The result of a verification by a peer.
fn accepted(answer: &Value) -> Result<(), String> {
    match answer["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None if answer["claims"] == claims() => Ok(()),
        None => Err(format!("the claims changed: {answer}")),
    }
}

/// Encodings in which a peer writes its generated private key, each with the public encoding.
const THEIRS: &[(&str, &str, &str)] = &[
    ("its jwk", "jwk", "public_jwk"),
    ("its pem", "pem", "public_pem"),
    ("its encrypted pem", "encrypted_pem", "public_pem"),
];

/// Writes a generated key to a file in one encoding; HMAC has JWK only.
fn written(room: &Sandbox, alg: &str, made: &Value, form: &str) -> Option<String> {
    let form = if alg.starts_with("HS") && form == "public_jwk" { "jwk" } else { form };
    let text = match &made[form] {
        Value::Null => return None,
        Value::String(pem) => pem.clone(),
        jwk => jwk.to_string(),
    };
    let name = format!("{alg}.its.{form}");
    room.write(&name, text);
    Some(name)
}

/// Tokens of authkit, signed with its keys and with the peer's, are accepted by the peer with the public key.
fn verifies_ours(peer: &Peer) {
    if peer.driver().is_none() {
        return peer.skip();
    }
    let room = OURS.room();
    let mut matrix = Matrix::new("verifies ours");
    let supported: Vec<_> = ALGORITHMS.iter().map(|pair| pair.0).filter(|alg| peer.has(alg)).collect();
    let generate: Vec<_> =
        supported.iter().map(|alg| json!({ "op": "generate", "alg": alg, "claims": claims() })).collect();
    let Some((_, keys)) = peer.batch(&room, &generate) else { return };

    let mut expected = Vec::new();
    let mut jobs = Vec::new();
    let mut ask = |alg: &'static str, form: Option<&'static str>, key: &str, token: &str| {
        expected.push((alg, form));
        jobs.push(json!({ "op": "verify", "alg": alg, "key": key, "token": token }));
    };
    for &(alg, _) in ALGORITHMS {
        // No peer detects DER; OpenSSL does.
        for made in OURS.of(alg).filter(|made| !made.form.ends_with("der") && peer.has(alg)) {
            ask(alg, peer.has(&format!("{alg} {}", made.form)).then_some(made.form), &made.public, &made.token);
        }
        let first = OURS.of(alg).next().expect("a key");
        ask(alg, None, &first.public, &if peer.has(alg) { tampered(&first.token) } else { first.token.clone() });
    }
    for (&alg, key) in supported.iter().zip(&keys) {
        for &(form, private, public) in THEIRS {
            let Some(private) = written(&room, alg, key, private) else { continue };
            let public = written(&room, alg, key, public).expect("the public half");
            match issue(&room, alg, &private) {
                Ok(token) => ask(alg, Some(form), &public, &token),
                Err(fault) => matrix.note(alg, form, Err(fault)),
            }
        }
    }
    let Some((title, answers)) = peer.batch(&room, &jobs) else { return };
    for ((alg, form), answer) in expected.into_iter().zip(&answers) {
        match form {
            Some(form) => matrix.note(alg, form, accepted(answer)),
            None => matrix.note_refused(alg, "a tampered or lacking token", accepted(answer)),
        }
    }
    matrix.end(&title, peer.lacks);
}

/// Tokens of the peer, signed with its keys and with authkit's, are accepted by authkit with the public key.
fn signs_for_us(peer: &Peer) {
    if peer.driver().is_none() {
        return peer.skip();
    }
    let room = OURS.room();
    let mut matrix = Matrix::new("signs for us");
    let mut asked = Vec::new();
    let mut jobs = Vec::new();
    for &(alg, _) in ALGORITHMS {
        for made in OURS.of(alg).filter(|made| !made.form.ends_with("der") && made.form != "jwks") {
            asked.push((alg, Some(made)));
            jobs.push(json!({ "op": "sign", "alg": alg, "key": made.private, "claims": claims() }));
        }
        asked.push((alg, None));
        jobs.push(json!({ "op": "generate", "alg": alg, "claims": claims() }));
    }
    let Some((title, answers)) = peer.batch(&room, &jobs) else { return };
    for ((alg, made), answer) in asked.into_iter().zip(&answers) {
        let token = answer["token"].as_str().ok_or_else(|| answer["error"].to_string());
        if !peer.has(alg) {
            matrix.note_refused(alg, "an algorithm that it lacks", token.map(|_| ()).map_err(|error| error.clone()));
            continue;
        }
        let Some(made) = made else {
            for &(form, _, public) in &THEIRS[..2] {
                let Some(public) = written(&room, alg, answer, public) else { continue };
                matrix.note(alg, form, token.clone().and_then(|token| verify(&room, alg, &public, token)));
                let changed = token.clone().and_then(|token| verify(&room, alg, &public, &tampered(token)));
                matrix.note_refused(alg, "a tampered token", changed);
            }
            continue;
        };
        matrix.note(alg, made.form, token.and_then(|token| verify(&room, alg, &made.public, token)));
    }
    matrix.end(&title, peer.lacks);
}
