//! Source excerpt of a finding: key and value of the setting, without secrets.

use super::{LineIndex, touches, within};
use crate::finding::Excerpt;
use crate::product_config::setting::SettingLocation;
use std::ops::Range;

/// The maximum length of an excerpt, in bytes.
const LONGEST: usize = 120;

/// The key and the value under the caret. `None`: there is no short excerpt.
pub(super) fn excerpt(
    place: &SettingLocation,
    secrets: &[Range<usize>],
    lines: &LineIndex,
    text: &str,
) -> Option<Excerpt> {
    let value = &place.bytes;
    let line = lines.start(value.start);
    // From the key, if it is on the same line; the text before it belongs to other settings.
    let before = text.get(line..place.key.start).filter(|_| place.key.start >= line && place.key.start <= value.start);
    let start = match before {
        Some(before) if before.trim_start_matches(['-', ' ', '\t']).is_empty() => line,
        Some(_) => place.key.start,
        None => value.start,
    };
    // A quoted value ends with its closing quote.
    let quote = text.get(..value.start)?.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let closed = quote.is_some_and(|quote| text.get(value.end..).is_some_and(|rest| rest.starts_with(quote)));
    let shown = text.get(start..value.end.saturating_add(usize::from(closed)))?;
    let first = shown.split(['\n', '\r']).next()?;
    if first.len() > LONGEST {
        return None;
    }
    let caret = value.start.saturating_sub(start);
    let (mut out, mut at) = (String::new(), start);
    let end = start.saturating_add(first.len());
    for secret in within(&(start..end), secrets).iter().filter(|secret| secret.start >= start && secret.end <= end) {
        out.push_str(text.get(at..secret.start)?);
        out.push_str("***");
        at = secret.end;
    }
    out.push_str(text.get(at..end)?);
    let column = first.get(..caret)?.chars().count();
    let hidden = touches(value, secrets);
    let length = if hidden { 3 } else { first.get(caret..)?.chars().count().saturating_sub(usize::from(closed)) };
    Some(Excerpt { line: lines.line(value.start), text: out, column, length: length.max(1) })
}
