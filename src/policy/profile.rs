//! Saved judgements: what one standard or one article demands, as limits and weights.

use super::Weight;
use super::threshold::{ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, CLOCK_SKEW, PBES2_COUNT_MIN};
use crate::finding::Severity;

/// A saved judgement. What it does not name stays as the rules say.
#[derive(Debug)]
pub struct Profile {
    /// The value of `--profile`.
    pub name: &'static str,
    pub about: &'static str,
    pub source: &'static str,
    /// Names of thresholds, and values in their units.
    pub limits: &'static [(&'static str, u64)],
    /// Ids of rules.
    pub weights: &'static [(&'static str, Weight)],
}

const ERROR: Weight = Weight::Is(Severity::Error);
const WARNING: Weight = Weight::Is(Severity::Warning);

/// RFC 9068 §2.2 requires these of every JWT access token.
const OAUTH_ACCESS_TOKEN: &[(&str, Weight)] = &[
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
        name: "article",
        about: "minutes instead of hours: what can't be called back must end soon",
        source: "practice: access tokens of 5 to 15 minutes, each with jti and aud",
        limits: &[(ACCESS_TOKEN_ADVISED.name, 300), (ACCESS_TOKEN_MAX.name, 900), (ACCESS_TOKEN_EXTREME.name, 3_600)],
        weights: &[("jti-missing", WARNING), ("iat-missing", WARNING), ("exp-missing", ERROR)],
    },
    Profile {
        name: "asvs-l1",
        about: "OWASP ASVS 5.0, level 1",
        source: "OWASP ASVS 5.0 chapters 9, 10, 11, 14",
        limits: &[],
        weights: &[("alg-none", ERROR), ("token-in-url", ERROR), ("header-key-reference", WARNING)],
    },
    Profile {
        name: "asvs-l2",
        about: "OWASP ASVS 5.0, level 2",
        source: "OWASP ASVS 5.0 chapters 9, 10, 11, 14; 9.2.4, 11.6.1",
        limits: &[(PBES2_COUNT_MIN.name, 600_000)],
        weights: &[
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
        source: "OWASP ASVS 5.0 chapters 9, 10, 11, 14; 10.3.5",
        limits: &[(PBES2_COUNT_MIN.name, 600_000)],
        weights: &[
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
        limits: &[(CLOCK_SKEW.name, 60)],
        weights: &[
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
        source: "NIST SP 800-63B-4 §2.1.3, §5.1",
        limits: &[],
        weights: &[("claim-pii-in-cookie", WARNING)],
    },
    Profile {
        name: "nist-aal2",
        about: "NIST SP 800-63B-4, assurance level 2",
        source: "NIST SP 800-63B-4 §2.2.3, §5.1",
        limits: &[],
        weights: &[("claim-pii-in-cookie", ERROR)],
    },
    Profile {
        name: "nist-aal3",
        about: "NIST SP 800-63B-4, assurance level 3",
        source: "NIST SP 800-63B-4 §2.3.3, §5.1",
        limits: &[],
        weights: &[("claim-pii-in-cookie", ERROR)],
    },
    Profile {
        name: "oauth-at",
        about: "JWT access tokens of OAuth 2.0",
        source: "RFC 9068 §2.1, §2.2",
        limits: &[],
        weights: OAUTH_ACCESS_TOKEN,
    },
];

pub fn find(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::threshold;

    #[test]
    fn laws_of_the_list() {
        assert!(PROFILES.is_sorted_by(|a, b| a.name < b.name));
        for profile in PROFILES {
            assert!(!profile.about.is_empty() && !profile.source.is_empty());
            assert!(profile.limits.iter().all(|(name, _)| threshold::find(name).is_some()), "{}", profile.name);
            assert!(profile.limits.len() + profile.weights.len() > 0, "{}", profile.name);
        }
    }
}
