//! Failures of commands: a kind with its exit code, a message, and hints. A negative verdict is not a failure.

use super::hidden_argument::{HINT, hide_arguments};
use authkit::key::KeyError;
use std::ffi::OsString;
use std::io::{self, ErrorKind};

/// The kind of a failure, which determines the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// Wrong usage, or a required prompt without a terminal.
    Usage,
    /// Invalid input.
    Input,
    /// File not found, unreadable or already existing; lock held; no standard input.
    Environment,
    Interrupted,
    Terminated,
    /// Not an error: something changed, and `--detailed-exit-code` reports it.
    Changed,
    /// Internal error, a bug in authkit.
    Internal,
}

impl FailureKind {
    /// The id in JSON, `error.kind`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Environment => "environment",
            Self::Interrupted | Self::Terminated => "interrupted",
            Self::Changed => "changed",
            Self::Internal => "internal",
        }
    }

    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Input => 3,
            Self::Environment => 4,
            Self::Changed => 5,
            Self::Internal => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// A failure of a command. Hints are kept apart from the message, because JSON has a member for each.
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
    pub hints: Vec<String>,
    /// A negative verdict was known before the failure.
    after_no: bool,
}

impl Failure {
    /// The failure for an unwritable output, with a hint where one is known.
    pub fn cannot_write(what: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::ReadOnlyFilesystem => {
                Some("the file system is mounted read-only; files read from it may be stale")
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("free some disk space and run the command again"),
            _ => None,
        };
        Self::environment(format!("cannot write {what}: {error}")).hint_if(hint.map(str::to_owned))
    }

    /// A failure without hints.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), after_no: false }
    }

    /// The failure without those of the `arguments` that cannot be names, because they may be secrets.
    pub fn without_secrets(&self, arguments: &[OsString]) -> Self {
        let (message, is_hidden) = hide_arguments(&self.message, arguments);
        let hints = self.hints.iter().map(|hint| hide_arguments(hint, arguments).0);
        Self { message, hints: hints.chain(is_hidden.then(|| HINT.to_owned())).collect(), ..self.clone() }
    }

    /// A usage error.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    /// An input error.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Input, message)
    }

    /// An environment error.
    pub fn environment(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Environment, message)
    }

    /// An internal error.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Internal, message)
    }

    /// An unusable key, with the hint of the error.
    pub fn key(name: &str, error: &KeyError) -> Self {
        Self::input(format!("{name}: {error}")).hint_if(error.hint())
    }

    /// Two arguments that read standard input.
    pub fn stdin_twice(first: &str, second: &str) -> Self {
        Self::usage(format!("standard input is already read for {first}; {second} cannot read it as well"))
            .hint("use a file, or env:NAME, for one of them")
    }

    /// A failure that ended a stream. `no`: part of the verdict was negative by then, which takes precedence in the
    /// exit code over errors of the environment and the input.
    pub fn after_no(self, no: bool) -> Self {
        Self { after_no: no && matches!(self.kind, FailureKind::Environment | FailureKind::Input), ..self }
    }

    /// The exit code.
    pub const fn code(&self) -> u8 {
        if self.after_no { 1 } else { self.kind.code() }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint, when there is one.
    pub fn hint_if(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("cannot serialise the report as JSON: {error}"))
    }
}
