//! Parser for YAML 1.2, one tree per document, with the positions of use and definition for anchors.

use super::{MAX_VALUES, SyntaxError};
use crate::product_config::tree::{Entry, Node, NodeValue};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, MergeKeyPolicy, Options, Spanned, from_multiple_with_options};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// The maximum nesting depth of values. The parser recurses with large frames, and stacks may be as small as 1 MiB.
const MAX_DEPTH: usize = 32;

pub(super) fn read(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let mut options: Options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // Merged by this module, to keep the position of use.
        merge_keys: MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        // A number with a leading zero stays text: 010 is ten in some parsers and eight in others.
        leading_zero_numbers_as_strings: true,
        // Not a lifetime for any product, but it must not make the file unreadable.
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    };
    if let Some(budget) = &mut options.budget {
        budget.max_depth = MAX_DEPTH;
        budget.max_nodes = MAX_VALUES;
    }
    let documents: Vec<Spanned<Raw>> = from_multiple_with_options(text, options).map_err(|error| {
        let start = error.location().map_or(0, |place| start(&place, text));
        SyntaxError { too_large: is_too_large(&error, text), ..SyntaxError::new(plain(&error, text), start..start) }
    })?;
    Ok(documents.into_iter().map(|document| node(document, text)).collect())
}

fn innermost(mut error: &Error) -> &Error {
    while let Error::AliasError { error: inner, .. } | Error::WithSnippet { error: inner, .. } = error {
        error = inner;
    }
    error
}

/// Whether only the number of values is wrong: without an anchor nothing expands.
fn is_too_large(error: &Error, text: &str) -> bool {
    matches!(innermost(error), Error::Budget { breach: BudgetBreach::Nodes { .. }, .. }) && !text.contains('&')
}

/// The fault without the position at the beginning or end of its text: the caller prints the position.
fn plain(error: &Error, text: &str) -> String {
    if is_too_large(error, text) {
        return format!("more than {MAX_VALUES} values");
    }
    let error = innermost(error);
    if let Error::Budget { breach, .. } = error {
        return match breach {
            BudgetBreach::Depth { .. } => format!("nested more than {MAX_DEPTH} levels deep"),
            _ => "expands to more values than any configuration has (nested aliases)".to_owned(),
        };
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest.to_owned(),
        None => first.split(" at line ").next().unwrap_or(first).to_owned(),
    }
}

/// The byte position of a fault. For some faults the parser reports only line and column, both from 1.
fn start(place: &Location, text: &str) -> usize {
    if let Some(start) = place.span().byte_offset().filter(|start| *start > 0) {
        return usize::try_from(start).unwrap_or(0).min(text.len());
    }
    let before = |count: u64| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = text.split_inclusive('\n');
    let line: usize = lines.clone().take(before(place.line())).map(str::len).fold(0, usize::saturating_add);
    let shown = lines.nth(before(place.line())).unwrap_or_default().trim_end();
    let column = shown.char_indices().nth(before(place.column())).map_or(shown.len(), |(at, _)| at);
    line.saturating_add(column)
}

enum Raw {
    Null,
    Switch(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlReader)
    }
}

struct YamlReader;

impl<'de> Visitor<'de> for YamlReader {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Switch(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Raw, E> {
        Ok(Raw::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

fn node(spanned: Spanned<Raw>, text: &str) -> Node {
    let (bytes, defined) = (range(&spanned.referenced, text), range(&spanned.defined, text));
    let tagged = match &spanned.value {
        Raw::List(items) => list_start(items, bytes.start, text),
        _ => bytes.start,
    };
    let computed = |value: &str| tag(text, tagged).map(|tag| NodeValue::Computed(format!("{tag} {value}")));
    let value = match spanned.value {
        Raw::Null => NodeValue::Null,
        Raw::Switch(value) => NodeValue::Switch(value),
        Raw::Number(value) => computed(&value).unwrap_or(NodeValue::Number(value)),
        Raw::Text(value) => computed(&value).unwrap_or(NodeValue::Text(value)),
        // `!If [A, 1, 2]`, and the same in block style. Compose merges with `!override`, and uses the tagged value.
        Raw::List(_) | Raw::Map(_) if tag(text, tagged).is_some_and(|tag| tag != "!override") => {
            computed("…").unwrap_or(NodeValue::Null)
        }
        Raw::List(items) => NodeValue::List(items.into_iter().map(|item| node(item, text)).collect()),
        Raw::Map(entries) => NodeValue::Map(merged(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    key_bytes: range(&key.referenced, text),
                    key: key.value,
                    node: node(value, text),
                })
                .collect(),
        )),
    };
    let bytes = whole(&value, bytes, text);
    let defined = Some(defined).filter(|defined| defined.start != bytes.start);
    Node { value, bytes, defined }
}

/// The start of a list. A list indented no deeper than its key is reported at its first item, after the dash.
fn list_start(items: &[Spanned<Raw>], start: usize, text: &str) -> usize {
    let is_first = items.first().is_some_and(|first| range(&first.referenced, text).start == start);
    let dash = text.get(..start).and_then(|before| before.trim_end_matches(' ').strip_suffix('-'));
    dash.filter(|_| is_first).map_or(start, str::len)
}

/// The full range of a collection: the parser reports only its start.
fn whole(value: &NodeValue, bytes: Range<usize>, text: &str) -> Range<usize> {
    let last = match value {
        NodeValue::List(items) => items.last().map(|item| item.bytes.end),
        NodeValue::Map(entries) => entries.last().map(|entry| entry.node.bytes.end.max(entry.key_bytes.end)),
        _ => None,
    };
    let close = match text.get(bytes.start..).and_then(|rest| rest.chars().next()) {
        Some('*') => return bytes,
        Some('[') => Some(']'),
        Some('{') => Some('}'),
        _ => None,
    };
    let last = last.unwrap_or(bytes.end).max(bytes.end);
    let end = match (close, text.get(last..)) {
        (Some(close), Some(rest)) => {
            let between = rest.find(close).unwrap_or(0).saturating_add(1);
            // A comment may contain a bracket: use the end of the last member then.
            let plain = rest.get(..between).is_some_and(|between| !between.contains('#'));
            if plain { last.saturating_add(between) } else { last }
        }
        _ => last,
    };
    bytes.start..end.min(text.len())
}

/// Resolves `<<`: adds keys of its maps that the map itself does not have (YAML 1.1, merge keys). Their position of use
/// is that of the merge, their definition stays.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|entry| entry.key == "<<") {
        return entries;
    }
    let (merges, mut own): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.key == "<<");
    let mut known: BTreeSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    for merge in merges {
        let maps = if merge.node.is_map() { std::slice::from_ref(&merge.node) } else { merge.node.items() };
        for entry in maps.iter().flat_map(Node::entries) {
            if known.insert(entry.key.clone()) {
                let defined = entry.node.defined.clone().or(Some(entry.node.bytes.clone()));
                let node = Node { bytes: merge.node.bytes.clone(), defined, ..entry.node.clone() };
                own.push(Entry { key_bytes: merge.key_bytes.clone(), key: entry.key.clone(), node });
            }
        }
    }
    own
}

/// The application tag before a value: `!Ref`. Tags of YAML itself begin with two marks. A block begins on the line
/// after its tag.
fn tag(text: &str, start: usize) -> Option<&str> {
    let before = text.get(..start)?.trim_end_matches([' ', '\n', '\r']);
    let word = before.rsplit([' ', '\n', '[', ',', '\t']).next()?;
    // A colon at the end makes it the end of a key, `"[!a": `, not a tag.
    let is_own = word.starts_with('!') && !word.starts_with("!!") && word.len() > 1 && !word.ends_with(':');
    is_own.then_some(word)
}

fn range(place: &Location, text: &str) -> Range<usize> {
    let number = |number: Option<u64>| usize::try_from(number.unwrap_or(0)).unwrap_or(0);
    let start = number(place.span().byte_offset()).min(text.len());
    let end = start.saturating_add(number(place.span().byte_len())).min(text.len());
    // Block scalars and collections end with the white space after them.
    let kept = text.get(start..end).map_or(0, |inside| inside.trim_end().len());
    start..start.saturating_add(kept)
}
