//! oauth2-proxy: its `.cfg` file, and its environment.

use super::Format;
use crate::product_config::field::{Absent, Field, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "oauth2-proxy pkg/apis/options/cookie.go at 14af2951e562";

// Without a refresh the session is not looked at again until the cookie ends.
const FILE: &[Field] = &[
    field("cookie_secure", Role::CookieSecure, Grammar::Switch, Absent::Means("true"), SOURCE),
    field("cookie_httponly", Role::CookieHttpOnly, Grammar::Switch, Absent::Means("true"), SOURCE),
    field("cookie_samesite", Role::CookieSameSite, Grammar::Text, Absent::Means(""), SOURCE),
    field("cookie_expire", Role::SessionLifetime, Grammar::Go, Absent::Means("168h"), SOURCE),
    field("cookie_refresh", Role::SessionRecheck, Grammar::GoZeroForever, Absent::Forever, SOURCE),
    field("cookie_secret", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("client_secret", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("redirect_url", Role::RedirectUri, Grammar::Text, Absent::Unjudged, SOURCE),
];

const ENVIRONMENT: &[Field] = &[
    field("OAUTH2_PROXY_COOKIE_SECURE", Role::CookieSecure, Grammar::Switch, Absent::Means("true"), SOURCE),
    field("OAUTH2_PROXY_COOKIE_HTTPONLY", Role::CookieHttpOnly, Grammar::Switch, Absent::Means("true"), SOURCE),
    field("OAUTH2_PROXY_COOKIE_SAMESITE", Role::CookieSameSite, Grammar::Text, Absent::Means(""), SOURCE),
    field("OAUTH2_PROXY_COOKIE_EXPIRE", Role::SessionLifetime, Grammar::Go, Absent::Means("168h"), SOURCE),
    field("OAUTH2_PROXY_COOKIE_REFRESH", Role::SessionRecheck, Grammar::GoZeroForever, Absent::Forever, SOURCE),
    field("OAUTH2_PROXY_COOKIE_SECRET", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("OAUTH2_PROXY_CLIENT_SECRET", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("OAUTH2_PROXY_REDIRECT_URL", Role::RedirectUri, Grammar::Text, Absent::Unjudged, SOURCE),
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
        (count >= 2).then_some("two keys of oauth2-proxy or more")
    },
    read: |document| {
        let mut group = Group::default();
        group.fill(&document.spot(), if document.environment { ENVIRONMENT } else { FILE });
        vec![group]
    },
    tables: &[("", FILE), ("environment", ENVIRONMENT)],
};
