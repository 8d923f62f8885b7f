//! What was seen and what a browser made of it, for machines. Values of cookies and tokens are numbered: an equal
//! number is an equal value, and nothing else is told of it.

use crate::cookie::description::CookieDescription;
use crate::cookie::session_id;
use crate::lifecycle;
use crate::settings::ignores::UnusedIgnore;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer of `probe`.
#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct ProbeOutput {
    /// Something has no answer, was cut, or was not reached.
    pub partial: bool,
    /// What nothing told and was therefore assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
    /// Certificates were not checked (`--insecure`).
    pub insecure: bool,
    /// Plain http was judged as https (`--assume-https`).
    pub assume_https: bool,
    pub totals: ProbeTotals,
    pub responses: Vec<ResponseOutput>,
    pub tokens: Vec<TokenOutput>,
    pub failures: Vec<RequestFailureOutput>,
    /// What became of a session (`--login`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_cycle: Option<lifecycle::output::LifecycleOutput>,
    /// Ids of sessions (`--samples`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sampled: Vec<session_id::output::SessionIdOutput>,
    /// Findings that a baseline knows.
    pub known: u64,
    /// Findings that the settings ignore.
    pub ignored: u64,
    /// Findings that the target allows.
    pub allowed: u64,
    /// Findings that say of one host what was said before, and are left out.
    pub repeated: u64,
    pub unused_ignores: Vec<UnusedIgnore>,
}

#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct ProbeTotals {
    pub responses: usize,
    pub failures: usize,
    /// `Set-Cookie` lines: each is in one of the next four.
    pub cookies: usize,
    pub stored: usize,
    pub dropped: usize,
    /// Browsers differ.
    pub differ: usize,
    /// Lines that delete a cookie.
    pub deletions: usize,
    /// Different tokens.
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
    /// Redirects before it.
    pub hop: u32,
    pub status: u16,
    /// `https`, `http` or `loopback` (plain http that does not leave the machine).
    pub transport: &'static str,
    /// `HTTP/1.1` or `HTTP/2`, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// `visit`, `made-up-origin` or `plain-http`.
    pub purpose: &'static str,
    /// Where a redirect leads, without query and parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// The request brought a session.
    pub authenticated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub cookies: Vec<CookieOutput>,
    /// What is to be known besides: that a body broke off, why a redirect was not followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A `Set-Cookie` line.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CookieOutput {
    #[serde(flatten)]
    pub said: CookieDescription,
    /// What it is for, by its name: `session`, `csrf`, …
    pub class: &'static str,
    /// In one line what a browser does, and why.
    pub verdict: String,
    /// `set`, `replaced`, `deleted`, `deleted-nothing`; null: it is dropped.
    pub change: Option<&'static str>,
    /// The number of its value.
    pub value: usize,
    /// What the value is: `token`, `opaque`, or how its content can be read.
    pub form: &'static str,
}

/// A JWT that was seen; its own word, not verified.
#[derive(Serialize, JsonSchema, Debug)]
pub struct TokenOutput {
    /// From 1.
    pub number: usize,
    /// The number of the response with which it travelled.
    pub response: usize,
    /// `url`, `cookie`, `header` or `body`.
    pub carrier: &'static str,
    pub pointer: String,
    /// The same in words.
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

/// A request without an answer.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RequestFailureOutput {
    pub url: String,
    pub method: String,
    pub hop: u32,
    pub kind: String,
    pub message: String,
}
