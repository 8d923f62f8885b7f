//! AWS Cognito user pool clients, in templates of CloudFormation and SAM.

use super::Format;
use crate::config::document::Document;
use crate::config::field::{Absent, Field, Spot, field};
use crate::config::grammar::Grammar;
use crate::config::setting::{ClientType, Group, Role, TokenFormat, Value};
use crate::config::syntax::Syntax;
use crate::config::tree::{Node, Tree};

const SOURCE: &str = "AWS CloudFormation reference, AWS::Cognito::UserPoolClient";

const CLIENT: &[Field] = &[
    field("AccessTokenValidity", Role::AccessTokenLifetime, Grammar::Hours, Absent::Means("1"), SOURCE),
    field("IdTokenValidity", Role::IdTokenLifetime, Grammar::Hours, Absent::Means("1"), SOURCE),
    field("RefreshTokenValidity", Role::RefreshLifetime, Grammar::Days, Absent::Means("30"), SOURCE),
];

const ALSO: &[Field] = &[
    field("EnableTokenRevocation", Role::Revocation, Grammar::Switch, Absent::Unjudged, SOURCE),
    field("RefreshTokenRotation/Feature", Role::RefreshRotation, Grammar::Text, Absent::Means("DISABLED"), SOURCE),
    field(
        "RefreshTokenRotation/RetryGracePeriodSeconds",
        Role::RefreshReuseWindow,
        Grammar::Seconds,
        Absent::Unjudged,
        SOURCE,
    ),
    field("AllowedOAuthFlows", Role::GrantImplicit, Grammar::Texts, Absent::Unjudged, SOURCE),
    field("ExplicitAuthFlows", Role::GrantPassword, Grammar::Texts, Absent::Unjudged, SOURCE),
    field("CallbackURLs", Role::RedirectUri, Grammar::Texts, Absent::Unjudged, SOURCE),
];

pub(super) static FORMAT: Format = Format {
    name: "cognito",
    product: "AWS Cognito",
    version: "CloudFormation reference of 2026-11",
    about: "AWS::Cognito::UserPoolClient in CloudFormation and SAM templates",
    syntaxes: &[Syntax::Yaml, Syntax::Json],
    marks: &["AWS::Cognito::UserPoolClient"],
    detect: |document| (!clients(document).is_empty()).then_some("a resource AWS::Cognito::UserPoolClient"),
    read: |document| clients(document).into_iter().map(|(name, spot)| client(name, &spot)).collect(),
    tables: &[("/Resources/*/Properties", CLIENT), ("/Resources/*/Properties", ALSO)],
};

/// The resources of a template, each with its name and its properties.
fn clients(document: &Document) -> Vec<(&str, Spot<'_>)> {
    let resources = document.spot().child("Resources").map(|spot| spot.children()).unwrap_or_default();
    let own =
        |resource: &Spot<'_>| resource.node.get("Type").and_then(Node::text) == Some("AWS::Cognito::UserPoolClient");
    resources
        .into_iter()
        .filter(|(_, resource)| own(resource))
        .map(|(name, resource)| (name, resource.child("Properties").unwrap_or(resource)))
        .collect()
}

fn client(name: &str, spot: &Spot<'_>) -> Group {
    let mut group = Group { tokens: TokenFormat::Jwt, ..Group::named(format!("client {name}")) };
    group.client = match spot.node.get("GenerateSecret").map(|node| Grammar::Switch.read(node)) {
        Some(Value::Switch(true)) => ClientType::Confidential,
        Some(Value::Unresolved) => ClientType::Unknown,
        _ => ClientType::Public,
    };
    for field in CLIENT {
        let token = field.path.trim_end_matches("Validity");
        let units = spot.node.get("TokenValidityUnits");
        let unit = units.and_then(|units| if units.is_computed() { Some(units) } else { units.get(token) });
        match unit.map(|node| &node.value) {
            None => group.fill(spot, std::slice::from_ref(field)),
            Some(Tree::Text(unit)) => {
                let grammar = match unit.as_str() {
                    "seconds" => Grammar::Seconds,
                    "minutes" => Grammar::Minutes,
                    "hours" => Grammar::Hours,
                    _ => Grammar::Days,
                };
                group.fill(spot, &[Field { grammar, absent: Absent::Unjudged, ..*field }]);
                if let Some(setting) = group.settings.iter_mut().find(|setting| setting.role == field.role) {
                    // The unit is written: nothing is implied.
                    setting.implied_unit = None;
                }
            }
            // The unit is known only where the template is used.
            Some(_) => {
                if let Some(value) = spot.child(field.path) {
                    group.set(field.role, Value::Unresolved, &value, field.path);
                }
            }
        }
    }
    rotation(&mut group, spot);
    grants(&mut group, spot);
    group
}

fn rotation(group: &mut Group, spot: &Spot<'_>) {
    match spot.at("RefreshTokenRotation/Feature") {
        Some(found) => {
            let value = match Grammar::Text.read(found.node) {
                Value::Text(text) => Value::Switch(text.eq_ignore_ascii_case("ENABLED")),
                other => other,
            };
            group.set(Role::RefreshRotation, value, &found, "RefreshTokenRotation");
        }
        None => match spot.child("RefreshTokenRotation").filter(|found| found.node.is_computed()) {
            Some(found) => group.set(Role::RefreshRotation, Value::Unresolved, &found, "RefreshTokenRotation"),
            None => group.assume(Role::RefreshRotation, Value::Switch(false), spot, "RefreshTokenRotation"),
        },
    }
    if let Some(found) = spot.at("RefreshTokenRotation/RetryGracePeriodSeconds") {
        group.set(Role::RefreshReuseWindow, Grammar::Seconds.read(found.node), &found, "RetryGracePeriodSeconds");
    }
    if let Some(found) = spot.child("EnableTokenRevocation") {
        group.set(Role::Revocation, Grammar::Switch.read(found.node), &found, "EnableTokenRevocation");
    }
}

fn grants(group: &mut Group, spot: &Spot<'_>) {
    let items = |key: &str| spot.child(key).map(|list| list.items()).unwrap_or_default();
    for flow in items("AllowedOAuthFlows") {
        if flow.node.text() == Some("implicit") {
            group.set(Role::GrantImplicit, Value::Switch(true), &flow, "AllowedOAuthFlows");
        }
    }
    for flow in items("ExplicitAuthFlows") {
        // The client sees the password, unlike with SRP.
        if flow.node.text().is_some_and(|text| ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"].contains(&text)) {
            group.set(Role::GrantPassword, Value::Switch(true), &flow, "ExplicitAuthFlows");
        }
    }
    for uri in items("CallbackURLs") {
        group.set(Role::RedirectUri, Grammar::Text.read(uri.node), &uri, "CallbackURLs");
    }
}
