//! Hasura: its JWT setting is JSON in an environment variable.

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, field};
use crate::product_config::grammar::{Grammar, is_template};
use crate::product_config::setting::{Group, Role, TokenFormat, Value};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::Node;
use crate::secret::Secret;

const SOURCE: &str = "Hasura documentation, HASURA_GRAPHQL_JWT_SECRET (members type, key, jwk_url, audience, issuer)";
const VARIABLE: &str = "HASURA_GRAPHQL_JWT_SECRET";

const JWT: &[Field] = &[
    field("key", Role::SigningSecret, Grammar::Secret, Absent::Unjudged, SOURCE),
    field("audience", Role::VerifierAudience, Grammar::Texts, Absent::Means(""), SOURCE),
    field("issuer", Role::VerifierIssuer, Grammar::Text, Absent::Means(""), SOURCE),
    field("jwk_url", Role::KeysUrl, Grammar::Text, Absent::Unjudged, SOURCE),
    field("allowed_skew", Role::ClockSkew, Grammar::Seconds, Absent::Unjudged, SOURCE),
];

const ENVIRONMENT: &[Field] =
    &[field("HASURA_GRAPHQL_ADMIN_SECRET", Role::OtherSecret, Grammar::Secret, Absent::Unjudged, SOURCE)];

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

fn read(document: &Document) -> Vec<Group> {
    let mut group = Group { tokens: TokenFormat::Jwt, ..Group::default() };
    let top = document.spot();
    group.fill(&top, ENVIRONMENT);
    let Some(found) = top.child(VARIABLE) else { return vec![group] };
    let text = found.node.text().unwrap_or_default();
    if is_template(text) || text.is_empty() {
        group.set(Role::SigningSecret, Value::Unresolved, &found, VARIABLE);
        return vec![group];
    }
    let Ok(roots) = Syntax::Json.read(text) else {
        group.set(Role::SigningSecret, Value::Invalid("what stands there is not JSON".to_owned()), &found, VARIABLE);
        return vec![group];
    };
    let inner = roots.first();
    let member = |name: &str| inner.and_then(|node: &Node| node.get(name));
    let symmetric = member("type").and_then(Node::text).is_some_and(|kind| kind.starts_with("HS"));
    // The variable as a whole is the place: what stands in it is escaped or not as the file wants it.
    for field in JWT {
        match member(field.path) {
            // The key of an asymmetric algorithm is public.
            Some(_) if field.role == Role::SigningSecret && !symmetric => {}
            Some(node) => group.set(field.role, field.grammar.read(node), &found, field.path),
            None if field.absent == Absent::Means("") => {
                group.set(field.role, Value::Text(String::new()), &found, field.path);
            }
            None => {}
        }
    }
    // Whatever the reading of it says, the variable holds a secret that no excerpt may show.
    group.set(Role::OtherSecret, Value::Secret(Secret::new(Vec::new())), &found, VARIABLE);
    vec![group]
}
