//! Exit codes: their table, their choice for a verdict or a failure, and the handling of panics. Every run ends here,
//! so that a code has one meaning for all commands.

use super::failure::{Failure, FailureKind};
use super::global_args::{OutputFormat, wanted_format};
use super::outcome::Outcome;
use super::output;
use super::system;
use authkit::report::{RenderStyle, human, json};
use std::process::ExitCode;
use std::sync::OnceLock;

/// The exit codes and their meanings, as printed in the man page.
pub const EXIT_CODES: &[(u8, &str)] = &[
    (0, "done, accepted, passed or met"),
    (1, "negative verdict: token rejected, findings at --fail-on or above, unmet --valid-for, --get or --strict"),
    (2, "usage error; a prompt is required but there is no terminal"),
    (3, "invalid input: unusable key, malformed token (decode, inspect), nothing to check"),
    (4, "environment error: no key; file not found, unreadable or already exists; lock held; disk full"),
    (5, "done, with changes (only with --detailed-exit-code)"),
    (70, "internal error (a bug in authkit)"),
    (130, "interrupted (SIGINT); results so far are printed"),
    (143, "terminated (SIGTERM); results so far are printed"),
];

/// The exit code of a finished run, a function of its outcome alone: a negative verdict takes precedence over unreadable
/// input, an interruption over both.
pub fn code(outcome: &Outcome) -> ExitCode {
    let verdict = outcome.report.verdict;
    match outcome.ending {
        Some(kind @ (FailureKind::Interrupted | FailureKind::Terminated)) => ExitCode::from(kind.code()),
        Some(kind) if !verdict.is_negative() => ExitCode::from(kind.code()),
        _ => ExitCode::from(u8::from(verdict.is_negative())),
    }
}

/// Reports a failure: as one JSON document on standard output, or as text on standard error. Arguments that cannot be
/// names are not repeated.
pub fn report_failure(failure: &Failure, format: OutputFormat, look: &RenderStyle) -> ExitCode {
    let failure = &failure.without_secrets(&system::arguments());
    match format {
        OutputFormat::Json => {
            if let Ok(text) = json::error(failure.kind.name(), &failure.message, &failure.hints) {
                // Standard output may be closed; the exit code still reports the failure.
                let _ = output::write_stdout(text.as_bytes());
            }
        }
        // The other formats cannot represent an error; standard output stays empty.
        _ => system::write_stderr(&human::error(&failure.message, &failure.hints, look)),
    }
    ExitCode::from(failure.code())
}

/// Location of the first panic; later panics are usually consequences of it.
static PANIC: OnceLock<String> = OnceLock::new();

/// Runs `work`; a panic in any thread becomes exit code 70 and one error report in the requested format. The report
/// contains the location only: the panic message could contain a secret.
pub fn run_guarded(work: impl FnOnce() -> ExitCode + std::panic::UnwindSafe) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", without_build_path(place.file()), place.line()));
        let place = place.unwrap_or_else(|| "an unknown location".to_owned());
        // Text is printed at once: a second panic during unwinding aborts the process. A JSON document is printed at
        // the end, because lines of the output may still be buffered.
        if PANIC.set(place.clone()).is_ok() && wanted_format() != OutputFormat::Json {
            report_failure(&bug(&place), OutputFormat::Human, &default_style());
        }
    }));
    match (std::panic::catch_unwind(work), PANIC.get()) {
        (Ok(code), None) => code,
        // A detached thread panicked: the document was already printed, and may be incomplete.
        (Ok(_), Some(place)) if wanted_format() == OutputFormat::Json => {
            report_failure(&bug(place), OutputFormat::Human, &default_style())
        }
        (Err(_), Some(place)) if wanted_format() == OutputFormat::Json => {
            report_failure(&bug(place), OutputFormat::Json, &default_style())
        }
        _ => ExitCode::from(FailureKind::Internal.code()),
    }
}

/// The path of a dependency's source file, from its crate directory: the rest reveals a home directory of the build
/// machine.
fn without_build_path(file: &str) -> &str {
    let from_crate = |marker: &str| {
        let (_, inside) = file.split_once(marker)?;
        inside.split_once(['/', '\\']).map(|(_registry, rest)| rest)
    };
    from_crate("/registry/src/").or_else(|| from_crate("\\registry\\src\\")).unwrap_or(file)
}

fn bug(place: &str) -> Failure {
    Failure::internal(format!("internal error at {place}")).hint("report it with the command line")
}

/// The style of errors that precede the parsing of arguments.
pub fn default_style() -> RenderStyle {
    RenderStyle { width: system::width(), color: false, unicode: false }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests run themselves as a program")]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn every_failure_kind_has_an_exit_code_in_the_table() {
        for kind in [
            FailureKind::Usage,
            FailureKind::Input,
            FailureKind::Environment,
            FailureKind::Changed,
            FailureKind::Internal,
            FailureKind::Interrupted,
            FailureKind::Terminated,
        ] {
            assert!(EXIT_CODES.iter().any(|(code, _)| *code == kind.code()), "{kind:?}");
        }
        assert!(EXIT_CODES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn exit_code_of_outcome_follows_its_verdict_and_ending() {
        use authkit::report::{Report, Verdict};
        for (verdict, ending, expected) in [
            (Verdict::Passed, None, 0),
            (Verdict::Failed, None, 1),
            (Verdict::Passed, Some(FailureKind::Environment), 4),
            (Verdict::Done, Some(FailureKind::Changed), 5),
            (Verdict::Failed, Some(FailureKind::Input), 1),
            (Verdict::Rejected, Some(FailureKind::Interrupted), 130),
            (Verdict::Met, Some(FailureKind::Terminated), 143),
        ] {
            let report = Report::new("lint", verdict, &()).unwrap();
            let outcome = Outcome { ending, ..Outcome::new(report) };
            assert_eq!(format!("{:?}", code(&outcome)), format!("{:?}", ExitCode::from(expected)), "{verdict:?}");
        }
    }

    #[test]
    fn panic_location_in_dependency_begins_with_its_crate() {
        for (file, shown) in [
            ("/home/a/.cargo/registry/src/index.test-1a2b/globset-0.4.21/src/glob.rs", "globset-0.4.21/src/glob.rs"),
            ("C:\\c\\registry\\src\\index.test-1a2b\\a-1.0.0\\src\\b.rs", "a-1.0.0\\src\\b.rs"),
            ("/rustc/0a1b/library/core/src/slice/index.rs", "/rustc/0a1b/library/core/src/slice/index.rs"),
            ("src/cli/exit.rs", "src/cli/exit.rs"),
        ] {
            assert_eq!(without_build_path(file), shown);
        }
    }

    fn assert_bug(code: ExitCode) {
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(70)));
    }

    #[test]
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_error_report"]
    fn child_main_thread() {
        assert_bug(run_guarded(|| panic!("hunter2")));
    }

    #[test]
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_error_report"]
    fn child_worker_threads() {
        use rayon::prelude::*;
        assert_bug(run_guarded(|| {
            (0..1_000_u32).into_par_iter().for_each(|number| assert!(number > 1_000, "hunter2"));
            ExitCode::SUCCESS
        }));
    }

    #[test]
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_error_report"]
    fn child_detached_thread() {
        assert_bug(run_guarded(|| {
            let _ = std::thread::spawn(|| panic!("hunter2")).join();
            let _ = output::write_stdout(b"{\"schema\":\"authkit/answer/v1\"}\n");
            ExitCode::SUCCESS
        }));
    }

    /// Runs one of the tests above in a separate process: its JSON documents, and its standard error.
    fn child(name: &str, format: &str) -> (Vec<serde_json::Value>, String) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", &format!("cli::exit::tests::{name}"), "--ignored"]).env("AUTHKIT_FORMAT", format);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let stdout = String::from_utf8(output.stdout).unwrap();
        // The first may follow text of the test harness on its line.
        let documents = stdout.lines().filter_map(|line| serde_json::from_str(line.get(line.find('{')?..)?).ok());
        (documents.collect(), String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn panic_becomes_one_error_report() {
        for name in ["child_main_thread", "child_worker_threads"] {
            let (documents, stderr) = child(name, "json");
            let [document] = documents.as_slice() else { panic!("{name}: {documents:?}") };
            assert_eq!(
                (&document["schema"], &document["error"]["kind"]),
                (&"authkit/error/v1".into(), &"internal".into())
            );
            assert!(document["error"]["message"].as_str().unwrap().contains("exit.rs:"), "{document}");
            assert!(!document.to_string().contains("hunter2") && !stderr.contains("hunter2"), "{document} {stderr}");
            let (documents, stderr) = child(name, "human");
            assert_eq!((documents.len(), stderr.matches("internal error at").count()), (0, 1), "{name}: {stderr}");
            assert!(!stderr.contains("hunter2"), "{stderr}");
        }
        // The answer was already printed, so the error goes to standard error.
        let (documents, stderr) = child("child_detached_thread", "json");
        assert_eq!((documents.len(), stderr.matches("internal error at").count()), (1, 1), "{documents:?} {stderr}");
        assert_eq!(documents[0]["schema"], "authkit/answer/v1");
    }
}
