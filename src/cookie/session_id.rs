//! Predictability analysis of sampled session ids, given in the order of issue.
//!
//! No number of samples proves that an id is random. The result is an *upper bound* of the entropy: every character
//! that is fixed, counted, dated or readable is subtracted, and the rest is assumed to be random.

use super::class::{CookieClass, CookieClassifier};
use super::set_cookie::{KnownAttribute, SetCookie};
use super::value::{CookieValueForm, ValueAlphabet, form, is_uuid};
use crate::encoding::bounds::as_u64;
use crate::http::exchange::Exchange;
use crate::time::UnixTime;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

mod number;
pub mod output;
#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;

/// With fewer samples, chance makes positions look fixed: one of 32 hexadecimal digits is equal in 5 ids once in 2,000
/// times.
pub const MIN_SAMPLES: usize = 5;

/// Characters of an id, counted from 0; `end` is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct CharRange {
    /// Index of the first character, from 0.
    pub start: usize,
    /// Index after the last character.
    pub end: usize,
}

impl CharRange {
    fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// `characters 1 to 8`, counted from 1 for human readers.
    pub fn words(self) -> String {
        let first = self.start.saturating_add(1);
        if first == self.end { format!("character {first}") } else { format!("characters {first} to {}", self.end) }
    }
}

/// A component of every id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdPart {
    /// The time of issue, with its encoding.
    Time(Cow<'static, str>),
    /// A number that increases or decreases by small steps from id to id.
    Counter,
}

/// The result of the analysis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionIdAnalysis {
    /// Number of analysed ids, including repeated ones.
    pub count: usize,
    /// Number of different ids; less than `count` if an id was issued twice.
    pub distinct: usize,
    /// Length in bytes.
    pub shortest: usize,
    /// Maximum length in bytes; equal to `shortest` if all ids have one length.
    pub longest: usize,
    /// The smallest alphabet that contains the characters of all ids.
    pub alphabet: ValueAlphabet,
    /// All are UUIDs of this version (RFC 9562 §4.2).
    pub uuid: Option<u8>,
    /// All ids are readable, in this encoding.
    pub readable: Option<Cow<'static, str>>,
    /// Characters that are equal in all ids. Empty if the lengths differ, or with too few samples.
    pub fixed: Vec<CharRange>,
    /// Timestamps and counters, in the order of their positions. Empty if the lengths differ, or with too few samples.
    pub parts: Vec<(CharRange, IdPart)>,
    /// The maximum entropy in bits, for an attacker who knows the format.
    pub bits_at_most: u64,
}

/// Ids of one cookie, in the order of issue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionIdSample {
    /// Cookie name; untrusted.
    pub name: String,
    /// The class by the cookie name.
    pub class: CookieClass,
    /// The last value in each redirect chain; these are credentials.
    pub values: Vec<Vec<u8>>,
}

/// The session ids among the cookies that anonymous visitors got, each visitor a chain of redirects. A cookie of
/// unknown class is one if its values differ; those of other classes and CSRF tokens are skipped.
pub fn collect(visitors: &[Vec<Exchange>], names: &CookieClassifier) -> Vec<SessionIdSample> {
    let mut found: Vec<SessionIdSample> = Vec::new();
    for visitor in visitors {
        // The last value wins: a session may be replaced within the chain.
        let mut own: Vec<(String, Vec<u8>)> = Vec::new();
        for header in visitor.iter().flat_map(|exchange| &exchange.headers).filter(|header| header.is("set-cookie")) {
            let line = SetCookie::parse(&header.value);
            let deletes = line
                .last(KnownAttribute::MaxAge)
                .is_some_and(|age| age.value.bytes.starts_with(b"-") || age.value.bytes == b"0");
            let name = line.name.text();
            own.retain(|(other, _)| *other != name);
            if !deletes && !line.value.bytes.is_empty() {
                own.push((name, line.value.bytes.to_vec()));
            }
        }
        for (name, value) in own {
            match found.iter_mut().find(|ids| ids.name == name) {
                Some(ids) => ids.values.push(value),
                None => found.push(SessionIdSample { class: names.class(&name), name, values: vec![value] }),
            }
        }
    }
    found.retain(|ids| match ids.class {
        CookieClass::Session | CookieClass::Remember => true,
        CookieClass::Other => ids.values.iter().any(|value| Some(value) != ids.values.first()),
        CookieClass::Analytics | CookieClass::Affinity | CookieClass::Csrf => false,
    });
    found
}

/// Analyses `ids`, in the order of issue, which were issued at about `now`.
pub fn analyse(ids: &[&[u8]], now: UnixTime) -> SessionIdAnalysis {
    let all: BTreeSet<&[u8]> = ids.iter().copied().collect();
    let lengths = || ids.iter().map(|id| id.len());
    let (shortest, longest) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
    let joined = ids.concat();
    let mut samples = SessionIdAnalysis {
        count: ids.len(),
        distinct: all.len(),
        shortest,
        longest,
        alphabet: ValueAlphabet::smallest_for(&joined),
        uuid: uuid(ids),
        readable: readable(ids).map(Cow::Borrowed),
        fixed: Vec::new(),
        parts: Vec::new(),
        bits_at_most: 0,
    };
    if ids.len() >= MIN_SAMPLES && shortest == longest && samples.distinct > 1 {
        samples.fixed = fixed(ids);
        samples.parts = number::parts(ids, now);
    }
    samples.bits_at_most = bits_at_most(&samples);
    samples
}

fn uuid(ids: &[&[u8]]) -> Option<u8> {
    let version = |id: &&[u8]| {
        let digit = char::from(*id.get(14)?).to_digit(16)?;
        is_uuid(id).then_some(u8::try_from(digit).ok()?)
    };
    let first = version(ids.first()?)?;
    ids.iter().all(|id| version(id) == Some(first)).then_some(first)
}

fn readable(ids: &[&[u8]]) -> Option<&'static str> {
    let how = |id: &&[u8]| match form(id) {
        CookieValueForm::Token(_) => Some("a JWT"),
        CookieValueForm::Readable(content) => Some(content.how),
        CookieValueForm::Opaque => None,
    };
    let first = how(ids.first()?)?;
    ids.iter().all(|id| how(id) == Some(first)).then_some(first)
}

/// Ranges of characters that are equal in all ids.
fn fixed(ids: &[&[u8]]) -> Vec<CharRange> {
    let Some((first, rest)) = ids.split_first() else { return Vec::new() };
    let mut runs: Vec<CharRange> = Vec::new();
    for (at, byte) in first.iter().enumerate() {
        if !rest.iter().all(|id| id.get(at) == Some(byte)) {
            continue;
        }
        let end = at.saturating_add(1);
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(CharRange { start: at, end }),
        }
    }
    runs
}

/// Random bits of UUID versions 4 (122) and 7 (74); other versions hold a time and the MAC address (RFC 9562 §5), which
/// leaves the clock sequence.
const fn uuid_bits(version: u8) -> u64 {
    match version {
        4 => 122,
        7 => 74,
        1 | 6 => 14,
        _ => 122,
    }
}

fn bits_at_most(samples: &SessionIdAnalysis) -> u64 {
    let known = |at: usize| {
        let at = CharRange { start: at, end: at.saturating_add(1) };
        samples.fixed.iter().any(|run| run.overlaps(at)) || samples.parts.iter().any(|(run, _)| run.overlaps(at))
    };
    let free = (0..samples.longest).filter(|at| !known(*at)).count();
    let free = as_u64(free);
    let bits = free.saturating_mul(samples.alphabet.centibits()).checked_div(100).unwrap_or(0);
    samples.uuid.map_or(bits, |version| bits.min(uuid_bits(version)))
}
