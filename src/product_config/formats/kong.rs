//! Kong declarative configuration: the plugins jwt, session and oauth2, and the secrets of consumers.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};

const JWT_SOURCE: &str = "Kong/kong kong/plugins/jwt/schema.lua";
const SESSION_SOURCE: &str = "Kong/kong kong/plugins/session/schema.lua";
const OAUTH2_SOURCE: &str = "Kong/kong kong/plugins/oauth2/schema.lua";

const JWT: &[FieldSpec] = &[
    field(
        "config/maximum_expiration",
        SettingRole::VerifierMaxLifetime,
        Grammar::SecondsOrForever,
        AbsentMeaning::Default("0"),
        JWT_SOURCE,
    ),
    field("config/uri_param_names", SettingRole::TokenInUrl, Grammar::Texts, AbsentMeaning::Default("jwt"), JWT_SOURCE),
];

const JWT_ALSO: &[FieldSpec] = &[
    field(
        "config/claims_to_verify",
        SettingRole::VerifiesExpiry,
        Grammar::Texts,
        AbsentMeaning::Default(""),
        JWT_SOURCE,
    ),
    field("config/anonymous", SettingRole::AllowsMissing, Grammar::Text, AbsentMeaning::Default(""), JWT_SOURCE),
];

const SESSION: &[FieldSpec] = &[
    field(
        "config/idling_timeout",
        SettingRole::SessionIdle,
        Grammar::SecondsOrForever,
        AbsentMeaning::Default("900"),
        SESSION_SOURCE,
    ),
    field(
        "config/absolute_timeout",
        SettingRole::SessionLifetime,
        Grammar::SecondsOrForever,
        AbsentMeaning::Default("86400"),
        SESSION_SOURCE,
    ),
    field(
        "config/cookie_same_site",
        SettingRole::CookieSameSite,
        Grammar::Text,
        AbsentMeaning::Default("Strict"),
        SESSION_SOURCE,
    ),
    field(
        "config/cookie_secure",
        SettingRole::CookieSecure,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SESSION_SOURCE,
    ),
    field(
        "config/cookie_http_only",
        SettingRole::CookieHttpOnly,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SESSION_SOURCE,
    ),
    field("config/secret", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SESSION_SOURCE),
];

const SESSION_ALSO: &[FieldSpec] = &[field(
    "config/remember_absolute_timeout",
    SettingRole::RememberMeLifetime,
    Grammar::SecondsOrForever,
    AbsentMeaning::Unjudged,
    SESSION_SOURCE,
)];

const OAUTH2: &[FieldSpec] = &[
    field(
        "config/token_expiration",
        SettingRole::AccessTokenLifetime,
        Grammar::SecondsOrForever,
        AbsentMeaning::Default("7200"),
        OAUTH2_SOURCE,
    ),
    field(
        "config/refresh_token_ttl",
        SettingRole::RefreshLifetime,
        Grammar::SecondsOrForever,
        AbsentMeaning::Default("1209600"),
        OAUTH2_SOURCE,
    ),
    field(
        "config/enable_implicit_grant",
        SettingRole::GrantImplicit,
        Grammar::Switch,
        AbsentMeaning::Default("false"),
        OAUTH2_SOURCE,
    ),
    field(
        "config/enable_password_grant",
        SettingRole::GrantPassword,
        Grammar::Switch,
        AbsentMeaning::Default("false"),
        OAUTH2_SOURCE,
    ),
    field("config/provision_key", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, OAUTH2_SOURCE),
];

const OAUTH2_ALSO: &[FieldSpec] = &[
    field(
        "config/reuse_refresh_token",
        SettingRole::RefreshRotation,
        Grammar::Switch,
        AbsentMeaning::Default("false"),
        OAUTH2_SOURCE,
    ),
    field("config/pkce", SettingRole::Pkce, Grammar::Text, AbsentMeaning::Default("lax"), OAUTH2_SOURCE),
];

const CREDENTIAL: &[FieldSpec] = &[field(
    "secret",
    SettingRole::SigningSecret,
    Grammar::Secret,
    AbsentMeaning::Unjudged,
    "Kong/kong kong/plugins/jwt/daos.lua",
)];

pub(super) static FORMAT: Format = Format {
    name: "kong",
    product: "Kong Gateway",
    version: "schema.lua of its plugins",
    about: "declarative configuration (_format_version)",
    syntaxes: &[Syntax::Yaml, Syntax::Json],
    marks: &["_format_version"],
    detect: |document| document.root.has("_format_version").then_some("_format_version"),
    read,
    tables: &[
        ("/plugins/* named jwt", JWT),
        ("/plugins/* named jwt", JWT_ALSO),
        ("/plugins/* named session", SESSION),
        ("/plugins/* named session", SESSION_ALSO),
        ("/plugins/* named oauth2", OAUTH2),
        ("/plugins/* named oauth2", OAUTH2_ALSO),
        ("/jwt_secrets/*", CREDENTIAL),
    ],
};

fn read(document: &Document) -> Vec<SettingGroup> {
    let mut groups = Vec::new();
    within(&document.spot(), "", 0, &mut groups);
    groups
}

/// Plugins may be at the top level, in services and their routes, in routes and in consumers.
fn within(spot: &NodeRef<'_>, owner: &str, depth: usize, groups: &mut Vec<SettingGroup>) {
    for plugin in list(spot, "plugins") {
        let off = plugin.node.get("enabled").is_some_and(|node| node.value == NodeValue::Switch(false));
        let name = plugin.node.get("name").and_then(Node::text).unwrap_or_default();
        if !off {
            groups.extend(self::plugin(&plugin, name, owner));
        }
    }
    for secret in list(spot, "jwt_secrets") {
        let mut group = SettingGroup::named(format!("jwt_secrets{owner}"));
        group.fill(&secret, CREDENTIAL);
        groups.push(group);
    }
    if depth < 3 {
        for (key, called) in [("services", "service"), ("routes", "route"), ("consumers", "consumer")] {
            for inner in list(spot, key) {
                let name = ["name", "username", "custom_id"].iter().find_map(|key| inner.node.get(key)?.text());
                let owner = format!(" of {called} \"{}\"", name.unwrap_or("?"));
                within(&inner, &owner, depth.saturating_add(1), groups);
            }
        }
    }
}

fn list<'n>(spot: &NodeRef<'n>, key: &str) -> Vec<NodeRef<'n>> {
    spot.child(key).map(|list| list.items()).unwrap_or_default()
}

fn plugin(spot: &NodeRef<'_>, name: &str, owner: &str) -> Option<SettingGroup> {
    let mut group = SettingGroup::named(format!("plugin {name}{owner}"));
    match name {
        "jwt" => {
            group.tokens = TokenFormat::Jwt;
            group.fill(spot, JWT);
            claims(&mut group, spot);
            if let Some(anonymous) = spot.at("config/anonymous") {
                let value = match Grammar::Text.read(anonymous.node) {
                    SettingValue::Text(text) => SettingValue::Switch(!text.is_empty()),
                    other => other,
                };
                group.set(SettingRole::AllowsMissing, value, &anonymous, "anonymous");
            }
        }
        "session" => {
            group.fill(spot, SESSION);
            if spot.node.at("config/remember").is_some_and(|node| node.value == NodeValue::Switch(true)) {
                group.fill(spot, SESSION_ALSO);
            }
        }
        "oauth2" => {
            // Kong looks up its tokens in its database.
            group.tokens = TokenFormat::Opaque;
            group.fill(spot, OAUTH2);
            reuse(&mut group, spot);
            pkce(&mut group, spot);
        }
        _ => return None,
    }
    Some(group)
}

/// Only listed claims are verified: `jwt_parser.lua` treats an absent list as empty.
fn claims(group: &mut SettingGroup, spot: &NodeRef<'_>) {
    let key = "claims_to_verify";
    let Some(found) = spot.at("config/claims_to_verify") else {
        group.assume(SettingRole::VerifiesExpiry, SettingValue::Switch(false), spot, key);
        return;
    };
    let value = match Grammar::Texts.read(found.node) {
        SettingValue::Text(text) => SettingValue::Switch(text.split(',').any(|claim| claim == "exp")),
        other => other,
    };
    group.set(SettingRole::VerifiesExpiry, value, &found, key);
    for claim in found.items() {
        if claim.node.text().is_some_and(|claim| !["exp", "nbf"].contains(&claim)) {
            group.set(SettingRole::UnknownClaim, Grammar::Text.read(claim.node), &claim, key);
        }
    }
}

fn reuse(group: &mut SettingGroup, spot: &NodeRef<'_>) {
    let key = "reuse_refresh_token";
    match spot.at("config/reuse_refresh_token") {
        Some(found) => {
            let value = match Grammar::Switch.read(found.node) {
                SettingValue::Switch(on) => SettingValue::Switch(!on),
                other => other,
            };
            group.set(SettingRole::RefreshRotation, value, &found, key);
        }
        None => group.assume(SettingRole::RefreshRotation, SettingValue::Switch(true), spot, key),
    }
}

/// `lax` checks a challenge only when the client sends one.
fn pkce(group: &mut SettingGroup, spot: &NodeRef<'_>) {
    match spot.at("config/pkce") {
        Some(found) => {
            let value = match Grammar::Text.read(found.node) {
                SettingValue::Text(text) if text == "strict" => SettingValue::Text("S256".to_owned()),
                SettingValue::Text(_) => SettingValue::Text(String::new()),
                other => other,
            };
            group.set(SettingRole::Pkce, value, &found, "pkce");
        }
        None => group.assume(SettingRole::Pkce, SettingValue::Text(String::new()), spot, "pkce"),
    }
}
