//! Starter for Keycloak: a realm import with one client.

use super::literals::plain;
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;
use serde_json::{Value, json};

pub(super) static STARTER: Starter = Starter {
    id: "keycloak",
    file: "realm.json",
    left_to_you: "users, roles and the theme of the pages",
    kind: Kind::Issuer,
    keeps: &[
        SettingRole::AccessTokenLifetime,
        SettingRole::RefreshIdle,
        SettingRole::RefreshLifetime,
        SettingRole::RefreshRotation,
        SettingRole::SessionIdle,
        SettingRole::SessionLifetime,
    ],
    limits: &[],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let mut realm = json!({
        "realm": plain(&settings.name),
        "enabled": true,
        "sslRequired": "external",
        "accessTokenLifespan": settings.access.as_seconds(),
        "accessCodeLifespan": 60,
        "revokeRefreshToken": settings.rotation.is_some(),
        // A count without a time: a replaced token is never accepted again.
        "refreshTokenMaxReuse": 0,
        "offlineSessionMaxLifespanEnabled": true,
        "offlineSessionMaxLifespan": settings.refresh_limit().as_seconds(),
        "clients": [client(settings)],
    });
    let limits = [
        ("ssoSessionIdleTimeout", settings.session_idle),
        ("ssoSessionMaxLifespan", settings.session_absolute),
        ("offlineSessionIdleTimeout", settings.refresh_idle.or(Some(settings.refresh_limit()))),
    ];
    if let Value::Object(members) = &mut realm {
        members.extend(
            limits.iter().filter_map(|(name, limit)| Some(((*name).to_owned(), limit.as_ref()?.as_seconds().into()))),
        );
    }
    format!("{realm:#}\n")
}

/// The audience is in tokens only if a mapper adds it.
fn client(settings: &StarterSpec) -> Value {
    json!({
        "clientId": format!("{}-web", plain(&settings.name)),
        "publicClient": settings.is_public(),
        "standardFlowEnabled": true,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false,
        "redirectUris": [plain(&settings.callback())],
        "attributes": { "pkce.code.challenge.method": "S256" },
        "protocolMappers": [{
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.custom.audience": plain(&settings.audience), "access.token.claim": "true" },
        }],
    })
}
