//! Description of an evaluated `Set-Cookie` line for human and JSON output. It leaves out the value, which is a
//! credential.

use super::set_cookie::{KnownAttribute, SetCookie};
use super::storage::{Lifetime, StorageDecision, StorageOutcome, StoredCookie};
use crate::http::url::shown_path;
use crate::token::scan;
use schemars::JsonSchema;
use serde::Serialize;

/// A `Set-Cookie` line and its outcome in a browser.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct CookieDescription {
    /// Cookie name, tokens redacted and truncated after 64 characters; empty for a nameless cookie.
    pub name: String,
    /// Size of the value in bytes, without surrounding white space.
    pub value_bytes: usize,
    /// Attributes in the order of the line, including ignored and repeated ones.
    pub attributes: Vec<AttributeDescription>,
    /// `stored`, `dropped`, or `browsers differ` (Secure over plain HTTP from a loopback host).
    pub outcome: &'static str,
    /// Why it is not stored, in the order of the steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<CookieRejectionDescription>,
    /// The cookie as it is stored, or would be.
    pub effective: StoredCookieDescription,
}

/// An attribute of a `Set-Cookie` line and its effect.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct AttributeDescription {
    /// As written, tokens redacted and truncated after 64 characters.
    pub name: String,
    /// As written, with tokens redacted, and in `probe` other possible secrets. Absent without `=`, and in `probe` for
    /// an attribute unknown to browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Effect of the attribute in words; absent for one unknown to browsers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// `counts`, `overridden`, or why it is ignored.
    pub status: &'static str,
}

/// A reason why browsers reject the cookie.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct CookieRejectionDescription {
    /// Stable id in kebab-case: `samesite-none-without-secure`.
    pub id: &'static str,
    /// The reason, with the step of draft-ietf-httpbis-rfc6265bis.
    pub message: String,
}

/// The properties of a cookie in the storage model of browsers, with defaults for absent attributes.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct StoredCookieDescription {
    /// In lower case: the value of Domain without a leading dot, or the host of the response.
    pub domain: String,
    /// Host-only: sent to this host, not to its subdomains.
    pub host_only: bool,
    /// The cookie is sent to this path and below; without path parameters, and with tokens redacted.
    pub path: String,
    /// Sent over HTTPS only.
    pub secure: bool,
    /// Not readable by scripts.
    pub http_only: bool,
    /// `Default`, `None`, `Lax` or `Strict`.
    pub same_site: &'static str,
    /// Stored separately for each top-level site (CHIPS).
    pub partitioned: bool,
    /// Seconds from the response; null: session cookie; 0: the line deletes the cookie.
    pub lifetime_seconds: Option<i64>,
    /// The requested seconds, if browsers cap them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_seconds: Option<i64>,
}

const fn meaning(known: KnownAttribute) -> &'static str {
    match known {
        KnownAttribute::Domain => "also sent to subdomains",
        KnownAttribute::Expires => "kept until this date",
        KnownAttribute::HttpOnly => "not readable by scripts",
        KnownAttribute::MaxAge => "kept for this many seconds",
        KnownAttribute::Partitioned => "partitioned by top-level site",
        KnownAttribute::Path => "sent to this path and below",
        KnownAttribute::SameSite => "sent with cross-site requests",
        KnownAttribute::Secure => "sent over HTTPS only",
    }
}

impl StoredCookieDescription {
    fn new(own: &StoredCookie) -> Self {
        let (lifetime_seconds, asked_seconds) = match own.lifetime {
            Lifetime::Session => (None, None),
            Lifetime::Expired => (Some(0), None),
            Lifetime::Seconds { kept, asked } => (Some(kept), (asked > kept).then_some(asked)),
        };
        Self {
            domain: own.domain.clone(),
            host_only: own.host_only,
            path: shown_path(&own.path),
            secure: own.secure,
            http_only: own.http_only,
            same_site: own.same_site.name(),
            partitioned: own.partitioned,
            lifetime_seconds,
            asked_seconds,
        }
    }
}

/// Describes a line and the storage decision for it.
pub fn describe(line: &SetCookie<'_>, decision: &StorageDecision) -> CookieDescription {
    let attributes = line.attributes.iter().zip(&decision.statuses).map(|(attribute, status)| AttributeDescription {
        name: attribute.name.shown(),
        value: has_value(line, attribute.name.offset, attribute.value.offset)
            .then(|| scan::replace_tokens(&attribute.value.text(), |_| "…".to_owned())),
        meaning: attribute.known.map(meaning),
        status: status.words(),
    });
    CookieDescription {
        name: line.name.shown(),
        value_bytes: line.value.bytes.len(),
        attributes: attributes.collect(),
        outcome: decision.outcome.word(),
        reasons: decision
            .reasons
            .iter()
            .map(|why| CookieRejectionDescription { id: why.id(), message: why.to_string() })
            .collect(),
        effective: StoredCookieDescription::new(&decision.effective),
    }
}

/// Whether an equals sign separates a name and a value.
fn has_value(line: &SetCookie<'_>, name: usize, value: usize) -> bool {
    line.line.get(name..value).is_some_and(|between| between.contains(&b'='))
}

/// The outcome in one line: `stored`, or `dropped: SameSite=None without Secure (6265bis §5.7 step 19)`.
pub fn verdict(decision: &StorageDecision) -> String {
    let reasons: Vec<String> = decision.reasons.iter().map(ToString::to_string).collect();
    match decision.outcome {
        _ if !reasons.is_empty() => format!("{}: {}", decision.outcome.word(), reasons.join("; ")),
        StorageOutcome::Stored if decision.effective.is_deletion() => "deletes the cookie".to_owned(),
        outcome => outcome.word().to_owned(),
    }
}
