//! The only clock, the only OS randomness, the only environment.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use authkit::time::UnixTime;
use rand::TryRng as _;
use rand::rngs::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A crash leaves no core file, which would hold keys; and on Linux no other process of this user can read our memory.
/// `RLIMIT_CORE` does not keep the system from piping a core to a program, as systemd-coredump has it; being not dumpable
/// does (core(5), prctl(2)). What /proc/self/fd names stays open to this process itself.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering a limit cannot fail, and without it there is nothing to be done.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

/// Writes to standard error as far as that is possible.
pub fn write_stderr(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Whole seconds; 0 for a clock that stands before 1970.
pub fn now() -> UnixTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}

pub fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// An environment variable; empty counts as absent.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An environment variable as bytes, for keys.
pub fn variable_bytes(name: &str) -> Option<Vec<u8>> {
    std::env::var_os(name).map(OsString::into_encoded_bytes)
}

pub fn stdin_is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Columns: `COLUMNS`, else the terminal's, else 80; lines longer than 120 are hard to read.
pub fn width() -> usize {
    const WIDEST: usize = 120;
    let columns = variable("COLUMNS").and_then(|text| text.parse::<usize>().ok());
    let terminal = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    columns.or_else(terminal).unwrap_or(80).clamp(40, WIDEST)
}

/// Whether the locale says that text is UTF-8 (POSIX order: `LC_ALL`, `LC_CTYPE`, `LANG`).
pub fn locale_is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default().to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

/// The folder that the command runs in.
pub fn current_dir() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

/// Where the platform keeps a user's data.
pub fn data_dir() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    etcetera::choose_base_strategy().ok().map(|base| base.data_dir())
}

/// Fails here, before any key is made, when the system has no randomness.
pub fn rng() -> Option<impl CryptoRng> {
    SysRng.try_next_u32().ok()?;
    Some(UnwrapErr(SysRng))
}

/// Set when the user interrupts (SIGINT) or the system asks us to end (SIGTERM); until then both end the
/// program at once, as usual. Who asks a second time need not wait.
pub fn register_signal_flags() -> (Arc<AtomicBool>, Arc<AtomicBool>) {
    let (interrupted, terminated) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    // Without handlers the default holds: the program ends, and nothing half-written is left.
    for (signal, code, asked) in
        [(signal_hook::consts::SIGINT, 130, &interrupted), (signal_hook::consts::SIGTERM, 143, &terminated)]
    {
        let _ = signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(asked));
        let _ = signal_hook::flag::register(signal, Arc::clone(asked));
    }
    (interrupted, terminated)
}
