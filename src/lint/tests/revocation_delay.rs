//! Tests of the revocation delay: every setting of a file that extends it contributes a named term to the sum.

use super::*;

/// The message of a rule about a file.
#[track_caller]
fn says(text: &str, name: &str, rule: &str) -> String {
    let linted = Linter::new(&RuleConfig::default()).lint(text, name, None);
    let found = linted.findings.iter().find(|one| one.rule == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {:?}", linted.findings)).message.clone()
}

#[track_caller]
fn has(message: &str, words: &str) {
    assert!(message.contains(words), "{message}\ndoes not contain: {words}");
}

#[test]
fn access_token_lifetime_adds_to_revocation_delay() {
    let realm = r#"{"realm": "a", "accessTokenLifespan": 86400, "sslRequired": "all"}"#;
    has(
        &says(realm, "realm.json", "access-token-ttl"),
        "one stays valid 24 h 1 min after you disable the user (lifetime 24 h + assumed clock skew 1 min)",
    );
    // Self-hosted Supabase verifies with PostgREST.
    let env = "JWT_EXPIRY=86400\nJWT_SECRET=${S}\nSERVICE_ROLE_KEY=${K}\n";
    has(
        &says(env, ".env", "access-token-ttl"),
        "24 h 30 s after you disable the user (lifetime 24 h + clock skew of PostgREST 30 s)",
    );
    let kratos = "selfservice: {flows: {}}\nidentity: {}\nsession:\n  whoami:\n    tokenizer:\n      templates:\n        \
                  api: {ttl: 2h}\n";
    has(&says(kratos, "kratos.yml", "access-token-ttl"), "one stays valid 2 h 1 min after");
}

#[test]
fn verifier_clock_skew_adds_to_revocation_delay() {
    let envoy = |rest: &str| {
        format!(
            "'@type': x/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication\nproviders:\n  p:\n    issuer: a\n    \
             maxLifetime: 86400s\n{rest}"
        )
    };
    let message = says(&envoy(""), "envoy.yaml", "access-token-ttl");
    has(
        &message,
        "one stays valid 24 h 1 min after you disable the user (longest lifetime 24 h + clock skew of Envoy 1 min)",
    );
    let message = says(&envoy("    clock_skew_seconds: 600\n"), "envoy.yaml", "access-token-ttl");
    has(
        &message,
        "24 h 10 min after you disable the user (longest lifetime 24 h + clock skew (clockSkewSeconds) 10 min)",
    );
    let none = says(&envoy("    clock_skew_seconds: 0\n"), "envoy.yaml", "access-token-ttl");
    has(&none, "one stays valid 24 h 1 min after");
}

#[test]
fn compose_file_verifier_adds_clock_skew_to_its_issuer() {
    let compose = |rest: &str| {
        format!("services:\n  auth:\n    environment:\n      GOTRUE_JWT_EXP: 86400\n  rest:\n    environment:\n{rest}")
    };
    let postgrest = compose("      PGRST_JWT_SECRET: ${S}\n");
    let message = says(&postgrest, "compose.yaml", "access-token-ttl");
    has(&message, "24 h 30 s after you disable the user (lifetime 24 h + clock skew of PostgREST 30 s)");
    let hasura =
        compose("      HASURA_GRAPHQL_JWT_SECRET: '{\"type\":\"HS256\",\"key\":\"x\",\"allowed_skew\":600}'\n");
    let message = says(&hasura, "compose.yaml", "access-token-ttl");
    has(&message, "24 h 10 min after you disable the user (lifetime 24 h + clock skew (allowed_skew) 10 min)");
}

#[test]
fn gateway_cache_adds_to_revocation_delay() {
    let client = "resource \"aws_cognito_user_pool_client\" \"app\" {\n  access_token_validity = 12\n}\n";
    let gateway = |rest: &str| {
        format!("{client}resource \"aws_api_gateway_authorizer\" \"a\" {{\n  type = \"COGNITO_USER_POOLS\"\n{rest}}}\n")
    };
    let message = says(&gateway(""), "main.tf", "access-token-ttl");
    has(
        &message,
        "12 h 6 min after you disable the user (lifetime 12 h + assumed clock skew 1 min + cached result (by default) 5 min)",
    );
    let message = says(&gateway("  authorizer_result_ttl_in_seconds = 3600\n"), "main.tf", "access-token-ttl");
    has(&message, "13 h 1 min after you disable the user");
    has(&message, "cached result (authorizer_result_ttl_in_seconds) 1 h");
    let message = says(&gateway("  authorizer_result_ttl_in_seconds = 0\n"), "main.tf", "access-token-ttl");
    has(&message, "12 h 1 min after you disable the user (lifetime 12 h + assumed clock skew 1 min)");
    let template = "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {AccessTokenValidity: 12}\n  \
                    A:\n    Type: AWS::ApiGateway::Authorizer\n    Properties: {Type: COGNITO_USER_POOLS}\n";
    has(&says(template, "template.yaml", "access-token-ttl"), "12 h 6 min after you disable the user");
}

#[test]
fn last_access_token_adds_to_refresh_and_session_lifetime() {
    let hydra = "strategies:\n  access_token: jwt\nttl:\n  access_token: 15m\n  refresh_token: 8760h\n  \
                 authentication_session: 8760h\n";
    has(
        &says(hydra, "hydra.yml", "refresh-token-ttl"),
        "access for 365 d 16 min (refresh token 365 d + access token 15 min + assumed clock skew 1 min)",
    );
    has(
        &says(hydra, "hydra.yml", "session-absolute-ttl"),
        "access for 365 d 16 min (session 365 d + access token 15 min + assumed clock skew 1 min)",
    );
    // An opaque token is introspected: clock skew adds nothing.
    let opaque = hydra.replace("jwt", "opaque");
    has(
        &says(&opaque, "hydra.yml", "refresh-token-ttl"),
        "access for 365 d 15 min (refresh token 365 d + access token 15 min)",
    );
}

#[test]
fn proxy_without_refresh_keeps_disabled_users() {
    let proxy = |rest: &str| format!("cookie_secret = \"env(X)\"\ncookie_samesite = \"lax\"\n{rest}");
    let message = says(&proxy("cookie_expire = \"72h\"\n"), "oauth2-proxy.cfg", "session-not-rechecked");
    has(
        &message,
        "the session is never rechecked at the issuer: a user stays signed in 3 d after you disable them there",
    );
    has(&message, "the default of oauth2-proxy applies");
    let message = says(&proxy("cookie_refresh = \"48h\"\n"), "oauth2-proxy.cfg", "session-not-rechecked");
    has(&message, "rechecked at the issuer only after 2 d: a user stays signed in 2 d after you disable them there");
    let quick = proxy("cookie_refresh = \"15m\"\n");
    let found = Linter::new(&RuleConfig::default()).lint(&quick, "oauth2-proxy.cfg", None).findings;
    assert!(!found.iter().any(|one| one.rule == "session-not-rechecked"), "{found:?}");
}
