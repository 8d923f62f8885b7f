//! Tests of the remains of a killed process: temporary files and core files, which contain private keys.

use super::*;

#[test]
fn abandoned_temporary_files_of_this_user_only_are_removed() {
    let Some(users) = Users::new() else { return };
    let left = ".authkit-tmp-abcdefABCDEF";
    let kept = [".authkit-config", ".authkit-tmp-backup", ".authkit-tmp-aaaaaaaaaaaa", ".authkit-tmp-bbbbbbbbbbbb"];
    for name in [left, kept[0], kept[1], kept[3]] {
        users.file(&format!("alice/{name}"), "private", ALICE, 0o600);
    }
    users.file(&format!("alice/{}", kept[2]), "of bob", BOB, 0o666);
    let running = std::fs::File::open(users.path(&format!("alice/{}", kept[3]))).unwrap();
    running.lock().unwrap();
    users.run(ALICE, &["keys", "generate", "-o", "key.pem"]).ok();
    assert!(!users.path(&format!("alice/{left}")).exists());
    for name in kept {
        assert!(users.path(&format!("alice/{name}")).exists(), "{name}");
    }
    drop(running);
    users.run(ALICE, &["issue", "-k", "key.pem", "-o", "token"]).ok();
    assert!(!users.path(&format!("alice/{}", kept[3])).exists(), "its process is gone");
    assert!(users.path(&format!("alice/{}", kept[2])).exists(), "it is bob's");
}

/// The next run recognises the temporary file of a killed one.
#[test]
fn temporary_file_of_killed_stream_is_removed_by_next_write() {
    let room = Sandbox::new();
    room.write("secret", crate::tokens::SECRET);
    let drafts = || {
        let entries = std::fs::read_dir(room.path("")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(".authkit-")).collect::<Vec<_>>()
    };
    let mut command = room.command(&["issue", "-k", "secret", "--count", "100000000", "-o", "tokens"]);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    // A temporary file with content is locked.
    let has_content =
        || drafts().iter().any(|name| std::fs::metadata(room.path(name)).is_ok_and(|found| found.len() > 0));
    while !has_content() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it had written");
        std::thread::yield_now();
    }
    let running = drafts();
    room.run(&["keys", "generate", "-o", "a.pem"]).ok();
    assert_eq!(drafts(), running, "it is being written");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(drafts(), running);
    room.run(&["keys", "generate", "-o", "b.pem"]).ok();
    assert_eq!(drafts(), [""; 0]);
}

#[test]
#[cfg(target_os = "linux")]
fn killed_process_leaves_no_core_file() {
    use std::os::unix::fs::OpenOptionsExt as _;
    let Some(users) = Users::new() else { return };
    make_pipe(&users.path("alice/pipe"));
    users.chmod("alice/pipe", 0o666);
    let program = users.program.display().to_string();
    let mut child = users
        .command(ALICE, &program, &["decode", "@pipe"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Without O_NONBLOCK this would block for a program that ended early; with it, it fails until the program has
    // opened the other end (fifo(7)).
    let mut options = std::fs::OpenOptions::new();
    options.write(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let writer = loop {
        if let Ok(writer) = options.open(users.path("alice/pipe")) {
            break writer;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it had opened the pipe");
        std::thread::yield_now();
    };
    let place = PathBuf::from(format!("/proc/{}", child.id()));
    let limits = std::fs::read_to_string(place.join("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    // Files of a non-dumpable process in /proc belong to root (proc(5)).
    assert_eq!(std::fs::metadata(place.join("environ")).unwrap().uid(), ROOT);
    drop(writer);
    child.wait().unwrap();
}

/// The flags of all calls that open files; they decide races.
#[test]
#[cfg(target_os = "linux")]
fn files_are_opened_with_nofollow_and_created_exclusively() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "-o", "key.pem"]).ok();
    let trace = |arguments: &[&str]| {
        let program = room.command(arguments);
        let mut command = Command::new("strace");
        command
            .args(["-f", "-qq", "-s", "4096", "-e", "trace=open,openat,openat2,creat", "-o"])
            .arg(room.path("trace"));
        command.arg(program.get_program()).args(program.get_args()).current_dir(room.path(""));
        command.env_clear().env("AUTHKIT_KEYSTORE", room.path("keys.json"));
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        let text = std::fs::read_to_string(room.path("trace")).unwrap_or_default();
        // Without ptrace permission, strace fails and writes nothing.
        (status.success() && text.contains("openat(")).then_some(text)
    };
    let Some(first) = trace(&["keys", "generate"]) else { return skip("strace") };
    let runs = [
        first,
        trace(&["keys", "rotate", "--every", "90d", "--immediately"]).unwrap(),
        trace(&["issue", "-k", "key.pem", "-o", "token"]).unwrap(),
        trace(&["keys", "public", "-o", "jwks.json"]).unwrap(),
    ];
    let all = runs.concat();
    let calls = |name: &str| -> Vec<&str> {
        let named = format!("\"{name}");
        all.lines()
            .filter(|line| line.contains("open") && (line.contains(&named) || line.contains(&format!("/{name}"))))
            .collect()
    };
    for name in ["keys.json\"", "keys.json.lock\"", "keys.json.ledger\"", "key.pem\"", ".authkit-"] {
        let calls = calls(name);
        assert!(!calls.is_empty(), "{name}: {all}");
        for call in calls {
            assert!(call.contains("O_NOFOLLOW"), "{call}");
            assert!(call.contains("O_CLOEXEC"), "{call}");
            assert!(!call.contains("O_CREAT") || call.contains("O_EXCL"), "{call}");
        }
    }
    assert!(calls(".authkit-").iter().any(|call| call.contains("O_CREAT")), "{all}");
}
