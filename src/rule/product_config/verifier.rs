//! Rules about token verification in gateways and services.

use super::{SettingGroupSubject, above, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::SettingRole;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::VERIFIER_SKEW_MAX;

const KONG_BAD: &str = "_format_version: \"3.0\"\nplugins:\n- name: jwt\n  config:\n    claims_to_verify: [nbf, iss]\n    \
                        anonymous: guest\n    maximum_expiration: 0\n    uri_param_names: [jwt]\n";
const KONG_GOOD: &str = "_format_version: \"3.0\"\nplugins:\n- name: jwt\n  config:\n    claims_to_verify: [exp]\n    \
                         anonymous: \"\"\n    maximum_expiration: 3600\n    uri_param_names: []\n";
const ENVOY_BAD: &str = "\"@type\": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
providers:
  login:
    clockSkewSeconds: 900
    requireExpiration: false
    remoteJwks: {httpUri: {uri: \"http://login.example/jwks\"}, cacheDuration: 604800s}
";
const ENVOY_GOOD: &str = "\"@type\": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
providers:
  login:
    issuer: https://login.example
    audiences: [https://api.example]
    requireExpiration: true
    fromHeaders: [{name: Authorization, valuePrefix: \"Bearer \"}]
    remoteJwks: {httpUri: {uri: \"https://login.example/jwks\"}, cacheDuration: 300s}
";

pub(super) const KEYS_CACHE_LONG: Rule<SettingGroupSubject> = Rule {
    id: "keys-cache-long",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: products cache keys for five to ten minutes",
    why: "A key that was withdrawn after a leak stays trusted until the cache expires.",
    fix: "refresh keys at least once per hour",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::KeysCache) {
            if let Some(lasts) = setting.lasts().filter(|lasts| lasts.as_seconds() > 3_600) {
                report_setting(report, setting, Severity::Warning, || {
                    config.message(format_args!("a withdrawn key stays trusted for up to {lasts}"))
                });
            }
        }
    },
};

pub(super) const VERIFIER_ALLOWS_MISSING: Rule<SettingGroupSubject> = Rule {
    id: "verifier-allows-missing",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: the upstream service must check again",
    why: "A request without a valid token is forwarded; the upstream service must reject it.",
    fix: "require a token, or make sure that the upstream service does",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::AllowsMissing).filter(|setting| setting.is(true)) {
            report_setting(report, setting, Severity::Warning, || {
                config.message("a request without a valid token is forwarded")
            });
        }
    },
};

pub(super) const VERIFIER_CLOCK_SKEW: Rule<SettingGroupSubject> = Rule {
    id: "verifier-clock-skew",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 7519 §4.1.4 (a few minutes at most); the 300 seconds are practice",
    why: "Every token, including a stolen one, stays valid for that much longer.",
    fix: "synchronise clocks, and allow a minute of leeway",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::ClockSkew) {
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&VERIFIER_SKEW_MAX, Severity::Warning)])
            {
                report_setting(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.message(format_args!("expired tokens are accepted for another {lasts}, more than {limit}"))
                });
            }
        }
    },
};

pub(super) const VERIFIER_EXP_NOT_CHECKED: Rule<SettingGroupSubject> = Rule {
    id: "verifier-exp-not-checked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §4.1.4 (must not be accepted after exp); OWASP ASVS 5.0 9.2.1",
    why: "Tokens never expire, regardless of their exp.",
    fix: "verify exp",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifiesExpiry).filter(|setting| setting.is(false)) {
            report_setting(report, setting, Severity::Error, || {
                config.message(
                    "exp is not verified: expired tokens are accepted, and a revoked one stays valid indefinitely",
                )
            });
        }
    },
};

pub(super) const VERIFIER_EXP_NOT_DEMANDED: Rule<SettingGroupSubject> = Rule {
    id: "verifier-exp-not-required",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2 (exp is required in access tokens); RFC 6750 §5.2",
    why: "A token without exp is accepted and never expires.",
    fix: "require exp, or limit the lifetime",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        let limited = config.get(SettingRole::VerifierMaxLifetime).is_some_and(|setting| !setting.is_forever());
        for setting in config.group.all(SettingRole::RequiresExpiry).filter(|setting| setting.is(false) && !limited) {
            report_setting(report, setting, Severity::Warning, || {
                config.message("a token without exp is accepted and never expires")
            });
        }
    },
};

pub(super) const VERIFIER_JWKS_HTTP: Rule<SettingGroupSubject> = Rule {
    id: "verifier-jwks-http",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8414 §2 (jwks_uri must use https); RFC 7515 §8",
    why: "An on-path attacker can respond with their own key and sign any token.",
    fix: "fetch keys over HTTPS",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::KeysUrl) {
            let plain =
                setting.text().and_then(|url| url.get(..7)).is_some_and(|url| url.eq_ignore_ascii_case("http://"));
            if plain {
                report_setting(report, setting, Severity::Error, || config.message("keys are fetched over plain HTTP"));
            }
        }
    },
};

pub(super) const VERIFIER_NO_AUDIENCE: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-audience",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.3 and RFC 9068 §4 (must reject tokens for other audiences); RFC 8725 §3.9; OWASP ASVS 5.0 \
          9.2.3",
    why: "A token issued for another service, perhaps a malicious one, is accepted here.",
    fix: "set the audience of tokens for this service",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierAudience).filter(|setting| setting.text() == Some("")) {
            report_setting(report, setting, Severity::Warning, || {
                config.message("tokens for any audience are accepted")
            });
        }
    },
};

pub(super) const VERIFIER_NO_ISSUER: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-issuer",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8725 §3.8; RFC 9068 §4",
    why: "With keys that several issuers share, tokens of all of them are accepted.",
    fix: "set the issuer",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierIssuer).filter(|setting| setting.text() == Some("")) {
            report_setting(report, setting, Severity::Warning, || config.message("the issuer is not checked"));
        }
    },
};

pub(super) const VERIFIER_NO_MAX_LIFETIME: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-max-lifetime",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: not required by any standard",
    why: "The verifier accepts any lifetime that the issuer sets, even by mistake.",
    fix: "limit the accepted lifetime, if the product supports it",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierMaxLifetime).filter(|setting| setting.is_forever()) {
            report_setting(report, setting, Severity::Info, || config.message("tokens of any lifetime are accepted"));
        }
    },
};

pub(super) const VERIFIER_TOKEN_IN_QUERY: Rule<SettingGroupSubject> = Rule {
    id: "verifier-token-in-query",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 6750 §2.3 (should not be used); RFC 9700 §4.3.2; FAPI 2.0 §5.3.4",
    why: "URLs are recorded in logs, browser histories and Referer headers, and the token with them.",
    fix: "accept tokens from the Authorization header only",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::TokenInUrl) {
            if let Some(names) = setting.text().filter(|names| !names.is_empty()) {
                report_setting(report, setting, Severity::Warning, || {
                    config.message(format_args!("tokens are also accepted from the URL ({names})"))
                });
            }
        }
    },
};

pub(super) const VERIFIER_UNKNOWN_CLAIM: Rule<SettingGroupSubject> = Rule {
    id: "verifier-unknown-claim",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: Kong's schema accepts exp and nbf only",
    why: "The product rejects the configuration, or checks less than intended.",
    fix: "remove the claim, and verify it elsewhere",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::UnknownClaim) {
            let claim = setting.text().unwrap_or_default();
            report_setting(report, setting, Severity::Error, || {
                config.message(format_args!("claim \"{claim}\" cannot be verified by this product"))
            });
        }
    },
};
