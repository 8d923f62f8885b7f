//! The man page of one command (section 1), from its parser.

use super::exit;
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use std::io;

/// Overview pages that each page refers to.
const OVERVIEWS: &[&str] = &["exit-codes", "formats", "rules", "scenarios", "threat-model"];

/// The definition of the apostrophe, which every section writes; once is enough.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// The page of `command`, as roff. `name` is `authkit-keys-generate`; `parent` is the name of the page above.
///
/// # Errors
/// The generator fails, which is a bug.
pub fn render(command: &Command, name: &str, parent: Option<&str>) -> io::Result<String> {
    let named = command.clone().name(name.to_owned()).bin_name(name.replace('-', " ")).disable_help_subcommand(true);
    // For an option hidden in the short help, clap_mangen renders the long help only; most options have just one help
    // text.
    let mut named = named.mut_args(|arg| match (arg.get_long_help(), arg.get_help().cloned()) {
        (None, Some(help)) => arg.long_help(help),
        _ => arg,
    });
    let usage = named.render_usage().to_string();
    let page = Man::new(named).title(name).date("").manual("authkit");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    layout().to_writer(&mut text)?;
    page.render_name_section(&mut text)?;
    synopsis(&usage, &name.replace('-', " ")).to_writer(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    back_matter(command, parent).to_writer(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(format!("{PREAMBLE}{}", text.replace(PREAMBLE, "")))
}

/// Text is neither hyphenated nor justified, because options and examples are copied from it.
fn layout() -> Roff {
    let mut roff = Roff::new();
    roff.control("nh", []).control("ad", ["l"]);
    roff
}

/// SYNOPSIS: the usage line of the help, without the list of all options.
fn synopsis(usage: &str, command: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let arguments = usage.trim_start_matches("Usage:").trim().trim_start_matches(command);
    roff.text([bold(command), roman(arguments)]);
    roff
}

/// The sections after the options.
fn back_matter(command: &Command, parent: Option<&str>) -> Roff {
    let mut roff = Roff::new();
    examples(&mut roff, command);
    exit_status(&mut roff);
    environment(&mut roff, command);
    files(&mut roff, command);
    see_also(&mut roff, command, parent);
    roff
}

fn examples(roff: &mut Roff, command: &Command) {
    let Some(text) = command.get_after_long_help() else { return };
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in text.to_string().lines().skip(1) {
        match line.split_once('#') {
            Some((example, comment)) => {
                roff.text([roman(format!("# {}", comment.trim()))]);
                roff.text([bold(example.trim())]);
            }
            None => {
                roff.text([bold(line.trim())]);
            }
        }
    }
    roff.control("fi", []);
}

fn exit_status(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in exit::EXIT_CODES {
        roff.control("TP", []).text([bold(code.to_string())]).text([roman(*meaning)]);
    }
}

/// The variables that the help of an option names: `[env: AUTHKIT_FORMAT]`.
fn environment(roff: &mut Roff, command: &Command) {
    let mut lines: Vec<(String, String)> = Vec::new();
    for option in command.get_arguments() {
        let (Some(help), Some(long)) = (option.get_help(), option.get_long()) else { continue };
        let help = help.to_string();
        let Some((_, variables)) = help.split_once("[env: ") else { continue };
        let variables = variables.split_once(']').map_or(variables, |(inside, _)| inside);
        lines.extend(variables.split(", ").map(|variable| (variable.to_owned(), format!("See --{long}."))));
    }
    if lines.is_empty() {
        return;
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (variable, text) in lines {
        roff.control("TP", []).text([bold(variable)]).text([roman(text)]);
    }
}

fn files(roff: &mut Roff, command: &Command) {
    let takes = |id: &str| command.get_arguments().any(|option| option.get_id() == id);
    roff.control("SH", ["FILES"]);
    if takes("config") {
        roff.control("TP", []).text([bold("authkit.toml")]).text([roman(
            "Settings: limits, severities, ignores, policies. Searched from the current directory up to the root of \
             the repository.",
        )]);
    }
    roff.control("TP", [])
        .text([bold("authkit/keys.json")])
        .text([roman("The key store, in the user's data directory ($XDG_DATA_HOME, else ~/.local/share on Linux).")]);
}

/// SEE ALSO: the page above, those below, and the overviews.
fn see_also(roff: &mut Roff, command: &Command, parent: Option<&str>) {
    let own = parent.map_or_else(|| "authkit".to_owned(), |parent| format!("{parent}-{}", command.get_name()));
    let above = parent.iter().map(|parent| format!("{parent}(1)"));
    let below = command.get_subcommands().map(|inner| format!("{own}-{}(1)", inner.get_name()));
    let overviews = OVERVIEWS.iter().map(|overview| format!("authkit-{overview}(7)"));
    let pages: Vec<Inline> = above.chain(below).chain(overviews).map(roman).collect();
    roff.control("SH", ["SEE ALSO"]);
    let last = pages.len().saturating_sub(1);
    for (at, page) in pages.into_iter().enumerate() {
        roff.text([page, roman(if at == last { "" } else { "," })]);
    }
}
