//! Rules about secrets and tokens in product configuration. Messages never contain their values.

use super::{SettingGroupSubject, report_setting};
use crate::crack::published::DEFAULTS;
use crate::finding::{Severity, format_count};
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

/// The product whose published default the secret is.
fn product_with_default(secret: &[u8]) -> Option<&'static str> {
    DEFAULTS.iter().find(|default| default.secret.as_bytes() == secret).map(|default| default.product)
}

pub(super) const SECRET_COMMITTED: Rule<SettingGroupSubject> = Rule {
    id: "secret-committed",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 13.3.1",
    why: "Anyone who can read the repository, or a copy of it, can sign tokens or sessions.",
    fix: "read the secret from the environment or a secrets manager, and replace the committed one",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"env(JWT_SECRET)\"",
    check: |config, report| {
        for setting in config.group.settings.iter().filter(|setting| is_literal(setting)) {
            let length = setting.secret().map_or(0, |secret| secret.expose().len());
            report_setting(report, setting, Severity::Warning, || {
                config.message(format_args!("{} contains a secret of {}", setting.name, format_count(length, "byte")))
            });
        }
    },
};

/// Whether the setting is a literal secret that is not a published default.
fn is_literal(setting: &ProductSetting) -> bool {
    matches!(setting.role, SettingRole::SigningSecret | SettingRole::OtherSecret)
        && setting
            .secret()
            .is_some_and(|secret| !secret.expose().is_empty() && product_with_default(secret.expose()).is_none())
}

pub(super) const SECRET_PUBLISHED: Rule<SettingGroupSubject> = Rule {
    id: "secret-published",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.2.3; RFC 8725 §3.5",
    why: "The secret is public: anyone can forge tokens that your services accept.",
    fix: "generate one with authkit keys generate, and keep it out of the file",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"super-secret-jwt-token-with-at-least-32-characters-long\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"env(JWT_SECRET)\"",
    check: |config, report| {
        for setting in &config.group.settings {
            if let Some(product) = setting.secret().and_then(|secret| product_with_default(secret.expose())) {
                report_setting(report, setting, Severity::Error, || {
                    config.message(format_args!("{} is the published default of {product}", setting.name))
                });
            }
        }
    },
};

pub(super) const SECRET_SHORT: Rule<SettingGroupSubject> = Rule {
    id: "secret-short",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.2 (a key as long as the hash); RFC 8725 §3.5",
    why: "A short secret can be cracked offline and fast from a single token.",
    fix: "use at least 32 random bytes",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"correct-horse\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SigningSecret) {
            let length = setting.secret().map_or(0, |secret| secret.expose().len());
            if (1..32).contains(&length) {
                report_setting(report, setting, Severity::Error, || {
                    config.message(format_args!(
                        "{} has {}, HS256 requires 32",
                        setting.name,
                        format_count(length, "byte")
                    ))
                });
            }
        }
    },
};

pub(super) const JWT_COMMITTED: Rule<SettingGroupSubject> = Rule {
    id: "jwt-committed",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 13.3.1: a bearer token is a secret",
    why: "Anyone who can read the file can use the token until it expires, and it cannot be revoked.",
    fix: "read the token from the environment, and replace the key that signed it",
    bad: "[auth]\njwt_expiry = 900\nservice_role_key = \"eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaWF0IjoxNjQxNzY5MjAwLCJleHAiOjE3OTk1MzU2MDB9.c2ln\"",
    good: "[auth]\njwt_expiry = 900\nservice_role_key = \"env(SERVICE_ROLE_KEY)\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::Token) {
            let Some(token) = setting.secret().and_then(|secret| std::str::from_utf8(secret.expose()).ok()) else {
                continue;
            };
            if token.is_empty() {
                continue;
            }
            let span = lifetime(token);
            let severity =
                if span.is_some_and(|span| span.as_seconds() > 86_400) { Severity::Error } else { Severity::Warning };
            report_setting(report, setting, severity, || {
                let suffix = span.map_or_else(String::new, |span| format!(" with lifetime {span}"));
                config.message(format_args!("{} contains a token{suffix}", setting.name))
            });
        }
    },
};

/// The lifetime of a JWT, from iat to exp.
fn lifetime(token: &str) -> Option<crate::time::Span> {
    let payload = token.split('.').nth(1)?;
    let bytes = crate::encoding::base64url::decode(payload.as_bytes()).ok()?;
    let claims = crate::token::claims::Claims::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    let (start, end) = (claims.starts()?, claims.exp.present()?.ceil());
    (end > start).then(|| end.since(start))
}
