//! Rules about sessions: idle and absolute limits, and remembered sign-ins.

use super::revocation_delay::RevocationDelay;
use super::{SettingGroupSubject, above, report_setting, with_access};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{
    ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, REMEMBER_ME_MAX, SESSION_IDLE_MAX, SESSION_MAX,
};

pub(super) const REMEMBER_ME_TTL: Rule<SettingGroupSubject> = Rule {
    id: "remember-me-ttl",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; NIST SP 800-63B-4 §5.1: remembering a browser shall not replace authentication",
    why: "A remembered browser is signed in for anyone who uses it.",
    fix: "remember sign-ins for at most 30 days",
    bad: r#"{"realm": "a", "rememberMe": true, "ssoSessionMaxLifespanRememberMe": 31536000, "sslRequired": "all"}"#,
    good: r#"{"realm": "a", "rememberMe": true, "ssoSessionMaxLifespanRememberMe": 604800, "sslRequired": "all"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::RememberMeLifetime) {
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&REMEMBER_ME_MAX, Severity::Warning)])
            {
                let delay = with_access(config, report, RevocationDelay::new("remembered", lasts));
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "a sign-in is remembered for {lasts}, more than {limit}: a stolen one that is not ended gives \
                         access for {delay}{}",
                        delay.breakdown()
                    ))
                });
            }
        }
    },
};

pub(super) const SESSION_ABSOLUTE_MISSING: Rule<SettingGroupSubject> = Rule {
    id: "session-absolute-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.3.2; NIST SP 800-63B-4 §2.1.3, §2.2.3, §2.3.3 (a definite timeout shall be established)",
    why: "A session in regular use, even by an attacker, never ends.",
    fix: "set an absolute lifetime, after which users sign in again",
    bad: "[auth]\njwt_expiry = 900",
    good: "[auth.sessions]\ntimebox = \"24h\"\n[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SessionLifetime).filter(|setting| setting.is_forever()) {
            report_setting(report, setting, Severity::Warning, || config.message("sessions have no absolute lifetime"));
        }
    },
};

pub(super) const SESSION_ABSOLUTE_TTL: Rule<SettingGroupSubject> = Rule {
    id: "session-absolute-ttl",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §2.1.3 (30 days), §2.2.3 (24 hours), §2.3.3 (12 hours)",
    why: "The user is not authenticated again until the session ends.",
    fix: "end sessions within the limit of the required assurance level",
    bad: "[auth.sessions]\ntimebox = \"8760h\"\n[auth]\njwt_expiry = 900",
    good: "[auth.sessions]\ntimebox = \"24h\"\n[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SessionLifetime) {
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&SESSION_MAX, Severity::Warning)])
            {
                let delay = with_access(config, report, RevocationDelay::new("session", lasts));
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "sessions last {lasts}, more than {limit}: a stolen one that is not ended gives access for \
                         {delay}{}",
                        delay.breakdown()
                    ))
                });
            }
        }
    },
};

pub(super) const SESSION_IDLE_EXCEEDS_ABSOLUTE: Rule<SettingGroupSubject> = Rule {
    id: "session-idle-exceeds-absolute",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: a consistency check",
    why: "The idle limit never takes effect: one of the two values is wrong.",
    fix: "set the idle limit below the absolute one",
    bad: "[auth.sessions]\ntimebox = \"1h\"\ninactivity_timeout = \"24h\"\n[auth]\njwt_expiry = 900",
    good: "[auth.sessions]\ntimebox = \"24h\"\ninactivity_timeout = \"1h\"\n[auth]\njwt_expiry = 900",
    check: |config, report| {
        let absolute = config.get(SettingRole::SessionLifetime).and_then(ProductSetting::lasts);
        for setting in config.group.all(SettingRole::SessionIdle) {
            let Some((idle, absolute)) = setting.lasts().zip(absolute) else { continue };
            if idle > absolute {
                report_setting(report, setting, Severity::Warning, || {
                    config.message(format_args!("the idle limit of {idle} exceeds the absolute limit of {absolute}"))
                });
            }
        }
    },
};

pub(super) const SESSION_IDLE_MISSING: Rule<SettingGroupSubject> = Rule {
    id: "session-idle-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 7.3.1; NIST SP 800-63B-4 §2.2.3 and §2.3.3 (should be established)",
    why: "A session left open on a shared computer is available to the next user.",
    fix: "set an idle limit for sessions",
    bad: "[auth]\njwt_expiry = 900",
    good: "[auth.sessions]\ninactivity_timeout = \"1h\"\n[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SessionIdle).filter(|setting| setting.is_forever()) {
            report_setting(report, setting, Severity::Info, || config.message("sessions have no idle limit"));
        }
    },
};

pub(super) const SESSION_IDLE_TTL: Rule<SettingGroupSubject> = Rule {
    id: "session-idle-ttl",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "NIST SP 800-63B-4 §2.2.3 (one hour), §2.3.3 (15 minutes); 30 days elsewhere is practice",
    why: "A session left open on a shared computer is available to the next user.",
    fix: "end idle sessions within the limit of the required assurance level",
    bad: "[auth.sessions]\ninactivity_timeout = \"2160h\"\n[auth]\njwt_expiry = 900",
    good: "[auth.sessions]\ninactivity_timeout = \"1h\"\n[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::SessionIdle) {
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&SESSION_IDLE_MAX, Severity::Info)])
            {
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "idle sessions last {lasts}, more than {limit}: one that was left open can be taken over until \
                         then"
                    ))
                });
            }
        }
    },
};

pub(super) const SESSION_NOT_RECHECKED: Rule<SettingGroupSubject> = Rule {
    id: "session-not-rechecked",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.2 (all sessions end when an account is disabled); the limits are those of access tokens",
    why: "A session based on another system's sign-in does not notice changes there: a dismissed user stays signed in \
          until the next recheck.",
    fix: "recheck the session at the issuer about as often as an access token expires",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_expire = \"168h\"\ncookie_refresh = \"0s\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"\ncookie_expire = \"168h\"\ncookie_refresh = \"15m\"",
    check: |config, report| {
        let session = config.get(SettingRole::SessionLifetime).and_then(ProductSetting::lasts);
        for setting in config.group.all(SettingRole::SessionRecheck) {
            let (lasts, never) = match (setting.lasts(), session) {
                (Some(recheck), Some(session)) if recheck < session => (recheck, false),
                (Some(recheck), None) => (recheck, false),
                (_, Some(session)) if setting.is_forever() || setting.lasts().is_some() => (session, true),
                _ => continue,
            };
            let limits = [(&ACCESS_TOKEN_EXTREME, Severity::Warning), (&ACCESS_TOKEN_MAX, Severity::Info)];
            let Some((limit, severity)) = above(report, lasts, &limits) else { continue };
            let delay = RevocationDelay::new(if never { "session" } else { "time to the next recheck" }, lasts);
            let interval = if never {
                "never rechecked at the issuer".to_owned()
            } else {
                format!("rechecked at the issuer only after {}", lasts.distinct_from(limit))
            };
            report_setting(report, setting, severity, || {
                config.message(format_args!(
                    "the session is {interval}: a user stays signed in {delay} after you disable them there, more than \
                     {limit}"
                ))
            });
        }
    },
};
