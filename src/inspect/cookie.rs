//! Description of a `Set-Cookie` line, attribute by attribute, and whether a browser would store it.

use crate::cookie::description::{self, CookieDescription};
use crate::cookie::set_cookie::{KnownAttribute, SetCookie};
use crate::cookie::storage::{StorageContext, decide};
use crate::http::host::is_public_suffix;
use crate::time::UnixTime;

/// Describes the line and the browser's decision in one line each, and returns the cookie's value, which may be a
/// token. The origin of a single line is unknown: it is taken as received over https, for `/`, from the host in its
/// Domain attribute.
pub fn describe(line: &[u8], now: UnixTime) -> (CookieDescription, String, String) {
    let line =
        line.iter().position(|byte| *byte == b':').and_then(|at| line.get(at.saturating_add(1)..)).unwrap_or(line);
    let cookie = SetCookie::parse(line);
    let named =
        cookie.last(KnownAttribute::Domain).map(|domain| domain.value.text().to_ascii_lowercase()).unwrap_or_default();
    let named = named.strip_prefix('.').unwrap_or(&named);
    // A host below the suffix, so that a Domain that is a public suffix is rejected and not taken as the host itself.
    let host = if is_public_suffix(named) { format!("host.{named}") } else { named.to_owned() };
    let host = if host.is_empty() { "host.invalid" } else { &host };
    let decision = decide(&cookie, &StorageContext { secure: true, host, path: "/", now });
    (description::describe(&cookie, &decision), description::verdict(&decision), cookie.value.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_769_860_800);

    #[test]
    fn cookie_attributes_are_split() {
        let (cookie, verdict, value) = describe(b"Set-Cookie: id=a=b; Secure; SameSite=Lax;; X", NOW);
        assert_eq!((cookie.name.as_str(), value.as_str(), verdict.as_str()), ("id", "a=b", "stored"));
        let names: Vec<_> =
            cookie.attributes.iter().map(|a| (a.name.as_str(), a.value.as_deref(), a.meaning.is_some())).collect();
        assert_eq!(names, [("Secure", None, true), ("SameSite", Some("Lax"), true), ("X", None, false)]);
    }

    #[test]
    fn storage_decision_is_described() {
        let verdict = |line: &str| describe(line.as_bytes(), NOW).1;
        assert_eq!(
            verdict("Set-Cookie: a=1; SameSite=None"),
            "dropped: SameSite=None without Secure (6265bis §5.7 step 19)"
        );
        assert_eq!(
            verdict("Set-Cookie: a=1; Domain=co.uk"),
            "dropped: Domain=co.uk is a public suffix (6265bis §5.7 step 9)"
        );
        assert_eq!(verdict("Set-Cookie: a=; Max-Age=0"), "deletes the cookie");
        assert_eq!(verdict("Set-Cookie: a=1; Domain=example.com; Secure"), "stored");
    }
}
