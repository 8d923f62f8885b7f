//! The names of a user pool client's settings in CloudFormation and in Terraform.

use crate::product_config::field::{AbsentMeaning, FieldSpec, NodeRef, field};
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::SettingRole;

const CFN: &str = "AWS CloudFormation reference, AWS::Cognito::UserPoolClient";
const TF: &str = "hashicorp/terraform-provider-aws website/docs/r/cognito_user_pool_client.html.markdown at 093c411992b9; \
                  the default is that of the AWS API";
const ROTATION: &str = "hashicorp/terraform-provider-aws 6, refresh_token_rotation of aws_cognito_user_pool_client";

pub(super) struct Dialect {
    /// The pointer of its tables, for the list of formats.
    pub place: &'static str,
    pub why: &'static str,
    pub lifetimes: &'static [FieldSpec],
    /// In the order of `lifetimes`: the key of each in `unit_block`.
    pub units: &'static [&'static str],
    pub also: &'static [FieldSpec],
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
    /// How long API Gateway caches the result of an authorizer.
    pub authorizer: &'static [FieldSpec],
}

pub(super) static CLOUDFORMATION: Dialect = Dialect {
    place: "/Resources/*/Properties",
    why: "a resource AWS::Cognito::UserPoolClient",
    lifetimes: &[
        field(
            "AccessTokenValidity",
            SettingRole::AccessTokenLifetime,
            Grammar::Hours,
            AbsentMeaning::Default("1"),
            CFN,
        ),
        field("IdTokenValidity", SettingRole::IdTokenLifetime, Grammar::Hours, AbsentMeaning::Default("1"), CFN),
        field("RefreshTokenValidity", SettingRole::RefreshLifetime, Grammar::Days, AbsentMeaning::Default("30"), CFN),
    ],
    units: &["AccessToken", "IdToken", "RefreshToken"],
    also: &[
        field("EnableTokenRevocation", SettingRole::Revocation, Grammar::Switch, AbsentMeaning::Unjudged, CFN),
        field(
            "RefreshTokenRotation/Feature",
            SettingRole::RefreshRotation,
            Grammar::Text,
            AbsentMeaning::Default("DISABLED"),
            CFN,
        ),
        field(
            "RefreshTokenRotation/RetryGracePeriodSeconds",
            SettingRole::RefreshReuseWindow,
            Grammar::Seconds,
            AbsentMeaning::Unjudged,
            CFN,
        ),
        field("AllowedOAuthFlows", SettingRole::GrantImplicit, Grammar::Texts, AbsentMeaning::Unjudged, CFN),
        field("ExplicitAuthFlows", SettingRole::GrantPassword, Grammar::Texts, AbsentMeaning::Unjudged, CFN),
        field("CallbackURLs", SettingRole::RedirectUri, Grammar::Texts, AbsentMeaning::Unjudged, CFN),
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
        SettingRole::AnswerCache,
        Grammar::Seconds,
        AbsentMeaning::Default("300"),
        "AWS CloudFormation reference, AWS::ApiGateway::Authorizer",
    )],
};

pub(super) static TERRAFORM: Dialect = Dialect {
    place: "/resource/aws_cognito_user_pool_client/*",
    why: "a resource aws_cognito_user_pool_client",
    lifetimes: &[
        field(
            "access_token_validity",
            SettingRole::AccessTokenLifetime,
            Grammar::Hours,
            AbsentMeaning::Default("1"),
            TF,
        ),
        field("id_token_validity", SettingRole::IdTokenLifetime, Grammar::Hours, AbsentMeaning::Default("1"), TF),
        field("refresh_token_validity", SettingRole::RefreshLifetime, Grammar::Days, AbsentMeaning::Default("30"), TF),
    ],
    units: &["access_token", "id_token", "refresh_token"],
    also: &[
        field("enable_token_revocation", SettingRole::Revocation, Grammar::Switch, AbsentMeaning::Unjudged, TF),
        field(
            "refresh_token_rotation/feature",
            SettingRole::RefreshRotation,
            Grammar::Text,
            AbsentMeaning::Default("DISABLED"),
            ROTATION,
        ),
        field(
            "refresh_token_rotation/retry_grace_period_seconds",
            SettingRole::RefreshReuseWindow,
            Grammar::Seconds,
            AbsentMeaning::Unjudged,
            ROTATION,
        ),
        field("allowed_oauth_flows", SettingRole::GrantImplicit, Grammar::Texts, AbsentMeaning::Unjudged, TF),
        field("explicit_auth_flows", SettingRole::GrantPassword, Grammar::Texts, AbsentMeaning::Unjudged, TF),
        field("callback_urls", SettingRole::RedirectUri, Grammar::Texts, AbsentMeaning::Unjudged, TF),
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
        SettingRole::AnswerCache,
        Grammar::Seconds,
        AbsentMeaning::Default("300"),
        "hashicorp/terraform-provider-aws website/docs/r/api_gateway_authorizer.html.markdown",
    )],
};

/// A block, which Terraform's JSON syntax also allows as a list with one item.
pub(super) fn first(spot: NodeRef<'_>) -> NodeRef<'_> {
    spot.items().into_iter().next().unwrap_or(spot)
}
