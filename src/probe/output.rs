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
    /// Counts of responses, cookies and tokens.
    pub totals: ProbeTotals,
    /// Evaluated responses with their cookies, in the order of requests.
    pub responses: Vec<ResponseOutput>,
    /// Distinct tokens, each at its most exposed location.
    pub tokens: Vec<TokenOutput>,
    /// Requests without a response, in the order of requests.
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
    /// Ignores in the config file that matched no finding.
    pub unused_ignores: Vec<UnusedIgnore>,
}

/// Counts over all evaluated exchanges.
#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct ProbeTotals {
    /// Number of responses, including redirects.
    pub responses: usize,
    /// Number of requests without a response.
    pub failures: usize,
    /// Number of `Set-Cookie` lines: each is counted in one of the next four.
    pub cookies: usize,
    /// Lines whose cookie browsers store.
    pub stored: usize,
    /// Lines whose cookie browsers reject.
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
    /// Request method, as sent.
    pub method: String,
    /// Number of redirects before it.
    pub hop: u32,
    /// Status code, 100 to 999.
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
    /// Line in a dump, from 1; in a HAR file, the start of the entry; absent for other sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// JSON pointer (RFC 6901) into a HAR file; absent for other sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// `Set-Cookie` lines, in order; empty for a request with a made-up origin.
    pub cookies: Vec<CookieOutput>,
    /// Remarks: that a body was cut off, why a redirect was not followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A `Set-Cookie` line.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CookieOutput {
    /// The parsed line and the storage decision, flattened into this object.
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
    /// JSON pointer (RFC 6901) into the exchange: `/response/body/access_token`.
    pub pointer: String,
    /// Human-readable location.
    pub place: String,
    /// Length of the compact serialisation in bytes.
    pub bytes: usize,
    /// `jws`, `jwe` or `malformed`.
    pub form: &'static str,
    /// Header parameter `alg`; absent if the token has none or is malformed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// Header parameter `kid`; absent if the token has none or is malformed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// `exp` − `iat`, else `exp` − `nbf`; absent if a claim is absent or encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<u64>,
}

/// A request without a response.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RequestFailureOutput {
    /// Without query and parameters.
    pub url: String,
    /// Request method, as sent.
    pub method: String,
    /// Number of redirects before it.
    pub hop: u32,
    /// Stable id of the fault in kebab-case: `connection-refused`.
    pub kind: String,
    /// Human-readable cause, with tokens redacted.
    pub message: String,
}
