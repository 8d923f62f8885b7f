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
    pub fn of_name(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
        Some(match extension {
            "json" => Self::Json,
            "tf" | "tofu" | "hcl" => Self::Hcl,
            "yaml" | "yml" => Self::Yaml,
            "toml" | "cfg" => Self::Toml,
            "env" => Self::Dotenv,
            _ if lower == "env" || lower.starts_with(".env") || lower.starts_with("env.") => Self::Dotenv,
            _ => return None,
        })
    }

    /// Every document of `text`: one, except in YAML.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(self, text: &str) -> Result<Vec<Node>, SyntaxError> {
        match self {
            Self::Dotenv => Ok(vec![dotenv::read(text)]),
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
