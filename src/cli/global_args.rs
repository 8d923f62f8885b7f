//! Options of every command, and the output formats.

use super::system;
use clap::{Args, ValueEnum};

/// Output format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OutputFormat {
    /// Human-readable text
    Human,
    /// One JSON document, or one per line for many tokens
    Json,
    /// Findings as SARIF 2.1.0, for code scanning
    Sarif,
    /// Findings as GitHub Actions annotations
    Github,
    /// Findings as JUnit XML: those that fail the run are failures
    Junit,
    /// Findings and report as Markdown, for pull requests and job summaries
    Markdown,
    /// Findings, or the table of the result, as CSV (RFC 4180)
    Csv,
}

/// The requested output format, from arguments that the parser rejected.
pub fn wanted_format() -> OutputFormat {
    let arguments = system::arguments();
    let mut words = arguments.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let variable = system::variable("AUTHKIT_FORMAT");
    let named = |name: Option<&str>| name.and_then(OutputFormat::named).unwrap_or(OutputFormat::Human);
    let mut format = named(variable.as_deref());
    while let Some(word) = words.next() {
        match word.split_once('=') {
            None if word == "--json" => format = OutputFormat::Json,
            None if word == "--format" => format = named(words.next()),
            Some(("--format", name)) => format = named(Some(name)),
            _ => {}
        }
    }
    format
}

/// The results that a format can represent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormatScope {
    /// Any result.
    Any,
    /// Findings.
    Findings,
    /// Findings, or a table.
    Tables,
}

impl OutputFormat {
    /// The results that it represents: commands with other results reject it.
    pub const fn matter(self) -> FormatScope {
        match self {
            Self::Human | Self::Json => FormatScope::Any,
            Self::Sarif | Self::Github | Self::Junit => FormatScope::Findings,
            Self::Markdown | Self::Csv => FormatScope::Tables,
        }
    }

    /// The format of this name, as the parser knows it.
    pub fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }

    /// The name as the parser knows it.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// `human, json, …`
    pub fn names() -> String {
        Self::value_variants().iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
    }
}

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

// Options of every command, accepted anywhere. Not a doc comment: clap would use it as the `about` of the program.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Set the output format [env: AUTHKIT_FORMAT]
    ///
    /// Every command supports human and json. The other formats represent findings: commands with findings (audit,
    /// inspect, keys check, keys show, lint, probe) support them, all others reject them; markdown and csv are also
    /// supported by commands whose result is a table (keys list, recommend, simulate). Errors are JSON with json, and
    /// text on standard error otherwise.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,

    /// Print JSON (same as --format json)
    #[arg(long, conflicts_with = "format")]
    pub json: bool,

    /// Write to FILE instead of standard output (repeatable)
    ///
    /// An artefact (a token, a key) is written with mode 0600 if it is secret, and never to a pipe or device of another
    /// user. An existing file is replaced only with --force; a report then keeps the mode of that file and, when the
    /// superuser writes it, the owner. FILE must not be the key store; `-` is standard output. FORMAT=FILE writes the
    /// report in that format in addition, so one run can write several: -o sarif=a.sarif -o json=b.json.
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    pub output: Vec<String>,

    /// Replace an existing file
    #[arg(long, hide_short_help = true)]
    pub force: bool,

    /// Use colour [env: AUTHKIT_COLOR, NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, value_enum, value_name = "WHEN", hide_short_help = true)]
    pub color: Option<Color>,

    /// Print only artefacts and errors
    #[arg(short, long)]
    pub quiet: bool,

    /// Print the origin of each effective value
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,

    /// Never prompt; fail instead
    #[arg(long, hide_short_help = true)]
    pub no_input: bool,

    /// Evaluate as of TIME instead of the current time
    ///
    /// TIME is 2026-01-31T12:00:00Z, Unix seconds, or relative to the clock: +15m, -5m.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, hide_short_help = true)]
    pub now: Option<String>,

    /// Use this key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data directory]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub keystore: Option<std::path::PathBuf>,

    /// Read the key passphrase from a file, env:NAME, prompt: or -
    #[arg(long, value_name = "SPEC", hide_short_help = true)]
    pub passphrase: Option<String>,
}
