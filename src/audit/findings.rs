//! What the rules said: an exact count for each, and the first findings in full.

use super::counts::grow;
use super::first::First;
use super::observation::Position;
use super::table::shorten;
use crate::finding::{Finding, Location, Severity};
use crate::rule::{self, Sink};
use crate::settings::sift::Sieve;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A longer message is cut. Bytes.
pub const MESSAGE_BYTES: usize = 400;

/// A finding that is kept, with its place. Ordered by place, then as the rules reported, then by what
/// it says, so that even findings at one place have one order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Noted {
    pub position: Position,
    /// Which of its token's findings it is, from 0.
    pub nth: u32,
    pub finding: Finding,
}

/// How often a rule found something, and the first findings by place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    #[serde(with = "rule_counts")]
    rules: BTreeMap<(&'static str, Severity), u64>,
    first: First<Noted>,
}

impl Findings {
    /// Keeps the first `limit` findings in full.
    pub fn new(limit: usize) -> Self {
        Self { rules: BTreeMap::new(), first: First::new(limit) }
    }

    /// The findings of one token. Only those that are kept are copied.
    pub fn add(&mut self, position: Position, findings: &[Finding]) {
        for (nth, finding) in (0_u32..).zip(findings) {
            grow(self.rules.entry((finding.rule, finding.severity)).or_default(), 1);
            if self.first.admits(|last| (position, nth) <= (last.position, last.nth)) {
                let message = shorten(&finding.message, MESSAGE_BYTES).to_owned();
                let finding = Finding { message, location: finding.location.clone(), ..*finding };
                self.first.offer(Noted { position, nth, finding });
            }
        }
    }

    pub fn merge(&mut self, other: Self) {
        for (rule, count) in other.rules {
            grow(self.rules.entry(rule).or_default(), count);
        }
        self.first.merge(other.first);
    }

    /// Rules with their severity and count, sorted by rule.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, Severity, u64)> {
        self.rules.iter().map(|((rule, severity), count)| (*rule, *severity, *count))
    }

    /// The first findings, in order.
    pub fn first(&self) -> &[Noted] {
        self.first.items()
    }

    /// Whether a file could say this.
    pub(super) fn is_possible(&self, limit: usize) -> bool {
        let mut kept: BTreeMap<(&str, Severity), u64> = BTreeMap::new();
        for noted in self.first() {
            grow(kept.entry((noted.finding.rule, noted.finding.severity)).or_default(), 1);
        }
        let total = self.rules.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let full = u64::try_from(self.first.limit()).unwrap_or(u64::MAX);
        self.first.limit() == limit
            && self.rules.values().all(|count| *count > 0)
            && kept.iter().all(|(rule, count)| self.rules.get(rule).is_some_and(|all| count <= all))
            && u64::try_from(self.first().len()).ok() == Some(total.min(full))
    }
}

/// Takes what rules say of one token: counts it, unless it is ignored, and keeps the first in full.
pub struct Recorder<'r, 's> {
    pub findings: &'r mut Findings,
    pub sieve: &'r mut Sieve<'s>,
    pub position: Position,
    /// Where the token was seen besides line and column.
    pub url: Option<&'r str>,
    nth: u32,
}

impl<'r, 's> Recorder<'r, 's> {
    pub fn new(findings: &'r mut Findings, sieve: &'r mut Sieve<'s>, position: Position, url: Option<&'r str>) -> Self {
        Self { findings, sieve, position, url, nth: 0 }
    }
}

impl Sink for Recorder<'_, '_> {
    fn count(&mut self, rule: &'static str, severity: Severity, pointer: &str) -> bool {
        if !self.sieve.passes(rule, pointer) {
            return false;
        }
        grow(self.findings.rules.entry((rule, severity)).or_default(), 1);
        let place = (self.position, self.nth);
        self.nth = self.nth.saturating_add(1);
        self.findings.first.admits(|last| place <= (last.position, last.nth))
    }

    fn keep(&mut self, finding: Finding) {
        let message = shorten(&finding.message, MESSAGE_BYTES).to_owned();
        let location = Location { url: self.url.map(str::to_owned), ..finding.location.clone() };
        let finding = Finding { message, location, ..finding };
        self.findings.first.offer(Noted { position: self.position, nth: self.nth.saturating_sub(1), finding });
    }
}

/// What a rule is called, advises and rests on, if any list has it.
fn known(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    rule::catalogue().into_iter().find(|rule| rule.id == id).map(|rule| (rule.id, rule.fix, rule.source))
}

fn unknown(id: &str) -> String {
    format!("this version has no rule \"{}\"", shorten(id, 60))
}

/// A finding in a file: help and source follow from the rule.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    position: Position,
    nth: u32,
    rule: String,
    severity: Severity,
    message: String,
    #[serde(default, skip_serializing_if = "Location::is_nowhere")]
    location: Location,
}

impl From<Noted> for Stored {
    fn from(Noted { position, nth, finding }: Noted) -> Self {
        let Finding { rule, severity, message, location, .. } = finding;
        Self { position, nth, rule: rule.to_owned(), severity, message, location }
    }
}

impl TryFrom<Stored> for Noted {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { position, nth, rule, severity, message, location } = stored;
        if message.len() > MESSAGE_BYTES {
            return Err("the message of a finding is too long".to_owned());
        }
        let (rule, help, source) = known(&rule).ok_or_else(|| unknown(&rule))?;
        Ok(Self { position, nth, finding: Finding { rule, severity, message, help, source, location } })
    }
}

/// The counts as a list in JSON.
mod rule_counts {
    use super::{BTreeMap, Deserialize, Serialize, Severity, known, unknown};
    use serde::de::Error as _;
    use serde::{Deserializer, Serializer};
    use std::borrow::Cow;

    type Counts = BTreeMap<(&'static str, Severity), u64>;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row<'a> {
        rule: Cow<'a, str>,
        severity: Severity,
        count: u64,
    }

    pub fn serialize<S: Serializer>(rules: &Counts, writer: S) -> Result<S::Ok, S::Error> {
        let row = |(&(rule, severity), &count)| Row { rule: Cow::Borrowed(rule), severity, count };
        writer.collect_seq(rules.iter().map(row))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Counts, D::Error> {
        let mut rules = Counts::new();
        for Row { rule, severity, count } in Vec::<Row<'de>>::deserialize(reader)? {
            let (rule, ..) = known(&rule).ok_or_else(|| D::Error::custom(unknown(&rule)))?;
            if rules.insert((rule, severity), count).is_some() {
                return Err(D::Error::custom(format_args!("the rule \"{rule}\" is counted twice")));
            }
        }
        Ok(rules)
    }
}
