//! Completions and manual pages, made from the same parser that reads the arguments. They are committed
//! under `completions/` and `man/`, and a test at the end proves them equal (`BLESS=1` writes them).

use super::exit;
use super::failure::Failure;
use super::{budgets, threat_model};
use authkit::product_config::field::AbsentMeaning;
use authkit::product_config::formats::FORMATS;
use authkit::rule;
use authkit::rule_config::limit::LIMITS;
use authkit::rule_config::profile::PROFILES;
use authkit::simulate::preset::{Demonstration, PRESETS, SHOWN};
use authkit::simulate::strategies::{COMMON_KEYS, STRATEGIES};
use authkit::token::reject_reason::REASONS;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

/// A manual page: `authkit-keys-generate`, section 1 or 7, and its text.
pub struct ManPage {
    pub name: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "the file name in man/"))]
    pub section: u8,
    pub roff: String,
}

/// The completion script of one shell.
pub fn completions(shell: Shell, parser: Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut built(parser), "authkit", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The parser with every deferred part defined.
fn built(mut parser: Command) -> Command {
    parser.build();
    parser
}

/// All manual pages: one a command, and those about the whole.
///
/// # Errors
/// When a page cannot be written, which is a bug.
pub fn pages(parser: Command) -> Result<Vec<ManPage>, Failure> {
    let mut pages = Vec::new();
    command_pages(&built(parser), "authkit", &mut pages)?;
    pages.push(exit_codes());
    pages.push(formats());
    pages.push(rules());
    pages.push(scenarios());
    pages.push(threats());
    Ok(pages)
}

fn command_pages(command: &Command, name: &str, pages: &mut Vec<ManPage>) -> Result<(), Failure> {
    let mut text = Vec::new();
    let named = command.clone().name(name.to_owned()).bin_name(name.replace('-', " ")).disable_help_subcommand(true);
    // Of an option that the short help leaves out, a page shows the long help alone, and most have a line that is both.
    let named = named.mut_args(|arg| match (arg.get_long_help(), arg.get_help().cloned()) {
        (None, Some(help)) => arg.long_help(help),
        _ => arg,
    });
    clap_mangen::Man::new(named)
        .title(name)
        .date("")
        .manual("authkit")
        .render(&mut text)
        .map_err(|error| Failure::bug(format!("the page {name} cannot be written: {error}")))?;
    pages.push(ManPage { name: name.to_owned(), section: 1, roff: String::from_utf8_lossy(&text).into_owned() });
    for inner in command.get_subcommands() {
        command_pages(inner, &format!("{name}-{}", inner.get_name()), pages)?;
    }
    Ok(())
}

fn about_page(name: &str, about: &str, body: impl FnOnce(&mut Roff)) -> ManPage {
    let mut roff = Roff::new();
    roff.control("TH", [name, "7", "", concat!("authkit ", env!("CARGO_PKG_VERSION")), "authkit"]);
    roff.control("SH", ["NAME"]).text([roman(format!("{name} - {about}"))]);
    body(&mut roff);
    ManPage { name: name.to_owned(), section: 7, roff: roff.to_roff() }
}

fn exit_codes() -> ManPage {
    about_page("authkit-exit-codes", "what the exit codes of authkit mean", |roff| {
        roff.control("SH", ["DESCRIPTION"]);
        for (code, meaning) in exit::EXIT_CODES {
            roff.control("TP", []).text([bold(code.to_string())]).text([roman(*meaning)]);
        }
        roff.control("PP", []).text([roman(
            "When several hold, the first of this order counts: 70, 130 or 143, 2, 1, 4, 3, 0. The exit code of verify is \
             its verdict, whatever the findings. A reader that goes away (a closed pipe) changes no exit code.",
        )]);
    })
}

fn formats() -> ManPage {
    about_page("authkit-formats", "what authkit lint reads, and whose defaults it goes by", |roff| {
        roff.control("SH", ["DESCRIPTION"]).text([roman(
            "Each file says by its content what it is; --as names a format. A path is that of a setting from the place in \
             brackets; what follows is what the setting decides, how it is written, and what counts when it is not there.",
        )]);
        for format in FORMATS {
            roff.control("SH", [format.name.to_uppercase().as_str()]);
            roff.text([roman(format!("{}, {}. {}.", format.product, format.version, format.about))]);
            for (place, fields) in format.tables {
                let place = if place.is_empty() { "the top" } else { place };
                for field in *fields {
                    let absent = match field.absent {
                        AbsentMeaning::Default("") => "nothing".to_owned(),
                        AbsentMeaning::Default(text) => text.to_owned(),
                        AbsentMeaning::Forever => "no limit".to_owned(),
                        AbsentMeaning::Unjudged => "not judged".to_owned(),
                    };
                    let (role, grammar) = (field.role.name(), field.grammar.about());
                    let body = format!("{role}; {grammar}; when absent: {absent}. Source: {}.", field.source);
                    roff.control("TP", []).text([bold(format!("{} [{place}]", field.path))]).text([roman(body)]);
                }
            }
        }
    })
}

fn rules() -> ManPage {
    about_page("authkit-rules", "what authkit judges by: rules, reasons, limits, profiles", |roff| {
        roff.control("SH", ["RULES"]);
        for rule in rule::all_rules() {
            let head =
                format!("{} ({}, {}, about one {})", rule.id, rule.severity.name(), rule.basis.name(), rule.subject);
            let body = format!("{} Fix: {}. Source: {}.", rule.why, rule.fix, rule.source);
            roff.control("TP", []).text([bold(head)]).text([roman(body)]);
        }
        roff.control("SH", ["REASONS OF VERIFY"]);
        for reason in REASONS {
            let body = format!("{} Fix: {}. Source: {}.", reason.why, reason.fix, reason.source);
            roff.control("TP", []).text([bold(reason.id)]).text([roman(body)]);
        }
        roff.control("SH", ["LIMITS"]);
        for limit in LIMITS {
            let body = format!("{} {}: {}. Source: {}.", limit.default, limit.unit.name(), limit.about, limit.source);
            roff.control("TP", []).text([bold(limit.name)]).text([roman(body)]);
        }
        roff.control("SH", ["PROFILES"]);
        for profile in PROFILES {
            let body = format!("{}. Source: {}.", profile.about, profile.source);
            roff.control("TP", []).text([bold(profile.name)]).text([roman(body)]);
        }
    })
}

fn scenarios() -> ManPage {
    about_page("authkit-scenarios", "presets and strategies of authkit simulate, and what shows what", |roff| {
        roff.control("SH", ["WHAT SHOWS WHAT"]).text([roman(
            "Each line names a system or a trade-off, the preset that shows it, and the metric: authkit simulate --preset \
             PRESET --all.",
        )]);
        for Demonstration { what, preset, row } in SHOWN {
            roff.control("TP", []).text([bold(*what)]).text([roman(format!("{preset}: {row}"))]);
        }
        roff.control("SH", ["PRESETS"]).text([roman("authkit simulate --preset PRESET --print-scenario prints one.")]);
        for preset in PRESETS {
            roff.control("TP", []).text([bold(preset.id)]).text([roman(preset.about)]);
        }
        roff.control("SH", ["STRATEGIES"]);
        roff.text([roman(format!("All take {}.", COMMON_KEYS.join(", ")))]);
        for kind in STRATEGIES {
            let keys = if kind.keys.is_empty() { String::new() } else { format!(" Keys: {}.", kind.keys.join(", ")) };
            roff.control("TP", []).text([bold(kind.id)]).text([roman(format!("{}.{keys}", kind.about))]);
        }
    })
}

fn threats() -> ManPage {
    about_page("authkit-threat-model", "whom authkit defends against, and how", |roff| {
        roff.control("SH", ["DESCRIPTION"]).text([roman(threat_model::SCOPE)]);
        for actor in threat_model::ACTORS {
            roff.control("SH", [actor.name]);
            for threat in actor.threats {
                roff.control("TP", []).text([bold(threat.attack)]);
                roff.text([roman(format!("{} (Test: {}.)", threat.defence, threat.test))]);
            }
        }
        roff.control("SH", ["BUDGETS"]).text([roman(budgets::ABOUT)]);
        for budget in budgets::BUDGETS {
            let caps: Vec<String> = budget.caps.iter().map(ToString::to_string).collect();
            let said = format!("{}; beyond, {}. (Test: {}.)", caps.join(", "), budget.beyond, budget.test);
            roff.control("TP", []).text([bold(budget.input)]).text([roman(said)]);
        }
        roff.control("SH", ["NOT DEFENDED"]).text([roman(threat_model::NOT_DEFENDED)]);
    })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests read and write the committed files")]
mod tests {
    use super::*;
    use crate::cli::commands::parser;
    use clap::ValueEnum as _;
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn generated() -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        for shell in Shell::value_variants() {
            let name = match shell {
                Shell::Zsh => "_authkit".to_owned(),
                Shell::PowerShell => "_authkit.ps1".to_owned(),
                Shell::Elvish => "authkit.elv".to_owned(),
                other => format!("authkit.{other}"),
            };
            files.insert(Path::new("completions").join(name), completions(*shell, parser()));
        }
        for page in pages(parser()).unwrap() {
            files.insert(Path::new("man").join(format!("{}.{}", page.name, page.section)), page.roff);
        }
        files
    }

    #[test]
    fn committed_files_match_the_parser() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = generated();
        if std::env::var_os("BLESS").is_some() {
            for folder in ["completions", "man"] {
                let _ = std::fs::remove_dir_all(root.join(folder));
                std::fs::create_dir_all(root.join(folder)).unwrap();
            }
            for (path, text) in &files {
                std::fs::write(root.join(path), text).unwrap();
            }
        }
        for (path, text) in &files {
            let committed = std::fs::read_to_string(root.join(path)).unwrap_or_default();
            assert!(committed == *text, "{} differs from the parser; BLESS=1 cargo test writes it", path.display());
        }
        for folder in ["completions", "man"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let path = path.strip_prefix(root).unwrap();
                assert!(files.contains_key(path), "{} is not generated any more", path.display());
            }
        }
    }

    #[test]
    fn every_example_names_a_command_that_parses() {
        for page in pages(parser()).unwrap().iter().filter(|page| page.section == 1) {
            assert_eq!(page.roff.matches(".TH").count(), 1, "{}", page.name);
        }
    }
}
