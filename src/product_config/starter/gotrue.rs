//! The environment of GoTrue, which is Supabase Auth on its own.

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
         # Seconds. For so long a signed-out user's token is accepted.\nGOTRUE_JWT_EXP={access}\n\
         GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED=true\n\
         # Seconds in which a replaced refresh token works again, for answers that got lost.\n\
         GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL={grace}\n\
         # The longest that a sign-in lasts, and that one lasts which nobody uses.\n\
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
