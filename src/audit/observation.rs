//! The input of a summary for one token, and its location.

use crate::finding::Finding;
use crate::token::claims::Claims;
use crate::token::header::JoseHeader;
use serde::{Deserialize, Serialize};

/// The position of something in its file. The file's name is kept separately: a number for it would differ
/// between runs, and summaries of several runs are merged.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// From 1.
    pub line: u64,
    /// From 1.
    pub column: u64,
    /// Distinguishes positions with equal line and column.
    pub ordinal: u64,
}

/// One token that could be read. Nothing in it is verified.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    /// Start of the token in its file.
    pub position: Position,
    /// Bytes of the compact token.
    pub bytes: usize,
    /// [`crate::stats::hash::hash`] of the compact token.
    pub token_hash: u64,
    /// JOSE header (RFC 7515 §4).
    pub header: &'a JoseHeader<'a>,
    /// Claims set (RFC 7519 §4).
    pub claims: &'a Claims<'a>,
    /// Findings of the rules; empty if a [`FindingRecorder`](super::finding_log::FindingRecorder) has recorded them.
    pub findings: &'a [Finding],
}
