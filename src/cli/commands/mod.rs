//! The commands, as a list; the path is the command. Each is defined only when it is called.
//!
//! To add one: a file with a `clap::Args` struct that implements [`Run`], and two lines here, the `mod`
//! and the entry.

use super::context::Context;
use super::failure::Failure;
use super::output::Lines;
use super::shared_args::{Format, Shared};
use authkit::report::Outcome;
use authkit::report::json::Envelope;
use clap::{ArgMatches, Args, Command};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use std::ffi::OsString;

mod audit;
mod completions;
mod decode;
mod explain;
mod inspect;
mod issue;
mod keys;
mod man;
mod schema;
mod verify;

/// A command.
pub trait Run: Args {
    const NAME: &'static str;
    /// One line, without a full stop.
    const ABOUT: &'static str;
    /// Lines of `command  # comment` for `--help`; each of them runs.
    const EXAMPLES: &'static str;
    /// Whether its answer is findings about what it was given, so that `sarif`, `github`, `junit` and
    /// `markdown` say something of it. Not for a command that makes or verifies something.
    const JUDGES: bool = false;
    /// `data` of the JSON answer.
    type Data: JsonSchema;

    fn run(self, context: &Context, lines: &mut dyn Lines) -> Result<Outcome, Failure>;
}

/// A command in the list: a leaf that runs, or a group of more commands.
pub struct Entry {
    pub name: &'static str,
    pub about: &'static str,
    define: fn(Command) -> Command,
    pub kind: Kind,
}

pub enum Kind {
    Leaf { run: Runner, judges: bool, schema: fn(&str) -> Schema },
    Group(&'static [Entry]),
}

type Runner = fn(&ArgMatches, &Context, &mut dyn Lines) -> Result<Outcome, Failure>;

const fn entry<C: Run>() -> Entry {
    Entry {
        name: C::NAME,
        about: C::ABOUT,
        define: |command| {
            C::augment_args(command).about(C::ABOUT).long_about(None).after_long_help(examples(C::EXAMPLES))
        },
        kind: Kind::Leaf {
            run: |matches, context, lines| {
                C::from_arg_matches(matches).map_err(|error| Failure::usage(error.to_string()))?.run(context, lines)
            },
            judges: C::JUDGES,
            schema: |name| envelope::<C::Data>(name),
        },
    }
}

fn examples(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| format!("  {}", line.trim())).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// The schema of what is written: a member that may be left out is not required.
fn written<T: JsonSchema>() -> Schema {
    SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of a whole JSON answer, its `schema` member pinned to its name.
fn envelope<D: JsonSchema>(name: &str) -> Schema {
    let mut schema = written::<Envelope<'static, D>>();
    if let Some(member) = schema.pointer_mut("/properties/schema") {
        *member = serde_json::json!({ "const": format!("authkit/{name}/v1") });
    }
    schema.insert("title".to_owned(), format!("authkit/{name}/v1").into());
    schema
}

/// All commands, sorted by name.
pub static COMMANDS: &[Entry] = &[
    entry::<audit::Audit>(),
    entry::<completions::Completions>(),
    entry::<decode::Decode>(),
    entry::<explain::Explain>(),
    entry::<inspect::Inspect>(),
    entry::<issue::Issue>(),
    keys::ENTRY,
    entry::<man::Man>(),
    entry::<schema::Schemas>(),
    entry::<verify::Verify>(),
];

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

/// The whole parser; what a command takes is defined when it is called.
pub fn parser() -> Command {
    parser_of(|_| true)
}

/// What the arguments ask for.
///
/// Every shared option is copied into every command of the parser, so the first parser holds only commands
/// whose names occur among the arguments: no other can be meant. Help and errors speak of all of them, and
/// come from the whole parser.
///
/// # Errors
/// What clap says of the arguments; help and the version among it.
pub fn parse(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    parser_of(|name| arguments.iter().skip(1).any(|argument| argument == name))
        .try_get_matches_from(arguments)
        .or_else(|_| parser().try_get_matches_from(arguments))
}

fn parser_of(wanted: impl Fn(&str) -> bool) -> Command {
    let top = Shared::augment_args(Command::new("authkit"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_long_help(examples(EXAMPLES))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .infer_long_args(false)
        .disable_help_subcommand(true);
    with(top, COMMANDS.iter().filter(|entry| wanted(entry.name)))
}

fn with(top: Command, entries: impl IntoIterator<Item = &'static Entry>) -> Command {
    entries.into_iter().fold(top, |top, entry| {
        let mut command = Command::new(entry.name).about(entry.about);
        if matches!(entry.kind, Kind::Group(_)) {
            command = command
                .long_about(None)
                .subcommand_required(true)
                .arg_required_else_help(true)
                .disable_help_subcommand(true);
        }
        top.subcommand(command.defer(entry.define))
    })
}

/// Runs the command that the arguments name.
///
/// # Errors
/// What the command says.
pub fn run(matches: &ArgMatches, context: &Context, lines: &mut dyn Lines) -> Result<Outcome, Failure> {
    let (mut entries, mut matches) = (COMMANDS, matches);
    while let Some((name, inner)) = matches.subcommand() {
        let Some(entry) = entries.iter().find(|entry| entry.name == name) else { break };
        match &entry.kind {
            Kind::Leaf { run, judges, .. } => {
                if let (Some(format), false) = (context.format_of_findings(), judges) {
                    return Err(has_no_findings(format));
                }
                return run(inner, context, lines);
            }
            Kind::Group(inner_entries) => (entries, matches) = (inner_entries, inner),
        }
    }
    Err(Failure::bug("the parser let an unknown command through"))
}

/// A format that is made of findings, asked of a command that has none to write.
fn has_no_findings(format: Format) -> Failure {
    let judging = leaves().into_iter().filter(|(_, entry)| matches!(entry.kind, Kind::Leaf { judges: true, .. }));
    let names: Vec<String> = judging.map(|(name, _)| name.replace('-', " ")).collect();
    Failure::usage(format!("this command does not judge, and has no findings to write as {}", format.name()))
        .hint(format!("commands that do: {}", names.join(", ")))
        .hint("human and json are for every command (--format, -o FORMAT=FILE, AUTHKIT_FORMAT)")
}

/// Every leaf with its name in schemas: `keys-generate`.
pub fn leaves() -> Vec<(String, &'static Entry)> {
    fn walk(prefix: &str, entries: &'static [Entry], found: &mut Vec<(String, &'static Entry)>) {
        for entry in entries {
            let name = format!("{prefix}{}", entry.name);
            match &entry.kind {
                Kind::Leaf { .. } => found.push((name, entry)),
                Kind::Group(inner) => walk(&format!("{name}-"), inner, found),
            }
        }
    }
    let mut found = Vec::new();
    walk("", COMMANDS, &mut found);
    found
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
    fn the_help_of_format_names_the_commands_that_judge() {
        let parser = parser();
        let help = parser.get_arguments().find(|arg| arg.get_id() == "format").unwrap().get_long_help().unwrap();
        let failure = has_no_findings(Format::Sarif);
        let names = failure.hints.first().unwrap().strip_prefix("commands that do: ").unwrap();
        assert!(help.to_string().contains(&format!("({names})")), "{help} does not say ({names})");
    }

    #[test]
    fn laws_of_the_list() {
        fn laws(entries: &[Entry]) {
            assert!(entries.is_sorted_by(|a, b| a.name < b.name), "sorted and unique");
            for entry in entries {
                assert!(!entry.about.ends_with('.') && entry.about.len() <= 70, "{}", entry.name);
                if let Kind::Group(inner) = &entry.kind {
                    laws(inner);
                }
            }
        }
        laws(COMMANDS);
    }
}
