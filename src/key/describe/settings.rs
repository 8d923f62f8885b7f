//! Texts that describe something other than a key: JSON, markup, settings, tokens.

use crate::encoding::json;
use crate::key::description::Description;

/// Describes a text, without surrounding white space, that is no secret.
pub(super) fn describe(text: &str) -> Option<Description> {
    if is_json(text) {
        return Some(Description::other(if text.starts_with('"') { "a JSON string" } else { "JSON without a key" }));
    }
    if ["<!", "<?", "<html"].iter().any(|start| text.starts_with(start)) || text.starts_with('<') && text.contains("</")
    {
        return Some(Description::other("HTML or XML"));
    }
    if is_token(text) {
        return Some(Description::private("a token", Some("pass the token as TOKEN, and its key with -k")));
    }
    text.lines()
        .any(is_assignment)
        .then_some(Description::private("settings (NAME=value)", Some("name the variable: dotenv:PATH#NAME")))
}

/// Whether the text is a JSON object, array or string.
fn is_json(text: &str) -> bool {
    text.starts_with(['{', '[', '"']) && json::lenient(text.as_bytes()).is_ok()
}

/// Segments of base64url, the first of which begins like a JSON object.
fn is_token(text: &str) -> bool {
    let text = text.strip_prefix("Bearer ").unwrap_or(text);
    let is_segment = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
    text.starts_with("eyJ") && text.matches('.').count() >= 2 && text.chars().all(is_segment)
}

/// A line of a dotenv file or a shell script. The `=` at the end of base64 is no assignment, and neither is one after a
/// word in lower case: it may stand in a passphrase.
fn is_assignment(line: &str) -> bool {
    let line = line.trim_start();
    let (exported, line) = line.strip_prefix("export ").map_or((false, line), |line| (true, line));
    let Some((name, value)) = line.split_once('=') else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_variable = exported || name.contains('_') || name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    name.len() > 1
        && name.chars().all(is_name)
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && is_variable
        && !value.trim_start_matches('=').trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignment_is_told_from_base64_and_passphrases() {
        for line in ["JWT_SECRET=abc", "export secret=abc", "SECRET='a b'", "jwt_secret=x", "  KEY=x"] {
            assert!(is_assignment(line), "{line}");
        }
        for line in ["c2VjcmV0IQ==", "SGVsbG8=", "p=np", "E=mc2", "1_A=b", "a b=c", "A_B=", "not an assignment"] {
            assert!(!is_assignment(line), "{line}");
        }
    }
}
