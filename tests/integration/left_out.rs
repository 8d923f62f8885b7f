//! Tests of files that lint and audit skip: they are counted, and other users cannot influence the selection.

use crate::harness::{RunOutput, Sandbox, run, unfolded};

/// Recognised by `lint`, with one error.
const EXPIRY: &str = "[auth]\njwt_expiry = 604800\n";

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY5ODYwODAwLCJleHAiOjE3Njk4NjQ0MDB9.c2lnbmF0dXJl";

fn write(room: &Sandbox, name: &str, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(room.path(name).parent().unwrap()).unwrap();
    room.write(name, text);
}

fn in_directory(room: &Sandbox, directory: &str, arguments: &[&str]) -> RunOutput {
    let mut command = room.command(arguments);
    command.current_dir(room.path(directory));
    run(command, b"")
}

/// The report is compared without line breaks.
#[test]
fn ignored_files_are_counted_and_listed() {
    let room = Sandbox::new();
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
    // Without ignore files nothing is reported.
    let ran = room.run(&["lint", "vendor", "--json"]);
    assert_eq!(ran.json()["data"]["left_out"]["ignored_files"], 0, "{ran:?}");
    assert!(!room.run(&["lint", "vendor"]).stdout.contains("left out"));
}

#[test]
fn files_skipped_by_audit_are_counted() {
    let room = Sandbox::new();
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

/// A root may be a symbolic link to a directory, and a name that an ignore file re-includes is not hidden.
#[cfg(unix)]
#[test]
fn ignored_files_are_counted_below_a_symbolic_link() {
    let room = Sandbox::new();
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

/// A zero byte far into a text does not exclude the file from the check.
#[test]
fn configuration_padded_with_a_zero_byte_is_a_finding() {
    let room = Sandbox::new();
    let padding = "# \n".repeat(6 * 1024 * 1024);
    write(&room, "config/supabase.toml", format!("{padding}# \0\n[auth]\njwt_expiry = 604800\nenable_signup = true\n"));
    let ran = room.run(&["lint", "config", "--json"]);
    assert_eq!(ran.json()["findings"][0]["rule"], "config-too-large", "{}", ran.stderr);
}

/// Padding does not exclude a file from the check.
#[test]
fn configuration_padded_over_the_limit_is_a_finding() {
    let room = Sandbox::new();
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
    // A file named on the command line is an error.
    assert_eq!(room.run(&["lint", "config/supabase.toml"]).code, 3);
}

#[test]
fn templates_alone_exit_with_3() {
    let room = Sandbox::new();
    write(&room, "a/config.toml", "[auth]\njwt_expiry = {{ .Values.expiry }}\nenable_signup = true\n");
    let ran = room.run(&["lint", "a"]);
    assert!(ran.code == 3 && unfolded(&ran.stderr).contains("nothing was checked: 1 template"), "{ran:?}");
    assert_eq!(room.run(&["lint", "a", "--allow-empty"]).code, 0);
    assert!(room.run(&["lint", "a", "--list-files"]).ok().stdout.contains("not checked: template"));
    // With a checkable file, the unchecked one is reported.
    write(&room, "a/b.toml", "[auth]\njwt_expiry = 900\n");
    let ran = room.run(&["lint", "a", "--json", "--fail-on", "never"]).ok();
    assert_eq!(ran.json()["data"]["left_out"]["templates"], 1);
}

/// Changes the owner of a directory tree; `false` if not permitted.
#[cfg(unix)]
fn give_away(room: &Sandbox, names: &[&str]) -> bool {
    let given = names.iter().all(|name| std::os::unix::fs::lchown(room.path(name), Some(4711), Some(4711)).is_ok());
    if !given {
        crate::harness::skip("the right to give files away");
    }
    given
}

#[cfg(unix)]
#[test]
fn config_file_of_another_user_is_not_applied() {
    let room = Sandbox::new();
    let work = |arguments: &[&str]| in_directory(&room, "team/project", arguments);
    write(&room, "team/project/a.toml", EXPIRY);
    write(&room, "team/authkit.toml", "fail-on = \"never\"\n");
    std::fs::create_dir_all(room.path("team/.git")).unwrap();
    assert_eq!(work(&["lint", "."]).code, 0, "the user's own file applies");
    // A repository of another user with an own config file; then with a foreign one too.
    for given in [&["team/.git"][..], &["team/authkit.toml"]] {
        if !give_away(&room, given) {
            return;
        }
        for arguments in [["lint", "."], ["audit", "a.toml"]] {
            let ran = work(&arguments);
            let said = unfolded(&ran.stderr);
            assert!(ran.code == 2 && said.contains("belongs to another user (uid 4711)"), "{ran:?}");
            assert!(said.contains("name it with --config FILE"), "{ran:?}");
        }
        for (flag, code) in [("--no-config", 1), ("--trust-config", 0)] {
            assert_eq!(work(&["lint", ".", flag]).code, code, "{flag}");
        }
    }
    // With --config; and an own repository below, whose file applies although a foreign one is nearer.
    assert_eq!(work(&["lint", ".", "--config", "../authkit.toml"]).code, 0);
    std::fs::create_dir_all(room.path("team/project/.git")).unwrap();
    let ran = work(&["lint", "."]);
    assert!(ran.code == 1 && ran.stderr.is_empty(), "files outside are not read: {ran:?}");
    write(&room, "team/project/authkit.toml", "fail-on = \"never\"\n");
    write(&room, "team/project/in/b.toml", EXPIRY);
    write(&room, "team/project/in/authkit.toml", "fail-on = \"info\"\n");
    assert!(give_away(&room, &["team/project/in/authkit.toml"]));
    assert_eq!(in_directory(&room, "team/project/in", &["lint", "."]).code, 0);
    // The user who called sudo is trusted, as in git.
    let mut command = room.command(&["lint", "."]);
    command.current_dir(room.path("team/project/in")).env("SUDO_UID", "4711");
    assert_eq!(run(command, b"").code, 1);
}

#[cfg(unix)]
#[test]
fn world_writable_config_file_is_not_applied() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let room = Sandbox::new();
    write(&room, "a.toml", EXPIRY);
    write(&room, "authkit.toml", "fail-on = \"never\"\n");
    let mode =
        |mode| std::fs::set_permissions(room.path("authkit.toml"), std::fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(room.run(&["lint", "a.toml"]).code, 0);
    mode(0o646);
    let ran = room.run(&["lint", "a.toml"]);
    assert!(ran.code == 2 && unfolded(&ran.stderr).contains("is world-writable and is not read"), "{ran:?}");
    assert_eq!(room.run(&["lint", "a.toml", "--config", "authkit.toml"]).code, 0);
    mode(0o644);
    // A symbolic link of another user to an own file.
    std::fs::rename(room.path("authkit.toml"), room.path("mine.toml")).unwrap();
    symlink("mine.toml", room.path("authkit.toml")).unwrap();
    assert_eq!(room.run(&["lint", "a.toml"]).code, 0);
    if give_away(&room, &["authkit.toml"]) {
        assert_eq!(room.run(&["lint", "a.toml"]).code, 2);
    }
}

#[cfg(unix)]
#[test]
fn ignore_file_of_another_user_is_not_applied() {
    let room = Sandbox::new();
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
        assert!(said.contains("belongs to another user (uid 4711): ignoring all ignore files above ."), "{ran:?}");
        assert!(ran.stdout.contains("a.toml") || ran.stdout.starts_with("audit: 5 info in 1 token"), "{ran:?}");
    }
}
