//! Refresh tokens: rotation, reuse, idle and absolute limits.

use super::revocation_delay::RevocationDelay;
use super::{SettingGroupSubject, above, tell, with_access};
use crate::finding::Severity;
use crate::product_config::setting::{ClientType, ProductSetting, SettingOrigin, SettingRole};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{REFRESH_TOKEN_EXTREME, REFRESH_TOKEN_MAX, REUSE_WINDOW_EXTREME, REUSE_WINDOW_MAX};

pub(super) const REFRESH_NOT_LONGER_THAN_ACCESS: Rule<SettingGroupSubject> = Rule {
    id: "refresh-not-longer-than-access",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: a consistency check",
    why: "A refresh token that ends with the access token can never be used: users sign in again each time.",
    fix: "let refresh tokens outlive access tokens",
    bad: "strategies:\n  access_token: jwt\nttl:\n  access_token: 1h\n  refresh_token: 30m\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  access_token: 15m\n  refresh_token: 720h\n",
    check: |config, report| {
        let access = config.get(SettingRole::AccessTokenLifetime);
        for setting in config.group.all(SettingRole::RefreshLifetime).chain(config.group.all(SettingRole::RefreshIdle))
        {
            let Some((access, lasts)) = access.and_then(ProductSetting::lasts).zip(setting.lasts()) else { continue };
            if lasts <= access && lasts.as_seconds() > 0 {
                tell(report, setting, Severity::Warning, || {
                    config.says(format_args!("refresh tokens last {lasts}, no longer than access tokens ({access})"))
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
    why: "Whoever steals a refresh token and uses it now and then keeps it for ever.",
    fix: "set an absolute limit, after which users sign in again",
    bad: r#"{"realm": "a", "offlineSessionMaxLifespanEnabled": false, "sslRequired": "all"}"#,
    good: r#"{"realm": "a", "offlineSessionMaxLifespanEnabled": true, "sslRequired": "all"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshLifetime).filter(|setting| setting.is_forever()) {
            tell(report, setting, Severity::Warning, || config.says("refresh tokens that are used never end"));
        }
    },
};

pub(super) const REFRESH_TOKEN_REUSE_WINDOW: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-reuse-window",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: products grant 0 to 10 seconds; OWASP ASVS 5.0 10.4.5 wants a used token invalid",
    why: "While a replaced token still works, a thief can use it and the theft is not seen.",
    fix: "grant no more than ten seconds for a retry",
    bad: "[auth]\nrefresh_token_reuse_interval = 300",
    good: "[auth]\nrefresh_token_reuse_interval = 10",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshReuseWindow) {
            if setting.is_forever() {
                tell(report, setting, Severity::Error, || {
                    config.says("a refresh token that was replaced still works, without a limit of time")
                });
                continue;
            }
            let limits = [(&REUSE_WINDOW_EXTREME, Severity::Error), (&REUSE_WINDOW_MAX, Severity::Warning)];
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &limits)
            {
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "a refresh token that was replaced still works for {lasts}, more than {limit}"
                    ))
                });
            }
        }
    },
};

pub(super) const REFRESH_TOKEN_ROTATION_OFF: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-rotation-off",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.2.2 and §4.14.2 (public clients must); OWASP ASVS 5.0 10.4.5. FAPI 2.0 says the opposite of its \
             confidential clients",
    why: "A public client cannot keep a secret: only rotation, or binding to a key, shows that its refresh token was \
          stolen. A confidential client signs in with its own key each time, which protects the token.",
    fix: "switch rotation on for public clients",
    bad: "[auth]\nenable_refresh_token_rotation = false",
    good: "[auth]\nenable_refresh_token_rotation = true",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshRotation).filter(|setting| setting.is(false)) {
            let (severity, whose) = match config.group.client {
                ClientType::Public => (Severity::Error, "refresh tokens of public clients"),
                ClientType::Confidential => (Severity::Info, "refresh tokens of confidential clients"),
                ClientType::Unknown => (Severity::Warning, "refresh tokens"),
            };
            tell(report, setting, severity, || {
                config.says(format_args!("{whose} are not rotated: one that was stolen works beside the owner's"))
            });
        }
    },
};

pub(super) const REFRESH_TOKEN_ROTATION_ON: Rule<SettingGroupSubject> = Rule {
    id: "refresh-token-rotation-on",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "FAPI 2.0 Security Profile §5.3.2.1 item 9: shall not rotate, except in extraordinary circumstances",
    why: "A confidential client is safe without; with it, an answer that gets lost ends the user's session.",
    fix: "switch rotation off where all clients are confidential and FAPI 2.0 counts",
    bad: r#"{"realm": "a", "revokeRefreshToken": true, "clients": [{"clientId": "api", "bearerOnly": false}]}"#,
    good: r#"{"realm": "a", "revokeRefreshToken": false, "clients": [{"clientId": "api"}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshRotation).filter(|setting| setting.is(true)) {
            if config.group.client == ClientType::Confidential && setting.origin == SettingOrigin::Explicit {
                tell(report, setting, Severity::Info, || {
                    config.says("refresh tokens of confidential clients are rotated, which FAPI 2.0 discourages")
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
    why: "A refresh token is a password that is kept on a device; what is forgotten there works until it ends.",
    fix: "end it after a month at most",
    bad: "strategies:\n  access_token: jwt\nttl:\n  refresh_token: 8760h\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  refresh_token: 720h\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::RefreshLifetime).chain(config.group.all(SettingRole::RefreshIdle))
        {
            let limits = [(&REFRESH_TOKEN_EXTREME, Severity::Error), (&REFRESH_TOKEN_MAX, Severity::Warning)];
            let Some(lasts) = setting.lasts() else { continue };
            if let Some((limit, severity)) = above(report, lasts, &limits) {
                let unused = if setting.role == SettingRole::RefreshIdle { "that nobody uses " } else { "" };
                let delay = with_access(config, report, RevocationDelay::new("refresh token", lasts));
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "refresh tokens {unused}last {lasts}, more than {limit}: a stolen one that nobody revokes gives \
                         access for {delay}{}",
                        delay.because()
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
    why: "After a sign-out or a theft nothing ends the refresh token.",
    fix: "switch revocation on",
    bad: "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      EnableTokenRevocation: false\n",
    good: "Resources:\n  C:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      EnableTokenRevocation: true\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::Revocation).filter(|setting| setting.is(false)) {
            tell(report, setting, Severity::Warning, || config.says("tokens cannot be revoked"));
        }
    },
};
