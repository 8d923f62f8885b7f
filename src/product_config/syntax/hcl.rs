//! Parser for HCL as used by Terraform, into the shape of Terraform's JSON: the labels of a block are keys, and a
//! repeated block is a list. Literal values of variables and locals of the same file are inlined, with the positions of
//! use and definition, like a YAML alias; every other expression stays computed.

use super::{MAX_HCL_TOKENS, SyntaxError};
use crate::product_config::tree::{Entry, Node, NodeValue};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::Element;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// The maximum number of labels of a block: Terraform has two.
const MAX_LABELS: usize = 3;

/// The maximum length of a chain of locals.
const MAX_STEPS: usize = 8;

/// The maximum size of inlined definitions, in bytes: a long list that is used a thousand times is read a thousand
/// times.
const MAX_TAKEN_IN: usize = 1 << 20;

/// The maximum depth of brackets after operators. If one of them is not closed, the parser reads the inside of each
/// twice: at most four thousand times.
const MAX_OPERANDS: usize = 12;

/// The parser itself rejects nesting of more than 64 levels, with less than a mebibyte of stack.
pub(super) fn read(text: &str) -> Result<Node, SyntaxError> {
    if let Some(at) = beyond_tokens(text) {
        return Err(SyntaxError::too_many(MAX_HCL_TOKENS, "tokens", at));
    }
    if let Some(at) = beyond_operands(text) {
        return Err(SyntaxError::too_many(MAX_OPERANDS, "nested brackets after operators", at));
    }
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let at = error.location().offset().min(text.len());
        SyntaxError::new(error.message().replace('\n', "; "), at..at)
    })?;
    let reader = HclReader { text, definitions: definitions(&body), left: Cell::new(MAX_TAKEN_IN) };
    Ok(Node { value: NodeValue::Map(reader.body(&body)), bytes: 0..text.len(), defined: None })
}

/// The position of the first token beyond the limit. Everything can allocate in HCL: labels, operators, interpolations.
fn beyond_tokens(text: &str) -> Option<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    let mut in_word = false;
    let begins = move |(_, byte): &(usize, u8)| {
        let was = std::mem::replace(&mut in_word, is_word(*byte));
        if in_word { !was } else { !byte.is_ascii_whitespace() }
    };
    text.bytes().enumerate().filter(begins).map(|(at, _)| at).nth(MAX_HCL_TOKENS)
}

/// The position of the first bracket beyond the depth limit. Found by punctuation alone, so quoted text counts too: a
/// comma or an assignment, which end the context of an operator, are recognised there as well.
fn beyond_operands(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // For each open bracket, whether an operator preceded it; and whether one has followed since.
    let (mut open, mut operator, mut depth) = (Vec::new(), false, 0_usize);
    for (at, byte) in bytes.iter().enumerate() {
        let next = at.checked_add(1).and_then(|next| bytes.get(next));
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let is_compared = next == Some(&b'=') || before.is_some_and(|before| b"=!<>".contains(before));
        match byte {
            b'(' | b'[' | b'{' => {
                depth = depth.saturating_add(usize::from(operator));
                if depth > MAX_OPERANDS {
                    return Some(at);
                }
                open.push(std::mem::take(&mut operator));
            }
            b')' | b']' | b'}' => {
                operator = open.pop().unwrap_or(false);
                depth = depth.saturating_sub(usize::from(operator));
            }
            b',' => operator = false,
            b'=' if !is_compared => operator = false,
            b'=' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'?' => operator = true,
            _ => {}
        }
    }
    None
}

/// Locals, and defaults of variables, by their reference: `local.ttl`, `var.ttl`.
fn definitions(body: &Body) -> BTreeMap<(&str, &str), &Expression> {
    let mut found = BTreeMap::new();
    for block in body.blocks() {
        match (block.ident.as_str(), block.labels.first()) {
            ("locals", None) => {
                found.extend(block.body.attributes().map(|local| (("local", local.key.as_str()), &local.value)));
            }
            ("variable", Some(name)) => {
                let default = block.body.get_attribute("default");
                found.extend(default.map(|default| (("var", name.as_str()), &default.value)));
            }
            _ => {}
        }
    }
    found
}

struct HclReader<'t> {
    text: &'t str,
    definitions: BTreeMap<(&'t str, &'t str), &'t Expression>,
    /// The remaining budget for inlined definitions, in bytes.
    left: Cell<usize>,
}

/// Blocks with a common prefix of labels.
struct BlockGroup<'b> {
    name: &'b str,
    name_bytes: Range<usize>,
    blocks: Vec<&'b Block>,
}

impl<'t> HclReader<'t> {
    fn body(&self, body: &Body) -> Vec<Entry> {
        let attributes = body.iter().filter_map(Structure::as_attribute).map(|attribute| Entry {
            key: attribute.key.as_str().to_owned(),
            key_bytes: attribute.key.span().unwrap_or_default(),
            node: self.value(&attribute.value),
        });
        let mut entries: Vec<Entry> = attributes.collect();
        let blocks: Vec<&Block> = body.blocks().filter(|block| block.labels.len() <= MAX_LABELS).collect();
        entries.extend(self.blocks(&blocks, 0));
        entries.sort_by_key(|entry| entry.key_bytes.start);
        entries
    }

    /// Blocks by name and labels; the first `depth` of these are equal.
    fn blocks(&self, blocks: &[&Block], depth: usize) -> Vec<Entry> {
        let (mut groups, mut places): (Vec<BlockGroup<'_>>, BTreeMap<&str, usize>) = (Vec::new(), BTreeMap::new());
        for block in blocks {
            let (name, bytes) = match depth.checked_sub(1).and_then(|n| block.labels.get(n)) {
                Some(label) => (label.as_str(), label.span()),
                None => (block.ident.as_str(), block.ident.span()),
            };
            let place = *places.entry(name).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.blocks.push(block),
                None => groups.push(BlockGroup { name, name_bytes: bytes.unwrap_or_default(), blocks: vec![block] }),
            }
        }
        groups.into_iter().map(|group| self.alike(&group, depth)).collect()
    }

    fn alike(&self, group: &BlockGroup<'_>, depth: usize) -> Entry {
        let (ends, deeper): (Vec<&Block>, Vec<&Block>) =
            group.blocks.iter().copied().partition(|block| block.labels.len() <= depth);
        let start = group.name_bytes.start;
        let end = group.blocks.iter().filter_map(|block| block.span()).map(|span| span.end).max().unwrap_or(start);
        let leaf = |block: &&Block| {
            let bytes = block.span().unwrap_or_default();
            Node { value: NodeValue::Map(self.body(&block.body)), bytes, defined: None }
        };
        let node = match (ends.as_slice(), deeper.as_slice()) {
            ([one], []) => leaf(one),
            (many, []) => {
                Node { value: NodeValue::List(many.iter().map(leaf).collect()), bytes: start..end, defined: None }
            }
            // Terraform has no block type with and without labels.
            (_, deeper) => {
                let entries = self.blocks(deeper, depth.saturating_add(1));
                Node { value: NodeValue::Map(entries), bytes: start..end, defined: None }
            }
        };
        Entry { key: group.name.to_owned(), key_bytes: group.name_bytes.clone(), node }
    }

    fn value(&self, value: &Expression) -> Node {
        let bytes = value.span().unwrap_or_default();
        let tree = match value {
            Expression::Array(items) => NodeValue::List(items.iter().map(|item| self.value(item)).collect()),
            Expression::Object(members) => NodeValue::Map(
                members
                    .iter()
                    .filter_map(|(key, member)| {
                        Some(Entry {
                            key: name_of(key)?,
                            key_bytes: key.span().unwrap_or_default(),
                            node: self.value(member.expr()),
                        })
                    })
                    .collect(),
            ),
            // Parentheses do not change the value.
            Expression::Parenthesis(inner) => return self.value(inner.inner()),
            Expression::Traversal(path) => return self.named(path, bytes),
            // "${var.ttl}", the syntax that Terraform required up to 0.11.
            Expression::StringTemplate(template) => match template.as_single_element() {
                Some(Element::Interpolation(inner)) => match &inner.expr {
                    Expression::Traversal(path) => return self.named(path, bytes),
                    _ => self.computed(&bytes),
                },
                _ => self.computed(&bytes),
            },
            literal => self.literal(literal).unwrap_or_else(|| self.computed(&bytes)),
        };
        Node { value: tree, bytes, defined: None }
    }

    /// A value that depends on nothing else.
    fn literal(&self, value: &Expression) -> Option<NodeValue> {
        Some(match value {
            Expression::Null(_) => NodeValue::Null,
            Expression::Bool(found) => NodeValue::Switch(*found.value()),
            Expression::Number(found) => {
                let written = || value.span().and_then(|bytes| self.text.get(bytes)).unwrap_or_default().to_owned();
                NodeValue::Number(found.value().as_u64().map_or_else(written, |number| number.to_string()))
            }
            Expression::String(found) => NodeValue::Text(found.value().clone()),
            Expression::HeredocTemplate(found) => match found.template.as_single_element() {
                Some(Element::Literal(text)) => NodeValue::Text(text.value().clone()),
                _ => return None,
            },
            Expression::Parenthesis(inner) => return self.literal(inner.inner()),
            Expression::Array(items) => {
                let item = |item: &Expression| {
                    Some(Node { value: self.literal(item)?, bytes: item.span().unwrap_or_default(), defined: None })
                };
                NodeValue::List(items.iter().map(item).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    fn computed(&self, bytes: &Range<usize>) -> NodeValue {
        NodeValue::Computed(self.text.get(bytes.clone()).unwrap_or_default().to_owned())
    }

    /// The value of `var.ttl` or `local.ttl`, if defined in the same file. A variable's default applies unless it is
    /// overridden.
    fn named(&self, path: &Traversal, bytes: Range<usize>) -> Node {
        let found = self.definition(path).and_then(|definition| {
            let defined = definition.span()?;
            self.left.set(self.left.get().checked_sub(defined.len())?);
            // A default of null means that the value is set elsewhere.
            let value = self.literal(definition).filter(|value| *value != NodeValue::Null)?;
            Some((value, defined))
        });
        match found {
            Some((value, defined)) => Node { value: at(value, &bytes, &defined), bytes, defined: Some(defined) },
            None => Node { value: self.computed(&bytes), bytes, defined: None },
        }
    }

    fn definition(&self, path: &Traversal) -> Option<&'t Expression> {
        let mut found = *self.definitions.get(&name(path)?)?;
        for _ in 0..MAX_STEPS {
            match found {
                Expression::Traversal(path) => found = *self.definitions.get(&name(path)?)?,
                other => return Some(other),
            }
        }
        None
    }
}

/// Items of an inlined list are used at the list's use, and defined at their definition.
fn at(value: NodeValue, bytes: &Range<usize>, defined: &Range<usize>) -> NodeValue {
    match value {
        NodeValue::List(items) => {
            let item = |item: Node| {
                let own = if item.bytes.is_empty() { defined.clone() } else { item.bytes };
                Node { value: at(item.value, bytes, &own), bytes: bytes.clone(), defined: Some(own) }
            };
            NodeValue::List(items.into_iter().map(item).collect())
        }
        other => other,
    }
}

/// `var.ttl` as its two words.
fn name(path: &Traversal) -> Option<(&str, &str)> {
    match (&path.expr, path.operators.as_slice()) {
        (Expression::Variable(kind), [operator]) => match operator.value() {
            TraversalOperator::GetAttr(name) => Some((kind.as_str(), name.as_str())),
            _ => None,
        },
        _ => None,
    }
}

fn name_of(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(Expression::String(name)) => Some(name.value().clone()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(_) => None,
    }
}
