//! Layout of the help of a command: its own options first, then the global options, with the formats that it supports.

use super::FormatSupport;
use crate::cli::global_args::{GlobalArgs, OutputFormat};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args as _, Command, ValueEnum as _};

/// Moves the global options after those of the command, and leaves the formats that it supports.
pub fn arrange(command: Command, formats: FormatSupport) -> Command {
    let global = GlobalArgs::augment_args(Command::new(""));
    let moved = global.get_arguments().fold(command, |command, option| {
        // The parser of one command has no global options yet.
        let known = command.get_arguments().any(|defined| defined.get_id() == option.get_id());
        // `mut_arg` appends the option that it changes.
        if known { command.mut_arg(option.get_id(), |option| option) } else { command }
    });
    let supported = OutputFormat::value_variants().iter().filter(|format| formats.can_be(**format));
    let names: Vec<PossibleValue> = supported.filter_map(OutputFormat::to_possible_value).collect();
    let parser = PossibleValuesParser::new(names).try_map(|name| OutputFormat::from_str(&name, false));
    moved.mut_arg("format", |option| option.value_parser(parser))
}

/// The examples section of the long help.
pub fn examples(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| format!("  {}", line.trim())).collect();
    format!("Examples:\n{}", lines.join("\n"))
}
