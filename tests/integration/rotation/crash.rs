//! Crash tests of rotation: after a kill, a race or a full disk, the state is the old or the new one.

use super::{NOW, published, states, store, text, unfolded};
use crate::harness::{RunOutput, Sandbox, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Each run changes the store, and retiring keys are withdrawn a second later, which keeps the store small.
const ROTATE: &[&str] = &[
    "keys",
    "rotate",
    "--immediately",
    "--every",
    "90d",
    "--token-ttl",
    "1s",
    "--verifier-cache",
    "0s",
    "--signer-reload",
    "0s",
    "--publish-lag",
    "0s",
    "--leeway",
    "0s",
    "--skew",
    "0s",
    "--publish",
    "jwks.json",
    "--now",
    "now",
];

fn real_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn parsed(room: &Sandbox, name: &str) -> Value {
    serde_json::from_slice(&room.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn sequence(room: &Sandbox) -> u64 {
    parsed(room, "keys.json")["authkit"]["sequence"].as_u64().unwrap()
}

/// SIGKILL at different times during real rotations; `AUTHKIT_KILLS=500` for the long run.
#[test]
fn killed_rotation_leaves_the_old_or_the_new_state() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first", "--now", "now"]).ok();
    room.run(ROTATE).ok();
    let begun = Instant::now();
    room.run(ROTATE).ok();
    let whole = begun.elapsed();
    let kills = std::env::var("AUTHKIT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50_u32);
    let (mut killed, mut new, mut longest) = (0, 0, whole);
    for round in 0..kills {
        let before = (sequence(&room), room.read("keys.json"));
        let mut child = room.command(ROTATE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Multiples of the golden ratio cover the interval evenly, and are the same in every run.
        std::thread::sleep(longest.mul_f64((f64::from(round) * 0.618_033_988_75).fract()));
        let _ = child.kill();
        let status = child.wait().unwrap();
        if status.code().is_none() {
            killed += 1;
            // Or it is slower: half of the runs should reach the write.
            longest = longest.mul_f64(1.05);
        } else {
            assert_eq!(status.code(), Some(0), "round {round}");
            // The machine may have become faster since the first measurement.
            longest = longest.mul_f64(0.85).max(Duration::from_millis(1));
        }
        let after = sequence(&room);
        assert!(after == before.0 || after == before.0 + 1, "round {round}: {} to {after}", before.0);
        assert!(after == before.0 + 1 || room.read("keys.json") == before.1, "round {round}");
        new += after - before.0;
        nothing_is_lost(&room);
        if round % 10 == 0 {
            let token = room.run(&["issue", "--ttl", "1s", "--now", "now"]).ok().stdout;
            room.run_with(&["verify", "-k", "jwks.json", "--now", "-30s", "--leeway", "30s"], token).ok();
        }
    }
    println!("{kills} rotations of {whole:?}: {killed} killed, {new} of all left the new state");
    assert!(killed > 0, "no process was killed");
    // The next run continues, and removes the temporary files.
    room.run(ROTATE).ok();
    let left: Vec<_> = std::fs::read_dir(room.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let drafts = left.iter().filter(|name| name.to_string_lossy().starts_with(".authkit-keys.json")).count();
    assert_eq!(drafts, 0, "{left:?}");
}

/// Store, ledger and published set are complete; one key is active, and every published key is in the set.
fn nothing_is_lost(room: &Sandbox) {
    let (store, _) = (parsed(room, "keys.json"), parsed(room, "keys.json.ledger"));
    let set: BTreeSet<String> = published(room).into_iter().collect();
    let now = real_now();
    let live = |key: &&Value| key["exp"].as_i64().is_none_or(|exp| exp > now + 1);
    let keys: Vec<&Value> = store["keys"].as_array().unwrap().iter().filter(live).collect();
    assert!(keys.iter().all(|key| key["d"].is_string()), "a private part is lost");
    assert_eq!(keys.iter().filter(|key| key["nbf"].is_i64() && key["exp"].is_null()).count(), 1, "one key signs");
    for key in keys.iter().filter(|key| key["published_at"].is_i64()) {
        assert!(set.contains(text(&key["kid"])), "{key} is not published");
    }
}

/// A process killed after writing the store and before its ledger.
#[test]
fn outdated_ledger_is_repaired() {
    let room = store();
    let rotate = ["keys", "rotate", "--every", "90d", "--publish", "jwks.json"];
    room.run(&rotate).ok();
    let old = room.read("keys.json.ledger");
    room.run(&["keys", "revoke", "--yes", "first", "--publish", "jwks.json"]).ok();
    let new = room.read("keys.json.ledger");
    room.write("keys.json.ledger", old);
    room.run(&rotate).ok();
    assert_eq!(room.read("keys.json.ledger"), new);
    std::fs::remove_file(room.path("keys.json.ledger")).unwrap();
    room.run(&rotate).ok();
    assert_eq!(room.read("keys.json.ledger"), new);
}

#[test]
fn concurrent_rotations_rotate_once() {
    let room = store();
    let arguments = ["keys", "rotate", "--every", "90d", "--publish", "jwks.json"];
    let ran: Vec<RunOutput> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| room.run(&arguments))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for ran in &ran {
        assert!(
            ran.code == 0 || (ran.code == 4 && unfolded(&ran.stderr).contains("is locked by another process")),
            "{ran:?}"
        );
    }
    assert!(ran.iter().any(|ran| ran.code == 0));
    assert_eq!(states(&room, NOW).len(), 2, "one key was made, not eight");
    assert_eq!(published(&room).len(), 2);
}

#[test]
fn held_lock_is_an_environment_error() {
    let room = store();
    let before = room.read("keys.json");
    let file = std::fs::File::open(room.path("keys.json.lock")).unwrap();
    file.lock().unwrap();
    for arguments in
        [&["keys", "rotate", "--every", "90d"][..], &["keys", "revoke", "--yes", "first"], &["keys", "generate"]]
    {
        let ran = room.run(arguments);
        assert!(ran.code == 4 && unfolded(&ran.stderr).contains("is locked by another process"), "{ran:?}");
    }
    assert_eq!(room.read("keys.json"), before);
    // Reading requires no lock.
    room.run(&["issue"]).ok();
    room.run(&["keys", "rotate", "--every", "90d", "--dry-run"]).ok();
    file.unlock().unwrap();
    room.run(&["keys", "rotate", "--every", "90d"]).ok();
}

/// No byte can be written to any file, as on a full disk.
#[test]
fn full_disk_loses_no_key() {
    let room = store();
    room.run(&["keys", "rotate", "--every", "90d", "--publish", "jwks.json"]).ok();
    let before = (room.read("keys.json"), room.read("keys.json.ledger"), room.read("jwks.json"));
    let names = || std::fs::read_dir(room.path("")).unwrap().count();
    let count = names();
    for command in ["rotate --every 90d --immediately", "revoke --yes --store-leaked"] {
        for publish in ["", "--publish jwks.json"] {
            let program = env!("CARGO_BIN_EXE_authkit");
            let script = format!("trap '' XFSZ; ulimit -f 0; exec {program} keys {command} {publish} --now {NOW}");
            let mut shell = Command::new("sh");
            shell.args(["-c", &script]).current_dir(room.path("")).env("AUTHKIT_KEYSTORE", room.path("keys.json"));
            let ran = run(shell, b"");
            assert!(ran.code == 4 && unfolded(&ran.stderr).contains("cannot write"), "{command} {publish}: {ran:?}");
            assert_eq!((room.read("keys.json"), room.read("keys.json.ledger"), room.read("jwks.json")), before);
            assert_eq!(names(), count, "a draft is left");
        }
    }
}

/// Replacing the link would leave the old private keys at its target, for other readers to use.
#[test]
fn symbolic_link_to_the_key_store_is_preserved() {
    let room = store();
    std::fs::create_dir(room.path("safe")).unwrap();
    std::fs::rename(room.path("keys.json"), room.path("safe/real.json")).unwrap();
    std::fs::remove_file(room.path("keys.json.ledger")).unwrap();
    std::os::unix::fs::symlink("safe/real.json", room.path("keys.json")).unwrap();
    room.run(&["keys", "revoke", "--yes", "first", "--publish", "jwks.json"]).ok();
    assert!(std::fs::symlink_metadata(room.path("keys.json")).unwrap().is_symlink());
    assert_eq!(states(&room, NOW)[2], "first revoked");
    assert!(room.path("safe/real.json.ledger").is_file() && !room.path("keys.json.ledger").exists());
    let token = room.run(&["issue"]).ok().stdout;
    room.run_with(&["verify", "-k", "jwks.json"], token).ok();

    std::fs::remove_file(room.path("safe/real.json")).unwrap();
    for arguments in [&["keys", "generate"][..], &["keys", "list"], &["issue"]] {
        let ran = room.run(arguments);
        assert!(ran.code == 4 && unfolded(&ran.stderr).contains("is a dangling symbolic link"), "{ran:?}");
    }
    assert!(std::fs::symlink_metadata(room.path("keys.json")).unwrap().is_symlink());
}

/// After root rotates the keys of a service, the service must be able to read them.
#[test]
fn rotation_as_root_keeps_the_owner_of_files() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let room = store();
    if std::fs::metadata(room.path("keys.json")).unwrap().uid() != 0 {
        return crate::harness::skip("root, whose files these would become");
    }
    std::fs::remove_file(room.path("keys.json.lock")).unwrap();
    for name in ["", "keys.json", "keys.json.ledger"] {
        chown(room.path(name), Some(12_345), Some(12_346)).unwrap();
    }
    room.run(&["keys", "rotate", "--every", "90d", "--publish", "jwks.json"]).ok();
    for name in ["keys.json", "keys.json.ledger", "keys.json.lock"] {
        let found = std::fs::metadata(room.path(name)).unwrap();
        assert_eq!((found.uid(), found.gid(), found.mode() & 0o777), (12_345, 12_346, 0o600), "{name}");
    }
}
