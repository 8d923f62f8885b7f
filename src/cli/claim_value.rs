//! `--get PATH`: one value of a token, for JSON output and for scripts.

use super::failure::Failure;
use authkit::encoding::escape;
use authkit::token::claims::Claims;
use authkit::token::requirements::lookup;
use serde_json::value::RawValue;

/// A value in both output forms: JSON as in the token, and the printed line (a string without quotes, hidden characters
/// escaped).
pub struct ClaimValue {
    pub json: Box<RawValue>,
    pub line: String,
}

/// The value at `path`: a claim name or a JSON pointer; the prefix `header:` selects the header. `header` and `claims`
/// are JSON objects.
///
/// # Errors
/// Invalid JSON, which is a bug: the caller has parsed both texts before.
pub fn find(header: &str, claims: &str, path: &str) -> Result<Option<ClaimValue>, Failure> {
    let (text, path) = path.strip_prefix("header:").map_or((claims, path), |path| (header, path));
    let object = Claims::parse(text).map_err(|error| Failure::internal(error.to_string()))?;
    let Some(value) = lookup(&object, path) else { return Ok(None) };
    let line = match value.as_str() {
        Some(text) => escape::line(&text).into_owned(),
        // In JSON, line breaks occur only between tokens, so they can become spaces: the output is one line.
        None => escape::json(value.text()).replace(['\n', '\r', '\t'], " "),
    };
    Ok(Some(ClaimValue { json: RawValue::from_string(value.text().to_owned())?, line }))
}
