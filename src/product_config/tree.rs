//! The tree that every syntax is parsed into: values with their byte positions.

use std::ops::Range;

/// A value with its position.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    pub value: NodeValue,
    /// The bytes where it is used.
    pub bytes: Range<usize>,
    /// The bytes where it is defined, if that is elsewhere (a YAML anchor).
    pub defined: Option<Range<usize>>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum NodeValue {
    Null,
    Switch(bool),
    /// A number as written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// A value computed by the product, as written: `!Ref Parameter`.
    Computed(String),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub key: String,
    pub key_bytes: Range<usize>,
    pub node: Node,
}

impl Node {
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match &self.value {
            NodeValue::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the product computes it: a tag such as `!Ref`, or the same as a map, as in CloudFormation's JSON.
    pub fn is_computed(&self) -> bool {
        match &self.value {
            NodeValue::Computed(_) => true,
            NodeValue::Map(entries) => {
                matches!(entries.as_slice(), [only] if only.key == "Ref" || only.key.starts_with("Fn::"))
            }
            _ => false,
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self.value, NodeValue::Map(_))
    }

    /// The entry of a key; of duplicates the last, as most parsers take it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value at a path of keys separated by `/`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, key| node.get(key))
    }

    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }
}

/// Escapes a key for a JSON pointer (RFC 6901 §3).
pub fn escape_pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
