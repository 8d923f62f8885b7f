//! Rules about the syntax and the size of a `Set-Cookie` line.

use super::CookieSubject;
use crate::cookie::set_cookie::{KnownAttribute, MAX_ATTRIBUTE};
use crate::cookie::storage::CookieRejection;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

/// 1,025 characters.
macro_rules! kilobyte {
    () => {
        concat!(kilobyte!(part), kilobyte!(part), kilobyte!(part), kilobyte!(part), "x")
    };
    (part) => {
        concat!(
            "dark-and-light-and-solarised-and-high-contrast-and-what-not-0001",
            "dark-and-light-and-solarised-and-high-contrast-and-what-not-0002",
            "dark-and-light-and-solarised-and-high-contrast-and-what-not-0003",
            "dark-and-light-and-solarised-and-high-contrast-and-what-not-0004",
        )
    };
}

pub(super) const COOKIE_ATTR_CONFLICT: Rule<CookieSubject> = Rule {
    id: "cookie-attr-conflict",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §4.1.1",
    why: "Servers must not send an attribute twice; browsers use the last one, but parsers disagree.",
    fix: "write every attribute once",
    bad: "theme=dark; Path=/; Path=/shop",
    good: "theme=dark; Path=/; Secure",
    check: |cookie, report| {
        for (name, known) in KnownAttribute::ALL {
            let count = cookie.cookie.line.all(known).count();
            if count > 1 {
                let (pointer, at) = cookie.at(known);
                report
                    .report_at_offset(&pointer, at, || format!("{} has attribute {name} {count} times", cookie.name()));
            }
        }
    },
};

pub(super) const COOKIE_ATTR_TOO_LONG: Rule<CookieSubject> = Rule {
    id: "cookie-attr-too-long",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6, attributes, step 6",
    why: "Browsers ignore an attribute with a value of more than 1,024 bytes.",
    fix: "shorten the value",
    bad: concat!("theme=dark; Path=/", kilobyte!()),
    good: "theme=dark; Path=/",
    check: |cookie, report| {
        for long in cookie.cookie.line.attributes.iter().filter(|one| one.is_too_long()) {
            let name = long.known.map_or_else(|| "an attribute", KnownAttribute::name);
            report.report_at_offset(&cookie.pointer(), long.name.offset, || {
                format!(
                    "{name} of {} has {} bytes, at most {MAX_ATTRIBUTE} allowed",
                    cookie.name(),
                    long.value.bytes.len()
                )
            });
        }
    },
};

pub(super) const COOKIE_CONTROL_CHARS: Rule<CookieSubject> = Rule {
    id: "cookie-control-chars",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6 step 1, §5.7 step 3",
    why: "Browsers reject the whole line, so the cookie is never set. If the character comes from user input, it may \
          be a header injection attempt.",
    fix: "encode values before writing them into a cookie",
    bad: "theme=\u{1}dark",
    good: "theme=dark",
    check: |cookie, report| {
        let is = |reason: &&CookieRejection| matches!(reason, CookieRejection::ControlCharacter { .. });
        if let (Some(at), Some(why)) = (cookie.cookie.line.control, cookie.cookie.decision.reasons.iter().find(is)) {
            report.report_at_offset(&cookie.pointer(), at, || format!("a cookie is rejected by browsers: {why}"));
        }
    },
};

pub(super) const COOKIE_DUPLICATE: Rule<CookieSubject> = Rule {
    id: "cookie-duplicate",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §4.1.1",
    why: "Servers must not set a cookie twice in one response: the last line wins, and caches and proxies may reorder \
          them.",
    fix: "set each cookie once",
    bad: "GET https://a.example/ 200 | Set-Cookie: theme=dark | Set-Cookie: theme=light",
    good: "GET https://a.example/ 200 | Set-Cookie: theme=; Path=/old; Max-Age=0 | Set-Cookie: theme=dark; Path=/",
    check: |cookie, report| {
        if cookie.cookie.again {
            let at = cookie.cookie.line.name.offset;
            report.report_at_offset(&cookie.pointer(), at, || {
                format!("the response sets {} more than once", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_FOLDED: Rule<CookieSubject> = Rule {
    id: "cookie-folded",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §3",
    why: "Set-Cookie fields must not be joined with commas: browsers treat the second cookie as part of the first.",
    fix: "send one Set-Cookie field per cookie, and check for a proxy that joins them",
    bad: "theme=dark; Path=/, lang=en; Path=/",
    good: "theme=dark; Expires=Wed, 09 Jun 2026 10:18:14 GMT",
    check: |cookie, report| {
        if let Some(at) = cookie.cookie.line.fold() {
            report.report_at_offset(&cookie.pointer(), at, || {
                format!("a comma appears to start another cookie, which browsers treat as part of {}", cookie.name())
            });
        }
    },
};

pub(super) const COOKIE_NAMELESS: Rule<CookieSubject> = Rule {
    id: "cookie-nameless",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 6265bis §4.1.1, §5.6 step 3, §5.7 step 2",
    why: "Servers must not set cookies without a name; some software drops them, and some uses the value as the name.",
    fix: "send NAME=VALUE",
    bad: "Secure; HttpOnly",
    good: "theme=dark; Secure",
    check: |cookie, report| {
        let line = &cookie.cookie.line;
        if line.name.bytes.is_empty() {
            let message = || match line.value.bytes.is_empty() {
                true => "the line has neither a name nor a value: browsers reject it".to_owned(),
                false => {
                    "the line has no name: browsers use everything before the first semicolon as the value".to_owned()
                }
            };
            report.report_at_offset(&cookie.pointer(), line.value.offset, message);
        }
    },
};

pub(super) const COOKIE_TOO_LARGE: Rule<CookieSubject> = Rule {
    id: "cookie-too-large",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6 step 5, §5.7 step 4; OWASP ASVS 5.0 3.3.5 (level 3)",
    why: "Browsers silently reject a cookie whose name and value exceed the limit.",
    fix: "keep the data on the server, with only its id in the cookie",
    bad: concat!("theme=", kilobyte!(), kilobyte!(), kilobyte!(), kilobyte!()),
    good: "theme=dark",
    check: |cookie, report| {
        let is = |reason: &&CookieRejection| matches!(reason, CookieRejection::PairTooLong { .. });
        if let Some(why) = cookie.cookie.decision.reasons.iter().find(is) {
            let at = cookie.cookie.line.name.offset;
            report.report_at_offset(&cookie.pointer(), at, || {
                format!("{} is rejected by browsers: {why}", cookie.name())
            });
        }
    },
};
