//! Starter for Istio: the issuer of tokens, and a policy that requires one.

use super::literals::{plain, quoted};
use super::spec::StarterSpec;
use super::{Kind, Starter};
use crate::product_config::setting::SettingRole;

pub(super) static STARTER: Starter = Starter {
    id: "istio",
    file: "request-authentication.yaml",
    left_to_you: "the URL of the issuer's keys, the namespace, and the paths that need no token",
    kind: Kind::Verifier,
    keeps: &[] as &[SettingRole],
    limits: &[],
    public_only: false,
    text,
};

/// A RequestAuthentication alone lets requests without a token pass; the AuthorizationPolicy rejects them.
fn text(settings: &StarterSpec) -> String {
    let issuer = settings.issuer.trim_end_matches('/');
    format!(
        "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata:\n  name: {name}\nspec:\n  jwtRules:\n    \
         - issuer: {issuer}\n      audiences: [{audience}]\n      jwksUri: {jwks}\n      \
         # Without this, a token in the URL is accepted, too.\n      \
         fromHeaders: [{{name: Authorization, prefix: \"Bearer \"}}]\n\
         ---\n\
         # Without this, a request without a token passes.\n\
         apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata:\n  name: {name}\nspec:\n  rules:\n    \
         - from:\n        - source:\n            requestPrincipals: [{principal}]\n",
        name = quoted(&settings.name),
        issuer = quoted(&settings.issuer),
        audience = quoted(&settings.audience),
        jwks = quoted(&format!("{issuer}/.well-known/jwks.json")),
        principal = quoted(&format!("{}/*", plain(&settings.issuer))),
    )
}
