//! Starter for Envoy: the JWT filter, for the list of HTTP filters.

use super::literals::quoted;
use super::spec::StarterSpec;
use super::{DurationRange, Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "envoy",
    file: "jwt-filter.yaml",
    left_to_you: "the URL of the issuer's keys, the cluster for it, and the paths that need no token",
    kind: Kind::Verifier,
    keeps: &[SettingRole::AccessTokenLifetime, SettingRole::ClockSkew],
    // A skew of 0 means unset, which is 60 (config.proto).
    limits: &[DurationRange { role: SettingRole::ClockSkew, least: 1, most: u64::MAX }],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let name = quoted(&settings.name);
    format!(
        "name: envoy.filters.http.jwt_authn\ntyped_config:\n  \
         \"@type\": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication\n  \
         providers:\n    {name}:\n      issuer: {issuer}\n      audiences: [{audience}]\n      \
         require_expiration: true\n      \
         # Rejects tokens with a longer lifetime, even if their issuer allows it.\n      \
         max_lifetime: {access}s\n      clock_skew_seconds: {leeway}\n      \
         # Without this, a token in the URL is accepted, too.\n      \
         from_headers: [{{name: Authorization, value_prefix: \"Bearer \"}}]\n      remote_jwks:\n        http_uri:\n          \
         uri: {jwks}\n          cluster: issuer\n          timeout: 5s\n        \
         # A withdrawn key is accepted for up to this long.\n        cache_duration: 300s\n  \
         rules:\n    - match: {{prefix: /}}\n      requires: {{provider_name: {name}}}\n",
        issuer = quoted(&settings.issuer),
        audience = quoted(&settings.audience),
        access = settings.access.as_seconds(),
        leeway = settings.leeway.as_seconds(),
        jwks = quoted(&format!("{}/.well-known/jwks.json", settings.issuer.trim_end_matches('/'))),
    )
}
