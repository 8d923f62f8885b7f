//! Hasura GraphQL Engine, whose JWT setting is JSON in an environment variable.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, field};
use crate::product_config::grammar::{Grammar, is_template};
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::Node;
use crate::secret::Secret;

const SOURCE: &str = "Hasura documentation, HASURA_GRAPHQL_JWT_SECRET (members type, key, jwk_url, audience, issuer)";
const VARIABLE: &str = "HASURA_GRAPHQL_JWT_SECRET";

const JWT: &[FieldSpec] = &[
    field("key", SettingRole::SigningSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE),
    field("audience", SettingRole::VerifierAudience, Grammar::Texts, AbsentMeaning::Default(""), SOURCE),
    field("issuer", SettingRole::VerifierIssuer, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
    field("jwk_url", SettingRole::KeysUrl, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
    field("allowed_skew", SettingRole::ClockSkew, Grammar::Seconds, AbsentMeaning::Unjudged, SOURCE),
];

const ENVIRONMENT: &[FieldSpec] =
    &[field("HASURA_GRAPHQL_ADMIN_SECRET", SettingRole::OtherSecret, Grammar::Secret, AbsentMeaning::Unjudged, SOURCE)];

pub(super) static FORMAT: Format = Format {
    name: "hasura",
    product: "Hasura GraphQL Engine",
    version: "documentation of v2",
    about: "HASURA_GRAPHQL_* in dotenv and compose files",
    syntaxes: &[Syntax::Dotenv, Syntax::Yaml],
    marks: &["HASURA_GRAPHQL_"],
    detect: |document| {
        let own = [VARIABLE, "HASURA_GRAPHQL_ADMIN_SECRET"];
        (document.environment && own.iter().any(|name| document.root.has(name))).then_some("HASURA_GRAPHQL_*")
    },
    read,
    tables: &[("environment", ENVIRONMENT), ("JSON in HASURA_GRAPHQL_JWT_SECRET", JWT)],
};

fn read(document: &Document) -> Vec<SettingGroup> {
    let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::default() };
    let top = document.spot();
    group.fill(&top, ENVIRONMENT);
    let Some(found) = top.child(VARIABLE) else { return vec![group] };
    let text = found.node.text().unwrap_or_default();
    if is_template(text) || text.is_empty() {
        group.set(SettingRole::SigningSecret, SettingValue::Unresolved, &found, VARIABLE);
        return vec![group];
    }
    let Ok(roots) = Syntax::Json.read(text) else {
        group.set(SettingRole::SigningSecret, SettingValue::Invalid("value is not JSON".to_owned()), &found, VARIABLE);
        return vec![group];
    };
    let inner = roots.first();
    let member = |name: &str| inner.and_then(|node: &Node| node.get(name));
    let symmetric = member("type").and_then(Node::text).is_some_and(|kind| kind.starts_with("HS"));
    // Locations refer to the whole variable: escaping of its content depends on the file.
    for field in JWT {
        match member(field.path) {
            // The key of an asymmetric algorithm is public.
            Some(_) if field.role == SettingRole::SigningSecret && !symmetric => {}
            Some(node) => group.set(field.role, field.grammar.read(node), &found, field.path),
            None if field.absent == AbsentMeaning::Default("") => {
                group.set(field.role, SettingValue::Text(String::new()), &found, field.path);
            }
            None => {}
        }
    }
    // Even if the value does not parse, the variable holds a secret that no excerpt may print.
    group.set(SettingRole::OtherSecret, SettingValue::Secret(Secret::new(Vec::new())), &found, VARIABLE);
    vec![group]
}
