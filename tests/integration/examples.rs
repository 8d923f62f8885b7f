//! Runs every example of `--help` in a sandbox with the files that the examples name.
#![cfg(unix)]

use crate::harness::{Sandbox, root};
use std::process::Command;

/// A sandbox with a key store, the files of the examples, and their environment variables.
fn room() -> (Sandbox, Vec<(&'static str, String)>) {
    let room = Sandbox::new();
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

/// Whether an example writes into the user's home or opens a pager; it is not run.
fn is_for_readers(line: &str) -> bool {
    line.contains("~/") || line.contains("man -l")
}

fn check(command: &[&str]) {
    let help = Sandbox::new().run(&[command, &["--help"]].concat()).ok().stdout;
    let lines = examples(&help);
    assert!(!lines.is_empty(), "{command:?} has no examples");
    let (room, variables) = room();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_authkit"));
    let path = format!("{}:/usr/bin:/bin", program.parent().expect("a directory").display());
    for line in lines.iter().filter(|line| !is_for_readers(line)) {
        // Examples start without output files.
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

        /// Every command must be listed here, or its examples are not tested.
        #[test]
        fn every_command_has_a_test_of_its_examples() {
            let listed = Sandbox::new().run(&["schema"]).ok().stdout;
            let here: Vec<String> = vec![$({ let words: &[&str] = &[$($word),*]; words.join("-") }),*];
            for name in listed.lines().filter(|name| !["config", "error"].contains(name)) {
                assert!(here.iter().any(|own| own == name), "{name} has no test of its examples");
            }
        }
    };
}

commands! {
    top_level_examples_succeed: ;
    audit_examples_succeed: "audit";
    completions_examples_succeed: "completions";
    decode_examples_succeed: "decode";
    explain_examples_succeed: "explain";
    inspect_examples_succeed: "inspect";
    issue_examples_succeed: "issue";
    keys_check_examples_succeed: "keys" "check";
    keys_convert_examples_succeed: "keys" "convert";
    keys_generate_examples_succeed: "keys" "generate";
    keys_import_examples_succeed: "keys" "import";
    keys_list_examples_succeed: "keys" "list";
    keys_public_examples_succeed: "keys" "public";
    keys_remove_examples_succeed: "keys" "remove";
    keys_revoke_examples_succeed: "keys" "revoke";
    keys_rotate_examples_succeed: "keys" "rotate";
    keys_show_examples_succeed: "keys" "show";
    keys_thumbprint_examples_succeed: "keys" "thumbprint";
    keys_use_examples_succeed: "keys" "use";
    lint_examples_succeed: "lint";
    man_examples_succeed: "man";
    probe_examples_succeed: "probe";
    recommend_examples_succeed: "recommend";
    schema_examples_succeed: "schema";
    simulate_examples_succeed: "simulate";
    verify_examples_succeed: "verify";
}
