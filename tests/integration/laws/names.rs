//! Names: a type means one thing in the crate, and a file that holds only tests is known as one.

use super::source::{SourceFile, files, source};
use crate::harness::root;
use std::collections::BTreeMap;
use syn::Item;

/// Names that several modules may use, always written with the module.
const PATTERNS: &[(&str, &str)] = &[("Args", "the flags of a command"), ("Error", "the error of a module")];

/// Words that are no name of a type: they say that something happened, or where, not what it is.
const NO_NOUNS: &[&str] = &[
    "About", "Ahead", "Alike", "Asked", "Before", "Begun", "Behind", "Beside", "Both", "By", "Coming", "Counted",
    "Data", "Done", "Early", "Filled", "Found", "Got", "Heard", "Judged", "Kept", "Known", "Left", "Listed",
    "Measured", "Named", "Noted", "Opened", "Ran", "Ready", "Said", "Seen", "Shown", "Sighted", "Stored", "Thing",
    "Told", "Unfit", "Unsound", "Used", "View", "Weighed", "Where", "Why", "Within", "Written",
];

/// Types of a file, less those that a function keeps to itself.
fn types(file: &SourceFile) -> Vec<String> {
    let name = |item: &Item| match item {
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    };
    file.items.iter().filter_map(name).collect()
}

/// Functions and methods of a file.
fn functions(file: &SourceFile) -> Vec<String> {
    let mut found = Vec::new();
    for item in &file.items {
        match item {
            Item::Fn(function) => found.push(function.sig.ident.to_string()),
            Item::Impl(block) => found.extend(block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                _ => None,
            })),
            _ => {}
        }
    }
    found
}

#[test]
fn type_names_are_unique() {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in source() {
        for name in types(&file) {
            files.entry(name).or_default().push(file.path.display().to_string());
        }
    }
    let is_pattern = |name: &str| PATTERNS.iter().any(|(pattern, _)| *pattern == name);
    files.retain(|name, files| files.len() > 1 && !is_pattern(name));
    assert!(files.is_empty(), "{} names mean several types: {files:#?}", files.len());
}

#[test]
fn type_names_are_nouns() {
    for file in source() {
        for name in types(&file) {
            assert!(!NO_NOUNS.contains(&name.as_str()), "{}: {name} says not what it is", file.path.display());
        }
    }
}

#[test]
fn constructors_say_what_they_take() {
    for file in source() {
        for name in functions(&file) {
            assert!(name != "of" && !name.starts_with("of_"), "{}: fn {name}", file.path.display());
        }
    }
}

#[test]
fn production_files_hold_production_code() {
    for file in source() {
        let has_code = file.items.iter().any(|item| !matches!(item, Item::Use(_)));
        assert!(has_code, "{} holds only tests: it belongs below a module that is called tests", file.path.display());
    }
}

#[test]
fn test_modules_are_called_tests() {
    // The number of cases that every property test draws, and a fixture that every format of a report is tested with.
    const OTHERS: &[&str] = &["exploration", "test_fixtures"];
    for file in source() {
        for (name, _) in &file.test_modules {
            assert!(name == "tests" || OTHERS.contains(&name.as_str()), "{}: mod {name}", file.path.display());
        }
    }
}

/// Subject, condition and outcome take three words.
#[test]
fn test_names_say_subject_condition_and_outcome() {
    // Vectors of RFCs have the names that the RFCs give them.
    const OTHERS: &[&str] = &["curve25519_jws"];
    for path in files(&root().join("src")).into_iter().chain(files(&root().join("tests"))) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let tests = text.split("#[test]").skip(1).filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
        for (name, _) in tests.filter(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
            let words = name.split('_').count();
            assert!(words >= 3 || OTHERS.contains(&name), "{}: fn {name}", path.display());
        }
    }
}

#[test]
fn glossary_names_types_that_exist() {
    let text = std::fs::read_to_string(root().join("docs/GLOSSARY.md")).expect("the glossary");
    let all: String =
        files(&root().join("src")).iter().map(|path| std::fs::read_to_string(path).expect("a file")).collect();
    let known: std::collections::BTreeSet<&str> =
        all.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let cells = text.lines().filter_map(|line| line.split('|').nth(3));
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    for name in names.filter(|name| !name.contains(['-', '*', ' ', '.'])) {
        for part in name.split("::") {
            assert!(known.contains(part), "{name} of the glossary is not in the source");
        }
    }
}
