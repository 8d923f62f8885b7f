//! The exit codes of faults: one table for all commands. No answer (no key, no file) never looks like a negative one.

use crate::harness::{RunOutput, Sandbox};

/// A fault, and what stands in for it in the arguments of a command.
#[derive(Clone, Copy, Debug)]
enum Fault {
    MissingFile,
    Directory,
    UnreadableFile,
    BrokenFile,
    MissingConfig,
    DirectoryAsConfig,
    BrokenConfig,
    NoKey,
    UnknownKid,
    UnknownFlag,
}

impl Fault {
    const ALL: [Self; 10] = [
        Self::MissingFile,
        Self::Directory,
        Self::UnreadableFile,
        Self::BrokenFile,
        Self::MissingConfig,
        Self::DirectoryAsConfig,
        Self::BrokenConfig,
        Self::NoKey,
        Self::UnknownKid,
        Self::UnknownFlag,
    ];

    /// The exit code of every command that can meet this fault.
    const fn code(self) -> i32 {
        match self {
            Self::BrokenConfig | Self::UnknownFlag => 2,
            Self::BrokenFile | Self::UnknownKid => 3,
            Self::MissingFile | Self::Directory | Self::UnreadableFile => 4,
            Self::MissingConfig | Self::DirectoryAsConfig | Self::NoKey => 4,
        }
    }

    /// The names of the faulty file, where the fault is one.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::MissingFile => &["gone.pem", "./gone.pem", "gone"],
            Self::Directory => &["directory", "./directory"],
            Self::UnreadableFile => &["unreadable"],
            Self::BrokenFile => &["broken.pem"],
            _ => &[],
        }
    }

    /// The faulty config file.
    const fn config(self) -> Option<&'static str> {
        match self {
            Self::MissingConfig => Some("gone.toml"),
            Self::DirectoryAsConfig => Some("directory"),
            Self::BrokenConfig => Some("broken.toml"),
            _ => None,
        }
    }
}

/// Commands that read a key; `@` is the file.
const KEY_COMMANDS: &[&[&str]] = &[
    &["verify", "-k", "@", "token.jwt"],
    &["verify", "--lines", "-k", "@", "token.jwt"],
    &["verify", "--signature-only", "-k", "@", "token.jwt"],
    &["issue", "-k", "@"],
    &["keys", "check", "@"],
    &["keys", "convert", "@", "--encoding", "jwk"],
    &["keys", "import", "@"],
    &["keys", "list", "@"],
    &["keys", "public", "@"],
    &["keys", "show", "@"],
    &["keys", "thumbprint", "@"],
];

/// Commands that read another file. A broken one and a directory are data to some of them.
const FILE_COMMANDS: &[&[&str]] = &[
    &["decode", "@"],
    &["inspect", "@"],
    &["verify", "-k", "key.pem", "@"],
    &["verify", "--lines", "-k", "key.pem", "@"],
    &["issue", "-k", "key.pem", "--claims", "@"],
    &["probe", "--headers", "@"],
];

/// Commands that walk directories, so that one is not a fault.
const WALKING_COMMANDS: &[&[&str]] = &[&["audit", "@"], &["lint", "@"]];

/// Commands that read a config file when it is named.
const CONFIG_COMMANDS: &[&[&str]] = &[
    &["verify", "-k", "key.pem", "token.jwt"],
    &["verify", "-k", "key.pem", "token.jwt", "--policy", "api"],
    &["issue", "-k", "key.pem"],
    &["issue", "-k", "key.pem", "--policy", "api"],
    &["inspect", "token.jwt"],
    &["audit", "token.jwt"],
    &["lint", "key.pem"],
    &["keys", "check", "key.pem"],
    &["keys", "rotate", "--every", "90d"],
    &["probe", "http://127.0.0.1:9/"],
];

/// Commands that need a key of the key store.
const STORE_COMMANDS: &[&[&str]] = &[
    &["verify", "token.jwt"],
    &["verify", "--lines", "token.jwt"],
    &["verify", "--signature-only", "token.jwt"],
    &["issue"],
    &["issue", "--kid", "nobody"],
    &["issue", "--alg", "HS256"],
    &["keys", "check"],
    &["keys", "convert", "--encoding", "jwk"],
    &["keys", "list"],
    &["keys", "public"],
    &["keys", "remove", "nobody", "--force"],
    &["keys", "revoke", "nobody"],
    &["keys", "revoke", "--store-leaked"],
    &["keys", "rotate", "--every", "90d"],
    &["keys", "show"],
    &["keys", "thumbprint"],
];

/// Commands that select a key by its kid and by nothing else.
const KID_COMMANDS: &[&[&str]] = &[
    &["issue", "--kid", "nobody"],
    &["keys", "remove", "nobody", "--force"],
    &["keys", "revoke", "nobody"],
    &["keys", "convert", "--kid", "nobody", "--encoding", "jwk"],
];

const ALL_COMMANDS: &[&[&str]] = &[
    &["audit"],
    &["completions"],
    &["decode"],
    &["explain"],
    &["inspect"],
    &["issue"],
    &["keys"],
    &["keys", "check"],
    &["keys", "convert"],
    &["keys", "generate"],
    &["keys", "import"],
    &["keys", "list"],
    &["keys", "public"],
    &["keys", "remove"],
    &["keys", "revoke"],
    &["keys", "rotate"],
    &["keys", "show"],
    &["keys", "thumbprint"],
    &["lint"],
    &["man"],
    &["probe"],
    &["recommend"],
    &["schema"],
    &["simulate"],
    &["verify"],
];

/// Every run that meets the fault.
fn runs(fault: Fault) -> Vec<Vec<&'static str>> {
    let over = |commands: &[&'static [&'static str]], file: &'static str| {
        let named = |word: &&'static str| if *word == "@" { file } else { word };
        commands.iter().map(|words| words.iter().map(named).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let with = |commands: &[&'static [&'static str]], more: &[&'static str]| {
        commands.iter().map(|words| [words, more].concat()).collect::<Vec<_>>()
    };
    let mut runs: Vec<Vec<&str>> = fault.files().iter().flat_map(|file| over(KEY_COMMANDS, file)).collect();
    match fault {
        Fault::MissingFile | Fault::UnreadableFile => {
            let commands = [FILE_COMMANDS, WALKING_COMMANDS].concat();
            runs.extend(fault.files().iter().flat_map(|file| over(&commands, file)));
        }
        Fault::Directory => runs.extend(fault.files().iter().flat_map(|file| over(FILE_COMMANDS, file))),
        Fault::BrokenFile => {}
        Fault::MissingConfig | Fault::DirectoryAsConfig | Fault::BrokenConfig => {
            runs.extend(with(CONFIG_COMMANDS, &["--config", fault.config().unwrap()]));
        }
        Fault::NoKey => runs.extend(with(STORE_COMMANDS, &["--keystore", "none.json"])),
        Fault::UnknownKid => runs.extend(with(KID_COMMANDS, &[])),
        Fault::UnknownFlag => runs.extend(with(ALL_COMMANDS, &["--no-such-flag"])),
    }
    runs
}

fn sandbox() -> Sandbox {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "-o", "key.pem"]).ok();
    room.run(&["keys", "generate"]).ok();
    let token = room.run(&["issue", "--sub", "alice", "-k", "key.pem"]).ok().stdout;
    room.write("token.jwt", token);
    room.write("broken.pem", "-----BEGIN PRIVATE KEY-----\nAAA\n-----END PRIVATE KEY-----\n");
    room.write("broken.toml", "not toml [");
    room.write("unreadable", "text");
    std::fs::create_dir(room.path("directory")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(room.path("unreadable"), std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    room
}

/// The message of the failure: one line on standard error.
fn message(ran: &RunOutput) -> Option<&str> {
    ran.stderr.lines().find(|line| line.starts_with("error: "))
}

#[test]
fn fault_has_one_exit_code_in_every_command() {
    let room = sandbox();
    let is_readable = std::fs::read(room.path("unreadable")).is_ok(); // by the superuser, and where there are no modes
    let mut wrong = Vec::new();
    for fault in Fault::ALL {
        if is_readable && matches!(fault, Fault::UnreadableFile) {
            continue;
        }
        for arguments in runs(fault) {
            let ran = room.run(&arguments);
            if ran.code != fault.code() || message(&ran).is_none() || !ran.stdout.is_empty() {
                wrong.push(format!("{fault:?}, authkit {}: {ran:?}", arguments.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} runs: {wrong:#?}", wrong.len());
}

#[test]
fn fault_in_json_has_the_same_exit_code_and_a_kind() {
    let room = sandbox();
    for fault in [Fault::MissingFile, Fault::Directory, Fault::BrokenFile, Fault::NoKey, Fault::UnknownKid] {
        let kind = match fault.code() {
            3 => "input",
            _ => "environment",
        };
        for arguments in runs(fault) {
            // The document would mix with the key on standard output.
            if arguments.contains(&"convert") {
                continue;
            }
            let ran = room.run(&[&arguments[..], &["--json"]].concat());
            assert_eq!(ran.code, fault.code(), "{fault:?} {arguments:?}: {ran:?}");
            assert_eq!(ran.json()["error"]["kind"], kind, "{fault:?} {arguments:?}: {ran:?}");
        }
    }
}

#[test]
fn config_file_of_the_environment_is_read_like_a_named_one() {
    let room = sandbox();
    for fault in [Fault::MissingConfig, Fault::BrokenConfig] {
        for arguments in CONFIG_COMMANDS {
            let mut command = room.command(arguments);
            command.env("AUTHKIT_CONFIG", fault.config().unwrap());
            let ran = crate::harness::run(command, b"");
            assert_eq!(ran.code, fault.code(), "{fault:?} {arguments:?}: {ran:?}");
        }
    }
}

#[test]
fn revoked_key_alone_in_the_store_rejects_its_token() {
    let room = Sandbox::new();
    room.run(&["keys", "generate", "--kid", "first"]).ok();
    let token = room.run(&["issue", "--sub", "alice"]).ok().stdout;
    room.run(&["keys", "remove", "first", "--force"]).ok();
    assert_eq!(room.run_with(&["verify"], &token).code, 1, "a removed key is a reason to reject");
}
