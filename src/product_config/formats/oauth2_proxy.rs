//! oauth2-proxy: its `.cfg` file and its environment variables.

use super::Format;
use crate::product_config::field::{AbsentMeaning, FieldSpec, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "oauth2-proxy pkg/apis/options/cookie.go at 14af2951e562";

// Without a refresh, the session is not checked again until the cookie expires.
const FILE: &[FieldSpec] = &[
    field("cookie_secure", SettingRole::CookieSecure, Grammar::Switch, AbsentMeaning::Default("true"), SOURCE),
    field("cookie_httponly", SettingRole::CookieHttpOnly, Grammar::Switch, AbsentMeaning::Default("true"), SOURCE),
    field("cookie_samesite", SettingRole::CookieSameSite, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
    field("cookie_expire", SettingRole::SessionLifetime, Grammar::Go, AbsentMeaning::Default("168h"), SOURCE),
    field("cookie_refresh", SettingRole::SessionRecheck, Grammar::GoZeroForever, AbsentMeaning::Forever, SOURCE),
    field("cookie_secret", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("client_secret", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("redirect_url", SettingRole::RedirectUri, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
];

const ENVIRONMENT: &[FieldSpec] = &[
    field(
        "OAUTH2_PROXY_COOKIE_SECURE",
        SettingRole::CookieSecure,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SOURCE,
    ),
    field(
        "OAUTH2_PROXY_COOKIE_HTTPONLY",
        SettingRole::CookieHttpOnly,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SOURCE,
    ),
    field(
        "OAUTH2_PROXY_COOKIE_SAMESITE",
        SettingRole::CookieSameSite,
        Grammar::Text,
        AbsentMeaning::Default(""),
        SOURCE,
    ),
    field(
        "OAUTH2_PROXY_COOKIE_EXPIRE",
        SettingRole::SessionLifetime,
        Grammar::Go,
        AbsentMeaning::Default("168h"),
        SOURCE,
    ),
    field(
        "OAUTH2_PROXY_COOKIE_REFRESH",
        SettingRole::SessionRecheck,
        Grammar::GoZeroForever,
        AbsentMeaning::Forever,
        SOURCE,
    ),
    field("OAUTH2_PROXY_COOKIE_SECRET", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("OAUTH2_PROXY_CLIENT_SECRET", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("OAUTH2_PROXY_REDIRECT_URL", SettingRole::RedirectUri, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "oauth2-proxy",
    product: "oauth2-proxy",
    version: "14af2951e562",
    about: "oauth2-proxy.cfg; OAUTH2_PROXY_* in dotenv and compose files",
    syntaxes: &[Syntax::Toml, Syntax::Dotenv, Syntax::Yaml],
    marks: &["cookie_se", "upstreams", "email_domains", "OAUTH2_PROXY_"],
    detect: |document| {
        let root = &document.root;
        if document.environment {
            let own = root.entries().iter().any(|entry| entry.key.starts_with("OAUTH2_PROXY_"));
            return own.then_some("OAUTH2_PROXY_*");
        }
        let known = [
            "client_secret",
            "cookie_expire",
            "cookie_httponly",
            "cookie_samesite",
            "cookie_secret",
            "cookie_secure",
            "email_domains",
            "upstreams",
        ];
        let count = known.iter().filter(|key| root.has(key)).count();
        (count >= 2).then_some("at least two keys of oauth2-proxy")
    },
    read: |document| {
        let mut group = SettingGroup::default();
        group.fill(&document.spot(), if document.environment { ENVIRONMENT } else { FILE });
        vec![group]
    },
    tables: &[("", FILE), ("environment", ENVIRONMENT)],
};
