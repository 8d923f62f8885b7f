//! Cookie classes, derived from cookie names. The patterns are data; patterns from the settings take precedence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The purpose of a cookie. Unrecognised names are `other`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CookieClass {
    /// Analytics and bot protection: set by third-party services, outside the site owner's control.
    Analytics,
    /// Load balancer affinity.
    Affinity,
    /// A CSRF token, which scripts must be able to read.
    Csrf,
    /// Remember-me: logs the user in again after the session has ended.
    Remember,
    /// Identifies a session or carries a token of the user.
    Session,
    /// Matches no pattern.
    Other,
}

impl CookieClass {
    /// All classes, in the order in which their built-in patterns are tried; `Other` has none.
    pub const ALL: [Self; 6] =
        [Self::Csrf, Self::Affinity, Self::Analytics, Self::Remember, Self::Session, Self::Other];

    /// The name in JSON and in the config file, in lower case: `session`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analytics => "analytics",
            Self::Affinity => "affinity",
            Self::Csrf => "csrf",
            Self::Remember => "remember",
            Self::Session => "session",
            Self::Other => "other",
        }
    }

    /// The class with this name, case-sensitive; `None` if it is unknown.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Authenticates its bearer as the user.
    pub const fn is_credential(self) -> bool {
        matches!(self, Self::Remember | Self::Session)
    }
}

/// Patterns in lower case, `*` matches any text, tried in order: `csrf_session` is not a session cookie. The lists come
/// from scanners and from framework defaults (practice).
const BUILT_IN: &[(CookieClass, &[&str])] = &[
    (CookieClass::Csrf, &["*csrf*", "*xsrf*", "*antiforgery*", "__requestverificationtoken*"]),
    (
        CookieClass::Affinity,
        &[
            "awsalb*",
            "awselb*",
            "arraffinity*",
            "heroku-session-affinity",
            "__cflb",
            "bigipserver*",
            "nsc_*",
            "route",
            "serverid",
            "*session-affinity*",
        ],
    ),
    (
        CookieClass::Analytics,
        &[
            "_ga",
            "_ga_*",
            "_gid",
            "_gat*",
            "__utm*",
            "_fbp",
            "_gcl_*",
            "ai_session",
            "ai_user",
            "_hj*",
            "__cf_bm",
            "cf_clearance",
            "_pk_id*",
            "_pk_ses*",
        ],
    ),
    (CookieClass::Remember, &["remember*", "*_remember*", "*-remember*", "rememberme*"]),
    (
        CookieClass::Session,
        &[
            "phpsessid",
            "jsessionid*",
            "asp.net_sessionid",
            "aspsessionid*",
            ".aspnetcore.session*",
            ".aspnetcore.cookies*",
            ".aspxauth",
            "cfid",
            "cftoken",
            "connect.sid",
            "rack.session",
            "laravel_session",
            "sessionid",
            "session",
            "sid",
            "sess*",
            "*_session",
            "*-session",
            "*session_id*",
            "*sessid*",
            "*sessionid*",
            "*session-token*",
            "zenid",
            "sso",
            "auth_token",
            "access_token",
            "refresh_token",
            "id_token",
        ],
    ),
];

/// User-supplied patterns, tried before the built-in ones.
#[derive(Clone, Default, Debug)]
pub struct CookieClassifier {
    own: Vec<(String, CookieClass)>,
}

impl CookieClassifier {
    /// Adds a pattern for `class`; patterns added earlier win.
    pub fn add(&mut self, pattern: &str, class: CookieClass) {
        self.own.push((pattern.to_ascii_lowercase(), class));
    }

    /// The class of a cookie with this name; a `__Host-` or `__Secure-` prefix is ignored.
    pub fn class(&self, name: &str) -> CookieClass {
        let lower = name.to_ascii_lowercase();
        let bare = ["__host-", "__secure-", "__host-http-", "__http-"]
            .iter()
            .fold(lower.as_str(), |name, prefix| name.strip_prefix(prefix).unwrap_or(name));
        let own = self.own.iter().find(|(pattern, _)| matches(pattern, &lower) || matches(pattern, bare));
        let built_in = || {
            let is = |(_, patterns): &&(CookieClass, &[&str])| patterns.iter().any(|pattern| matches(pattern, bare));
            BUILT_IN.iter().find(is).map(|(class, _)| *class)
        };
        own.map(|(_, class)| *class).or_else(built_in).unwrap_or(CookieClass::Other)
    }
}

/// Whether `name` matches `pattern`, where each `*` matches any text. Linear except for the stars.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    // Without a star, the pattern must consume the whole name.
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at.saturating_add(part.len())..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_name_selects_its_class() {
        let names = CookieClassifier::default();
        for (name, class) in [
            ("PHPSESSID", CookieClass::Session),
            ("__Host-sid", CookieClass::Session),
            ("connect.sid", CookieClass::Session),
            ("ASPSESSIONIDABC", CookieClass::Session),
            ("my_app_session", CookieClass::Session),
            ("heroku-session-affinity", CookieClass::Affinity),
            ("ai_session", CookieClass::Analytics),
            ("csrf_session", CookieClass::Csrf),
            ("XSRF-TOKEN", CookieClass::Csrf),
            ("remember_me", CookieClass::Remember),
            ("_ga", CookieClass::Analytics),
            ("theme", CookieClass::Other),
            ("aside", CookieClass::Other),
            ("", CookieClass::Other),
        ] {
            assert_eq!(names.class(name), class, "{name}");
        }
    }

    #[test]
    fn user_pattern_precedes_builtin_patterns() {
        let mut names = CookieClassifier::default();
        names.add("MyApp-*", CookieClass::Session);
        names.add("sess_theme", CookieClass::Other);
        assert_eq!((names.class("myapp-x"), names.class("SESS_THEME")), (CookieClass::Session, CookieClass::Other));
    }

    #[test]
    fn star_in_pattern_matches_any_text() {
        for (pattern, name, is) in [
            ("a*b*c", "axbxc", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(pattern, name), is, "{pattern} {name}");
        }
    }
}
