//! GoTrue, which is Supabase Auth: its environment, and the one of self-hosted Supabase that fills it.

use super::Format;
use super::postgrest;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "supabase/auth internal/conf/configuration.go at bc32168e13fd";
const SELF_HOSTED: &str = "supabase/supabase docker/.env.example at f8a85e7a9b99";

const GOTRUE: &[Field] = &[
    field("GOTRUE_JWT_EXP", Role::AccessTokenLifetime, Grammar::Seconds, Absent::Means("3600"), SOURCE),
    field("GOTRUE_JWT_SECRET", Role::SigningSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field(
        "GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED",
        Role::RefreshRotation,
        Grammar::Switch,
        Absent::Means("true"),
        SOURCE,
    ),
    field(
        "GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL",
        Role::RefreshReuseWindow,
        Grammar::Seconds,
        Absent::Means("0"),
        SOURCE,
    ),
    field("GOTRUE_SESSIONS_TIMEBOX", Role::SessionLifetime, Grammar::Go, Absent::Forever, SOURCE),
    field("GOTRUE_SESSIONS_INACTIVITY_TIMEOUT", Role::SessionIdle, Grammar::Go, Absent::Forever, SOURCE),
];

const SUPABASE: &[Field] = &[
    field("JWT_EXPIRY", Role::AccessTokenLifetime, Grammar::Seconds, Absent::Unjudged, SELF_HOSTED),
    field("JWT_SECRET", Role::SigningSecret, Grammar::Secret, Absent::Unjudged, SELF_HOSTED),
    field("ANON_KEY", Role::Token, Grammar::Secret, Absent::Unjudged, SELF_HOSTED),
    field("SERVICE_ROLE_KEY", Role::Token, Grammar::Secret, Absent::Unjudged, SELF_HOSTED),
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
        let mut group = Group { tokens: TokenFormat::Jwt, ..Group::default() };
        if is_gotrue(document) {
            group.fill(&document.spot(), GOTRUE);
        } else {
            group.fill(&document.spot(), SUPABASE);
            // Self-hosted Supabase verifies with PostgREST; who verifies GoTrue's tokens elsewhere is not known.
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

/// An environment that runs GoTrue says what its tokens are; one that only names its address does not run it.
fn is_gotrue(document: &Document) -> bool {
    let own = ["GOTRUE_JWT_", "GOTRUE_SECURITY_", "GOTRUE_SESSIONS_"];
    document.root.entries().iter().any(|entry| own.iter().any(|prefix| entry.key.starts_with(prefix)))
}
