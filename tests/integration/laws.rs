//! The wall around the library, checked as text, because a text cannot miss an unlisted function.

use crate::harness::root;
use std::path::{Path, PathBuf};

/// Floors, bottom up. A module may name its own floor's parents, never its own floor or a higher one.
const FLOORS: &[&[&str]] = &[
    &["time", "secret", "encoding"],
    &["finding"],
    &["alg"],
    &["key"],
    &["rotation", "token"],
    &["config", "cookie"],
    &["guess", "lifecycle", "policy"],
    &["rule"],
    &["settings"],
    &["sighting"],
    &["audit", "identify", "inspect", "lint"],
    &["probe", "simulate"],
    &["report"],
];

/// Crates and modules that only the program may name.
const EDGE: &[&str] = &[
    "clap",
    "clap_complete",
    "clap_mangen",
    "etcetera",
    "flate2",
    "ignore",
    "indicatif",
    "rand",
    "rayon",
    "rpassword",
    "signal_hook",
    "tempfile",
    "terminal_size",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "SystemTime",
    "Instant",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Library files with the part above their tests.
fn library() -> Vec<(PathBuf, String)> {
    let source = root().join("src");
    files(&source)
        .into_iter()
        .filter(|path| {
            !path.starts_with(source.join("cli")) && !path.ends_with("main.rs") && !path.ends_with("tests.rs")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            (path, code)
        })
        .collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether `word` stands in `line` as a path or name of its own.
fn names(line: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(in_name)
            && after.is_none_or(|c| !in_name(c))
            && (word.contains(':') || word.contains(char::is_uppercase) || line[at + word.len()..].starts_with("::"))
    })
}

#[test]
fn the_library_names_no_edge() {
    let mut found = Vec::new();
    for (path, code) in library() {
        for (n, line) in code.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            found.extend(
                EDGE.iter()
                    .filter(|word| names(line, word))
                    .map(|word| format!("{}:{}: {word}", path.display(), n + 1)),
            );
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn imports_go_down_only() {
    let source = root().join("src");
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    let mut wrong = Vec::new();
    for (path, code) in library() {
        let own = path.strip_prefix(&source).expect("in src").components().next().expect("a name");
        let own = own.as_os_str().to_str().expect("UTF-8").trim_end_matches(".rs").to_owned();
        if own == "lib" {
            continue;
        }
        let mine = floor(&own).unwrap_or_else(|| panic!("{own} stands on no floor"));
        for (n, line) in code.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            for rest in line.split("crate::").skip(1) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // Every test may ask how many cases to draw.
                if name != own && name != "exploration" && floor(&name).is_none_or(|theirs| theirs >= mine) {
                    wrong.push(format!("{}:{}: {own} names {name}", path.display(), n + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_file_names_the_rsa_crate() {
    // The crate only makes and encodes keys here (RUSTSEC-2023-0071 is about private operations).
    let naming: Vec<_> = library()
        .into_iter()
        .filter(|(_, code)| code.lines().any(|line| !is_comment(line) && line.contains("::rsa::")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(naming, [root().join("src/key/rsa_generation.rs")]);
}

#[test]
fn what_commands_use_imports_no_command() {
    let cli = root().join("src/cli");
    for path in files(&cli).into_iter().filter(|path| !path.starts_with(cli.join("commands"))) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        assert!(path == cli.join("mod.rs") || !text.contains("commands::"), "{} names a command", path.display());
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = root().join("tests/integration");
    let list = std::fs::read_to_string(folder.join("main.rs")).expect("main.rs");
    for path in files(&folder).into_iter().filter(|path| path.parent() == Some(folder.as_path())) {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(name == "main" || list.contains(&format!("mod {name};")), "{name} has no mod line");
    }
}

#[test]
fn every_property_test_draws_the_same_cases_each_time() {
    let all = files(&root().join("src")).into_iter().chain(files(&root().join("tests/integration")));
    for path in all.filter(|path| !path.ends_with("exploration.rs") && !path.ends_with("laws.rs")) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let (tests, configured) = (text.matches("proptest! {").count(), text.matches("exploration::cases(").count());
        assert_eq!(tests, configured, "{}: draw with crate::exploration::cases", path.display());
        for other in ["ProptestConfig::", "TestRunner", "RandomState::new"] {
            assert!(!text.contains(other), "{}: {other} draws anew in each run", path.display());
        }
    }
}

#[test]
fn no_file_names_a_clock_that_tests_would_need() {
    // Files of the program that may read the clock or the generator: one.
    let source = root().join("src/cli");
    for path in files(&source).into_iter().filter(|path| !path.ends_with("ambient.rs")) {
        let text = std::fs::read_to_string(&path).expect("a file");
        for word in ["SystemTime", "SysRng", "std::env::var"] {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            assert!(
                !code.lines().any(|line| !is_comment(line) && line.contains(word)),
                "{} names {word}",
                path.display()
            );
        }
    }
}
