//! The commands, as a list; the path is the command. Each is defined only when it is called.
//!
//! To add one: a file with a `clap::Args` struct that implements [`Run`], and two lines here, the `mod`
//! and the entry.

use super::context::Context;
use super::failure::Failure;
use super::global_args::{FormatScope, OutputFormat};
use super::output::LineSink;
use authkit::report::Outcome;
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

/// A command.
pub trait RunCommand: Args {
    const NAME: &'static str;
    /// One line, without a full stop.
    const ABOUT: &'static str;
    /// Lines of `command  # comment` for `--help`; each of them runs.
    const EXAMPLES: &'static str;
    /// Whether its answer is findings about what it was given, so that `sarif`, `github`, `junit`,
    /// `markdown` and `csv` say something of it. Not for a command that makes or verifies something.
    const JUDGES: bool = false;
    /// Whether its answer is a table (`records` of the report), which `markdown` and `csv` write.
    const TABULATES: bool = false;
    /// `data` of the JSON answer.
    type Data: JsonSchema;

    fn run(self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure>;
}

/// A command in the list: a leaf that runs, or a group of more commands.
pub struct CommandEntry {
    pub name: &'static str,
    pub about: &'static str,
    define: fn(Command) -> Command,
    pub kind: CommandKind,
}

pub enum CommandKind {
    Leaf { run: Runner, answer: FormatSupport, schema: fn(&str) -> Schema },
    Group(&'static [CommandEntry]),
}

/// What an answer is, beside words.
#[derive(Clone, Copy, Debug)]
pub struct FormatSupport {
    pub judges: bool,
    pub tabulates: bool,
}

impl FormatSupport {
    pub const fn can_be(self, format: OutputFormat) -> bool {
        match format.matter() {
            FormatScope::Any => true,
            FormatScope::Findings => self.judges,
            FormatScope::Tables => self.judges || self.tabulates,
        }
    }
}

type Runner = fn(&mut ArgMatches, &Context, &mut dyn LineSink) -> Result<Outcome, Failure>;

const fn entry<C: RunCommand>() -> CommandEntry {
    CommandEntry {
        name: C::NAME,
        about: C::ABOUT,
        define: |command| {
            C::augment_args(command).about(C::ABOUT).long_about(None).after_long_help(examples(C::EXAMPLES))
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

fn examples(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| format!("  {}", line.trim())).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// The parser of a group holds its commands, each to be defined when it is called.
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
        top.subcommand(command.defer(entry.define))
    })
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

/// Every leaf with its name in schemas: `keys-generate`.
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
    fn laws_of_the_list() {
        fn laws(entries: &[CommandEntry]) {
            assert!(entries.is_sorted_by(|a, b| a.name < b.name), "sorted and unique");
            for entry in entries {
                assert!(!entry.about.ends_with('.') && entry.about.len() <= 70, "{}", entry.name);
                if let CommandKind::Group(inner) = &entry.kind {
                    laws(inner);
                }
            }
        }
        laws(COMMANDS);
    }
}
