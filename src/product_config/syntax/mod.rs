//! Parsers from text into trees, one file per syntax. All input is untrusted: sizes, depths and aliases are limited.

use super::tree::{Entry, Node};
use std::ops::Range;

mod dotenv;
mod hcl;
mod json;
mod toml;
mod yaml;

/// A `NAME=value` line, as in a dotenv file.
pub fn dotenv_assignment(line: &str) -> Option<Entry> {
    dotenv::assignment(line, 0)
}

/// The maximum size of a file, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The maximum number of values in a file: parsers and rules need some hundred bytes for each, and a Keycloak realm
/// export has one per 34 bytes.
pub const MAX_VALUES: usize = 250_000;

/// The maximum number of tokens in an HCL file, for each of which the parser keeps some hundred bytes: three mebibytes
/// of Terraform.
pub const MAX_HCL_TOKENS: usize = 500_000;

/// The maximum nesting depth of values.
const MAX_DEPTH: usize = 64;

/// The syntax of a configuration file, selected by its extension or its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// `NAME=value` lines: `.env` files and environment files of services.
    Dotenv,
    /// Used by Terraform.
    Hcl,
    /// Strict JSON, without comments and trailing commas.
    Json,
    /// Also `.cfg` files of products that read TOML.
    Toml,
    /// The only syntax with several documents in a file.
    Yaml,
}

/// A text that does not parse in its syntax.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// One line; it may quote the text.
    pub problem: String,
    /// The bytes of the fault in the text; empty if only its start is known.
    pub bytes: Range<usize>,
    /// The text may be valid, but exceeds a limit.
    pub too_large: bool,
}

impl SyntaxError {
    /// An error with `too_large` false; `problem` must be one line.
    pub fn new(problem: impl Into<String>, bytes: Range<usize>) -> Self {
        Self { problem: problem.into(), bytes, too_large: false }
    }

    /// There are more than `limit` of `what`; the first one beyond it is at `at`.
    fn too_many(limit: usize, what: &str, at: usize) -> Self {
        Self { too_large: true, ..Self::new(format!("more than {limit} {what}"), at..at) }
    }
}

/// The position of the first value beyond the limit, if each of `separators` may begin one. Checked before parsing,
/// because parsers allocate first.
fn beyond_budget(text: &str, separators: &[u8]) -> Option<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| separators.contains(byte));
    ends.map(|(at, _)| at).nth(MAX_VALUES)
}

/// File extensions that are not configuration: code, prose, pages, images, archives. Identifiers in code often look
/// like settings.
const NO_CONFIGURATION: &[&str] = &[
    "adoc", "avif", "bmp", "bz2", "c", "cc", "cjs", "class", "clj", "cpp", "cs", "css", "csv", "cts", "cxx", "dart",
    "dll", "eot", "erl", "ex", "exe", "exs", "fs", "gif", "go", "groovy", "gz", "h", "hpp", "hs", "htm", "html", "ico",
    "ipynb", "jar", "java", "jl", "jpeg", "jpg", "js", "jsx", "kt", "kts", "less", "lua", "m", "map", "markdown", "md",
    "mdx", "mjs", "ml", "mp3", "mp4", "mts", "otf", "pdf", "php", "pl", "png", "po", "proto", "py", "pyi", "r", "rb",
    "rs", "rst", "sass", "scala", "scss", "so", "sql", "svelte", "svg", "swift", "tar", "tex", "tgz", "ts", "tsx",
    "ttf", "vue", "wasm", "webp", "woff", "woff2", "xz", "zig", "zip", "zst",
];

/// The text after the last dot, in lower case.
fn ending(path: &str) -> (String, String) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
    (name, ending)
}

/// Whether a file of this name is not configuration, regardless of its content.
pub fn is_no_configuration(path: &str) -> bool {
    NO_CONFIGURATION.binary_search(&ending(path).1.as_str()).is_ok()
}

impl Syntax {
    /// The name in messages: `YAML`, `dotenv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::Hcl => "HCL",
            Self::Json => "JSON",
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
        }
    }

    /// The beginning of a comment, if the syntax has comments.
    pub const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Json => None,
            _ => Some("#"),
        }
    }

    /// The syntax of a file with this name.
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

    /// Parses every document of `text`: one, except in YAML.
    ///
    /// # Errors
    /// Returns the fault and its position.
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

/// Duplicate keys within one map, with the position of each later one.
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
