//! Findings: the results of rules, with their severities and locations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// The severity of a finding. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Lowest severity, for advice; level `note` in SARIF.
    Info,
    /// Middle severity; fails a run only with `--fail-on warning` or `--fail-on info`.
    Warning,
    /// Highest severity; fails a run by default (`--fail-on error`).
    Error,
}

impl Severity {
    /// The name in JSON and messages, lower case.
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
    /// Name of the input, usually a file; absent for a live response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line in the file, from 1; in a HAR file, the start of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column in characters, from 1; in a HAR file, the start of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// A JSON pointer (RFC 6901) into the header or the claims: `/claims/exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// URL of the request or response that the finding is about, without its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Location {
    /// A location of which only the JSON pointer (RFC 6901) is known.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::default() }
    }

    /// Whether every part is absent.
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
    /// Severity after the overrides of the rule configuration.
    pub severity: Severity,
    /// The fault, with the compared values. One line, may contain untrusted text.
    pub message: String,
    /// How to fix it.
    pub help: &'static str,
    /// The source of the rule: RFC and section, or the practice it follows.
    pub source: &'static str,
    /// File, URL and position of the fault; absent if nothing is known.
    #[serde(skip_serializing_if = "Location::is_nowhere")]
    pub location: Location,
    /// The affected text, for human-readable output.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// An excerpt of a line of a file, untrusted, without secrets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Excerpt {
    /// From 1.
    pub line: u64,
    /// Part of the line, with secrets replaced by `***`.
    pub text: String,
    /// Characters of `text` before the affected part, and its length in characters.
    pub column: usize,
    /// Length of the affected part in characters, at least 1.
    pub length: usize,
}

/// Numbers of findings by rule and severity. They may be greater than the numbers of findings that are kept.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct CountsByRule(BTreeMap<(&'static str, Severity), u64>);

impl CountsByRule {
    /// Counts the given findings, each once.
    pub fn from_findings(findings: &[Finding]) -> Self {
        findings.iter().map(|finding| ((finding.rule, finding.severity), 1)).collect()
    }

    /// The findings of `rule` at `severity`.
    pub fn get(&self, rule: &'static str, severity: Severity) -> u64 {
        self.0.get(&(rule, severity)).copied().unwrap_or(0)
    }

    /// Rules with their severity and count, the highest severity and the greatest count first.
    pub fn ranked(&self) -> Vec<(&'static str, Severity, u64)> {
        let mut rows: Vec<_> = self.0.iter().map(|(&(rule, severity), &count)| (rule, severity, count)).collect();
        rows.sort_by_key(|&(rule, severity, count)| (Reverse(severity), Reverse(count), rule));
        rows
    }

    /// The number of findings at the severities that `includes` accepts.
    pub fn total(&self, includes: impl Fn(Severity) -> bool) -> u64 {
        let counts = self.0.iter().filter(|((_, severity), _)| includes(*severity));
        counts.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// Counts by severity, the highest first: `1 error, 2 warnings`. `adjective` precedes each noun: `1 new error`.
    pub fn to_text(&self, adjective: &str) -> String {
        let adjective = if adjective.is_empty() { String::new() } else { format!("{adjective} ") };
        let mut words = Vec::new();
        for (severity, noun) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
            let count = self.total(|own| own == severity);
            words.extend((count > 0).then(|| format_count(count, &format!("{adjective}{noun}"))));
        }
        let infos = self.total(|own| own == Severity::Info);
        words.extend((infos > 0).then(|| format!("{} {adjective}info", group_digits(&infos.to_string()))));
        if words.is_empty() { format!("no {adjective}findings") } else { words.join(", ") }
    }
}

impl FromIterator<((&'static str, Severity), u64)> for CountsByRule {
    /// Adds the counts; zeros are left out.
    fn from_iter<I: IntoIterator<Item = ((&'static str, Severity), u64)>>(rows: I) -> Self {
        let mut counts = BTreeMap::new();
        for (key, count) in rows.into_iter().filter(|(_, count)| *count > 0) {
            let own: &mut u64 = counts.entry(key).or_default();
            *own = own.saturating_add(count);
        }
        Self(counts)
    }
}

/// Counts by severity: `1 error, 2 warnings`.
pub fn severity_summary(findings: &[Finding]) -> String {
    CountsByRule::from_findings(findings).to_text("")
}

/// The digits of an integer with commas between groups of three.
pub fn group_digits(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.checked_rem(3) == Some(0) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with a noun whose plural ends in `s`: `1 token`, `2,000 tokens`.
pub fn format_count<N: fmt::Display + PartialEq + From<u8>>(number: N, what: &str) -> String {
    format_count_of(number, what, &format!("{what}s"))
}

/// A number with a noun: `1 entry`, `2 entries`.
pub fn format_count_of<N: fmt::Display + PartialEq + From<u8>>(number: N, singular: &str, plural: &str) -> String {
    let what = if number == N::from(1) { singular } else { plural };
    format!("{} {what}", group_digits(&number.to_string()))
}

/// Counts with what they count, without zeros: `12 in the baseline, 3 ignored`. Empty if all are zero.
pub fn format_counts<N: fmt::Display + PartialEq + From<u8> + Copy>(counts: &[(N, &str)]) -> String {
    let counts = counts.iter().filter(|(number, _)| *number != N::from(0));
    let words = counts.map(|(number, what)| format!("{} {what}", group_digits(&number.to_string())));
    words.collect::<Vec<_>>().join(", ")
}

/// Sorts by descending severity, then by rule and by place in the file.
pub fn sort_by_rule_and_place(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        let Location { file, line, column, .. } = &finding.location;
        (Reverse(finding.severity), finding.rule, file.clone(), *line, *column)
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

    #[test]
    fn counts_in_words_leave_out_zeros_and_group_digits() {
        let rows = [(("a", Severity::Info), 2), (("b", Severity::Warning), 0), (("c", Severity::Error), 1_999)];
        let counts: CountsByRule = rows.into_iter().chain([(("d", Severity::Error), 1)]).collect();
        assert_eq!(counts.to_text(""), "2,000 errors, 2 info");
        assert_eq!(counts.to_text("new"), "2,000 new errors, 2 new info");
        assert_eq!(counts.ranked()[0], ("c", Severity::Error, 1_999));
        assert_eq!((counts.get("d", Severity::Error), counts.get("b", Severity::Warning)), (1, 0));
        assert_eq!(CountsByRule::default().to_text("new"), "no new findings");
        assert_eq!(format_counts(&[(0, "left"), (12_345, "done")]), "12,345 done");
        assert_eq!(group_digits("-1234567"), "-1,234,567");
    }
}
