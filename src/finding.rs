//! Findings: the results of rules, with their severities and locations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The severity of a finding. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A position in the text of a source: a log, a dump, a HAR file. It never contains a token.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TextPosition {
    /// From 1. In a HAR file, the start of the entry.
    pub line: u64,
    /// In characters, from 1. In a HAR file, the start of the entry.
    pub column: u64,
    /// In a JSON document: the pointer (RFC 6901) to the string, `/log/entries/3/request/url`.
    pub pointer: Option<String>,
}

impl TextPosition {
    /// A position in a text that is not a JSON document.
    pub const fn new(line: u64, column: u64) -> Self {
        Self { line, column, pointer: None }
    }
}

/// The location of a finding: the file or the URL, and the position there. Every part may be absent; lines and columns count from 1, and columns count characters
/// (Unicode code points), as declared by `columnKind` in SARIF reports.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// A JSON pointer (RFC 6901) into the header or the claims: `/claims/exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Location {
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::default() }
    }

    pub fn is_nowhere(&self) -> bool {
        *self == Self::default()
    }

    /// The location as text, the file first: `app.log:3:17, /claims/exp`. Empty if nothing is known.
    /// The text is untrusted.
    pub fn to_text(&self) -> String {
        let numbers = [self.line, self.line.and(self.column)];
        let mut words = Vec::new();
        match &self.file {
            Some(file) => {
                let numbers = numbers.iter().flatten().map(|number| format!(":{number}"));
                words.push(format!("{file}{}", numbers.collect::<String>()));
            }
            None => {
                let named = ["line", "column"].iter().zip(numbers);
                words.extend(named.filter_map(|(name, number)| number.map(|number| format!("{name} {number}"))));
            }
        }
        words.extend(self.url.clone());
        words.extend(self.pointer.clone());
        words.join(", ")
    }
}

/// One finding. Created by `rule::Report`, which adds the data of the rule, so that a rule cannot report under
/// another rule's id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// The id of the rule, kebab-case; it names the fault (`exp-missing`).
    pub rule: &'static str,
    pub severity: Severity,
    /// The fault, with the compared values. One line, may contain untrusted text.
    pub message: String,
    /// How to fix it.
    pub help: &'static str,
    /// The source of the rule: RFC and section, or the practice it follows.
    pub source: &'static str,
    #[serde(skip_serializing_if = "Location::is_nowhere")]
    pub location: Location,
    /// The affected text, for human-readable output.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// An excerpt of a line of a file, untrusted, without secrets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Excerpt {
    pub line: u64,
    pub text: String,
    /// Characters of `text` before the affected part, and its length in characters.
    pub column: usize,
    pub length: usize,
}

/// Counts by severity: `1 error, 2 warnings`.
pub fn severity_summary(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let mut words = Vec::new();
    if errors > 0 {
        words.push(format_count(errors, "error"));
    }
    if warnings > 0 {
        words.push(format_count(warnings, "warning"));
    }
    if infos > 0 {
        words.push(format!("{infos} info"));
    }
    if words.is_empty() { "no findings".to_owned() } else { words.join(", ") }
}

/// A number with a noun whose plural ends in `s`: `1 token`, `2 tokens`.
pub fn format_count<N: fmt::Display + PartialEq + From<u8>>(number: N, what: &str) -> String {
    format_count_of(number, what, &format!("{what}s"))
}

/// A number with a noun: `1 entry`, `2 entries`.
pub fn format_count_of<N: fmt::Display + PartialEq + From<u8>>(number: N, singular: &str, plural: &str) -> String {
    let what = if number == N::from(1) { singular } else { plural };
    format!("{number} {what}")
}

/// Sorts by descending severity, then by rule and by place in the file.
pub fn sort_by_rule_and_place(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        let Location { file, line, column, .. } = &finding.location;
        (std::cmp::Reverse(finding.severity), finding.rule, file.clone(), *line, *column)
    };
    findings.sort_by_cached_key(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_text_names_known_parts_only() {
        let file = || Some("app.log".to_owned());
        let words = |location: Location| location.to_text();
        assert_eq!(words(Location::default()), "");
        assert_eq!(words(Location { file: file(), ..Location::default() }), "app.log");
        assert_eq!(words(Location { file: file(), column: Some(2), ..Location::default() }), "app.log");
        assert_eq!(
            words(Location { file: file(), line: Some(3), column: Some(17), ..Location::pointer("/claims/exp") }),
            "app.log:3:17, /claims/exp"
        );
        assert_eq!(words(Location { line: Some(3), column: Some(1), ..Location::default() }), "line 3, column 1");
    }
}
