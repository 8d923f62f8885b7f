//! Interoperability tests: tokens and keys exchanged with other implementations in both directions. `AUTHKIT_INTEROP`
//! names the directory that `tests/interop/install.sh` installed the peers into; `--nocapture` prints the matrix.

mod openssl;
mod peers;
mod sets;

use crate::harness::{self, RunOutput, Sandbox};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Passphrase of the temporary test keys; passed in the environment only.
const PASSPHRASE: &str = "a passphrase of tests, with ünïcode";

/// Every algorithm of authkit, and the type of its keys.
const ALGORITHMS: &[(&str, &str)] = &[
    ("HS256", "hs256"),
    ("HS384", "hs384"),
    ("HS512", "hs512"),
    ("RS256", "rsa:2048"),
    ("RS384", "rsa:2048"),
    ("RS512", "rsa:2048"),
    ("PS256", "rsa:2048"),
    ("PS384", "rsa:2048"),
    ("PS512", "rsa:2048"),
    ("ES256", "p256"),
    ("ES384", "p384"),
    ("ES512", "p521"),
    ("ES256K", "secp256k1"),
    ("EdDSA", "ed25519"),
    ("Ed25519", "ed25519"),
];

#[test]
fn own_tokens_verify_in_every_key_encoding() {
    let room = OURS.room();
    let mut matrix = Matrix::new("verifies its own");
    for made in &OURS.made {
        matrix.note(made.alg, made.form, verify(&room, made.alg, &made.public, &made.token));
    }
    matrix.end("authkit", &[]);
}

/// Claims that are valid now: peers use the real clock.
fn claims() -> Value {
    json!({
        "iss": "https://id.test", "sub": "alice ü 😀 \"\\", "aud": ["api", "web"], "iat": 1_700_000_000, "exp": 4_102_444_800_u64,
        "roles": ["admin", null, true], "nested": { "a": { "b": [1, -2, 3.5] } },
    })
}

/// An authkit key in files of one encoding, and a token signed with it.
struct Made {
    alg: &'static str,
    form: &'static str,
    private: String,
    public: String,
    token: String,
}

/// The keys and tokens of authkit: created once, written again by each test.
struct Ours {
    files: Vec<(String, Vec<u8>)>,
    made: Vec<Made>,
}

static OURS: LazyLock<Ours> = LazyLock::new(|| {
    let room = Sandbox::new();
    let mut names = Vec::new();
    let mut made = Vec::new();
    for &(alg, kind) in ALGORITHMS {
        let secret = alg.starts_with("HS");
        let file = |form: &str| format!("{alg}.{form}");
        for form in if secret { ["jwk", "raw"] } else { ["jwk", "pem"] } {
            authkit(
                &room,
                &["keys", "generate", "--type", kind, "--alg", alg, "--encoding", form, "-o", &file(form)],
                "",
            )
            .ok();
        }
        convert(&room, &file("jwk"), "jwks", &file("jwks"));
        let mut forms = vec!["jwk", "jwks", if secret { "raw" } else { "pem" }];
        if !secret {
            convert(&room, &file("pem"), "der", &file("der"));
            forms.push("der");
            for form in &forms {
                convert_with(&room, &file(form), form, &file(&format!("public.{form}")), &["--public"]);
            }
            // Key derivation is slow and does not depend on the curve.
            if ["RS256", "ES256", "EdDSA"].contains(&alg) {
                for form in ["pem", "der"] {
                    let encrypted = file(&format!("encrypted.{form}"));
                    convert_with(&room, &file("pem"), form, &encrypted, &["--new-passphrase", "env:PASSPHRASE"]);
                }
                forms.extend(["encrypted.pem", "encrypted.der"]);
            }
        }
        for form in forms {
            let public = match form.strip_prefix("encrypted.") {
                Some(form) => file(&format!("public.{form}")),
                None if secret => file(form),
                None => file(&format!("public.{form}")),
            };
            let private = file(form);
            let token = issue(&room, alg, &private).expect("our key signs");
            names.extend([private.clone(), public.clone()]);
            made.push(Made { alg, form, private, public, token });
        }
    }
    Ours { files: names.into_iter().map(|name| (name.clone(), room.read(&name))).collect(), made }
});

impl Ours {
    /// A sandbox with these keys.
    fn room(&self) -> Sandbox {
        let room = Sandbox::new();
        for (name, bytes) in &self.files {
            room.write(name, bytes);
        }
        room
    }

    fn of(&self, alg: &str) -> impl Iterator<Item = &Made> {
        self.made.iter().filter(move |made| made.alg == alg)
    }
}

fn authkit(room: &Sandbox, arguments: &[&str], stdin: &str) -> RunOutput {
    let mut command = room.command(arguments);
    command.env("PASSPHRASE", PASSPHRASE);
    harness::run(command, stdin.as_bytes())
}

/// The SPEC of a key file: binary secrets are read on request only.
fn spec(key: &str) -> String {
    if key.ends_with("raw") { format!("raw:{key}") } else { key.to_owned() }
}

fn convert(room: &Sandbox, key: &str, form: &str, to: &str) {
    convert_with(room, key, form, to, &[]);
}

fn convert_with(room: &Sandbox, key: &str, form: &str, to: &str, more: &[&str]) {
    let arguments = ["keys", "convert", key, "--passphrase", "env:PASSPHRASE", "--encoding", form, "-o", to];
    authkit(room, &[&arguments, more].concat(), "").ok();
}

/// Signs [`claims`] with a key file.
fn issue(room: &Sandbox, alg: &str, key: &str) -> Result<String, String> {
    let key = &spec(key);
    let arguments =
        ["issue", "-k", key, "--passphrase", "env:PASSPHRASE", "--alg", alg, "--claims", "-", "--no-jti", "-q"];
    let ran = authkit(room, &arguments, &claims().to_string());
    if ran.code == 0 { Ok(ran.stdout.trim().to_owned()) } else { Err(format!("issue printed {}", ran.stderr)) }
}

/// Verifies a token of [`claims`] with a key file.
fn verify(room: &Sandbox, alg: &str, key: &str, token: &str) -> Result<(), String> {
    let key = &spec(key);
    let arguments = [
        "verify",
        "-k",
        key,
        "--passphrase",
        "env:PASSPHRASE",
        "--alg",
        alg,
        "--iss",
        "https://id.test",
        "--aud",
        "api",
        "--json",
    ];
    let ran = authkit(room, &arguments, token);
    match ran.code {
        0 if ran.json()["data"]["claims"] == claims() => Ok(()),
        0 => Err(format!("the claims changed: {}", ran.stdout)),
        1 => Err(format!("refused: {:?}", ran.reasons())),
        _ => Err(format!("verify printed {}{}", ran.stdout, ran.stderr)),
    }
}

/// The token with the first character of the signature changed.
fn tampered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..])
}

/// Successes by algorithm and encoding, and failures.
struct Matrix {
    direction: &'static str,
    cells: Vec<(&'static str, Vec<String>)>,
    faults: Vec<String>,
}

impl Matrix {
    fn new(direction: &'static str) -> Self {
        Self { direction, cells: Vec::new(), faults: Vec::new() }
    }

    fn note(&mut self, alg: &'static str, form: &str, outcome: Result<(), String>) {
        if let Err(fault) = outcome {
            return self.faults.push(format!("{alg} {form}: {fault}"));
        }
        match self.cells.iter_mut().find(|cell| cell.0 == alg) {
            Some((_, forms)) => forms.push(form.to_owned()),
            None => self.cells.push((alg, vec![form.to_owned()])),
        }
    }

    /// Records that the other side rejected, as required.
    fn note_refused(&mut self, alg: &'static str, what: &str, outcome: Result<(), String>) {
        if outcome.is_ok() {
            self.faults.push(format!("{alg}: {what} was accepted"));
        }
    }

    /// Prints one line for each set of encodings, and panics on any failure.
    #[track_caller]
    fn end(self, peer: &str, lacks: &[(&str, &str)]) {
        let mut rows: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
        for (alg, forms) in self.cells {
            match rows.iter_mut().find(|row| row.0 == forms) {
                Some((_, algorithms)) => algorithms.push(alg),
                None => rows.push((forms, vec![alg])),
            }
        }
        let mut line = format!("interop {peer} {}:", self.direction);
        for (forms, algorithms) in rows {
            line += &format!(" {} ok ({});", algorithms.join(" ok, "), forms.join(", "));
        }
        for (alg, why) in lacks {
            line += &format!(" {alg} lacking ({why});");
        }
        println!("{}", line.trim_end_matches(';'));
        assert!(self.faults.is_empty(), "{peer} {}: {:#?}", self.direction, self.faults);
    }
}
