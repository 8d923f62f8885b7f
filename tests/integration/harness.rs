//! Harness that runs the real program in a temporary directory with an empty environment and a fixed clock. Every JSON
//! document that it prints is validated against its schema.

use authkit::alg::{ALGORITHMS, Algorithm};
use authkit::encoding::json::JsonObject;
use authkit::key::{Key, generate};
use authkit::time::UnixTime;
use authkit::token::json_builder::{self, JsonObjectBuilder};
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::reject_reason::RejectReason;
use authkit::token::verify::TokenVerifier;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex};

/// The evaluation time of the tests in Unix seconds: 2026-01-31T12:00:00Z.
pub const NOW: i64 = 1_769_860_800;

/// A temporary working directory; its key store is `keys.json`.
pub struct Sandbox(tempfile::TempDir);

/// Exit code and output of a run.
#[derive(Debug, Clone)]
pub struct RunOutput {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl RunOutput {
    /// The single JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The ids of the reasons of a rejected token, in order.
    #[track_caller]
    pub fn reasons(&self) -> Vec<String> {
        let json = self.json();
        let reasons = json["data"]["reasons"].as_array().cloned().unwrap_or_default();
        reasons.iter().map(|reason| reason["id"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

impl Sandbox {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file with mode 0600 into the directory and returns its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("permissions");
        }
        path.display().to_string()
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("a file")
    }

    /// The program with these arguments, at [`NOW`], in this directory, with an otherwise empty environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.live_command(arguments);
        if !arguments.contains(&"--now") {
            command.args(["--now", &NOW.to_string()]);
        }
        command
    }

    /// The same with the system clock.
    pub fn live_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_authkit"));
        command.current_dir(self.0.path()).env_clear();
        command.env("AUTHKIT_KEYSTORE", self.path("keys.json")).env("HOME", self.0.path()).env("COLUMNS", "100");
        command.args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> RunOutput {
        self.run_with(arguments, b"")
    }

    /// Runs the program with `stdin` and validates every JSON document.
    pub fn run_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> RunOutput {
        run(self.command(arguments), stdin.as_ref())
    }
}

/// The text without the line breaks of the human report.
pub fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs `command`, feeding it `stdin`.
pub fn run(mut command: Command, stdin: &[u8]) -> RunOutput {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("authkit");
    let mut pipe = child.stdin.take().expect("stdin");
    let bytes = stdin.to_vec();
    // A separate thread: a program that writes before it has read would otherwise block.
    let feeder = std::thread::spawn(move || {
        let _ = pipe.write_all(&bytes);
    });
    let output = child.wait_with_output().expect("output");
    let _ = feeder.join();
    let ran = RunOutput {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    };
    assert!(ran.code != 70 && !ran.stderr.contains("internal error at"), "it panicked: {ran:?}");
    check_answers(&ran.stdout);
    ran
}

/// Validates each line that is a JSON document of authkit against its schema.
pub fn check_answers(stdout: &str) {
    for line in stdout.lines().filter(|line| line.starts_with("{\"schema\":\"authkit/")) {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let name = answer["schema"].as_str().and_then(|schema| schema.split('/').nth(1)).expect("a name");
        let schemas = &mut *SCHEMAS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let validator = schemas.entry(name.to_owned()).or_insert_with(|| validator(name));
        let faults: Vec<String> =
            validator.iter_errors(&answer).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}\n{line}");
    }
}

static SCHEMAS: LazyLock<Mutex<BTreeMap<String, jsonschema::Validator>>> = LazyLock::new(Mutex::default);

fn validator(name: &str) -> jsonschema::Validator {
    let output = Command::new(env!("CARGO_BIN_EXE_authkit")).args(["schema", name]).output().expect("authkit schema");
    assert!(output.status.success(), "there is no schema {name}");
    let schema = serde_json::from_slice(&output.stdout).expect("a schema is JSON");
    jsonschema::validator_for(&schema).expect("a schema is a schema")
}

/// The root directory of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reports a skipped test for a missing service or tool; fails where `.ci/run` requires all of them.
pub fn skip(what: &str) {
    assert!(std::env::var_os("AUTHKIT_REQUIRE_SERVICES").is_none(), "{what} is required and missing");
    println!("skipped: {what} is missing");
}

/// An RNG for keys and salts.
pub fn rng() -> impl rand_core::CryptoRng {
    rand_core::UnwrapErr(rand::rngs::SysRng)
}

/// A key for `algorithm`, the same at each call; RSA algorithms share one.
#[track_caller]
pub fn key_for(algorithm: &Algorithm) -> &'static Key {
    static KEYS: LazyLock<Vec<(generate::KeyType, Key)>> = LazyLock::new(|| {
        let mut keys = Vec::new();
        for algorithm in ALGORITHMS {
            let kind = kind_for(algorithm);
            if !keys.iter().any(|(own, _)| *own == kind) {
                keys.push((kind, generate::generate(kind, &mut rng()).expect("a key")));
            }
        }
        keys
    });
    let kind = kind_for(algorithm);
    KEYS.iter().find(|(own, _)| *own == kind).map(|(_, key)| key).expect("a key for every algorithm")
}

fn kind_for(algorithm: &Algorithm) -> generate::KeyType {
    generate::parse(algorithm.name, None).expect("the name of an algorithm is a type of key").kind
}

pub fn keyring(keys: impl IntoIterator<Item = Key>) -> Keyring {
    Keyring::new(keys.into_iter().map(|key| KeyringEntry::new(key, "test")).collect())
}

pub fn ids(reasons: &[RejectReason]) -> Vec<&'static str> {
    reasons.iter().map(RejectReason::id).collect()
}

/// A token with these JSON claims, signed with the shared key of `algorithm`.
#[track_caller]
pub fn token(algorithm: &Algorithm, claims: &str) -> String {
    let mut header = JsonObjectBuilder::default();
    header.set_text("alg", algorithm.name);
    header.set_text("typ", "JWT");
    let claims = JsonObjectBuilder::from_object(&JsonObject::parse(claims).expect("claims"));
    let signer = key_for(algorithm).signer(algorithm).expect("a signer");
    json_builder::sign(&header, &claims, &signer).expect("a token").expose().clone()
}

/// The ids of the reasons why `verifier` rejects `token` at [`NOW`]; empty if it is accepted.
#[track_caller]
pub fn refusals(verifier: &mut TokenVerifier<'_>, token: &[u8]) -> Vec<&'static str> {
    let verification = verifier.verify(token, UnixTime(NOW));
    assert_eq!(verification.is_accepted(), verification.reasons.is_empty(), "a refusal without a reason: {token:?}");
    ids(&verification.reasons)
}
