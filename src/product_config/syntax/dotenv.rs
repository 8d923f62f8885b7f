//! Parser for `NAME=value` lines, the common subset of shells, Docker and dotenv libraries: comments, `export`, quotes.
//! Other lines are skipped, as those readers do.

use super::{MAX_VALUES, SyntaxError};
use crate::product_config::tree::{Entry, Node, NodeValue};
use std::ops::Range;

pub(super) fn read(text: &str) -> Result<Node, SyntaxError> {
    let mut entries = Vec::new();
    let mut start = 0_usize;
    for line in text.split_inclusive('\n') {
        if entries.len() == MAX_VALUES {
            return Err(SyntaxError::too_many(MAX_VALUES, "variables", start));
        }
        entries.extend(assignment(line.trim_end_matches(['\n', '\r']), start));
        start = start.saturating_add(line.len());
    }
    Ok(Node { value: NodeValue::Map(entries), bytes: 0..text.len(), defined: None })
}

/// A `NAME=value` line that begins at byte `base` of the text.
pub(super) fn assignment(line: &str, base: usize) -> Option<Entry> {
    let trimmed = line.trim_start();
    let body = trimmed.strip_prefix("export ").map_or(trimmed, str::trim_start);
    let lead = line.len().saturating_sub(body.len());
    let (name, rest) = body.split_once('=')?;
    let key = name.trim_end();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key.is_empty() || !key.chars().all(is_name) || key.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let key_start = base.saturating_add(lead);
    let value_start = key_start.saturating_add(name.len()).saturating_add(1);
    let (value, inside) = value(rest);
    let bytes = shifted(inside, value_start);
    let key_bytes = key_start..key_start.saturating_add(key.len());
    let node = Node { value: NodeValue::Text(value.to_owned()), bytes, defined: None };
    Some(Entry { key: key.to_owned(), key_bytes, node })
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start.saturating_add(by)..range.end.saturating_add(by)
}

/// The value, and its position in `rest` without quotes.
fn value(rest: &str) -> (&str, Range<usize>) {
    let trimmed = rest.trim_start();
    let lead = rest.len().saturating_sub(trimmed.len());
    for quote in ['"', '\''] {
        let quoted = trimmed.strip_prefix(quote).and_then(|inner| inner.rfind(quote).and_then(|end| inner.get(..end)));
        if let Some(inner) = quoted {
            let start = lead.saturating_add(1);
            return (inner, start..start.saturating_add(inner.len()));
        }
    }
    // A comment needs white space before it: secrets and URLs contain `#`.
    let end = trimmed.find(" #").unwrap_or(trimmed.len());
    let value = trimmed.split_at(end).0.trim_end();
    (value, lead..lead.saturating_add(value.len()))
}
