//! Rules about refresh tokens: rotation, reuse, idle and absolute limits.

use super::revocation_delay::RevocationDelay;
use super::{SettingGroupSubject, above, report_setting, with_access};
use crate::finding::Severity;
use crate::product_config::setting::{ClientType, ProductSetting, SettingOrigin, SettingRole};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{REFRESH_TOKEN_EXTREME, REFRESH_TOKEN_MAX, REUSE_WINDOW_EXTREME, REUSE_WINDOW_MAX};

pub(super) const REFRESH_NOT_LONGER_THAN_ACCESS: Rule<SettingGroupSubject> = Rule {
    id: "refresh-not-longer-than-access",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: a consistency check",
    why: "A refresh token that expires with the access token is useless: users must sign in again each time.",
    fix: "let refresh tokens outlive access tokens",
    bad: "strategies:\n  access_token: jwt\nttl:\n  access_token: 1h\n  refresh_token: 30m\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  access_token: 15m\n  refresh_token: 720h\n",
    check: |config, report| {
        let access = config.get(SettingRole::AccessTokenLifetime);
        for setting in config.group.all(SettingRole::RefreshLifetime).chain(config.group.all(SettingRole::RefreshIdle))
        {
            let Some((access, lasts)) = access.and_then(ProductSetting::lasts).zip(setting.lasts()) else { continue };
            if lasts <= access && lasts.as_seconds() > 0 {
                report_setting(report, setting, Severity::Warning, || {
                    config
                        .message(format_args!("refresh tokens last {lasts}, not longer than access tokens ({access})"))
                });
            }
        }
    },
};

pub(super) const REFRESH_TOKEN_NO_ABSOLUTE_EXPIRY: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-no-absolute-expiry",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 10.4.8",
    why: "An attacker who steals a refresh token and uses it regularly keeps access indefinitely.",
    fix: "set an absolute lifetime, after which users sign in again",
    bad: r#"{"realm": "a", "offlineSessionMaxLifespanEnabled": false, "sslRequired": "all"}"#,
    good: r#"{"realm": "a", "offlineSessionMaxLifespanEnabled": true, "sslRequired": "all"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshLifetime).filter(|setting| setting.is_forever()) {
            report_setting(report, setting, Severity::Warning, || config.message("refresh tokens in use never expire"));
        }
    },
};

pub(super) const REFRESH_TOKEN_REUSE_WINDOW: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-reuse-window",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: products grant 0 to 10 seconds; OWASP ASVS 5.0 10.4.5 requires that a used token is invalid",
    why: "During the reuse grace period an attacker can use a replaced token without detection.",
    fix: "allow a grace period of at most ten seconds for retries",
    bad: "[auth]\nrefresh_token_reuse_interval = 300",
    good: "[auth]\nrefresh_token_reuse_interval = 10",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshReuseWindow) {
            if setting.is_forever() {
                report_setting(report, setting, Severity::Error, || {
                    config.message("a replaced refresh token stays valid without a time limit")
                });
                continue;
            }
            let limits = [(&REUSE_WINDOW_EXTREME, Severity::Error), (&REUSE_WINDOW_MAX, Severity::Warning)];
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &limits)
            {
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!("a replaced refresh token stays valid for {lasts}, more than {limit}"))
                });
            }
        }
    },
};

pub(super) const REFRESH_TOKEN_ROTATION_OFF: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-rotation-off",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.2.2 and §4.14.2 (public clients must); OWASP ASVS 5.0 10.4.5. FAPI 2.0 requires the opposite \
          of its confidential clients",
    why: "A public client cannot keep a secret: only rotation, or sender constraint, protects against a stolen refresh \
          token. A confidential client authenticates each time, which protects the token.",
    fix: "enable rotation for public clients",
    bad: "[auth]\nenable_refresh_token_rotation = false",
    good: "[auth]\nenable_refresh_token_rotation = true",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshRotation).filter(|setting| setting.is(false)) {
            let (severity, tokens) = match config.group.client {
                ClientType::Public => (Severity::Error, "refresh tokens of public clients"),
                ClientType::Confidential => (Severity::Info, "refresh tokens of confidential clients"),
                ClientType::Unknown => (Severity::Warning, "refresh tokens"),
            };
            report_setting(report, setting, severity, || {
                config.message(format_args!(
                    "{tokens} are not rotated: a stolen one can be used in parallel without detection"
                ))
            });
        }
    },
};

pub(super) const REFRESH_TOKEN_ROTATION_ON: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-rotation-on",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "FAPI 2.0 Security Profile §5.3.2.1 item 9: shall not rotate, except in extraordinary circumstances",
    why: "Authentication already protects a confidential client; with rotation, a lost response ends the user's \
          session.",
    fix: "disable rotation where all clients are confidential and FAPI 2.0 applies",
    bad: r#"{"realm": "a", "revokeRefreshToken": true, "clients": [{"clientId": "api", "bearerOnly": false}]}"#,
    good: r#"{"realm": "a", "revokeRefreshToken": false, "clients": [{"clientId": "api"}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshRotation).filter(|setting| setting.is(true)) {
            if config.group.client == ClientType::Confidential && setting.origin == SettingOrigin::Explicit {
                report_setting(report, setting, Severity::Info, || {
                    config.message("refresh tokens of confidential clients are rotated, which FAPI 2.0 discourages")
                });
            }
        }
    },
};

pub(super) const REFRESH_TOKEN_TTL: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-ttl",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: no standard has a number",
    why: "A refresh token is a long-lived credential on a device; on a lost or forgotten device it stays valid until \
          it expires.",
    fix: "let it expire after a month at most",
    bad: "strategies:\n  access_token: jwt\nttl:\n  refresh_token: 8760h\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  refresh_token: 720h\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshLifetime).chain(config.group.all(SettingRole::RefreshIdle))
        {
            let limits = [(&REFRESH_TOKEN_EXTREME, Severity::Error), (&REFRESH_TOKEN_MAX, Severity::Warning)];
            let Some(lasts) = setting.lasts() else { continue };
            if let Some((limit, severity)) = above(report, lasts, &limits) {
                let unused = if setting.role == SettingRole::RefreshIdle { "in idle sessions " } else { "" };
                let delay = with_access(config, report, RevocationDelay::new("refresh token", lasts));
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "refresh tokens {unused}last {lasts}, more than {limit}: a stolen one that is not revoked gives \
                         access for {delay}{}",
                        delay.breakdown()
                    ))
                });
            }
        }
    },
};

pub(super) const REVOCATION_OFF: Rule<SettingGroupSubject> = Rule {
    id: "revocation-off",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 7009 §2 (refresh tokens must be revocable); OWASP ASVS 5.0 10.4.9, 7.4.1",
    why: "After a sign-out or a theft the refresh token cannot be revoked.",
    fix: "enable revocation",
    bad: "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      EnableTokenRevocation: false\n",
    good: "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      EnableTokenRevocation: true\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::Revocation).filter(|setting| setting.is(false)) {
            report_setting(report, setting, Severity::Warning, || config.message("tokens cannot be revoked"));
        }
    },
};
