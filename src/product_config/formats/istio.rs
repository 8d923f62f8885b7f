//! The `RequestAuthentication` resource of Istio.

use super::Format;
use super::token_sources::address;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::Node;

const SOURCE: &str = "istio/api security/v1beta1/request_authentication.proto";

const RULE: &[FieldSpec] = &[
    // Without audiences, a token for the service name is accepted according to the proto; one without aud is accepted
    // too.
    field("audiences", SettingRole::VerifierAudience, Grammar::Texts, AbsentMeaning::Default(""), SOURCE),
    field("jwksUri", SettingRole::KeysUrl, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
];

const ALSO: &[FieldSpec] =
    &[field("fromParams", SettingRole::TokenInUrl, Grammar::Texts, AbsentMeaning::Default("access_token"), SOURCE)];

pub(super) static FORMAT: Format = Format {
    name: "istio",
    product: "Istio",
    version: "request_authentication.proto of v1beta1",
    about: "RequestAuthentication",
    syntaxes: &[Syntax::Yaml, Syntax::Json],
    marks: &["RequestAuthentication"],
    detect: |document| rules(document).is_some().then_some("kind: RequestAuthentication"),
    read: |document| rules(document).unwrap_or_default().iter().map(rule).collect(),
    tables: &[("/spec/jwtRules/*", RULE), ("/spec/jwtRules/*", ALSO)],
};

fn rules(document: &Document) -> Option<Vec<NodeRef<'_>>> {
    let own = document.root.get("kind").and_then(Node::text) == Some("RequestAuthentication");
    own.then(|| document.spot().at("spec/jwtRules").map(|rules| rules.items()).unwrap_or_default())
}

fn rule(spot: &NodeRef<'_>) -> SettingGroup {
    let issuer = spot.node.get("issuer").and_then(Node::text).unwrap_or_default();
    let mut group =
        SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::named(format!("rule for {}", issuer.trim())) };
    group.fill(spot, RULE);
    address(&mut group, spot, &["fromParams"], &["fromHeaders", "fromParams", "fromCookies"]);
    group
}
