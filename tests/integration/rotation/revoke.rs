//! Tests of `keys revoke`: revoked keys are rejected at once and permanently, and the published JWKS is never empty.

use super::{DAY, NOW, kid, published, rotate, states, store, token, unfolded, verify};
use crate::harness::{RunOutput, Sandbox};
use crate::tokens::b64;

fn revoke(room: &Sandbox, at: i64, arguments: &[&str]) -> RunOutput {
    let at = at.to_string();
    room.run(&[&["keys", "revoke", "--yes", "--publish", "jwks.json", "--now", &at, "--json"], arguments].concat())
}

#[test]
fn revoked_key_is_replaced_and_stays_revoked() {
    let room = store();
    rotate(&room, NOW, &[]).ok();
    let (at, second) = (NOW + DAY, kid(&room, NOW, "next"));
    let dead = token(&room, at);
    let backup = room.read("keys.json");
    let done = revoke(&room, at, &["first", "--reason", "compromised"]).ok().json()["data"].clone();
    assert_eq!(done["revoked"][0]["kid"], "first");
    assert_eq!(
        (&done["revoked"][0]["previous_state"], &done["revoked"][0]["signed_since"]),
        (&"active".into(), &NOW.into())
    );
    assert_eq!((&done["promoted"][0], &done["premature"]), (&second.as_str().into(), &false.into()));
    assert_eq!(done["accepted_until"], at + 720);
    let third = kid(&room, at, "next");
    assert_eq!(states(&room, at)[2], "first revoked");
    assert_eq!(published(&room), [second, third]);
    assert_ne!(verify(&room, &dead, at), 0, "its tokens die");
    assert_ne!(room.run(&["verify", &dead, "--now", &at.to_string()]).code, 0);
    assert_eq!(verify(&room, &token(&room, at), at), 0);

    // A second run changes nothing.
    let before = room.read("keys.json");
    assert_eq!(revoke(&room, at, &["first", "--detailed-exit-code"]).code, 0);
    assert_eq!(room.read("keys.json"), before);

    stays_dead(&room, &backup, at);
}

/// After any restored backup, a revoked key neither signs nor is published.
fn stays_dead(room: &Sandbox, backup: &[u8], at: i64) {
    let now = at.to_string();
    room.write("backup.json", backup);
    room.write("keys.json", backup);
    let ran = room.run(&["keys", "public", "--now", &now]).ok();
    assert!(!ran.stdout.contains("\"first\""), "{ran:?}");
    assert!(unfolded(&ran.stderr).contains("it was restored from a backup"), "{ran:?}");
    assert_eq!(room.run(&["issue", "--kid", "first", "--now", &now]).code, 3);
    let ran = room.run(&["issue", "--now", &now]);
    assert!(ran.code != 0 || !ran.stdout.is_empty(), "{ran:?}");
    rotate(room, at, &[]).ok();
    assert!(!published(room).contains(&"first".to_owned()));
    let text = String::from_utf8(room.read("keys.json")).unwrap();
    assert_eq!(text.matches("\"first\"").count(), 1, "its tombstone alone");
    let ran = room.run(&["keys", "import", "backup.json", "--now", &now]);
    assert!(
        ran.code == 3 && unfolded(&ran.stderr).contains("is revoked in this key store and cannot be added again"),
        "{ran:?}"
    );
    assert_eq!(room.run(&["keys", "generate", "--kid", "first", "--now", &now]).code, 3, "nor its kid");
}

/// A secret without a kid gets a new kid at each import.
#[test]
fn revoked_secret_is_refused_under_another_kid() {
    const SECRET: &str = "correct horse battery staple, but longer";
    for end in [&["revoke", "--yes", "first", "--reason", "compromised"][..], &["remove", "first", "--force"]] {
        let room = Sandbox::new();
        room.write("secret", SECRET);
        room.write("other", "another secret of more than thirty-two bytes");
        room.run(&["keys", "import", "secret", "--kid", "first"]).ok();
        room.run(&[&["keys"], end].concat()).ok();
        for more in [&[][..], &["--kid", "second"], &["--alg", "HS256"]] {
            let ran = room.run(&[&["keys", "import", "secret"], more].concat());
            assert!(ran.code == 3 && unfolded(&ran.stderr).contains("cannot be added again"), "{ran:?}");
        }
        let ran = room.run(&["keys", "import", "other"]).ok();
        assert!(!ran.stderr.contains("only the kid is known"), "{ran:?}");
        // The digest appears only in the key store and its ledger.
        let text = String::from_utf8(room.read("keys.json")).unwrap();
        let digest = text.split("\"pbkdf2_sha256\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(!text.contains(&b64(SECRET)), "{text}");
        for arguments in [&["keys", "list", "--json"][..], &["keys", "list"], &["keys", "check", "--json"]] {
            assert!(!room.run(arguments).stdout.contains(digest), "{arguments:?}");
        }
        // A tombstone without digest identifies the key by kid only.
        for name in ["keys.json", "keys.json.ledger"] {
            let text = String::from_utf8(room.read(name)).unwrap();
            room.write(name, text.replace("\"secret_digest\"", "\"unknown\""));
        }
        let ran = room.run(&["keys", "import", "secret"]).ok();
        assert!(unfolded(&ran.stderr).contains("of 1 secret revoked, removed or expired"), "{ran:?}");
    }
}

#[test]
fn store_leaked_revokes_every_key() {
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
    assert_eq!((done["revoked"].as_array().unwrap().len(), &done["reason"]), (6, &"compromised".into()));
    assert_eq!(done["generated"].as_array().unwrap().len(), 4, "one signs and one waits, of each algorithm");
    assert_eq!(done["premature"], true);
    let after = published(&room);
    assert!(after.len() == 4 && after.iter().all(|kid| !before.contains(kid)), "{after:?}");
    for alg in ["ES256", "EdDSA"] {
        let token = room.run(&["issue", "--alg", alg, "--now", &at.to_string()]).ok().stdout;
        assert_eq!(verify(&room, token.trim(), at), 0);
    }
}

#[test]
fn revoking_the_only_key_of_an_unrotated_store_warns() {
    let room = store();
    let ran = room.run(&["keys", "revoke", "--yes", "first"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (said, warned) = (unfolded(&ran.stdout), unfolded(&ran.stderr));
    for words in [
        "tokens signed with this kid since",
        "Verifiers that honour the cache lifetime accept the revoked keys until 2026-01-31T12:12:00Z",
        "much longer",
        "assumed: the key store was never rotated",
        "reject the kid at the gateway (first)",
        "is not known to every verifier",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(warned.contains("the published JWKS still contains the revoked keys"), "{warned}");
    assert_eq!(states(&room, NOW).len(), 3);
    assert_eq!(room.run(&["keys", "public", "-o", "jwks.json"]).code, 0);
    assert_eq!(published(&room).len(), 2);
    assert_eq!(verify(&room, &token(&room, NOW), NOW), 0);
}

#[test]
fn revoked_secret_is_replaced() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--type", "hs256", "--kid", "secret"]).ok();
    room.run(&["keys", "revoke", "--yes", "secret"]).ok();
    let token = room.run(&["issue"]).ok().stdout;
    room.run_with(&["verify"], token).ok();
    assert!(states(&room, NOW).contains(&"secret revoked".to_owned()));
}

#[test]
fn contradictory_revoke_arguments_are_refused() {
    let room = store();
    let before = room.read("keys.json");
    for (arguments, code) in [
        (&["keys", "revoke"][..], 2),
        (&["keys", "revoke", "--yes", "first", "--store-leaked"], 2),
        (&["keys", "revoke", "--yes", "first", "--reason", "bored"], 2),
        (&["keys", "revoke", "--yes", "unknown"], 3),
        (&["keys", "revoke", "--yes", "first", "--keystore", "none.json"], 4),
        (&["keys", "revoke", "--yes", "first", "--publish", "keys.json"], 2),
    ] {
        assert_eq!(room.run(arguments).code, code, "{arguments:?}");
        assert_eq!(room.read("keys.json"), before);
    }
}
