//! GoTrue (Supabase Auth): its environment, and the environment of self-hosted Supabase from which it is derived.

use super::Format;
use super::postgrest;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "supabase/auth internal/conf/configuration.go at bc32168e13fd";
const SELF_HOSTED: &str = "supabase/supabase docker/.env.example at f8a85e7a9b99";

const GOTRUE: &[FieldSpec] = &[
    field("GOTRUE_JWT_EXP", SettingRole::AccessTokenLifetime, Grammar::Seconds, AbsentMeaning::Default("3600"), SOURCE),
    field("GOTRUE_JWT_SECRET", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field(
        "GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED",
        SettingRole::RefreshRotation,
        Grammar::Switch,
        AbsentMeaning::Default("true"),
        SOURCE,
    ),
    field(
        "GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL",
        SettingRole::RefreshReuseWindow,
        Grammar::Seconds,
        AbsentMeaning::Default("0"),
        SOURCE,
    ),
    field("GOTRUE_SESSIONS_TIMEBOX", SettingRole::SessionLifetime, Grammar::Go, AbsentMeaning::Forever, SOURCE),
    field("GOTRUE_SESSIONS_INACTIVITY_TIMEOUT", SettingRole::SessionIdle, Grammar::Go, AbsentMeaning::Forever, SOURCE),
];

const SUPABASE: &[FieldSpec] = &[
    field("JWT_EXPIRY", SettingRole::AccessTokenLifetime, Grammar::Seconds, AbsentMeaning::Unjudged, SELF_HOSTED),
    field("JWT_SECRET", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, SELF_HOSTED),
    field("ANON_KEY", SettingRole::Token, Grammar::Secret, AbsentMeaning::Unjudged, SELF_HOSTED),
    field("SERVICE_ROLE_KEY", SettingRole::Token, Grammar::Secret, AbsentMeaning::Unjudged, SELF_HOSTED),
];

pub(super) static FORMAT: Format = Format {
    name: "gotrue",
    product: "Supabase Auth",
    version: "bc32168e13fd",
    about: "GOTRUE_* and the variables of self-hosted Supabase, in dotenv and compose files",
    syntaxes: &[Syntax::Dotenv, Syntax::Yaml],
    marks: &["GOTRUE_", "SERVICE_ROLE_KEY"],
    detect: |document| {
        if !document.environment {
            return None;
        }
        if is_gotrue(document) {
            return Some("GOTRUE_*");
        }
        (document.root.has("SERVICE_ROLE_KEY") && document.root.has("JWT_SECRET"))
            .then_some("JWT_SECRET and SERVICE_ROLE_KEY of Supabase")
    },
    read: |document| {
        let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::default() };
        if is_gotrue(document) {
            group.fill(&document.spot(), GOTRUE);
        } else {
            group.fill(&document.spot(), SUPABASE);
            // Self-hosted Supabase verifies with PostgREST; other verifiers of GoTrue's tokens are unknown.
            group.fill(&document.spot(), postgrest::FIXED);
        }
        vec![group]
    },
    tables: &[
        ("environment", GOTRUE),
        ("environment of self-hosted Supabase", SUPABASE),
        ("PostgREST of self-hosted Supabase", postgrest::FIXED),
    ],
};

/// An environment that runs GoTrue configures its tokens; one that only sets its URL is a client of it.
fn is_gotrue(document: &Document) -> bool {
    let own = ["GOTRUE_JWT_", "GOTRUE_SECURITY_", "GOTRUE_SESSIONS_"];
    document.root.entries().iter().any(|entry| own.iter().any(|prefix| entry.key.starts_with(prefix)))
}
