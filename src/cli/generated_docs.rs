//! Generator of shell completions and man pages, from the same parser that reads the arguments. The results are
//! committed under `completions/` and `man/`; a test keeps them equal (`BLESS=1` writes them).

use super::failure::Failure;
use super::{budgets, command_page, exit, threat_model};
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

/// A man page.
pub struct ManPage {
    /// For example `authkit-keys-generate`.
    pub name: String,
    /// 1 for commands, 7 for overviews.
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

/// The parser with all deferred definitions evaluated.
fn built(mut parser: Command) -> Command {
    parser.build();
    parser
}

/// All man pages: one per command, and the overview pages of section 7.
///
/// # Errors
/// When a page cannot be rendered, which is a bug.
pub fn pages(parser: Command) -> Result<Vec<ManPage>, Failure> {
    let mut pages = Vec::new();
    command_pages(&built(parser), "authkit", None, &mut pages)?;
    pages.push(exit_codes());
    pages.push(formats());
    pages.push(rules());
    pages.push(scenarios());
    pages.push(threats());
    Ok(pages)
}

fn command_pages(command: &Command, name: &str, parent: Option<&str>, pages: &mut Vec<ManPage>) -> Result<(), Failure> {
    let roff = command_page::render(command, name, parent)
        .map_err(|error| Failure::internal(format!("cannot render man page {name}: {error}")))?;
    pages.push(ManPage { name: name.to_owned(), section: 1, roff });
    for inner in command.get_subcommands() {
        command_pages(inner, &format!("{name}-{}", inner.get_name()), Some(name), pages)?;
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
    about_page("authkit-exit-codes", "exit codes of authkit", |roff| {
        roff.control("SH", ["DESCRIPTION"]);
        for (code, meaning) in exit::EXIT_CODES {
            roff.control("TP", []).text([bold(code.to_string())]).text([roman(*meaning)]);
        }
        roff.control("PP", []).text([roman(
            "When several apply, the first in this order wins: 70, 130 or 143, 2, 1, 4, 3, 5, 0. The exit code of \
             verify follows from its verdict, not from findings. A closed pipe does not change the exit \
             code.",
        )]);
    })
}

fn formats() -> ManPage {
    about_page("authkit-formats", "configuration formats and defaults known to authkit lint", |roff| {
        roff.control("SH", ["DESCRIPTION"]).text([roman(
            "The format is detected from the content of a file; --as overrides it. Each entry is the path of a \
             setting, relative to the table in brackets, followed by its role, its syntax, and its default when \
             absent.",
        )]);
        for format in FORMATS {
            roff.control("SH", [format.name.to_uppercase().as_str()]);
            roff.text([roman(format!("{}, {}. {}.", format.product, format.version, format.about))]);
            for (place, fields) in format.tables {
                let place = if place.is_empty() { "top level" } else { place };
                for field in *fields {
                    let absent = match field.absent {
                        AbsentMeaning::Default("") => "empty".to_owned(),
                        AbsentMeaning::Default(text) => text.to_owned(),
                        AbsentMeaning::Forever => "no limit".to_owned(),
                        AbsentMeaning::Unjudged => "not checked".to_owned(),
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
    about_page("authkit-rules", "rules, reject reasons, limits and profiles of authkit", |roff| {
        roff.control("SH", ["RULES"]);
        for rule in rule::all_rules() {
            let head =
                format!("{} ({}, {}, subject: {})", rule.id, rule.severity.name(), rule.basis.name(), rule.subject);
            let body = format!("{} Fix: {}. Source: {}.", rule.why, rule.fix, rule.source);
            roff.control("TP", []).text([bold(head)]).text([roman(body)]);
        }
        roff.control("SH", ["REJECT REASONS"]);
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
    about_page("authkit-scenarios", "demonstrations, presets and strategies of authkit simulate", |roff| {
        roff.control("SH", ["DEMONSTRATIONS"]).text([roman(
            "Each line names a system or a trade-off, the preset that demonstrates it, and the metric to look at: \
             authkit simulate --preset PRESET --all.",
        )]);
        for Demonstration { what, preset, metric } in SHOWN {
            roff.control("TP", []).text([bold(*what)]).text([roman(format!("{preset}: {metric}"))]);
        }
        roff.control("SH", ["PRESETS"])
            .text([roman("To print one: authkit simulate --preset PRESET --print-scenario.")]);
        for preset in PRESETS {
            roff.control("TP", []).text([bold(preset.id)]).text([roman(preset.about)]);
        }
        roff.control("SH", ["STRATEGIES"]);
        roff.text([roman(format!("All accept {}.", COMMON_KEYS.join(", ")))]);
        for kind in STRATEGIES {
            let keys = if kind.keys.is_empty() { String::new() } else { format!(" Keys: {}.", kind.keys.join(", ")) };
            roff.control("TP", []).text([bold(kind.id)]).text([roman(format!("{}.{keys}", kind.about))]);
        }
    })
}

fn threats() -> ManPage {
    about_page("authkit-threat-model", "attackers, attacks and defences", |roff| {
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
            let body = format!("{}; above: {}. (Test: {}.)", caps.join(", "), budget.beyond, budget.test);
            roff.control("TP", []).text([bold(budget.input)]).text([roman(body)]);
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
            for directory in ["completions", "man"] {
                let _ = std::fs::remove_dir_all(root.join(directory));
                std::fs::create_dir_all(root.join(directory)).unwrap();
            }
            for (path, text) in &files {
                std::fs::write(root.join(path), text).unwrap();
            }
        }
        for (path, text) in &files {
            let committed = std::fs::read_to_string(root.join(path)).unwrap_or_default();
            assert!(committed == *text, "{} differs from the parser; BLESS=1 cargo test writes it", path.display());
        }
        for directory in ["completions", "man"] {
            for entry in std::fs::read_dir(root.join(directory)).unwrap() {
                let path = entry.unwrap().path();
                let path = path.strip_prefix(root).unwrap();
                assert!(files.contains_key(path), "{} is no longer generated", path.display());
            }
        }
    }

    #[test]
    fn every_command_page_has_one_title() {
        for page in pages(parser()).unwrap().iter().filter(|page| page.section == 1) {
            assert_eq!(page.roff.matches(".TH").count(), 1, "{}", page.name);
        }
    }
}
