//! What kept a command from its work. Few kinds, hints beside the message, one exit code each. A negative
//! answer is not a failure.

use authkit::key::KeyError;
use std::io::{self, ErrorKind};

/// What kind of thing went wrong, and with it the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// Wrong usage, or a prompt that is needed and cannot be shown.
    Usage,
    /// The input is not what it should be.
    Input,
    /// File missing, unreadable or in the way; lock held; nothing to read from.
    Environment,
    Interrupted,
    Terminated,
    /// No failure at all: something changed, and `--detailed-exit-code` asks to be told.
    Changed,
    /// Our bug.
    Bug,
}

impl FailureKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Environment => "surroundings",
            Self::Interrupted | Self::Terminated => "interrupted",
            Self::Changed => "changed",
            Self::Bug => "bug",
        }
    }

    pub const fn code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Input => 3,
            Self::Environment => 4,
            Self::Changed => 5,
            Self::Bug => 70,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// Something that kept a command from its work. Hints travel beside the message, never in it.
#[derive(Debug)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
    pub hints: Vec<String>,
    /// The answer was no before this happened.
    after_no: bool,
}

impl Failure {
    /// What cannot be written, and what to do about it where that is known.
    pub fn cannot_write(what: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::ReadOnlyFilesystem => Some("the mount is read-only; what is read from it may be old"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("make room, and run it again"),
            _ => None,
        };
        Self::environment(format!("cannot write {what}: {error}")).hint_if(hint.map(str::to_owned))
    }

    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), after_no: false }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    pub fn input(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Input, message)
    }

    pub fn environment(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Environment, message)
    }

    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Bug, message)
    }

    /// A key that cannot be used; the error's own hint beside it.
    pub fn key(name: &str, error: &KeyError) -> Self {
        Self::input(format!("{name}: {error}")).hint_if(error.hint())
    }

    /// Two arguments that want standard input.
    pub fn stdin_twice(first: &str, second: &str) -> Self {
        Self::usage(format!("standard input was read for {first}; {second} cannot read it too"))
            .hint("name a file, or env:NAME, for one of them")
    }

    /// What kept a stream from its end; `no` when part of the answer was no by then, which shows in the exit code
    /// before any fault of the environment or the input does.
    pub fn after_no(self, no: bool) -> Self {
        Self { after_no: no && matches!(self.kind, FailureKind::Environment | FailureKind::Input), ..self }
    }

    pub const fn code(&self) -> u8 {
        if self.after_no { 1 } else { self.kind.code() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub fn hint_if(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::bug(format!("a report cannot be written as JSON: {error}"))
    }
}
