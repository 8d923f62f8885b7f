//! `supabase/config.toml` of the Supabase CLI.

use super::Format;
use super::postgrest;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "supabase/cli apps/cli-go/pkg/config/templates/config.toml at 1d1e7191268e";
const CODE: &str = "supabase/cli apps/cli-go/pkg/config/auth.go at 1d1e7191268e";

const AUTH: &[FieldSpec] = &[
    field("jwt_expiry", SettingRole::AccessTokenLifetime, Grammar::Seconds, AbsentMeaning::Default("3600"), SOURCE),
    field(
        "enable_refresh_token_rotation",
        SettingRole::RefreshRotation,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SOURCE,
    ),
    field(
        "refresh_token_reuse_interval",
        SettingRole::RefreshReuseWindow,
        Grammar::Seconds,
        AbsentMeaning::Default("10"),
        SOURCE,
    ),
    field("sessions/timebox", SettingRole::SessionLifetime, Grammar::GoZeroForever, AbsentMeaning::Forever, CODE),
    field(
        "sessions/inactivity_timeout",
        SettingRole::SessionIdle,
        Grammar::GoZeroForever,
        AbsentMeaning::Forever,
        CODE,
    ),
    field("jwt_secret", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, CODE),
    field("service_role_key", SettingRole::Token, Grammar::Secret, AbsentMeaning::Unjudged, CODE),
    field("anon_key", SettingRole::Token, Grammar::Secret, AbsentMeaning::Unjudged, CODE),
    field("site_url", SettingRole::RedirectUri, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
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

fn read(document: &Document) -> Vec<SettingGroup> {
    let top = document.spot();
    let mut groups = Vec::new();
    if let Some(auth) = top.child("auth") {
        groups.push(group(SettingGroup::default(), &auth, true));
    }
    for (name, remote) in top.child("remotes").map(|remotes| remotes.children()).unwrap_or_default() {
        // A remote overrides only the keys it sets; the others are those of [auth], already checked above.
        if let Some(auth) = remote.child("auth") {
            groups.push(group(SettingGroup::named(format!("remote \"{name}\"")), &auth, false));
        }
    }
    groups
}

fn group(mut group: SettingGroup, auth: &NodeRef<'_>, defaults: bool) -> SettingGroup {
    group.tokens = TokenFormat::Jwt;
    group.fill(auth, AUTH);
    // PostgREST verifies the tokens.
    group.fill(auth, postgrest::FIXED);
    if !defaults {
        group.forget_defaults();
    }
    for uri in auth.child("additional_redirect_urls").map(|list| list.items()).unwrap_or_default() {
        group.set(SettingRole::RedirectUri, Grammar::Text.read(uri.node), &uri, "additional_redirect_urls");
    }
    group
}
