//! The way out: the table of exit codes, what an answer and a failure come to, and what a panic does.

use super::ambient;
use super::failure::{Failure, Kind};
use super::output;
use super::shared_args::Format;
use authkit::report::{Look, Verdict, human, json};
use std::process::ExitCode;

/// The exit codes as the man page tells them.
pub const TABLE: &[(u8, &str)] = &[
    (0, "done; accepted; clean; the condition is met"),
    (1, "the answer is no: token refused, findings that count, --valid-for or --get not met, --strict not satisfied"),
    (2, "wrong usage; a needed prompt without a terminal"),
    (3, "the input is not what it should be: unusable key, malformed token under decode or inspect, nothing to judge"),
    (4, "the surroundings failed: file missing, unreadable or in the way, lock held, no room"),
    (5, "done, and something changed (only with --detailed-exit-code)"),
    (70, "a bug in authkit"),
    (130, "interrupted (SIGINT); what was counted is printed"),
    (143, "terminated (SIGTERM); what was counted is printed"),
];

/// The exit code of an answer follows from the verdict, unless something happened besides: a certain no
/// goes before what could not be read, and an interruption before both.
pub fn code(verdict: Verdict, ending: Option<Kind>) -> ExitCode {
    match ending {
        Some(kind @ (Kind::Interrupted | Kind::Terminated)) => ExitCode::from(kind.code()),
        Some(kind) if !verdict.is_no() => ExitCode::from(kind.code()),
        _ => ExitCode::from(u8::from(verdict.is_no())),
    }
}

/// Says what failed: one JSON document on standard output, or words on standard error.
pub fn complain(failure: &Failure, format: Format, look: &Look) -> ExitCode {
    match format {
        Format::Json => {
            if let Ok(text) = json::error(failure.kind.name(), &failure.message, &failure.hints) {
                // Where nothing can be written, the exit code still tells.
                let _ = output::write_stdout(text.as_bytes());
            }
        }
        // The other formats have no words for an error; standard output stays empty.
        _ => output::write_stderr(&human::error(&failure.message, &failure.hints, look)),
    }
    ExitCode::from(failure.code())
}

/// Runs `work`; a panic in it, in any thread, becomes exit code 70 and a message without details, which
/// could hold a secret.
pub fn guarded(work: impl FnOnce() -> ExitCode + std::panic::UnwindSafe) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
        output::write_stderr(&format!("authkit: a bug{place}; please report it with the command that you ran\n"));
    }));
    std::panic::catch_unwind(work).unwrap_or_else(|_| ExitCode::from(Kind::Bug.code()))
}

/// A look for errors that come before the arguments are understood.
pub fn early_look() -> Look {
    Look { width: ambient::width(), color: false, unicode: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_table() {
        for kind in [
            Kind::Usage,
            Kind::Input,
            Kind::Surroundings,
            Kind::Changed,
            Kind::Bug,
            Kind::Interrupted,
            Kind::Terminated,
        ] {
            assert!(TABLE.iter().any(|(code, _)| *code == kind.code()), "{kind:?}");
        }
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
    }
}
