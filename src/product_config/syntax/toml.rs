//! Parser for TOML 1.0.

use super::{MAX_VALUES, SyntaxError, beyond_budget};
use crate::product_config::tree::{Entry, Node, NodeValue};
use std::ops::Range;
use toml_edit::{Document, Item, Key, TableLike, Value};

pub(super) fn read(text: &str) -> Result<Node, SyntaxError> {
    // A dot begins a table in a dotted key.
    if let Some(at) = beyond_budget(text, b"=,[{.") {
        return Err(SyntaxError::too_many(MAX_VALUES, "keys and values", at));
    }
    let document = Document::parse(text)
        .map_err(|error| SyntaxError::new(error.message().trim().replace('\n', "; "), error.span().unwrap_or(0..0)))?;
    Ok(Node { value: table(document.as_table()), bytes: 0..text.len(), defined: None })
}

fn table(table: &dyn TableLike) -> NodeValue {
    NodeValue::Map(table.iter().map(|(name, item)| entry(table.key(name), name, item)).collect())
}

fn entry(key: Option<&Key>, name: &str, item: &Item) -> Entry {
    let node = match item {
        Item::Value(value) => self::value(value),
        Item::Table(inner) => at(table(inner), inner.span()),
        Item::ArrayOfTables(inner) => {
            let items = inner.iter().map(|one| at(table(one), one.span())).collect();
            at(NodeValue::List(items), inner.span())
        }
        Item::None => at(NodeValue::Null, None),
    };
    // A table that is defined only by its children has no position: use that of its first child.
    let first = node.entries().first().map(|child| child.key_bytes.clone());
    let key_bytes = key.and_then(Key::span).or(first).unwrap_or_else(|| node.bytes.clone());
    Entry { key: name.to_owned(), key_bytes, node }
}

fn value(value: &Value) -> Node {
    let tree = match value {
        Value::String(found) => NodeValue::Text(found.value().clone()),
        Value::Integer(found) => NodeValue::Number(found.value().to_string()),
        Value::Float(found) => NodeValue::Number(found.value().to_string()),
        Value::Boolean(found) => NodeValue::Switch(*found.value()),
        Value::Datetime(found) => NodeValue::Text(found.value().to_string()),
        Value::Array(found) => NodeValue::List(found.iter().map(self::value).collect()),
        Value::InlineTable(found) => table(found),
    };
    at(tree, value.span())
}

fn at(value: NodeValue, bytes: Option<Range<usize>>) -> Node {
    Node { value, bytes: bytes.unwrap_or(0..0), defined: None }
}
