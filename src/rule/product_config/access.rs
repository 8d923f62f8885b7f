//! How long access tokens, ID tokens and authorization codes are accepted.

use super::revocation_delay::RevocationDelay;
use super::{SettingGroupSubject, above, tell};
use crate::finding::Severity;
use crate::product_config::setting::{SettingRole, TokenFormat};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{
    ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, AUTH_CODE_MAX, ID_TOKEN_MAX, Limit,
};

/// What a lifetime of an access token weighs.
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
    why: "Whoever verifies a JWT asks nobody: after a sign-out, a theft or a dismissal it works until it expires. An \
          opaque token is looked up, so that its lifetime matters less.",
    fix: "shorten it to an hour or less (15 minutes is common practice) and refresh",
    bad: "[auth]\njwt_expiry = 604800",
    good: "[auth]\njwt_expiry = 900",
    check: |config, report| {
        for setting in config.group.all(SettingRole::AccessTokenLifetime) {
            let opaque = config.group.tokens == TokenFormat::Opaque;
            if setting.is_forever() {
                let severity = if opaque { Severity::Warning } else { Severity::Error };
                tell(report, setting, severity, || {
                    config.says("access tokens never expire: one works for ever, also after you disable the user")
                });
                continue;
            }
            let Some(lasts) = setting.lasts() else { continue };
            let Some((limit, severity)) = above(report, lasts, &LIMITS) else { continue };
            if opaque {
                tell(report, setting, Severity::Info, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "opaque access tokens last {lasts}, more than {limit}; they can be revoked where each request \
                         asks the issuer"
                    ))
                });
            } else {
                let delay = RevocationDelay::new("lifetime", lasts).verified(config, report);
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "access tokens last {lasts}, more than {limit}: one stays valid {delay} after you disable the user{}",
                        delay.because()
                    ))
                });
            }
        }
        // A verifier that limits lifetimes does more than one that takes any: no error.
        for setting in config.group.all(SettingRole::VerifierMaxLifetime) {
            let Some(lasts) = setting.lasts() else { continue };
            let Some((limit, severity)) = above(report, lasts, &LIMITS) else { continue };
            let delay = RevocationDelay::new("longest lifetime", lasts).verified(config, report);
            tell(report, setting, severity.min(Severity::Warning), || {
                let lasts = lasts.distinct_from(limit);
                config.says(format_args!(
                    "access tokens that last {lasts} are accepted, more than {limit}: one stays valid {delay} after you \
                     disable the user{}",
                    delay.because()
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
    why: "A code that leaks through a log or a Referer can be exchanged for as long as it lives.",
    fix: "let it expire within a minute: a client exchanges it at once",
    bad: r#"{"realm": "a", "accessCodeLifespan": 1800, "sslRequired": "all"}"#,
    good: r#"{"realm": "a", "accessCodeLifespan": 60, "sslRequired": "all"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::CodeLifetime) {
            let found = setting.lasts().and_then(|lasts| {
                above(report, lasts, &[(&AUTH_CODE_MAX, Severity::Warning)])
                    .map(|(limit, weight)| (lasts, limit, weight))
            });
            if let Some((lasts, limit, severity)) = found {
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "authorization codes last {lasts}, more than {limit}: for so long a leaked one can be exchanged"
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
    why: "An ID token tells who has just signed in; hours later that is no longer news but still a credential.",
    fix: "let it expire within minutes; keep the session elsewhere",
    bad: "strategies:\n  access_token: jwt\nttl:\n  id_token: 24h\n",
    good: "strategies:\n  access_token: jwt\nttl:\n  id_token: 10m\n",
    check: |config, report| {
        for setting in config.group.all(SettingRole::IdTokenLifetime) {
            if setting.is_forever() {
                tell(report, setting, Severity::Warning, || config.says("ID tokens never expire"));
            } else if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&ID_TOKEN_MAX, Severity::Warning)])
            {
                let delay = RevocationDelay::new("lifetime", lasts).verified(config, report);
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!(
                        "ID tokens last {lasts}, more than {limit}: taken for a credential, one stays valid {delay} after \
                         you disable the user{}",
                        delay.because()
                    ))
                });
            }
        }
    },
};
