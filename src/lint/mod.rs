//! One configuration file, judged: what it is, what is wrong with it and where, and what could not be checked.

use crate::config::formats::Format;
use crate::config::reading::{self, Reading, Unread};
use crate::config::setting::{Group, Origin, Role, Setting, Value};
use crate::config::syntax::{Syntax, SyntaxError};
use crate::finding::{Finding, Severity};
use crate::policy::Policy;
use crate::rule::Judge;
use crate::rule::config::text::{self, Missing, Text};
use crate::rule::config::{self, Config};
use crate::settings::maps::Map;
use std::ops::Range;

mod excerpt;
pub mod fix;
pub mod inline;
mod mapped;
mod position;

use excerpt::excerpt;
use fix::Edit;
pub use position::Lines;

/// Rules made ready for many files.
pub struct Linter<'p> {
    settings: Judge<'p, Config>,
    texts: Judge<'p, Text>,
    policy: &'p Policy,
    /// Settings of one's own, for files that no format knows or knows in part.
    pub maps: &'p [Map],
    /// Say nothing about what counts by default.
    pub explicit_only: bool,
}

/// A file that was looked into.
pub struct Linted {
    /// Empty: no format knows the file.
    pub recognised: Vec<Recognised>,
    /// The heaviest first, then by place. Every one has a line, but those of a file as a whole.
    pub findings: Vec<Finding>,
    /// Settings that are written, and those that count by default.
    pub explicit: usize,
    pub defaults: usize,
    pub not_checked: Vec<NotChecked>,
    /// Safe fixes for the findings.
    pub edits: Vec<Edit>,
    /// It is filled in by a template engine first: nothing was checked.
    pub template: bool,
    pub syntax: Option<Syntax>,
}

#[derive(Clone, Copy)]
pub struct Recognised {
    pub format: &'static Format,
    pub why: &'static str,
}

/// A setting whose value is known only where the product runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotChecked {
    pub name: String,
    pub pointer: String,
    pub line: u64,
}

impl<'p> Linter<'p> {
    pub fn new(policy: &'p Policy) -> Self {
        let (settings, texts) = (Judge::new(config::RULES, policy), Judge::new(text::RULES, policy));
        Self { settings, texts, policy, maps: &[], explicit_only: false }
    }

    /// Judges the text of a file. `name` is its path; `as_format` is what it is, whatever its content says.
    pub fn lint(&self, text: &str, name: &str, as_format: Option<&'static Format>) -> Linted {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut read = reading::read(text, name, as_format);
        let mut missing = Vec::new();
        if self.maps.iter().any(|map| map.concerns(name)) {
            read = mapped::read(read, text, name, self.maps, &mut missing);
        }
        match read {
            Ok(reading) => self.judge(&reading, &missing, text),
            Err(Unread::Broken { syntax, error }) => self.broken(syntax, &error, text),
            Err(Unread::Template) => Linted { template: true, ..Linted::nothing() },
            Err(Unread::Unknown) => Linted::nothing(),
        }
    }

    /// What is said of a file that is not UTF-8, when it was surely meant to be judged.
    pub fn not_utf8(&self, valid: &str) -> Linted {
        let bytes = valid.len()..valid.len();
        let error = SyntaxError { problem: "a byte here is not UTF-8".to_owned(), bytes };
        self.broken(Syntax::of_name("x.env").unwrap_or(Syntax::Dotenv), &error, valid)
    }

    fn broken(&self, syntax: Syntax, error: &SyntaxError, text: &str) -> Linted {
        let view = text::View { syntax, error: Some(error), duplicates: &[], missing: &[] };
        let lines = Lines::of(text);
        let findings = self.texts.findings(&view).into_iter().map(|finding| {
            let start = offset(&finding).unwrap_or(0);
            // What stands there may be a secret: no excerpt.
            lines.place(finding, start, text)
        });
        Linted { findings: findings.collect(), syntax: Some(syntax), ..Linted::nothing() }
    }

    fn judge(&self, reading: &Reading, missing: &[Missing], text: &str) -> Linted {
        let lines = Lines::of(text);
        let view = text::View { syntax: reading.syntax, error: None, duplicates: &reading.duplicates, missing };
        let mut findings: Vec<Finding> = self
            .texts
            .findings(&view)
            .into_iter()
            .map(|finding| match offset(&finding) {
                Some(start) => lines.place(finding, start, text),
                None => finding,
            })
            .collect();
        let mut linted = Linted::nothing();
        let verifier = verifier(reading);
        for (format, group) in reading.groups() {
            let view = config::View { group, product: format.product, verifier };
            for finding in self.settings.findings(&view) {
                let Some(setting) = about(&finding, group) else { continue };
                let edit = fix::edit(finding.rule, setting, self.policy, reading, &lines, text);
                linted.edits.extend(edit);
                findings.extend(self.placed(finding, setting, format, reading, &lines, text));
            }
            linted.count(group, &lines);
        }
        findings.sort_by(|a, b| {
            let place = |finding: &Finding| (finding.location.line, finding.location.column);
            b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)).then_with(|| place(a).cmp(&place(b)))
        });
        findings.dedup();
        linted.recognised =
            reading.parts.iter().map(|part| Recognised { format: part.format, why: part.why }).collect();
        Linted { findings, syntax: Some(reading.syntax), ..linted }
    }

    /// A finding of a rule with its place in the file. What counts by default is no more than a warning, and says so.
    fn placed(
        &self,
        mut finding: Finding,
        setting: &Setting,
        format: &Format,
        reading: &Reading,
        lines: &Lines,
        text: &str,
    ) -> Option<Finding> {
        let start = offset(&finding)?;
        let by_default = setting.origin == Origin::Default;
        if by_default {
            if self.explicit_only {
                return None;
            }
            finding.severity = finding.severity.min(Severity::Warning);
            finding.message.push_str(&format!("; not written, so the default of {} counts", format.product));
        }
        if let Some(defined) = &setting.place.defined {
            let (line, way) = (lines.line(defined.start), way(text.get(setting.place.bytes.clone())));
            finding.message.push_str(&format!("; written in line {line}, used here through {way}"));
        }
        let shown = if by_default { None } else { Some(excerpt(&setting.place, &reading.secrets, lines, text)) };
        Some(Finding { excerpt: shown.flatten(), ..lines.place(finding, start, text) })
    }
}

/// The verifier of a file that lets clocks differ most, and its product: a compose file runs who issues tokens and who
/// verifies them.
fn verifier(reading: &Reading) -> Option<(&Setting, &'static str)> {
    let verifiers = reading.groups().filter(|(_, group)| group.get(Role::AccessTokenLifetime).is_none());
    let skews = verifiers.filter_map(|(format, group)| Some((group.get(Role::ClockSkew)?, format.product)));
    skews.filter(|(skew, _)| skew.lasts().is_some()).max_by_key(|(skew, _)| skew.lasts())
}

/// How a value came from where it is written to where it is used: by an anchor of YAML, a variable or a local of
/// Terraform. A variable's default is what counts when nobody gives it another value.
fn way(used: Option<&str>) -> String {
    let plain = used.map(|used| used.trim_matches(['"', '$', '{', '}', ' '])).unwrap_or_default();
    let is_name = plain.chars().all(|c| c.is_alphanumeric() || ['.', '_', '-'].contains(&c));
    match plain.split_once('.') {
        Some(("var", _)) if is_name => format!("the default of {plain}"),
        Some(("local", _)) if is_name => plain.to_owned(),
        _ => "an alias".to_owned(),
    }
}

/// The setting that a finding is about.
fn about<'g>(finding: &Finding, group: &'g Group) -> Option<&'g Setting> {
    let start = offset(finding)?;
    let pointer = finding.location.pointer.as_deref().unwrap_or_default();
    group.settings.iter().find(|setting| setting.place.bytes.start == start && setting.place.pointer == pointer)
}

/// The byte that a rule has put into the column, see [`crate::rule::Reporter::spot`].
fn offset(finding: &Finding) -> Option<usize> {
    usize::try_from(finding.location.column?.checked_sub(1)?).ok()
}

impl Linted {
    fn nothing() -> Self {
        Self {
            recognised: Vec::new(),
            findings: Vec::new(),
            explicit: 0,
            defaults: 0,
            not_checked: Vec::new(),
            edits: Vec::new(),
            template: false,
            syntax: None,
        }
    }

    /// Whether there was anything to judge.
    pub fn is_known(&self) -> bool {
        !self.recognised.is_empty() || !self.findings.is_empty() || self.template
    }

    fn count(&mut self, group: &Group, lines: &Lines) {
        for setting in &group.settings {
            let Setting { value, origin, place, name, .. } = setting;
            match (origin, value) {
                (_, Value::Unresolved) => {
                    let line = lines.line(place.bytes.start);
                    self.not_checked.push(NotChecked { name: name.clone(), pointer: place.pointer.clone(), line });
                }
                (Origin::Explicit, _) => self.explicit = self.explicit.saturating_add(1),
                (Origin::Default, _) => self.defaults = self.defaults.saturating_add(1),
            }
        }
    }
}

/// Whether `range` lies in or over any of `others`.
fn touches(range: &Range<usize>, others: &[Range<usize>]) -> bool {
    others.iter().any(|other| range.start < other.end && other.start < range.end)
}

#[cfg(test)]
mod delays;
#[cfg(test)]
mod starters;
#[cfg(test)]
mod tests;
