//! Token extraction from HTTP dumps and arbitrary text: the output of a proxy, `curl -v`, an access log or a shell
//! script. Every token is found in any context; its location is derived from the text before it on its line.
//!
//! A location is derived only from explicit evidence: the line is a header or a request line, or the token is part of a
//! URL. Otherwise it is unknown. The work is linear: the beginning of each line is read, and at most [`CONTEXT`] bytes
//! before each token, never past the previous token.

use super::{TextChunk, TokenMatch, header};
use crate::encoding::bounds::tail;
use crate::rule::token::TokenLocation;
use crate::token::{encoded_scan, scan};
use std::borrow::Cow;

/// The maximum context read before a token, in bytes.
pub const CONTEXT: usize = 4096;

/// The part of a line in which a header name or a method is searched, in bytes.
const HEAD: usize = 160;

const METHODS: &[&str] = &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// Every token of `text`, in order; also those in base64.
pub fn extract_tokens(text: TextChunk<'_>) -> impl Iterator<Item = TokenMatch<'_>> {
    let encoded = encoded_tokens(text);
    let mut found: Vec<TokenMatch<'_>> = plain_tokens(text).collect();
    if !encoded.is_empty() {
        found.extend(encoded);
        found.sort_by_key(|found| (found.place.line, found.place.column));
    }
    found.into_iter()
}

/// The tokens in base64, whose location is not derived.
fn encoded_tokens<'a>(text: TextChunk<'a>) -> Vec<TokenMatch<'a>> {
    let found = encoded_scan::scan_after(text.bytes, text.context).into_iter();
    let placed = found.map(|found| {
        let (line, column) = text.place(found.line, found.column);
        TokenMatch::new(Cow::Owned(found.token.into_bytes()), line, column)
    });
    placed.collect()
}

/// The tokens as written.
fn plain_tokens(text: TextChunk<'_>) -> impl Iterator<Item = TokenMatch<'_>> {
    let mut line = TextLine::default();
    scan::scan_after(text.bytes, text.context).into_iter().map(move |found| {
        let first = found.line == 1;
        let (number, column) = text.place(found.line, found.column);
        if line.number != number {
            let back = usize::try_from(found.column).unwrap_or(usize::MAX).saturating_sub(1);
            // On the first line, the context belongs to the line, too.
            let start = if first { 0 } else { found.offset.saturating_sub(back) };
            // The beginning of a split line was in an earlier piece.
            let head = if first && text.column > 1 { None } else { head(text.bytes, start, found.offset) };
            line = TextLine { number, start, head, last: start, sign: LocationHint::default() };
        }
        let floor = line.last.max(line.start).max(found.offset.saturating_sub(CONTEXT));
        let before = tail(text.bytes.split_at(found.offset).0, floor);
        line.sign = line.locate(found.offset, TextBefore { bytes: before, whole: floor == line.start });
        line.last = found.offset.saturating_add(found.token.len());
        let LocationHint { carrier, header } = line.sign.clone();
        TokenMatch { carrier, header, ..TokenMatch::new(Cow::Borrowed(found.token.as_bytes()), number, column) }
    })
}

/// The location of a token, and the name of its header.
#[derive(Clone, Default)]
struct LocationHint {
    carrier: TokenLocation,
    header: Option<String>,
}

impl LocationHint {
    fn by(carrier: TokenLocation) -> Option<Self> {
        Some(Self { carrier, header: None })
    }
}

/// The state of the current line.
#[derive(Default)]
struct TextLine {
    /// The line number, from 1; 0: none yet.
    number: u64,
    start: usize,
    head: Option<Head>,
    /// The end of the previous token on the line, and its location.
    last: usize,
    sign: LocationHint,
}

enum Head {
    Header(LocationHint),
    /// A request line whose target ends at this offset (RFC 9112 §3).
    Request(usize),
}

/// The text before a token, back to the previous token.
#[derive(Clone, Copy)]
struct TextBefore<'a> {
    bytes: &'a [u8],
    /// It starts at the beginning of the line.
    whole: bool,
}

impl TextLine {
    fn locate(&self, at: usize, before: TextBefore<'_>) -> LocationHint {
        let by_head = match &self.head {
            Some(Head::Header(sign)) => Some(sign.clone()),
            Some(Head::Request(end)) if at < *end => LocationHint::by(TokenLocation::Url),
            _ => None,
        };
        by_head
            .or_else(|| self.in_url(before))
            .or_else(|| named(before.bytes))
            .or_else(|| self.in_quoted_cookie(before.bytes))
            .unwrap_or_default()
    }

    /// Whether the characters before the token belong to a URL or a form.
    fn in_url(&self, before: TextBefore<'_>) -> Option<LocationHint> {
        let start = before.bytes.iter().rposition(|byte| !in_url(*byte)).map_or(0, |last| last.saturating_add(1));
        let (outside, run) = before.bytes.split_at_checked(start)?;
        let has = |needle: &str| memchr::memmem::find(run, needle.as_bytes()).is_some();
        let any = |needles: &[&str]| needles.iter().any(|needle| has(needle));
        let clipped = outside.is_empty() && !before.whole;
        let inherited = clipped && !run.is_empty() && self.sign.carrier == TokenLocation::Url;
        // Escaped: in JSON with escaped slashes, in another URL, in HTML.
        let escaped = any(&["%3A%2F%2F", "%3a%2f%2f", "%3F", "%3f", "%23", "%26"]) || outside.ends_with(b"&amp;");
        if inherited || escaped || any(&["://", ":\\/\\/", "?", "#"]) || (run.starts_with(b"/") && requested(outside)) {
            return LocationHint::by(TokenLocation::Url);
        }
        // `a=b&token=`: a form if the first name is visible, otherwise the end of a URL.
        has("&").then_some(())?;
        let name = run.iter().position(|byte| *byte == b'=')?;
        let form = !clipped && run.get(..name).is_some_and(|name| !name.is_empty() && name.iter().all(in_name));
        LocationHint::by(if form { TokenLocation::Body } else { TokenLocation::Url })
    }

    /// `-H 'Cookie: a=b; session=`, and the other cookies in it.
    fn in_quoted_cookie(&self, before: &[u8]) -> Option<LocationHint> {
        let quote = before.iter().rposition(|byte| matches!(byte, b'"' | b'\''));
        let Some(quote) = quote else {
            return (self.last > self.start && self.sign.carrier == TokenLocation::Cookie).then(|| self.sign.clone());
        };
        header_at(before.get(quote.saturating_add(1)..)?).filter(|sign| sign.carrier == TokenLocation::Cookie)
    }
}

/// The kind of the line that begins at `start`, as far as the text before `token` shows it.
fn head(bytes: &[u8], start: usize, token: usize) -> Option<Head> {
    let end = start.saturating_add(HEAD).min(token);
    let head = bytes.get(start..end)?;
    // Prefixes that curl, proxies and mail clients put before a line.
    let marks =
        head.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'<' | b'>' | b'*' | b'|' | b'"' | b'\'')).count();
    let head = head.get(marks..)?;
    if let Some(sign) = header_at(head) {
        return Some(Head::Header(sign));
    }
    let space = memchr::memchr(b' ', head)?;
    let target = start.saturating_add(marks).saturating_add(space).saturating_add(1);
    is_method(head.get(..space)?).then_some(())?;
    let rest = bytes.get(target..)?;
    let length = rest.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(rest.len());
    Some(Head::Request(target.saturating_add(length)))
}

/// A known header name followed by a colon, at the beginning of `text`.
fn header_at(text: &[u8]) -> Option<LocationHint> {
    let text = text.trim_ascii_start();
    // HTTP/2 pseudo-header names begin with a colon.
    let skip = usize::from(text.first() == Some(&b':'));
    let colon = text.iter().skip(skip).take(header::MAX_NAME).position(|byte| *byte == b':')?.saturating_add(skip);
    let name = std::str::from_utf8(text.get(..colon)?).ok()?.trim_ascii_end();
    header::known(name).map(|carrier| LocationHint { carrier, header: Some(name.to_owned()) })
}

/// `"authorization": "Bearer `, `X-Auth-Token=`: a header name directly before the token.
fn named(before: &[u8]) -> Option<LocationHint> {
    const SCHEMES: [&[u8]; 4] = [b"bearer", b"dpop", b"jwt", b"token"];
    let quotes = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\');
    let strip = |text: &[u8]| text.iter().rposition(|byte| !quotes(byte)).map_or(0, |last| last.saturating_add(1));
    let mut text = before.trim_ascii_end();
    if text.len() < before.len() {
        for scheme in SCHEMES {
            if let Some((rest, word)) = text.len().checked_sub(scheme.len()).and_then(|at| text.split_at_checked(at))
                && word.eq_ignore_ascii_case(scheme)
            {
                text = rest;
                break;
            }
        }
    }
    let text = text.get(..strip(text))?;
    let text = text.strip_suffix(b":").or_else(|| text.strip_suffix(b"="))?;
    let text = text.get(..strip(text))?;
    let start = text.iter().rposition(|byte| !in_name(byte)).map_or(0, |last| last.saturating_add(1));
    let name = std::str::from_utf8(text.get(start..)?).ok().filter(|name| name.len() <= header::MAX_NAME)?;
    let carrier = header::known(&name.replace('_', "-")).filter(|carrier| *carrier != TokenLocation::Url)?;
    Some(LocationHint { carrier, header: Some(name.to_owned()) })
}

/// Whether `text` ends with a method and a space, as before the path in an access log.
fn requested(text: &[u8]) -> bool {
    text.strip_suffix(b" ").is_some_and(|text| {
        let start = text.iter().rposition(|byte| !byte.is_ascii_uppercase()).map_or(0, |last| last.saturating_add(1));
        text.get(start..).is_some_and(is_method)
    })
}

fn is_method(word: &[u8]) -> bool {
    METHODS.iter().any(|method| method.as_bytes() == word)
}

/// Characters of a URL (RFC 3986 §2), except those that commonly delimit URLs in text.
fn in_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&()*+=%\\".contains(&byte)
}

fn in_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests;
