//! Tests of the key store, its lock and its ledger in a directory with files planted by another user.

use super::*;

/// Every command that changes a key store, for a store with two keys.
const CHANGES: &[&[&str]] = &[
    &["keys", "generate"],
    &["keys", "import", "other.pem"],
    &["keys", "rotate", "--every", "90d"],
    &["keys", "revoke", "--yes", "first"],
    &["keys", "remove", "second"],
];

/// Alice's store with two keys, and a key to import.
fn with_store() -> Option<Users> {
    let users = Users::new()?;
    users.run(ALICE, &["keys", "generate", "--kid", "first"]).ok();
    users.run(ALICE, &["keys", "generate", "--kid", "second"]).ok();
    users.run(ALICE, &["keys", "generate", "-o", "other.pem"]).ok();
    Some(users)
}

#[test]
fn lock_that_is_not_a_regular_file_is_refused_and_its_target_kept() {
    let Some(users) = with_store() else { return };
    let lock = users.path("alice/keys.json.lock");
    let store = std::fs::read(users.path("alice/keys.json")).unwrap();
    let target = users.file("target", "of root", ROOT, 0o600);
    users.directory("root-only", ROOT, 0o700);
    let plants: [(&str, &dyn Fn()); 5] = [
        ("is a symbolic link", &|| symlink(&target, &lock).unwrap()),
        ("is a symbolic link", &|| symlink(users.path("root-only/new"), &lock).unwrap()),
        ("has more than one hard link", &|| std::fs::hard_link(&target, &lock).unwrap()),
        ("is not a regular file", &|| make_pipe(&lock)),
        ("is not a regular file", &|| std::fs::create_dir(&lock).unwrap()),
    ];
    for (words, plant) in plants {
        let _ = std::fs::remove_file(&lock);
        plant();
        for arguments in CHANGES {
            let ran = users.run(ROOT, arguments);
            refused(&ran, 4, words);
            assert_eq!((users.owner("target"), users.mode("target")), (ROOT, 0o600), "{arguments:?} {words}");
            assert_eq!(std::fs::read(&target).unwrap(), b"of root");
            assert!(!users.path("root-only/new").exists(), "{arguments:?}");
            assert_eq!(std::fs::read(users.path("alice/keys.json")).unwrap(), store);
        }
    }
    std::fs::remove_dir(&lock).unwrap();
    symlink("elsewhere", &lock).unwrap();
    refused(&users.run(ALICE, CHANGES[0]), 4, "is a symbolic link");
    std::fs::remove_file(&lock).unwrap();
    users.run(ROOT, CHANGES[0]).ok();
}

#[test]
fn existing_lock_keeps_its_owner_and_a_new_one_gets_it() {
    let Some(users) = with_store() else { return };
    users.file("alice/keys.json.lock", "", ROOT, 0o644);
    users.run(ROOT, &["keys", "rotate", "--every", "90d"]).ok();
    assert_eq!(users.owner("alice/keys.json.lock"), ROOT, "it was not made here");
    std::fs::remove_file(users.path("alice/keys.json.lock")).unwrap();
    std::fs::remove_file(users.path("alice/keys.json.ledger")).unwrap();
    users.run(ROOT, &["keys", "generate"]).ok();
    for name in ["keys.json", "keys.json.lock", "keys.json.ledger"] {
        assert_eq!(
            (users.owner(&format!("alice/{name}")), users.mode(&format!("alice/{name}"))),
            (ALICE, 0o600),
            "{name}"
        );
    }
    users.run(ALICE, &["keys", "list"]).ok();
}

/// A lock that root owns would lock the owner of the store out.
#[test]
fn lock_that_cannot_change_owner_is_removed() {
    let Some(users) = with_store() else { return };
    std::fs::remove_file(users.path("alice/keys.json.lock")).unwrap();
    let program = users.program.display().to_string();
    let without_chown = ["--bounding-set=-chown", "--inh-caps=-chown"];
    let ran = |arguments: &[&str]| run(users.command(ROOT, "setpriv", &[&without_chown, arguments].concat()), b"");
    if ran(&["true"]).code != 0 {
        return skip("the right to drop CAP_CHOWN");
    }
    let failed = ran(&[&program, "keys", "generate"]);
    assert_eq!(failed.code, 4, "{failed:?}");
    let names: Vec<_> =
        std::fs::read_dir(users.path("alice")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name != "keys.json.lock" && !name.to_string_lossy().starts_with('.')), "{names:?}");
    users.run(ALICE, &["keys", "generate"]).ok();
    // A lock left by an older version.
    std::fs::remove_file(users.path("alice/keys.json.lock")).unwrap();
    users.file("alice/keys.json.lock", "", ROOT, 0o600);
    let locked = users.run(ALICE, &["keys", "generate"]);
    refused(&locked, 4, "belongs to another user, and its mode does not allow you to open it");
    assert!(says(&locked, "remove it with rm "), "{locked:?}");
}

#[test]
fn store_and_ledger_must_be_regular_files_of_their_owner() {
    let Some(users) = with_store() else { return };
    users.directory("shared", ROOT, 0o1777);
    let store = users.text("shared/keys.json");
    let commands: &[&[&str]] = &[
        &["issue"],
        &["verify", "a.b.c"],
        &["keys", "public"],
        &["keys", "list"],
        &["keys", "check"],
        &["keys", "generate"],
    ];
    let held = users.pipe("shared/keys.json", BOB);
    for command in commands {
        refused(&users.run(ALICE, &[command, &["--keystore", &store][..]].concat()), 3, "is not a regular file");
    }
    drop(held);
    std::fs::remove_file(&store).unwrap();
    let held = users.pipe("shared/keys.json.ledger", BOB);
    for command in [&["keys", "list"][..], &["issue"], &["keys", "generate"]] {
        refused(&users.run(ALICE, &[command, &["--keystore", &store]].concat()), 3, "is not a regular file");
    }
    drop(held);
    std::fs::remove_file(users.path("shared/keys.json.ledger")).unwrap();
    std::fs::copy(users.path("alice/keys.json"), &store).unwrap();
    chown(&store, Some(BOB), Some(BOB)).unwrap();
    users.chmod("shared/keys.json", 0o644);
    for user in [ALICE, ROOT] {
        refused(&users.run(user, &["keys", "list", "--keystore", &store]), 3, "belongs to another user");
    }
    users.run(ALICE, &["keys", "generate", "--keystore", &users.text("shared/own.json")]).ok();
    symlink("keys.json.ledger", users.path("alice/again")).unwrap();
    std::fs::rename(users.path("alice/again"), users.path("alice/keys.json.ledger")).unwrap();
    refused(&users.run(ALICE, &["keys", "list"]), 3, "is a symbolic link");
}

/// Reading a store that others can replace is as dangerous as changing it.
#[test]
fn store_in_directory_of_others_is_refused() {
    let Some(users) = with_store() else { return };
    let writable = "is writable by other users";
    for (owner, mode, words) in
        [(ALICE, 0o777, writable), (ALICE, 0o775, writable), (BOB, 0o755, "belongs to another user")]
    {
        chown(users.path("alice"), Some(owner), None).unwrap();
        users.chmod("alice", mode);
        let reads: [&[&str]; 5] =
            [&["issue"], &["verify", "a.b.c"], &["keys", "public"], &["keys", "list"], &["keys", "show", "first"]];
        for arguments in reads.iter().chain(CHANGES) {
            let ran = users.run(ALICE, arguments);
            assert_eq!(ran.code, 3, "{arguments:?} {mode:o}: {ran:?}");
        }
        let ran = users.run(ALICE, &["issue"]);
        assert!(says(&ran, words), "{ran:?}");
        assert_eq!(says(&ran, "chmod"), owner == ALICE, "{ran:?}");
        assert_eq!(users.run(ALICE, &["keys", "check"]).code, 1, "reported as a finding");
    }
    chown(users.path("alice"), Some(ALICE), None).unwrap();
    users.chmod("alice", 0o1777);
    users.run(ALICE, &["issue"]).ok();
}

#[test]
fn symbolic_link_to_store_is_followed_only_within_its_owners_rights() {
    let Some(users) = with_store() else { return };
    users.directory("bob", BOB, 0o755);
    std::fs::rename(users.path("alice/keys.json"), users.path("alice/real.json")).unwrap();
    std::fs::rename(users.path("alice/keys.json.ledger"), users.path("alice/real.json.ledger")).unwrap();
    let rotate = ["keys", "rotate", "--every", "90d", "--immediately"];
    users.link("real.json", "alice/keys.json", ALICE);
    users.run(ALICE, &["keys", "list"]).ok();
    users.run(ROOT, &rotate).ok();
    assert_eq!(users.owner("alice/real.json"), ALICE);
    // Bob tries to make root change the store of alice.
    users.link("../alice/real.json", "bob/keys.json", BOB);
    let store = users.text("bob/keys.json");
    let before = std::fs::read(users.path("alice/real.json")).unwrap();
    refused(
        &users.run(ROOT, &[&rotate[..], &["--keystore", &store]].concat()),
        3,
        "is a symbolic link of another user",
    );
    assert_eq!(std::fs::read(users.path("alice/real.json")).unwrap(), before);
    refused(&users.run(ALICE, &["issue", "--keystore", &store]), 3, "is a symbolic link of another user");
    // The same for a symbolic link in the path, and for one reached through a link of alice.
    users.link("../alice", "bob/directory", BOB);
    let through = users.text("bob/directory/real.json");
    for command in [&rotate[..], &["keys", "list"], &["keys", "generate"], &["keys", "check"]] {
        let arguments = [command, &["--keystore", &through]].concat();
        refused(&users.run(ROOT, &arguments), 3, "contains a symbolic link of another user");
    }
    for missing in ["bob/directory/new.json", "bob/directory/new/keys.json"].map(|name| users.text(name)) {
        let arguments = ["keys", "generate", "--keystore", &missing];
        refused(&users.run(ROOT, &arguments), 3, "contains a symbolic link of another user");
    }
    assert!(!users.path("alice/new").exists());
    users.link("../bob/keys.json", "alice/second.json", ALICE);
    for user in [ALICE, ROOT] {
        let arguments = ["keys", "list", "--keystore", &users.text("alice/second.json")];
        refused(&users.run(user, &arguments), 3, "is a symbolic link of another user");
    }
    assert_eq!(std::fs::read(users.path("alice/real.json")).unwrap(), before);
    users.link(".", "alice/here", ALICE);
    users.link("alice", "of-root", ROOT);
    for user in [ALICE, ROOT] {
        for store in ["alice/here/real.json", "alice/here/here/keys.json", "of-root/here/../alice/keys.json"] {
            users.run(user, &["keys", "list", "--keystore", &users.text(store)]).ok();
        }
    }
    users.link("../alice/real.json", "alice/of-root.json", ROOT);
    users.run(ROOT, &["keys", "list", "--keystore", &users.text("alice/of-root.json")]).ok();
}

#[test]
fn store_without_ledger_is_reported() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    let fresh = room.run(&["keys", "list"]).ok();
    assert!(!says(&fresh, "ledger"), "{fresh:?}");
    let old = room.read("keys.json");
    room.run(&["keys", "generate", "--kid", "second"]).ok();
    room.run(&["keys", "revoke", "--yes", "first"]).ok();
    room.write("keys.json", old);
    std::fs::remove_file(room.path("keys.json.ledger")).unwrap();
    for arguments in [&["issue"][..], &["keys", "list"], &["keys", "public"], &["keys", "check"], &["verify", "a.b.c"]]
    {
        let ran = room.run(arguments);
        assert!(says(&ran, "keys revoked or removed since then are accepted again"), "{arguments:?}: {ran:?}");
        assert!(says(&ran, "revoke them again"), "{ran:?}");
    }
    room.run(&["keys", "revoke", "--yes", "first"]).ok();
    let whole = room.run(&["keys", "list"]).ok();
    assert!(!says(&whole, "ledger"), "the change wrote one: {whole:?}");
}
