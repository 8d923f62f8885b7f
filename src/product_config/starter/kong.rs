//! Starter for Kong: the jwt plugin in declarative configuration.

use super::literals::{plain, quoted};
use super::spec::StarterSpec;
use super::{DurationRange, Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "kong",
    file: "kong.yml",
    left_to_you: "services and routes, and the issuer's public key in jwt_secrets of a consumer; the plugin does not check aud",
    kind: Kind::Verifier,
    keeps: &[SettingRole::AccessTokenLifetime],
    // The maximum is a year (schema.lua).
    limits: &[DurationRange { role: SettingRole::AccessTokenLifetime, least: 1, most: 31_536_000 }],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    format!(
        "_format_version: \"3.0\"\nplugins:\n  - name: jwt\n    config:\n      \
         # Only listed claims are verified.\n      claims_to_verify: [exp]\n      \
         # Seconds. Rejects tokens with a longer lifetime, even if their issuer allows it.\n      \
         maximum_expiration: {access}\n      \
         # By default, a token in the URL is accepted, too.\n      uri_param_names: []\n      cookie_names: []\n      \
         header_names: [authorization]\n      key_claim_name: iss\n\
         consumers:\n  - username: {name}\n    # jwt_secrets: one with key {issuer}, its algorithm and rsa_public_key.\n",
        access = settings.access.as_seconds(),
        name = quoted(&settings.name),
        issuer = plain(&settings.issuer),
    )
}
