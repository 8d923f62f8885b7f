//! What a summary is told about one token, and where it was.

use crate::finding::Finding;
use crate::token::claims::Claims;
use crate::token::header::JoseHeader;
use serde::{Deserialize, Serialize};

/// Where something was found in its file. The file's name stands beside it: a number for it would differ
/// from one run to the next, and summaries of several runs are merged.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// From 1.
    pub line: u64,
    /// From 1.
    pub column: u64,
    /// Tells apart what line and column do not.
    pub ordinal: u64,
}

/// One token that could be read. Nothing of it is verified.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    pub position: Position,
    /// Of the compact token.
    pub bytes: usize,
    /// [`crate::stats::hash::of`] the compact token.
    pub token_hash: u64,
    pub header: &'a JoseHeader<'a>,
    pub claims: &'a Claims<'a>,
    pub findings: &'a [Finding],
}
