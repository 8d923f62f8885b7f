//! Tests of `--confirm-url`: a key is promoted once it is seen at the published URL; a faulty host changes nothing.

use super::{DAY, NOW, kid, store};
use crate::harness::{RunOutput, Sandbox};
use crate::server::{Server, never, reply};
use std::sync::{Arc, Mutex};

fn confirm(room: &Sandbox, url: &str, at: i64) -> RunOutput {
    let at = at.to_string();
    let fixed = ["keys", "rotate", "--every", "90d", "--json", "--confirm-url", url, "--timeout", "5s", "--now", &at];
    room.run(&fixed)
}

#[test]
fn key_seen_at_confirm_url_counts_as_published() {
    let room = store();
    let set = Arc::new(Mutex::new(room.run(&["keys", "public"]).ok().stdout));
    let served = Arc::clone(&set);
    let server = Server::plain(move |_, out| {
        reply(out, 200, &[("Content-Type", "application/json")], served.lock().unwrap().as_bytes())
    });
    let url = server.url("/jwks.json");
    let first = confirm(&room, &url, NOW).ok().json();
    assert_eq!(first["data"]["confirmed"], serde_json::json!(["first"]));
    let late = NOW + 100 * DAY;
    let waits = confirm(&room, &url, late).ok().json()["data"]["waits"].clone();
    assert_eq!(waits[0]["waits_for"], "publication", "the next key is not there: {waits}");
    *set.lock().unwrap() = room.run(&["keys", "public", "--now", &late.to_string()]).ok().stdout;
    let waits = confirm(&room, &url, late).ok().json()["data"]["waits"].clone();
    assert_eq!(waits[0]["until"], late + 720, "{waits}");
    let next = kid(&room, late, "next");
    let done = confirm(&room, &url, late + 720).ok().json();
    assert!(
        done["data"]["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["step"] == "promote" && step["kid"] == next.as_str()),
        "{done}"
    );
    // A revoked key that is still served is reported.
    room.run(&["keys", "revoke", "--yes", "first", "--now", &(late + 720).to_string()]).ok();
    let ran = confirm(&room, &url, late + 720);
    assert!(super::unfolded(&ran.stderr).contains("\"first\" is revoked but still in"), "{ran:?}");
}

#[test]
fn faulty_confirm_host_changes_nothing() {
    let room = store();
    confirm_fails(
        &room,
        &Server::plain(|_, out| reply(out, 200, &[("Content-Type", "text/html")], "<html>")),
        3,
        "web page",
    );
    confirm_fails(&room, &Server::plain(|_, out| reply(out, 500, &[], "")), 4, "returned status 500");
    confirm_fails(&room, &Server::plain(|_, out| reply(out, 200, &[], "{\"keys\":3}")), 3, "not a JWKS");
    let endless = Server::plain(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"keys\":[")?;
        loop {
            out.write_all(&[b' '; 16 * 1024])?;
        }
    });
    confirm_fails(&room, &endless, 3, "exceeds");
    let silent = Server::plain(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")?;
        out.flush()?;
        never()
    });
    let before = room.read("keys.json");
    let ran = room.run(&["keys", "rotate", "--every", "90d", "--confirm-url", &silent.url("/"), "--timeout", "1s"]);
    assert_eq!((ran.code, room.read("keys.json")), (4, before), "{ran:?}");
    let ran = room.run(&["keys", "rotate", "--every", "90d", "--confirm-url", "https://keys.test/", "--offline"]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[track_caller]
fn confirm_fails(room: &Sandbox, server: &Server, code: i32, words: &str) {
    let before = room.read("keys.json");
    let ran = confirm(room, &server.url("/jwks.json"), NOW);
    assert!(ran.code == code && ran.stdout.contains(words), "{words}: {ran:?}");
    assert_eq!(room.read("keys.json"), before);
}
