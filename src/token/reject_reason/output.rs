//! The JSON output of a reject reason.

use super::RejectReason;
use schemars::JsonSchema;
use serde::Serialize;

/// A reason in JSON output: `id`, the values, and the message.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RejectReasonOutput<'a> {
    /// The reason: its `id` and values, in the same object as `message`.
    #[serde(flatten)]
    pub reason: &'a RejectReason,
    /// The reason as one line of text, with the compared values.
    pub message: String,
    /// Advice with a flag or a command; absent if the message is sufficient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl<'a> From<&'a RejectReason> for RejectReasonOutput<'a> {
    fn from(reason: &'a RejectReason) -> Self {
        Self { reason, message: reason.to_string(), hint: reason.hint() }
    }
}
