//! Tests of attacks by other users of the machine, with the program run as two users. Skipped, with a note, unless the
//! tests run as root and `setpriv` is installed.

use crate::harness::{NOW, RunOutput, Sandbox, run, skip};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

mod leftovers;
mod outputs;
mod sources;
mod store;

const ALICE: u32 = 1001;
const BOB: u32 = 1002;
const ROOT: u32 = 0;

/// A copy of the program that every user can run; directories like `/root` are inaccessible.
static PROGRAM: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_authkit"));
    let runs = |path: &Path| {
        // setpriv keeps the capabilities of root until it executes the program, so it can access every directory.
        let output = as_user(ALICE).args(["timeout", "60"]).arg(path).arg("--version").output();
        output.is_ok_and(|output| output.status.success())
    };
    if runs(&program) {
        return Some(program);
    }
    let readable = std::fs::Permissions::from_mode(0o755);
    let directory = tempfile::Builder::new().prefix("authkit-").permissions(readable.clone()).tempdir().ok()?.keep();
    let copy = directory.join("authkit");
    std::fs::copy(&program, &copy).ok()?;
    std::fs::set_permissions(&copy, readable).ok()?;
    remove_at_end(&directory);
    runs(&copy).then_some(copy)
});

/// Statics are not dropped, so a shell waits for the end of this process, which closes its standard input.
fn remove_at_end(directory: &Path) {
    let script = "trap '' INT TERM; cat > /dev/null; rm -r -- \"$0\"";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(directory).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    std::mem::forget(command.spawn());
}

fn as_user(user: u32) -> Command {
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={user}"), format!("--regid={user}"), "--clear-groups".to_owned(), "--".to_owned()]);
    command
}

/// A directory that all users can access, with alice's key store in its subdirectory `alice`.
struct Users {
    room: Sandbox,
    program: &'static Path,
}

impl Users {
    /// `None` if the tests cannot switch users.
    fn new() -> Option<Self> {
        let room = Sandbox::new();
        if std::fs::metadata(room.path("")).unwrap().uid() != ROOT {
            skip("root, who can be other users");
            return None;
        }
        let Some(program) = PROGRAM.as_deref() else {
            skip("setpriv");
            return None;
        };
        let users = Self { room, program };
        users.chmod("", 0o755);
        users.directory("alice", ALICE, 0o755);
        Some(users)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.room.path(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn chmod(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn directory(&self, name: &str, owner: u32, mode: u32) {
        std::fs::create_dir(self.path(name)).unwrap();
        chown(self.path(name), Some(owner), Some(owner)).unwrap();
        self.chmod(name, mode);
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>, owner: u32, mode: u32) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        chown(self.path(name), Some(owner), Some(owner)).unwrap();
        self.chmod(name, mode);
        self.text(name)
    }

    fn link(&self, target: &str, name: &str, owner: u32) {
        symlink(target, self.path(name)).unwrap();
        std::os::unix::fs::lchown(self.path(name), Some(owner), Some(owner)).unwrap();
    }

    /// A pipe that this test keeps open at both ends, because opening it would block.
    fn pipe(&self, name: &str, owner: u32) -> std::fs::File {
        make_pipe(&self.path(name));
        chown(self.path(name), Some(owner), Some(owner)).unwrap();
        self.chmod(name, 0o666);
        std::fs::OpenOptions::new().read(true).write(true).open(self.path(name)).unwrap()
    }

    fn owner(&self, name: &str) -> u32 {
        std::fs::symlink_metadata(self.path(name)).unwrap().uid()
    }

    fn mode(&self, name: &str) -> u32 {
        std::fs::metadata(self.path(name)).unwrap().mode() & 0o7777
    }

    fn command(&self, user: u32, program: &str, arguments: &[&str]) -> Command {
        let mut command = as_user(user);
        command.arg(program).args(arguments).current_dir(self.path("alice")).env_clear();
        command.env("AUTHKIT_KEYSTORE", self.path("alice/keys.json")).env("HOME", self.path("alice"));
        command.env("COLUMNS", "100").env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    fn run(&self, user: u32, arguments: &[&str]) -> RunOutput {
        let now = NOW.to_string();
        let arguments = [arguments, &["--now", &now]].concat();
        // Opening a foreign pipe may block; the timeout makes that a failure.
        let program = self.program.display().to_string();
        run(self.command(user, "timeout", &[&["60", program.as_str()], &arguments[..]].concat()), b"")
    }

    /// A script of bash, in which `$authkit` is the program.
    fn script(&self, user: u32, script: &str) -> RunOutput {
        let mut command = self.command(user, "timeout", &["60", "bash", "-c", script]);
        command.env("authkit", self.program);
        run(command, b"")
    }
}

fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success() && std::fs::metadata(path).unwrap().file_type().is_fifo());
}

/// The number of bytes in a pipe, without blocking.
fn waiting_in(pipe: &std::fs::File) -> u64 {
    rustix::io::ioctl_fionread(pipe).unwrap()
}

/// Whether the output contains `words`, regardless of line wrapping.
fn says(ran: &RunOutput, words: &str) -> bool {
    ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
}

#[track_caller]
fn refused(ran: &RunOutput, code: i32, words: &str) {
    assert!(ran.code == code && says(ran, words), "{words}: {ran:?}");
}
