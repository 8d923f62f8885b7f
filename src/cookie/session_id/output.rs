//! What sampled ids came to, for machines. No id is in it.

use super::{CharRange, IdPart, SessionIdAnalysis};
use crate::cookie::class::CookieClass;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// Ids of one cookie.
#[derive(Serialize, JsonSchema, Debug)]
pub struct SessionIdOutput {
    /// Of the cookie.
    pub name: String,
    /// As its name says.
    pub class: CookieClass,
    pub count: usize,
    pub distinct: usize,
    /// In bytes.
    pub shortest: usize,
    pub longest: usize,
    pub alphabet: &'static str,
    /// All are UUIDs of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid_version: Option<u8>,
    /// All can be read, and how they are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readable: Option<Cow<'static, str>>,
    /// Characters that are the same in all.
    pub fixed: Vec<CharRangeOutput>,
    /// Times and counters.
    pub parts: Vec<Piece>,
    /// An upper bound, never an estimate: no number of samples shows that ids are random.
    pub bits_at_most: u64,
}

/// Characters, counted from 1.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CharRangeOutput {
    pub first: usize,
    pub last: usize,
}

/// What a part of each id is.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Piece {
    pub first: usize,
    pub last: usize,
    /// `time` or `counter`.
    pub kind: &'static str,
    /// How a time is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<Cow<'static, str>>,
}

fn place(range: CharRange) -> CharRangeOutput {
    CharRangeOutput { first: range.start.saturating_add(1), last: range.end }
}

impl SessionIdOutput {
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
