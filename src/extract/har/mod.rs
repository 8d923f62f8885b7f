//! HAR 1.2: what the network panel of a browser exports. Files of hundreds of MB are usual, so the file is cut
//! into its entries as it streams by ([`Splitter`]), and each entry is read on its own ([`sightings`]); the
//! two steps are apart so that entries can be read in parallel.
//!
//! A token that stands at several places of one entry (in `headers` and in `cookies`, in `url` and in
//! `queryString`) is one sighting, with the carrier that weighs most: URL, cookie, header, body.

mod entry;
mod exchange;
mod split;

pub use exchange::{HarEntryError, exchange};
pub use split::{Entries, EntryLocation, HarError, MAX_ENTRY, Splitter};

use super::{TokenMatch, TokenPosition, free_text};
use crate::rule::token::TokenLocation;
use crate::token::scan;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map;

/// Bytes of a URL that a place keeps.
const MAX_URL: usize = 500;

/// Whether a file that begins like `head` is a HAR: an object whose `log` is an object that has a creator or
/// entries. Docker's logs have a `log` too, which is a string.
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

/// The tokens of one entry, in the order of request and response. An entry that is no HAR entry, or is cut
/// because it is too large, is searched as a text.
pub fn extract_tokens<'a>(text: &'a [u8], at: &EntryLocation) -> Vec<TokenMatch<'a>> {
    let Ok(entry) = serde_json::from_slice::<entry::HarEntry<'a>>(text) else {
        return loose(text, at);
    };
    let url = entry.url().map(shown);
    let (mut found, mut known) = (Vec::<TokenMatch<'a>>::new(), BTreeMap::new());
    entry.texts(&mut |seen| {
        for token in seen.tokens() {
            let place = || TokenPosition {
                pointer: Some(format!("/log/entries/{}/{}", at.number, seen.pointer())),
                url: url.clone(),
                header: seen.header.map(without_tokens),
                ..TokenPosition::at(at.line, at.column)
            };
            match known.entry(token.clone()) {
                btree_map::Entry::Vacant(free) => {
                    free.insert(found.len());
                    found.push(TokenMatch { token, carrier: seen.carrier, place: place() });
                }
                btree_map::Entry::Occupied(index) => {
                    if let Some(old) = found.get_mut(*index.get())
                        && weight(old.carrier) < weight(seen.carrier)
                    {
                        (old.carrier, old.place) = (seen.carrier, place());
                    }
                }
            }
        }
    });
    found
}

fn loose<'a>(text: &'a [u8], at: &EntryLocation) -> Vec<TokenMatch<'a>> {
    let text = text.get(..if at.cut { scan::safe_split_point(text) } else { text.len() }).unwrap_or(text);
    let pointer = || Some(format!("/log/entries/{}", at.number));
    let place = |header| TokenPosition { pointer: pointer(), header, ..TokenPosition::at(at.line, at.column) };
    let mut known = BTreeMap::new();
    free_text::extract_tokens(super::TextChunk::whole(text))
        .filter(|seen| known.insert(seen.token.clone(), ()).is_none())
        .map(|seen| TokenMatch { place: place(seen.place.header), ..seen })
        .collect()
}

/// How much a carrier tells of the danger.
const fn weight(carrier: TokenLocation) -> u8 {
    match carrier {
        TokenLocation::Unknown => 0,
        TokenLocation::Body => 1,
        TokenLocation::Header => 2,
        TokenLocation::Cookie => 3,
        TokenLocation::Url => 4,
    }
}

/// A URL as it may be shown: without user, parameters, query and fragment; tokens in what is left are left out, for a
/// file that somebody wrote by hand may have one in the place of a scheme or a host.
fn shown(url: &str) -> String {
    let url = url.get(..url.find(['?', '#', ';']).unwrap_or(url.len())).unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        // `data:` and the like are all content.
        return url.split_once(':').map_or_else(String::new, |(scheme, _)| clipped(&without_tokens(scheme)) + ":");
    };
    let (host, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
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

/// Tokens of a text that lives as long as the entry, or is a copy without its escapes.
fn tokens<'a>(text: &Cow<'a, [u8]>) -> Vec<Cow<'a, [u8]>> {
    match text {
        Cow::Borrowed(text) => scan::scan(text).iter().map(|found| Cow::Borrowed(found.token.as_bytes())).collect(),
        Cow::Owned(text) => scan::scan(text).iter().map(|found| Cow::Owned(found.token.as_bytes().to_vec())).collect(),
    }
}

#[cfg(test)]
mod tests;
