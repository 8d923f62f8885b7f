//! Starter for Supabase: `supabase/config.toml`. A refresh token of Supabase is valid as long as its session, so the
//! limits are those of sessions.

use super::literals::{go, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "supabase",
    file: "supabase/config.toml",
    left_to_you: "providers, e-mail and the rest of the project; the signing keys stay out of the file",
    kind: Kind::Issuer,
    keeps: &[
        SettingRole::AccessTokenLifetime,
        SettingRole::RefreshRotation,
        SettingRole::RefreshReuseWindow,
        SettingRole::SessionIdle,
        SettingRole::SessionLifetime,
    ],
    // The template of the CLI documents "Maximum 604,800" for jwt_expiry.
    limits: &[super::DurationRange { role: SettingRole::AccessTokenLifetime, least: 1, most: 604_800 }],
    public_only: true,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let grace = settings.rotation.unwrap_or_default().grace.as_seconds();
    let mut sessions =
        format!("# The maximum duration of a session.\ntimebox = \"{}\"\n", go(settings.session_limit()));
    if let Some(idle) = settings.session_idle {
        sessions
            .push_str(&format!("# The maximum duration of an idle session.\ninactivity_timeout = \"{}\"\n", go(idle)));
    }
    format!(
        "project_id = {name}\n\n[auth]\nsite_url = {site}\nadditional_redirect_urls = [{callback}]\n\
         # Seconds. After logout a token is accepted for up to this long.\njwt_expiry = {access}\n\
         enable_refresh_token_rotation = true\n\
         # Seconds. Accepts a replaced refresh token for this long, in case a response was lost.\n\
         refresh_token_reuse_interval = {grace}\n\n[auth.sessions]\n{sessions}",
        name = quoted(&settings.name),
        site = quoted(&settings.application),
        callback = quoted(&settings.callback()),
        access = settings.access.as_seconds(),
    )
}
