//! Secrets and tokens that stand in a file. What they are is never said.

use super::{SettingGroupSubject, tell};
use crate::crack::published::DEFAULTS;
use crate::finding::{Severity, format_count};
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

/// Whose published default a secret is.
fn default_of(secret: &[u8]) -> Option<&'static str> {
    DEFAULTS.iter().find(|default| default.secret.as_bytes() == secret).map(|default| default.product)
}

pub(super) const SECRET_COMMITTED: Rule<SettingGroupSubject> = Rule {
    id: "secret-committed",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 13.3.1",
    why: "Everybody who can read the repository, or a copy of it, can sign tokens or sessions.",
    fix: "take the secret from the environment or a secrets manager, and replace the one that was written down",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"env(JWT_SECRET)\"",
    check: |config, report| {
        for setting in config.group.settings.iter().filter(|setting| is_literal(setting)) {
            let length = setting.secret().map_or(0, |secret| secret.expose().len());
            tell(report, setting, Severity::Warning, || {
                config.says(format_args!("{} holds a secret of {}", setting.name, format_count(length, "byte")))
            });
        }
    },
};

/// A secret that is written out, and that nobody knows already.
fn is_literal(setting: &ProductSetting) -> bool {
    matches!(setting.role, SettingRole::SigningSecret | SettingRole::OtherSecret)
        && setting.secret().is_some_and(|secret| !secret.expose().is_empty() && default_of(secret.expose()).is_none())
}

pub(super) const SECRET_PUBLISHED: Rule<SettingGroupSubject> = Rule {
    id: "secret-published",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.2.3; RFC 8725 §3.5",
    why: "The secret is published: anybody can sign tokens that pass for yours.",
    fix: "make one with authkit keys generate, and keep it out of the file",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"super-secret-jwt-token-with-at-least-32-characters-long\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"env(JWT_SECRET)\"",
    check: |config, report| {
        for setting in &config.group.settings {
            if let Some(product) = setting.secret().and_then(|secret| default_of(secret.expose())) {
                tell(report, setting, Severity::Error, || {
                    config.says(format_args!("{} is the published default of {product}", setting.name))
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
    why: "One token is enough to try all short secrets, offline and fast.",
    fix: "use at least 32 random bytes",
    bad: "[auth]\njwt_expiry = 900\njwt_secret = \"correct-horse\"",
    good: "[auth]\njwt_expiry = 900\njwt_secret = \"u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SigningSecret) {
            let length = setting.secret().map_or(0, |secret| secret.expose().len());
            if (1..32).contains(&length) {
                tell(report, setting, Severity::Error, || {
                    config.says(format_args!("{} has {}; HS256 needs 32", setting.name, format_count(length, "byte")))
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
    why: "Whoever reads the file can use the token until it expires, and it cannot be called back.",
    fix: "take the token from the environment, and replace the key that signed it",
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
            let lives = lifetime(token);
            let severity = if lives.is_some_and(|lives| lives.as_seconds() > 86_400) {
                Severity::Error
            } else {
                Severity::Warning
            };
            tell(report, setting, severity, || {
                let lives = lives.map_or_else(String::new, |lives| format!(" that lives {lives}"));
                config.says(format_args!("{} holds a token{lives}", setting.name))
            });
        }
    },
};

/// From iat to exp of a JWT.
fn lifetime(token: &str) -> Option<crate::time::Span> {
    let payload = token.split('.').nth(1)?;
    let bytes = crate::encoding::base64url::decode(payload.as_bytes()).ok()?;
    let claims = crate::token::claims::Claims::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    let (start, end) = (claims.starts()?, claims.exp.present()?.ceil());
    (end > start).then(|| end.since(start))
}
