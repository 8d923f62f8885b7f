//! Whether a browser stores a cookie, and as what (6265bis §5.7). Every reason against it is given, in the order of
//! the steps; the first is the one at which a browser stops.

use super::date;
use super::host::{default_path, domain_matches, is_address, is_loopback, is_public_suffix};
use super::set_cookie::{Attribute, Known, MAX_PAIR, SetCookie};
use crate::time::{Span, UnixTime};
use std::fmt;

mod rejection;

pub use rejection::Reason;

/// The longest that a browser keeps a cookie (6265bis §5.5): 400 days. Seconds.
pub const MAX_AGE: i64 = 34_560_000;

/// Where and when a line was received.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Over https.
    pub secure: bool,
    /// In lower case, in its ASCII form.
    pub host: &'a str,
    /// Of the request, without its query.
    pub path: &'a str,
    pub now: UnixTime,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SameSite {
    /// No valid attribute: `Lax` with exceptions in some browsers, none at all in others (§5.6.7.2).
    Default,
    None,
    Lax,
    Strict,
}

impl SameSite {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::None => "None",
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }

    /// What an attribute's value asks for (§5.6.7).
    pub fn of(value: &[u8]) -> Self {
        [Self::None, Self::Lax, Self::Strict]
            .into_iter()
            .find(|own| own.name().as_bytes().eq_ignore_ascii_case(value))
            .unwrap_or(Self::Default)
    }
}

/// Until when a cookie is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lifetime {
    /// Until the browser ends its session.
    Session,
    /// At most [`MAX_AGE`] seconds from now. `asked`: what the line says, which may be more.
    Seconds { kept: i64, asked: i64 },
    /// Over already: the line deletes the cookie.
    Over,
}

/// What became of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Counts,
    /// A later one of the same name, or for Expires a Max-Age, counts instead.
    Overridden,
    /// It is passed over, as if it were not there.
    Ignored(&'static str),
    /// It counts, and its value does not mean what it says: SameSite and Path fall back to their defaults.
    FallsBack(&'static str),
}

impl Standing {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Overridden => "overridden",
            Self::Ignored(why) | Self::FallsBack(why) => why,
        }
    }
}

/// A cookie as a browser would keep it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effective {
    pub name: Vec<u8>,
    /// In lower case: the host itself, or what Domain names.
    pub domain: String,
    pub host_only: bool,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
    pub same_site: SameSite,
    pub partitioned: bool,
    pub lifetime: Lifetime,
}

/// What a browser does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Stored,
    Dropped,
    /// Browsers differ: Secure over http from this machine (§5.7 step 13, "as defined by the user agent").
    Differs,
}

impl Outcome {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Dropped => "dropped",
            Self::Differs => "browsers differ",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub outcome: Outcome,
    /// Why it is not stored, in the order of the steps. The reason why browsers differ is among them.
    pub reasons: Vec<Reason>,
    /// As it would be kept if it were.
    pub effective: Effective,
    /// One for each attribute of the line.
    pub standings: Vec<Standing>,
}

/// The value of an attribute if browsers take notice of it, and otherwise why they do not.
fn heard(attribute: &Attribute<'_>) -> Result<(), &'static str> {
    let value = attribute.value.bytes;
    if attribute.is_too_long() {
        return Err("ignored: longer than 1024 bytes (§5.6)");
    }
    match attribute.known {
        Some(Known::Expires) if date::parse(value).is_none() => Err("ignored: not a date (§5.6.1 step 2)"),
        Some(Known::MaxAge) if seconds(value).is_none() => Err("ignored: not a whole number (§5.6.2)"),
        Some(_) => Ok(()),
        None => Err("unknown to browsers"),
    }
}

/// The number of a Max-Age (§5.6.2), which saturates.
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

/// The prefixes that browsers guard (§5.4), longest names last.
pub const PREFIXES: [&str; 2] = ["__Secure-", "__Host-"];

/// The guarded prefix with which `bytes` begin, in any case.
pub fn prefix(bytes: &[u8]) -> Option<&'static str> {
    PREFIXES.into_iter().find(|prefix| begins_with(bytes, prefix))
}

fn lifetime(cookie: &SetCookie<'_>, now: UnixTime) -> Lifetime {
    let last = |known| cookie.all(known).rfind(|attribute| heard(attribute).is_ok());
    let asked = match (last(Known::MaxAge), last(Known::Expires)) {
        (Some(age), _) => seconds(age.value.bytes).unwrap_or(0),
        (None, Some(expires)) => date::parse(expires.value.bytes).map_or(0, |at| at.0.saturating_sub(now.0)),
        (None, None) => return Lifetime::Session,
    };
    if asked <= 0 { Lifetime::Over } else { Lifetime::Seconds { kept: asked.min(MAX_AGE), asked } }
}

fn standings(cookie: &SetCookie<'_>) -> Vec<Standing> {
    let counting = |known| cookie.attributes.iter().rposition(|one| one.known == Some(known) && heard(one).is_ok());
    let has_age = counting(Known::MaxAge).is_some();
    let one = |(at, attribute): (usize, &Attribute<'_>)| match (heard(attribute), attribute.known) {
        (Err(why), _) => Standing::Ignored(why),
        // Each of these says the same as the others.
        (_, None | Some(Known::Secure | Known::HttpOnly | Known::Partitioned)) => Standing::Counts,
        (_, Some(Known::Expires)) if has_age => Standing::Overridden,
        (_, Some(known)) if counting(known) != Some(at) => Standing::Overridden,
        (_, Some(Known::SameSite)) if SameSite::of(attribute.value.bytes) == SameSite::Default => {
            Standing::FallsBack("not Strict, Lax or None: as if absent (§5.6.7)")
        }
        (_, Some(Known::Path)) if !attribute.value.bytes.starts_with(b"/") => {
            Standing::FallsBack("does not begin with a slash: the default path (§5.6.4)")
        }
        (_, Some(Known::Domain)) if attribute.value.bytes.is_empty() => {
            Standing::FallsBack("empty: for the host alone (§5.7 step 7)")
        }
        _ => Standing::Counts,
    };
    cookie.attributes.iter().enumerate().map(one).collect()
}

/// Domain as browsers read it: a leading dot is dropped, letters become small (§5.6.3, §5.7 step 7).
fn domain(cookie: &SetCookie<'_>) -> String {
    let last = cookie.all(Known::Domain).rfind(|attribute| heard(attribute).is_ok());
    let value = last.map(|attribute| attribute.value.bytes).unwrap_or_default();
    String::from_utf8_lossy(value.strip_prefix(b".").unwrap_or(value)).to_ascii_lowercase()
}

/// The path that counts, and whether the line names one (§5.6.4, §5.7 step 11).
fn path(cookie: &SetCookie<'_>, setting: &Setting<'_>) -> (String, bool) {
    let last = cookie.all(Known::Path).rfind(|attribute| heard(attribute).is_ok());
    match last.map(|attribute| attribute.value.bytes) {
        Some(value) if value.starts_with(b"/") => (String::from_utf8_lossy(value).into_owned(), true),
        other => (default_path(setting.path).to_owned(), other.is_some()),
    }
}

/// What a browser does with a line that it received so. The site is taken for the one in the address bar, so that
/// rules about cookies of other sites (§5.7 step 18) do not apply.
pub fn decide(cookie: &SetCookie<'_>, setting: &Setting<'_>) -> Decision {
    let has = |known| cookie.all(known).any(|attribute| heard(attribute).is_ok());
    let same_site = cookie.all(Known::SameSite).rfind(|attribute| heard(attribute).is_ok());
    let mut reasons = Vec::new();
    if let Some(offset) = cookie.control {
        let byte = cookie.line.get(offset).copied().unwrap_or_default();
        reasons.push(Reason::ControlCharacter { offset, byte });
    }
    if cookie.pair_bytes() > MAX_PAIR {
        reasons.push(Reason::PairTooLong { bytes: cookie.pair_bytes() });
    }
    if cookie.pair_bytes() == 0 {
        reasons.push(Reason::Empty);
    }
    let (domain, host_only) = domain_for(domain(cookie), setting, &mut reasons);
    let (path, has_path) = path(cookie, setting);
    let effective = Effective {
        name: cookie.name.bytes.to_vec(),
        domain,
        host_only,
        path,
        secure: has(Known::Secure),
        http_only: has(Known::HttpOnly),
        same_site: same_site.map_or(SameSite::Default, |attribute| SameSite::of(attribute.value.bytes)),
        partitioned: has(Known::Partitioned),
        lifetime: lifetime(cookie, setting.now),
    };
    if effective.secure && !setting.secure {
        reasons.push(Reason::SecureOverHttp);
    }
    if effective.same_site == SameSite::None && !effective.secure {
        reasons.push(Reason::NoneWithoutSecure);
    }
    prefixes(cookie, &effective, has_path, &mut reasons);
    let outcome = match &*reasons {
        [] => Outcome::Stored,
        [Reason::SecureOverHttp] if is_loopback(setting.host) => Outcome::Differs,
        _ => Outcome::Dropped,
    };
    Decision { outcome, reasons, effective, standings: standings(cookie) }
}

/// Steps 8 to 10: the domain that counts, and whether it is the host alone.
fn domain_for(named: String, setting: &Setting<'_>, reasons: &mut Vec<Reason>) -> (String, bool) {
    let host = setting.host;
    if !named.is_ascii() {
        reasons.push(Reason::DomainNotAscii);
    } else if named.is_empty() || (named == host && is_public_suffix(&named)) {
        return (host.to_owned(), true);
    } else if !is_address(host) && is_public_suffix(&named) {
        reasons.push(Reason::PublicSuffix { domain: named.clone() });
    } else if !domain_matches(host, &named) {
        reasons.push(Reason::DomainMismatch { domain: named.clone(), host: host.to_owned() });
    }
    (named, false)
}

/// Steps 20 to 22.
fn prefixes(cookie: &SetCookie<'_>, effective: &Effective, has_path: bool, reasons: &mut Vec<Reason>) {
    match prefix(cookie.name.bytes) {
        Some("__Secure-") if !effective.secure => reasons.push(Reason::SecurePrefixWithoutSecure),
        Some("__Host-") => {
            if !effective.secure {
                reasons.push(Reason::HostPrefixWithoutSecure);
            }
            if !effective.host_only {
                reasons.push(Reason::HostPrefixWithDomain { domain: effective.domain.clone() });
            }
            if !has_path || effective.path != "/" {
                reasons.push(Reason::HostPrefixWithoutExplicitPath);
            }
        }
        _ => {}
    }
    if cookie.name.bytes.is_empty()
        && let Some(prefix) = prefix(cookie.value.bytes)
    {
        reasons.push(Reason::NamelessPrefix { prefix });
    }
}

impl Effective {
    /// The line deletes a cookie instead of setting one.
    pub fn is_deletion(&self) -> bool {
        self.lifetime == Lifetime::Over
    }

    /// Two lines are about one cookie when these agree (§5.7 step 23).
    pub fn key(&self) -> super::cookie_store::Key {
        (self.name.clone(), self.domain.clone(), self.host_only, self.path.clone())
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => f.write_str("session"),
            Self::Seconds { kept, .. } => write!(f, "{}", Span::seconds(kept.unsigned_abs())),
            Self::Over => f.write_str("deletes"),
        }
    }
}

#[cfg(test)]
mod tests;
