//! The options that every command has, and those that several share.

use super::system;
use clap::{Args, ValueEnum};

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Human,
    /// One JSON document, or one a line for many tokens
    Json,
    /// Findings as SARIF 2.1.0, for code scanning
    Sarif,
    /// Findings as annotations of a GitHub Actions run
    Github,
    /// Findings as JUnit XML: errors and warnings fail, information passes
    Junit,
    /// Findings and the report as Markdown, for a pull request or a job summary
    Markdown,
    /// The findings, or the table that the answer is, as CSV (RFC 4180)
    Csv,
}

/// The format that was asked for, read from arguments that the parser refused.
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

/// What a format can be made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormatScope {
    /// Any answer.
    Any,
    /// Findings.
    Findings,
    /// Findings, or an answer that is a table.
    Tables,
}

impl OutputFormat {
    /// What it is made of: only commands with such an answer write it.
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

    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// `human, json, …`
    pub fn names() -> String {
        Self::value_variants().iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

// Options of every command, which the whole parser takes anywhere. No doc comment: clap would take it for what the program is about.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Common options")]
pub struct GlobalArgs {
    /// How to write the answer [env: AUTHKIT_FORMAT]
    ///
    /// Every command writes human and json. The others are made of findings: commands that judge
    /// (audit, inspect, keys check, keys show, lint, probe) write them, every other command refuses them; but
    /// markdown and csv are also for commands whose answer is a table (keys list, recommend, simulate). Errors are
    /// JSON for json, and words on standard error for the others.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,

    /// Write to FILE instead of standard output; FORMAT=FILE writes that too (repeatable)
    ///
    /// What a command makes (a token, a key) goes to FILE with mode 0600 when it is secret, and to no pipe or
    /// device of another user. An existing file is never replaced without --force; a report then keeps the mode of
    /// that file, and where the superuser writes it, the owner. The key store is never FILE. `-` is standard
    /// output. One run can write several formats: -o sarif=a.sarif -o json=b.json.
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    pub output: Vec<String>,

    /// Replace an existing file
    #[arg(long, hide_short_help = true)]
    pub force: bool,

    /// When to use colour (NO_COLOR and CLICOLOR_FORCE count too) [env: AUTHKIT_COLOR]
    #[arg(long, value_enum, value_name = "WHEN", hide_short_help = true)]
    pub color: Option<Color>,

    /// Print what was made and errors, nothing else
    #[arg(short, long)]
    pub quiet: bool,

    /// Say where each effective value came from
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,

    /// Never ask; fail where a prompt would be needed
    #[arg(long, hide_short_help = true)]
    pub no_input: bool,

    /// The instant to judge by instead of the clock: 2026-01-31T12:00:00Z, Unix seconds, +15m, -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, hide_short_help = true)]
    pub now: Option<String>,

    /// The key store [env: AUTHKIT_KEYSTORE] [default: authkit/keys.json in the data folder]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub keystore: Option<std::path::PathBuf>,

    /// Where the passphrase of an encrypted key comes from: file, env:NAME, prompt:, -
    #[arg(long, value_name = "SPEC", hide_short_help = true)]
    pub passphrase: Option<String>,
}
