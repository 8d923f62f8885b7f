//! Starter for Ory Hydra: `hydra.yml`.

use super::literals::{go, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "hydra",
    file: "hydra.yml",
    left_to_you: "the login and consent pages, the database, and SECRETS_SYSTEM in the environment",
    kind: Kind::Issuer,
    keeps: &[
        SettingRole::AccessTokenLifetime,
        SettingRole::RefreshLifetime,
        SettingRole::RefreshReuseWindow,
        SettingRole::SessionLifetime,
    ],
    // The maximum grace period is five minutes (spec/config.json).
    limits: &[super::DurationRange { role: SettingRole::RefreshReuseWindow, least: 0, most: 300 }],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let application = settings.application.trim_end_matches('/');
    format!(
        "urls:\n  self:\n    issuer: {issuer}\n  login: {login}\n  consent: {consent}\n\n\
         strategies:\n  # A JWT is verified offline: it is accepted until it expires.\n  access_token: jwt\n\n\
         ttl:\n  access_token: {access}\n  id_token: {access}\n  refresh_token: {refresh}\n  auth_code: 1m\n  \
         authentication_session: {session}\n\n\
         oauth2:\n  pkce:\n    enforced: true\n  grant:\n    refresh_token:\n      \
         # Accepts a replaced refresh token for this long, in case a response was lost.\n      \
         rotation_grace_period: {grace}\n\n\
         serve:\n  cookies:\n    secure: {secure}\n    same_site_mode: {same_site}\n\n\
         # secrets.system comes from SECRETS_SYSTEM in the environment.\n",
        issuer = quoted(&settings.issuer),
        login = quoted(&format!("{application}/login")),
        consent = quoted(&format!("{application}/consent")),
        access = go(settings.access),
        refresh = go(settings.refresh_limit()),
        session = go(settings.session_limit()),
        grace = go(settings.rotation.unwrap_or_default().grace),
        secure = settings.cookie.secure,
        same_site = settings.cookie.same_site.name(),
    )
}
