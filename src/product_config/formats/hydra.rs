//! Ory Hydra, the OAuth 2.0 and OpenID Connect server.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, Spot, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat, Value};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, Tree};

const SOURCE: &str = "ory/hydra spec/config.json at 83127c5752d9";

const TOP: &[Field] = &[
    field("ttl/access_token", Role::AccessTokenLifetime, Grammar::Go, Absent::Means("1h"), SOURCE),
    field("ttl/id_token", Role::IdTokenLifetime, Grammar::Go, Absent::Means("1h"), SOURCE),
    field("ttl/refresh_token", Role::RefreshLifetime, Grammar::GoOrForever, Absent::Means("720h"), SOURCE),
    field("ttl/auth_code", Role::CodeLifetime, Grammar::Go, Absent::Means("10m"), SOURCE),
    field("ttl/authentication_session", Role::SessionLifetime, Grammar::Go, Absent::Means("720h"), SOURCE),
    field("serve/cookies/secure", Role::CookieSecure, Grammar::Switch, Absent::Unjudged, SOURCE),
    field("serve/cookies/same_site_mode", Role::CookieSameSite, Grammar::Text, Absent::Unjudged, SOURCE),
];

const ALSO: &[Field] = &[
    field(
        "oauth2/grant/refresh_token/rotation_grace_period",
        Role::RefreshReuseWindow,
        Grammar::Go,
        Absent::Means("0s"),
        SOURCE,
    ),
    field(
        "oauth2/refresh_token_rotation/grace_period",
        Role::RefreshReuseWindow,
        Grammar::Go,
        Absent::Unjudged,
        SOURCE,
    ),
    field("oauth2/pkce/enforced", Role::Pkce, Grammar::Switch, Absent::Means("false"), SOURCE),
    field("oauth2/pkce/enforced_for_public_clients", Role::Pkce, Grammar::Switch, Absent::Means("false"), SOURCE),
    field("secrets/system", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("secrets/cookie", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
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

fn read(document: &Document) -> Vec<Group> {
    let top = document.spot();
    let tokens = match top.node.at("strategies/access_token").and_then(Node::text) {
        Some("jwt") => TokenFormat::Jwt,
        _ => TokenFormat::Opaque,
    };
    let mut group = Group { tokens, ..Group::default() };
    group.fill(&top, TOP);
    grace(&mut group, &top);
    pkce(&mut group, &top);
    for list in ["secrets/system", "secrets/cookie"] {
        for secret in top.at(list).map(|list| list.items()).unwrap_or_default() {
            group.set(Role::OtherSecret, Grammar::Secret.read(secret.node), &secret, list);
        }
    }
    vec![group]
}

/// Hydra always rotates; a grace period is how long the old token still works.
fn grace(group: &mut Group, top: &Spot<'_>) {
    for path in ["oauth2/grant/refresh_token/rotation_grace_period", "oauth2/refresh_token_rotation/grace_period"] {
        if let Some(found) = top.at(path) {
            group.add(Role::RefreshReuseWindow, Grammar::Go, &found, path);
        }
    }
}

/// PKCE counts for public clients when either switch is on.
fn pkce(group: &mut Group, top: &Spot<'_>) {
    let switches = ["oauth2/pkce/enforced_for_public_clients", "oauth2/pkce/enforced"];
    let found: Vec<Spot<'_>> = switches.iter().filter_map(|path| top.at(path)).collect();
    if found.iter().any(|spot| Grammar::Switch.read(spot.node) == Value::Unresolved) {
        return;
    }
    if found.iter().any(|spot| spot.node.value == Tree::Switch(true)) {
        return;
    }
    match found.first() {
        Some(off) => group.set(Role::Pkce, Value::Text(String::new()), off, "oauth2.pkce"),
        None => group.assume(Role::Pkce, Value::Text(String::new()), top, "oauth2.pkce.enforced"),
    }
}
