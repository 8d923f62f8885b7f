//! Ory Hydra, an OAuth 2.0 and OpenID Connect server.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};

const SOURCE: &str = "ory/hydra spec/config.json at 83127c5752d9";

const TOP: &[FieldSpec] = &[
    field("ttl/access_token", SettingRole::AccessTokenLifetime, Grammar::Go, AbsentMeaning::Default("1h"), SOURCE),
    field("ttl/id_token", SettingRole::IdTokenLifetime, Grammar::Go, AbsentMeaning::Default("1h"), SOURCE),
    field(
        "ttl/refresh_token",
        SettingRole::RefreshLifetime,
        Grammar::GoOrForever,
        AbsentMeaning::Default("720h"),
        SOURCE,
    ),
    field("ttl/auth_code", SettingRole::CodeLifetime, Grammar::Go, AbsentMeaning::Default("10m"), SOURCE),
    field(
        "ttl/authentication_session",
        SettingRole::SessionLifetime,
        Grammar::Go,
        AbsentMeaning::Default("720h"),
        SOURCE,
    ),
    field("serve/cookies/secure", SettingRole::CookieSecure, Grammar::Switch, AbsentMeaning::Unjudged, SOURCE),
    field("serve/cookies/same_site_mode", SettingRole::CookieSameSite, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
];

const ALSO: &[FieldSpec] = &[
    field(
        "oauth2/grant/refresh_token/rotation_grace_period",
        SettingRole::RefreshReuseWindow,
        Grammar::Go,
        AbsentMeaning::Default("0s"),
        SOURCE,
    ),
    field(
        "oauth2/refresh_token_rotation/grace_period",
        SettingRole::RefreshReuseWindow,
        Grammar::Go,
        AbsentMeaning::Unjudged,
        SOURCE,
    ),
    field("oauth2/pkce/enforced", SettingRole::Pkce, Grammar::Switch, AbsentMeaning::Default("false"), SOURCE),
    field(
        "oauth2/pkce/enforced_for_public_clients",
        SettingRole::Pkce,
        Grammar::Switch,
        AbsentMeaning::Default("false"),
        SOURCE,
    ),
    field("secrets/system", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("secrets/cookie", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "hydra",
    product: "Ory Hydra",
    version: "83127c5752d9",
    about: "hydra.yml",
    syntaxes: &[Syntax::Yaml, Syntax::Json, Syntax::Toml],
    marks: &["ttl:", "\"ttl\"", "strategies", "urls:", "\"urls\"", "[ttl]", "[urls"],
    detect: |document| {
        let root = &document.root;
        if document.environment {
            return None;
        }
        let ttl = ["access_token", "refresh_token", "id_token", "auth_code", "authentication_session"];
        if root.has("urls/self/issuer") || root.has("urls/login") && root.has("urls/consent") {
            return Some("urls of Hydra");
        }
        if root.has("strategies/access_token") {
            return Some("strategies.access_token");
        }
        let known = root.get("ttl").is_some_and(|node| ttl.iter().any(|key| node.has(key)));
        known.then_some("ttl with tokens of Hydra")
    },
    read,
    tables: &[("", TOP), ("", ALSO)],
};

fn read(document: &Document) -> Vec<SettingGroup> {
    let top = document.spot();
    let tokens = match top.node.at("strategies/access_token").and_then(Node::text) {
        Some("jwt") => TokenFormat::Jwt,
        _ => TokenFormat::Opaque,
    };
    let mut group = SettingGroup { tokens, ..SettingGroup::default() };
    group.fill(&top, TOP);
    grace(&mut group, &top);
    pkce(&mut group, &top);
    for list in ["secrets/system", "secrets/cookie"] {
        for secret in top.at(list).map(|list| list.items()).unwrap_or_default() {
            group.set(SettingRole::OtherSecret, Grammar::Secret.read(secret.node), &secret, list);
        }
    }
    vec![group]
}

/// Hydra always rotates; within the grace period the replaced token is still accepted.
fn grace(group: &mut SettingGroup, top: &NodeRef<'_>) {
    for path in ["oauth2/grant/refresh_token/rotation_grace_period", "oauth2/refresh_token_rotation/grace_period"] {
        if let Some(found) = top.at(path) {
            group.add(SettingRole::RefreshReuseWindow, Grammar::Go, &found, path);
        }
    }
}

/// PKCE is required of public clients if either switch is on.
fn pkce(group: &mut SettingGroup, top: &NodeRef<'_>) {
    let switches = ["oauth2/pkce/enforced_for_public_clients", "oauth2/pkce/enforced"];
    let found: Vec<NodeRef<'_>> = switches.iter().filter_map(|path| top.at(path)).collect();
    if found.iter().any(|spot| Grammar::Switch.read(spot.node) == SettingValue::Unresolved) {
        return;
    }
    if found.iter().any(|spot| spot.node.value == NodeValue::Switch(true)) {
        return;
    }
    match found.first() {
        Some(off) => group.set(SettingRole::Pkce, SettingValue::Text(String::new()), off, "oauth2.pkce"),
        None => group.assume(SettingRole::Pkce, SettingValue::Text(String::new()), top, "oauth2.pkce.enforced"),
    }
}
