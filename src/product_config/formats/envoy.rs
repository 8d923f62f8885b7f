//! The JWT filter of Envoy, at any depth of a configuration.

use super::Format;
use super::token_sources::address;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue, TokenFormat};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};

const SOURCE: &str = "envoyproxy/envoy api/envoy/extensions/filters/http/jwt_authn/v3/config.proto";
const TYPE: &str = "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication";

/// Names in protobuf's JSON mapping; Envoy accepts the proto names as well.
const PROVIDER: &[FieldSpec] = &[
    field("issuer", SettingRole::VerifierIssuer, Grammar::Text, AbsentMeaning::Default(""), SOURCE),
    field("audiences", SettingRole::VerifierAudience, Grammar::Texts, AbsentMeaning::Default(""), SOURCE),
    field("requireExpiration", SettingRole::RequiresExpiry, Grammar::Switch, AbsentMeaning::Default("false"), SOURCE),
    field("maxLifetime", SettingRole::VerifierMaxLifetime, Grammar::Protobuf, AbsentMeaning::Forever, SOURCE),
    field("clockSkewSeconds", SettingRole::ClockSkew, Grammar::Seconds, AbsentMeaning::Default("60"), SOURCE),
    field("remoteJwks/cacheDuration", SettingRole::KeysCache, Grammar::Protobuf, AbsentMeaning::Unjudged, SOURCE),
    field("remoteJwks/httpUri/uri", SettingRole::KeysUrl, Grammar::Text, AbsentMeaning::Unjudged, SOURCE),
];

const ALSO: &[FieldSpec] = &[
    field("fromParams", SettingRole::TokenInUrl, Grammar::Texts, AbsentMeaning::Default("access_token"), SOURCE),
    field(
        "allowMissing, allowMissingOrFailed in rules",
        SettingRole::AllowsMissing,
        Grammar::Switch,
        AbsentMeaning::Unjudged,
        SOURCE,
    ),
];

pub(super) static FORMAT: Format = Format {
    name: "envoy",
    product: "Envoy",
    version: "config.proto of jwt_authn v3",
    about: "filters jwt_authn in configurations of Envoy",
    syntaxes: &[Syntax::Yaml, Syntax::Json],
    marks: &["jwt_authn.v3.JwtAuthentication"],
    detect: |document| (!filters(document).is_empty()).then_some("@type of jwt_authn"),
    read: |document| filters(document).iter().flat_map(filter).collect(),
    tables: &[("…/providers/*", PROVIDER), ("…/providers/*", ALSO)],
};

/// Every filter of a document.
fn filters(document: &Document) -> Vec<NodeRef<'_>> {
    let (mut found, mut waiting) = (Vec::new(), vec![document.spot()]);
    while let Some(spot) = waiting.pop() {
        if spot.node.get("@type").and_then(Node::text).is_some_and(|text| text.ends_with(TYPE)) {
            found.push(spot);
            continue;
        }
        // In document order: the last element is popped first.
        waiting.extend(spot.children().into_iter().map(|(_, child)| child).chain(spot.items()).rev());
    }
    found
}

fn filter(spot: &NodeRef<'_>) -> Vec<SettingGroup> {
    let providers = spot.child("providers").map(|found| found.children()).unwrap_or_default();
    let mut groups: Vec<SettingGroup> = providers.iter().map(|(name, spot)| provider(name, spot)).collect();
    let mut rules = SettingGroup::named("jwt_authn");
    missing(spot, &mut rules);
    if !rules.settings.is_empty() {
        groups.push(rules);
    }
    groups
}

fn provider(name: &str, spot: &NodeRef<'_>) -> SettingGroup {
    let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::named(format!("provider {name}")) };
    for field in PROVIDER {
        // The proto name takes precedence over the JSON name.
        let path = snake(field.path);
        match spot.at(&path) {
            Some(found) => group.add(field.role, field.grammar, &found, field.path),
            None => group.fill(spot, std::slice::from_ref(field)),
        }
    }
    for setting in group.settings.iter_mut().filter(|setting| setting.role == SettingRole::ClockSkew) {
        // In proto3, a number that is zero is not set.
        if setting.value == Grammar::Seconds.parse("0") {
            setting.value = Grammar::Seconds.parse("60");
        }
    }
    let sources = ["fromHeaders", "from_headers", "fromParams", "from_params", "fromCookies", "from_cookies"];
    address(&mut group, spot, &["fromParams", "from_params"], &sources);
    group
}

/// `remoteJwks/cacheDuration` as `remote_jwks/cache_duration`.
fn snake(path: &str) -> String {
    let mut out = String::new();
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Requirements that let requests without a token pass. An empty object enables them.
fn missing(spot: &NodeRef<'_>, group: &mut SettingGroup) {
    let mut waiting = vec![spot.clone()];
    while let Some(spot) = waiting.pop() {
        for (name, child) in spot.children() {
            let known = ["allowMissing", "allow_missing", "allowMissingOrFailed", "allow_missing_or_failed"];
            if known.contains(&name) && matches!(child.node.value, NodeValue::Map(_) | NodeValue::Null) {
                group.set(SettingRole::AllowsMissing, SettingValue::Switch(true), &child, name);
            } else {
                waiting.push(child);
            }
        }
        waiting.extend(spot.items());
    }
}
