//! Text into trees, one file a syntax. All of it is untrusted: sizes, depths and aliases are capped.

use super::tree::{Entry, Node};
use std::ops::Range;

mod dotenv;
mod hcl;
mod json;
mod toml;
mod yaml;

/// One `NAME=value`, as in a dotenv file.
pub fn dotenv_assignment(line: &str) -> Option<Entry> {
    dotenv::assignment(line, 0)
}

/// The most that is read of one file, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most values that one file may have: parsers and rules need some hundred bytes for each, and an export of a
/// Keycloak realm has one in 34 bytes.
pub const MAX_VALUES: usize = 250_000;

/// The most words and signs of an HCL file, whose parser keeps some hundred bytes for each: three mebibytes of
/// Terraform.
pub const MAX_HCL_TOKENS: usize = 500_000;

/// How deep values may stand in each other.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    Dotenv,
    /// Terraform's.
    Hcl,
    Json,
    Toml,
    Yaml,
}

/// A text that is not what its syntax says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// One line; it may quote the text.
    pub problem: String,
    pub bytes: Range<usize>,
    /// Nothing need be wrong with it: it is only too large.
    pub too_large: bool,
}

impl SyntaxError {
    pub fn new(problem: impl Into<String>, bytes: Range<usize>) -> Self {
        Self { problem: problem.into(), bytes, too_large: false }
    }

    /// There are more than `limit` of `what`; the one too many is at `at`.
    fn too_many(limit: usize, what: &str, at: usize) -> Self {
        Self { too_large: true, ..Self::new(format!("it has more than {limit} {what}"), at..at) }
    }
}

/// The byte of the value that is one too many, when each of `separators` may begin one. Counted before a parser sees
/// the text, because parsers allocate first.
fn beyond_budget(text: &str, separators: &[u8]) -> Option<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| separators.contains(byte));
    ends.map(|(at, _)| at).nth(MAX_VALUES)
}

/// Endings of names that say what a file is, and that it is no configuration: code, prose, pages, pictures, archives.
/// What stands in code is often called like a setting, and is none.
const NO_CONFIGURATION: &[&str] = &[
    "adoc", "avif", "bmp", "bz2", "c", "cc", "cjs", "class", "clj", "cpp", "cs", "css", "csv", "cts", "cxx", "dart",
    "dll", "eot", "erl", "ex", "exe", "exs", "fs", "gif", "go", "groovy", "gz", "h", "hpp", "hs", "htm", "html", "ico",
    "ipynb", "jar", "java", "jl", "jpeg", "jpg", "js", "jsx", "kt", "kts", "less", "lua", "m", "map", "markdown", "md",
    "mdx", "mjs", "ml", "mp3", "mp4", "mts", "otf", "pdf", "php", "pl", "png", "po", "proto", "py", "pyi", "r", "rb",
    "rs", "rst", "sass", "scala", "scss", "so", "sql", "svelte", "svg", "swift", "tar", "tex", "tgz", "ts", "tsx",
    "ttf", "vue", "wasm", "webp", "woff", "woff2", "xz", "zig", "zip", "zst",
];

/// What a name ends with after its last dot, in small letters.
fn ending(path: &str) -> (String, String) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
    (name, ending)
}

/// Whether a file of this name is no configuration, whatever stands in it.
pub fn is_no_configuration(path: &str) -> bool {
    NO_CONFIGURATION.binary_search(&ending(path).1.as_str()).is_ok()
}

impl Syntax {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::Hcl => "HCL",
            Self::Json => "JSON",
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
        }
    }

    /// What begins a comment, if the syntax has any.
    pub const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Json => None,
            _ => Some("#"),
        }
    }

    /// What a file of this name is written in.
    pub fn from_file_name(path: &str) -> Option<Self> {
        let (name, ending) = ending(path);
        Some(match ending.as_str() {
            "json" => Self::Json,
            "tf" | "tofu" | "hcl" => Self::Hcl,
            "yaml" | "yml" => Self::Yaml,
            "toml" | "cfg" => Self::Toml,
            "env" => Self::Dotenv,
            _ if name == "env" || name.starts_with(".env") || name.starts_with("env.") => Self::Dotenv,
            _ => return None,
        })
    }

    /// Every document of `text`: one, except in YAML.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(self, text: &str) -> Result<Vec<Node>, SyntaxError> {
        match self {
            Self::Dotenv => dotenv::read(text).map(|node| vec![node]),
            Self::Hcl => hcl::read(text).map(|node| vec![node]),
            Self::Json => json::read(text).map(|node| vec![node]),
            Self::Toml => toml::read(text).map(|node| vec![node]),
            Self::Yaml => yaml::read(text),
        }
    }
}

/// Keys that stand twice in one map, with the place of each that comes later.
pub fn duplicates(node: &Node) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        let mut seen = std::collections::BTreeSet::new();
        for Entry { key, key_bytes, node } in node.entries() {
            if !seen.insert(key) {
                found.push((key.clone(), key_bytes.clone()));
            }
            waiting.push(node);
        }
        waiting.extend(node.items());
    }
    found.sort_by_key(|(_, bytes)| bytes.start);
    found.dedup();
    found
}

#[cfg(test)]
mod tests;
