//! Linting of one configuration file: its format, its findings with positions, and the settings that could not be
//! checked.

use crate::encoding::bounds::{head, tail};
use crate::encoding::line_index::LineIndex;
use crate::encoding::utf16;
use crate::finding::{Finding, Location, Severity};
use crate::product_config::detect::{self, DetectError, DetectedConfig};
use crate::product_config::formats::Format;
use crate::product_config::setting::{ProductSetting, SettingGroup, SettingOrigin, SettingRole, SettingValue};
use crate::product_config::syntax::{MAX_BYTES, Syntax, SyntaxError, is_no_configuration};
use crate::rule::RuleRunner;
use crate::rule::product_config::text::{self, ConfigTextSubject, MissingKey};
use crate::rule::product_config::{self, SettingGroupSubject};
use crate::rule_config::RuleConfig;
use crate::settings::maps::SettingMapping;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

mod excerpt;
pub mod fix;
pub mod inline;
mod mapped;

use excerpt::excerpt;
use fix::Edit;

/// Rules prepared for many files.
///
/// ```
/// use authkit::lint::Linter;
/// use authkit::rule_config::RuleConfig;
///
/// let realm = r#"{"realm": "shop", "accessTokenLifespan": 172800, "revokeRefreshToken": false}"#;
///
/// let config = RuleConfig::default();
/// let result = Linter::new(&config).lint(realm, "realm.json", None);
///
/// assert_eq!(result.recognised[0].format.name, "keycloak");
/// let found = result.findings.iter().find(|finding| finding.rule == "access-token-ttl").unwrap();
/// assert_eq!((found.location.line, found.location.column), (Some(1), Some(42)));
/// ```
pub struct Linter<'p> {
    settings: RuleRunner<'p, SettingGroupSubject>,
    texts: RuleRunner<'p, ConfigTextSubject>,
    policy: &'p RuleConfig,
    /// Mapped settings, for files without a known format or in addition to it.
    pub maps: &'p [SettingMapping],
    /// Do not report defaults.
    pub explicit_only: bool,
}

/// The result for one file.
pub struct LintResult {
    /// Empty: no format recognises the file.
    pub recognised: Vec<FormatMatch>,
    /// In order of descending severity, then by position. All have a line, except those about the whole file.
    pub findings: Vec<Finding>,
    /// Number of explicit settings.
    pub explicit: usize,
    /// Number of defaults.
    pub defaults: usize,
    /// Settings whose value is computed at run time.
    pub not_checked: Vec<UnresolvedSetting>,
    /// Safe fixes for the findings.
    pub edits: Vec<Edit>,
    /// A template that must be rendered first: nothing was checked.
    pub template: bool,
    /// The file exceeds a limit and may not be configuration: nothing was checked. Names the limit.
    pub too_large: Option<String>,
    /// The syntax; `None` if it is not known.
    pub syntax: Option<Syntax>,
}

/// A format that recognises a file, or a part of it.
#[derive(Clone, Copy)]
pub struct FormatMatch {
    /// The format.
    pub format: &'static Format,
    /// The mark that it was recognised by.
    pub why: &'static str,
}

/// A setting whose value is computed at run time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnresolvedSetting {
    /// The key as the product names it.
    pub name: String,
    /// JSON pointer to the value.
    pub pointer: String,
    /// From 1.
    pub line: u64,
}

impl<'p> Linter<'p> {
    /// A linter that reports defaults and maps no settings.
    pub fn new(policy: &'p RuleConfig) -> Self {
        let (settings, texts) = (RuleRunner::new(product_config::RULES, policy), RuleRunner::new(text::RULES, policy));
        Self { settings, texts, policy, maps: &[], explicit_only: false }
    }

    /// Checks the text of a file. `name` is its path; `as_format` sets its format regardless of its content.
    pub fn lint(&self, text: &str, name: &str, as_format: Option<&'static Format>) -> LintResult {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut read = detect::read(text, name, as_format);
        let mut missing = Vec::new();
        if self.maps.iter().any(|map| map.concerns(name)) {
            read = mapped::read(read, text, name, self.maps, &mut missing);
        }
        match read {
            Ok(reading) => self.run_rules(&reading, &missing, text),
            Err(DetectError::Broken { syntax, error }) => self.broken(Some(syntax), &error, text),
            Err(DetectError::Template) => LintResult { template: true, ..LintResult::nothing() },
            Err(DetectError::TooLarge(problem)) => LintResult { too_large: Some(problem), ..LintResult::nothing() },
            Err(DetectError::Unknown) => LintResult::nothing(),
        }
    }

    /// Whether a file of this name may be configuration.
    pub fn reads(&self, name: &str) -> bool {
        !is_no_configuration(name) || self.maps.iter().any(|map| map.concerns(name))
    }

    /// The result for a file that is not UTF-8, if it is surely a configuration file: it was `named` by the user, or
    /// its name and content show it.
    pub fn not_utf8(&self, bytes: &[u8], name: &str, named: bool) -> LintResult {
        let wide = utf16::marked(bytes);
        let wide = wide.as_ref().and_then(|text| std::str::from_utf8(text).ok());
        let text = wide.map_or_else(|| String::from_utf8_lossy(bytes), Cow::Borrowed);
        if !named && !detect::is_meant(&text, name) {
            return LintResult::nothing();
        }
        let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let problem = if wide.is_some() { "encoding is UTF-16, not UTF-8" } else { "invalid UTF-8 byte" };
        let error = SyntaxError::new(problem, valid.len()..valid.len());
        self.broken(Syntax::from_file_name(name), &error, valid)
    }

    /// The result for a file that exceeds the size limit and is surely a configuration file.
    pub fn too_large(&self, name: &str) -> LintResult {
        let Some(syntax) = Syntax::from_file_name(name) else { return LintResult::nothing() };
        let findings = self.texts.findings(&text::ConfigTextView::too_large(syntax, MAX_BYTES));
        LintResult { findings, syntax: Some(syntax), ..LintResult::nothing() }
    }

    fn broken(&self, syntax: Option<Syntax>, error: &SyntaxError, text: &str) -> LintResult {
        let view = text::ConfigTextView { error: Some(error), ..text::ConfigTextView::nothing(syntax) };
        let lines = LineIndex::new(text);
        let findings = self.texts.findings(&view).into_iter().map(|finding| {
            let start = offset(&finding).unwrap_or(0);
            // The text may be a secret: no excerpt.
            place(finding, start, &lines, text)
        });
        LintResult { findings: findings.collect(), syntax, ..LintResult::nothing() }
    }

    fn run_rules(&self, reading: &DetectedConfig, missing: &[MissingKey], text: &str) -> LintResult {
        let lines = LineIndex::new(text);
        let view = text::ConfigTextView {
            duplicates: &reading.duplicates,
            missing,
            ..text::ConfigTextView::nothing(Some(reading.syntax))
        };
        let mut findings: Vec<Finding> = self
            .texts
            .findings(&view)
            .into_iter()
            .map(|finding| match offset(&finding) {
                Some(start) => place(finding, start, &lines, text),
                None => finding,
            })
            .collect();
        let mut linted = LintResult::nothing();
        let verifier = verifier(reading);
        for (format, group) in reading.groups() {
            let view = product_config::SettingGroupView { group, product: format.product, verifier };
            let places = places(group);
            for finding in self.settings.findings(&view) {
                let Some(setting) = about(&finding, &places) else { continue };
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
            reading.parts.iter().map(|part| FormatMatch { format: part.format, why: part.why }).collect();
        LintResult { findings, syntax: Some(reading.syntax), ..linted }
    }

    /// A finding of a rule with its position in the file. A finding about a default is at most a warning, and names the
    /// default.
    fn placed(
        &self,
        mut finding: Finding,
        setting: &ProductSetting,
        format: &Format,
        reading: &DetectedConfig,
        lines: &LineIndex,
        text: &str,
    ) -> Option<Finding> {
        let start = offset(&finding)?;
        let by_default = setting.origin == SettingOrigin::Default;
        if by_default {
            if self.explicit_only {
                return None;
            }
            finding.severity = finding.severity.min(Severity::Warning);
            finding.message.push_str(&format!("; not set, so the default of {} applies", format.product));
        }
        if let Some(defined) = &setting.place.defined {
            let (line, way) = (lines.line(defined.start), definition_kind(text.get(setting.place.bytes.clone())));
            finding.message.push_str(&format!("; defined on line {line}, used here through {way}"));
        }
        let shown = if by_default { None } else { Some(excerpt(&setting.place, &reading.secrets, lines, text)) };
        Some(Finding { excerpt: shown.flatten(), ..place(finding, start, lines, text) })
    }
}

/// The verifier of a file with the largest clock skew, and its product: a compose file may run both issuer and
/// verifier.
fn verifier(reading: &DetectedConfig) -> Option<(&ProductSetting, &'static str)> {
    let verifiers = reading.groups().filter(|(_, group)| group.get(SettingRole::AccessTokenLifetime).is_none());
    let skews = verifiers.filter_map(|(format, group)| Some((group.get(SettingRole::ClockSkew)?, format.product)));
    skews.filter(|(skew, _)| skew.lasts().is_some()).max_by_key(|(skew, _)| skew.lasts())
}

/// How the defined value reaches its use: by a YAML anchor, a Terraform variable or local. A variable's default applies
/// unless it is overridden.
fn definition_kind(used: Option<&str>) -> String {
    let plain = used.map(|used| used.trim_matches(['"', '$', '{', '}', ' '])).unwrap_or_default();
    let is_name = plain.chars().all(|c| c.is_alphanumeric() || ['.', '_', '-'].contains(&c));
    match plain.split_once('.') {
        Some(("var", _)) if is_name => format!("the default of {plain}"),
        Some(("local", _)) if is_name => plain.to_owned(),
        _ => "an alias".to_owned(),
    }
}

/// The settings of a group by position; of several at one position the first.
fn places(group: &SettingGroup) -> BTreeMap<(usize, &str), &ProductSetting> {
    let place = |setting: &'_ ProductSetting| setting.place.bytes.start;
    group.settings.iter().rev().map(|setting| ((place(setting), setting.place.pointer.as_str()), setting)).collect()
}

/// The setting that a finding is about.
fn about<'g>(finding: &Finding, places: &BTreeMap<(usize, &str), &'g ProductSetting>) -> Option<&'g ProductSetting> {
    let start = offset(finding)?;
    places.get(&(start, finding.location.pointer.as_deref().unwrap_or_default())).copied()
}

/// The finding, at the line and column of a byte offset.
fn place(finding: Finding, at: usize, lines: &LineIndex, text: &str) -> Finding {
    let (line, column) = lines.place(at, text);
    // The whole file has no pointer.
    let pointer = finding.location.pointer.clone().filter(|pointer| !pointer.is_empty());
    let location = Location { line: Some(line), column: Some(column), pointer, ..finding.location.clone() };
    Finding { location, ..finding }
}

/// The byte offset that a rule stored in the column, see [`crate::rule::Reporter::spot`].
fn offset(finding: &Finding) -> Option<usize> {
    usize::try_from(finding.location.column?.checked_sub(1)?).ok()
}

impl LintResult {
    fn nothing() -> Self {
        Self {
            recognised: Vec::new(),
            findings: Vec::new(),
            explicit: 0,
            defaults: 0,
            not_checked: Vec::new(),
            edits: Vec::new(),
            template: false,
            too_large: None,
            syntax: None,
        }
    }

    /// Whether a format recognised the file.
    pub fn is_known(&self) -> bool {
        !self.recognised.is_empty() || !self.findings.is_empty() || self.template
    }

    fn count(&mut self, group: &SettingGroup, lines: &LineIndex) {
        for setting in &group.settings {
            let ProductSetting { value, origin, place, name, .. } = setting;
            match (origin, value) {
                (_, SettingValue::Unresolved) => {
                    let line = lines.line(place.bytes.start);
                    self.not_checked.push(UnresolvedSetting {
                        name: name.clone(),
                        pointer: place.pointer.clone(),
                        line,
                    });
                }
                (SettingOrigin::Explicit, _) => self.explicit = self.explicit.saturating_add(1),
                (SettingOrigin::Default, _) => self.defaults = self.defaults.saturating_add(1),
            }
        }
    }
}

/// The ranges of `others` (sorted and disjoint) that overlap `range`.
fn within<'o>(range: &Range<usize>, others: &'o [Range<usize>]) -> &'o [Range<usize>] {
    let first = others.partition_point(|other| other.end <= range.start);
    let after = others.partition_point(|other| other.start < range.end);
    head(tail(others, first), after.saturating_sub(first))
}

/// Whether `range` overlaps any of `others`.
fn touches(range: &Range<usize>, others: &[Range<usize>]) -> bool {
    !within(range, others).is_empty()
}

#[cfg(test)]
mod tests;
