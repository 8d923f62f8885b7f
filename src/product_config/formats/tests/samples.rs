//! Tests of the formats with real and minimal files: every value at its exact position, and no others.

use crate::product_config::detect::{DetectedConfig, read};
use crate::product_config::setting::{ClientType, ProductSetting, SettingOrigin, SettingRole, SettingValue};
use crate::time::Span;

const REAL: &[(&str, &str, &str)] = &[
    ("cognito", "cognito-cfn/1.yaml", include_str!("../../../../tests/lint/cognito-cfn/1.yaml")),
    ("envoy", "envoy/3.yaml", include_str!("../../../../tests/lint/envoy/3-egctl.yaml")),
    ("envoy-gateway", "envoy/2.yaml", include_str!("../../../../tests/lint/envoy/2-gateway-securitypolicy.yaml")),
    ("gotrue", "gotrue-env/1.env", include_str!("../../../../tests/lint/gotrue-env/1.env")),
    ("hydra", "ory-hydra/1.yml", include_str!("../../../../tests/lint/ory-hydra/1.yml")),
    ("istio", "istio/2.yaml", include_str!("../../../../tests/lint/istio/2.yaml")),
    ("keycloak", "keycloak/1.json", include_str!("../../../../tests/lint/keycloak/1.json")),
    ("keycloak", "keycloak/4.yaml", include_str!("../../../../tests/lint/keycloak/4.yaml")),
    ("keycloak", "keycloak/5.json", include_str!("../../../../tests/lint/keycloak/5.json")),
    ("kong", "kong/1.yml", include_str!("../../../../tests/lint/kong/1.yml")),
    ("kratos", "ory-kratos/1.yml", include_str!("../../../../tests/lint/ory-kratos/1.yml")),
    ("kratos", "ory-kratos/4.yaml", include_str!("../../../../tests/lint/ory-kratos/4.yaml")),
    ("postgrest", "postgrest/1.config", include_str!("../../../../tests/lint/postgrest/1.config")),
    ("supabase", "supabase/1.toml", include_str!("../../../../tests/lint/supabase/1.toml")),
];

fn settings(reading: &DetectedConfig) -> Vec<&ProductSetting> {
    reading.groups().flat_map(|(_, group)| &group.settings).collect()
}

#[test]
fn real_file_matches_one_format_with_exact_positions() {
    for (format, name, text) in REAL {
        let reading = read(text, name, None).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(reading.parts.iter().all(|part| part.format.name == *format), "{name}: {:?}", reading.parts);
        for setting in settings(&reading) {
            let place = &setting.place;
            let (key, value) = (&text[place.key.clone()], &text[place.bytes.clone()]);
            if setting.origin == SettingOrigin::Default {
                continue;
            }
            assert!(!value.is_empty() && value.trim() == value, "{name}: {setting:?} {value:?}");
            if place.key != place.bytes {
                let member = place.pointer.rsplit('/').next().unwrap().replace("~1", "/");
                assert_eq!(key.trim_matches('"'), member, "{name}: {setting:?}");
                assert!(place.key.end < place.bytes.start, "{name}: {setting:?}");
            }
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            if let (SettingValue::Duration(span), Some("seconds")) = (&setting.value, setting.implied_unit) {
                assert_eq!(digits, span.as_seconds().to_string(), "{name}: {setting:?}");
            }
        }
    }
}

/// The settings of a role in a small file: value, and its bytes.
fn settings_of(text: &str, role: SettingRole) -> Vec<(SettingValue, SettingOrigin, String)> {
    let reading = read(text, "", None).unwrap_or_else(|error| panic!("{error:?} in {text}"));
    let found = settings(&reading).into_iter().filter(|setting| setting.role == role);
    found.map(|setting| (setting.value.clone(), setting.origin, text[setting.place.bytes.clone()].to_owned())).collect()
}

fn lasts(seconds: u64) -> SettingValue {
    SettingValue::Duration(Span::seconds(seconds))
}

#[test]
fn format_reads_its_units() {
    use SettingOrigin::{Default, Explicit};
    let cognito = |properties: &str| {
        format!(
            "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      ClientName: a\n{properties}"
        )
    };
    let envoy = |rest: &str| {
        format!(
            "'@type': x/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication\nproviders:\n  p:\n    issuer: a\n{rest}"
        )
    };
    let kong = |plugin: &str, rest: &str| {
        format!("_format_version: '3.0'\nplugins:\n- name: {plugin}\n  config:\n    x: 1\n{rest}")
    };
    let one = |text: String, role, value: SettingValue, origin, place: &str| {
        let found = settings_of(&text, role);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((&found[0].0, found[0].1), (&value, origin), "{text}");
        if origin == Explicit {
            assert_eq!(found[0].2, place, "{text}");
        }
    };
    let access = SettingRole::AccessTokenLifetime;
    one(cognito(""), access, lasts(3_600), Default, "");
    one(cognito("      AccessTokenValidity: 12\n"), access, lasts(43_200), Explicit, "12");
    let minutes = "      AccessTokenValidity: 60\n      TokenValidityUnits: {AccessToken: minutes}\n";
    one(cognito(minutes), access, lasts(3_600), Explicit, "60");
    let unknown = "      AccessTokenValidity: 60\n      TokenValidityUnits: {AccessToken: !Ref Unit}\n";
    one(cognito(unknown), access, SettingValue::Unresolved, Explicit, "60");
    one(cognito("      AccessTokenValidity: !Ref Minutes\n"), access, SettingValue::Unresolved, Explicit, "Minutes");
    // `!If` is a list with a tag, in flow or block style; JSON writes the same as a map.
    for computed in ["!If [A, 1, 2]", "!If\n      - A\n      - 1\n      - 2", "{'Fn::If': [A, 1, 2]}", "{Ref: Hours}"] {
        let text = cognito(&format!("      AccessTokenValidity: {computed}\n"));
        assert_eq!(settings_of(&text, access)[0].0, SettingValue::Unresolved, "{text}");
        let text = cognito(&format!("      GenerateSecret: {computed}\n"));
        let reading = read(&text, "a.yaml", None).unwrap();
        assert_eq!(reading.groups().next().unwrap().1.client, ClientType::Unknown, "{text}");
    }
    one(cognito("      RefreshTokenValidity: 7\n"), SettingRole::RefreshLifetime, lasts(604_800), Explicit, "7");
    one(envoy(""), SettingRole::ClockSkew, lasts(60), Default, "");
    one(envoy("    clock_skew_seconds: 300\n"), SettingRole::ClockSkew, lasts(300), Explicit, "300");
    one(envoy("    maxLifetime: 3600s\n"), SettingRole::VerifierMaxLifetime, lasts(3_600), Explicit, "3600s");
    one(
        envoy("    maxLifetime: 1h\n"),
        SettingRole::VerifierMaxLifetime,
        SettingValue::Invalid("\"1h\" is not a number of seconds such as 3600s".to_owned()),
        Explicit,
        "1h",
    );
    one(kong("oauth2", ""), access, lasts(7_200), Default, "");
    one(kong("oauth2", "    token_expiration: 0\n"), access, SettingValue::Unlimited, Explicit, "0");
    one(kong("jwt", ""), SettingRole::VerifiesExpiry, SettingValue::Switch(false), Default, "");
    one(
        kong("jwt", "    claims_to_verify: [exp]\n"),
        SettingRole::VerifiesExpiry,
        SettingValue::Switch(true),
        Explicit,
        "[exp]",
    );
    one(
        kong("session", "    cookie_secure: false\n"),
        SettingRole::CookieSecure,
        SettingValue::Switch(false),
        Explicit,
        "false",
    );
    one(
        "strategies: {access_token: jwt}\nttl:\n  refresh_token: -1\n".into(),
        SettingRole::RefreshLifetime,
        SettingValue::Unlimited,
        Explicit,
        "-1",
    );
    one("strategies: {access_token: jwt}\nttl:\n  access_token: 90m\n".into(), access, lasts(5_400), Explicit, "90m");
    one(
        "selfservice: {flows: {}}\nidentity: {}\nsession:\n  lifespan: 720h\n".into(),
        SettingRole::SessionLifetime,
        lasts(2_592_000),
        Explicit,
        "720h",
    );
    one(
        "cookie_secret = \"x\"\ncookie_expire = \"1h30m\"\n".into(),
        SettingRole::SessionLifetime,
        lasts(5_400),
        Explicit,
        "\"1h30m\"",
    );
    one("[auth]\njwt_expiry = 1_800\n".into(), access, lasts(1_800), Explicit, "1_800");
    one(
        "[auth]\njwt_expiry = -1\n".into(),
        access,
        SettingValue::Invalid("\"-1\" is not a number of seconds".to_owned()),
        Explicit,
        "-1",
    );
    one(
        "[auth]\njwt_expiry = 60\n[auth.sessions]\ntimebox = \"24h\"\n".into(),
        SettingRole::SessionLifetime,
        lasts(86_400),
        Explicit,
        "\"24h\"",
    );
    one("GOTRUE_JWT_EXP='900'\n".into(), access, lasts(900), Explicit, "900");
    one(
        "services:\n  auth:\n    environment:\n      GOTRUE_JWT_EXP: 900\n".into(),
        access,
        lasts(900),
        Explicit,
        "900",
    );
    one(
        "services:\n  auth:\n    environment: !override\n      GOTRUE_JWT_EXP: 900\n".into(),
        access,
        lasts(900),
        Explicit,
        "900",
    );
    one(
        "services:\n  auth:\n    environment:\n    - GOTRUE_JWT_EXP=900\n".into(),
        access,
        lasts(900),
        Explicit,
        "GOTRUE_JWT_EXP=900",
    );
    one(
        "services:\n  auth:\n    environment:\n      GOTRUE_JWT_EXP: ${JWT_EXPIRY}\n".into(),
        access,
        SettingValue::Unresolved,
        Explicit,
        "${JWT_EXPIRY}",
    );
    one(r#"{"realm": "a", "accessTokenLifespan": 600}"#.into(), access, lasts(600), Explicit, "600");
    one(r#"[{"realm": "a", "accessTokenLifespan": "600"}]"#.into(), access, lasts(600), Explicit, "\"600\"");
}

#[test]
fn anchor_value_is_reported_at_its_use() {
    let text = "x: &times\n  access_token: 48h\nstrategies: {access_token: jwt}\nttl:\n  <<: *times\n";
    let found = settings_of(text, SettingRole::AccessTokenLifetime);
    assert_eq!(found, [(lasts(172_800), SettingOrigin::Explicit, "*times".to_owned())]);
    let reading = read(text, "hydra.yml", None).unwrap();
    let setting =
        settings(&reading).into_iter().find(|setting| setting.role == SettingRole::AccessTokenLifetime).unwrap();
    assert_eq!(&text[setting.place.defined.clone().unwrap()], "48h");
}

#[test]
fn keycloak_builtin_clients_are_skipped() {
    let (_, name, text) = REAL[6];
    let reading = read(text, name, None).unwrap();
    assert_eq!(reading.groups().count(), 2, "the realm and its offline access, and no client");
}

#[test]
fn hasura_json_in_variable_is_read() {
    let text = "HASURA_GRAPHQL_JWT_SECRET='{\"type\":\"HS256\",\"key\":\"short\",\"audience\":\"a\"}'\n";
    assert_eq!(settings_of(text, SettingRole::VerifierAudience)[0].0, SettingValue::Text("a".to_owned()));
    assert_eq!(settings_of(text, SettingRole::VerifierIssuer)[0].0, SettingValue::Text(String::new()));
    assert!(matches!(settings_of(text, SettingRole::SigningSecret)[0].0, SettingValue::Secret(_)));
    let public = text.replace("HS256", "RS256");
    assert!(settings_of(&public, SettingRole::SigningSecret).is_empty());
}
