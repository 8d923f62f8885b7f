//! What a gateway or a service checks of a token.

use super::{SettingGroupSubject, above, tell};
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
    source: "practice: products keep keys for five to ten minutes",
    why: "A key that was withdrawn because it leaked goes on verifying until the cache ends.",
    fix: "fetch keys again within the hour",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::KeysCache) {
            if let Some(lasts) = setting.lasts().filter(|lasts| lasts.as_seconds() > 3_600) {
                tell(report, setting, Severity::Warning, || {
                    config.says(format_args!("a withdrawn key goes on verifying for {lasts} at worst"))
                });
            }
        }
    },
};

pub(super) const VERIFIER_ALLOWS_MISSING: Rule<SettingGroupSubject> = Rule {
    id: "verifier-allows-missing",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: who stands behind must check again",
    why: "A request without a good token goes through; what stands behind must refuse it.",
    fix: "demand a token, or make sure that what stands behind does",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::AllowsMissing).filter(|setting| setting.is(true)) {
            tell(report, setting, Severity::Warning, || config.says("a request without a good token goes through"));
        }
    },
};

pub(super) const VERIFIER_CLOCK_SKEW: Rule<SettingGroupSubject> = Rule {
    id: "verifier-clock-skew",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 7519 §4.1.4 (a few minutes at most); 300 seconds are practice",
    why: "Every token, also a stolen one, works for so much longer.",
    fix: "keep clocks right and forgive a minute",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::ClockSkew) {
            if let Some(lasts) = setting.lasts()
                && let Some((limit, severity)) = above(report, lasts, &[(&VERIFIER_SKEW_MAX, Severity::Warning)])
            {
                tell(report, setting, severity, || {
                    let lasts = lasts.distinct_from(limit);
                    config.says(format_args!("expired tokens work for {lasts} more, more than {limit}"))
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
    why: "A token works for ever, whatever its issuer wrote into exp.",
    fix: "have exp verified",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifiesExpiry).filter(|setting| setting.is(false)) {
            tell(report, setting, Severity::Error, || {
                config.says("exp is not verified: expired tokens are accepted, and a revoked one works for ever")
            });
        }
    },
};

pub(super) const VERIFIER_EXP_NOT_DEMANDED: Rule<SettingGroupSubject> = Rule {
    id: "verifier-exp-not-demanded",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9068 §2.2 (exp is required in access tokens); RFC 6750 §5.2",
    why: "A token without exp is accepted, and works for ever.",
    fix: "demand exp, or limit the lifetime",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        let limited = config.get(SettingRole::VerifierMaxLifetime).is_some_and(|setting| !setting.is_forever());
        for setting in config.group.all(SettingRole::RequiresExpiry).filter(|setting| setting.is(false) && !limited) {
            tell(report, setting, Severity::Warning, || {
                config.says("a token without exp is accepted, and works for ever")
            });
        }
    },
};

pub(super) const VERIFIER_JWKS_HTTP: Rule<SettingGroupSubject> = Rule {
    id: "verifier-jwks-http",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8414 §2 (jwks_uri must use https); RFC 7515 §8",
    why: "Whoever is on the way answers with a key of their own and signs what they like.",
    fix: "fetch keys over https",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::KeysUrl) {
            let plain =
                setting.text().and_then(|url| url.get(..7)).is_some_and(|url| url.eq_ignore_ascii_case("http://"));
            if plain {
                tell(report, setting, Severity::Error, || config.says("keys are fetched over plain http"));
            }
        }
    },
};

pub(super) const VERIFIER_NO_AUDIENCE: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-audience",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.3 and RFC 9068 §4 (must refuse tokens for others); RFC 8725 §3.9; OWASP ASVS 5.0 9.2.3",
    why: "A token that was made for another service, perhaps a malicious one, is accepted here.",
    fix: "name the audience that tokens for this service carry",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierAudience).filter(|setting| setting.text() == Some("")) {
            tell(report, setting, Severity::Warning, || config.says("tokens for any audience are accepted"));
        }
    },
};

pub(super) const VERIFIER_NO_ISSUER: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-issuer",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8725 §3.8; RFC 9068 §4",
    why: "Keys that several issuers share accept the tokens of all of them.",
    fix: "name the issuer",
    bad: ENVOY_BAD,
    good: ENVOY_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierIssuer).filter(|setting| setting.text() == Some("")) {
            tell(report, setting, Severity::Warning, || config.says("the issuer is not checked"));
        }
    },
};

pub(super) const VERIFIER_NO_MAX_LIFETIME: Rule<SettingGroupSubject> = Rule {
    id: "verifier-no-max-lifetime",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: nobody demands it",
    why: "The verifier takes whatever lifetime the issuer gives, by mistake as well.",
    fix: "limit the lifetime that is accepted, when the product can",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::VerifierMaxLifetime).filter(|setting| setting.is_forever()) {
            tell(report, setting, Severity::Info, || config.says("tokens of any lifetime are accepted"));
        }
    },
};

pub(super) const VERIFIER_TOKEN_IN_QUERY: Rule<SettingGroupSubject> = Rule {
    id: "verifier-token-in-query",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 6750 §2.3 (should not be used); RFC 9700 §4.3.2; FAPI 2.0 §5.3.4",
    why: "URLs end in logs, histories and Referer headers, and the token with them.",
    fix: "take tokens from the Authorization header only",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::TokenInUrl) {
            if let Some(names) = setting.text().filter(|names| !names.is_empty()) {
                tell(report, setting, Severity::Warning, || {
                    config.says(format_args!("tokens are taken from the URL, too ({names})"))
                });
            }
        }
    },
};

pub(super) const VERIFIER_UNKNOWN_CLAIM: Rule<SettingGroupSubject> = Rule {
    id: "verifier-unknown-claim",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: Kong's schema takes exp and nbf only",
    why: "The product refuses the configuration, or checks less than it seems.",
    fix: "remove the claim, and check it elsewhere",
    bad: KONG_BAD,
    good: KONG_GOOD,
    check: |config, report| {
        for setting in config.group.all(SettingRole::UnknownClaim) {
            let claim = setting.text().unwrap_or_default();
            tell(report, setting, Severity::Error, || config.says(format_args!("\"{claim}\" cannot be verified here")));
        }
    },
};
