//! Inline ignores, `# authkit: ignore[rule] reason`, in files with comments: on the line of the finding, or alone above
//! it.

use super::LineIndex;
use crate::encoding::bounds::as_u64;
use crate::finding::Finding;
use crate::rule;
use crate::suggest::did_you_mean;
use std::collections::BTreeMap;

const MARK: &str = "# authkit: ignore[";

/// An ignore in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlineIgnore {
    /// The line of the comment, from 1.
    pub line: u64,
    /// Ids of the ignored rules.
    pub rules: Vec<String>,
    /// The reason as written.
    pub reason: String,
    /// The line that it applies to.
    about: u64,
    /// Whether a finding matched.
    pub used: bool,
}

/// An invalid ignore, which is not applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidIgnore {
    /// The line of the comment, from 1.
    pub line: u64,
    /// The fault.
    pub why: String,
}

/// The valid and the invalid ignores of a text.
pub fn ignores(text: &str) -> (Vec<InlineIgnore>, Vec<InvalidIgnore>) {
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    let lines = LineIndex::new(text);
    let below = if text.contains(MARK) { code_below(text) } else { Vec::new() };
    for (at, _) in text.match_indices(MARK) {
        let line = lines.line(at);
        match parse(text.get(at.saturating_add(MARK.len())..).unwrap_or_default()) {
            Ok((rules, reason)) => {
                let alone = text.get(lines.start(at)..at).is_some_and(|before| before.trim().is_empty());
                let next = usize::try_from(line.saturating_sub(1)).ok().and_then(|line| below.get(line)).copied();
                let about = if alone { next.unwrap_or(line) } else { line };
                found.push(InlineIgnore { line, rules, reason, about, used: false });
            }
            Err(why) => refused.push(InvalidIgnore { line, why }),
        }
    }
    (found, refused)
}

/// Parses `rule, rule] reason` up to the end of the line.
fn parse(text: &str) -> Result<(Vec<String>, String), String> {
    let line = text.lines().next().unwrap_or_default();
    let (names, reason) = line.split_once(']').ok_or("bracket is not closed")?;
    let rules: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    let known = rule::all_rules();
    if let Some(unknown) = rules.iter().find(|name| !known.iter().any(|rule| rule.id == **name)) {
        let hint = did_you_mean(unknown, known.iter().map(|rule| rule.id));
        let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        return Err(format!("unknown rule \"{unknown}\"{hint}"));
    }
    let reason = reason.trim();
    if reason.is_empty() { Err("reason is missing".to_owned()) } else { Ok((rules, reason.to_owned())) }
}

/// For every line, the next line below it that is not a comment. In one pass, because a file may consist of comments.
fn code_below(text: &str) -> Vec<u64> {
    let number = |line: usize| as_u64(line).saturating_add(1);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut code = number(lines.len());
    let mut below = Vec::with_capacity(lines.len());
    for (line, text) in lines.iter().enumerate().rev() {
        below.push(code);
        if !text.trim_start().starts_with('#') {
            code = number(line);
        }
    }
    below.reverse();
    below
}

/// Removes the findings that an ignore applies to; returns their number.
pub fn apply(ignores: &mut [InlineIgnore], findings: &mut Vec<Finding>) -> u64 {
    let before = findings.len();
    let mut by_line: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, ignore) in ignores.iter().enumerate() {
        by_line.entry(ignore.about).or_default().push(place);
    }
    findings.retain(|finding| {
        let here = finding.location.line.and_then(|line| by_line.get(&line));
        for place in here.into_iter().flatten() {
            let ignore = ignores.get_mut(*place).filter(|ignore| ignore.rules.iter().any(|rule| rule == finding.rule));
            if let Some(ignore) = ignore {
                ignore.used = true;
                return false;
            }
        }
        true
    });
    as_u64(before.saturating_sub(findings.len()))
}
