//! Starter for oauth2-proxy: `oauth2-proxy.cfg`.

use super::literals::{go, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "oauth2-proxy",
    file: "oauth2-proxy.cfg",
    left_to_you: "the users to admit, the upstreams, and both secrets in the environment",
    kind: Kind::Proxy,
    keeps: &[SettingRole::AccessTokenLifetime, SettingRole::SessionLifetime],
    limits: &[],
    public_only: false,
    text,
};

fn text(settings: &StarterSpec) -> String {
    let cookie = settings.cookie;
    format!(
        "provider = \"oidc\"\noidc_issuer_url = {issuer}\nredirect_url = {callback}\ncode_challenge_method = \"S256\"\n\
         client_id = {name}\n\
         # client_secret and cookie_secret come from OAUTH2_PROXY_CLIENT_SECRET and OAUTH2_PROXY_COOKIE_SECRET.\n\n\
         # The users to admit, and the upstreams.\nemail_domains = [\"example.com\"]\n\
         upstreams = [\"http://127.0.0.1:8080/\"]\n\n\
         cookie_secure = {secure}\ncookie_httponly = {http_only}\ncookie_samesite = \"{same_site}\"\n\
         # The maximum duration of a session.\ncookie_expire = \"{expire}\"\n\
         # The interval of checks with the issuer: a user disabled there loses access after it.\n\
         cookie_refresh = \"{refresh}\"\n",
        issuer = quoted(&settings.issuer),
        callback = quoted(&format!("{}/oauth2/callback", settings.application.trim_end_matches('/'))),
        name = quoted(&settings.name),
        secure = cookie.secure,
        http_only = cookie.http_only,
        same_site = cookie.same_site.name().to_ascii_lowercase(),
        expire = go(settings.session_limit()),
        refresh = go(settings.access),
    )
}
