//! Rules about user passwords in product configuration. Messages never contain a password.

use super::{SettingGroupSubject, SettingGroupView, report_setting};
use crate::finding::{Severity, format_count};
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

/// The most used passwords, which attackers try first, and those in product examples.
const COMMON: &[&str] = &[
    "000000",
    "111111",
    "12345",
    "123123",
    "123321",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "654321",
    "666666",
    "abc123",
    "admin",
    "admin123",
    "changeit",
    "changeme",
    "default",
    "dragon",
    "football",
    "guest",
    "iloveyou",
    "keycloak",
    "letmein",
    "login",
    "master",
    "monkey",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "princess",
    "qwerty",
    "qwerty123",
    "qwertyuiop",
    "root",
    "secret",
    "shadow",
    "sunshine",
    "test",
    "test1234",
    "user",
    "welcome",
    "welcome1",
];

pub(super) const PASSWORD_COMMITTED: Rule<SettingGroupSubject> = Rule {
    id: "password-committed",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 13.3.1 (no secrets in source code), 6.2.1 (eight characters at least), 6.2.4 (none of the \
             most used)",
    why: "Anyone who can read the file can sign in as the user, in every realm imported from it. A password that is \
          the user name, short or common can be guessed without the file.",
    fix: "import users without a password and have them set one, or read it from a variable",
    bad: r#"{"realm": "a", "sslRequired": "all", "users": [{"username": "admin",
             "credentials": [{"type": "password", "value": "admin"}]}]}"#,
    good: r#"{"realm": "a", "sslRequired": "all", "users": [{"username": "admin",
             "credentials": [{"type": "password", "value": "${ADMIN_PASSWORD}"}]}]}"#,
    check: |config, report| {
        let passwords = config.group.settings.iter();
        for setting in
            passwords.filter(|one| matches!(one.role, SettingRole::Password | SettingRole::PasswordTemporary))
        {
            let Some(length) = setting.secret().map(|secret| secret.expose().len()).filter(|length| *length > 0) else {
                continue;
            };
            let temporary = setting.role == SettingRole::PasswordTemporary;
            let (severity, fault) = match (is_own_name(config, setting), length) {
                (true, _) => (Severity::Error, "the password is the user name".to_owned()),
                (false, _) if is_common(setting) => {
                    (Severity::Error, "the password is one of the most used ones".to_owned())
                }
                (false, _) => {
                    let severity = if length < 8 { Severity::Error } else { Severity::Warning };
                    (severity, format!("the file contains a password of {}", format_count(length, "byte")))
                }
            };
            let (severity, until) = match temporary {
                true => (severity.min(Severity::Warning), ", until the first sign-in"),
                false => (severity, ""),
            };
            report_setting(report, setting, severity, || config.message(format_args!("{fault}{until}")));
        }
    },
};

fn is_common(setting: &ProductSetting) -> bool {
    let password = setting.secret().and_then(|secret| std::str::from_utf8(secret.expose()).ok());
    password.is_some_and(|password| COMMON.iter().any(|common| common.eq_ignore_ascii_case(password)))
}

/// Whether the password is the user name, for a group named after its user.
fn is_own_name(config: &SettingGroupView<'_>, setting: &ProductSetting) -> bool {
    let name = config.group.name.strip_prefix("user \"").and_then(|rest| rest.strip_suffix('"'));
    let password = setting.secret().and_then(|secret| std::str::from_utf8(secret.expose()).ok());
    name.zip(password).is_some_and(|(name, password)| name.eq_ignore_ascii_case(password))
}

pub(super) const PASSWORD_HASH_COMMITTED: Rule<SettingGroupSubject> = Rule {
    id: "password-hash-committed",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: OWASP ASVS 5.0 13.3.1 covers secrets, and a hash is one if its password is weak",
    why: "Anyone who has the file can crack the hash offline, at hardware speed and without detection.",
    fix: "export realms without users, or keep the export out of the repository",
    bad: r#"{"realm": "a", "sslRequired": "all", "users": [{"username": "admin",
             "credentials": [{"type": "password", "secretData": "{\"value\": \"aGFzaA==\", \"salt\": \"c2FsdA==\"}"}]}]}"#,
    good: r#"{"realm": "a", "sslRequired": "all", "users": [{"username": "admin"}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::PasswordHash).filter(|setting| setting.secret().is_some()) {
            report_setting(report, setting, Severity::Info, || config.message("the file contains a password hash"));
        }
    },
};
