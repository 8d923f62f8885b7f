//! Tests of `keys rotate` and `keys revoke`: content of key store and published JWKS after each step, crashes and
//! concurrent runs, and whether a library that fetches the JWKS ever rejects a valid token.

use crate::harness::{NOW, RunOutput, Sandbox, unfolded};
use serde_json::Value;

#[cfg(feature = "net")]
mod confirm;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod live;
mod revoke;
mod steps;

const DAY: i64 = 86_400;

/// A sandbox with one active key.
fn store() -> Sandbox {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    room
}

/// Runs `keys rotate --every 90d --publish jwks.json` at a given time.
#[track_caller]
fn rotate(room: &Sandbox, at: i64, more: &[&str]) -> RunOutput {
    let at = at.to_string();
    room.run(&[&["keys", "rotate", "--every", "90d", "--publish", "jwks.json", "--now", &at, "--json"], more].concat())
}

/// The steps of a successful rotation: `promote KID`.
#[track_caller]
fn steps(ran: RunOutput) -> Vec<String> {
    let json = ran.ok().json();
    let steps = json["data"]["steps"].as_array().unwrap().iter();
    steps.map(|step| format!("{} {}", text(&step["step"]), step["kid"].as_str().unwrap_or("?"))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The states of all keys, including revoked and removed ones: `first active`.
#[track_caller]
fn states(room: &Sandbox, at: i64) -> Vec<String> {
    let data = room.run(&["keys", "list", "--json", "--now", &at.to_string()]).ok().json()["data"].clone();
    let all = ["keys", "tombstones"].into_iter().flat_map(|list| data[list].as_array().cloned().unwrap_or_default());
    all.map(|key| format!("{} {}", text(&key["kid"]), text(&key["state"]))).collect()
}

/// The kid of the one key in this state.
#[track_caller]
fn kid(room: &Sandbox, at: i64, state: &str) -> String {
    let ending = format!(" {state}");
    let found: Vec<String> =
        states(room, at).iter().filter_map(|key| key.strip_suffix(&ending)).map(str::to_owned).collect();
    assert_eq!(found.len(), 1, "{state}: {found:?}");
    found[0].clone()
}

/// The kids of the published JWKS; asserts that no member is private.
#[track_caller]
fn published(room: &Sandbox) -> Vec<String> {
    const PUBLIC: [&str; 9] = ["kty", "use", "alg", "kid", "crv", "x", "y", "n", "e"];
    let set: Value = serde_json::from_slice(&room.read("jwks.json")).unwrap();
    assert_eq!(set.as_object().unwrap().len(), 1, "no member besides the keys: {set}");
    let keys = set["keys"].as_array().unwrap();
    for key in keys {
        for name in key.as_object().unwrap().keys() {
            assert!(PUBLIC.contains(&name.as_str()), "{name} is published");
        }
    }
    keys.iter().map(|key| text(&key["kid"]).to_owned()).collect()
}

/// A token of the key store at a given time, valid for an hour.
#[track_caller]
fn token(room: &Sandbox, at: i64) -> String {
    room.run(&["issue", "--sub", "a", "--ttl", "1h", "--now", &at.to_string()]).ok().stdout.trim().to_owned()
}

/// The exit code of a verification with the published JWKS.
fn verify(room: &Sandbox, token: &str, at: i64) -> i32 {
    room.run(&["verify", "-k", "jwks.json", token, "--now", &at.to_string()]).code
}
