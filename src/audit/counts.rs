//! Counters: for all tokens, and for each name in a table.

use crate::encoding::bounds::as_u64;
use crate::stats::distinct_sample::Merge;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Adds with saturation. A saturated sum does not depend on the order, so merging stays exact.
pub(super) fn grow(total: &mut u64, by: u64) {
    *total = total.saturating_add(by);
}

/// Counts over the whole input.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TokenTotals {
    /// Lines that were read, with or without tokens.
    pub lines: u64,
    /// Tokens that were read and counted here.
    pub tokens: u64,
    /// Bytes of these tokens.
    pub bytes: u64,
    /// Text that looked like a token but could not be read.
    pub malformed: u64,
    /// Tokens of five segments (JWE), of which nothing else is known.
    pub encrypted: u64,
    /// `exp` is not after the time of the audit.
    pub expired: u64,
    /// `nbf` is after the time of the audit.
    pub not_yet_valid: u64,
    /// No `exp`, or one that is not a date.
    pub without_exp: u64,
}

impl Merge for TokenTotals {
    fn merge(&mut self, other: Self) {
        grow(&mut self.lines, other.lines);
        grow(&mut self.tokens, other.tokens);
        grow(&mut self.bytes, other.bytes);
        grow(&mut self.malformed, other.malformed);
        grow(&mut self.encrypted, other.encrypted);
        grow(&mut self.expired, other.expired);
        grow(&mut self.not_yet_valid, other.not_yet_valid);
        grow(&mut self.without_exp, other.without_exp);
    }
}

/// How many tokens have the claims that revocation before expiry would need.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RevocationClaimCounts {
    /// Single tokens can be identified.
    pub jti: u64,
    /// Single sessions can be identified.
    pub sid: u64,
    /// Tokens older than a password change can be identified.
    pub auth_time: u64,
    /// A version that a user record can count up: `ver`, `version` or `token_version`.
    pub version: u64,
}

impl Merge for RevocationClaimCounts {
    fn merge(&mut self, other: Self) {
        grow(&mut self.jti, other.jti);
        grow(&mut self.sid, other.sid);
        grow(&mut self.auth_time, other.auth_time);
        grow(&mut self.version, other.version);
    }
}

/// Counts for an audience, an algorithm or a `kid`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenCount {
    /// Tokens with the value; a token that lists an audience twice is counted twice.
    pub tokens: u64,
}

impl TokenCount {
    /// One token.
    pub const ONE: Self = Self { tokens: 1 };
}

impl Merge for TokenCount {
    fn merge(&mut self, other: Self) {
        grow(&mut self.tokens, other.tokens);
    }
}

/// Counts for a claim name.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimCounts {
    /// Tokens with the claim.
    pub tokens: u64,
    /// Bytes as sent, see [`crate::token::size::member`].
    pub bytes: u64,
}

impl Merge for ClaimCounts {
    fn merge(&mut self, other: Self) {
        grow(&mut self.tokens, other.tokens);
        grow(&mut self.bytes, other.bytes);
    }
}

/// Counts for an issuer.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerCounts {
    /// Tokens of the issuer, with and without `exp`.
    pub tokens: u64,
    /// Tokens that never expire.
    pub without_exp: u64,
    /// Exposure window of the longest-lived of the other tokens, in seconds: its lifetime, or the remaining
    /// lifetime if there is neither `iat` nor `nbf`.
    pub worst_seconds: u64,
}

impl Merge for IssuerCounts {
    fn merge(&mut self, other: Self) {
        grow(&mut self.tokens, other.tokens);
        grow(&mut self.without_exp, other.without_exp);
        self.worst_seconds = self.worst_seconds.max(other.worst_seconds);
    }
}

/// Counts for a claim that is an array.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCounts {
    /// Tokens in which the claim is an array.
    pub tokens: u64,
    /// Entries of all these arrays together; a nested array is one entry.
    pub entries: u64,
    /// Bytes of JSON: the entries, each with its comma.
    pub bytes: u64,
    /// Entries of the longest list.
    pub most: u64,
}

impl ListCounts {
    /// Counts the entries of an array of strict JSON. Linear in its length.
    pub fn from_json_array(array: &str) -> Self {
        let inside = array.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or("").trim_ascii();
        let entries = if inside.is_empty() { 0 } else { commas(inside).saturating_add(1) };
        let length = as_u64(inside.len());
        let bytes = if entries == 0 { 0 } else { length.saturating_add(1) };
        Self { tokens: 1, entries, bytes, most: entries }
    }
}

/// The commas outside of strings and nested values.
fn commas(json: &str) -> u64 {
    let (mut found, mut depth, mut in_text, mut escaped) = (0_u64, 0_u32, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth = depth.saturating_add(1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => found = found.saturating_add(1),
            _ => {}
        }
    }
    found
}

impl Merge for ListCounts {
    fn merge(&mut self, other: Self) {
        grow(&mut self.tokens, other.tokens);
        grow(&mut self.entries, other.entries);
        grow(&mut self.bytes, other.bytes);
        self.most = self.most.max(other.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn array_entries_are_counted_without_parsing() {
        for (array, entries, bytes) in [
            ("[]", 0, 0),
            ("[ ]", 0, 0),
            ("[1]", 1, 2),
            ("[ 1, 2 ]", 2, 5),
            (r#"["a,b","c\",d"]"#, 2, 14),
            (r#"[[1,2],{"a":[3,4],"b":"]"},"\\"]"#, 3, 31),
        ] {
            let counts = ListCounts::from_json_array(array);
            assert_eq!((counts.entries, counts.bytes, counts.most), (entries, bytes, entries), "{array}");
        }
    }
}
