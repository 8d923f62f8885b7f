//! Keys that leaked: they die at once, stay dead, and the published set is never empty.

use super::{DAY, NOW, kid, published, rotate, states, store, token, unfolded, verify};
use crate::harness::{Ran, Room};
use crate::tokens::b64;

fn revoke(room: &Room, at: i64, arguments: &[&str]) -> Ran {
    let at = at.to_string();
    room.run(&[&["keys", "revoke", "--publish", "jwks.json", "--now", &at, "--json"], arguments].concat())
}

#[test]
fn one_key_leaked() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    let (at, second) = (NOW + DAY, kid(&room, NOW, "next"));
    let dead = token(&room, at);
    let backup = room.read("keys.json");
    let done = revoke(&room, at, &["first", "--reason", "compromised"]).ok().json()["data"].clone();
    assert_eq!(done["dead"][0]["kid"], "first");
    assert_eq!((&done["dead"][0]["was"], &done["dead"][0]["signed_since"]), (&"active".into(), &NOW.into()));
    assert_eq!((&done["promoted"][0], &done["early"]), (&second.as_str().into(), &false.into()));
    assert_eq!(done["accepted_until"], at + 720);
    let third = kid(&room, at, "next");
    assert_eq!(states(&room, at)[2], "first revoked");
    assert_eq!(published(&room), [second, third]);
    assert_ne!(verify(&room, &dead, at), 0, "its tokens die");
    assert_ne!(room.run(&["verify", &dead, "--now", &at.to_string()]).code, 0);
    assert_eq!(verify(&room, &token(&room, at), at), 0);

    // Again: nothing to do.
    let before = room.read("keys.json");
    assert_eq!(revoke(&room, at, &["first", "--detailed-exit-code"]).code, 0);
    assert_eq!(room.read("keys.json"), before);

    stays_dead(&room, &backup, at);
}

/// Whatever is put back, a revoked key neither signs nor is published.
fn stays_dead(room: &Room, backup: &[u8], at: i64) {
    let now = at.to_string();
    room.write("backup.json", backup);
    room.write("keys.json", backup);
    let ran = room.run(&["keys", "public", "--now", &now]).ok();
    assert!(!ran.stdout.contains("\"first\""), "{ran:?}");
    assert!(unfolded(&ran.stderr).contains("a backup was put back"), "{ran:?}");
    assert_eq!(room.run(&["issue", "--kid", "first", "--now", &now]).code, 3);
    let ran = room.run(&["issue", "--now", &now]);
    assert!(ran.code != 0 || !ran.stdout.is_empty(), "{ran:?}");
    rotate(room, at, &[]).ok();
    assert!(!published(room).contains(&"first".to_owned()));
    let text = String::from_utf8(room.read("keys.json")).unwrap();
    assert_eq!(text.matches("\"first\"").count(), 1, "its tombstone alone");
    let ran = room.run(&["keys", "import", "backup.json", "--now", &now]);
    assert!(ran.code == 3 && unfolded(&ran.stderr).contains("as revoked; it does not come back"), "{ran:?}");
    assert_eq!(room.run(&["keys", "generate", "--kid", "first", "--now", &now]).code, 3, "nor its kid");
}

/// A secret without a kid gets another one at each import.
#[test]
fn dead_secret_is_refused_under_another_kid() {
    const SECRET: &str = "correct horse battery staple, but longer";
    for end in [&["revoke", "first", "--reason", "compromised"][..], &["remove", "first", "--force"]] {
        let room = Room::new();
        room.write("secret", SECRET);
        room.write("other", "another secret of more than thirty-two bytes");
        room.run(&["keys", "import", "secret", "--kid", "first"]).ok();
        room.run(&[&["keys"], end].concat()).ok();
        for more in [&[][..], &["--kid", "second"], &["--alg", "HS256"]] {
            let ran = room.run(&[&["keys", "import", "secret"], more].concat());
            assert!(ran.code == 3 && unfolded(&ran.stderr).contains("it does not come back"), "{ran:?}");
        }
        let ran = room.run(&["keys", "import", "other"]).ok();
        assert!(!ran.stderr.contains("only the kid is known"), "{ran:?}");
        // The digest is in the key store and its ledger, and nowhere else.
        let text = String::from_utf8(room.read("keys.json")).unwrap();
        let digest = text.split("\"pbkdf2_sha256\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(!text.contains(&b64(SECRET)), "{text}");
        for arguments in [&["keys", "list", "--json"][..], &["keys", "list"], &["keys", "check", "--json"]] {
            assert!(!room.run(arguments).stdout.contains(digest), "{arguments:?}");
        }
        // Of a tombstone without digest only the kid is known.
        for name in ["keys.json", "keys.json.ledger"] {
            let text = String::from_utf8(room.read(name)).unwrap();
            room.write(name, text.replace("\"secret_digest\"", "\"unknown\""));
        }
        let ran = room.run(&["keys", "import", "secret"]).ok();
        assert!(unfolded(&ran.stderr).contains("of 1 secret that the key store"), "{ran:?}");
    }
}

#[test]
fn the_whole_store_leaked() {
    let room = store();
    room.run(&["keys", "generate", "--type", "ed25519", "--kid", "ed"]).ok();
    rotate(&room, NOW, &[]).ok();
    rotate(&room, NOW + 100 * DAY, &[]).ok();
    let at = NOW + 100 * DAY;
    let before = published(&room);
    assert_eq!(before.len(), 6, "retiring, active and next of two algorithms: {before:?}");
    let ran = revoke(&room, at, &["--store-leaked", "--detailed-exit-code"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let done = ran.json()["data"].clone();
    assert_eq!((done["dead"].as_array().unwrap().len(), &done["reason"]), (6, &"compromised".into()));
    assert_eq!(done["made"].as_array().unwrap().len(), 4, "one signs and one waits, of each algorithm");
    assert_eq!(done["early"], true);
    let after = published(&room);
    assert!(after.len() == 4 && after.iter().all(|kid| !before.contains(kid)), "{after:?}");
    for alg in ["ES256", "EdDSA"] {
        let token = room.run(&["issue", "--alg", alg, "--now", &at.to_string()]).ok().stdout;
        assert_eq!(verify(&room, token.trim(), at), 0);
    }
}

#[test]
fn a_store_of_one_key_that_was_never_rotated() {
    let room = store();
    let ran = room.run(&["keys", "revoke", "first"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (said, warned) = (unfolded(&ran.stdout), unfolded(&ran.stderr));
    for words in [
        "every token with this kid dies",
        "Verifiers that honour the cache accept the dead keys until 2026-01-31T12:12:00Z",
        "far longer",
        "assumed: the store was never rotated",
        "refuse the kid at the gateway (first)",
        "is not known to every verifier",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(warned.contains("the published set still holds the dead keys"), "{warned}");
    assert_eq!(states(&room, NOW).len(), 3);
    assert_eq!(room.run(&["keys", "public", "-o", "jwks.json"]).code, 0);
    assert_eq!(published(&room).len(), 2);
    assert_eq!(verify(&room, &token(&room, NOW), NOW), 0);
}

#[test]
fn a_secret_is_replaced_too() {
    let room = Room::new();
    room.run(&["keys", "generate", "--type", "hs256", "--kid", "secret"]).ok();
    room.run(&["keys", "revoke", "secret"]).ok();
    let token = room.run(&["issue"]).ok().stdout;
    room.run_with(&["verify"], token).ok();
    assert!(states(&room, NOW).contains(&"secret revoked".to_owned()));
}

#[test]
fn what_cannot_be_meant() {
    let room = store();
    let before = room.read("keys.json");
    for (arguments, code) in [
        (&["keys", "revoke"][..], 2),
        (&["keys", "revoke", "first", "--store-leaked"], 2),
        (&["keys", "revoke", "first", "--reason", "bored"], 2),
        (&["keys", "revoke", "unknown"], 3),
        (&["keys", "revoke", "first", "--keystore", "none.json"], 3),
        (&["keys", "revoke", "first", "--publish", "keys.json"], 2),
    ] {
        assert_eq!(room.run(arguments).code, code, "{arguments:?}");
        assert_eq!(room.read("keys.json"), before);
    }
}
