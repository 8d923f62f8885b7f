//! `SecurityPolicy` of Envoy Gateway.

use super::Format;
use super::token_sources::address;
use crate::product_config::document::Document;
use crate::product_config::field::{Absent, Field, Spot, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{Group, Role, TokenFormat, Value};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, Tree};

const SOURCE: &str = "envoyproxy/gateway api/v1alpha1/jwt_types.go at d32f28294245";

const PROVIDER: &[Field] = &[
    field("issuer", Role::VerifierIssuer, Grammar::Text, Absent::Means(""), SOURCE),
    field("audiences", Role::VerifierAudience, Grammar::Texts, Absent::Means(""), SOURCE),
    field("remoteJWKS/uri", Role::KeysUrl, Grammar::Text, Absent::Unjudged, SOURCE),
    field("remoteJWKS/cacheDuration", Role::KeysCache, Grammar::Go, Absent::Unjudged, SOURCE),
];

const ALSO: &[Field] = &[
    field("extractFrom/params", Role::TokenInUrl, Grammar::Texts, Absent::Means("access_token"), SOURCE),
    field("../optional", Role::AllowsMissing, Grammar::Switch, Absent::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "envoy-gateway",
    product: "Envoy Gateway",
    version: "d32f28294245",
    about: "SecurityPolicy with jwt",
    syntaxes: &[Syntax::Yaml, Syntax::Json],
    marks: &["SecurityPolicy"],
    detect: |document| jwt(document).map(|_| "kind: SecurityPolicy, with spec.jwt"),
    read,
    tables: &[("/spec/jwt/providers/*", PROVIDER), ("/spec/jwt/providers/*", ALSO)],
};

fn jwt(document: &Document) -> Option<Spot<'_>> {
    let own = document.root.get("kind").and_then(Node::text) == Some("SecurityPolicy");
    document.spot().at("spec/jwt").filter(|jwt| own && matches!(jwt.node.value, Tree::Map(_)))
}

fn read(document: &Document) -> Vec<Group> {
    let Some(jwt) = jwt(document) else { return Vec::new() };
    let mut groups: Vec<Group> =
        jwt.child("providers").map(|found| found.items()).unwrap_or_default().iter().map(provider).collect();
    if let Some(optional) = jwt.child("optional") {
        let mut group = Group::default();
        group.set(Role::AllowsMissing, Grammar::Switch.read(optional.node), &optional, "optional");
        groups.push(group);
    }
    groups
}

fn provider(spot: &Spot<'_>) -> Group {
    let name = spot.node.get("name").and_then(Node::text).unwrap_or_default();
    let mut group = Group { tokens: TokenFormat::Jwt, ..Group::named(format!("provider {name}")) };
    group.fill(spot, PROVIDER);
    match spot.child("extractFrom") {
        Some(sources) => address(&mut group, &sources, &["params"], &["headers", "params", "cookies"]),
        None => group.assume(Role::TokenInUrl, Value::Text("access_token".to_owned()), spot, "extractFrom"),
    }
    group
}
