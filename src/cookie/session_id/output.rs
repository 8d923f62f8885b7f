//! JSON output of the session id analysis. It contains no id.

use super::{CharRange, IdPart, SessionIdAnalysis};
use crate::cookie::class::CookieClass;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// Analysis of the ids of one cookie.
#[derive(Serialize, JsonSchema, Debug)]
pub struct SessionIdOutput {
    /// Cookie name.
    pub name: String,
    /// Class, by the name of the cookie.
    pub class: CookieClass,
    /// Number of sampled ids, including repeated ones.
    pub count: usize,
    /// Number of different ids; less than `count` if an id was issued twice.
    pub distinct: usize,
    /// Length in bytes.
    pub shortest: usize,
    /// Maximum length in bytes.
    pub longest: usize,
    /// Smallest alphabet that contains all ids: `digits`, `hex digits`, `base64 characters`, …
    pub alphabet: &'static str,
    /// All are UUIDs of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid_version: Option<u8>,
    /// All ids are readable, in this encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readable: Option<Cow<'static, str>>,
    /// Characters that are equal in all ids.
    pub fixed: Vec<CharRangeOutput>,
    /// Timestamps and counters.
    pub parts: Vec<Piece>,
    /// Upper bound of the entropy in bits, never an estimate: no number of samples shows that ids are random.
    pub bits_at_most: u64,
}

/// Characters, counted from 1.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CharRangeOutput {
    /// Position of the first character, from 1.
    pub first: usize,
    /// Position of the last character, inclusive.
    pub last: usize,
}

/// A component of every id.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Piece {
    /// Position of the first character, from 1.
    pub first: usize,
    /// Position of the last character, inclusive.
    pub last: usize,
    /// `time` or `counter`.
    pub kind: &'static str,
    /// Encoding of a timestamp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<Cow<'static, str>>,
}

fn place(range: CharRange) -> CharRangeOutput {
    CharRangeOutput { first: range.start.saturating_add(1), last: range.end }
}

impl SessionIdOutput {
    /// The output for the cookie `name`; positions are converted to count from 1.
    pub fn from_analysis(name: &str, class: CookieClass, samples: &SessionIdAnalysis) -> Self {
        let piece = |(range, part): &(CharRange, IdPart)| {
            let CharRangeOutput { first, last } = place(*range);
            match part {
                IdPart::Time(how) => Piece { first, last, kind: "time", how: Some(how.clone()) },
                IdPart::Counter => Piece { first, last, kind: "counter", how: None },
            }
        };
        Self {
            name: name.to_owned(),
            class,
            count: samples.count,
            distinct: samples.distinct,
            shortest: samples.shortest,
            longest: samples.longest,
            alphabet: samples.alphabet.name(),
            uuid_version: samples.uuid,
            readable: samples.readable.clone(),
            fixed: samples.fixed.iter().map(|range| place(*range)).collect(),
            parts: samples.parts.iter().map(piece).collect(),
            bits_at_most: samples.bits_at_most,
        }
    }
}
