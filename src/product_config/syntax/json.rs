//! Strict JSON parser, without extensions.

use super::{MAX_DEPTH, MAX_VALUES, SyntaxError};
use crate::product_config::tree::{Entry, Node, NodeValue};
use jsonc_parser::ast::{ObjectProp, ObjectPropName, Value};
use jsonc_parser::common::Range;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn read(text: &str) -> Result<Node, SyntaxError> {
    // The parser recurses and allocates: check depth and value count first.
    check_size(text)?;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT)
        .map_err(|error| SyntaxError::new(error.kind().to_string(), bytes(error.range())))?;
    let end = text.len();
    let value = parsed.value.ok_or_else(|| SyntaxError::new("no value", 0..end.min(1)))?;
    Ok(node(value))
}

fn bytes(range: Range) -> std::ops::Range<usize> {
    range.start..range.end
}

fn node(value: Value<'_>) -> Node {
    let (tree, range) = match value {
        Value::NullKeyword(found) => (NodeValue::Null, found.range),
        Value::BooleanLit(found) => (NodeValue::Switch(found.value), found.range),
        Value::NumberLit(found) => (NodeValue::Number(found.value.to_owned()), found.range),
        Value::StringLit(found) => (NodeValue::Text(found.value.into_owned()), found.range),
        Value::Array(found) => (NodeValue::List(found.elements.into_iter().map(node).collect()), found.range),
        Value::Object(found) => {
            let entry = |property: ObjectProp<'_>| {
                let (key, range) = match property.name {
                    ObjectPropName::String(found) => (found.value.into_owned(), found.range),
                    ObjectPropName::Word(found) => (found.value.to_owned(), found.range),
                };
                Entry { key, key_bytes: bytes(range), node: node(property.value) }
            };
            (NodeValue::Map(found.properties.into_iter().map(entry).collect()), found.range)
        }
    };
    Node { value: tree, bytes: bytes(range), defined: None }
}

/// Checks the nesting depth and the number of values: each except the first follows a comma or a bracket.
fn check_size(text: &str) -> Result<(), SyntaxError> {
    let (mut depth, mut values, mut in_string, mut escaped) = (0_usize, 1_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth = depth.saturating_add(1);
                values = values.saturating_add(1);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            b',' if !in_string => values = values.saturating_add(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(SyntaxError::new(format!("nested more than {MAX_DEPTH} levels deep"), at..at));
        }
        if values > MAX_VALUES {
            return Err(SyntaxError::too_many(MAX_VALUES, "values", at));
        }
    }
    Ok(())
}
