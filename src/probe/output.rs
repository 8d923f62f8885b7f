//! JSON output of `probe`. Values of cookies and tokens are replaced by numbers: equal numbers mean equal values, and
//! the output reveals nothing else about them.

use crate::cookie::description::CookieDescription;
use crate::cookie::session_id;
use crate::lifecycle;
use crate::settings::ignores::UnusedIgnore;
use schemars::JsonSchema;
use serde::Serialize;

/// The output of `probe`.
#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct ProbeOutput {
    /// A response is missing, was cut off, or was not reached.
    pub partial: bool,
    /// Assumptions about facts missing in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
    /// Certificates were not checked (`--insecure`).
    pub insecure: bool,
    /// Plain HTTP was treated as HTTPS (`--assume-https`).
    pub assume_https: bool,
    pub totals: ProbeTotals,
    pub responses: Vec<ResponseOutput>,
    pub tokens: Vec<TokenOutput>,
    pub failures: Vec<RequestFailureOutput>,
    /// The session lifecycle (`--login`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_cycle: Option<lifecycle::output::LifecycleOutput>,
    /// Sampled session ids (`--samples`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sampled: Vec<session_id::output::SessionIdOutput>,
    /// Number of findings in the baseline.
    pub baselined: u64,
    /// Number of findings ignored by the config file.
    pub ignored: u64,
    /// Number of findings allowed by the target.
    pub allowed: u64,
    /// Number of findings left out as repetitions for the same host.
    pub repeated: u64,
    pub unused_ignores: Vec<UnusedIgnore>,
}

#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct ProbeTotals {
    pub responses: usize,
    pub failures: usize,
    /// Number of `Set-Cookie` lines: each is counted in one of the next four.
    pub cookies: usize,
    pub stored: usize,
    pub dropped: usize,
    /// Browsers differ.
    pub differ: usize,
    /// Lines that delete a cookie.
    pub deletions: usize,
    /// Number of distinct tokens.
    pub tokens: usize,
}

/// A response, in the order of requests.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ResponseOutput {
    /// From 1.
    pub number: usize,
    /// Without query and parameters.
    pub url: String,
    pub method: String,
    /// Number of redirects before it.
    pub hop: u32,
    pub status: u16,
    /// `https`, `http` or `loopback` (plain HTTP to a loopback host).
    pub transport: &'static str,
    /// `HTTP/1.1` or `HTTP/2`, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// `visit`, `made-up-origin` or `plain-http`.
    pub purpose: &'static str,
    /// Redirect target, without query and parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// The request carried a session.
    pub authenticated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub cookies: Vec<CookieOutput>,
    /// Remarks: that a body was cut off, why a redirect was not followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A `Set-Cookie` line.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CookieOutput {
    #[serde(flatten)]
    pub said: CookieDescription,
    /// Class, by its name: `session`, `csrf`, …
    pub class: &'static str,
    /// The decision of a browser and the reason, in one line.
    pub verdict: String,
    /// `set`, `replaced`, `deleted`, `deleted-nothing`; null: not stored.
    pub change: Option<&'static str>,
    /// Number of the value.
    pub value: usize,
    /// Kind of the value: `token`, `opaque`, or the encoding of readable content.
    pub form: &'static str,
}

/// A JWT; its content is not verified.
#[derive(Serialize, JsonSchema, Debug)]
pub struct TokenOutput {
    /// From 1.
    pub number: usize,
    /// Number of the response or its request.
    pub response: usize,
    /// `url`, `cookie`, `header` or `body`.
    pub carrier: &'static str,
    pub pointer: String,
    /// Human-readable location.
    pub place: String,
    pub bytes: usize,
    /// `jws`, `jwe` or `malformed`.
    pub form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<u64>,
}

/// A request without a response.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RequestFailureOutput {
    pub url: String,
    pub method: String,
    pub hop: u32,
    pub kind: String,
    pub message: String,
}
