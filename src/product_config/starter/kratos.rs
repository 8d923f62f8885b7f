//! Starter for Ory Kratos: `kratos.yml` with sessions, and a JWT for services that cannot query Kratos.

use super::literals::{go, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "kratos",
    file: "kratos.yml",
    left_to_you: "the identity schema, the database, mail, and the secrets in the environment",
    kind: Kind::Issuer,
    keeps: &[SettingRole::AccessTokenLifetime, SettingRole::SessionLifetime],
    limits: &[],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    format!(
        "selfservice:\n  default_browser_return_url: {application}\n  flows:\n    logout:\n      after:\n        \
         default_browser_return_url: {application}\n\n\
         identity:\n  default_schema_id: default\n  schemas:\n    - id: default\n      \
         url: file:///etc/kratos/identity.schema.json\n\n\
         session:\n  # The maximum duration of a session.\n  lifespan: {session}\n  whoami:\n    tokenizer:\n      \
         templates:\n        {name}:\n          \
         # The token of an ended session is accepted for up to this long.\n          ttl: {access}\n          \
         jwks_url: file:///etc/kratos/tokenizer.jwks.json\n\n\
         cookies:\n  secure: {secure}\n  same_site: {same_site}\n\n\
         # secrets.default, secrets.cookie and secrets.cipher come from SECRETS_* in the environment.\n",
        application = quoted(&settings.application),
        session = go(settings.session_limit()),
        name = quoted(&settings.name),
        access = go(settings.access),
        secure = settings.cookie.secure,
        same_site = settings.cookie.same_site.name(),
    )
}
