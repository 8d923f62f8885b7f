//! Rules about the lifetimes of access tokens, ID tokens and authorization codes.

use super::revocation_delay::RevocationDelay;
use super::{SettingGroupSubject, above, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::{SettingRole, TokenFormat};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{
    ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, AUTH_CODE_MAX, ID_TOKEN_MAX, Limit,
};

/// The limits for access token lifetimes, with their severities.
const LIMITS: [(&Limit, Severity); 3] = [
    (&ACCESS_TOKEN_EXTREME, Severity::Error),
    (&ACCESS_TOKEN_MAX, Severity::Warning),
    (&ACCESS_TOKEN_ADVISED, Severity::Info),
];

pub(super) const ACCESS_TOKEN_TTL: Rule<SettingGroupSubject> = Rule {
    id: "access-token-ttl",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6750 §5.3 (one hour or less); 15 minutes and 24 hours are practice",
    why: "A JWT is verified offline: after a sign-out, a theft or a dismissal it stays valid until it expires. An \
          opaque token is looked up, so its lifetime matters less.",
    fix: "shorten it to an hour or less (15 minutes is common practice) and refresh",
    bad: "[auth]\njwt_expiry = 604800",
    good: "[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::AccessTokenLifetime) {
            let opaque = config.group.tokens == TokenFormat::Opaque;
            if setting.is_forever() {
                let severity = if opaque { Severity::Warning } else { Severity::Error };
                report_setting(report, setting, severity, || {
                    config.message("access tokens never expire: one stays valid even after you disable the user")
                });
                continue;
            }
            let Some(lasts) = setting.lasts() else { continue };
            let Some((limit, severity)) = above(report, lasts, &LIMITS) else { continue };
            if opaque {
                report_setting(report, setting, Severity::Info, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "opaque access tokens last {lasts}, more than {limit}; they can be revoked where each request \
                         is introspected at the issuer"
                    ))
                });
            } else {
                let delay = RevocationDelay::new("lifetime", lasts).verified(config, report);
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "access tokens last {lasts}, more than {limit}: one stays valid {delay} after you \
                         disable the user{}",
                        delay.breakdown()
                    ))
                });
            }
        }
        // A verifier that limits lifetimes is stricter than one without a limit, so this is never an error.
        for setting in config.group.all(SettingRole::VerifierMaxLifetime) {
            let Some(lasts) = setting.lasts() else { continue };
            let Some((limit, severity)) = above(report, lasts, &LIMITS) else { continue };
            let delay = RevocationDelay::new("longest lifetime", lasts).verified(config, report);
            report_setting(report, setting, severity.min(Severity::Warning), || {
                let lasts = lasts.distinct_from(limit);
                config.message(format_args!(
                    "access tokens that last {lasts} are accepted, more than {limit}: one stays valid {delay} after you \
                     disable the user{}",
                    delay.breakdown()
                ))
            });
        }
    },
};

pub(super) const AUTH_CODE_TTL: Rule<SettingGroupSubject> = Rule {
    id: "auth-code-ttl",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6749 §4.1.2 (ten minutes at most); OWASP ASVS 5.0 10.4.3 (one minute at level 3); FAPI 2.0 §5.3.2.1",
    why: "A code that leaks through a log or a Referer header can be exchanged until it expires.",
    fix: "let it expire within a minute: clients exchange it at once",
    bad: r#"{"realm": "a", "accessCodeLifespan": 1800, "sslRequired": "all"}"#,
    good: r#"{"realm": "a", "accessCodeLifespan": 60, "sslRequired": "all"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::CodeLifetime) {
            let found = setting.lasts().and_then(|lasts| {
                above(report, lasts, &[(&AUTH_CODE_MAX, Severity::Warning)])
                    .map(|(limit, severity)| (lasts, limit, severity))
            });
            if let Some((lasts, limit, severity)) = found {
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "authorization codes last {lasts}, more than {limit}: a leaked one can be exchanged until then"
                    ))
                });
            }
        }
    },
};

pub(super) const ID_TOKEN_TTL: Rule<SettingGroupSubject> = Rule {
    id: "id-token-ttl",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: no standard has a number",
    why: "An ID token proves a recent sign-in; hours later that proof is outdated, but the token still works as a \
          credential.",
    fix: "let it expire within minutes, and keep the session elsewhere",
    bad: "strategies:\n  access_token: jwt\nttl:\n  id_token: 24h\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  id_token: 10m\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::IdTokenLifetime) {
            if setting.is_forever() {
                report_setting(report, setting, Severity::Warning, || config.message("ID tokens never expire"));
            } else if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&ID_TOKEN_MAX, Severity::Warning)])
            {
                let delay = RevocationDelay::new("lifetime", lasts).verified(config, report);
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!(
                        "ID tokens last {lasts}, more than {limit}: used as a credential, one stays valid {delay} \
                         after you disable the user{}",
                        delay.breakdown()
                    ))
                });
            }
        }
    },
};
