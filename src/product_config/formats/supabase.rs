//! `supabase/config.toml` of the Supabase CLI.

use super::Format;
use super::postgrest;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, Spot, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "supabase/cli apps/cli-go/pkg/config/templates/config.toml at 1d1e7191268e";
const CODE: &str = "supabase/cli apps/cli-go/pkg/config/auth.go at 1d1e7191268e";

const AUTH: &[Field] = &[
    field("jwt_expiry", Role::AccessTokenLifetime, Grammar::Seconds, Absent::Means("3600"), SOURCE),
    field("enable_refresh_token_rotation", Role::RefreshRotation, Grammar::Switch, Absent::Means("true"), SOURCE),
    field("refresh_token_reuse_interval", Role::RefreshReuseWindow, Grammar::Seconds, Absent::Means("10"), SOURCE),
    field("sessions/timebox", Role::SessionLifetime, Grammar::GoZeroForever, Absent::Forever, CODE),
    field("sessions/inactivity_timeout", Role::SessionIdle, Grammar::GoZeroForever, Absent::Forever, CODE),
    field("jwt_secret", Role::SigningSecret, Grammar::Secret, Absent::Unjudged, CODE),
    field("service_role_key", Role::Token, Grammar::Secret, Absent::Unjudged, CODE),
    field("anon_key", Role::Token, Grammar::Secret, Absent::Unjudged, CODE),
    field("site_url", Role::RedirectUri, Grammar::Text, Absent::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "supabase",
    product: "Supabase CLI",
    version: "1d1e7191268e",
    about: "supabase/config.toml",
    syntaxes: &[Syntax::Toml],
    marks: &["[auth", "jwt_expiry"],
    detect: |document| {
        let auth = document.root.get("auth").filter(|auth| auth.is_map())?;
        if document.root.has("project_id") {
            return Some("project_id and [auth]");
        }
        let known =
            ["jwt_expiry", "enable_refresh_token_rotation", "refresh_token_reuse_interval", "additional_redirect_urls"];
        known.iter().any(|key| auth.has(key)).then_some("[auth] with keys of Supabase")
    },
    read,
    tables: &[("/auth", AUTH), ("/remotes/*/auth", AUTH), ("PostgREST, which verifies", postgrest::FIXED)],
};

fn read(document: &Document) -> Vec<Group> {
    let top = document.spot();
    let mut groups = Vec::new();
    if let Some(auth) = top.child("auth") {
        groups.push(group(Group::default(), &auth, true));
    }
    for (name, remote) in top.child("remotes").map(|remotes| remotes.children()).unwrap_or_default() {
        // A remote overrides what is written for it; the rest is that of [auth], which is judged above.
        if let Some(auth) = remote.child("auth") {
            groups.push(group(Group::named(format!("remote \"{name}\"")), &auth, false));
        }
    }
    groups
}

fn group(mut group: Group, auth: &Spot<'_>, defaults: bool) -> Group {
    group.tokens = TokenFormat::Jwt;
    group.fill(auth, AUTH);
    // The tokens are verified by PostgREST.
    group.fill(auth, postgrest::FIXED);
    if !defaults {
        group.forget_defaults();
    }
    for uri in auth.child("additional_redirect_urls").map(|list| list.items()).unwrap_or_default() {
        group.set(Role::RedirectUri, Grammar::Text.read(uri.node), &uri, "additional_redirect_urls");
    }
    group
}
