//! `--get PATH`: one value of a token, for machines and for a script.

use super::failure::Failure;
use authkit::encoding::escape;
use authkit::token::claims::Claims;
use authkit::token::requirements::lookup;
use serde_json::value::RawValue;

/// Both forms of a value: JSON as written, and the line that is printed (a string without its quotes,
/// hidden characters escaped).
pub struct ClaimValue {
    pub json: Box<RawValue>,
    pub line: String,
}

/// The value at `path`: a claim's name or a JSON pointer; `header:` before it looks in the header. Both
/// texts are JSON objects.
///
/// # Errors
/// A text that cannot be read, which the caller has read before: a bug.
pub fn find(header: &str, claims: &str, path: &str) -> Result<Option<ClaimValue>, Failure> {
    let (text, path) = path.strip_prefix("header:").map_or((claims, path), |path| (header, path));
    let object = Claims::parse(text).map_err(|error| Failure::bug(error.to_string()))?;
    let Some(value) = lookup(&object, path) else { return Ok(None) };
    let line = match value.as_str() {
        Some(text) => escape::line(&text).into_owned(),
        // Line breaks in a JSON text stand between its members only: one line stays one line.
        None => escape::json(value.text()).replace(['\n', '\r', '\t'], " "),
    };
    Ok(Some(ClaimValue { json: RawValue::from_string(value.text().to_owned())?, line }))
}
