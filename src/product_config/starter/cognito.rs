//! Starter for AWS Cognito: a CloudFormation template with a user pool and its client.

use super::literals::{plain, quoted};
use super::spec::StarterSpec;
use super::{DurationRange, Kind, Starter};
use crate::product_config::setting::SettingRole;
use crate::time::Span;

pub(super) static STARTER: Starter = Starter {
    id: "cognito",
    file: "template.yaml",
    left_to_you: "a domain for the login pages, and the policy for passwords and second factors",
    kind: Kind::Issuer,
    keeps: &[
        SettingRole::AccessTokenLifetime,
        SettingRole::RefreshLifetime,
        SettingRole::RefreshRotation,
        SettingRole::RefreshReuseWindow,
    ],
    // AWS CloudFormation reference, TokenValidityUnits and RefreshTokenRotation: five minutes to a day, an hour to ten
    // years, up to a minute.
    limits: &[
        DurationRange { role: SettingRole::AccessTokenLifetime, least: 300, most: 86_400 },
        DurationRange { role: SettingRole::RefreshLifetime, least: 3_600, most: 10 * 365 * 86_400 },
        DurationRange { role: SettingRole::RefreshReuseWindow, least: 0, most: 60 },
    ],
    public_only: false,
    text,
};

/// A number and the largest unit in which it is whole.
fn counted(span: Span) -> (u64, &'static str) {
    let seconds = span.as_seconds();
    let whole = |unit: u64| seconds.checked_rem(unit) == Some(0) && seconds >= unit;
    [(86_400, "days"), (3_600, "hours"), (60, "minutes")]
        .into_iter()
        .find(|(unit, _)| whole(*unit))
        .map_or((seconds, "seconds"), |(unit, name)| (seconds.checked_div(unit).unwrap_or(seconds), name))
}

fn text(settings: &StarterSpec) -> String {
    let (access, access_unit) = counted(settings.access);
    let (refresh, refresh_unit) = counted(settings.refresh_limit());
    // AWS rejects ALLOW_REFRESH_TOKEN_AUTH together with rotation: clients call GetTokensFromRefreshToken instead.
    let (rotation, flows) = match settings.rotation {
        Some(rotation) => (
            format!(
                "      RefreshTokenRotation:\n        Feature: ENABLED\n        \
                 # Accepts a replaced refresh token for this long, in case a response was lost.\n        \
                 RetryGracePeriodSeconds: {}\n",
                rotation.grace.as_seconds()
            ),
            "ALLOW_USER_SRP_AUTH",
        ),
        None => (String::new(), "ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH"),
    };
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  UserPool:\n    Type: AWS::Cognito::UserPool\n    \
         Properties:\n      UserPoolName: {name}\n  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      \
         ClientName: {client}\n      UserPoolId: !Ref UserPool\n      # A secret makes the client confidential.\n      \
         GenerateSecret: {secret}\n      # Without a unit the number is in hours.\n      \
         AccessTokenValidity: {access}\n      IdTokenValidity: {access}\n      RefreshTokenValidity: {refresh}\n      \
         TokenValidityUnits:\n        AccessToken: {access_unit}\n        IdToken: {access_unit}\n        \
         RefreshToken: {refresh_unit}\n{rotation}      EnableTokenRevocation: true\n      \
         PreventUserExistenceErrors: ENABLED\n      AllowedOAuthFlowsUserPoolClient: true\n      \
         AllowedOAuthFlows: [code]\n      AllowedOAuthScopes: [openid]\n      SupportedIdentityProviders: [COGNITO]\n      \
         ExplicitAuthFlows: [{flows}]\n      CallbackURLs: [{callback}]\n",
        name = quoted(&settings.name),
        client = quoted(&format!("{}-web", plain(&settings.name))),
        secret = !settings.is_public(),
        callback = quoted(&settings.callback()),
    )
}
