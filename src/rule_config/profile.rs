//! Profiles: the limits and severities of one standard or published practice.

use super::SeverityOverride;
use super::limit::{
    ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, AUTH_CODE_MAX, CLOCK_SKEW, PBES2_COUNT_MIN,
    SESSION_ID_BITS_MIN, SESSION_IDLE_MAX, SESSION_MAX, VERIFIER_SKEW_MAX,
};
use crate::finding::Severity;

/// A profile. Limits and rules that it does not list keep their defaults.
#[derive(Debug)]
pub struct Profile {
    /// The value of `--profile`.
    pub name: &'static str,
    /// A one-line description.
    pub about: &'static str,
    /// The standard and its sections.
    pub source: &'static str,
    /// Limit names, with values in the unit of the limit.
    pub limits: &'static [(&'static str, u64)],
    /// Rule ids, and their severities.
    pub weights: &'static [(&'static str, SeverityOverride)],
}

const ERROR: SeverityOverride = SeverityOverride::Always(Severity::Error);
const WARNING: SeverityOverride = SeverityOverride::Always(Severity::Warning);
const OFF: SeverityOverride = SeverityOverride::Off;
/// Raises the default severity only: findings that a rule reports as less severe, such as cookies without credentials,
/// keep theirs.
const USUALLY_ERROR: SeverityOverride = SeverityOverride::Default(Severity::Error);

/// RFC 9068 §2.2 requires these of every JWT access token.
const OAUTH_ACCESS_TOKEN: &[(&str, SeverityOverride)] = &[
    ("aud-missing", ERROR),
    ("client-id-missing", ERROR),
    ("exp-missing", ERROR),
    ("iat-missing", ERROR),
    ("iss-missing", ERROR),
    ("jti-missing", ERROR),
    ("sub-missing", ERROR),
    ("typ-not-at-jwt", ERROR),
];

/// All profiles, sorted by name.
pub static PROFILES: &[Profile] = &[
    Profile {
        name: "asvs-l1",
        about: "OWASP ASVS 5.0, level 1",
        source: "OWASP ASVS 5.0 chapters 3, 7, 9, 10, 11, 12, 14; 3.3.1, 3.4.1, 3.5.3, 7.2.3, 7.4.1, 12.2.1",
        limits: &[(SESSION_ID_BITS_MIN.name, 128)],
        weights: &[
            ("access-token-not-revoked", ERROR),
            ("cookie-missing-secure", ERROR),
            ("cookie-prefix-missing", WARNING),
            ("hsts-missing", ERROR),
            ("hsts-short", ERROR),
            ("http-not-redirected", ERROR),
            ("logout-via-get", WARNING),
            ("refresh-token-reusable", ERROR),
            ("auth-code-ttl", ERROR),
            ("grant-implicit", ERROR),
            ("alg-none", ERROR),
            ("token-in-url", ERROR),
            ("header-key-reference", WARNING),
        ],
    },
    Profile {
        name: "asvs-l2",
        about: "OWASP ASVS 5.0, level 2",
        source: "OWASP ASVS 5.0 chapters 3, 7, 9, 10, 11, 12, 14; 3.3.2, 3.3.4, 3.4.1, 9.2.4, 11.6.1, 14.3.2",
        limits: &[(PBES2_COUNT_MIN.name, 600_000), (SESSION_ID_BITS_MIN.name, 128)],
        weights: &[
            ("access-token-not-revoked", ERROR),
            ("cache-authenticated", USUALLY_ERROR),
            ("cookie-missing-httponly", USUALLY_ERROR),
            ("cookie-missing-samesite", WARNING),
            ("cookie-missing-secure", ERROR),
            ("cookie-prefix-missing", WARNING),
            ("cookie-samesite-invalid", WARNING),
            ("hsts-missing", ERROR),
            ("hsts-no-subdomains", ERROR),
            ("hsts-short", ERROR),
            ("http-not-redirected", ERROR),
            ("logout-via-get", WARNING),
            ("refresh-token-reusable", ERROR),
            ("cookie-not-httponly", ERROR),
            ("auth-code-ttl", ERROR),
            ("grant-implicit", ERROR),
            ("pkce-not-required", WARNING),
            ("pkce-plain", ERROR),
            ("alg-none", ERROR),
            ("alg-rsa-pkcs1", WARNING),
            ("aud-missing", ERROR),
            ("header-key-reference", WARNING),
            ("rsa-bits-below-advised", WARNING),
            ("token-in-url", ERROR),
        ],
    },
    Profile {
        name: "asvs-l3",
        about: "OWASP ASVS 5.0, level 3",
        source: "OWASP ASVS 5.0 chapters 3, 7, 9, 10, 11, 12, 14; 3.3.5, 10.3.5",
        limits: &[(AUTH_CODE_MAX.name, 60), (PBES2_COUNT_MIN.name, 600_000), (SESSION_ID_BITS_MIN.name, 128)],
        weights: &[
            ("access-token-not-revoked", ERROR),
            ("cache-authenticated", USUALLY_ERROR),
            ("cookie-missing-httponly", USUALLY_ERROR),
            ("cookie-missing-samesite", WARNING),
            ("cookie-missing-secure", ERROR),
            ("cookie-prefix-missing", WARNING),
            ("cookie-samesite-invalid", WARNING),
            ("cookie-too-large", ERROR),
            ("hsts-missing", ERROR),
            ("hsts-no-subdomains", ERROR),
            ("hsts-short", ERROR),
            ("http-not-redirected", ERROR),
            ("logout-via-get", WARNING),
            ("refresh-token-reusable", ERROR),
            ("cookie-not-httponly", ERROR),
            ("auth-code-ttl", ERROR),
            ("grant-implicit", ERROR),
            ("pkce-not-required", ERROR),
            ("pkce-plain", ERROR),
            ("alg-none", ERROR),
            ("alg-rsa-pkcs1", WARNING),
            ("aud-missing", ERROR),
            ("bearer-not-bound", ERROR),
            ("header-key-reference", WARNING),
            ("rsa-bits-below-advised", WARNING),
            ("token-in-url", ERROR),
        ],
    },
    Profile {
        name: "fapi2",
        about: "FAPI 2.0 Security Profile",
        source: "FAPI 2.0 Security Profile §5.3, §5.4",
        limits: &[(AUTH_CODE_MAX.name, 60), (VERIFIER_SKEW_MAX.name, 60), (CLOCK_SKEW.name, 60)],
        weights: &[
            ("verifier-token-in-query", ERROR),
            ("auth-code-ttl", ERROR),
            ("grant-implicit", ERROR),
            ("pkce-not-required", ERROR),
            ("pkce-plain", ERROR),
            ("refresh-token-rotation-off", OFF),
            ("refresh-token-rotation-on", WARNING),
            ("alg-none", ERROR),
            ("alg-rsa-pkcs1", ERROR),
            ("aud-missing", ERROR),
            ("bearer-not-bound", ERROR),
            ("token-in-url", ERROR),
        ],
    },
    Profile {
        name: "nist-aal1",
        about: "NIST SP 800-63B-4, assurance level 1",
        source: "NIST SP 800-63B-4 §2.1.3, §5.1, §5.1.1 items 5 to 7",
        limits: &[],
        weights: &[
            ("claim-pii-in-cookie", WARNING),
            ("cookie-missing-samesite", WARNING),
            ("cookie-prefix-missing", WARNING),
            ("cookie-samesite-none", WARNING),
            ("session-id-decodable", USUALLY_ERROR),
        ],
    },
    Profile {
        name: "nist-aal2",
        about: "NIST SP 800-63B-4, assurance level 2",
        source: "NIST SP 800-63B-4 §2.2.3, §5.1, §5.1.1 items 5 to 7",
        limits: &[(SESSION_MAX.name, 86_400), (SESSION_IDLE_MAX.name, 3_600)],
        weights: &[
            ("session-idle-missing", WARNING),
            ("session-idle-ttl", WARNING),
            ("claim-pii-in-cookie", ERROR),
            ("cookie-missing-samesite", WARNING),
            ("cookie-prefix-missing", WARNING),
            ("cookie-samesite-none", WARNING),
            ("session-id-decodable", USUALLY_ERROR),
        ],
    },
    Profile {
        name: "nist-aal3",
        about: "NIST SP 800-63B-4, assurance level 3",
        source: "NIST SP 800-63B-4 §2.3.3, §5.1, §5.1.1 items 5 to 7",
        limits: &[(SESSION_MAX.name, 43_200), (SESSION_IDLE_MAX.name, 900)],
        weights: &[
            ("session-absolute-ttl", ERROR),
            ("session-idle-missing", WARNING),
            ("session-idle-ttl", WARNING),
            ("claim-pii-in-cookie", ERROR),
            ("cookie-missing-samesite", WARNING),
            ("cookie-prefix-missing", WARNING),
            ("cookie-samesite-none", WARNING),
            ("session-id-decodable", USUALLY_ERROR),
        ],
    },
    Profile {
        name: "oauth-at",
        about: "JWT access tokens of OAuth 2.0",
        source: "RFC 9068 §2.1, §2.2",
        limits: &[],
        weights: OAUTH_ACCESS_TOKEN,
    },
    Profile {
        name: "short-lived",
        about: "short lifetimes: minutes instead of hours, because tokens cannot be revoked",
        source: "practice: access tokens of 5 to 15 minutes, each with jti and aud",
        limits: &[(ACCESS_TOKEN_ADVISED.name, 300), (ACCESS_TOKEN_MAX.name, 900), (ACCESS_TOKEN_EXTREME.name, 3_600)],
        weights: &[("jti-missing", WARNING), ("iat-missing", WARNING), ("exp-missing", ERROR)],
    },
];

/// The profile named `name`.
pub fn find(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule_config::limit;

    #[test]
    fn profile_list_is_sorted_and_complete() {
        assert!(PROFILES.is_sorted_by(|a, b| a.name < b.name));
        for profile in PROFILES {
            assert!(!profile.about.is_empty() && !profile.source.is_empty());
            assert!(profile.limits.iter().all(|(name, _)| limit::find(name).is_some()), "{}", profile.name);
            assert!(profile.limits.len() + profile.weights.len() > 0, "{}", profile.name);
        }
    }
}
