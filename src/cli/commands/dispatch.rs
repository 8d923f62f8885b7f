//! Argument parsing and dispatch: finds the command in the list and runs it with its values. Usually only the parser of
//! that command is built, which keeps start-up fast.

use super::help_layout::examples;
use super::{COMMANDS, CommandKind, FormatSupport, Runner, leaves, with};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::global_args::{FormatScope, GlobalArgs, OutputFormat};
use crate::cli::other_tools;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use std::ffi::OsString;

const ABOUT: &str = "Issue, verify, inspect and audit JWTs, and manage their keys";

const LONG_ABOUT: &str = "\
Issue, verify, inspect and audit JWTs, and manage their keys.

Strict by default: algorithms come from the key and the policy, never from the token; every reject reason
is reported at once; exit code 0 means yes, 1 means no, and any other code means that there is no result.";

const EXAMPLES: &str = "
authkit keys generate                         # generate a key in the key store
authkit issue --sub alice | authkit verify    # issue a token and verify it
authkit inspect TOKEN                         # explain a token: lifetime, size, findings
authkit decode --get sub TOKEN                # print one claim, not verified
authkit keys public                           # print the JWKS to publish";

/// The parser of the whole program; the arguments of a command are defined when it is called. Global options are
/// accepted at any position.
pub fn parser() -> Command {
    let top = GlobalArgs::augment_args(Command::new("authkit"))
        .mut_args(|option| option.global(true))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_long_help(examples(EXAMPLES))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .infer_long_args(false)
        .disable_help_subcommand(true);
    with(top, COMMANDS)
}

/// The option for `help` and `version` as commands: `authkit help keys show` is `authkit keys show --help`.
fn as_options(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let words: Vec<&str> = arguments.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    match words.as_slice() {
        [program, "version"] => Some(vec![program.into(), "--version".into()]),
        [_, "help", ..] => Some(help_option(arguments, 1)),
        [_, "keys", "help", ..] => Some(help_option(arguments, 2)),
        _ => None,
    }
}

/// The arguments without the word `help` at `place`, and with the option.
fn help_option(arguments: &[OsString], place: usize) -> Vec<OsString> {
    let others = arguments.iter().enumerate().filter(|(index, _)| *index != place).map(|(_, word)| word.clone());
    others.chain([OsString::from("--help")]).collect()
}

/// A command with its parsed values, including those of the global options.
pub struct ParsedCommand {
    run: Runner,
    formats: FormatSupport,
    matches: ArgMatches,
}

impl ParsedCommand {
    /// Parses the arguments. If they begin with the name of a command, a parser of this command alone reads the rest,
    /// which avoids building the options of all commands. The parser of the whole program handles the
    /// rest: options before the name, help, and errors.
    ///
    /// # Errors
    /// Errors of clap, including help and version.
    pub fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        if let Some(command) = Self::from_leading_name(arguments) {
            return Ok(command);
        }
        let matches = match as_options(arguments) {
            Some(options) => parser().try_get_matches_from(options),
            None => parser().try_get_matches_from(arguments),
        };
        Self::from_matches(matches.map_err(|error| other_tools::add_tip(error, arguments))?)
    }

    /// Parses arguments that begin with the name of a command; `None` leaves them to the parser of the whole program.
    fn from_leading_name(arguments: &[OsString]) -> Option<Self> {
        let mut entries = COMMANDS;
        let mut rest = arguments.get(1..)?;
        loop {
            let (name, tail) = rest.split_first()?;
            let entry = entries.iter().find(|entry| *name == *entry.name)?;
            match entry.kind {
                CommandKind::Group(inner) => (entries, rest) = (inner, tail),
                CommandKind::Leaf { run, answer, .. } => {
                    let parser = (entry.define)(GlobalArgs::augment_args(Command::new(entry.name)));
                    let matches = parser.try_get_matches_from(rest).ok()?;
                    return Some(Self { run, formats: answer, matches });
                }
            }
        }
    }

    /// The command in the matches of the parser of the whole program.
    fn from_matches(mut matches: ArgMatches) -> Result<Self, clap::Error> {
        let mut entries = COMMANDS;
        while let Some((name, inner)) = matches.remove_subcommand() {
            matches = inner;
            match entries.iter().find(|entry| entry.name == name).map(|entry| &entry.kind) {
                Some(CommandKind::Group(inner)) => entries = inner,
                Some(CommandKind::Leaf { run, answer, .. }) => {
                    return Ok(Self { run: *run, formats: *answer, matches });
                }
                None => break,
            }
        }
        Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand))
    }

    /// Removes the global options from the values and returns them.
    ///
    /// # Errors
    /// An invalid value that clap accepted.
    pub fn shared(&mut self) -> Result<GlobalArgs, Failure> {
        GlobalArgs::from_arg_matches_mut(&mut self.matches).map_err(|error| Failure::usage(error.to_string()))
    }

    /// Runs the command.
    ///
    /// # Errors
    /// A format that the command does not support, or the failure of the command.
    pub fn run(mut self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        match context.formats().find(|format| !self.formats.can_be(*format)) {
            Some(format) => Err(unsupported_format(self.formats, format)),
            None => (self.run)(&mut self.matches, context, lines),
        }
    }
}

/// The failure for a format that needs findings or a table, which the command does not have.
fn unsupported_format(formats: FormatSupport, format: OutputFormat) -> Failure {
    let why = if format.matter() == FormatScope::Tables {
        "this command has neither findings nor a table"
    } else if formats.tabulates {
        "this command has a table (csv, markdown) but no findings"
    } else {
        "this command has no findings"
    };
    Failure::usage(format!("{why}; {} is not available", format.name()))
        .hint(format!("commands that support it: {}", commands_with(|formats| formats.can_be(format))))
        .hint("use human or json, which every command supports (--format, -o FORMAT=FILE, AUTHKIT_FORMAT)")
}

/// Names of the commands with this format support, for messages.
fn commands_with(wanted: impl Fn(FormatSupport) -> bool) -> String {
    let all = leaves().into_iter();
    let matching = all.filter(|(_, entry)| matches!(entry.kind, CommandKind::Leaf { answer, .. } if wanted(answer)));
    matching.map(|(name, _)| name.replace('-', " ")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parser_when_built_passes_debug_asserts() {
        let mut parser = parser();
        parser.build();
        parser.debug_assert();
    }

    #[test]
    fn format_help_lists_the_commands_that_support_it() {
        let parser = parser();
        let help = parser.get_arguments().find(|arg| arg.get_id() == "format").unwrap().get_long_help().unwrap();
        for names in [commands_with(|formats| formats.judges), commands_with(|formats| formats.tabulates)] {
            assert!(help.to_string().contains(&format!("({names})")), "{help} does not list ({names})");
        }
    }

    /// The parser of one command is consistent and accepts the same values as the parser of the whole program.
    #[test]
    fn command_parser_reads_the_same_as_whole_parser() {
        for line in [
            "decode --json --get sub TOKEN",
            "decode -q --valid-for=5m -",
            "issue --sub alice --aud a --aud b --now +5m -o json=x.json -o y",
            "keys generate --type p256 --keystore k.json --no-input",
            "verify --leeway 60s --format human --color never --now -5m TOKEN",
        ] {
            let words: Vec<OsString> = std::iter::once("authkit").chain(line.split(' ')).map(OsString::from).collect();
            let mut short = ParsedCommand::from_leading_name(&words).unwrap();
            let mut whole = ParsedCommand::from_matches(parser().try_get_matches_from(&words).unwrap()).unwrap();
            for id in whole.matches.ids() {
                let values = |command: &ParsedCommand| {
                    let raw = command.matches.get_raw(id.as_str()).into_iter().flatten();
                    raw.map(ToOwned::to_owned).collect::<Vec<_>>()
                };
                assert_eq!(values(&short), values(&whole), "{line}: {id}");
            }
            assert_eq!(format!("{:?}", short.shared().unwrap()), format!("{:?}", whole.shared().unwrap()));
        }
        for line in ["--json decode TOKEN", "decode --help", "decode --unknown", "keys", "unknown", ""] {
            let words: Vec<OsString> = std::iter::once("authkit").chain(line.split(' ')).map(OsString::from).collect();
            assert!(ParsedCommand::from_leading_name(&words).is_none(), "{line}");
        }
    }
}
