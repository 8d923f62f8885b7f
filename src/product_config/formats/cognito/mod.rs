//! AWS Cognito user pool clients, in CloudFormation and SAM templates and in Terraform. Both have the same settings
//! under different names, so one implementation takes a [`Dialect`].

use super::Format;
use crate::product_config::document::Document;
use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef};
use crate::product_config::grammar::Grammar;
use crate::product_config::redact::quote_or_redact;
use crate::product_config::setting::{
    ClientType, ProductSetting, SettingGroup, SettingOrigin, SettingRole, SettingValue, TokenFormat, UnitPlacement,
};
use crate::product_config::syntax::Syntax;
use crate::product_config::tree::{Node, NodeValue};
use dialect::{CLOUDFORMATION, Dialect, TERRAFORM, first};

mod dialect;
#[cfg(test)]
mod tests;

pub(super) static FORMAT: Format = Format {
    name: "cognito",
    product: "AWS Cognito",
    version: "CloudFormation reference of 2026-11, Terraform provider 6",
    about: "AWS::Cognito::UserPoolClient in CloudFormation and SAM templates, aws_cognito_user_pool_client in Terraform",
    syntaxes: &[Syntax::Yaml, Syntax::Json, Syntax::Hcl],
    // Every file with the second mark has the third: a broken file with two marks is surely one of these.
    marks: &[
        "AWS::Cognito::UserPoolClient",
        "aws_cognito_user_pool_client",
        "resource \"aws_cognito_",
        "aws_cognito_managed_user_pool_client",
    ],
    detect: |document| clients(document).first().map(|client| client.dialect.why),
    read,
    tables: &[
        (CLOUDFORMATION.place, CLOUDFORMATION.lifetimes),
        (CLOUDFORMATION.place, CLOUDFORMATION.also),
        (TERRAFORM.place, TERRAFORM.lifetimes),
        (TERRAFORM.place, TERRAFORM.also),
        (CLOUDFORMATION.authorizer_place, CLOUDFORMATION.authorizer),
        (TERRAFORM.authorizer_place, TERRAFORM.authorizer),
    ],
};

/// A client with the dialect of its settings.
struct AppClient<'d> {
    dialect: &'static Dialect,
    name: &'d str,
    spot: NodeRef<'d>,
}

fn clients(document: &Document) -> Vec<AppClient<'_>> {
    let top = document.spot();
    let mut found = Vec::new();
    for (name, resource) in top.child("Resources").map(|spot| spot.children()).unwrap_or_default() {
        if resource.node.get("Type").and_then(Node::text) == Some("AWS::Cognito::UserPoolClient") {
            let spot = resource.child("Properties").unwrap_or(resource);
            found.push(AppClient { dialect: &CLOUDFORMATION, name, spot });
        }
    }
    for kind in ["aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client"] {
        let resources = top.child("resource").and_then(|spot| spot.child(kind)).map(|spot| spot.children());
        for (name, resource) in resources.unwrap_or_default() {
            found.push(AppClient { dialect: &TERRAFORM, name, spot: first(resource) });
        }
    }
    found
}

fn read(document: &Document) -> Vec<SettingGroup> {
    let authorizers = authorizers(document);
    let mut groups: Vec<SettingGroup> = clients(document).iter().map(client).collect();
    for group in &mut groups {
        for (dialect, spot) in &authorizers {
            group.fill(spot, dialect.authorizer);
        }
    }
    groups
}

/// API Gateway authorizers that accept Cognito tokens: each caches its result for a while.
fn authorizers(document: &Document) -> Vec<(&'static Dialect, NodeRef<'_>)> {
    let top = document.spot();
    let is = |spot: &NodeRef<'_>, key: &str, wanted: &str| spot.node.get(key).and_then(Node::text) == Some(wanted);
    let resources = |path: &str| top.at(path).map(|spot| spot.children()).unwrap_or_default();
    let cloudformation = resources("Resources").into_iter().filter_map(|(_, resource)| {
        let own = is(&resource, "Type", "AWS::ApiGateway::Authorizer");
        let properties = resource.child("Properties").filter(|_| own)?;
        is(&properties, "Type", "COGNITO_USER_POOLS").then_some((&CLOUDFORMATION, properties))
    });
    let terraform = resources("resource/aws_api_gateway_authorizer").into_iter().filter_map(|(_, resource)| {
        let resource = first(resource);
        is(&resource, "type", "COGNITO_USER_POOLS").then_some((&TERRAFORM, resource))
    });
    cloudformation.chain(terraform).collect()
}

fn client(client: &AppClient<'_>) -> SettingGroup {
    let AppClient { dialect, name, spot } = client;
    let mut group = SettingGroup { tokens: TokenFormat::Jwt, ..SettingGroup::named(format!("client {name}")) };
    group.client = match spot.node.get(dialect.secret).map(|node| Grammar::Switch.read(node)) {
        Some(SettingValue::Switch(true)) => ClientType::Confidential,
        Some(SettingValue::Unresolved) => ClientType::Unknown,
        _ => ClientType::Public,
    };
    for (field, unit) in dialect.lifetimes.iter().zip(dialect.units) {
        lifetime(&mut group, spot, field, dialect, unit);
    }
    bare(&mut group, spot, dialect);
    rotation(&mut group, spot, dialect);
    grants(&mut group, spot, dialect);
    group
}

/// A number in its explicit unit, or in the default unit (hours or days).
fn lifetime<'n>(group: &mut SettingGroup, spot: &NodeRef<'n>, field: &FieldSpec, dialect: &Dialect, unit: &str) {
    let units = spot.child(dialect.unit_block).map(first);
    // Dynamic blocks have units only after Terraform has evaluated them.
    let dynamic = spot.node.at("dynamic").is_some_and(|node| node.has(dialect.unit_block));
    let of_block = |block: &NodeRef<'n>| if block.node.is_computed() { Some(block.node) } else { block.node.get(unit) };
    let unit = units.as_ref().and_then(of_block).map(|node| &node.value);
    let value = spot.child(field.path).filter(|value| value.node.value != NodeValue::Null);
    let unit = match (unit, &value) {
        (None | Some(NodeValue::Null), _) if !dynamic => return group.fill(spot, std::slice::from_ref(field)),
        // The default has its own unit.
        (_, None) => return group.fill(spot, std::slice::from_ref(field)),
        (Some(NodeValue::Text(unit)), Some(_)) => unit.as_str(),
        (_, Some(value)) => return group.set(field.role, SettingValue::Unresolved, value, field.path),
    };
    let grammar = match unit {
        "seconds" => Grammar::Seconds,
        "minutes" => Grammar::Minutes,
        "hours" => Grammar::Hours,
        "days" => Grammar::Days,
        other => {
            let problem = format!("unit {} is not one of seconds, minutes, hours, days", quote_or_redact(other));
            return value.iter().for_each(|value| {
                group.set(field.role, SettingValue::Invalid(problem.clone()), value, field.path);
            });
        }
    };
    group.fill(spot, &[FieldSpec { grammar, absent: AbsentMeaning::Unjudged, ..*field }]);
    if let Some(setting) = group.settings.iter_mut().find(|setting| setting.role == field.role) {
        // The unit is explicit: nothing is implied.
        setting.implied_unit = None;
    }
}

/// Without the map of units, the first bare number represents all of them: one map holds them all. Numbers that
/// evidently mean another unit are not reported: a fix would write the wrong unit.
fn bare(group: &mut SettingGroup, spot: &NodeRef<'_>, dialect: &'static Dialect) {
    let dynamic = spot.node.at("dynamic").is_some_and(|node| node.has(dialect.unit_block));
    if spot.node.has(dialect.unit_block) || dynamic {
        return;
    }
    let longest = |role: SettingRole| if role == SettingRole::RefreshLifetime { u64::MAX } else { 86_400 };
    let own = |setting: &ProductSetting| {
        let plain = setting.origin == SettingOrigin::Explicit
            && setting.implied_unit.is_some()
            && setting.place.defined.is_none();
        plain && setting.lasts().is_some_and(|lasts| lasts.as_seconds() <= longest(setting.role))
    };
    let names = dialect.lifetimes.iter().zip(dialect.units);
    let units: Vec<_> = names
        .filter(|(field, _)| group.all(field.role).any(own))
        .map(|(field, unit)| (*unit, if field.grammar == Grammar::Days { "days" } else { "hours" }))
        .collect();
    let roles: Vec<SettingRole> = dialect.lifetimes.iter().map(|field| field.role).collect();
    if let Some(first) = group.settings.iter_mut().find(|setting| roles.contains(&setting.role) && own(setting)) {
        first.bare = Some(UnitPlacement::SiblingKey { map: dialect.unit_block, units });
    }
}

fn rotation(group: &mut SettingGroup, spot: &NodeRef<'_>, dialect: &Dialect) {
    let block = spot.child(dialect.rotation_block).map(first);
    let inner = |name: &str| block.as_ref().and_then(|block| block.child(name));
    match inner(dialect.feature) {
        Some(found) => {
            let value = match Grammar::Text.read(found.node) {
                SettingValue::Text(text) => SettingValue::Switch(text.eq_ignore_ascii_case("ENABLED")),
                other => other,
            };
            group.set(SettingRole::RefreshRotation, value, &found, dialect.rotation_block);
        }
        None if spot.node.at("dynamic").is_some_and(|node| node.has(dialect.rotation_block)) => {}
        None if block.as_ref().is_some_and(|block| block.node.is_computed()) => {
            if let Some(found) = spot.child(dialect.rotation_block) {
                group.set(SettingRole::RefreshRotation, SettingValue::Unresolved, &found, dialect.rotation_block);
            }
        }
        None => group.assume(SettingRole::RefreshRotation, SettingValue::Switch(false), spot, dialect.rotation_block),
    }
    if let Some(found) = inner(dialect.grace) {
        group.set(SettingRole::RefreshReuseWindow, Grammar::Seconds.read(found.node), &found, dialect.grace);
    }
    if let Some(found) = spot.child(dialect.revocation).filter(|found| found.node.value != NodeValue::Null) {
        group.set(SettingRole::Revocation, Grammar::Switch.read(found.node), &found, dialect.revocation);
    }
}

fn grants(group: &mut SettingGroup, spot: &NodeRef<'_>, dialect: &Dialect) {
    for flow in listed(group, spot, dialect.flows, SettingRole::GrantImplicit) {
        if flow.node.text() == Some("implicit") {
            group.set(SettingRole::GrantImplicit, SettingValue::Switch(true), &flow, dialect.flows);
        }
    }
    for flow in listed(group, spot, dialect.sign_ins, SettingRole::GrantPassword) {
        // With this flow the client sees the password, unlike with SRP.
        if flow.node.text().is_some_and(|text| ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"].contains(&text)) {
            group.set(SettingRole::GrantPassword, SettingValue::Switch(true), &flow, dialect.sign_ins);
        }
    }
    for uri in listed(group, spot, dialect.callbacks, SettingRole::RedirectUri) {
        group.set(SettingRole::RedirectUri, Grammar::Text.read(uri.node), &uri, dialect.callbacks);
    }
}

/// The items of a list. A list computed at run time is reported as unresolved.
fn listed<'n>(group: &mut SettingGroup, spot: &NodeRef<'n>, name: &str, role: SettingRole) -> Vec<NodeRef<'n>> {
    let Some(found) = spot.child(name) else { return Vec::new() };
    if matches!(found.node.value, NodeValue::Computed(_)) {
        group.set(role, SettingValue::Unresolved, &found, name);
    }
    found.items()
}
