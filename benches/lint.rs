//! Benchmark of `authkit lint` against the unavoidable work: a directory against walking and reading it, as whole
//! processes, and single files against their parsers.
//!
//!     cargo bench --bench lint
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock, creates files, starts processes and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is not the program"
)]

use authkit::lint::Linter;
use authkit::product_config::syntax::Syntax;
use authkit::rule_config::RuleConfig;
use ignore::WalkBuilder;
use race::{Entry, Race, Wanted, Work, bar};
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod race;

const FILES: usize = 10_000;
const RELEVANT: usize = 200;

/// The first argument that makes this program only walk and read a directory.
const WALK: &str = "--walk-and-read";

/// A directory of code with some configuration.
fn tree() -> Race {
    let folder = tempfile::tempdir().unwrap();
    let bytes = plant(folder.path());
    println!("{FILES} files, {RELEVANT} of them configuration, {:.1} MB", bytes as f64 / 1e6);
    let path = folder.path().to_owned();
    let walk = {
        let path = path.clone();
        move || run(Command::new(std::env::current_exe().unwrap()).arg(WALK).arg(&path))
    };
    let lint = move || {
        // Dropping the race removes the directory.
        let path = folder.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_authkit"));
        run(command.args(["lint", "--no-config", "--fail-on", "never"]).arg(path));
    };
    let lanes: Vec<(&str, Work)> = vec![("walk-and-read", Box::new(walk)), ("lint", Box::new(lint))];
    Race { items: FILES, rounds: 11, lanes, bars: vec![bar("walk-and-read", "lint", Wanted::AtLeast(0.5))] }
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// The unavoidable work: reads every file that git does not ignore into memory.
fn walk_and_read(folder: &str) {
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).git_global(false).git_exclude(false).filter_entry(|entry| entry.file_name() != ".git");
    let mut bytes = 0;
    for entry in walk.build().map(Result::unwrap).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
        bytes += black_box(fs::read(entry.path()).unwrap()).len();
    }
    println!("{bytes}");
}

/// Fills a directory like a repository: the code of authkit, irrelevant manifests, and the
/// public samples except the large one, which has a separate race. Returns the number of bytes.
fn plant(folder: &Path) -> usize {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let large = here.join("tests/lint/keycloak/4.yaml");
    let code = texts(&here.join("src"), &|path| path.extension().is_some_and(|ending| ending == "rs"));
    let samples = texts(&here.join("tests/lint"), &|path| *path != large && !path.ends_with("SOURCES.md"));
    fs::write(folder.join(".gitignore"), "target/\n*.log\n").unwrap();
    let mut bytes = 0;
    for number in 0..FILES {
        let (name, text) = if number % (FILES / RELEVANT) == 0 {
            let (path, text) = &samples[number / (FILES / RELEVANT) % samples.len()];
            (path.file_name().unwrap().to_string_lossy().into_owned(), text.clone())
        } else {
            match number % 10 {
                0 => ("package.json".to_owned(), package(number)),
                1 => ("service.yaml".to_owned(), manifest(number)),
                _ => {
                    let (path, text) = &code[number % code.len()];
                    (path.file_name().unwrap().to_string_lossy().into_owned(), text.clone())
                }
            }
        };
        let own = folder.join(format!("part{}/module{}/n{number}", number / 500, number / 20));
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join(name), &text).unwrap();
        bytes += text.len();
    }
    bytes
}

/// The texts below a directory whose paths `wanted` selects, sorted by name.
fn texts(folder: &Path, wanted: &dyn Fn(&PathBuf) -> bool) -> Vec<(PathBuf, String)> {
    let walk = WalkBuilder::new(folder).hidden(false).sort_by_file_name(Ord::cmp).build();
    let files = walk.map(|entry| entry.unwrap().into_path()).filter(|path| path.is_file() && wanted(path));
    files.map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

fn package(number: usize) -> String {
    let dependencies: Vec<String> =
        (0..40).map(|n| format!("    \"@scope/package-{}\": \"^{}.{n}.0\"", number + n, n % 7)).collect();
    format!(
        "{{\n  \"name\": \"module-{number}\",\n  \"version\": \"1.0.{number}\",\n  \"dependencies\": {{\n{}\n  }}\n}}\n",
        dependencies.join(",\n")
    )
}

fn manifest(number: usize) -> String {
    let ports: String =
        (0..12).map(|n| format!("    - name: port-{n}\n      port: {}\n      targetPort: {n}\n", number + n)).collect();
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: service-{number}\nspec:\n  selector:\n    app: a{number}\n  ports:\n{ports}"
    )
}

/// A large realm in YAML: the parser alone into a minimal tree, the tree of authkit with the location of every
/// value, and the complete lint.
fn yaml() -> Race {
    let text = include_str!("../tests/lint/keycloak/4.yaml");
    let parser = move || drop(black_box(serde_saphyr::from_str::<serde_json::Value>(black_box(text)).unwrap()));
    file(text, "realm.yaml", Syntax::Yaml, Box::new(parser))
}

/// A realm in JSON.
fn json() -> Race {
    use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
    let text = include_str!("../tests/lint/keycloak/1.json");
    let parser = move || {
        let parsed = parse_to_ast(black_box(text), &CollectOptions::default(), &ParseOptions::default());
        drop(black_box(parsed.unwrap()));
    };
    file(text, "realm.json", Syntax::Json, Box::new(parser))
}

fn file(text: &'static str, name: &'static str, syntax: Syntax, parser: Work) -> Race {
    let policy: &'static RuleConfig = Box::leak(Box::default());
    let tree = move || drop(black_box(syntax.read(black_box(text)).unwrap()));
    let lint = move || {
        let linted = Linter::new(policy).lint(black_box(text), name, None);
        assert!(!black_box(linted).findings.is_empty());
    };
    let lanes: Vec<(&str, Work)> = vec![("parser", parser), ("tree", Box::new(tree)), ("lint", Box::new(lint))];
    let bars = vec![bar("lint", "parser", Wanted::AtMost(3.0)), bar("lint", "tree", Wanted::Nothing)];
    Race { items: text.len(), rounds: 50, lanes, bars }
}

const RACES: &[Entry] = &[("tree", tree), ("keycloak-yaml", yaml), ("keycloak-json", json)];

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some(WALK), Some(folder)) => walk_and_read(&folder),
        _ => race::main(RACES),
    }
}
