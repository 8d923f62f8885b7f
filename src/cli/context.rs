//! The context of a run: evaluation time, output formats and styles, permission to prompt and to use the network. It
//! imports no command.

use super::failure::Failure;
use super::fetch_settings::FetchSettings;
use super::global_args::{Color, GlobalArgs, OutputFormat};
use super::hidden_argument::hide_arguments;
use super::lookup;
use super::system;
use authkit::report::{RenderStyle, human};
use authkit::time::UnixTime;
use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;

/// One `-o`: where a report or an artefact is written, in addition to or instead of standard output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutputSpec {
    /// `None`: the artefact, or the report in the format of standard output.
    pub format: Option<OutputFormat>,
    pub target: OutputTarget,
}

/// The destination of an output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OutputTarget {
    Stdout,
    File(PathBuf),
}

/// Global options and the state shared by all parts of a command.
pub struct Context {
    /// The evaluation time: `--now`, or the start of the run.
    pub now: UnixTime,
    pub format: OutputFormat,
    /// Style of standard output.
    pub look: RenderStyle,
    /// Style of standard error.
    pub error_look: RenderStyle,
    pub outputs: Vec<OutputSpec>,
    pub force: bool,
    pub quiet: bool,
    verbose: bool,
    pub no_input: bool,
    pub keystore: Option<PathBuf>,
    pub passphrase: Option<String>,
    /// Builds the parser, for commands that document it.
    pub parser: fn() -> clap::Command,
    /// `--now` is set, so the time does not advance.
    frozen: bool,
    /// The argument that has read standard input; only one may.
    stdin_reader: Cell<Option<&'static str>>,
    /// How to fetch remote keys; empty for a command that accepts none.
    network: OnceCell<FetchSettings>,
    /// Warnings and origins, for standard error.
    notes: RefCell<Vec<String>>,
}

impl Context {
    /// Reads the global options and the `AUTHKIT_*` variables. A flag overrides a variable, a variable the default.
    ///
    /// # Errors
    /// An invalid value.
    pub fn new(shared: &GlobalArgs, parser: fn() -> clap::Command) -> Result<Self, Failure> {
        let clock = system::now();
        let now = match &shared.now {
            None => clock,
            Some(text) => UnixTime::parse(text, clock).map_err(|error| Failure::usage(format!("--now: {error}")))?,
        };
        let (format, format_origin) = format(shared)?;
        let color = color(shared)?;
        let width = system::width();
        let unicode = system::locale_is_utf8();
        let context = Self {
            now,
            format,
            look: RenderStyle { width, color: color_on(color, system::stdout_is_terminal()), unicode },
            error_look: RenderStyle { width, color: color_on(color, system::stderr_is_terminal()), unicode },
            outputs: shared.output.iter().map(|text| output(text)).collect::<Result<_, _>>()?,
            force: shared.force,
            quiet: shared.quiet,
            verbose: shared.verbose,
            no_input: shared.no_input,
            keystore: shared.keystore.clone().or_else(|| system::variable("AUTHKIT_KEYSTORE").map(PathBuf::from)),
            passphrase: shared.passphrase.clone(),
            parser,
            frozen: shared.now.is_some(),
            stdin_reader: Cell::new(None),
            network: OnceCell::new(),
            notes: RefCell::new(Vec::new()),
        };
        context.note_origin("format", format_origin);
        context.note_origin("now", if shared.now.is_some() { "--now" } else { "the clock" });
        Ok(context)
    }

    /// Notes the origin of a value (`-v`).
    pub fn note_origin(&self, what: &str, from: &str) {
        if self.verbose {
            self.notes.borrow_mut().push(format!("{what}: {from}"));
        }
    }

    /// Whether origins are printed.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// A warning for standard error, unless `-q`.
    pub fn warn(&self, text: impl Into<String>) {
        if !self.quiet {
            self.notes.borrow_mut().push(format!("warning: {}", text.into()));
        }
    }

    /// A note for standard error, unless `-q`.
    pub fn note(&self, text: impl Into<String>) {
        if !self.quiet {
            self.notes.borrow_mut().push(text.into());
        }
    }

    /// Writes the collected warnings and origins to standard error, and clears them.
    pub fn tell_notes(&self) {
        let notes = self.notes.take();
        let arguments = if notes.is_empty() { Vec::new() } else { system::arguments() };
        for note in notes {
            let mut text = String::new();
            let (note, _) = hide_arguments(&note, &arguments);
            human::note(&note, &self.error_look, &mut text);
            system::write_stderr(&text);
        }
    }

    /// The current time, or `--now`: a result that took long must not be dated back to the start of the run.
    pub fn current_time(&self) -> UnixTime {
        if self.frozen { self.now } else { system::now() }
    }

    /// Allows remote keys from now on.
    pub fn allow_network(&self, settings: FetchSettings) {
        // A command calls this once.
        let _ = self.network.set(settings);
    }

    /// How to fetch remote keys; `None` when the command accepts none.
    pub fn network(&self) -> Option<&FetchSettings> {
        self.network.get()
    }

    /// Claims standard input for `reader`.
    ///
    /// # Errors
    /// When another argument has read it.
    pub fn claim_stdin(&self, reader: &'static str) -> Result<(), Failure> {
        match self.stdin_reader.replace(Some(reader)) {
            None => Ok(()),
            Some(other) => Err(Failure::stdin_twice(other, reader)),
        }
    }

    /// The requested formats.
    pub fn formats(&self) -> impl Iterator<Item = OutputFormat> {
        self.outputs.iter().filter_map(|output| output.format).chain([self.format])
    }

    /// The output for the artefact, or for the report instead of standard output.
    pub fn main_output(&self) -> Option<&OutputTarget> {
        self.outputs.iter().find(|output| output.format.is_none()).map(|output| &output.target)
    }
}

fn format(shared: &GlobalArgs) -> Result<(OutputFormat, &'static str), Failure> {
    match (shared.json, shared.format) {
        (true, _) => Ok((OutputFormat::Json, "--json")),
        (false, Some(format)) => Ok((format, "--format")),
        (false, None) => match system::variable("AUTHKIT_FORMAT").as_deref().map(OutputFormat::named) {
            None => Ok((OutputFormat::Human, "the default")),
            Some(Some(format)) => Ok((format, "AUTHKIT_FORMAT")),
            Some(None) => Err(Failure::usage(format!("AUTHKIT_FORMAT must be one of {}", OutputFormat::names()))),
        },
    }
}

fn color(shared: &GlobalArgs) -> Result<Color, Failure> {
    match (shared.color, system::variable("AUTHKIT_COLOR").as_deref()) {
        (Some(color), _) => Ok(color),
        (None, None | Some("auto")) => Ok(Color::Auto),
        (None, Some("always")) => Ok(Color::Always),
        (None, Some("never")) => Ok(Color::Never),
        (None, Some(_)) => Err(Failure::usage("AUTHKIT_COLOR must be auto, always or never")),
    }
}

/// Flag > `NO_COLOR` > `CLICOLOR_FORCE` > a terminal that is not dumb, for each stream.
fn color_on(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if system::variable("NO_COLOR").is_some() => false,
        Color::Auto if system::variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto => terminal && system::variable("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// `json=report.json`, `human=-`, or a file.
///
/// # Errors
/// Another word before `=`: it was meant as a format.
fn output(text: &str) -> Result<OutputSpec, Failure> {
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (format, target) = match text.split_once('=') {
        Some((name, file)) if is_word(name) => match OutputFormat::named(name) {
            Some(format) => (Some(format), file),
            None => {
                let names = OutputFormat::names();
                return Err(lookup::unknown("output format", name, names.split(", "))
                    .hint(format!("for a file of that name, pass -o ./{text}")));
            }
        },
        _ => (None, text),
    };
    let target = if target == "-" { OutputTarget::Stdout } else { OutputTarget::File(PathBuf::from(target)) };
    Ok(OutputSpec { format, target })
}
