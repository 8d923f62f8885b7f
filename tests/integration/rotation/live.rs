//! Tests with the real clock: a library that fetches the JWKS, and the crontab line.

use super::{published, text};
use crate::harness::{Sandbox, root, skip};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Keys sign for 8 s and tokens are valid for 3 s: a complete rotation takes less than 30 s.
const ROTATE: &[&str] = &[
    "keys",
    "rotate",
    "--every",
    "8s",
    "--token-ttl",
    "3s",
    "--verifier-cache",
    "3s",
    "--signer-reload",
    "1s",
    "--publish-lag",
    "0s",
    "--leeway",
    "0s",
    "--skew",
    "1s",
    "--publish",
    "www/jwks.json",
    "--now",
    "now",
    "--json",
];

/// PyJWT's `PyJWKClient` caches the JWKS for 2 s, verifies every token until it expires, and never has to refetch
/// for an unknown key.
#[test]
fn pyjwkclient_verifies_across_complete_rotations() {
    let python = std::env::var_os("AUTHKIT_INTEROP").map(|directory| PathBuf::from(directory).join("venv/bin/python"));
    let Some(python) = python.filter(|path| path.is_file()) else {
        return skip("pyjwt (tests/interop/install.sh FOLDER, AUTHKIT_INTEROP=FOLDER)");
    };
    let room = Sandbox::new();
    std::fs::create_dir(room.path("www")).unwrap();
    room.run(&["keys", "generate", "--kid", "first", "--now", "now"]).ok();
    room.run(ROTATE).ok();
    let mut client = Command::new(python)
        .arg(root().join("tests/interop/jwks_client.py"))
        .arg(room.path("www"))
        .arg("2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut ask, mut said) = (client.stdin.take().unwrap(), BufReader::new(client.stdout.take().unwrap()).lines());
    let (mut signed, mut live) = (BTreeSet::new(), Vec::<String>::new());
    let (mut verified, mut dead) = (0, false);
    let begun = Instant::now();
    // Two keys have signed and the first is withdrawn: one complete rotation, and a second one in progress.
    while !(dead && signed.len() >= 3) {
        assert!(begun.elapsed() < Duration::from_secs(300), "no rotation in five minutes: {signed:?}");
        let ran = room.run(ROTATE).ok().json();
        dead |= ran["data"]["steps"].as_array().unwrap().iter().any(|step| step["step"] == "withdraw");
        let ran = room.run(&["issue", "--sub", "alice", "--now", "now", "--json"]).ok().json();
        signed.insert(text(&ran["data"]["key"]["kid"]).to_owned());
        live.push(text(&ran["data"]["token"]).to_owned());
        live.retain(|token| {
            writeln!(ask, "{token}").unwrap();
            let answer = said.next().unwrap().unwrap();
            assert!(answer == "ok" || answer == "over", "{answer}: {token}");
            verified += usize::from(answer == "ok");
            answer == "ok"
        });
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(ask);
    assert!(client.wait().unwrap().success());
    println!("{verified} verifications in {:?}, keys {signed:?}", begun.elapsed());
    assert!(verified > signed.len());
}

/// The crontab line of README.
const RECIPE: &str = "17 * * * *  authkit keys rotate --every 90d --publish www/jwks.json --quiet";

#[test]
fn crontab_line_of_readme_runs_as_written() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let lines: Vec<&str> = readme.lines().filter(|line| line.contains("* * *  authkit")).collect();
    assert!(lines.iter().all(|line| line.contains(RECIPE)), "{lines:?}");
    let room = Sandbox::new();
    std::fs::create_dir(room.path("www")).unwrap();
    let (_, command) = RECIPE.split_once("  ").unwrap();
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_authkit")).parent().unwrap();
    // As run by cron: in the home directory, with a minimal environment.
    let cron = |command: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(room.path("")).env_clear().env("HOME", room.path(""));
        shell.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
        crate::harness::run(shell, b"")
    };
    assert_eq!(cron(command).code, 4, "a key store must be there: cron mails the error");
    cron("authkit keys generate --quiet").ok();
    for _ in 0..2 {
        let ran = cron(command).ok();
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "cron would send a mail");
    }
    let set = std::fs::read(room.path("www/jwks.json")).unwrap();
    room.write("jwks.json", set);
    assert_eq!(published(&room).len(), 2);
    let token = cron("authkit issue --sub alice").ok().stdout;
    cron(&format!("authkit verify -k www/jwks.json {token}")).ok();
}
