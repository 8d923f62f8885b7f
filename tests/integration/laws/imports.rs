//! Which file names which: floors, and no circles, at the level of files.

use super::source::{SourceFile, source};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;
use syn::{Item, UseTree};

/// Floors, bottom up. A module may name its own floor's parents, never its own floor or a higher one.
const FLOORS: &[&[&str]] = &[
    &["time", "secret", "encoding", "stats", "suggest"],
    &["finding"],
    &["alg"],
    &["key"],
    &["rotation", "token"],
    &["http", "product_config"],
    &["cookie"],
    &["crack", "lifecycle", "rule_config"],
    &["rule"],
    &["settings"],
    &["extract"],
    &["audit", "identify", "inspect", "lint"],
    &["probe", "simulate"],
    &["report"],
    &["cli"],
];

/// A path from the root of its crate, as a file writes or means it.
type Named = Vec<String>;

/// Every path that a file names, made absolute: those of its `use` items and those in its code.
fn named(file: &SourceFile) -> BTreeSet<Named> {
    let mut paths = Vec::new();
    let mut uses = Uses::default();
    for item in &file.items {
        uses.visit_item(item);
        if !matches!(item, Item::Use(_)) {
            paths_in(item.to_token_stream(), &mut paths);
        }
    }
    paths.extend(uses.0);
    paths.into_iter().filter_map(|path| absolute(&file.module, &path)).collect()
}

/// The paths of all `use` items, also of those in functions.
#[derive(Default)]
struct Uses(Vec<Named>);

impl<'a> Visit<'a> for Uses {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        leaves(&item.tree, &mut Vec::new(), &mut self.0);
    }
}

fn leaves(tree: &UseTree, prefix: &mut Named, out: &mut Vec<Named>) {
    let mut leaf = |name: Option<String>| out.push(prefix.iter().cloned().chain(name).collect());
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            leaves(&path.tree, prefix, out);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => leaf(None),
        UseTree::Name(name) => leaf(Some(name.ident.to_string())),
        UseTree::Rename(name) => leaf(Some(name.ident.to_string())),
        UseTree::Glob(_) => leaf(None),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, prefix, out)),
    }
}

/// Paths that begin at a root, in any tokens: also in the arguments of macros.
fn paths_in(tokens: TokenStream, out: &mut Vec<Named>) {
    let mut path: Named = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(name) if path.is_empty() || colons == 2 => {
                let name = name.to_string();
                if !path.is_empty() || ["crate", "super", "self", "authkit"].contains(&name.as_str()) {
                    path.push(name);
                }
                colons = 0;
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() && colons < 2 => {
                colons += 1;
                continue;
            }
            TokenTree::Group(group) => paths_in(group.stream(), out),
            _ => {}
        }
        out.push(std::mem::take(&mut path));
        colons = 0;
    }
    out.push(path);
}

/// `super::x` in `a::b` is `a::x`; a path into another crate is nothing.
fn absolute(module: &[String], path: &[String]) -> Option<Named> {
    let (first, mut rest) = path.split_first()?;
    let mut start: Named = match first.as_str() {
        "crate" | "authkit" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    while let Some((first, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
        assert_eq!(first, "super");
        start.pop();
        rest = after;
    }
    start.extend(rest.iter().cloned());
    Some(start)
}

/// What each module exports that another one defines: module and name to the path behind it.
fn reexports(files: &[SourceFile]) -> BTreeMap<Named, Named> {
    let mut found = BTreeMap::new();
    for file in files {
        for item in &file.items {
            let Item::Use(item) = item else { continue };
            if matches!(item.vis, syn::Visibility::Inherited) {
                continue;
            }
            let mut paths = Vec::new();
            leaves(&item.tree, &mut Vec::new(), &mut paths);
            for path in paths {
                let own = |path: &Named| file.module.iter().chain(path).cloned().collect::<Named>();
                let target = absolute(&file.module, &path).unwrap_or_else(|| own(&path));
                if let Some(name) = target.last().cloned() {
                    found.insert(own(&vec![name]), target);
                }
            }
        }
    }
    found
}

/// What stands side by side in one module: for each name the others that it, or something in it, takes names from, with
/// the files that do. A module and what is in it are one family, whose arrows are not counted.
type Siblings = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The siblings of every module of the crate.
fn siblings(files: &[SourceFile]) -> BTreeMap<Named, Siblings> {
    let reexports = reexports(files);
    let modules: BTreeSet<&[String]> = files.iter().map(|file| file.module.as_slice()).collect();
    let definer = |path: &Named| {
        let path = reexports.get(path).unwrap_or(path);
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|path| modules.contains(path.as_slice()))
    };
    let mut found: BTreeMap<Named, Siblings> = BTreeMap::new();
    for file in files {
        for other in named(file).iter().filter_map(definer) {
            let common = file.module.iter().zip(&other).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(to)) = (file.module.get(common), other.get(common)) else { continue };
            let from = found.entry(other[..common].to_vec()).or_default().entry(from.clone()).or_default();
            from.entry(to.clone()).or_default().insert(format!("{} -> {}", file.path.display(), other.join("::")));
        }
    }
    found
}

/// The names that can be reached from `start`.
fn reached<'a>(siblings: &'a Siblings, start: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        let next = siblings.get(name).into_iter().flat_map(BTreeMap::keys);
        open.extend(next.map(String::as_str).filter(|next| found.insert(*next)));
    }
    found
}

/// No file, and no module as a whole, imports itself through its siblings: what stands side by side can be read in order.
#[test]
fn siblings_import_each_other_in_no_circle() {
    let mut circles = Vec::new();
    for (module, siblings) in siblings(&source()) {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            siblings.keys().map(|name| (name.as_str(), reached(&siblings, name))).collect();
        let in_circle = |a: &str, b: &str| reached[a].contains(b) && reached.get(b).is_some_and(|b| b.contains(a));
        for (from, to) in &siblings {
            let arrows = to.iter().filter(|(to, _)| in_circle(from, to)).flat_map(|(_, arrows)| arrows);
            circles.extend(arrows.map(|arrow| format!("in {}: {arrow}", module.join("::"))));
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn modules_import_lower_floors_only() {
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    let mut wrong = Vec::new();
    for file in source() {
        let Some(own) = file.module.first() else { continue };
        let mine = floor(own).unwrap_or_else(|| panic!("{own} stands on no floor"));
        for path in named(&file) {
            let Some(name) = path.first().filter(|name| *name != own) else { continue };
            // Names of the root itself, and the number of cases that every test may ask for, have no floor.
            if floor(name).is_some_and(|theirs| theirs >= mine) {
                wrong.push(format!("{}: {}", file.path.display(), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn code_that_commands_share_imports_no_command() {
    let files = source();
    let shared = files.iter().filter(|file| {
        file.is_program() && !file.path.starts_with("cli/commands") && !file.path.ends_with("cli/mod.rs")
    });
    for file in shared {
        let commands = named(file).into_iter().filter(|path| path.starts_with(&["cli".into(), "commands".into()]));
        assert_eq!(commands.collect::<Vec<_>>(), [] as [Named; 0], "{}", file.path.display());
    }
}
