//! Tests of keys and passphrases in files that others can change, replace or write to, and of non-UTF-8 file names.

use super::*;
use crate::tokens::{GOOD, HS256, SECRET, bytes, hs256};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

fn verify<'a>(key: &'a str, token: &'a str) -> [&'a str; 4] {
    ["verify", "-k", key, token]
}

#[test]
fn key_writable_by_others_is_refused() {
    let Some(users) = Users::new() else { return };
    let token = hs256(HS256, GOOD);
    users.directory("shared", ROOT, 0o1777);
    users.directory("open", ALICE, 0o777);
    users.directory("bob", BOB, 0o755);
    let own = users.file("alice/own", SECRET, ALICE, 0o600);
    users.run(ALICE, &verify(&own, &token)).ok();
    users.run(ALICE, &verify(&users.file("shared/own", SECRET, ALICE, 0o600), &token)).ok();
    let of_root = users.file("alice/of-root", SECRET, ROOT, 0o644);
    users.run(ALICE, &verify(&of_root, &token)).ok();
    let foreign = users.file("shared/foreign", SECRET, BOB, 0o644);
    for (key, why) in [
        (foreign.clone(), "it belongs to another user"),
        (users.file("alice/written", SECRET, ALICE, 0o602), "it is writable by other users"),
        (users.file("open/own", SECRET, ALICE, 0o600), "other users can replace it in its directory"),
        (users.file("bob/own", SECRET, ALICE, 0o600), "other users can replace it in its directory"),
    ] {
        for scheme in ["", "file:", "raw:"] {
            refused(&users.run(ALICE, &verify(&format!("{scheme}{key}"), &token)), 3, why);
        }
        for arguments in [
            vec!["issue", "-k", &key],
            vec!["keys", "show", &key],
            vec!["verify", "-k", &format!("hex:file:{key}"), &token],
        ] {
            refused(&users.run(ALICE, &arguments), 3, why);
        }
        let encrypted = users.file("alice/encrypted", bytes("p256.authkit-encrypted.pem"), ALICE, 0o600);
        for passphrase in [key.clone(), format!("file:{key}")] {
            refused(&users.run(ALICE, &["keys", "show", &encrypted, "--passphrase", &passphrase]), 3, why);
        }
        let checked = users.run(ALICE, &["keys", "check", &key, "--json"]);
        assert!(checked.stdout.contains("key-file-writable") && checked.stdout.contains(why), "{key}: {checked:?}");
        let network = ["verify", "-k", "https://127.0.0.1:1/", "--cacert", &key, &token];
        refused(&users.run(ALICE, &network), 3, why);
    }
    // For a symbolic link, both its directory and its target are checked.
    users.link(&own, "open/link", ALICE);
    refused(&users.run(ALICE, &verify(&users.text("open/link"), &token)), 3, "other users can replace it");
    users.link("../open/own", "alice/link", ALICE);
    refused(&users.run(ALICE, &verify(&users.text("alice/link"), &token)), 3, "other users can replace it");
    users.link(&own, "shared/link", BOB);
    refused(&users.run(ALICE, &verify(&users.text("shared/link"), &token)), 3, "is a symbolic link of another user");
    users.link("own", "alice/good", ALICE);
    users.run(ALICE, &verify(&users.text("alice/good"), &token)).ok();
    // As root, a key of another user causes a warning, and a key in a shared directory is refused.
    let of_bob = users.file("bob/key", SECRET, BOB, 0o644);
    users.link("key", "bob/link", BOB);
    users.link("../bob", "alice/bob", ROOT);
    for key in [&of_bob, &users.text("bob/link"), &users.text("alice/bob/key")] {
        let ran = users.run(ROOT, &verify(key, &token)).ok();
        assert!(says(&ran, "belongs to another user"), "{ran:?}");
    }
    for scheme in ["", "file:", "raw:", "hex:file:"] {
        let planted = "it belongs to another user, and its directory is writable by others";
        refused(&users.run(ROOT, &verify(&format!("{scheme}{foreign}"), &token)), 3, planted);
    }
    users.link("../bob/key", "shared/of-bob", BOB);
    users.link("../bob", "alice/directory", ALICE);
    users.link("link", "bob/second", BOB);
    users.link("../bob/second", "alice/second", ALICE);
    for key in ["shared/of-bob", "alice/directory/key", "alice/second"].map(|name| users.text(name)) {
        refused(&users.run(ROOT, &verify(&key, &token)), 3, "is a symbolic link of another user");
    }
    refused(&users.run(ALICE, &verify(&users.text("alice/second"), &token)), 3, "is a symbolic link of another user");
    // Write access of a group is a warning only: the group is often the user's private one.
    let ran = users.run(ALICE, &verify(&users.file("alice/grouped", SECRET, ALICE, 0o620), &token)).ok();
    assert!(says(&ran, "writable by its group (chmod g-w)"), "{ran:?}");
    let ran = users.run(ALICE, &verify(&own, &token)).ok();
    assert!(!says(&ran, "can change it"), "{ran:?}");
}

#[test]
fn key_from_pipe_of_other_user_is_refused() {
    use std::io::Write as _;
    let Some(users) = Users::new() else { return };
    let token = hs256(HS256, GOOD);
    users.directory("shared", ROOT, 0o1777);
    let mut pipe = users.pipe("shared/key", BOB);
    pipe.write_all(SECRET).unwrap();
    let key = users.text("shared/key");
    let authorities = ["verify", "-k", "https://127.0.0.1:1/", "--cacert", &key, &token];
    for arguments in [&verify(&key, &token)[..], &["keys", "check", &key], &authorities] {
        for user in [ALICE, ROOT] {
            refused(&users.run(user, arguments), 3, "is a pipe of another user");
        }
    }
    assert_eq!(waiting_in(&pipe), SECRET.len() as u64, "nothing was read of it");
    users.file("alice/secret", SECRET, ALICE, 0o600);
    for script in ["$authkit verify -k <(cat secret)", "$authkit verify -k /dev/stdin", "$authkit verify -k /dev/fd/0"]
    {
        let script = format!("{script} {token} --now {NOW} < secret");
        users.script(ALICE, &script).ok();
        users.script(ROOT, &script).ok();
    }
    users.link("/dev/stdin", "shared/stdin", BOB);
    let script = format!("cat secret | $authkit verify -k ../shared/stdin {token} --now {NOW}");
    for user in [ALICE, ROOT] {
        refused(&users.script(user, &script), 3, "is a symbolic link of another user");
    }
}

/// A file name in Latin-1, which is not valid UTF-8.
fn latin(room: &Sandbox, directory: &str, name: &[u8]) -> PathBuf {
    room.path(directory).join(OsString::from_vec(name.to_vec()))
}

/// Runs the program with the path after `option`, or as an argument.
fn run_on(room: &Sandbox, arguments: &[&str], option: &str, path: &Path) -> RunOutput {
    let mut command = room.command(arguments);
    command.args([option].iter().filter(|option| !option.is_empty())).arg(path);
    run(command, b"")
}

#[test]
fn file_with_non_utf8_name_is_opened() {
    let room = Sandbox::new();
    std::fs::create_dir(room.path("logs")).unwrap();
    let log = latin(&room, "logs", b"caf\xe9.log");
    std::fs::write(&log, hs256(HS256, GOOD)).unwrap();
    for path in [log.as_path(), &room.path("logs")] {
        let ran = run_on(&room, &["audit", "--json", "--fail-on", "never"], "", path).ok();
        assert_eq!(ran.json()["data"]["totals"]["tokens"], 1, "{ran:?}");
    }
    std::fs::create_dir(room.path("config")).unwrap();
    let config = latin(&room, "config", b"oauth2-proxy-\xe9.cfg");
    let text = "cookie_secret = \"env(X)\"\ncookie_secure = false\ncookie_samesite = \"lax\"\n";
    for path in [config.as_path(), &room.path("config")] {
        std::fs::write(&config, text).unwrap();
        run_on(&room, &["lint", "--fix", "--fail-on", "never"], "", path).ok();
        assert_eq!(std::fs::read_to_string(&config).unwrap(), text.replace("false", "true"), "{path:?}");
    }
    let key = latin(&room, "", b"key\xff.pem");
    std::fs::write(&key, bytes("p256.spki.pem")).unwrap();
    // With umask 000 others could write it.
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    run_on(&room, &["keys", "check"], "", &key).ok();
    let har = latin(&room, "", b"\xff.har");
    std::fs::write(&har, bytes("../har/browser.har")).unwrap();
    run_on(&room, &["probe", "--fail-on", "never"], "--har", &har).ok();
    let store = latin(&room, "", b"store\xff.json");
    run_on(&room, &["keys", "generate"], "--keystore", &store).ok();
    for command in [&["keys", "list"][..], &["keys", "check"], &["keys", "show"], &["issue"], &["keys", "public"]] {
        run_on(&room, command, "--keystore", &store).ok();
    }
}
