//! A judged `Set-Cookie` line for people and machines. The value itself is not shown: it is a credential.

use super::set_cookie::{KnownAttribute, SetCookie};
use super::storage::{Lifetime, StorageDecision, StorageOutcome, StoredCookie};
use crate::http::url::shown_path;
use crate::token::scan;
use schemars::JsonSchema;
use serde::Serialize;

/// What a line says, and what a browser makes of it.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct CookieDescription {
    pub name: String,
    pub value_bytes: usize,
    pub attributes: Vec<AttributeDescription>,
    /// `stored`, `dropped`, or `browsers differ` (Secure over http from this machine).
    pub outcome: &'static str,
    /// Why it is not stored, the first reason first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<CookieRejectionDescription>,
    /// The cookie as it is, or would be, kept.
    pub effective: StoredCookieDescription,
}

#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct AttributeDescription {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// `counts`, `overridden`, or why it does not count.
    pub standing: &'static str,
}

#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct CookieRejectionDescription {
    pub id: &'static str,
    /// In words, with the step of draft-ietf-httpbis-rfc6265bis.
    pub message: String,
}

#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct StoredCookieDescription {
    pub domain: String,
    /// Sent to this host alone.
    pub host_only: bool,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
    /// `Default`, `None`, `Lax` or `Strict`.
    pub same_site: &'static str,
    pub partitioned: bool,
    /// Seconds from the response; null: until the browser ends its session; 0: the line deletes the cookie.
    pub lifetime_seconds: Option<i64>,
    /// What the line asks for when browsers cap it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_seconds: Option<i64>,
}

const fn meaning(known: KnownAttribute) -> &'static str {
    match known {
        KnownAttribute::Domain => "also sent to subdomains",
        KnownAttribute::Expires => "kept until this date",
        KnownAttribute::HttpOnly => "scripts cannot read it",
        KnownAttribute::MaxAge => "kept for this many seconds",
        KnownAttribute::Partitioned => "one jar for each top-level site",
        KnownAttribute::Path => "sent to paths below this",
        KnownAttribute::SameSite => "when other sites' requests carry it",
        KnownAttribute::Secure => "sent over https only",
    }
}

impl StoredCookieDescription {
    fn of(own: &StoredCookie) -> Self {
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

/// Describes a line and what was decided of it.
pub fn describe(line: &SetCookie<'_>, decision: &StorageDecision) -> CookieDescription {
    let attributes =
        line.attributes.iter().zip(&decision.standings).map(|(attribute, standing)| AttributeDescription {
            name: attribute.name.shown(),
            value: has_value(line, attribute.name.offset, attribute.value.offset)
                .then(|| scan::replace_tokens(&attribute.value.text(), |_| "…".to_owned())),
            meaning: attribute.known.map(meaning),
            standing: standing.words(),
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
        effective: StoredCookieDescription::of(&decision.effective),
    }
}

/// Whether `=` stands between a name and a value.
fn has_value(line: &SetCookie<'_>, name: usize, value: usize) -> bool {
    line.line.get(name..value).is_some_and(|between| between.contains(&b'='))
}

/// What a browser would do, in one line: `stored`, or `dropped: SameSite=None without Secure (6265bis §5.7 step 19)`.
pub fn verdict(decision: &StorageDecision) -> String {
    let reasons: Vec<String> = decision.reasons.iter().map(ToString::to_string).collect();
    match decision.outcome {
        _ if !reasons.is_empty() => format!("{}: {}", decision.outcome.word(), reasons.join("; ")),
        StorageOutcome::Stored if decision.effective.is_deletion() => "deletes the cookie".to_owned(),
        outcome => outcome.word().to_owned(),
    }
}
