//! Tokens found in any text: logs, fixtures, pasted headers. What counts is content, not a pattern: the
//! first segment must be base64url of a JSON object that names an algorithm.

use super::compact::MAX_BYTES;
use crate::encoding::base64url;
use serde::Deserialize;

/// A token found in a text. Offset and length in bytes; line and column count from 1, and columns count
/// characters, as editors and reports do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found<'a> {
    pub token: &'a str,
    pub offset: usize,
    pub line: u64,
    pub column: u64,
    /// Five segments instead of three.
    pub encrypted: bool,
}

const fn in_segment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Every token in `text`, in order. Work is linear in the length of the text.
pub fn scan(text: &[u8]) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line, mut column, mut counted) = (0, 1_u64, 1_u64, 0_usize);
    let mut end = 0;
    while let Some(start) = next_start(text, at) {
        // One run is measured once, however many of its segments look like a header.
        if start >= end {
            end = run_end(text, start);
        }
        let run = text.get(start..end).unwrap_or(&[]);
        match token_in(run) {
            Some((token, encrypted)) => {
                let mut before = text.get(counted..start).unwrap_or(&[]);
                let newlines = memchr::memchr_iter(b'\n', before).count();
                if let Some(newline) = memchr::memrchr(b'\n', before) {
                    line = line.saturating_add(u64::try_from(newlines).unwrap_or(u64::MAX));
                    before = before.get(newline.saturating_add(1)..).unwrap_or(&[]);
                    column = 1;
                }
                column = column.saturating_add(characters(before));
                counted = start;
                found.push(Found { token, offset: start, line, column, encrypted });
                at = start.saturating_add(token.len());
            }
            // The next segment of the same run may begin a token.
            None => at = memchr::memchr(b'.', run).map_or(end, |dot| start.saturating_add(dot).saturating_add(1)),
        }
    }
    found
}

/// Characters of UTF-8, by the bytes that begin one (RFC 3629 §3); of other bytes, a guess.
fn characters(text: &[u8]) -> u64 {
    let count = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Where a segment that may be a header begins: `{` is always `e` in base64, followed by one of 16 characters.
fn next_start(text: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'e', text.get(from..)?).map(|at| from.saturating_add(at)).find(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before)).copied();
        let after = text.get(at.saturating_add(1)).copied();
        !before.is_some_and(in_segment) && after.is_some_and(|b| matches!(b, b'w'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    })
}

fn run_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or(&[]);
    let length = rest.iter().take(MAX_BYTES).position(|byte| !in_segment(*byte) && *byte != b'.');
    start.saturating_add(length.unwrap_or(rest.len().min(MAX_BYTES)))
}

/// The token at the beginning of a run of segments: five when the header says that it is encrypted.
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
    // A full stop after the token ends the sentence, not the token.
    let token = run.get(..end.max(last.saturating_add(1)))?;
    Some((std::str::from_utf8(token).ok()?, encrypted))
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"alg":"HS256"}
    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

    #[test]
    fn tokens_are_found_where_people_leave_them() {
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
    fn places_count_from_one() {
        let text = format!("first\n  {HEADER}.e30.\n{HEADER}.e30.AA {HEADER}.e30.BB\nGrüße, 世界 {HEADER}.e30.");
        let found = scan(text.as_bytes());
        let places: Vec<_> = found.iter().map(|found| (found.line, found.column)).collect();
        assert_eq!(places, [(2, 3), (3, 1), (3, 29), (4, 11)]);
    }

    #[test]
    fn what_is_no_token_is_left() {
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
}
