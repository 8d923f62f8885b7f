//! JSON renderer. The envelope is a stable, versioned contract: `authkit/<command>/v1`.

use super::{Report, Verdict};
use crate::encoding::bounds::tail;
use crate::encoding::escape;
use crate::finding::Finding;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::Error as _;
use std::borrow::Cow;

/// The envelope of every JSON output except errors.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Envelope<'a, D> {
    /// `authkit/<command>/v1`
    pub schema: String,
    /// Index of the token if there are several, from 0; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The verdict, which determines the exit code.
    pub verdict: Verdict,
    /// The result of the command; `schema` identifies its structure.
    pub data: D,
    /// The findings; empty if there are none. Where many findings have one rule, only the first may be included.
    pub findings: &'a [Finding],
}

/// The envelope of every JSON error.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ErrorEnvelope<'a> {
    /// `authkit/error/v1`
    pub schema: &'a str,
    /// The error that ended the command.
    pub error: ErrorBody<'a>,
}

/// The error of a command that failed: kind, message and hints.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ErrorBody<'a> {
    /// `usage`, `input`, `environment`, `interrupted` or `internal`; it determines the exit code.
    pub kind: &'a str,
    /// The error as one line: subject, then cause.
    pub message: &'a str,
    /// Advice, each with a flag or a command; may be empty.
    pub hints: &'a [String],
}

/// One line of JSON, newline included.
///
/// # Errors
/// The report cannot be serialised, which is a bug.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    line(&Envelope {
        schema: format!("authkit/{}/v1", report.command),
        index: None,
        verdict: report.verdict,
        data: &report.data,
        findings: &report.findings,
    })
}

/// Any value as one line of JSON without hidden characters, newline included.
///
/// # Errors
/// The value cannot be serialised, which is a bug.
pub fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let document = serde_json::to_string(value)?;
    let mut text = one_line(&document).unwrap_or(document);
    text.push('\n');
    Ok(text)
}

/// Appends [`line()`] to `out`.
///
/// # Errors
/// As [`line()`].
pub fn push_line(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), serde_json::Error> {
    let begin = out.len();
    serde_json::to_writer(&mut *out, value)?;
    let document = std::str::from_utf8(tail(out, begin)).map_err(serde_json::Error::custom)?;
    if let Some(changed) = one_line(document) {
        out.truncate(begin);
        out.extend(changed.into_bytes());
    }
    out.push(b'\n');
    Ok(())
}

/// `document` with its hidden characters escaped and without line breaks; `None` if it has neither.
fn one_line(document: &str) -> Option<String> {
    let text = escape::json(document);
    // Raw JSON of a token may contain line breaks between its members; a valid document has none elsewhere.
    if memchr::memchr3(b'\n', b'\r', b'\t', text.as_bytes()).is_some() {
        return Some(text.replace(['\n', '\r', '\t'], " "));
    }
    match text {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text),
    }
}

/// An error as one line of JSON.
///
/// # Errors
/// It cannot be serialised, which is a bug.
pub fn error(kind: &str, message: &str, hints: &[String]) -> Result<String, serde_json::Error> {
    line(&ErrorEnvelope { schema: "authkit/error/v1", error: ErrorBody { kind, message, hints } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_push_line_give_equal_output() {
        for text in
            ["{\"a\":1}", "{\"a\":\n\t1,\r\"b\":\"§\"}", "{\"a\":\"\u{202e}\"}", "{\"a\":\"\u{7f}\",\n\"b\":[]}"]
        {
            let value: &serde_json::value::RawValue = serde_json::from_str(text).unwrap();
            let mut out = b"before\n".to_vec();
            push_line(&mut out, &value).unwrap();
            let line = line(&value).unwrap();
            assert_eq!(out, format!("before\n{line}").into_bytes());
            assert_eq!(line.find(['\n', '\r', '\t', '\u{202e}', '\u{7f}']), Some(line.len() - 1));
        }
    }
}
