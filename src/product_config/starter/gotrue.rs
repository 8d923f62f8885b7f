//! Starter for GoTrue, that is Supabase Auth without the rest of Supabase: its environment.

use super::literals::{go, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "gotrue",
    file: ".env",
    left_to_you: "the database, e-mail, and GOTRUE_JWT_SECRET from a secrets manager",
    kind: Kind::Issuer,
    keeps: &[
        SettingRole::AccessTokenLifetime,
        SettingRole::RefreshRotation,
        SettingRole::RefreshReuseWindow,
        SettingRole::SessionIdle,
        SettingRole::SessionLifetime,
    ],
    limits: &[],
    public_only: true,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let grace = settings.rotation.unwrap_or_default().grace.as_seconds();
    let mut text = format!(
        "GOTRUE_SITE_URL={site}\nGOTRUE_URI_ALLOW_LIST={callback}\nGOTRUE_JWT_ISSUER={issuer}\n\
         GOTRUE_JWT_AUD={audience}\n\
         # GOTRUE_JWT_SECRET comes from a secrets manager: 32 random bytes or more.\n\
         # Seconds. After logout a token is accepted for up to this long.\nGOTRUE_JWT_EXP={access}\n\
         GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED=true\n\
         # Seconds. Accepts a replaced refresh token for this long, in case a response was lost.\n\
         GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL={grace}\n\
         # The maximum duration of a session, and of an idle session.\n\
         GOTRUE_SESSIONS_TIMEBOX={limit}\n",
        site = quoted(&settings.application),
        callback = quoted(&settings.callback()),
        issuer = quoted(&settings.issuer),
        audience = quoted(&settings.audience),
        access = settings.access.as_seconds(),
        limit = go(settings.session_limit()),
    );
    if let Some(idle) = settings.session_idle {
        text.push_str(&format!("GOTRUE_SESSIONS_INACTIVITY_TIMEOUT={}\n", go(idle)));
    }
    text
}
