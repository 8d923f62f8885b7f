//! Kong in declarative configuration: the plugins jwt, session and oauth2, and the secrets of consumers.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, Spot, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat, Value};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, Tree};

const JWT_SOURCE: &str = "Kong/kong kong/plugins/jwt/schema.lua";
const SESSION_SOURCE: &str = "Kong/kong kong/plugins/session/schema.lua";
const OAUTH2_SOURCE: &str = "Kong/kong kong/plugins/oauth2/schema.lua";

const JWT: &[Field] = &[
    field(
        "config/maximum_expiration",
        Role::VerifierMaxLifetime,
        Grammar::SecondsOrForever,
        Absent::Means("0"),
        JWT_SOURCE,
    ),
    field("config/uri_param_names", Role::TokenInUrl, Grammar::Texts, Absent::Means("jwt"), JWT_SOURCE),
];

const JWT_ALSO: &[Field] = &[
    field("config/claims_to_verify", Role::VerifiesExpiry, Grammar::Texts, Absent::Means(""), JWT_SOURCE),
    field("config/anonymous", Role::AllowsMissing, Grammar::Text, Absent::Means(""), JWT_SOURCE),
];

const SESSION: &[Field] = &[
    field("config/idling_timeout", Role::SessionIdle, Grammar::SecondsOrForever, Absent::Means("900"), SESSION_SOURCE),
    field(
        "config/absolute_timeout",
        Role::SessionLifetime,
        Grammar::SecondsOrForever,
        Absent::Means("86400"),
        SESSION_SOURCE,
    ),
    field("config/cookie_same_site", Role::CookieSameSite, Grammar::Text, Absent::Means("Strict"), SESSION_SOURCE),
    field("config/cookie_secure", Role::CookieSecure, Grammar::Switch, Absent::Means("true"), SESSION_SOURCE),
    field("config/cookie_http_only", Role::CookieHttpOnly, Grammar::Switch, Absent::Means("true"), SESSION_SOURCE),
    field("config/secret", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SESSION_SOURCE),
];

const SESSION_ALSO: &[Field] = &[field(
    "config/remember_absolute_timeout",
    Role::RememberMeLifetime,
    Grammar::SecondsOrForever,
    Absent::Unjudged,
    SESSION_SOURCE,
)];

const OAUTH2: &[Field] = &[
    field(
        "config/token_expiration",
        Role::AccessTokenLifetime,
        Grammar::SecondsOrForever,
        Absent::Means("7200"),
        OAUTH2_SOURCE,
    ),
    field(
        "config/refresh_token_ttl",
        Role::RefreshLifetime,
        Grammar::SecondsOrForever,
        Absent::Means("1209600"),
        OAUTH2_SOURCE,
    ),
    field("config/enable_implicit_grant", Role::GrantImplicit, Grammar::Switch, Absent::Means("false"), OAUTH2_SOURCE),
    field("config/enable_password_grant", Role::GrantPassword, Grammar::Switch, Absent::Means("false"), OAUTH2_SOURCE),
    field("config/provision_key", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, OAUTH2_SOURCE),
];

const OAUTH2_ALSO: &[Field] = &[
    field("config/reuse_refresh_token", Role::RefreshRotation, Grammar::Switch, Absent::Means("false"), OAUTH2_SOURCE),
    field("config/pkce", Role::Pkce, Grammar::Text, Absent::Means("lax"), OAUTH2_SOURCE),
];

const CREDENTIAL: &[Field] =
    &[field("secret", Role::SigningSecret, Grammar::Secret, Absent::Unjudged, "Kong/kong kong/plugins/jwt/daos.lua")];

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

fn read(document: &Document) -> Vec<Group> {
    let mut groups = Vec::new();
    within(&document.spot(), "", 0, &mut groups);
    groups
}

/// Plugins stand at the top, in services, in their routes, in routes and in consumers.
fn within(spot: &Spot<'_>, owner: &str, depth: usize, groups: &mut Vec<Group>) {
    for plugin in list(spot, "plugins") {
        let off = plugin.node.get("enabled").is_some_and(|node| node.value == Tree::Switch(false));
        let name = plugin.node.get("name").and_then(Node::text).unwrap_or_default();
        if !off {
            groups.extend(self::plugin(&plugin, name, owner));
        }
    }
    for secret in list(spot, "jwt_secrets") {
        let mut group = Group::named(format!("jwt_secrets{owner}"));
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

fn list<'n>(spot: &Spot<'n>, key: &str) -> Vec<Spot<'n>> {
    spot.child(key).map(|list| list.items()).unwrap_or_default()
}

fn plugin(spot: &Spot<'_>, name: &str, owner: &str) -> Option<Group> {
    let mut group = Group::named(format!("plugin {name}{owner}"));
    match name {
        "jwt" => {
            group.tokens = TokenFormat::Jwt;
            group.fill(spot, JWT);
            claims(&mut group, spot);
            if let Some(anonymous) = spot.at("config/anonymous") {
                let value = match Grammar::Text.read(anonymous.node) {
                    Value::Text(text) => Value::Switch(!text.is_empty()),
                    other => other,
                };
                group.set(Role::AllowsMissing, value, &anonymous, "anonymous");
            }
        }
        "session" => {
            group.fill(spot, SESSION);
            if spot.node.at("config/remember").is_some_and(|node| node.value == Tree::Switch(true)) {
                group.fill(spot, SESSION_ALSO);
            }
        }
        "oauth2" => {
            // Kong looks its tokens up in its database.
            group.tokens = TokenFormat::Opaque;
            group.fill(spot, OAUTH2);
            reuse(&mut group, spot);
            pkce(&mut group, spot);
        }
        _ => return None,
    }
    Some(group)
}

/// Nothing is verified that is not listed: `jwt_parser.lua` takes no list for an empty one.
fn claims(group: &mut Group, spot: &Spot<'_>) {
    let key = "claims_to_verify";
    let Some(found) = spot.at("config/claims_to_verify") else {
        group.assume(Role::VerifiesExpiry, Value::Switch(false), spot, key);
        return;
    };
    let value = match Grammar::Texts.read(found.node) {
        Value::Text(text) => Value::Switch(text.split(',').any(|claim| claim == "exp")),
        other => other,
    };
    group.set(Role::VerifiesExpiry, value, &found, key);
    for claim in found.items() {
        if claim.node.text().is_some_and(|claim| !["exp", "nbf"].contains(&claim)) {
            group.set(Role::UnknownClaim, Grammar::Text.read(claim.node), &claim, key);
        }
    }
}

fn reuse(group: &mut Group, spot: &Spot<'_>) {
    let key = "reuse_refresh_token";
    match spot.at("config/reuse_refresh_token") {
        Some(found) => {
            let value = match Grammar::Switch.read(found.node) {
                Value::Switch(on) => Value::Switch(!on),
                other => other,
            };
            group.set(Role::RefreshRotation, value, &found, key);
        }
        None => group.assume(Role::RefreshRotation, Value::Switch(true), spot, key),
    }
}

/// `lax` checks a challenge only when the client sends one.
fn pkce(group: &mut Group, spot: &Spot<'_>) {
    match spot.at("config/pkce") {
        Some(found) => {
            let value = match Grammar::Text.read(found.node) {
                Value::Text(text) if text == "strict" => Value::Text("S256".to_owned()),
                Value::Text(_) => Value::Text(String::new()),
                other => other,
            };
            group.set(Role::Pkce, value, &found, "pkce");
        }
        None => group.assume(Role::Pkce, Value::Text(String::new()), spot, "pkce"),
    }
}
