//! Laws of the source, checked as text, because a text cannot miss an unlisted function: the wall around the library, the
//! order of its modules, and names.

use crate::harness::root;
use quote::ToTokens as _;
use source::{SourceFile, files, source};
use std::path::Path;

mod imports;
mod names;
mod simulation;
mod source;

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

/// Production code as tokens without blanks around `::`, one item a line; comments and doc comments are not in it.
fn code(file: &SourceFile) -> Vec<String> {
    let item = |item: &syn::Item| item.to_token_stream().to_string().replace(" :: ", "::").replace(":: ", "::");
    file.items.iter().map(item).collect()
}

/// Whether `word` stands in `code` as a path or a name.
fn names(code: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(in_name)
            && after.is_none_or(|c| !in_name(c))
            && (word.contains(':') || word.contains(char::is_uppercase) || code[at + word.len()..].starts_with("::"))
    })
}

#[test]
fn library_names_no_edge() {
    let mut found = Vec::new();
    for file in source().iter().filter(|file| !file.is_program()) {
        for code in code(file) {
            let named = EDGE.iter().filter(|word| names(&code, word));
            found.extend(named.map(|word| format!("{}: {word}", file.path.display())));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn rsa_crate_is_named_in_one_file() {
    // The crate only makes and encodes keys here (RUSTSEC-2023-0071 is about private operations).
    let files = source();
    let naming =
        files.iter().filter(|file| !file.is_program() && code(file).iter().any(|code| code.contains("::rsa::")));
    let paths: Vec<_> = naming.map(|file| file.path.as_path()).collect();
    assert_eq!(paths, [Path::new("key/rsa_generation.rs")]);
}

#[test]
fn clock_and_generator_are_named_in_one_file() {
    for file in source().iter().filter(|file| file.is_program() && !file.path.ends_with("system.rs")) {
        for word in ["SystemTime", "SysRng", "std::env::var"] {
            assert!(!code(file).iter().any(|code| code.contains(word)), "{} names {word}", file.path.display());
        }
    }
}

#[test]
fn every_integration_test_file_is_declared() {
    let directory = root().join("tests/integration");
    let list = std::fs::read_to_string(directory.join("main.rs")).expect("main.rs");
    for path in files(&directory).into_iter().filter(|path| path.parent() == Some(directory.as_path())) {
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
