//! The files of `src/`, parsed: whole, less the items that only tests see.

use crate::harness::root;
use quote::ToTokens as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::{Attribute, Item};

/// One file of production code.
pub struct SourceFile {
    /// The path below `src/`.
    pub path: PathBuf,
    /// The module that the file is, from the root of its crate: empty for `lib.rs` and `main.rs`.
    pub module: Vec<String>,
    /// Its items, less those under `cfg(test)`.
    pub items: Vec<Item>,
    /// The names of its modules under `cfg(test)`, with whether they stand in this file.
    pub test_modules: Vec<(String, bool)>,
}

impl SourceFile {
    /// Whether the file belongs to the program, not to the library.
    pub fn is_program(&self) -> bool {
        self.path.starts_with("cli") || self.path == Path::new("main.rs")
    }
}

/// Every production file of `src/`, by its path.
pub fn source() -> Vec<SourceFile> {
    let directory = root().join("src");
    let mut parsed: BTreeMap<PathBuf, SourceFile> = BTreeMap::new();
    for path in files(&directory) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let path = path.strip_prefix(&directory).expect("in src").to_owned();
        let (items, test_modules) = without_tests(tree.items);
        parsed.insert(path.clone(), SourceFile { module: module_of(&path), path, items, test_modules });
    }
    let tests: Vec<Vec<String>> = parsed
        .values()
        .flat_map(|file| {
            let declared = file.test_modules.iter().filter(|(_, is_inline)| !is_inline);
            declared.map(|(name, _)| file.module.iter().cloned().chain([name.clone()]).collect())
        })
        .collect();
    let is_test = |file: &SourceFile| tests.iter().any(|test| file.module.starts_with(test));
    parsed.into_values().filter(|file| !is_test(file)).collect()
}

/// Every `.rs` file below a directory, sorted.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
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

fn module_of(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        path.with_extension("").iter().map(|name| name.to_str().expect("UTF-8").to_owned()).collect();
    if names.last().is_some_and(|name| name == "mod")
        || (names.len() == 1 && ["lib", "main"].contains(&names[0].as_str()))
    {
        names.pop();
    }
    names
}

/// The items without those that only tests see, and the names of the modules among the latter.
fn without_tests(items: Vec<Item>) -> (Vec<Item>, Vec<(String, bool)>) {
    let mut modules = Vec::new();
    let kept = items
        .into_iter()
        .filter_map(|mut item| {
            if attributes(&item).iter().any(is_for_tests) {
                if let Item::Mod(module) = &item {
                    modules.push((module.ident.to_string(), module.content.is_some()));
                }
                return None;
            }
            match &mut item {
                Item::Impl(block) => block.items.retain(|item| match item {
                    syn::ImplItem::Fn(function) => !function.attrs.iter().any(is_for_tests),
                    syn::ImplItem::Const(constant) => !constant.attrs.iter().any(is_for_tests),
                    _ => true,
                }),
                Item::Mod(module) => {
                    if let Some((_, inner)) = &mut module.content {
                        *inner = without_tests(std::mem::take(inner)).0;
                    }
                }
                _ => {}
            }
            Some(item)
        })
        .collect();
    (kept, modules)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[test]`, and every `cfg` that asks for `test`.
fn is_for_tests(attribute: &Attribute) -> bool {
    let text = attribute.to_token_stream().to_string().replace(' ', "");
    text == "#[test]" || text == "#[cfg(test)]" || text.starts_with("#[cfg(all(test,")
}
