//! What the arguments ask for: a command of the list, and the values it is given.

use super::{COMMANDS, CommandKind, FormatSupport, Runner, examples, leaves, with};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::global_args::{FormatScope, GlobalArgs, OutputFormat};
use crate::cli::output::LineSink;
use authkit::report::Outcome;
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use std::ffi::OsString;

const ABOUT: &str = "Issue, decode, verify and inspect JWTs, and keep their keys";

const LONG_ABOUT: &str = "\
Issue, decode, verify and inspect JWTs, and keep their keys.

Strict by default: algorithms come from the key and the policy, never from the token; every reason to
refuse is given at once; exit code 0 is yes, 1 is no, and anything else means that there is no answer.";

const EXAMPLES: &str = "
authkit keys generate                         # a key in the key store
authkit issue --sub alice | authkit verify    # make a token, and verify it
authkit inspect TOKEN                         # explain a token: lifetime, size, findings
authkit decode --get sub TOKEN                # one claim, not verified
authkit keys public                           # the JWKS to publish";

/// The whole parser; what a command takes is defined when it is called. The shared options may stand anywhere.
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

/// A command with what it was given, the shared options among it.
pub struct ParsedCommand {
    run: Runner,
    answer: FormatSupport,
    matches: ArgMatches,
}

impl ParsedCommand {
    /// Reads the arguments. Mostly they begin with the name of a command, and then a parser that knows this command
    /// alone reads the rest: a start of the program does not pay for the options of all others. What that parser
    /// does not take is read by the whole one: options before the name, help, and everything wrong.
    ///
    /// # Errors
    /// What clap says of the arguments; help and the version among it.
    pub fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        match Self::named_first(arguments) {
            Some(call) => Ok(call),
            None => Self::of_whole(parser().try_get_matches_from(arguments)?),
        }
    }

    fn named_first(arguments: &[OsString]) -> Option<Self> {
        let mut entries = COMMANDS;
        let mut rest = arguments.get(1..)?;
        loop {
            let (name, behind) = rest.split_first()?;
            let entry = entries.iter().find(|entry| *name == *entry.name)?;
            match entry.kind {
                CommandKind::Group(inner) => (entries, rest) = (inner, behind),
                CommandKind::Leaf { run, answer, .. } => {
                    let parser = (entry.define)(GlobalArgs::augment_args(Command::new(entry.name)));
                    let matches = parser.try_get_matches_from(rest).ok()?;
                    return Some(Self { run, answer, matches });
                }
            }
        }
    }

    fn of_whole(mut matches: ArgMatches) -> Result<Self, clap::Error> {
        let mut entries = COMMANDS;
        while let Some((name, inner)) = matches.remove_subcommand() {
            matches = inner;
            match entries.iter().find(|entry| entry.name == name).map(|entry| &entry.kind) {
                Some(CommandKind::Group(inner)) => entries = inner,
                Some(CommandKind::Leaf { run, answer, .. }) => return Ok(Self { run: *run, answer: *answer, matches }),
                None => break,
            }
        }
        Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand))
    }

    /// Takes the shared options out of the values.
    ///
    /// # Errors
    /// A value that clap let through and cannot be understood.
    pub fn shared(&mut self) -> Result<GlobalArgs, Failure> {
        GlobalArgs::from_arg_matches_mut(&mut self.matches).map_err(|error| Failure::usage(error.to_string()))
    }

    /// Runs the command.
    ///
    /// # Errors
    /// What the command says.
    pub fn run(mut self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        match context.formats().find(|format| !self.answer.can_be(*format)) {
            Some(format) => Err(cannot_be(self.answer, format)),
            None => (self.run)(&mut self.matches, context, lines),
        }
    }
}

/// A format that is made of what the answer of this command has not.
fn cannot_be(answer: FormatSupport, format: OutputFormat) -> Failure {
    let why = if format.matter() == FormatScope::Tables {
        "this command does not judge, and its answer is no table: there is nothing"
    } else if answer.tabulates {
        "this command does not judge; its answer is a table, which csv and markdown write, and there are no findings"
    } else {
        "this command does not judge, and has no findings"
    };
    Failure::usage(format!("{why} to write as {}", format.name()))
        .hint(format!("commands that do: {}", named(|answer| answer.can_be(format))))
        .hint("human and json are for every command (--format, -o FORMAT=FILE, AUTHKIT_FORMAT)")
}

/// The commands with such an answer.
fn named(wanted: impl Fn(FormatSupport) -> bool) -> String {
    let all = leaves().into_iter();
    let fits = all.filter(|(_, entry)| matches!(entry.kind, CommandKind::Leaf { answer, .. } if wanted(answer)));
    fits.map(|(name, _)| name.replace('-', " ")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_sound() {
        let mut parser = parser();
        parser.build();
        parser.debug_assert();
    }

    #[test]
    fn the_help_of_format_names_the_commands_that_write_it() {
        let parser = parser();
        let help = parser.get_arguments().find(|arg| arg.get_id() == "format").unwrap().get_long_help().unwrap();
        for names in [named(|answer| answer.judges), named(|answer| answer.tabulates)] {
            assert!(help.to_string().contains(&format!("({names})")), "{help} does not say ({names})");
        }
    }

    /// The parser of one command is sound, and takes what the whole parser takes.
    #[test]
    fn both_parsers_read_the_same() {
        for line in [
            "decode --json --get sub TOKEN",
            "decode -q --valid-for=5m -",
            "issue --sub alice --aud a --aud b --now +5m -o json=x.json -o y",
            "keys generate --type p256 --keystore k.json --no-input",
            "verify --leeway 60s --format human --color never --now -5m TOKEN",
        ] {
            let words: Vec<OsString> = std::iter::once("authkit").chain(line.split(' ')).map(OsString::from).collect();
            let mut short = ParsedCommand::named_first(&words).unwrap();
            let mut whole = ParsedCommand::of_whole(parser().try_get_matches_from(&words).unwrap()).unwrap();
            for id in whole.matches.ids() {
                let values = |call: &ParsedCommand| {
                    let raw = call.matches.get_raw(id.as_str()).into_iter().flatten();
                    raw.map(ToOwned::to_owned).collect::<Vec<_>>()
                };
                assert_eq!(values(&short), values(&whole), "{line}: {id}");
            }
            assert_eq!(format!("{:?}", short.shared().unwrap()), format!("{:?}", whole.shared().unwrap()));
        }
        for line in ["--json decode TOKEN", "decode --help", "decode --unknown", "keys", "unknown", ""] {
            let words: Vec<OsString> = std::iter::once("authkit").chain(line.split(' ')).map(OsString::from).collect();
            assert!(ParsedCommand::named_first(&words).is_none(), "{line}");
        }
    }
}
