//! How CloudFormation and Terraform call what both say of a user pool client.

use crate::product_config::field::{Absent, Field, Spot, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::Role;

const CFN: &str = "AWS CloudFormation reference, AWS::Cognito::UserPoolClient";
const TF: &str = "hashicorp/terraform-provider-aws website/docs/r/cognito_user_pool_client.html.markdown at 093c411992b9; \
                  the default is that of the AWS API";
const ROTATION: &str = "hashicorp/terraform-provider-aws 6, refresh_token_rotation of aws_cognito_user_pool_client";

pub(super) struct Dialect {
    /// Where its tables lie, for the page of formats.
    pub place: &'static str,
    pub why: &'static str,
    pub lifetimes: &'static [Field],
    /// In the order of `lifetimes`: what `unit_block` calls each.
    pub units: &'static [&'static str],
    pub also: &'static [Field],
    pub unit_block: &'static str,
    pub rotation_block: &'static str,
    pub feature: &'static str,
    pub grace: &'static str,
    pub revocation: &'static str,
    pub flows: &'static str,
    pub sign_ins: &'static str,
    pub callbacks: &'static str,
    pub secret: &'static str,
    pub authorizer_place: &'static str,
    /// How long API Gateway keeps what was said of a token.
    pub authorizer: &'static [Field],
}

pub(super) static CLOUDFORMATION: Dialect = Dialect {
    place: "/Resources/*/Properties",
    why: "a resource AWS::Cognito::UserPoolClient",
    lifetimes: &[
        field("AccessTokenValidity", Role::AccessTokenLifetime, Grammar::Hours, Absent::Means("1"), CFN),
        field("IdTokenValidity", Role::IdTokenLifetime, Grammar::Hours, Absent::Means("1"), CFN),
        field("RefreshTokenValidity", Role::RefreshLifetime, Grammar::Days, Absent::Means("30"), CFN),
    ],
    units: &["AccessToken", "IdToken", "RefreshToken"],
    also: &[
        field("EnableTokenRevocation", Role::Revocation, Grammar::Switch, Absent::Unjudged, CFN),
        field("RefreshTokenRotation/Feature", Role::RefreshRotation, Grammar::Text, Absent::Means("DISABLED"), CFN),
        field(
            "RefreshTokenRotation/RetryGracePeriodSeconds",
            Role::RefreshReuseWindow,
            Grammar::Seconds,
            Absent::Unjudged,
            CFN,
        ),
        field("AllowedOAuthFlows", Role::GrantImplicit, Grammar::Texts, Absent::Unjudged, CFN),
        field("ExplicitAuthFlows", Role::GrantPassword, Grammar::Texts, Absent::Unjudged, CFN),
        field("CallbackURLs", Role::RedirectUri, Grammar::Texts, Absent::Unjudged, CFN),
    ],
    unit_block: "TokenValidityUnits",
    rotation_block: "RefreshTokenRotation",
    feature: "Feature",
    grace: "RetryGracePeriodSeconds",
    revocation: "EnableTokenRevocation",
    flows: "AllowedOAuthFlows",
    sign_ins: "ExplicitAuthFlows",
    callbacks: "CallbackURLs",
    secret: "GenerateSecret",
    authorizer_place: "/Resources/*/Properties of AWS::ApiGateway::Authorizer",
    authorizer: &[field(
        "AuthorizerResultTtlInSeconds",
        Role::AnswerCache,
        Grammar::Seconds,
        Absent::Means("300"),
        "AWS CloudFormation reference, AWS::ApiGateway::Authorizer",
    )],
};

pub(super) static TERRAFORM: Dialect = Dialect {
    place: "/resource/aws_cognito_user_pool_client/*",
    why: "a resource aws_cognito_user_pool_client",
    lifetimes: &[
        field("access_token_validity", Role::AccessTokenLifetime, Grammar::Hours, Absent::Means("1"), TF),
        field("id_token_validity", Role::IdTokenLifetime, Grammar::Hours, Absent::Means("1"), TF),
        field("refresh_token_validity", Role::RefreshLifetime, Grammar::Days, Absent::Means("30"), TF),
    ],
    units: &["access_token", "id_token", "refresh_token"],
    also: &[
        field("enable_token_revocation", Role::Revocation, Grammar::Switch, Absent::Unjudged, TF),
        field(
            "refresh_token_rotation/feature",
            Role::RefreshRotation,
            Grammar::Text,
            Absent::Means("DISABLED"),
            ROTATION,
        ),
        field(
            "refresh_token_rotation/retry_grace_period_seconds",
            Role::RefreshReuseWindow,
            Grammar::Seconds,
            Absent::Unjudged,
            ROTATION,
        ),
        field("allowed_oauth_flows", Role::GrantImplicit, Grammar::Texts, Absent::Unjudged, TF),
        field("explicit_auth_flows", Role::GrantPassword, Grammar::Texts, Absent::Unjudged, TF),
        field("callback_urls", Role::RedirectUri, Grammar::Texts, Absent::Unjudged, TF),
    ],
    unit_block: "token_validity_units",
    rotation_block: "refresh_token_rotation",
    feature: "feature",
    grace: "retry_grace_period_seconds",
    revocation: "enable_token_revocation",
    flows: "allowed_oauth_flows",
    sign_ins: "explicit_auth_flows",
    callbacks: "callback_urls",
    secret: "generate_secret",
    authorizer_place: "/resource/aws_api_gateway_authorizer/*",
    authorizer: &[field(
        "authorizer_result_ttl_in_seconds",
        Role::AnswerCache,
        Grammar::Seconds,
        Absent::Means("300"),
        "hashicorp/terraform-provider-aws website/docs/r/api_gateway_authorizer.html.markdown",
    )],
};

/// A block, which Terraform's JSON also writes as a list of one.
pub(super) fn first(spot: Spot<'_>) -> Spot<'_> {
    spot.items().into_iter().next().unwrap_or(spot)
}
