//! Extraction of tokens from arbitrary text: logs, fixtures, pasted headers. Detection is by content, not by pattern:
//! the first segment must be base64url of a JSON object with an algorithm.

use super::compact::MAX_BYTES;
use crate::encoding::base64url;
use crate::encoding::bounds::{as_u64, head, tail};
use serde::Deserialize;

/// A token found in a text. Offset and length in bytes; line and column count from 1, and columns count
/// characters, as editors and reports do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScannedToken<'a> {
    /// The token as written, in compact serialisation; at most [`MAX_BYTES`] long.
    pub token: &'a str,
    /// Start of the token in bytes, from 0.
    pub offset: usize,
    /// Line of the start, from 1.
    pub line: u64,
    /// Column of the start in characters, from 1.
    pub column: u64,
    /// Five segments instead of three.
    pub encrypted: bool,
}

const fn in_segment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

const fn in_run(byte: u8) -> bool {
    in_segment(byte) || byte == b'.'
}

/// Every token in `text`, in order. Linear in the length of the text.
pub fn scan(text: &[u8]) -> Vec<ScannedToken<'_>> {
    scan_after(text, 0)
}

/// Every token that starts at `context` or later; the text before it only decides whether a token can start there.
/// Offsets count from the start of `text`, lines and columns from `context`.
pub fn scan_after(text: &[u8], context: usize) -> Vec<ScannedToken<'_>> {
    let mut found = Vec::new();
    let mut place = TextPlace::new(context);
    let mut walk = Walk { text, at: context, end: 0 };
    while let Some(step) = walk.step() {
        let ScanStep::Token { start, token, encrypted } = step else { continue };
        place.advance(text, start);
        found.push(ScannedToken { token, offset: start, line: place.line, column: place.column, encrypted });
    }
    found
}

/// The line and the column of an offset, both from 1, counted while a text is read.
pub(super) struct TextPlace {
    pub(super) line: u64,
    pub(super) column: u64,
    counted: usize,
}

impl TextPlace {
    /// Counts from `start`, which is line 1, column 1.
    pub(super) const fn new(start: usize) -> Self {
        Self { line: 1, column: 1, counted: start }
    }

    /// Advances to `offset`, which is not before the last one.
    pub(super) fn advance(&mut self, text: &[u8], offset: usize) {
        let mut before = tail(head(text, offset), self.counted);
        let newlines = memchr::memchr_iter(b'\n', before).count();
        if let Some(newline) = memchr::memrchr(b'\n', before) {
            self.line = self.line.saturating_add(as_u64(newlines));
            before = tail(before, newline.saturating_add(1));
            self.column = 1;
        }
        self.column = self.column.saturating_add(characters(before));
        self.counted = offset;
    }
}

/// Replaces each token in `text`, so that no credential is printed.
pub fn replace_tokens(text: &str, with: impl Fn(&ScannedToken<'_>) -> String) -> String {
    let (mut out, mut last) = (String::with_capacity(text.len()), 0);
    for found in scan(text.as_bytes()) {
        out.push_str(text.split_at(found.offset).0.split_at(last).1);
        out.push_str(&with(&found));
        last = found.offset.saturating_add(found.token.len());
    }
    out.push_str(text.split_at(last).1);
    out
}

/// The length of the prefix of `text` (which continues elsewhere) that can be scanned separately without splitting a
/// token, or base64 of one where there is another place. Positive unless `text` is empty; the remainder is at most [`MAX_BYTES`] and a dot, and must be scanned with
/// some context before it.
pub fn safe_split_point(text: &[u8]) -> usize {
    let late = text.len().saturating_sub(MAX_BYTES);
    let apart = |bytes: &[u8]| bytes.iter().rposition(|byte| !in_run(*byte));
    let apart_from_base64 = |bytes: &[u8]| bytes.iter().rposition(|byte| !in_run(*byte) && !b"+/=".contains(byte));
    let (head, tail) = text.split_at_checked(late).unwrap_or((text, &[]));
    if let Some(last) = apart_from_base64(tail).or_else(|| apart(tail)) {
        return late.saturating_add(last).saturating_add(1);
    }
    // Only segments and dots for longer than the maximum token: split at the position of a scan.
    let mut walk = Walk { text, at: apart(head).map_or(0, |last| last.saturating_add(1)), end: 0 };
    let place = loop {
        // A dot stays with the following text: no segment ends before it that had not ended already.
        match next_start(text, walk.at) {
            None => break memchr::memrchr(b'.', tail).map(|dot| late.saturating_add(dot)),
            Some(start) if start >= late => break Some(start.saturating_sub(1)),
            Some(_) => {}
        }
        match walk.step() {
            Some(ScanStep::Token { .. }) if walk.at >= late => break Some(walk.at),
            Some(ScanStep::Nothing) if walk.at >= text.len() => break None,
            Some(ScanStep::Nothing) if walk.at > late => break walk.at.checked_sub(1),
            Some(_) => {}
            None => break None,
        }
    };
    place.filter(|place| *place > 0).unwrap_or(text.len())
}

enum ScanStep<'a> {
    Token {
        start: usize,
        token: &'a str,
        encrypted: bool,
    },
    /// A segment that looked like a header, but was not.
    Nothing,
}

/// The position of a scan, and the end of the last measured run of segments.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Walk<'a> {
    fn step(&mut self) -> Option<ScanStep<'a>> {
        let start = next_start(self.text, self.at)?;
        // A run is measured once, regardless of how many of its segments look like a header.
        if start >= self.end {
            self.end = run_end(self.text, start);
        }
        let run = tail(head(self.text, self.end), start);
        let Some((token, encrypted)) = token_in(run) else {
            // The next segment of the same run may start a token.
            let dot = memchr::memchr(b'.', run);
            self.at = dot.map_or(self.end, |dot| start.saturating_add(dot).saturating_add(1));
            return Some(ScanStep::Nothing);
        };
        self.at = start.saturating_add(token.len());
        Some(ScanStep::Token { start, token, encrypted })
    }
}

/// Counts UTF-8 characters by their first bytes (RFC 3629 §3); for other bytes an estimate.
fn characters(text: &[u8]) -> u64 {
    let count = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    as_u64(count)
}

/// The start of a possible header: `{` is always `e` in base64, followed by one of 16 characters.
fn next_start(text: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'e', text.get(from..)?).map(|at| from.saturating_add(at)).find(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before)).copied();
        let after = text.get(at.saturating_add(1)).copied();
        after.is_some_and(|b| matches!(b, b'w'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
            && (!before.is_some_and(in_segment) || follows_escape(text, *at))
    })
}

/// Whether a percent escape ends at `at`: in a URL inside a URL, `%3D` precedes the token (RFC 3986 §2.1).
fn follows_escape(text: &[u8], at: usize) -> bool {
    let escape = at.checked_sub(3).and_then(|start| text.get(start..at));
    matches!(escape, Some([b'%', high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

fn run_end(text: &[u8], start: usize) -> usize {
    let rest = tail(text, start);
    start.saturating_add(rest.iter().position(|byte| !in_run(*byte)).unwrap_or(rest.len()))
}

/// The token at the start of a run of segments: five segments if the header is that of a JWE.
fn token_in(run: &[u8]) -> Option<(&str, bool)> {
    #[derive(Deserialize)]
    struct Mark {
        alg: Option<serde::de::IgnoredAny>,
        enc: Option<serde::de::IgnoredAny>,
    }
    let dots: Vec<usize> = memchr::memchr_iter(b'.', run).take(5).collect();
    let header = base64url::decode(run.get(..*dots.first()?)?).ok()?;
    let mark: Mark = serde_json::from_slice(&header).ok()?;
    mark.alg?;
    let encrypted = mark.enc.is_some();
    let (last, next) = if encrypted { (*dots.get(3)?, dots.get(4)) } else { (*dots.get(1)?, dots.get(2)) };
    let end = next.copied().unwrap_or(run.len());
    // A full stop after the token belongs to the sentence.
    let token = run.get(..end.max(last.saturating_add(1))).filter(|token| token.len() <= MAX_BYTES)?;
    Some((std::str::from_utf8(token).ok()?, encrypted))
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"alg":"HS256"}
    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

    #[test]
    fn tokens_in_common_contexts_are_found() {
        let token = format!("{HEADER}.e30.c2ln");
        for text in [
            token.clone(),
            format!("Authorization: Bearer {token}\r\n"),
            format!("https://x.test/?access_token={token}&a=b"),
            format!("{{\"t\":\"{token}\"}}"),
            format!("It was {token}. Then"),
            format!("jwt.{token}"),
            format!("eyJ.eyJ.x {token}"),
        ] {
            let found = scan(text.as_bytes());
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].token, token, "{text}");
        }
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = format!("first\n  {HEADER}.e30.\n{HEADER}.e30.AA {HEADER}.e30.BB\nGrüße, 世界 {HEADER}.e30.");
        let found = scan(text.as_bytes());
        let places: Vec<_> = found.iter().map(|found| (found.line, found.column)).collect();
        assert_eq!(places, [(2, 3), (3, 1), (3, 29), (4, 11)]);
    }

    #[test]
    fn text_without_tokens_gives_none() {
        for text in [
            "",
            "e",
            "eyJ",
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJhbGciOiJIUzI1NiJ9.e30",
            "e30.e30.e30",
            "mail.example.org",
            "1.2.3",
        ] {
            assert!(scan(text.as_bytes()).is_empty(), "{text}");
        }
        assert!(scan(&[b'.'; 100_000]).is_empty());
        assert!(scan("eyJ.".repeat(50_000).as_bytes()).is_empty());
    }

    #[test]
    fn token_in_an_escaped_url_is_found() {
        let text = format!("?next=https%3A%2F%2Fx%2F%3Ftoken%3D{HEADER}.e30.AA&a=%zz{HEADER}.e30.AA");
        assert_eq!(scan(text.as_bytes()).len(), 1);
    }

    #[test]
    fn oversized_token_is_ignored() {
        let long = format!("{HEADER}.{}.AA {HEADER}.e30.AA", "A".repeat(MAX_BYTES));
        assert_eq!(scan(long.as_bytes()).len(), 1);
        // Every token of a long run is whole.
        let token = format!("{HEADER}.e30.AA.");
        let run = token.repeat(MAX_BYTES * 2 / token.len());
        assert_eq!(scan(run.as_bytes()).len(), run.len() / token.len());
    }

    /// Scans `text` in pieces, split at [`safe_split_point`] of `held` bytes at a time.
    #[allow(clippy::arithmetic_side_effects, reason = "the sizes are ours")]
    fn in_pieces(text: &[u8], held: usize) -> Vec<(usize, usize)> {
        let (mut from, mut found) = (0, Vec::new());
        while from < text.len() {
            let hand = &text[..text.len().min(from + held)];
            let end = if hand.len() < text.len() { from + safe_split_point(&hand[from..]) } else { hand.len() };
            assert!(end > from && hand.len() - end <= MAX_BYTES + 1);
            let context = from.min(16);
            let tokens = scan_after(&hand[from - context..end], context);
            found.extend(tokens.iter().map(|token| (from - context + token.offset, token.token.len())));
            from = end;
        }
        found
    }

    #[test]
    fn split_text_gives_each_token_once() {
        let token = |bytes: usize| format!("{HEADER}.{}.AA", "A".repeat(bytes));
        let nested = format!("{HEADER}.{HEADER}.{}.x", "A".repeat(500));
        for (name, unit) in [
            ("spaced", format!("{} ", token(700_001))),
            ("escaped", format!("%3D{}", token(300_000))),
            ("dotted", format!("{}.", token(300_001))),
            ("nested", format!("{nested}.{nested}.y.")),
            ("empty signature", format!("{HEADER}.{}..", "A".repeat(1000))),
            ("too long", format!("{HEADER}.{}.AA.{}.", "w".repeat(MAX_BYTES), token(5))),
            ("one segment", format!("{}{HEADER}", "e".repeat(1000))),
            ("dots", ".".to_owned()),
        ] {
            let text = unit.repeat(2 * MAX_BYTES / unit.len() + 1);
            let whole: Vec<_> = scan(text.as_bytes()).iter().map(|found| (found.offset, found.token.len())).collect();
            assert!(in_pieces(text.as_bytes(), MAX_BYTES * 3 / 2) == whole, "{name}: {}", whole.len());
        }
    }
}
