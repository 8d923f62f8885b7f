//! The command-line program: parse arguments, build the context, run the command, render the report, exit. All access
//! to files, network, clock and environment is in this module tree; the library has none.

mod baseline;
mod budgets;
mod claim_value;
mod command_page;
mod commands;
mod config_file;
mod context;
mod device;
mod dotenv_spec;
mod exit;
mod failure;
#[cfg(feature = "net")]
#[allow(dead_code, reason = "the address, the duration and OPTIONS have no user yet")]
mod fetch;
mod fetch_settings;
mod file_access;
mod first_line;
mod gate_args;
mod generated_docs;
mod global_args;
mod hidden_argument;
mod input;
mod key_file;
mod key_inventory;
mod key_spec;
mod key_store;
mod lifecycle;
mod line_batch;
mod loaded_keys;
mod lookup;
mod network_args;
mod number_format;
mod open_directory;
mod other_tools;
mod outcome;
mod output;
mod ownership;
mod pair;
mod progress;
#[cfg(feature = "net")]
mod remote_keys;
mod resolved_path;
mod rule_config_args;
mod simulation_runner;
mod sources;
mod store_lock;
mod store_place;
mod system;
mod threat_model;
mod time_zone;
mod token_argument;
mod usage_error;
mod verification_keys;
mod whole_file;

use authkit::report::{Report, csv, github, human, json, junit, markdown, sarif};
use commands::ParsedCommand;
use context::{Context, OutputTarget};
use failure::Failure;
use global_args::OutputFormat;
use outcome::Outcome;
use output::Mode;
use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    exit::run_guarded(run)
}

fn run() -> ExitCode {
    system::forbid_core_dumps();
    let mut call = match ParsedCommand::read(&system::arguments()) {
        Ok(call) => call,
        Err(error) => {
            return usage_error::handle_clap_error(&error, |arguments| ParsedCommand::read(arguments).map(drop));
        }
    };
    let context = match call.shared().and_then(|shared| Context::new(&shared, commands::parser)) {
        Ok(context) => context,
        Err(failure) => return exit::report_failure(&failure, global_args::wanted_format(), &exit::default_style()),
    };
    let result = work(call, &context);
    context.tell_notes();
    match result {
        Ok(outcome) => exit::code(&outcome),
        Err(failure) => exit::report_failure(&failure, context.format, &context.error_look),
    }
}

fn work(call: ParsedCommand, context: &Context) -> Result<Outcome, Failure> {
    let file = match context.main_output() {
        Some(OutputTarget::File(path)) => Some(path.as_path()),
        _ => None,
    };
    // Checked before any work is done, and again on writing.
    for output in &context.outputs {
        if let OutputTarget::File(path) = &output.target {
            key_store::refuse_as_output(context, path)?;
        }
    }
    let mut lines = output::lines(context, file)?;
    let outcome = call.run(context, &mut *lines)?;
    if outcome.report.streamed {
        lines.finish()?
    } else {
        lines.flush()?
    }
    deliver(&outcome, context)?;
    Ok(outcome)
}

/// Writes the artefact and the report to the requested outputs.
fn deliver(outcome: &Outcome, context: &Context) -> Result<(), Failure> {
    let Outcome { artefact, report, .. } = outcome;
    let mode = if artefact.as_ref().is_some_and(|artefact| artefact.private) { Mode::Private } else { Mode::Public };
    let file = match context.main_output() {
        Some(OutputTarget::File(path)) => Some(path),
        _ => None,
    };
    for output in &context.outputs {
        if let Some(format) = output.format {
            send(&output.target, written(report, format, context, false)?.as_bytes(), mode, context)?;
        }
    }
    match (artefact, file) {
        (Some(artefact), Some(path)) => {
            if let Some(warning) = file_access::permission_warning().filter(|_| artefact.private) {
                context.warn(warning.to_owned());
            }
            output::write_file(context, path, artefact.bytes.expose(), mode, context.force)?;
        }
        (Some(artefact), None) if context.format == OutputFormat::Human => {
            output::write_stdout(artefact.bytes.expose())?
        }
        (None, Some(path)) if !report.streamed => {
            let text = written(report, context.format, context, false)?;
            output::write_file(context, path, text.as_bytes(), mode, context.force)?;
            system::write_stderr(&human::hints(report, &context.error_look));
            return Ok(());
        }
        _ => {}
    }
    match context.format {
        OutputFormat::Human if context.quiet => {}
        // Standard output contains the artefact, so findings go to standard error.
        OutputFormat::Human if (artefact.is_some() && file.is_none()) || report.streamed => {
            system::write_stderr(&human::findings(report, &context.error_look));
        }
        _ if report.streamed => {}
        format => output::write_stdout(written(report, format, context, true)?.as_bytes())?,
    }
    if context.format == OutputFormat::Human && !context.quiet {
        system::write_stderr(&human::hints(report, &context.error_look));
    }
    Ok(())
}

fn send(target: &OutputTarget, bytes: &[u8], mode: Mode, context: &Context) -> Result<(), Failure> {
    match target {
        OutputTarget::Stdout => output::write_stdout(bytes),
        OutputTarget::File(path) => output::write_file(context, path, bytes, mode, context.force),
    }
}

fn written(report: &Report, format: OutputFormat, context: &Context, for_stdout: bool) -> Result<String, Failure> {
    Ok(match format {
        OutputFormat::Json => json::render(report)?,
        OutputFormat::Human if for_stdout => human::render(report, &context.look),
        OutputFormat::Human => human::render(report, &authkit::report::RenderStyle { color: false, ..context.look }),
        OutputFormat::Sarif => sarif::render(report)?,
        OutputFormat::Github => github::render(report),
        OutputFormat::Junit => junit::render(report).map_err(|error| Failure::internal(format!("JUnit: {error}")))?,
        OutputFormat::Markdown => markdown::render(report),
        OutputFormat::Csv => csv::render(report).map_err(|error| Failure::internal(format!("CSV: {error}")))?,
    })
}
