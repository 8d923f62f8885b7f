//! The tree that every syntax is parsed into: values with their byte positions.

use std::ops::Range;

/// A value with its position.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// A scalar, or the nodes of a list or a map.
    pub value: NodeValue,
    /// The bytes where it is used.
    pub bytes: Range<usize>,
    /// The bytes where it is defined, if that is elsewhere (a YAML anchor).
    pub defined: Option<Range<usize>>,
}

/// A value of any syntax, in the data model of JSON plus computed values.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeValue {
    /// Explicitly null, or a YAML key without a value.
    Null,
    /// A Boolean of the syntax; a quoted `"true"` is a text.
    Switch(bool),
    /// A number as written.
    Number(String),
    /// Without quotes and escapes; in dotenv files, every value.
    Text(String),
    /// Items in the order of the file; also the repeated blocks of HCL.
    List(Vec<Node>),
    /// Entries with their duplicates; of these, the last one applies.
    Map(Vec<Entry>),
    /// A value computed by the product, as written: `!Ref Parameter`.
    Computed(String),
}

/// A member of a map: a key with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Unescaped, unlike in a JSON pointer.
    pub key: String,
    /// The bytes of the key in the text; for a merged YAML map, those of `<<`.
    pub key_bytes: Range<usize>,
    /// The value of the key.
    pub node: Node,
}

impl Node {
    /// The entries of a map, duplicates included; empty for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for any other value.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            NodeValue::List(items) => items,
            _ => &[],
        }
    }

    /// The text; `None` for any other value, numbers included.
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

    /// Whether the value is a map, even one that the product computes (`Fn::`).
    pub fn is_map(&self) -> bool {
        matches!(self.value, NodeValue::Map(_))
    }

    /// The entry of a key; of duplicates the last, as most parsers take it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The value of a key; of duplicates the last, as in [`Self::entry`].
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value at a path of keys separated by `/`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, key| node.get(key))
    }

    /// Whether a path of keys separated by `/` exists, even with the value null.
    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }
}

/// Escapes a key for a JSON pointer (RFC 6901 §3).
pub fn escape_pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
