//! Every example that `--help` shows is run, in a room that holds the files which examples name.
#![cfg(unix)]

use crate::harness::{Room, root};
use std::process::Command;

/// A room with a key store, the files of the examples, and their variables.
fn room() -> (Room, Vec<(&'static str, String)>) {
    let room = Room::new();
    let copy = |from: &str, to: &str| {
        room.write(to, std::fs::read(root().join("tests/keys").join(from)).expect("a fixture"));
    };
    room.run(&["keys", "generate"]).ok();
    room.run(&["keys", "generate", "--kid", "2026-01"]).ok();
    copy("p256.pkcs8.pem", "key.pem");
    copy("rsa2048.pkcs8.pem", "rsa.pem");
    copy("p256.cert.pem", "certificate.pem");
    room.run(&["keys", "convert", "key.pem", "--encoding", "jwk", "-o", "key.jwk"]).ok();
    room.run(&["keys", "public", "-o", "jwks.json"]).ok();
    room.run(&["issue", "--sub", "alice", "--alg", "ES256", "-o", "token.jwt"]).ok();
    room.write("scenario.toml", "[run]\nsample = 200\n\n[[strategy]]\nkind = \"jwt_refresh\"\n");
    room.write("response.txt", "HTTP/2 200\nSet-Cookie: theme=dark; Secure; SameSite=Lax\n\n");
    copy("../har/browser.har", "session.har");
    let variables = vec![
        ("PASSPHRASE", "correct horse".to_owned()),
        ("SECRET", "5a".repeat(32)),
        ("TOKEN", "token.jwt".to_owned()),
    ];
    (room, variables)
}

/// The lines under `Examples:`.
fn examples(help: &str) -> Vec<String> {
    help.split("Examples:\n")
        .nth(1)
        .unwrap_or_default()
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// Examples that write into the user's home or open a pager are left to their reader.
fn is_for_readers(line: &str) -> bool {
    line.contains("~/") || line.contains("man -l")
}

fn check(command: &[&str]) {
    let help = Room::new().run(&[command, &["--help"]].concat()).ok().stdout;
    let lines = examples(&help);
    assert!(!lines.is_empty(), "{command:?} has no examples");
    let (room, variables) = room();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_authkit"));
    let path = format!("{}:/usr/bin:/bin", program.parent().expect("a folder").display());
    for line in lines.iter().filter(|line| !is_for_readers(line)) {
        // Examples begin where nothing stands yet.
        if let Some((_, file)) = line.split_once(" -o ") {
            let _ = std::fs::remove_file(room.path(file.trim()));
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &line.replace(" TOKEN", " token.jwt")]).current_dir(room.path("."));
        shell.env_clear().env("PATH", &path).env("AUTHKIT_KEYSTORE", room.path("keys.json"));
        shell.env("AUTHKIT_COLOR", "never").envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        let output = shell.output().expect("a shell");
        assert!(
            output.status.success(),
            "{line}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

macro_rules! commands {
    ($($name:ident: $($word:literal)*;)*) => {
        $(#[test] fn $name() { check(&[$($word),*]) })*

        /// A command that is not listed here has examples that nobody runs.
        #[test]
        fn no_command_is_forgotten() {
            let listed = Room::new().run(&["schema"]).ok().stdout;
            let here: Vec<String> = vec![$({ let words: &[&str] = &[$($word),*]; words.join("-") }),*];
            for name in listed.lines().filter(|name| !["config", "error"].contains(name)) {
                assert!(here.iter().any(|own| own == name), "{name} has no test of its examples");
            }
        }
    };
}

commands! {
    authkit: ;
    audit: "audit";
    completions: "completions";
    decode: "decode";
    explain: "explain";
    inspect: "inspect";
    issue: "issue";
    keys_check: "keys" "check";
    keys_convert: "keys" "convert";
    keys_generate: "keys" "generate";
    keys_import: "keys" "import";
    keys_list: "keys" "list";
    keys_public: "keys" "public";
    keys_remove: "keys" "remove";
    keys_revoke: "keys" "revoke";
    keys_rotate: "keys" "rotate";
    keys_show: "keys" "show";
    keys_thumbprint: "keys" "thumbprint";
    lint: "lint";
    man: "man";
    probe: "probe";
    recommend: "recommend";
    schema: "schema";
    simulate: "simulate";
    verify: "verify";
}
