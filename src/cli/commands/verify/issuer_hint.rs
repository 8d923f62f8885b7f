//! The hint which key a token needs, for a token that no key at hand can verify: a new key never verifies it.

use authkit::http::url::HttpUrl;
use authkit::token::claims::Claims;

/// Names the ways to a key of the issuer. `claims` is the unverified JSON of the token: an issuer that is a URL can
/// publish its keys (OpenID Connect Discovery 1.0 §4), and the user decides whether to trust it.
pub fn key_hint(claims: Option<&str>) -> String {
    match claims.and_then(issuer_url) {
        Some(issuer) => format!("if you trust the issuer of the token, verify with its keys: -k oidc:{issuer}"),
        None => "name a key of the issuer with -k FILE, -k https://HOST/jwks.json or -k oidc:https://HOST".to_owned(),
    }
}

/// The issuer, if the key SPEC `oidc:` takes it and a shell does not interpret it.
fn issuer_url(claims: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let claims = Claims::parse(claims).ok()?;
    let issuer = claims.iss.present()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/".contains(c);
    let is_usable = issuer.starts_with("https://") && issuer.len() <= LONGEST && issuer.chars().all(is_plain);
    (is_usable && HttpUrl::parse(issuer).is_ok()).then(|| issuer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuer_with_a_plain_url_is_named_and_any_other_is_not() {
        let hint = |iss: &str| key_hint(Some(&serde_json::json!({ "iss": iss }).to_string()));
        assert!(hint("https://id.test/realms/a").ends_with("-k oidc:https://id.test/realms/a"));
        for iss in ["", "shop", "http://id.test", "https://", "https://a b", "https://a;rm", "https://a/$(x)"] {
            assert!(!hint(iss).contains("trust"), "{iss}: {}", hint(iss));
        }
        assert_eq!(key_hint(None), key_hint(Some("[")));
    }
}
