//! What lint and audit do not read: it is counted, and no other user decides it.

use crate::harness::{Ran, Room, run, unfolded};

/// Recognised by `lint`, with one error.
const EXPIRY: &str = "[auth]\njwt_expiry = 604800\n";

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY5ODYwODAwLCJleHAiOjE3Njk4NjQ0MDB9.c2lnbmF0dXJl";

fn write(room: &Room, name: &str, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(room.path(name).parent().unwrap()).unwrap();
    room.write(name, text);
}

fn in_directory(room: &Room, directory: &str, arguments: &[&str]) -> Ran {
    let mut command = room.command(arguments);
    command.current_dir(room.path(directory));
    run(command, b"")
}

/// One line without the breaks of the screen.
#[test]
fn files_that_ignore_files_hide_are_counted_and_listed() {
    let room = Room::new();
    std::fs::create_dir_all(room.path(".git")).unwrap();
    write(&room, ".ignore", "hidden.toml\nvendor/\n");
    write(&room, ".gitignore", "*.log\n");
    for name in ["hidden.toml", "vendor/a.toml", "vendor/b.toml", "seen.toml", "sub/hidden.toml", "sub/a.log"] {
        write(&room, name, EXPIRY);
    }
    let ran = room.run(&["lint", "--json", "."]);
    let left_out = &ran.json()["data"]["left_out"];
    assert_eq!(
        (ran.code, &left_out["ignored_files"], &left_out["ignored_directories"]),
        (1, &3.into(), &1.into()),
        "{ran:?}"
    );
    let ran = room.run(&["lint", "."]);
    assert!(unfolded(&ran.stdout).contains("3 files and 1 directory left out by ignore files"), "{ran:?}");
    let listed = room.run(&["lint", "--list-files"]).ok().stdout;
    for name in ["hidden.toml", "sub/a.log", "sub/hidden.toml", "vendor"] {
        let line =
            listed.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{listed}"));
        assert!(line.contains("left out by an ignore file"), "{listed}");
    }
    // Without ignore files there is nothing to say.
    let ran = room.run(&["lint", "vendor", "--json"]);
    assert_eq!(ran.json()["data"]["left_out"]["ignored_files"], 0, "{ran:?}");
    assert!(!room.run(&["lint", "vendor"]).stdout.contains("left out"));
}

#[test]
fn audit_counts_what_it_does_not_read() {
    let room = Room::new();
    write(&room, "logs/.ignore", "a.log\nold/\n");
    for name in ["logs/a.log", "logs/b.log", "logs/old/c.log", "logs/.hidden"] {
        write(&room, name, TOKEN);
    }
    write(&room, "logs/picture", [0, 1, 2]);
    let ran = room.run(&["audit", "logs", "--json", "--fail-on", "never"]).ok();
    let expected = serde_json::json!({
        "ignored_files": 1, "ignored_directories": 1, "hidden": 2, "binary": 1, "unreadable": 0,
    });
    assert_eq!(ran.json()["data"]["left_out"], expected, "{ran:?}");
    let ran = room.run(&["audit", "logs", "--fail-on", "never"]).ok();
    assert!(unfolded(&ran.stdout).contains("1 file and 1 directory left out by ignore files"), "{ran:?}");
}

/// A root that is a symbolic link is a directory like any other, and a name that an ignore file takes back is not hidden.
#[cfg(unix)]
#[test]
fn nothing_takes_hidden_files_off_the_count() {
    let room = Room::new();
    write(&room, "logs/.ignore", "a.log\nb.log\n!.kept\n");
    for name in ["logs/a.log", "logs/b.log", "logs/c.log", "logs/.kept", "logs/.hidden"] {
        write(&room, name, TOKEN);
    }
    std::os::unix::fs::symlink("logs", room.path("current")).unwrap();
    for root in ["logs", "current"] {
        let ran = room.run(&["audit", root, "--json", "--fail-on", "never"]).ok();
        let left_out = &ran.json()["data"]["left_out"];
        assert_eq!((&left_out["ignored_files"], &left_out["hidden"]), (&2.into(), &2.into()), "{root}: {left_out}");
    }
}

/// A zero far behind the head of a text takes no file from the check either.
#[test]
fn padded_configuration_with_a_zero_is_a_finding() {
    let room = Room::new();
    let padding = "# \n".repeat(6 * 1024 * 1024);
    write(&room, "config/supabase.toml", format!("{padding}# \0\n[auth]\njwt_expiry = 604800\nenable_signup = true\n"));
    let ran = room.run(&["lint", "config", "--json"]);
    assert_eq!(ran.json()["findings"][0]["rule"], "config-too-large", "{}", ran.stderr);
}

/// Padding takes no file from the check.
#[test]
fn padded_configuration_is_a_finding() {
    let room = Room::new();
    let padding = "# \n".repeat(6 * 1024 * 1024);
    write(&room, "config/supabase.toml", format!("{padding}[auth]\njwt_expiry = 604800\nenable_signup = true\n"));
    let ran = room.run(&["lint", "config", "--json"]);
    let found = &ran.json()["findings"][0];
    assert_eq!(
        (ran.code, &found["rule"], &found["severity"]),
        (1, &"config-too-large".into(), &"error".into()),
        "{ran:?}"
    );
    assert_eq!(found["location"]["file"], "config/supabase.toml");
    assert_eq!(ran.json()["data"]["left_out"]["too_large"], 1);
    // A file that the user names is an error, as before.
    assert_eq!(room.run(&["lint", "config/supabase.toml"]).code, 3);
}

#[test]
fn templates_alone_are_nothing_checked() {
    let room = Room::new();
    write(&room, "a/config.toml", "[auth]\njwt_expiry = {{ .Values.expiry }}\nenable_signup = true\n");
    let ran = room.run(&["lint", "a"]);
    assert!(ran.code == 3 && unfolded(&ran.stderr).contains("nothing was checked: 1 template"), "{ran:?}");
    assert_eq!(room.run(&["lint", "a", "--allow-empty"]).code, 0);
    assert!(room.run(&["lint", "a", "--list-files"]).ok().stdout.contains("a template: not checked"));
    // With a file that can be checked, it is said which could not.
    write(&room, "a/b.toml", "[auth]\njwt_expiry = 900\n");
    let ran = room.run(&["lint", "a", "--json", "--fail-on", "never"]).ok();
    assert_eq!(ran.json()["data"]["left_out"]["templates"], 1);
}

/// Gives what is below the directory, and itself, to another user; `false` where the test may not.
#[cfg(unix)]
fn give_away(room: &Room, names: &[&str]) -> bool {
    let given = names.iter().all(|name| std::os::unix::fs::lchown(room.path(name), Some(4711), Some(4711)).is_ok());
    if !given {
        crate::harness::skip("the right to give files away");
    }
    given
}

#[cfg(unix)]
#[test]
fn settings_of_another_user_do_not_count() {
    let room = Room::new();
    let work = |arguments: &[&str]| in_directory(&room, "team/project", arguments);
    write(&room, "team/project/a.toml", EXPIRY);
    write(&room, "team/authkit.toml", "fail-on = \"never\"\n");
    std::fs::create_dir_all(room.path("team/.git")).unwrap();
    assert_eq!(work(&["lint", "."]).code, 0, "one's own counts");
    // The repository of another user, with a file of one's own in it; then the file too.
    for given in [&["team/.git"][..], &["team/authkit.toml"]] {
        if !give_away(&room, given) {
            return;
        }
        for arguments in [["lint", "."], ["audit", "a.toml"]] {
            let ran = work(&arguments);
            let said = unfolded(&ran.stderr);
            assert!(ran.code == 2 && said.contains("belongs to another user (uid 4711)"), "{ran:?}");
            assert!(said.contains("--config FILE names it"), "{ran:?}");
        }
        for (flag, code) in [("--no-config", 1), ("--trust-config", 0)] {
            assert_eq!(work(&["lint", ".", flag]).code, code, "{flag}");
        }
    }
    // The way out, and a repository of one's own below, whose file counts though a foreign one is nearer.
    assert_eq!(work(&["lint", ".", "--config", "../authkit.toml"]).code, 0);
    std::fs::create_dir_all(room.path("team/project/.git")).unwrap();
    let ran = work(&["lint", "."]);
    assert!(ran.code == 1 && ran.stderr.is_empty(), "what is outside is not looked at: {ran:?}");
    write(&room, "team/project/authkit.toml", "fail-on = \"never\"\n");
    write(&room, "team/project/in/b.toml", EXPIRY);
    write(&room, "team/project/in/authkit.toml", "fail-on = \"info\"\n");
    assert!(give_away(&room, &["team/project/in/authkit.toml"]));
    assert_eq!(in_directory(&room, "team/project/in", &["lint", "."]).code, 0);
    // Who calls sudo is trusted, as by git.
    let mut command = room.command(&["lint", "."]);
    command.current_dir(room.path("team/project/in")).env("SUDO_UID", "4711");
    assert_eq!(run(command, b"").code, 1);
}

#[cfg(unix)]
#[test]
fn settings_that_every_user_can_write_do_not_count() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let room = Room::new();
    write(&room, "a.toml", EXPIRY);
    write(&room, "authkit.toml", "fail-on = \"never\"\n");
    let mode =
        |mode| std::fs::set_permissions(room.path("authkit.toml"), std::fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(room.run(&["lint", "a.toml"]).code, 0);
    mode(0o646);
    let ran = room.run(&["lint", "a.toml"]);
    assert!(ran.code == 2 && unfolded(&ran.stderr).contains("can be written by every user and is not read"), "{ran:?}");
    assert_eq!(room.run(&["lint", "a.toml", "--config", "authkit.toml"]).code, 0);
    mode(0o644);
    // A symbolic link of another user to a file of one's own.
    std::fs::rename(room.path("authkit.toml"), room.path("mine.toml")).unwrap();
    symlink("mine.toml", room.path("authkit.toml")).unwrap();
    assert_eq!(room.run(&["lint", "a.toml"]).code, 0);
    if give_away(&room, &["authkit.toml"]) {
        assert_eq!(room.run(&["lint", "a.toml"]).code, 2);
    }
}

#[cfg(unix)]
#[test]
fn ignore_file_of_another_user_above_is_not_applied() {
    let room = Room::new();
    write(&room, "team/.ignore", "a.toml\n");
    write(&room, "team/project/a.toml", EXPIRY);
    write(&room, "team/project/a.log", TOKEN);
    let ran = in_directory(&room, "team/project", &["lint", "."]);
    assert_eq!(ran.code, 3, "one's own is applied");
    assert!(unfolded(&ran.stderr).contains("(1 file left out by ignore files)"), "{ran:?}");
    write(&room, "team/.ignore", "a.toml\na.log\n");
    if !give_away(&room, &["team/.ignore"]) {
        return;
    }
    for arguments in [&["lint", "."][..], &["audit", "."]] {
        let ran = in_directory(&room, "team/project", arguments);
        let said = unfolded(&ran.stderr);
        assert!(said.contains("belongs to another user (uid 4711): no ignore file above . is applied"), "{ran:?}");
        assert!(ran.stdout.contains("a.toml") || ran.stdout.starts_with("1 token"), "{ran:?}");
    }
}
