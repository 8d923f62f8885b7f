//! Output of clap: usage errors, `--help` and `--version`. Arguments in error messages are escaped, and tokens removed.

use super::exit;
use super::failure::{Failure, FailureKind};
use super::global_args::{OutputFormat, wanted_format};
use super::hidden_argument::{HINT, hide_arguments};
use super::output;
use super::system;
use authkit::encoding::escape;
use authkit::token::scan;
use clap::error::ErrorKind;
use std::ffi::OsString;
use std::process::ExitCode;

/// Parses arguments for the error alone.
type Parse = fn(&[OsString]) -> Result<(), clap::Error>;

/// Prints help and version on standard output, and errors as the output format requires.
pub fn handle_clap_error(error: &clap::Error, parse: Parse) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = if colored() { error.render().ansi().to_string() } else { error.render().to_string() };
            match output::write_stdout(text.as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => exit::report_failure(&failure, OutputFormat::Human, &exit::default_style()),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            system::write_stderr(&error.render().to_string());
            ExitCode::from(FailureKind::Usage.code())
        }
        _ => report(error, parse),
    }
}

/// The text of the error, without line breaks from arguments: CI runners interpret the beginning of a line as a
/// command. If arguments contain hidden characters, the text is the error for the escaped arguments.
fn error_text(error: &clap::Error, arguments: &[OsString], parse: Parse) -> String {
    let text = error.render().to_string();
    let visible = |word: &OsString| OsString::from(escape::line(&word.to_string_lossy()).into_owned());
    let shown: Vec<OsString> = arguments.iter().map(visible).collect();
    if shown == arguments {
        return text;
    }
    match parse(&shown) {
        Err(error) => error.render().to_string(),
        // All line breaks are from clap; hidden characters are escaped line by line.
        Ok(()) if !arguments.iter().any(breaks_line) => text,
        Ok(()) => escape::line(&text).into_owned(),
    }
}

fn breaks_line(word: &OsString) -> bool {
    word.to_string_lossy().contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

fn report(error: &clap::Error, parse: Parse) -> ExitCode {
    // Tokens given as stray arguments are credentials, which errors must not repeat.
    let hidden = |found: &scan::ScannedToken<'_>| format!("[a token of {} bytes]", found.token.len());
    let arguments = system::arguments();
    let text = scan::replace_tokens(&error_text(error, &arguments, parse), hidden);
    match wanted_format() {
        OutputFormat::Json => {
            let mut paragraphs = text.trim().split("\n\n");
            let message = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
            let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut failure = Failure::usage(folded(message));
            failure.hints = paragraphs.map(folded).collect();
            exit::report_failure(&failure, OutputFormat::Json, &exit::default_style())
        }
        _ => {
            let (text, is_hidden) = hide_arguments(&text, &arguments);
            let hint = if is_hidden { format!("\nhint: {HINT}") } else { String::new() };
            for line in text.lines().chain(hint.lines()) {
                system::write_stderr(&format!("{}\n", escape::line(line)));
            }
            ExitCode::from(FailureKind::Usage.code())
        }
    }
}

fn colored() -> bool {
    system::stdout_is_terminal()
        && system::variable("NO_COLOR").is_none()
        && system::variable("TERM").is_none_or(|term| term != "dumb")
}
