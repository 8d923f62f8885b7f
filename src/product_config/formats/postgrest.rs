//! PostgREST: its configuration file, and its `PGRST_*` environment variables.

use super::Format;
use crate::product_config::field::{AbsentMeaning, FieldSpec, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;

const SOURCE: &str = "PostgREST/postgrest test/io/configs at 483467890268; an empty jwt-aud is not checked";

const FILE: &[FieldSpec] = &[
    field("jwt-secret", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("jwt-aud", SettingRole::VerifierAudience, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
];

const ENVIRONMENT: &[FieldSpec] = &[
    field("PGRST_JWT_SECRET", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("PGRST_JWT_AUD", SettingRole::VerifierAudience, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
];

/// Behaviour that no setting changes.
pub(super) const FIXED: &[FieldSpec] = &[field(
    "clock skew of PostgREST",
    SettingRole::ClockSkew,
    Grammar::Seconds,
    AbsentMeaning::Default("30"),
    "PostgREST documentation, authentication: 30 seconds of clock skew are allowed for exp, nbf and iat",
)];

pub(super) static FORMAT: Format = Format {
    name: "postgrest",
    product: "PostgREST",
    version: "483467890268",
    about: "postgrest.conf; PGRST_* in dotenv and compose files",
    syntaxes: &[Syntax::Toml, Syntax::Dotenv, Syntax::Yaml],
    marks: &["jwt-secret", "db-uri", "PGRST_JWT"],
    detect: |document| {
        let root = &document.root;
        if document.environment {
            return root.has("PGRST_JWT_SECRET").then_some("PGRST_JWT_SECRET");
        }
        (root.has("db-uri") && root.has("jwt-secret")).then_some("db-uri and jwt-secret")
    },
    read: |document| {
        let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::default() };
        group.fill(&document.spot(), if document.environment { ENVIRONMENT } else { FILE });
        group.fill(&document.spot(), FIXED);
        // A value that begins with an at sign names a file that contains the secret.
        for setting in &mut group.settings {
            if setting.secret().is_some_and(|secret| secret.expose().starts_with(b"@")) {
                setting.value = SettingValue::Unresolved;
            }
        }
        // A JWK or JWK Set is not a plain secret; public keys are not secret at all.
        group.settings.retain(|setting| setting.secret().is_none_or(|secret| !secret.expose().starts_with(b"{")));
        vec![group]
    },
    tables: &[("", FILE), ("environment", ENVIRONMENT), ("fixed", FIXED)],
};
