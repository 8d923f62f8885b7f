//! The storage model of browsers (6265bis §5.7): whether a cookie is stored, and with which properties. All reasons for
//! a rejection are collected in the order of the steps, although a browser stops at the first.

use super::date;
use super::matching::{default_path, domain_matches};
use super::set_cookie::{Attribute, KnownAttribute, MAX_PAIR, SetCookie};
use crate::http::host::{is_address, is_loopback, is_public_suffix};
use crate::time::{Span, UnixTime};
use std::fmt;

mod rejection;

pub use rejection::CookieRejection;

/// The maximum lifetime of a cookie (6265bis §5.5): 400 days, in seconds.
pub const MAX_AGE: i64 = 34_560_000;

/// The context in which a line was received.
#[derive(Clone, Copy, Debug)]
pub struct StorageContext<'a> {
    /// Over HTTPS.
    pub secure: bool,
    /// The host in lower case, in its ASCII form.
    pub host: &'a str,
    /// The request path, without the query.
    pub path: &'a str,
    /// The time of the response.
    pub now: UnixTime,
}

/// The cross-site requests with which a cookie is sent (6265bis §5.6.7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SameSite {
    /// No valid attribute: `Lax` with exceptions in some browsers, none at all in others (§5.6.7.2).
    Default,
    /// Sent with all cross-site requests; rejected without Secure (§5.7 step 19).
    None,
    /// Sent with same-site requests and with cross-site top-level navigation by safe methods.
    Lax,
    /// Sent with same-site requests only.
    Strict,
}

impl SameSite {
    /// The attribute value in its usual spelling, or `Default` without a valid one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::None => "None",
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }

    /// Parses the value of a SameSite attribute (§5.6.7).
    pub fn from_attribute(value: &[u8]) -> Self {
        [Self::None, Self::Lax, Self::Strict]
            .into_iter()
            .find(|own| own.name().as_bytes().eq_ignore_ascii_case(value))
            .unwrap_or(Self::Default)
    }
}

/// The expiry of a cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lifetime {
    /// Session cookie: until the browser ends its session.
    Session,
    /// At most [`MAX_AGE`] seconds from now. `asked`: the requested seconds, which may be more.
    Seconds {
        /// Effective lifetime in seconds, at least 1.
        kept: i64,
        /// Requested lifetime in seconds, before the cap.
        asked: i64,
    },
    /// Already expired: the line deletes the cookie.
    Expired,
}

/// The effect of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttributeStatus {
    /// In effect as written.
    Counts,
    /// A later attribute of the same name takes precedence, or a Max-Age over Expires.
    Overridden,
    /// Ignored, as if it were absent.
    Ignored(&'static str),
    /// In effect, but not with the value as written: SameSite and Path fall back to their defaults.
    FallsBack(&'static str),
}

impl AttributeStatus {
    /// The status in JSON: `counts`, `overridden`, or why the attribute is ignored or falls back.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Overridden => "overridden",
            Self::Ignored(why) | Self::FallsBack(why) => why,
        }
    }
}

/// A cookie as a browser stores it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCookie {
    /// As written.
    pub name: Vec<u8>,
    /// In lower case: the host, or the value of Domain.
    pub domain: String,
    /// Whether it is sent to that host only, not to hosts below it.
    pub host_only: bool,
    /// The path that it is sent to, and below it.
    pub path: String,
    /// Sent over HTTPS only.
    pub secure: bool,
    /// Not visible to scripts.
    pub http_only: bool,
    /// The requests of other sites that it is sent with.
    pub same_site: SameSite,
    /// Kept apart for each top-level site (CHIPS).
    pub partitioned: bool,
    /// When it expires.
    pub lifetime: Lifetime,
}

/// The storage decision of a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StorageOutcome {
    /// The cookie is stored.
    Stored,
    /// The line is ignored.
    Dropped,
    /// Browsers differ: Secure over plain HTTP from a loopback host (§5.7 step 13, "as defined by the user agent").
    Differs,
}

impl StorageOutcome {
    /// The outcome in messages and JSON: `stored`, `dropped` or `browsers differ`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Dropped => "dropped",
            Self::Differs => "browsers differ",
        }
    }
}

/// The outcome with its reasons and effects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StorageDecision {
    /// Whether the cookie is stored.
    pub outcome: StorageOutcome,
    /// The reasons for a rejection, in the order of the steps, including the reason why browsers differ.
    pub reasons: Vec<CookieRejection>,
    /// The cookie as it would be stored if it were.
    pub effective: StoredCookie,
    /// One effect for each attribute of the line.
    pub statuses: Vec<AttributeStatus>,
}

/// The value of an attribute if browsers process it, otherwise why they ignore it.
fn check_value(attribute: &Attribute<'_>) -> Result<(), &'static str> {
    let value = attribute.value.bytes;
    if attribute.is_too_long() {
        return Err("ignored: longer than 1024 bytes (§5.6)");
    }
    match attribute.known {
        Some(KnownAttribute::Expires) if date::parse(value).is_none() => Err("ignored: not a date (§5.6.1 step 2)"),
        Some(KnownAttribute::MaxAge) if seconds(value).is_none() => Err("ignored: not a whole number (§5.6.2)"),
        Some(_) => Ok(()),
        None => Err("unknown to browsers"),
    }
}

/// The number of a Max-Age (§5.6.2), saturating.
fn seconds(value: &[u8]) -> Option<i64> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits
        .iter()
        .fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0'))));
    Some(if digits.len() < value.len() { number.saturating_neg() } else { number })
}

fn begins_with(bytes: &[u8], prefix: &str) -> bool {
    bytes.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The cookie name prefixes (§5.4), longest names last.
pub const PREFIXES: [&str; 2] = ["__Secure-", "__Host-"];

/// The name prefix with which `bytes` begin, case-insensitively.
pub fn prefix(bytes: &[u8]) -> Option<&'static str> {
    PREFIXES.into_iter().find(|prefix| begins_with(bytes, prefix))
}

fn lifetime(cookie: &SetCookie<'_>, now: UnixTime) -> Lifetime {
    let last = |known| cookie.all(known).rfind(|attribute| check_value(attribute).is_ok());
    let asked = match (last(KnownAttribute::MaxAge), last(KnownAttribute::Expires)) {
        (Some(age), _) => seconds(age.value.bytes).unwrap_or(0),
        (None, Some(expires)) => date::parse(expires.value.bytes).map_or(0, |at| at.0.saturating_sub(now.0)),
        (None, None) => return Lifetime::Session,
    };
    if asked <= 0 { Lifetime::Expired } else { Lifetime::Seconds { kept: asked.min(MAX_AGE), asked } }
}

fn statuses(cookie: &SetCookie<'_>) -> Vec<AttributeStatus> {
    let counting =
        |known| cookie.attributes.iter().rposition(|one| one.known == Some(known) && check_value(one).is_ok());
    let has_age = counting(KnownAttribute::MaxAge).is_some();
    let one = |(at, attribute): (usize, &Attribute<'_>)| match (check_value(attribute), attribute.known) {
        (Err(why), _) => AttributeStatus::Ignored(why),
        // Equal to the other arms in effect.
        (_, None | Some(KnownAttribute::Secure | KnownAttribute::HttpOnly | KnownAttribute::Partitioned)) => {
            AttributeStatus::Counts
        }
        (_, Some(KnownAttribute::Expires)) if has_age => AttributeStatus::Overridden,
        (_, Some(known)) if counting(known) != Some(at) => AttributeStatus::Overridden,
        (_, Some(KnownAttribute::SameSite)) if SameSite::from_attribute(attribute.value.bytes) == SameSite::Default => {
            AttributeStatus::FallsBack("not Strict, Lax or None: treated as absent (§5.6.7)")
        }
        (_, Some(KnownAttribute::Path)) if !attribute.value.bytes.starts_with(b"/") => {
            AttributeStatus::FallsBack("does not begin with a slash: default path used (§5.6.4)")
        }
        (_, Some(KnownAttribute::Domain)) if attribute.value.bytes.is_empty() => {
            AttributeStatus::FallsBack("empty: host-only cookie (§5.7 step 7)")
        }
        _ => AttributeStatus::Counts,
    };
    cookie.attributes.iter().enumerate().map(one).collect()
}

/// Domain as browsers parse it: without a leading dot, in lower case (§5.6.3, §5.7 step 7).
fn domain(cookie: &SetCookie<'_>) -> String {
    let last = cookie.all(KnownAttribute::Domain).rfind(|attribute| check_value(attribute).is_ok());
    let value = last.map(|attribute| attribute.value.bytes).unwrap_or_default();
    String::from_utf8_lossy(value.strip_prefix(b".").unwrap_or(value)).to_ascii_lowercase()
}

/// The effective path, and whether the line sets it (§5.6.4, §5.7 step 11).
fn path(cookie: &SetCookie<'_>, setting: &StorageContext<'_>) -> (String, bool) {
    let last = cookie.all(KnownAttribute::Path).rfind(|attribute| check_value(attribute).is_ok());
    match last.map(|attribute| attribute.value.bytes) {
        Some(value) if value.starts_with(b"/") => (String::from_utf8_lossy(value).into_owned(), true),
        other => (default_path(setting.path).to_owned(), other.is_some()),
    }
}

/// The decision of a browser on a line received in this context. The site is assumed to be the top-level site: rules
/// about third-party cookies (§5.7 step 18) do not apply.
///
/// ```
/// use authkit::cookie::set_cookie::SetCookie;
/// use authkit::cookie::storage::{CookieRejection, StorageContext, StorageOutcome, decide};
/// use authkit::time::UnixTime;
///
/// let context = StorageContext { secure: true, host: "www.example.org", path: "/", now: UnixTime(1_800_000_000) };
///
/// let cookie = SetCookie::parse(b"__Host-sid=31d4d96e; Path=/; Secure; HttpOnly; SameSite=Lax");
/// assert_eq!(decide(&cookie, &context).outcome, StorageOutcome::Stored);
///
/// let cookie = SetCookie::parse(b"sid=31d4d96e; SameSite=None");
/// let decision = decide(&cookie, &context);
/// assert_eq!(decision.outcome, StorageOutcome::Dropped);
/// assert_eq!(decision.reasons, [CookieRejection::NoneWithoutSecure]);
/// ```
pub fn decide(cookie: &SetCookie<'_>, setting: &StorageContext<'_>) -> StorageDecision {
    let has = |known| cookie.all(known).any(|attribute| check_value(attribute).is_ok());
    let same_site = cookie.all(KnownAttribute::SameSite).rfind(|attribute| check_value(attribute).is_ok());
    let mut reasons = Vec::new();
    if let Some(offset) = cookie.control {
        let byte = cookie.line.get(offset).copied().unwrap_or_default();
        reasons.push(CookieRejection::ControlCharacter { offset, byte });
    }
    if cookie.pair_bytes() > MAX_PAIR {
        reasons.push(CookieRejection::PairTooLong { bytes: cookie.pair_bytes() });
    }
    if cookie.pair_bytes() == 0 {
        reasons.push(CookieRejection::Empty);
    }
    let (domain, host_only) = domain_for(domain(cookie), setting, &mut reasons);
    let (path, has_path) = path(cookie, setting);
    let effective = StoredCookie {
        name: cookie.name.bytes.to_vec(),
        domain,
        host_only,
        path,
        secure: has(KnownAttribute::Secure),
        http_only: has(KnownAttribute::HttpOnly),
        same_site: same_site.map_or(SameSite::Default, |attribute| SameSite::from_attribute(attribute.value.bytes)),
        partitioned: has(KnownAttribute::Partitioned),
        lifetime: lifetime(cookie, setting.now),
    };
    if effective.secure && !setting.secure {
        reasons.push(CookieRejection::SecureOverHttp);
    }
    if effective.same_site == SameSite::None && !effective.secure {
        reasons.push(CookieRejection::NoneWithoutSecure);
    }
    prefixes(cookie, &effective, has_path, &mut reasons);
    let outcome = match &*reasons {
        [] => StorageOutcome::Stored,
        [CookieRejection::SecureOverHttp] if is_loopback(setting.host) => StorageOutcome::Differs,
        _ => StorageOutcome::Dropped,
    };
    StorageDecision { outcome, reasons, effective, statuses: statuses(cookie) }
}

/// Steps 8 to 10: the effective domain, and whether the cookie is host-only.
fn domain_for(named: String, setting: &StorageContext<'_>, reasons: &mut Vec<CookieRejection>) -> (String, bool) {
    let host = setting.host;
    if !named.is_ascii() {
        reasons.push(CookieRejection::DomainNotAscii);
    } else if named.is_empty() || (named == host && is_public_suffix(&named)) {
        return (host.to_owned(), true);
    } else if !is_address(host) && is_public_suffix(&named) {
        reasons.push(CookieRejection::PublicSuffix { domain: named.clone() });
    } else if !domain_matches(host, &named) {
        reasons.push(CookieRejection::DomainMismatch { domain: named.clone(), host: host.to_owned() });
    }
    (named, false)
}

/// Steps 20 to 22.
fn prefixes(cookie: &SetCookie<'_>, effective: &StoredCookie, has_path: bool, reasons: &mut Vec<CookieRejection>) {
    match prefix(cookie.name.bytes) {
        Some("__Secure-") if !effective.secure => reasons.push(CookieRejection::SecurePrefixWithoutSecure),
        Some("__Host-") => {
            if !effective.secure {
                reasons.push(CookieRejection::HostPrefixWithoutSecure);
            }
            if !effective.host_only {
                reasons.push(CookieRejection::HostPrefixWithDomain { domain: effective.domain.clone() });
            }
            if !has_path || effective.path != "/" {
                reasons.push(CookieRejection::HostPrefixWithoutExplicitPath);
            }
        }
        _ => {}
    }
    if cookie.name.bytes.is_empty()
        && let Some(prefix) = prefix(cookie.value.bytes)
    {
        reasons.push(CookieRejection::NamelessPrefix { prefix });
    }
}

/// The identity of a cookie (6265bis §5.7 step 23): name, domain, host-only flag, path.
pub type CookieKey = (Vec<u8>, String, bool, String);

impl StoredCookie {
    /// Whether the line deletes a cookie instead of setting one.
    pub fn is_deletion(&self) -> bool {
        self.lifetime == Lifetime::Expired
    }

    /// The identity of a cookie: two lines set the same cookie if these are equal (§5.7 step 23).
    pub fn key(&self) -> CookieKey {
        (self.name.clone(), self.domain.clone(), self.host_only, self.path.clone())
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => f.write_str("session"),
            Self::Seconds { kept, .. } => write!(f, "{}", Span::seconds(kept.unsigned_abs())),
            Self::Expired => f.write_str("deletes"),
        }
    }
}

#[cfg(test)]
mod tests;
