//! Tests for Terraform: every setting good, bad and absent, in every unit, with exact byte positions.

use crate::product_config::detect::read;
use crate::product_config::setting::{ClientType, SettingGroup, SettingOrigin, SettingRole, SettingValue};
use crate::time::Span;

const HEAD: &str = "resource \"aws_cognito_user_pool_client\" \"app\" {\n  name = \"app\"\n";

fn text(body: &str) -> String {
    format!("# ä\n{HEAD}{body}}}\n")
}

fn groups(text: &str) -> Vec<SettingGroup> {
    let reading = read(text, "main.tf", None).unwrap_or_else(|error| panic!("{error:?} in {text}"));
    reading.groups().map(|(_, group)| group.clone()).collect()
}

/// The settings of a role: value, origin, and the bytes of the value.
fn settings_of(body: &str, role: SettingRole) -> Vec<(SettingValue, SettingOrigin, String)> {
    let text = text(body);
    let groups = groups(&text);
    let found = groups[0].all(role);
    found.map(|one| (one.value.clone(), one.origin, text[one.place.bytes.clone()].to_owned())).collect()
}

fn lasts(seconds: u64) -> SettingValue {
    SettingValue::Duration(Span::seconds(seconds))
}

#[test]
fn lifetimes_are_read_in_every_unit() {
    let lifetimes = [
        ("access_token", SettingRole::AccessTokenLifetime, 3_600, 3_600),
        ("id_token", SettingRole::IdTokenLifetime, 3_600, 3_600),
        ("refresh_token", SettingRole::RefreshLifetime, 86_400, 2_592_000),
    ];
    for (token, role, implied, absent) in lifetimes {
        for (unit, seconds) in [("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400)] {
            let body = format!("  {token}_validity = 7\n  token_validity_units {{\n    {token} = \"{unit}\"\n  }}\n");
            assert_eq!(
                settings_of(&body, role),
                [(lasts(7 * seconds), SettingOrigin::Explicit, "7".to_owned())],
                "{body}"
            );
            let text = text(&body);
            assert_eq!(groups(&text)[0].get(role).unwrap().implied_unit, None);
        }
        let bare = format!("  {token}_validity = \"7\"\n");
        assert_eq!(settings_of(&bare, role), [(lasts(7 * implied), SettingOrigin::Explicit, "\"7\"".to_owned())]);
        // The unit of another token does not apply.
        let other = format!("  {token}_validity = 7\n  token_validity_units {{}}\n");
        assert_eq!(settings_of(&other, role), [(lasts(7 * implied), SettingOrigin::Explicit, "7".to_owned())]);
        // A unit without a value changes no default.
        for none in [
            "",
            &format!("  {token}_validity = null\n"),
            &format!("  token_validity_units {{\n    {token} = \"days\"\n  }}\n"),
        ] {
            assert_eq!(
                settings_of(none, role),
                [(lasts(absent), SettingOrigin::Default, "\"app\"".to_owned())],
                "{none}"
            );
        }
        for bad in ["-1", "\"1h\"", "true", "1.5", "[1]"] {
            let found = settings_of(&format!("  {token}_validity = {bad}\n"), role);
            assert!(
                matches!(&found[..], [(SettingValue::Invalid(_), SettingOrigin::Explicit, place)] if place == bad),
                "{found:?}"
            );
        }
        let unknown = format!("  {token}_validity = 7\n  token_validity_units {{\n    {token} = \"weeks\"\n  }}\n");
        let found = settings_of(&unknown, role);
        assert!(matches!(&found[..], [(SettingValue::Invalid(problem), _, _)] if problem.contains("weeks")));
    }
}

#[test]
fn value_computed_by_terraform_is_unresolved() {
    let role = SettingRole::AccessTokenLifetime;
    for value in ["var.ttl", "local.ttl", "\"${var.ttl}\"", "module.names.ttl", "var.hours * 60", "tonumber(var.ttl)"] {
        let found = settings_of(&format!("  access_token_validity = {value}\n"), role);
        assert_eq!(found, [(SettingValue::Unresolved, SettingOrigin::Explicit, value.to_owned())]);
    }
    for unit in [
        "  token_validity_units {\n    access_token = var.unit\n  }\n",
        "  dynamic \"token_validity_units\" {\n    for_each = var.units\n    content {\n      access_token = x.value\n    }\n  }\n",
    ] {
        let found = settings_of(&format!("  access_token_validity = 7\n{unit}"), role);
        assert_eq!(found, [(SettingValue::Unresolved, SettingOrigin::Explicit, "7".to_owned())], "{unit}");
    }
    for (line, role) in [
        ("allowed_oauth_flows = var.flows", SettingRole::GrantImplicit),
        ("explicit_auth_flows = var.flows", SettingRole::GrantPassword),
        ("callback_urls = var.urls", SettingRole::RedirectUri),
        ("enable_token_revocation = var.revocation", SettingRole::Revocation),
    ] {
        let found = settings_of(&format!("  {line}\n"), role);
        assert!(matches!(&found[..], [(SettingValue::Unresolved, SettingOrigin::Explicit, _)]), "{line}: {found:?}");
    }
}

#[test]
fn local_or_variable_default_in_same_file_is_resolved() {
    let text = format!(
        "variable \"ttl\" {{\n  default = 12\n}}\nlocals {{\n  unit = \"hours\"\n}}\n{HEAD}  access_token_validity = var.ttl\n  \
         token_validity_units {{\n    access_token = local.unit\n  }}\n}}\n"
    );
    let groups = groups(&text);
    let setting = groups[0].get(SettingRole::AccessTokenLifetime).unwrap();
    assert_eq!(setting.value, lasts(43_200));
    assert_eq!(&text[setting.place.bytes.clone()], "var.ttl");
    assert_eq!(&text[setting.place.key.clone()], "access_token_validity");
    assert_eq!(&text[setting.place.defined.clone().unwrap()], "12");
    assert_eq!(setting.place.pointer, "/resource/aws_cognito_user_pool_client/app/access_token_validity");
}

#[test]
fn other_settings_are_read_with_byte_positions() {
    let switch = SettingValue::Switch;
    for (body, role, value, place) in [
        (
            "  refresh_token_rotation {\n    feature = \"ENABLED\"\n  }\n",
            SettingRole::RefreshRotation,
            switch(true),
            "\"ENABLED\"",
        ),
        (
            "  refresh_token_rotation {\n    feature = \"DISABLED\"\n  }\n",
            SettingRole::RefreshRotation,
            switch(false),
            "\"DISABLED\"",
        ),
        (
            "  refresh_token_rotation {\n    retry_grace_period_seconds = 60\n  }\n",
            SettingRole::RefreshReuseWindow,
            lasts(60),
            "60",
        ),
        ("  enable_token_revocation = false\n", SettingRole::Revocation, switch(false), "false"),
        (
            "  allowed_oauth_flows = [\"code\", \"implicit\"]\n",
            SettingRole::GrantImplicit,
            switch(true),
            "\"implicit\"",
        ),
        (
            "  explicit_auth_flows = [\"USER_PASSWORD_AUTH\"]\n",
            SettingRole::GrantPassword,
            switch(true),
            "\"USER_PASSWORD_AUTH\"",
        ),
        (
            "  callback_urls = [\"https://a.example/cb\"]\n",
            SettingRole::RedirectUri,
            SettingValue::Text("https://a.example/cb".to_owned()),
            "\"https://a.example/cb\"",
        ),
    ] {
        assert_eq!(settings_of(body, role), [(value, SettingOrigin::Explicit, place.to_owned())], "{body}");
    }
    assert_eq!(
        settings_of("", SettingRole::RefreshRotation),
        [(switch(false), SettingOrigin::Default, "\"app\"".to_owned())]
    );
    let dynamic = "  dynamic \"refresh_token_rotation\" {\n    for_each = var.on\n    content {}\n  }\n";
    for (body, role) in [
        ("", SettingRole::RefreshReuseWindow),
        ("", SettingRole::Revocation),
        ("  enable_token_revocation = null\n", SettingRole::Revocation),
        ("  allowed_oauth_flows = [\"code\"]\n", SettingRole::GrantImplicit),
        ("  explicit_auth_flows = [\"ALLOW_USER_SRP_AUTH\"]\n", SettingRole::GrantPassword),
        ("", SettingRole::RedirectUri),
        (dynamic, SettingRole::RefreshRotation),
    ] {
        assert_eq!(settings_of(body, role), [], "{body}");
    }
}

#[test]
fn client_with_secret_is_confidential() {
    for (body, wanted) in [
        ("", ClientType::Public),
        ("  generate_secret = false\n", ClientType::Public),
        ("  generate_secret = true\n", ClientType::Confidential),
        ("  generate_secret = var.secret\n", ClientType::Unknown),
    ] {
        assert_eq!(groups(&text(body))[0].client, wanted, "{body}");
    }
}

#[test]
fn client_is_found_in_every_notation() {
    let managed = text("").replace("user_pool_client", "managed_user_pool_client");
    assert_eq!(groups(&managed)[0].name, "client app");
    let pool = "resource \"aws_cognito_user_pool\" \"pool\" {\n  name = \"pool\"\n}\n";
    assert!(read(pool, "main.tf", None).is_err(), "a pool has no lifetimes");
    let json = r#"{"resource": {"aws_cognito_user_pool_client": {"app": [{
        "access_token_validity": 30, "token_validity_units": [{"access_token": "minutes"}]}]}}}"#;
    let reading = read(json, "main.tf.json", None).unwrap();
    let (_, group) = reading.groups().next().unwrap();
    assert_eq!(group.get(SettingRole::AccessTokenLifetime).unwrap().value, lasts(1_800));
    // Without a name, the content shows that it is HCL.
    assert_eq!(read(&text(""), "", None).unwrap().parts[0].why, "a resource aws_cognito_user_pool_client");
}
