//! The way out: the table of exit codes, what an answer and a failure come to, and what a panic does.

use super::failure::{Failure, FailureKind};
use super::global_args::{OutputFormat, wanted_format};
use super::output;
use super::system;
use authkit::report::{RenderStyle, Verdict, human, json};
use std::process::ExitCode;
use std::sync::OnceLock;

/// The exit codes as the man page tells them.
pub const EXIT_CODES: &[(u8, &str)] = &[
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
pub fn code(verdict: Verdict, ending: Option<FailureKind>) -> ExitCode {
    match ending {
        Some(kind @ (FailureKind::Interrupted | FailureKind::Terminated)) => ExitCode::from(kind.code()),
        Some(kind) if !verdict.is_negative() => ExitCode::from(kind.code()),
        _ => ExitCode::from(u8::from(verdict.is_negative())),
    }
}

/// Says what failed: one JSON document on standard output, or words on standard error.
pub fn report_failure(failure: &Failure, format: OutputFormat, look: &RenderStyle) -> ExitCode {
    match format {
        OutputFormat::Json => {
            if let Ok(text) = json::error(failure.kind.name(), &failure.message, &failure.hints) {
                // Where nothing can be written, the exit code still tells.
                let _ = output::write_stdout(text.as_bytes());
            }
        }
        // The other formats have no words for an error; standard output stays empty.
        _ => system::write_stderr(&human::error(&failure.message, &failure.hints, look)),
    }
    ExitCode::from(failure.code())
}

/// Where the first panic was; later ones follow from it.
static PANIC: OnceLock<String> = OnceLock::new();

/// Runs `work`; a panic in it, in any thread, becomes exit code 70 and one answer in the format that was asked for.
/// The answer holds the place and nothing of the panic's message, which could hold a secret.
pub fn run_guarded(work: impl FnOnce() -> ExitCode + std::panic::UnwindSafe) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", without_build_path(place.file()), place.line()));
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        // Words are printed at once: a second panic while this one unwinds ends the process. A document is printed at
        // the end, because lines of the answer may still be in a buffer.
        if PANIC.set(place.clone()).is_ok() && wanted_format() != OutputFormat::Json {
            report_failure(&bug(&place), OutputFormat::Human, &default_style());
        }
    }));
    match (std::panic::catch_unwind(work), PANIC.get()) {
        (Ok(code), None) => code,
        // A thread panicked that nothing waited for: the document is printed already, and it may lack something.
        (Ok(_), Some(place)) if wanted_format() == OutputFormat::Json => {
            report_failure(&bug(place), OutputFormat::Human, &default_style())
        }
        (Err(_), Some(place)) if wanted_format() == OutputFormat::Json => {
            report_failure(&bug(place), OutputFormat::Json, &default_style())
        }
        _ => ExitCode::from(FailureKind::Bug.code()),
    }
}

/// A file of a dependency from its crate on: the path before it tells the home directory of the build machine.
fn without_build_path(file: &str) -> &str {
    let of_crate = |mark: &str| {
        let (_, inside) = file.split_once(mark)?;
        inside.split_once(['/', '\\']).map(|(_registry, rest)| rest)
    };
    of_crate("/registry/src/").or_else(|| of_crate("\\registry\\src\\")).unwrap_or(file)
}

fn bug(place: &str) -> Failure {
    Failure::bug(format!("a bug at {place}")).hint("report it with the command that you ran")
}

/// A look for errors that come before the arguments are understood.
pub fn default_style() -> RenderStyle {
    RenderStyle { width: system::width(), color: false, unicode: false }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests run themselves as a program")]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn every_code_is_in_the_table() {
        for kind in [
            FailureKind::Usage,
            FailureKind::Input,
            FailureKind::Environment,
            FailureKind::Changed,
            FailureKind::Bug,
            FailureKind::Interrupted,
            FailureKind::Terminated,
        ] {
            assert!(EXIT_CODES.iter().any(|(code, _)| *code == kind.code()), "{kind:?}");
        }
        assert!(EXIT_CODES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn place_in_dependency_begins_with_its_crate() {
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
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_answer"]
    fn child_main_thread() {
        assert_bug(run_guarded(|| panic!("hunter2")));
    }

    #[test]
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_answer"]
    fn child_worker_threads() {
        use rayon::prelude::*;
        assert_bug(run_guarded(|| {
            (0..1_000_u32).into_par_iter().for_each(|number| assert!(number > 1_000, "hunter2"));
            ExitCode::SUCCESS
        }));
    }

    #[test]
    #[ignore = "sets the panic hook of its process: run by panic_becomes_one_answer"]
    fn child_detached_thread() {
        assert_bug(run_guarded(|| {
            let _ = std::thread::spawn(|| panic!("hunter2")).join();
            let _ = output::write_stdout(b"{\"schema\":\"authkit/answer/v1\"}\n");
            ExitCode::SUCCESS
        }));
    }

    /// Runs one of the tests above in a process of its own: its documents, and standard error.
    fn child(name: &str, format: &str) -> (Vec<serde_json::Value>, String) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", &format!("cli::exit::tests::{name}"), "--ignored"]).env("AUTHKIT_FORMAT", format);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let stdout = String::from_utf8(output.stdout).unwrap();
        // The first may stand behind what the test harness writes.
        let documents = stdout.lines().filter_map(|line| serde_json::from_str(line.get(line.find('{')?..)?).ok());
        (documents.collect(), String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn panic_becomes_one_answer() {
        for name in ["child_main_thread", "child_worker_threads"] {
            let (documents, stderr) = child(name, "json");
            let [document] = documents.as_slice() else { panic!("{name}: {documents:?}") };
            assert_eq!((&document["schema"], &document["error"]["kind"]), (&"authkit/error/v1".into(), &"bug".into()));
            assert!(document["error"]["message"].as_str().unwrap().contains("exit.rs:"), "{document}");
            assert!(!document.to_string().contains("hunter2") && !stderr.contains("hunter2"), "{document} {stderr}");
            let (documents, stderr) = child(name, "human");
            assert_eq!((documents.len(), stderr.matches("a bug at").count()), (0, 1), "{name}: {stderr}");
            assert!(!stderr.contains("hunter2"), "{stderr}");
        }
        // The answer stands already, so that the words go beside it.
        let (documents, stderr) = child("child_detached_thread", "json");
        assert_eq!((documents.len(), stderr.matches("a bug at").count()), (1, 1), "{documents:?} {stderr}");
        assert_eq!(documents[0]["schema"], "authkit/answer/v1");
    }
}
