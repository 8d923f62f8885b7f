//! JSON data of decode.

use serde_json::value::RawValue;

/// One decoded token. Nothing in it is verified.
#[derive(serde::Serialize, schemars::JsonSchema, Default)]
pub struct DecodeOutput {
    /// Always false: decode uses no key.
    pub verified: bool,
    /// Absent if it cannot be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Box<RawValue>>,
    /// The claims as written; absent when the payload is not a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Box<RawValue>>,
    /// The payload, if it is text and not a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Length of the decoded payload, if it is not a JSON object; 0 if it is empty or detached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_bytes: Option<usize>,
    pub signature_bytes: usize,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Seconds until expiry at the evaluation time; negative after expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<i64>,
    /// The value of `--get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<RawValue>>,
    /// With `--scan` and `--lines`: location of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<ValueLocation>,
    /// With `--lines`: why a line cannot be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Location in the input; counts from 1.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct ValueLocation {
    pub line: u64,
    pub column: u64,
    pub encrypted: bool,
}
