//! Token extraction from HAR 1.2, the export format of browser network panels. Files of hundreds of MB are common, so
//! the file is split into its entries while streaming ([`Splitter`]), and each entry is parsed separately
//! ([`extract_tokens`]); the two steps are separate to parse entries in parallel.
//!
//! A token that occurs several times in one entry (in `headers` and in `cookies`, in `url` and in `queryString`) is one
//! match, with the most exposed location: URL, cookie, header, body.

mod entry;
mod exchange;
mod split;

pub use exchange::{HarEntryError, exchange};
pub use split::{Entries, EntryLocation, HarError, MAX_ENTRY, Splitter};

use super::{TokenMatch, free_text};
use crate::finding::TextPosition;
use crate::rule::token::TokenLocation;
use crate::token::scan;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map;

/// The maximum length of a URL in a position, in bytes.
const MAX_URL: usize = 500;

/// Whether a file that begins with `head` is a HAR file: an object whose `log` is an object with a creator or entries.
/// Docker logs have a `log` too, but it is a string.
pub fn is_har(head: &[u8]) -> bool {
    let begins = |text: &[u8], with: u8| text.trim_ascii_start().first() == Some(&with);
    let log = memchr::memmem::find(head, b"\"log\"").and_then(|at| head.get(at.saturating_add(5)..));
    let inside = log.and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"));
    begins(head, b'{')
        && inside.is_some_and(|inside| {
            let has = |name: &str| memchr::memmem::find(inside, name.as_bytes()).is_some();
            begins(inside, b'{') && (has("\"entries\"") || has("\"creator\""))
        })
}

/// The tokens of one entry, in the order of request and response. An invalid or truncated entry is searched as text.
pub fn extract_tokens<'a>(text: &'a [u8], at: &EntryLocation) -> Vec<TokenMatch<'a>> {
    let Ok(entry) = serde_json::from_slice::<entry::HarEntry<'a>>(text) else {
        return loose(text, at);
    };
    let url = entry.url().map(redacted_url);
    let (mut found, mut known) = (Vec::<TokenMatch<'a>>::new(), BTreeMap::new());
    entry.texts(&mut |seen| {
        for token in seen.tokens() {
            let found_here = |token| TokenMatch {
                token,
                carrier: seen.carrier,
                place: place(at, &format!("/{}", seen.pointer())),
                url: url.clone(),
                header: seen.header.map(without_tokens),
            };
            match known.entry(token.clone()) {
                btree_map::Entry::Vacant(free) => {
                    free.insert(found.len());
                    found.push(found_here(token));
                }
                btree_map::Entry::Occupied(index) => {
                    if let Some(old) = found.get_mut(*index.get())
                        && exposure(old.carrier) < exposure(seen.carrier)
                    {
                        *old = found_here(token);
                    }
                }
            }
        }
    });
    found
}

fn loose<'a>(text: &'a [u8], at: &EntryLocation) -> Vec<TokenMatch<'a>> {
    let text = text.get(..if at.cut { scan::safe_split_point(text) } else { text.len() }).unwrap_or(text);
    let mut known = BTreeMap::new();
    free_text::extract_tokens(super::TextChunk::whole(text))
        .filter(|seen| known.insert(seen.token.clone(), ()).is_none())
        .map(|seen| TokenMatch { place: place(at, ""), ..seen })
        .collect()
}

/// The position of a string; `inside` is its pointer within the entry.
fn place(at: &EntryLocation, inside: &str) -> TextPosition {
    let pointer = Some(format!("/log/entries/{}{inside}", at.number));
    TextPosition { pointer, ..TextPosition::new(at.line, at.column) }
}

/// Rank of a token location by exposure.
const fn exposure(carrier: TokenLocation) -> u8 {
    match carrier {
        TokenLocation::Unknown => 0,
        TokenLocation::Body => 1,
        TokenLocation::Header => 2,
        TokenLocation::Cookie => 3,
        TokenLocation::Url => 4,
    }
}

/// A URL for output: without userinfo, parameters, query and fragment, and without tokens in the rest, because a file
/// written by hand may have one in place of a scheme or a host.
fn redacted_url(url: &str) -> String {
    let (url, _) = url.split_at(url.find(['?', '#', ';']).unwrap_or(url.len()));
    let Some((scheme, rest)) = url.split_once("://") else {
        // `data:` URLs and the like consist of content.
        return url.split_once(':').map_or_else(String::new, |(scheme, _)| clipped(&without_tokens(scheme)) + ":");
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    clipped(&without_tokens(&format!("{scheme}://{host}{path}")))
}

fn without_tokens(text: &str) -> String {
    scan::replace_tokens(text, |_| "…".to_owned())
}

fn clipped(text: &str) -> String {
    let end = (0..=MAX_URL.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or(text).to_owned()
}

/// Tokens of a text that is borrowed from the entry, or a copy without its escapes.
fn tokens<'a>(text: &Cow<'a, [u8]>) -> Vec<Cow<'a, [u8]>> {
    match text {
        Cow::Borrowed(text) => scan::scan(text).iter().map(|found| Cow::Borrowed(found.token.as_bytes())).collect(),
        Cow::Owned(text) => scan::scan(text).iter().map(|found| Cow::Owned(found.token.as_bytes().to_vec())).collect(),
    }
}

#[cfg(test)]
mod tests;
