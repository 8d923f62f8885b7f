//! `# authkit: ignore[rule] reason` in files that have comments: on the line of the finding, or alone above it.

use super::Lines;
use crate::finding::Finding;
use crate::rule;

const MARK: &str = "# authkit: ignore[";

/// An ignore in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inline {
    pub line: u64,
    pub rules: Vec<String>,
    pub reason: String,
    /// The line that it is about.
    about: u64,
    pub used: bool,
}

/// An ignore that is not obeyed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub line: u64,
    pub why: String,
}

/// The ignores of a text, and those that are none.
pub fn ignores(text: &str) -> (Vec<Inline>, Vec<Refused>) {
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    let lines = Lines::of(text);
    for (at, _) in text.match_indices(MARK) {
        let line = lines.line(at);
        match parse(text.get(at.saturating_add(MARK.len())..).unwrap_or_default()) {
            Ok((rules, reason)) => {
                let alone = text.get(lines.start(at)..at).is_some_and(|before| before.trim().is_empty());
                let about = if alone { next_line(text, &lines, at) } else { line };
                found.push(Inline { line, rules, reason, about, used: false });
            }
            Err(why) => refused.push(Refused { line, why }),
        }
    }
    (found, refused)
}

/// `rule, rule] reason` to the end of the line.
fn parse(text: &str) -> Result<(Vec<String>, String), String> {
    let line = text.lines().next().unwrap_or_default();
    let (names, reason) = line.split_once(']').ok_or("its bracket is not closed")?;
    let rules: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    if let Some(unknown) = rules.iter().find(|name| !rule::catalogue().iter().any(|rule| rule.id == **name)) {
        return Err(format!("there is no rule \"{unknown}\""));
    }
    let reason = reason.trim();
    if reason.is_empty() { Err("it gives no reason".to_owned()) } else { Ok((rules, reason.to_owned())) }
}

/// The line below a comment, and below the comments that follow it.
fn next_line(text: &str, lines: &Lines, at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    let comments = rest.lines().skip(1).take_while(|line| line.trim_start().starts_with('#')).count();
    lines.line(at).saturating_add(u64::try_from(comments).unwrap_or(0)).saturating_add(1)
}

/// Takes the findings away that an ignore is about; the answer is how many.
pub fn apply(ignores: &mut [Inline], findings: &mut Vec<Finding>) -> u64 {
    let before = findings.len();
    findings.retain(|finding| {
        let about = |ignore: &&mut Inline| {
            finding.location.line == Some(ignore.about) && ignore.rules.iter().any(|rule| rule == finding.rule)
        };
        match ignores.iter_mut().find(about) {
            Some(ignore) => {
                ignore.used = true;
                false
            }
            None => true,
        }
    });
    u64::try_from(before.saturating_sub(findings.len())).unwrap_or(u64::MAX)
}
