//! Findings of the rules: an exact count for each rule, and the first findings in full.

use super::counts::grow;
use super::counts_by_name::{FILE_BYTES, shorten};
use super::observation::Position;
use crate::encoding::bounds::as_u64;
use crate::finding::{Finding, Location, Severity};
use crate::rule::{self, Sink};
use crate::settings::ignore_filter::IgnoreFilter;
use crate::stats::smallest_k::{MAX_FIRST, SmallestK};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// Longer messages are truncated to this many bytes.
pub const MESSAGE_BYTES: usize = 400;

/// A stored finding with its location. Ordered by location, then by the order of the rules, then by
/// content, so that the order is total.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "FindingRecord", into = "FindingRecord")]
pub struct StoredFinding {
    /// Start of the token in its file.
    pub position: Position,
    /// Index among the findings of its token, from 0.
    pub nth: u32,
    /// The finding, with its message truncated to [`MESSAGE_BYTES`].
    pub finding: Finding,
}

/// Counts of findings by rule, and the first findings of each by location.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingLog {
    /// Sorted by rule and severity.
    rules: Vec<RuleTally>,
    /// How many findings of each rule are kept in full.
    limit: usize,
}

/// The findings of one rule at one severity.
#[derive(Clone, PartialEq, Eq, Debug)]
struct RuleTally {
    rule: &'static str,
    severity: Severity,
    count: u64,
    first: SmallestK<StoredFinding>,
}

impl FindingLog {
    /// Keeps the first `limit` findings of each rule and severity in full.
    pub fn new(limit: usize) -> Self {
        Self { rules: Vec::new(), limit }
    }

    fn tally_mut(&mut self, rule: &'static str, severity: Severity) -> Option<&mut RuleTally> {
        // Ids are static: comparing addresses is faster than comparing text.
        let same = |own: &RuleTally| std::ptr::eq(own.rule, rule) && own.severity == severity;
        let at = self.rules.iter().position(same).unwrap_or_else(|| {
            let place = self.rules.binary_search_by(|own| (own.rule, own.severity).cmp(&(rule, severity)));
            place.unwrap_or_else(|free| {
                self.rules.insert(free, RuleTally { rule, severity, count: 0, first: SmallestK::new(self.limit) });
                free
            })
        });
        self.rules.get_mut(at)
    }

    /// Adds the findings of one token. Only those that are kept are copied.
    pub fn add(&mut self, position: Position, findings: &[Finding]) {
        for (nth, finding) in (0_u32..).zip(findings) {
            let Some(tally) = self.tally_mut(finding.rule, finding.severity) else { continue };
            grow(&mut tally.count, 1);
            if tally.first.admits(|last| (position, nth) <= (last.position, last.nth)) {
                let message = shorten(&finding.message, MESSAGE_BYTES).to_owned();
                let finding = Finding { message, location: finding.location.clone(), ..finding.clone() };
                tally.first.offer(StoredFinding { position, nth, finding });
            }
        }
    }

    /// Adds the counts of `other`, and keeps the first findings of both up to the limit of this log.
    pub fn merge(&mut self, other: Self) {
        for tally in other.rules {
            let Some(own) = self.tally_mut(tally.rule, tally.severity) else { continue };
            grow(&mut own.count, tally.count);
            own.first.merge(tally.first);
        }
    }

    /// Rules with their severity and count, sorted by rule.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, Severity, u64)> {
        self.rules.iter().map(|tally| (tally.rule, tally.severity, tally.count))
    }

    /// The first findings of each rule, sorted by rule, then by location.
    pub fn first(&self) -> impl Iterator<Item = &StoredFinding> {
        self.rules.iter().flat_map(|tally| tally.first.items())
    }

    /// Whether a log with these numbers is possible.
    pub(super) fn is_possible(&self, limit: usize) -> bool {
        let full = as_u64(limit);
        self.limit == limit
            && self.rules.iter().all(|tally| {
                let own = |noted: &StoredFinding| {
                    noted.finding.rule == tally.rule && noted.finding.severity == tally.severity
                };
                tally.count > 0
                    && tally.first.limit() == limit
                    && tally.first.items().iter().all(own)
                    && u64::try_from(tally.first.items().len()).ok() == Some(tally.count.min(full))
            })
    }
}

/// Records the findings of one token: counts them unless ignored, and keeps the first in full.
pub struct FindingRecorder<'r, 's> {
    findings: &'r mut FindingLog,
    ignores: &'r mut IgnoreFilter<'s>,
    position: Position,
    /// The file, and the URL of the request or response with the token.
    file: &'r str,
    url: Option<&'r str>,
    nth: u32,
}

impl<'r, 's> FindingRecorder<'r, 's> {
    /// Starts with finding 0 of the token at `position` in `file`. `url` is that of the request or response with the
    /// token; `None` for other text.
    pub fn new(
        findings: &'r mut FindingLog,
        ignores: &'r mut IgnoreFilter<'s>,
        position: Position,
        file: &'r str,
        url: Option<&'r str>,
    ) -> Self {
        Self { findings, ignores, position, file, url, nth: 0 }
    }
}

impl Sink for FindingRecorder<'_, '_> {
    fn count(&mut self, rule: &'static str, severity: Severity, pointer: &str) -> bool {
        if !self.ignores.passes(rule, pointer) {
            return false;
        }
        let place = (self.position, self.nth);
        self.nth = self.nth.saturating_add(1);
        let Some(tally) = self.findings.tally_mut(rule, severity) else { return false };
        grow(&mut tally.count, 1);
        tally.first.admits(|last| place <= (last.position, last.nth))
    }

    fn keep(&mut self, finding: Finding) {
        let message = shorten(&finding.message, MESSAGE_BYTES).to_owned();
        let location = Location {
            file: Some(shorten(self.file, FILE_BYTES).to_owned()),
            line: Some(self.position.line),
            column: Some(self.position.column),
            url: self.url.map(str::to_owned),
            ..finding.location.clone()
        };
        let finding = Finding { message, location, ..finding };
        let noted = StoredFinding { position: self.position, nth: self.nth.saturating_sub(1), finding };
        if let Some(tally) = self.findings.tally_mut(noted.finding.rule, noted.finding.severity) {
            tally.first.offer(noted);
        }
    }
}

/// The id, help and source of a rule, if it exists.
fn known(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    rule::all_rules().into_iter().find(|rule| rule.id == id).map(|rule| (rule.id, rule.fix, rule.source))
}

fn unknown(id: &str) -> String {
    format!("unknown rule \"{}\" in this version", shorten(id, 60))
}

/// A finding as stored in a file: help and source follow from the rule.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingRecord {
    position: Position,
    nth: u32,
    rule: String,
    severity: Severity,
    message: String,
    #[serde(default, skip_serializing_if = "Location::is_nowhere")]
    location: Location,
}

impl From<StoredFinding> for FindingRecord {
    fn from(StoredFinding { position, nth, finding }: StoredFinding) -> Self {
        let Finding { rule, severity, message, location, .. } = finding;
        Self { position, nth, rule: rule.to_owned(), severity, message, location }
    }
}

impl TryFrom<FindingRecord> for StoredFinding {
    type Error = String;

    fn try_from(stored: FindingRecord) -> Result<Self, String> {
        let FindingRecord { position, nth, rule, severity, message, location } = stored;
        if message.len() > MESSAGE_BYTES {
            return Err("message of a finding is too long".to_owned());
        }
        let (rule, help, source) = known(&rule).ok_or_else(|| unknown(&rule))?;
        Ok(Self { position, nth, finding: Finding { rule, severity, message, help, source, location, excerpt: None } })
    }
}

/// One rule as stored in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleCountRow<'a> {
    rule: Cow<'a, str>,
    severity: Severity,
    count: u64,
    first: Cow<'a, [StoredFinding]>,
}

/// The log as stored in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFindingCount<'a> {
    limit: usize,
    rules: Vec<RuleCountRow<'a>>,
}

impl Serialize for FindingLog {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let row = |tally: &RuleTally| RuleCountRow {
            rule: Cow::Borrowed(tally.rule),
            severity: tally.severity,
            count: tally.count,
            first: Cow::Owned(tally.first.items().to_vec()),
        };
        FileFindingCount { limit: self.limit, rules: self.rules.iter().map(row).collect() }.serialize(writer)
    }
}

impl<'de> Deserialize<'de> for FindingLog {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let FileFindingCount { limit, rules } = FileFindingCount::deserialize(reader)?;
        if limit > MAX_FIRST {
            return Err(D::Error::custom("more samples than the maximum"));
        }
        let mut findings = Self::new(limit);
        for RuleCountRow { rule, severity, count, first } in rules {
            let (rule, ..) = known(&rule).ok_or_else(|| D::Error::custom(unknown(&rule)))?;
            if findings.rules.iter().any(|own| own.rule == rule && own.severity == severity) {
                return Err(D::Error::custom(format_args!("duplicate rule \"{rule}\"")));
            }
            if !first.is_sorted() {
                return Err(D::Error::custom("samples are not sorted"));
            }
            let Some(tally) = findings.tally_mut(rule, severity) else { continue };
            tally.count = count;
            first.into_owned().into_iter().for_each(|noted| tally.first.offer(noted));
        }
        Ok(findings)
    }
}
