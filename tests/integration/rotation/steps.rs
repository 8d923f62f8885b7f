//! Tests of successive rotations, and of refused arguments.

use super::{DAY, NOW, kid, published, rotate, states, steps, store, token, unfolded, verify};
use crate::harness::Sandbox;

/// Seconds: a new key waits for lag, cache and skew; an old one for reload, token lifetime, leeway and twice the skew.
const AHEAD: i64 = 60 + 600 + 60;
const BEHIND: i64 = 300 + 3_600 + 60 + 60 + 60;

#[test]
fn key_passes_through_every_state_of_a_rotation() {
    let room = store();
    let first = steps(rotate(&room, NOW, &[]));
    assert_eq!(first.len(), 2, "{first:?}");
    assert_eq!(first[0], "adopt first");
    let second = kid(&room, NOW, "next");
    assert_eq!(first[1], format!("generate {second}"));
    assert_eq!(published(&room), ["first", &second]);

    // A day later nothing is due, and nothing is written.
    let before = (room.read("keys.json"), room.read("keys.json.ledger"), room.read("jwks.json"));
    assert!(steps(rotate(&room, NOW + DAY, &[])).is_empty());
    assert_eq!((room.read("keys.json"), room.read("keys.json.ledger"), room.read("jwks.json")), before);

    // Ten days late: the last token of the old key is signed just before.
    let due = NOW + 100 * DAY;
    let last = token(&room, due);
    let done = steps(rotate(&room, due, &[]));
    assert_eq!(done[..2], ["retire first".to_owned(), format!("promote {second}")]);
    let third = kid(&room, due, "next");
    assert_eq!(states(&room, due), ["first retiring".to_owned(), format!("{second} active"), format!("{third} next")]);
    assert_eq!(verify(&room, &last, due + 3_599), 0);
    assert_eq!(verify(&room, &token(&room, due), due), 0);
    assert!(steps(rotate(&room, due + BEHIND - 1, &[])).is_empty(), "a token may be left");
    assert!(published(&room).contains(&"first".to_owned()));
    assert_eq!(room.run(&["issue", "--kid", "first", "--now", &due.to_string()]).code, 3, "it signs no more");

    let private = private_part(&room, "first");
    assert_eq!(steps(rotate(&room, due + BEHIND, &[])), ["withdraw first"]);
    assert_eq!(published(&room), [second.clone(), third.clone()]);
    assert_eq!(states(&room, due + BEHIND)[2], "first expired");
    for name in std::fs::read_dir(room.path("")).unwrap() {
        let path = name.unwrap().path();
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        assert!(!text.contains(&private), "{} still holds the private part", path.display());
    }
}

/// The member `d` of the key `kid` in the key store.
fn private_part(room: &Sandbox, kid: &str) -> String {
    let store: serde_json::Value = serde_json::from_slice(&room.read("keys.json")).unwrap();
    let key = store["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
    key["d"].as_str().unwrap().to_owned()
}

#[test]
fn unpublished_key_is_not_promoted() {
    let room = store();
    let rotate = |at: i64| room.run(&["keys", "rotate", "--every", "90d", "--json", "--now", &at.to_string()]);
    rotate(NOW).ok();
    let late = NOW + 200 * DAY;
    let waits = rotate(late).ok().json()["data"]["waits"].clone();
    assert_eq!(waits[0]["waits_for"], "publication", "{waits}");
    // Published only now, so it still waits for the caches.
    assert!(steps(super::rotate(&room, late, &[])).is_empty());
    assert_eq!(super::rotate(&room, late + AHEAD - 1, &[]).ok().json()["data"]["waits"][0]["until"], late + AHEAD);
    assert_eq!(steps(super::rotate(&room, late + AHEAD, &[])).len(), 3);
}

#[test]
fn key_missing_from_published_set_restarts_its_publication_interval() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    std::fs::remove_file(room.path("jwks.json")).unwrap();
    let late = NOW + 200 * DAY;
    assert!(steps(rotate(&room, late, &[])).is_empty(), "nobody can hold it");
    assert_eq!(published(&room).len(), 2);
    assert_eq!(steps(rotate(&room, late + AHEAD, &[])).len(), 3);
}

#[test]
fn dry_run_writes_nothing_and_prints_the_same_steps() {
    let room = store();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(room.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = (room.read("keys.json"), names());
    let ran = rotate(&room, NOW, &["--dry-run", "--detailed-exit-code"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let dry = ran.json();
    assert_eq!((dry["data"]["dry_run"].clone(), dry["data"]["changed"].clone()), (true.into(), true.into()));
    assert_eq!((room.read("keys.json"), names()), before);
    assert_eq!(rotate(&room, NOW, &["--detailed-exit-code"]).code, 5);
    assert_eq!(rotate(&room, NOW, &["--detailed-exit-code"]).code, 0, "twice does nothing twice");
    assert_eq!(rotate(&room, NOW, &["--detailed-exit-code", "--dry-run"]).code, 0);
}

#[test]
fn immediately_option_reports_its_consequences() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    let ran = rotate(&room, NOW + 60, &["--immediately"]);
    assert!(unfolded(&ran.stderr).contains("signs before every verifier can have it"), "{ran:?}");
    assert!(ran.json()["data"]["steps"].to_string().contains("promote"), "{ran:?}");
    // After the waiting time, --immediately has no consequences.
    let ran = rotate(&room, NOW + 60 + AHEAD, &["--immediately"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn issue_respects_the_maximum_token_lifetime() {
    let room = store();
    rotate(&room, NOW, &["--token-ttl", "10m"]).ok();
    let exp = room.run_with(&["decode", "--get", "exp"], room.run(&["issue"]).ok().stdout).ok().stdout;
    assert_eq!(exp.trim(), (NOW + 600).to_string(), "the default lifetime is no longer than allowed");
    for flags in [
        &["--ttl", "601s"][..],
        &["--exp", "601s"],
        &["--no-exp"],
        &["--iat", "+1s"],
        &["--ttl", "10m", "--iat", "+1s"],
        &["--claim-json", "exp=1769861401"],
        &["--no-exp", "--count", "2"],
    ] {
        let ran = room.run(&[&["issue"], flags].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flags:?}: {ran:?}");
    }
    room.run(&["issue", "--ttl", "10m"]).ok();
    room.run(&["keys", "generate", "-o", "own.pem"]).ok();
    room.run(&["issue", "--ttl", "30d", "-k", "own.pem"]).ok();
}

#[test]
fn shorter_token_ttl_still_waits_for_longer_tokens() {
    let room = store();
    rotate(&room, NOW, &["--token-ttl", "30d"]).ok();
    let at = NOW + 100 * DAY;
    let ran = rotate(&room, at, &["--token-ttl", "1h"]).ok().json();
    let until = &ran["data"]["steps"][0]["until"];
    assert!(until.as_i64().unwrap() >= at + 30 * DAY, "{ran}");
}

#[test]
fn rotation_policy_is_read_from_a_named_config_file() {
    let room = store();
    room.write("authkit.toml", "[rotation]\nevery = \"30d\"\ntoken-ttl = \"2h\"\n");
    assert_eq!(room.run(&["keys", "rotate"]).code, 2, "a discovered file is not applied");
    let data = room.run(&["keys", "rotate", "--config", "authkit.toml", "--json"]).ok().json()["data"].clone();
    assert_eq!((&data["policy"]["every"], &data["policy"]["token_ttl"]), (&(30 * DAY).into(), &7_200.into()));
    let data = room.run(&["keys", "rotate", "--config", "authkit.toml", "--every", "60d", "--json"]).ok().json();
    assert_eq!(data["data"]["policy"]["every"], 60 * DAY);
    room.write("authkit.toml", "[rotation]\nevery = \"soon\"\n");
    let ran = room.run(&["keys", "rotate", "--config", "authkit.toml"]);
    assert!(ran.code == 2 && unfolded(&ran.stderr).contains("every under [rotation]: \"soon\""), "{ran:?}");
}

/// Refused runs exit with a code and a message, and leave every file unchanged.
#[test]
fn refused_rotation_changes_no_file() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    room.write("page.html", "<html>");
    room.write("other.pem", "x");
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let before = (room.read("keys.json"), room.read("jwks.json"), room.read("page.html"));
        let ran = room.run(&[&["keys", "rotate"], arguments].concat());
        assert!(ran.code == code && unfolded(&ran.stderr).contains(words), "{arguments:?}: {ran:?}");
        assert_eq!((room.read("keys.json"), room.read("jwks.json"), room.read("page.html")), before, "{arguments:?}");
    };
    refused(&[], 2, "--every is required");
    refused(&[], 2, "the last rotation used 90 d");
    refused(&["--every", "0s"], 2, "every is zero");
    refused(&["--every", "soon"], 2, "--every: \"soon\" is not a duration");
    refused(&["--every", "20y"], 2, "--every");
    refused(&["--every", "7000d"], 2, "every is longer than ten years");
    refused(&["--every", "10m"], 2, "publish-lag 1 min + verifier-cache 10 min + skew 1 min = 12 min");
    refused(&["--every", "90d", "--publish", "page.html"], 4, "exists and is not a public JWKS");
    refused(&["--every", "90d", "--publish", "keys.json"], 2, "is the key store itself");
    refused(&["--every", "90d", "--publish", "./keys.json.ledger"], 2, "is the ledger of the key store");
    refused(&["--every", "90d", "--publish", "/dev/null"], 2, "is not a regular file");
    refused(
        &["--every", "90d", "--publish", "missing/jwks.json", "--immediately"],
        4,
        "cannot write missing/jwks.json",
    );
    refused(&["--every", "90d", "--now", &(NOW - 1).to_string()], 4, "before the last write of the key store");
    refused(&["--every", "90d", "--keystore", "none.json"], 4, "no keys in the key store");
    refused(&["--every", "90d", "--confirm-url", "jwks.json"], 2, "is not a URL");
}

#[test]
fn store_of_secrets_is_neither_rotated_nor_published() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--type", "hs256"]).ok();
    let before = room.read("keys.json");
    let ran = rotate(&room, NOW, &[]);
    assert!(ran.code == 3 && ran.stdout.contains("a secret cannot be published"), "{ran:?}");
    let kid = kid(&room, NOW, "active");
    let ran = room.run(&["keys", "revoke", "--yes", &kid, "--publish", "jwks.json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(room.read("keys.json") == before && !room.path("jwks.json").exists());
}

#[test]
fn malformed_key_store_is_reported_and_not_changed() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    let good = String::from_utf8(room.read("keys.json")).unwrap();
    let second = kid(&room, NOW, "next");
    for (bad, words) in [
        (good.replacen("\"crv\": \"P-256\"", "\"crv\": \"P-257\"", 1), "\"first\""),
        (good.replace(&format!("\"kid\": \"{second}\""), "\"kid\": \"first\""), "with kid \"first\""),
        (good.replacen("\"nbf\": ", "\"nbf\": \"x\", \"nbf2\": ", 1), "\"nbf\" of key \"first\""),
        (good[..good.len() / 2].to_owned(), "keys.json"),
        (good.replace("\"sequence\":", "\"sequence\":\"x\",\"n\":"), "member \"authkit\""),
    ] {
        assert_ne!(bad, good, "{words}");
        room.write("keys.json", &bad);
        for arguments in [
            &["keys", "rotate", "--every", "90d", "--publish", "jwks.json"][..],
            &["keys", "revoke", "--yes", "first"],
            &["keys", "generate"],
            &["issue"],
        ] {
            let ran = room.run(arguments);
            assert!(ran.code == 3 && unfolded(&ran.stderr).contains(words), "{arguments:?} {words}: {ran:?}");
            assert_eq!(room.read("keys.json"), bad.as_bytes());
        }
    }
}

/// The published JWKS follows the umask; the key store stays private.
#[cfg(unix)]
#[test]
fn published_set_follows_umask_and_key_store_stays_0600() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = store();
    let mode = |name: &str| std::fs::metadata(room.path(name)).unwrap().permissions().mode() & 0o777;
    let set = |name: &str, mode: u32| {
        std::fs::set_permissions(room.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for (umask, expected) in [("022", 0o644), ("077", 0o600), ("000", 0o644)] {
        let _ = std::fs::remove_file(room.path("jwks.json"));
        let program = env!("CARGO_BIN_EXE_authkit");
        let script = format!("umask {umask} && {program} keys rotate --every 90d --now {NOW} --publish jwks.json -q");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(room.path("")).env("AUTHKIT_KEYSTORE", room.path("keys.json"));
        assert!(shell.status().unwrap().success());
        assert_eq!(mode("jwks.json"), expected, "umask {umask}");
        assert_eq!((mode("keys.json"), mode("keys.json.ledger"), mode("keys.json.lock")), (0o600, 0o600, 0o600));
    }
    for (name, bad, good) in [("keys.json", 0o620, 0o600), ("keys.json.ledger", 0o602, 0o600), ("", 0o777, 0o700)] {
        set(name, bad);
        let ran = rotate(&room, NOW + 100 * DAY, &[]);
        assert!(ran.code == 3 && ran.stdout.contains("is writable by other users"), "{name} {bad:o}: {ran:?}");
        set(name, good);
    }
}
