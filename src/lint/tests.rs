//! Tests of linting: positions by line and column, lower severity of defaults, redaction of secrets.

use super::*;
use crate::rule_config::profile;

fn lint(text: &str, name: &str) -> LintResult {
    Linter::new(&RuleConfig::default()).lint(text, name, None)
}

fn ids(linted: &LintResult) -> Vec<&'static str> {
    linted.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn finding_points_at_the_value() {
    let linted = lint("# ä\n[auth]\r\njwt_expiry = 604800 # a week\n", "supabase/config.toml");
    let found = linted.findings.iter().find(|finding| finding.rule == "access-token-ttl").unwrap();
    let place = &found.location;
    assert_eq!((place.line, place.column, place.pointer.as_deref()), (Some(3), Some(14), Some("/auth/jwt_expiry")));
    let words = "one stays valid 7 d 30 s after you disable the user (lifetime 7 d + clock skew of PostgREST 30 s)";
    assert!(found.message.contains(words), "{}", found.message);
    let excerpt = found.excerpt.as_ref().unwrap();
    assert_eq!((excerpt.text.as_str(), excerpt.column, excerpt.length), ("jwt_expiry = 604800", 13, 6));
}

#[test]
fn byte_order_mark_does_not_shift_positions() {
    let plain = lint("[auth]\njwt_expiry = 604800\n", "a.toml").findings;
    assert_eq!(lint("\u{feff}[auth]\njwt_expiry = 604800\n", "a.toml").findings, plain);
}

#[test]
fn defaults_are_at_most_warnings_and_can_be_hidden() {
    let text = r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true}]}"#;
    let linted = lint(text, "realm.json");
    assert!(ids(&linted).contains(&"pkce-not-required"));
    assert!(linted.findings.iter().all(|finding| finding.severity < Severity::Error), "{:?}", linted.findings);
    assert!(linted.findings.iter().all(|finding| finding.message.contains("the default of Keycloak")));
    let mut linter = Linter { explicit_only: true, ..Linter::new(Box::leak(Box::default())) };
    assert_eq!(ids(&linter.lint(text, "realm.json", None)), [""; 0]);
    linter.explicit_only = false;
    assert!(!linter.lint(text, "realm.json", None).findings.is_empty());
}

#[test]
fn profile_reverses_the_rotation_rule() {
    let text = r#"{"realm": "a", "revokeRefreshToken": true, "clients": [{"clientId": "api"}]}"#;
    let fapi = RuleConfig::default().with_profile(profile::find("fapi2").unwrap());
    let found = Linter::new(&fapi).lint(text, "realm.json", None);
    let on = found.findings.iter().find(|finding| finding.rule == "refresh-token-rotation-on").unwrap();
    assert_eq!(on.severity, Severity::Warning);
    let off = text.replace("true", "false");
    assert!(!ids(&Linter::new(&fapi).lint(&off, "realm.json", None)).contains(&"refresh-token-rotation-off"));
    assert!(ids(&lint(&off, "realm.json")).contains(&"refresh-token-rotation-off"));
}

#[test]
fn secrets_are_redacted() {
    let secret = "u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2";
    let toml = format!("[auth]\njwt_expiry = 604800\njwt_secret = \"{secret}\"\n");
    let json = format!(
        r#"{{"realm": "a", "clients": [{{"clientId": "b", "secret": "{secret}", "implicitFlowEnabled": true}}]}}"#
    );
    for (text, name) in [(toml, "a.toml"), (json, "a.json")] {
        let linted = lint(&text, name);
        assert!(ids(&linted).contains(&"secret-committed"), "{name}");
        assert!(!format!("{:?}", linted.findings).contains(secret), "{name}: {:?}", linted.findings);
    }
}

#[test]
fn secret_on_wrong_line_is_redacted() {
    let secret = "u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2";
    let cognito = format!(
        "Resources:\n  A:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      AccessTokenValidity: 60\n      \
         TokenValidityUnits: {{AccessToken: {secret}}}\n"
    );
    for (text, name) in [
        (format!("[auth]\njwt_expiry = \"{secret}\"\n"), "a.toml"),
        (format!("[auth]\njwt_expiry = 900\nenable_refresh_token_rotation = \"{secret}\"\n"), "a.toml"),
        (format!("[auth]\njwt_expiry = [\"{secret}\"]\n"), "a.toml"),
        (cognito, "a.yaml"),
    ] {
        let linted = lint(&text, name);
        assert!(ids(&linted).contains(&"config-value-invalid"), "{text}: {:?}", linted.findings);
        assert!(!format!("{:?}", linted.findings).contains(secret), "{:?}", linted.findings);
    }
    let plain = lint("[auth]\njwt_expiry = \"15m\"\n", "a.toml");
    let found = plain.findings.iter().find(|finding| finding.rule == "config-value-invalid").unwrap();
    assert!(found.message.contains("\"15m\" is not a number of seconds"), "{}", found.message);
    assert_eq!(found.excerpt.as_ref().unwrap().text, "jwt_expiry = \"15m\"");
}

#[test]
fn lifetime_slightly_above_limit_is_printed_distinctly() {
    let linted = lint("[auth]\njwt_expiry = 86401\n", "a.toml");
    let found = linted.findings.iter().find(|finding| finding.rule == "access-token-ttl").unwrap();
    assert!(found.message.contains("access tokens last 1 d 1 s, more than 1 d:"), "{}", found.message);
}

#[test]
fn postgrest_secret_file_name_is_not_a_secret() {
    let file = "db-uri = \"postgres://\"\njwt-secret = \"@/run/secrets/jwt\"\n";
    for (text, name) in [(file, "a.conf"), ("PGRST_JWT_SECRET=@jwt.key\n", ".env")] {
        let linted = lint(text, name);
        assert!(linted.is_known(), "{name}");
        assert!(!ids(&linted).iter().any(|id| id.starts_with("secret-")), "{name}: {:?}", linted.findings);
        assert_eq!(linted.not_checked.len(), 1, "{name}");
    }
}

#[test]
fn computed_value_is_counted_but_not_checked() {
    let linted = lint("[auth]\njwt_expiry = \"env(TTL)\"\nrefresh_token_reuse_interval = 10\n", "a.toml");
    assert_eq!(linted.not_checked.len(), 1);
    assert_eq!((linted.not_checked[0].pointer.as_str(), linted.not_checked[0].line), ("/auth/jwt_expiry", 2));
    assert!(!ids(&linted).iter().any(|id| id.contains("invalid") || *id == "access-token-ttl"));
}

#[test]
fn invalid_configuration_file_is_an_error() {
    let linted = lint("{\"realm\": \"a\", \"accessTokenLifespan\": 300, \"sslRequired\": \"all\",}", "realm.json");
    assert_eq!(ids(&linted), ["config-syntax"]);
    assert!(!lint("{\"a\": 1,}", "other.json").is_known());
    assert!(lint("realm: a\naccessTokenLifespan: {{ .Values.ttl }}\n", "realm.yaml").template);
}

#[test]
fn duplicate_keys_are_reported() {
    let linted = lint(r#"{"realm": "a", "accessTokenLifespan": 300, "accessTokenLifespan": 86401}"#, "realm.json");
    assert!(ids(&linted).contains(&"config-duplicate-key") && ids(&linted).contains(&"access-token-ttl"));
}

/// Settings that map one key of `app.*`.
fn mapped(key: &str, unit: &str) -> crate::settings::Settings {
    let text =
        format!("[[map]]\npath = \"app.*\"\nkey = \"{key}\"\nrole = \"access-token-lifetime\"\nunit = \"{unit}\"\n");
    crate::settings::Settings::parse(&text).unwrap()
}

fn lint_mapped(text: &str, name: &str, key: &str) -> LintResult {
    let (settings, policy) = (mapped(key, "js"), RuleConfig::default());
    let mut linter = Linter::new(&policy);
    linter.maps = &settings.map;
    linter.lint(text, name, None)
}

#[test]
fn missing_mapped_key_is_reported_with_suggestion() {
    let json = r#"{"auth": {"jwt": {"expires_in": "30d", "issuer": "a"}}, "port": 80}"#;
    for (key, near) in [
        ("auth.jwt.expiresIn", "; did you mean \"auth.jwt.expires_in\"?"),
        ("jwt.expires_in", "; did you mean \"auth.jwt.expires_in\"?"),
        ("auth.jwt.isuer", "; did you mean \"auth.jwt.issuer\"?"),
        ("session.idle", ""),
    ] {
        let linted = lint_mapped(json, "app.json", key);
        let found: Vec<_> = linted.findings.iter().filter(|one| one.rule == "config-key-missing").collect();
        assert_eq!(found.len(), 1, "{key}: {:?}", linted.findings);
        let wanted = format!("key \"{key}\" not found, required by [[map]] (3:7){near}");
        assert_eq!((found[0].message.as_str(), found[0].severity), (wanted.as_str(), Severity::Warning));
        assert!(linted.is_known());
    }
    assert_eq!(ids(&lint_mapped(json, "app.json", "auth.jwt.expires_in")), ["access-token-ttl"]);
    // A file that the mapping does not apply to has no missing keys.
    assert!(!lint_mapped(json, "other.json", "session.idle").is_known());
    // One of several documents has it.
    let yaml = "a: 1\n---\njwt:\n  ttl: 15m\n";
    assert_eq!(ids(&lint_mapped(yaml, "app.yaml", "jwt.ttl")), [""; 0]);
}

#[test]
fn written_unit_keeps_the_value() {
    let proxy = |value: &str| {
        format!("cookie_secret = \"env(X)\"\ncookie_samesite = \"lax\"\r\ncookie_refresh = {value} # ä\n")
    };
    let hydra = |value: &str| {
        format!(
            "strategies: {{access_token: jwt}}\noauth2:\n  refresh_token_rotation:\n    grace_period: {value}  # ä\n"
        )
    };
    let cases: [(&str, &str, String, String); 10] = [
        ("", "oauth2-proxy.cfg", proxy("0"), proxy("\"0s\"")),
        ("", "oauth2-proxy.cfg", proxy("'0'"), proxy("'0s'")),
        ("", "hydra.yml", hydra("0"), hydra("0s")),
        ("", "hydra.yml", hydra("\"0\""), hydra("\"0s\"")),
        (
            "jwt.ttl",
            "app.json",
            r#"{"jwt": {"ttl": 900, "x": 900}}"#.into(),
            r#"{"jwt": {"ttl": "900s", "x": 900}}"#.into(),
        ),
        ("jwt.ttl", "app.json", r#"{"jwt": {"ttl": "900000"}}"#.into(), r#"{"jwt": {"ttl": "900000ms"}}"#.into()),
        ("jwt.ttl", "app.toml", "[jwt]\nttl = 900".into(), "[jwt]\nttl = \"900s\"".into()),
        ("jwt.ttl", "app.tf", "jwt {\n  ttl = 900\n}\n".into(), "jwt {\n  ttl = \"900s\"\n}\n".into()),
        ("jwt.ttl", "app.yaml", "jwt: {ttl: 900}\n".into(), "jwt: {ttl: 900s}\n".into()),
        ("TTL", "app.env", "TTL='900000'\nX=900000\n".into(), "TTL='900000ms'\nX=900000\n".into()),
    ];
    for (key, name, before, after) in cases {
        let settings = mapped(if key.is_empty() { "x" } else { key }, "js");
        let policy = RuleConfig::default();
        let mut linter = Linter::new(&policy);
        linter.maps = if key.is_empty() { &[] } else { &settings.map };
        let linted = linter.lint(&before, name, None);
        assert!(ids(&linted).contains(&"unit-implied"), "{before}: {:?}", linted.findings);
        let edits: Vec<_> = linted.edits.into_iter().filter(|edit| edit.rule == "unit-implied").collect();
        assert_eq!(fix::apply(&before, &edits).unwrap(), after);
        // Parsing it again gives the same value, and all other findings stay.
        let again = linter.lint(&after, name, None);
        let others = |linted: &[Finding]| -> Vec<(&'static str, String)> {
            let kept = linted.iter().filter(|one| one.rule != "unit-implied");
            kept.map(|one| (one.rule, one.message.clone())).collect()
        };
        assert_eq!(others(&again.findings), others(&linted.findings), "{after}");
        assert!(!ids(&again).contains(&"unit-implied"), "{after}");
        let values = |text: &str| -> Vec<SettingValue> {
            let mut missing = Vec::new();
            let read = detect::read(text, name, None);
            let read = if key.is_empty() { read } else { mapped::read(read, text, name, &settings.map, &mut missing) };
            read.unwrap().groups().flat_map(|(_, group)| &group.settings).map(|one| one.value.clone()).collect()
        };
        assert_eq!(values(&before), values(&after));
    }
    // A value that has a unit, or cannot have one, is not changed.
    for (text, name) in [("[auth]\njwt_expiry = 900\n", "a.toml"), (&proxy("\"15m\"")[..], "oauth2-proxy.cfg")] {
        assert!(!ids(&lint(text, name)).contains(&"unit-implied"), "{text}");
    }
}

#[test]
fn cognito_units_are_written_to_sibling_map() {
    let yaml = |rest: &str| {
        format!(
            "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      ClientName: a\r\n{rest}"
        )
    };
    let hcl = |rest: &str| format!("resource \"aws_cognito_user_pool_client\" \"a\" {{\n  name = \"a\"\n{rest}}}\n");
    let json = |rest: &str| {
        format!(
            "{{\"Resources\": {{\"C\": {{\"Type\": \"AWS::Cognito::UserPoolClient\", \"Properties\": {{{rest}}}}}}}}}"
        )
    };
    let cases = [
        (
            "t.yaml",
            yaml("      AccessTokenValidity: 12 # ä\r\n      RefreshTokenValidity: 7\n"),
            yaml(
                "      AccessTokenValidity: 12 # ä\r\n      TokenValidityUnits:\r\n        AccessToken: hours\r\n        \
                  RefreshToken: days\r\n      RefreshTokenValidity: 7\n",
            ),
        ),
        (
            "main.tf",
            hcl("  refresh_token_validity = 7\n"),
            hcl("  refresh_token_validity = 7\n  token_validity_units {\n    refresh_token = \"days\"\n  }\n"),
        ),
        (
            "t.json",
            json("\"IdTokenValidity\": 2, \"x\": 1"),
            json("\"IdTokenValidity\": 2, \"TokenValidityUnits\": {\"IdToken\": \"hours\"}, \"x\": 1"),
        ),
    ];
    let values = |text: &str, name: &str| -> Vec<_> {
        let reading = detect::read(text, name, None).unwrap();
        reading.groups().flat_map(|(_, group)| &group.settings).map(|one| (one.role, one.value.clone())).collect()
    };
    for (name, before, after) in cases {
        let linted = lint(&before, name);
        assert!(ids(&linted).contains(&"unit-implied"), "{:?}", linted.findings);
        let edits: Vec<_> = linted.edits.into_iter().filter(|edit| edit.rule == "unit-implied").collect();
        assert_eq!(edits.len(), 1);
        assert_eq!(fix::apply(&before, &edits).unwrap(), after);
        assert_eq!(values(&before, name), values(&after, name));
        assert!(!ids(&lint(&after, name)).contains(&"unit-implied"), "{after}");
    }
    // Hours that evidently mean minutes get no unit, and a line with several settings has no position for one.
    let wrong = hcl("  access_token_validity = 60\n");
    assert!(!ids(&lint(&wrong, "main.tf")).contains(&"unit-implied"));
    let flow = "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties: {IdTokenValidity: 1, ClientName: a}\n";
    assert!(lint(flow, "t.yaml").edits.is_empty());
}

#[test]
fn realm_passwords_are_found_and_redacted() {
    let user = |credential: &str| {
        format!(
            r#"{{"realm": "a", "sslRequired": "all", "users": [{{"username": "Alice", "credentials": [{credential}]}}]}}"#
        )
    };
    for (credential, wanted) in [
        (r#"{"type": "password", "value": "alice"}"#, Some(("password-committed", Severity::Error))),
        (r#"{"type": "password", "value": "Password"}"#, Some(("password-committed", Severity::Error))),
        (r#"{"type": "password", "value": "x7Q-"}"#, Some(("password-committed", Severity::Error))),
        (r#"{"value": "u7ZqK2m9Xw4Vb1Rt8Yp3"}"#, Some(("password-committed", Severity::Warning))),
        (
            r#"{"type": "password", "value": "alice", "temporary": true}"#,
            Some(("password-committed", Severity::Warning)),
        ),
        (
            r#"{"type": "password", "secretData": "{\"value\":\"x\"}"}"#,
            Some(("password-hash-committed", Severity::Info)),
        ),
        (r#"{"type": "password", "value": "${PASSWORD}"}"#, None),
        (r#"{"type": "password", "value": "**********"}"#, None),
        (r#"{"type": "otp", "secretData": "{}"}"#, None),
        (r#"{"type": "password", "value": ""}"#, None),
    ] {
        let linted = lint(&user(credential), "realm.json");
        let own = linted.findings.iter().filter(|one| one.rule.starts_with("password"));
        let found: Vec<_> = own.map(|one| (one.rule, one.severity)).collect();
        assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{credential}");
        for secret in ["u7ZqK2m9Xw4Vb1Rt8Yp3", "x7Q-", "\"alice"] {
            assert!(!format!("{:?}", linted.findings).contains(secret), "{credential}: {:?}", linted.findings);
        }
    }
}

#[test]
fn secrets_of_full_export_are_found_and_masked_ones_are_skipped() {
    let realm = |secret: &str| {
        format!(
            r#"{{"realm": "a", "sslRequired": "all", "smtpServer": {{"password": "{secret}"}},
            "identityProviders": [{{"alias": "x", "config": {{"clientSecret": "{secret}"}}}}],
            "components": {{"org.keycloak.keys.KeyProvider": [{{"config": {{"privateKey": ["{secret}"], "priority": ["1"]}}}},
            {{"config": {{"secret": ["{secret}"]}}}}]}}}}"#
        )
    };
    let secrets = |text: &str| {
        let findings = lint(text, "realm.json").findings;
        findings
            .into_iter()
            .filter(|one| one.rule == "secret-committed")
            .map(|one| one.location.pointer.unwrap())
            .collect()
    };
    let found: Vec<String> = secrets(&realm("u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2"));
    let keys = "/components/org.keycloak.keys.KeyProvider";
    assert_eq!(
        found,
        [
            "/smtpServer/password".to_owned(),
            "/identityProviders/0/config/clientSecret".to_owned(),
            format!("{keys}/0/config/privateKey/0"),
            format!("{keys}/1/config/secret/0"),
        ]
    );
    let starred: Vec<String> = secrets(&realm("**********"));
    assert_eq!(starred, [""; 0]);
}

mod mutated;
mod revocation_delay;
mod starters;

mod damaged {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn arbitrary_text_does_not_panic(text in "\\PC{0,200}", name in "[a-z]{1,4}\\.(json|toml|yaml|env|cfg)") {
            for format in crate::product_config::formats::FORMATS {
                Linter::new(&RuleConfig::default()).lint(&text, &name, Some(format));
            }
        }

        #[test]
        fn damaged_file_does_not_panic(at in 0_usize..1_200, byte in 0_u8..128) {
            let mut text = include_str!("../../tests/lint/keycloak/5.json").as_bytes().to_vec();
            let at = at.checked_rem(text.len()).unwrap();
            text[at] = byte;
            lint(std::str::from_utf8(&text).unwrap(), "realm.json");
        }
    }
}
