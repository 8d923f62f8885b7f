//! The `SecurityPolicy` resource of Envoy Gateway.

use super::Format;
use super::token_sources::address;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};

const SOURCE: &str = "envoyproxy/gateway api/v1alpha1/jwt_types.go at d32f28294245";

const PROVIDER: &[FieldSpec] = &[
    field("issuer", SettingRole::VerifierIssuer, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
    field("audiences", SettingRole::VerifierAudience, Grammar::Texts, AbsentMeaning::Default(""), SOURCE),
    field("remoteJWKS/uri", SettingRole::KeysUrl, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
    field("remoteJWKS/cacheDuration", SettingRole::KeysCache, Grammar::Go, AbsentMeaning::Unjudged, SOURCE),
];

const ALSO: &[FieldSpec] = &[
    field(
        "extractFrom/params",
        SettingRole::TokenInUrl,
        Grammar::Texts,
        AbsentMeaning::Default("access_token"),
        SOURCE,
    ),
    field("../optional", SettingRole::AllowsMissing, Grammar::Switch, AbsentMeaning::Unjudged, SOURCE),
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

fn jwt(document: &Document) -> Option<NodeRef<'_>> {
    let own = document.root.get("kind").and_then(Node::text) == Some("SecurityPolicy");
    document.spot().at("spec/jwt").filter(|jwt| own && matches!(jwt.node.value, NodeValue::Map(_)))
}

fn read(document: &Document) -> Vec<SettingGroup> {
    let Some(jwt) = jwt(document) else { return Vec::new() };
    let mut groups: Vec<SettingGroup> =
        jwt.child("providers").map(|found| found.items()).unwrap_or_default().iter().map(provider).collect();
    if let Some(optional) = jwt.child("optional") {
        let mut group = SettingGroup::default();
        group.set(SettingRole::AllowsMissing, Grammar::Switch.read(optional.node), &optional, "optional");
        groups.push(group);
    }
    groups
}

fn provider(spot: &NodeRef<'_>) -> SettingGroup {
    let name = spot.node.get("name").and_then(Node::text).unwrap_or_default();
    let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::named(format!("provider {name}")) };
    group.fill(spot, PROVIDER);
    match spot.child("extractFrom") {
        Some(sources) => address(&mut group, &sources, &["params"], &["headers", "params", "cookies"]),
        None => {
            group.assume(SettingRole::TokenInUrl, SettingValue::Text("access_token".to_owned()), spot, "extractFrom")
        }
    }
    group
}
