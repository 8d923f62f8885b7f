//! Tests of outputs for keys, tokens and reports: pipes, replaced files, and the key store itself.

use super::*;
use std::io::Read as _;

const ISSUE: &[&str] = &["issue", "-k", "text:0123456789012345678901234567890123456789"];

#[test]
fn secret_is_not_written_to_pipe_of_other_user() {
    let Some(users) = Users::new() else { return };
    users.directory("shared", ROOT, 0o1777);
    let pipe = users.pipe("shared/key.pem", BOB);
    let target = users.text("shared/key.pem");
    for user in [ALICE, ROOT] {
        for arguments in [&["keys", "generate"][..], ISSUE, &["verify", "--lines", "-k", "text:x"]] {
            for more in [&["-o", &target][..], &["-o", &target, "--force"]] {
                refused(&users.run(user, &[arguments, more].concat()), 4, "of another user");
            }
        }
    }
    assert_eq!(waiting_in(&pipe), 0, "nothing was written to it");
    // Without a reader, opening would block until bob opens the pipe.
    drop(pipe);
    refused(&users.run(ALICE, &["keys", "generate", "-o", &target]), 4, "of another user");
}

#[test]
fn secret_is_written_to_own_pipe_and_inherited_descriptor() {
    let Some(users) = Users::new() else { return };
    let mut pipe = users.pipe("alice/own", ALICE);
    users.run(ALICE, &["keys", "generate", "-o", "own"]).ok();
    let mut bytes = vec![0; usize::try_from(waiting_in(&pipe)).unwrap()];
    pipe.read_exact(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"-----BEGIN"));
    users.run(ALICE, &["keys", "generate", "-o", "/dev/null"]).ok();
    for (user, script) in [
        (ALICE, "$authkit keys generate -o /dev/stdout | cat"),
        (ALICE, "$authkit keys generate -o /dev/fd/3 3>&1 > /dev/null | cat"),
        (ALICE, "{ $authkit keys generate -o >(cat >&3) > /dev/null; } 3>&1 | cat"),
        (ROOT, "$authkit keys generate -o /proc/self/fd/3 3>&1 > /dev/null | cat"),
        (ALICE, "echo before > all; $authkit keys generate -o /dev/stdout >> all; grep -q before all && cat all"),
    ] {
        let ran = users.script(user, script).ok();
        assert!(ran.stdout.contains("-----BEGIN"), "{script}: {ran:?}");
    }
}

const PROXY: &str = "cookie_secret = \"env(X)\"\ncookie_secure = false\ncookie_samesite = \"lax\"\n";

#[test]
fn replaced_file_keeps_mode_and_owner() {
    let Some(users) = Users::new() else { return };
    for (user, mode) in
        [(ROOT, 0o640), (ROOT, 0o660), (ROOT, 0o604), (ROOT, 0o755), (ROOT, 0o4750), (ALICE, 0o640), (ALICE, 0o600)]
    {
        let group = if user == ROOT { BOB } else { ALICE };
        users.file("alice/oauth2-proxy.cfg", PROXY, ALICE, mode);
        chown(users.path("alice/oauth2-proxy.cfg"), None, Some(group)).unwrap();
        users.chmod("alice/oauth2-proxy.cfg", mode);
        users.run(user, &["lint", "--fix", "--fail-on", "never", "oauth2-proxy.cfg"]).ok();
        let found = std::fs::metadata(users.path("alice/oauth2-proxy.cfg")).unwrap();
        assert!(std::fs::read_to_string(users.path("alice/oauth2-proxy.cfg")).unwrap().contains("true"));
        assert_eq!((found.uid(), found.gid(), found.mode() & 0o7777), (ALICE, group, mode & 0o777), "{mode:o}");
    }
    // A group that alice is not a member of cannot be kept, and her group must not inherit its permissions.
    users.file("alice/oauth2-proxy.cfg", PROXY, ALICE, 0o664);
    chown(users.path("alice/oauth2-proxy.cfg"), None, Some(BOB)).unwrap();
    users.run(ALICE, &["lint", "--fix", "--fail-on", "never", "oauth2-proxy.cfg"]).ok();
    assert_eq!(users.mode("alice/oauth2-proxy.cfg"), 0o604);
}

/// In a shared directory the intended owner is unknown, but the previous readers are known.
#[test]
fn replaced_file_in_shared_directory_is_never_more_readable() {
    let Some(users) = Users::new() else { return };
    let fix = ["lint", "--fix", "--fail-on", "never"];
    users.directory("app", ROOT, 0o755);
    chown(users.path("app"), None, Some(BOB)).unwrap();
    for (directory, mode, expected) in [
        (0o2775, 0o640, 0o640),
        (0o2775, 0o600, 0o600),
        (0o2775, 0o666, 0o644),
        // Here the new file has another group.
        (0o775, 0o640, 0o600),
        (0o775, 0o644, 0o604),
    ] {
        users.chmod("app", directory);
        let file = users.file("app/oauth2-proxy.cfg", PROXY, ALICE, mode);
        chown(&file, None, Some(BOB)).unwrap();
        users.run(ROOT, &[&fix[..], &[&file]].concat()).ok();
        assert!(std::fs::read_to_string(&file).unwrap().contains("true"));
        assert_eq!(
            (users.owner("app/oauth2-proxy.cfg"), users.mode("app/oauth2-proxy.cfg")),
            (ROOT, expected),
            "{directory:o} {mode:o}"
        );
    }
}

#[test]
fn file_replacing_a_symbolic_link_is_never_more_readable_than_its_target() {
    let Some(users) = Users::new() else { return };
    users.run(ALICE, &["keys", "generate"]).ok();
    for (mode, expected) in [(Some(0o600), 0o600), (Some(0o640), 0o600), (Some(0o644), 0o604), (None, 0o644)] {
        let _ = std::fs::remove_file(users.path("alice/target"));
        let _ = std::fs::remove_file(users.path("alice/jwks.json"));
        if let Some(mode) = mode {
            users.file("alice/target", "old", ALICE, mode);
        }
        users.link("target", "alice/jwks.json", ALICE);
        users.run(ALICE, &["keys", "public", "-o", "jwks.json", "--force"]).ok();
        assert_eq!(users.mode("alice/jwks.json"), expected, "{mode:?}");
    }
}

/// The ACL format: a version, then entries of tag, permissions and id, little-endian (linux/posix_acl_xattr.h).
#[test]
#[cfg(target_os = "linux")]
fn replaced_file_keeps_its_access_list() {
    const NAME: &str = "system.posix_acl_access";
    let room = Sandbox::new();
    let path = room.write("oauth2-proxy.cfg", PROXY);
    let any = u32::MAX;
    let entries = [(0x01, 6, any), (0x02, 4, 1003), (0x04, 0, any), (0x10, 4, any), (0x20, 0, any)];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend([u16::to_le_bytes(tag), u16::to_le_bytes(permissions)].concat());
        list.extend(u32::to_le_bytes(id));
    }
    if rustix::fs::lsetxattr(&path, NAME, &list, rustix::fs::XattrFlags::empty()).is_err() {
        return println!("skipped: this file system has no access lists");
    }
    room.run(&["lint", "--fix", "--fail-on", "never", "oauth2-proxy.cfg"]).ok();
    let mut found = [0_u8; 256];
    let length = rustix::fs::lgetxattr(&path, NAME, &mut found[..]).expect("a list");
    assert_eq!(found[..length], list);
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o640, "the group's bits are the mask");
}

#[test]
fn report_keeps_mode_and_secret_is_always_0600() {
    let Some(users) = Users::new() else { return };
    users.file("alice/oauth2-proxy.cfg", PROXY, ALICE, 0o600);
    for mode in [0o600, 0o640, 0o666] {
        users.file("alice/report", "old", ALICE, mode);
        users.file("alice/baseline", "old", ALICE, mode);
        let lint =
            ["lint", "oauth2-proxy.cfg", "--fail-on", "never", "-o", "json=report", "--write-baseline", "baseline"];
        users.run(ROOT, &[&lint[..], &["--force"]].concat()).ok();
        for name in ["alice/report", "alice/baseline"] {
            assert_eq!((users.owner(name), users.mode(name)), (ALICE, mode), "{name} {mode:o}");
            assert_ne!(std::fs::read(users.path(name)).unwrap(), b"old");
        }
    }
    users.run(ALICE, &["keys", "generate", "--keystore", "own.json"]).ok();
    let public =
        ["keys", "rotate", "--every", "90d", "--keystore", "own.json", "--publish", "jwks.json", "--immediately"];
    users.run(ALICE, &public).ok();
    users.chmod("alice/jwks.json", 0o640);
    users.run(ALICE, &public).ok();
    assert_eq!(users.mode("alice/jwks.json"), 0o640);
    // A file that bob planted in advance becomes neither his nor readable.
    users.directory("shared", ROOT, 0o1777);
    for (user, arguments) in [(ROOT, &["keys", "generate"][..]), (ROOT, ISSUE)] {
        users.file("shared/secret", "planted", BOB, 0o666);
        users.run(user, &[arguments, &["-o", &users.text("shared/secret"), "--force"]].concat()).ok();
        assert_eq!((users.owner("shared/secret"), users.mode("shared/secret")), (user, 0o600));
    }
    let report = ["lint", "oauth2-proxy.cfg", "--fail-on", "never", "--force", "-o", &users.text("shared/secret")];
    users.file("shared/secret", "planted", BOB, 0o666);
    users.run(ROOT, &report).ok();
    assert_eq!((users.owner("shared/secret"), users.mode("shared/secret") & 0o022), (ROOT, 0));
}

/// Under every path to it, in every command that writes, also with --force.
#[test]
fn output_that_is_the_key_store_is_refused() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    room.run(&["keys", "generate", "-o", "key.pem"]).ok();
    room.run(&["issue", "-o", "token"]).ok();
    room.write("realm.json", r#"{"realm": "a", "accessTokenLifespan": 604800, "sslRequired": "none"}"#);
    std::fs::create_dir(room.path("sub")).unwrap();
    symlink(".", room.path("here")).unwrap();
    symlink("keys.json", room.path("link")).unwrap();
    std::fs::hard_link(room.path("keys.json"), room.path("second-name")).unwrap();
    let files = ["keys.json", "keys.json.ledger", "keys.json.lock"];
    let before = files.map(|name| room.read(name));
    let mut names: Vec<String> = files.map(str::to_owned).to_vec();
    names
        .extend(["sub/../keys.json", "here/keys.json", "./keys.json.ledger", "link", "second-name"].map(str::to_owned));
    names.push(room.path("keys.json").display().to_string());
    let commands: &[&[&str]] = &[
        &["keys", "public", "-o"],
        &["keys", "generate", "-o"],
        &["keys", "convert", "key.pem", "--encoding", "jwk", "-o"],
        &["keys", "list", "-o"],
        &["keys", "rotate", "--every", "90d", "--publish"],
        &["keys", "revoke", "--yes", "first", "--publish"],
        &["issue", "-o"],
        &["decode", "@token", "-o"],
        &["verify", "@token", "--any-aud", "-o"],
        &["verify", "--lines", "token", "-o"],
        &["audit", "token", "--summary", "-o"],
        &["audit", "token", "--write-baseline"],
        &["lint", "realm.json", "--write-baseline"],
        &["completions", "bash", "-o"],
    ];
    for command in commands {
        for name in &names {
            for force in [&[][..], &["--force"]] {
                let ran = room.run(&[command, &[name.as_str()][..], force].concat());
                refused(&ran, 2, "the key store");
                assert!(says(&ran, "cannot write"), "{ran:?}");
                assert_eq!(files.map(|name| room.read(name)), before, "{command:?} {name}");
            }
        }
    }
    for format in ["json", "human", "csv"] {
        let output = format!("{format}=sub/../keys.json");
        refused(&room.run(&["keys", "list", "-o", &output, "--force"]), 2, "it is the key store itself");
    }
    room.run(&["keys", "public", "-o", "keys.json.public"]).ok();
}
