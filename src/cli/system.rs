//! Access to the system: clock, randomness, environment variables, terminals, signals. The only file that uses them, so
//! that runs are reproducible with `--now` and a seed.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door")]

use super::failure::{Failure, FailureKind};
use authkit::time::UnixTime;
use rand::TryRng as _;
use rand::rngs::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Disables core dumps, which would contain keys; on Linux, other processes of this user can no longer read our memory.
/// `RLIMIT_CORE` does not apply to cores piped to a program such as systemd-coredump; clearing the dumpable flag does
/// (core(5), prctl(2)). This process can still open /proc/self/fd.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering a limit cannot fail; there would be no remedy either.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        #[cfg(target_os = "linux")]
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

/// Writes to standard error, ignoring errors.
pub fn write_stderr(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The current time in whole seconds; 0 for a clock before 1970.
pub fn now() -> UnixTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}

/// The command line, with the program name.
pub fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// An environment variable; an empty one is treated as unset.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An environment variable as bytes, for keys.
pub fn variable_bytes(name: &str) -> Option<Vec<u8>> {
    std::env::var_os(name).map(OsString::into_encoded_bytes)
}

/// Whether standard input is a terminal.
pub fn stdin_is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Whether standard output is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Output width in columns: `COLUMNS`, else that of the terminal, else 80; at most 120, for readability.
pub fn width() -> usize {
    const WIDEST: usize = 120;
    let columns = variable("COLUMNS").and_then(|text| text.parse::<usize>().ok());
    let terminal = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    columns.or_else(terminal).unwrap_or(80).clamp(40, WIDEST)
}

/// Whether the character encoding of the locale is UTF-8 (POSIX order: `LC_ALL`, `LC_CTYPE`, `LANG`).
pub fn locale_is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default().to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

/// The working directory.
pub fn current_dir() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

/// The platform's directory for user data.
pub fn data_dir() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    etcetera::choose_base_strategy().ok().map(|base| base.data_dir())
}

/// The random number generator of the system.
///
/// # Errors
/// It is unavailable, which is known here, before any key is generated.
pub fn rng() -> Result<impl CryptoRng, Failure> {
    match SysRng.try_next_u32() {
        Ok(_) => Ok(UnwrapErr(SysRng)),
        Err(_) => Err(Failure::environment("the system's random number generator is unavailable")),
    }
}

/// Sets the number of threads of the run; `None`: one per core. Called once, before parallel work.
///
/// # Errors
/// The threads cannot be started.
pub fn start_threads(threads: Option<u16>) -> Result<(), Failure> {
    let Some(threads) = threads else { return Ok(()) };
    let built = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    built.map_err(|error| Failure::environment(format!("cannot start threads: {error}")))
}

/// SIGINT and SIGTERM, as flags that long work polls to stop with the results so far.
#[derive(Clone, Default)]
pub struct StopSignals {
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

impl StopSignals {
    /// Catches both signals from now on. Before this call they terminate the program at once, as usual; so does a
    /// second signal after it.
    pub fn catch() -> Self {
        let signals = Self::default();
        // If a handler cannot be installed, the default remains: the program ends, and no partial file is left.
        for (kind, signal, flag) in [
            (FailureKind::Interrupted, signal_hook::consts::SIGINT, &signals.interrupted),
            (FailureKind::Terminated, signal_hook::consts::SIGTERM, &signals.terminated),
        ] {
            let code = i32::from(kind.code());
            let _ = signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(flag));
            let _ = signal_hook::flag::register(signal, Arc::clone(flag));
        }
        signals
    }

    /// The signal that was received, as the failure that ends the run; SIGTERM if both were.
    pub fn received(&self) -> Option<FailureKind> {
        match (self.terminated.load(Ordering::Relaxed), self.interrupted.load(Ordering::Relaxed)) {
            (true, _) => Some(FailureKind::Terminated),
            (_, true) => Some(FailureKind::Interrupted),
            _ => None,
        }
    }

    /// Whether a signal was received.
    pub fn is_received(&self) -> bool {
        self.received().is_some()
    }

    /// Signals of a run that was interrupted.
    #[cfg(test)]
    pub fn interrupted() -> Self {
        Self { interrupted: Arc::new(AtomicBool::new(true)), ..Self::default() }
    }
}
