//! The commands; the path of a module is the path of its command. The arguments of a command are defined only when it
//! is called, to keep start-up fast.
//!
//! To add a command: write a file with a `clap::Args` struct that implements [`RunCommand`], and add two lines here,
//! the `mod` and the entry.

use super::context::Context;
use super::failure::Failure;
use super::global_args::{FormatScope, OutputFormat};
use super::outcome::Outcome;
use super::output::LineSink;
use authkit::report::json::Envelope;
use clap::{ArgMatches, Args, Command};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

pub use dispatch::{ParsedCommand, parser};

mod audit;
mod completions;
mod decode;
mod dispatch;
mod explain;
mod help_layout;
mod inspect;
mod issue;
mod keys;
mod lint;
mod man;
mod probe;
mod recommend;
mod schema;
mod simulate;
mod verify;

/// A command of the program.
pub trait RunCommand: Args {
    /// Name on the command line, without that of its group.
    const NAME: &'static str;
    /// Summary for the help: one line, without a full stop.
    const ABOUT: &'static str;
    /// Lines of `command  # comment` for `--help`; tests run each of them.
    const EXAMPLES: &'static str;
    /// Whether the command reports findings about its input, which makes `sarif`, `github`, `junit`, `markdown` and
    /// `csv` available. False for a command that creates or verifies something.
    const JUDGES: bool = false;
    /// Whether the result is a table (`records` of the report), which makes `markdown` and `csv` available.
    const TABULATES: bool = false;
    /// `data` of the JSON output.
    type Data: JsonSchema;

    /// Runs the command; `lines` is for streamed output.
    ///
    /// # Errors
    /// Anything that keeps the command from a result; a negative verdict is not a failure.
    fn run(self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure>;
}

/// An entry of the command list: a leaf that runs, or a group of commands.
pub struct CommandEntry {
    /// Name on the command line, without that of its group.
    pub name: &'static str,
    /// Summary for the help.
    pub about: &'static str,
    /// Adds the arguments or subcommands.
    define: fn(Command) -> Command,
    /// As `define`, and arranges the help: for the parser of the whole program, which prints it.
    define_with_help: fn(Command) -> Command,
    pub kind: CommandKind,
}

/// Kind of an entry.
pub enum CommandKind {
    /// A command that runs.
    Leaf { run: Runner, answer: FormatSupport, schema: fn(&str) -> Schema },
    /// A group of commands.
    Group(&'static [CommandEntry]),
}

/// Properties of the result that determine the available formats.
#[derive(Clone, Copy, Debug)]
pub struct FormatSupport {
    /// The command reports findings: [`RunCommand::JUDGES`].
    pub judges: bool,
    /// The result is a table: [`RunCommand::TABULATES`].
    pub tabulates: bool,
}

impl FormatSupport {
    /// Whether `format` is available.
    pub const fn can_be(self, format: OutputFormat) -> bool {
        match format.matter() {
            FormatScope::Any => true,
            FormatScope::Findings => self.judges,
            FormatScope::Tables => self.judges || self.tabulates,
        }
    }
}

/// Runs a command with its parsed values.
type Runner = fn(&mut ArgMatches, &Context, &mut dyn LineSink) -> Result<Outcome, Failure>;

/// The entry of the command `C`.
const fn entry<C: RunCommand>() -> CommandEntry {
    CommandEntry {
        name: C::NAME,
        about: C::ABOUT,
        define: |command| C::augment_args(command),
        define_with_help: |command| {
            let command = C::augment_args(command).about(C::ABOUT).long_about(None);
            let formats = FormatSupport { judges: C::JUDGES, tabulates: C::TABULATES };
            help_layout::arrange(command, formats).after_long_help(help_layout::examples(C::EXAMPLES))
        },
        kind: CommandKind::Leaf {
            run: |matches, context, lines| {
                C::from_arg_matches_mut(matches).map_err(|error| Failure::usage(error.to_string()))?.run(context, lines)
            },
            answer: FormatSupport { judges: C::JUDGES, tabulates: C::TABULATES },
            schema: |name| envelope::<C::Data>(name),
        },
    }
}

/// Adds `entries` to the parser of their group; each is defined when it is called.
fn with(top: Command, entries: &'static [CommandEntry]) -> Command {
    entries.iter().fold(top, |top, entry| {
        let mut command = Command::new(entry.name).about(entry.about);
        if matches!(entry.kind, CommandKind::Group(_)) {
            command = command
                .long_about(None)
                .subcommand_required(true)
                .arg_required_else_help(true)
                .disable_help_subcommand(true);
        }
        top.subcommand(command.defer(entry.define_with_help))
    })
}

/// The schema of serialised output: a member that may be omitted is not required.
fn written<T: JsonSchema>() -> Schema {
    SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of a complete JSON document, with its `schema` member fixed to the name.
fn envelope<D: JsonSchema>(name: &str) -> Schema {
    let mut schema = written::<Envelope<'static, D>>();
    if let Some(member) = schema.pointer_mut("/properties/schema") {
        *member = serde_json::json!({ "const": format!("authkit/{name}/v1") });
    }
    schema.insert("title".to_owned(), format!("authkit/{name}/v1").into());
    schema
}

/// All commands, sorted by name.
pub static COMMANDS: &[CommandEntry] = &[
    entry::<audit::AuditCommand>(),
    entry::<completions::CompletionsCommand>(),
    entry::<decode::DecodeCommand>(),
    entry::<explain::ExplainCommand>(),
    entry::<inspect::InspectCommand>(),
    entry::<issue::IssueCommand>(),
    keys::ENTRY,
    entry::<lint::LintCommand>(),
    entry::<man::ManCommand>(),
    entry::<probe::ProbeCommand>(),
    entry::<recommend::RecommendCommand>(),
    entry::<schema::SchemaCommand>(),
    entry::<simulate::SimulateCommand>(),
    entry::<verify::VerifyCommand>(),
];

/// Every leaf with its schema name, such as `keys-generate`.
pub fn leaves() -> Vec<(String, &'static CommandEntry)> {
    fn walk(prefix: &str, entries: &'static [CommandEntry], found: &mut Vec<(String, &'static CommandEntry)>) {
        for entry in entries {
            let name = format!("{prefix}{}", entry.name);
            match &entry.kind {
                CommandKind::Leaf { .. } => found.push((name, entry)),
                CommandKind::Group(inner) => walk(&format!("{name}-"), inner, found),
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
    fn command_list_is_sorted_and_has_short_summaries() {
        fn check(entries: &[CommandEntry]) {
            assert!(entries.is_sorted_by(|a, b| a.name < b.name), "sorted and unique");
            for entry in entries {
                assert!(!entry.about.ends_with('.') && entry.about.len() <= 70, "{}", entry.name);
                if let CommandKind::Group(inner) = &entry.kind {
                    check(inner);
                }
            }
        }
        check(COMMANDS);
    }
}
