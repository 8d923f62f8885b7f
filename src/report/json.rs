//! The envelope for machines, a versioned promise: `authkit/<command>/v1`.

use super::{Report, Verdict};
use crate::encoding::escape;
use crate::finding::Finding;
use schemars::JsonSchema;
use serde::Serialize;

/// Every JSON answer that is not an error.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Envelope<'a, D> {
    /// `authkit/<command>/v1`
    pub schema: String,
    /// Which of many tokens this is about, from 0; absent when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    pub verdict: Verdict,
    pub data: D,
    pub findings: &'a [Finding],
}

/// Every JSON answer that is an error.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ErrorEnvelope<'a> {
    /// `authkit/error/v1`
    pub schema: &'a str,
    pub error: ErrorBody<'a>,
}

#[derive(Serialize, JsonSchema, Debug)]
pub struct ErrorBody<'a> {
    /// `usage`, `input`, `surroundings`, `interrupted` or `bug`; the exit code follows from it.
    pub kind: &'a str,
    pub message: &'a str,
    pub hints: &'a [String],
}

/// One line of JSON, newline included.
///
/// # Errors
/// When the report cannot be written as JSON, which is a bug of ours.
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
/// When the value cannot be written as JSON, which is a bug of ours.
pub fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let document = serde_json::to_string(value)?;
    // Raw JSON of a token may hold line breaks between its members; in a valid document they stand nowhere else.
    let mut text = escape::json(&document).replace(['\n', '\r', '\t'], " ");
    text.push('\n');
    Ok(text)
}

/// An error as one line of JSON.
///
/// # Errors
/// When it cannot be written as JSON, which is a bug of ours.
pub fn error(kind: &str, message: &str, hints: &[String]) -> Result<String, serde_json::Error> {
    line(&ErrorEnvelope { schema: "authkit/error/v1", error: ErrorBody { kind, message, hints } })
}
