//! The limits that rules compare with. Every limit has a name, a unit, a default and a source, so no number is
//! hidden in a rule; most are practice rather than standard, which their source states.

use crate::time::Span;

/// The unit of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitUnit {
    /// Whole seconds; may be written as a duration, such as `15m`.
    Seconds,
    /// Whole bytes of a token, claim, cookie or header.
    Bytes,
    /// Number of items or iterations, or of bits if the name of the limit has the word `bits`.
    Count,
    /// Whole percent of a size.
    Percent,
}

impl LimitUnit {
    /// The name in JSON and in manual pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Percent => "percent",
        }
    }
}

/// A named limit.
#[derive(Debug)]
pub struct Limit {
    /// Kebab-case, as in `authkit.toml`.
    pub name: &'static str,
    /// The unit of `default` and of overriding values.
    pub unit: LimitUnit,
    /// The default, in `unit`.
    pub default: u64,
    /// RFC and section, or `practice`, or the product whose limit it is.
    pub source: &'static str,
    /// The effect of exceeding it, for manual pages.
    pub about: &'static str,
}

impl Limit {
    /// A value of this limit with its unit, for people: `365 d`, `4096 bytes`, `64 bits`, `50 %`, `5`.
    pub fn text(&self, value: u64) -> String {
        match self.unit {
            LimitUnit::Seconds => Span::seconds(value).to_string(),
            LimitUnit::Bytes => format!("{value} bytes"),
            // JSON has no unit of its own for bits.
            LimitUnit::Count if self.name.split('-').any(|word| word == "bits") => format!("{value} bits"),
            LimitUnit::Count => value.to_string(),
            LimitUnit::Percent => format!("{value} %"),
        }
    }
}

const fn limit(name: &'static str, unit: LimitUnit, default: u64, source: &'static str, about: &'static str) -> Limit {
    Limit { name, unit, default, source, about }
}

const HOUR: u64 = 3_600;

/// Seconds of access token lifetime above which there is an info finding.
pub static ACCESS_TOKEN_ADVISED: Limit = limit(
    "access-token-advised",
    LimitUnit::Seconds,
    HOUR / 4,
    "practice",
    "a longer access token lifetime is an info finding",
);
/// Seconds of access token lifetime above which there is an error.
pub static ACCESS_TOKEN_EXTREME: Limit = limit(
    "access-token-extreme",
    LimitUnit::Seconds,
    HOUR * 24,
    "practice",
    "a longer access token lifetime is an error",
);
/// Seconds of access token lifetime above which there is a warning (RFC 6750 §5.3).
pub static ACCESS_TOKEN_MAX: Limit =
    limit("access-token-max", LimitUnit::Seconds, HOUR, "RFC 6750 §5.3", "a longer access token lifetime is a warning");
/// Number of values of the claim `aud` above which there is a warning.
pub static AUDIENCES_MAX: Limit =
    limit("audiences-max", LimitUnit::Count, 5, "practice", "more audiences in one token are a warning");
/// Percent of the payload bytes that one claim may take up before there is an info finding.
pub static CLAIM_SHARE: Limit = limit(
    "claim-share",
    LimitUnit::Percent,
    50,
    "practice",
    "a claim that takes up more of the payload is an info finding",
);
/// Seconds of clock skew tolerated for `exp` and `nbf` (RFC 7519 §4.1.4).
pub static CLOCK_SKEW: Limit = limit(
    "clock-skew",
    LimitUnit::Seconds,
    60,
    "practice; RFC 7519 §4.1.4: a few minutes at most",
    "clock skew tolerated before a token is reported as expired or from the future",
);
/// Token size in bytes above which a token in a cookie is a warning.
pub static COOKIE_ADVISED: Limit = limit(
    "cookie-bytes-advised",
    LimitUnit::Bytes,
    3_072,
    "practice",
    "a larger token is a warning: it is close to the cookie limit",
);
/// Bytes of name and value above which browsers reject a cookie (6265bis §5.7 step 4).
pub static COOKIE_MAX: Limit = limit(
    "cookie-bytes",
    LimitUnit::Bytes,
    4_096,
    "RFC 6265bis §5.7 step 4",
    "browsers reject a cookie with a longer name and value",
);
/// Number of cookies of one domain above which there is an info finding (6265bis §6.1).
pub static COOKIES_PER_DOMAIN: Limit = limit(
    "cookies-per-domain",
    LimitUnit::Count,
    50,
    "RFC 6265bis §6.1: the minimum that every browser supports",
    "more cookies of one domain are an info finding: browsers may evict the oldest",
);
/// Bytes of one header line above which Apache and nginx reject the request with status 400.
pub static HEADER_LINE_MAX: Limit = limit(
    "header-line-bytes",
    LimitUnit::Bytes,
    8_190,
    "Apache LimitRequestFieldSize 8190; nginx large_client_header_buffers 8k",
    "servers reject a longer header line with status 400",
);
/// Bytes of all headers together above which Node.js rejects the request with status 431 (RFC 6585 §5).
pub static HEADER_TOTAL_MAX: Limit = limit(
    "header-total-bytes",
    LimitUnit::Bytes,
    16_384,
    "Node.js --max-http-header-size 16 KiB; AWS ALB 16K a header",
    "servers reject larger headers with status 431",
);
/// Seconds of `max-age` in Strict-Transport-Security below which there is an info finding (OWASP ASVS 5.0 3.4.1).
pub static HSTS_MIN: Limit = limit(
    "hsts-min",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "OWASP ASVS 5.0 3.4.1",
    "a shorter Strict-Transport-Security max-age is an info finding",
);
/// Seconds of ID token lifetime above which there is a warning.
pub static ID_TOKEN_MAX: Limit =
    limit("id-token-max", LimitUnit::Seconds, HOUR, "practice", "a longer ID token lifetime is a warning");
/// Seconds since `nbf` or `iat` of a key in a JWKS above which there is a warning.
pub static KEY_AGE_MAX: Limit = limit(
    "key-age-max",
    LimitUnit::Seconds,
    HOUR * 24 * 90,
    "practice: no standard sets a number",
    "a key that has been in use for longer is a warning",
);
/// Bytes of the header parameter `kid` above which there is an info finding.
pub static KID_BYTES: Limit = limit("kid-bytes", LimitUnit::Bytes, 256, "practice", "a longer kid is an info finding");
/// Bytes of JSON of an array claim above which there is a warning.
pub static LIST_BYTES: Limit =
    limit("list-bytes", LimitUnit::Bytes, 1_024, "practice", "a list claim of more bytes is a warning");
/// Number of entries of an array claim above which there is a warning.
pub static LIST_ITEMS: Limit =
    limit("list-items", LimitUnit::Count, 50, "practice", "a list claim of more entries is a warning");
/// Seconds of logout token lifetime above which there is a warning (OpenID Connect Back-Channel Logout §4).
pub static LOGOUT_TOKEN_MAX: Limit = limit(
    "logout-token-max",
    LimitUnit::Seconds,
    120,
    "OpenID Connect Back-Channel Logout §4",
    "a longer logout token lifetime is a warning",
);
/// PBES2 iterations (`p2c`) above which there is a warning (draft-ietf-oauth-rfc8725bis §3.13).
pub static PBES2_COUNT_MAX: Limit = limit(
    "pbes2-count-max",
    LimitUnit::Count,
    1_200_000,
    "draft-ietf-oauth-rfc8725bis §3.13",
    "more PBES2 iterations are a warning: they stall the recipient",
);
/// PBES2 iterations (`p2c`) below which there is a warning (RFC 7518 §4.8.1.2).
pub static PBES2_COUNT_MIN: Limit =
    limit("pbes2-count-min", LimitUnit::Count, 1_000, "RFC 7518 §4.8.1.2", "fewer PBES2 iterations are a warning");
/// Number of successive redirects above which there is an info finding.
pub static REDIRECTS_MAX: Limit =
    limit("redirects-max", LimitUnit::Count, 5, "practice", "more redirects in a row are an info finding");
/// Bits of an RSA modulus below which there is an info finding (OWASP ASVS 5.0 11.2.3).
pub static RSA_BITS_ADVISED: Limit = limit(
    "rsa-bits-advised",
    LimitUnit::Count,
    3_072,
    "OWASP ASVS 5.0 11.2.3",
    "a shorter RSA modulus is an info finding; below 2048 bits it is an error",
);
/// Bits of estimated entropy of an HMAC secret below which there is a warning.
pub static SECRET_BITS_ADVISED: Limit = limit(
    "secret-bits-advised",
    LimitUnit::Count,
    160,
    "OWASP JWT cheat sheet",
    "an HMAC secret with less estimated entropy is a warning",
);
/// Bits of estimated entropy of an HMAC secret below which there is an error (RFC 7515 §10.1).
pub static SECRET_BITS_MIN: Limit = limit(
    "secret-bits-min",
    LimitUnit::Count,
    128,
    "RFC 7515 §10.1; OWASP ASVS 5.0 11.5.1",
    "an HMAC secret with less estimated entropy is an error",
);
/// Seconds of session cookie lifetime above which there is an info finding; not for remember-me cookies.
pub static SESSION_COOKIE_ADVISED: Limit = limit(
    "session-cookie-advised",
    LimitUnit::Seconds,
    HOUR * 24,
    "practice; NIST SP 800-63B-4 §5.1: session cookies should not persist",
    "a session cookie that persists longer is an info finding",
);
/// Seconds of session or remember-me cookie lifetime above which there is an error.
pub static SESSION_COOKIE_EXTREME: Limit = limit(
    "session-cookie-extreme",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "practice",
    "a session or remember-me cookie that persists longer is an error",
);
/// Seconds of session or remember-me cookie lifetime above which there is a warning.
pub static SESSION_COOKIE_MAX: Limit = limit(
    "session-cookie-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a session or remember-me cookie that persists longer is a warning",
);
/// Bits of entropy of a session id below which there is a warning (OWASP ASVS 5.0 7.2.3).
pub static SESSION_ID_BITS_ADVISED: Limit = limit(
    "session-id-bits-advised",
    LimitUnit::Count,
    128,
    "OWASP ASVS 5.0 7.2.3",
    "a session id that cannot have this many bits of entropy is a warning",
);
/// Bits of entropy of a session id below which there is an error (NIST SP 800-63B-4 §5.1 item 2).
pub static SESSION_ID_BITS_MIN: Limit = limit(
    "session-id-bits-min",
    LimitUnit::Count,
    64,
    "NIST SP 800-63B-4 §5.1 item 2",
    "a session id that cannot have this many bits of entropy is an error",
);
/// Bytes of headers that AWS WAF inspects; a token in a longer header line is an info finding.
pub static WAF_BYTES: Limit = limit(
    "waf-bytes",
    LimitUnit::Bytes,
    8_192,
    "AWS WAF inspects 8 KB of headers",
    "a firewall may not inspect headers beyond this size",
);

/// Seconds of authorization code lifetime above which there is a warning (RFC 6749 §4.1.2).
pub static AUTH_CODE_MAX: Limit = limit(
    "auth-code-max",
    LimitUnit::Seconds,
    600,
    "RFC 6749 §4.1.2; OWASP ASVS 5.0 10.4.3",
    "a longer authorization code lifetime is a warning",
);
/// Seconds of refresh token lifetime above which there is an error.
pub static REFRESH_TOKEN_EXTREME: Limit = limit(
    "refresh-token-extreme",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "practice",
    "a longer refresh token lifetime is an error",
);
/// Seconds of refresh token lifetime above which there is a warning.
pub static REFRESH_TOKEN_MAX: Limit = limit(
    "refresh-token-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a longer refresh token lifetime is a warning",
);
/// Seconds of a remembered sign-in above which there is a warning.
pub static REMEMBER_ME_MAX: Limit = limit(
    "remember-me-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a longer remembered sign-in is a warning",
);
/// Seconds of the reuse grace period for refresh tokens above which there is an error.
pub static REUSE_WINDOW_EXTREME: Limit = limit(
    "reuse-window-extreme",
    LimitUnit::Seconds,
    60,
    "practice",
    "a longer reuse grace period for refresh tokens is an error",
);
/// Seconds of the reuse grace period for refresh tokens above which there is a warning.
pub static REUSE_WINDOW_MAX: Limit = limit(
    "reuse-window-max",
    LimitUnit::Seconds,
    10,
    "practice",
    "a longer reuse grace period for refresh tokens is a warning",
);
/// Seconds of the idle limit for sessions above which there is an info finding.
pub static SESSION_IDLE_MAX: Limit = limit(
    "session-idle-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice; NIST SP 800-63B-4 §2.2.3 and §2.3.3 have numbers for levels 2 and 3",
    "a longer idle limit for sessions is a finding",
);
/// Seconds of absolute session lifetime above which there is a warning (NIST SP 800-63B-4 §2.1.3).
pub static SESSION_MAX: Limit = limit(
    "session-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "NIST SP 800-63B-4 §2.1.3",
    "a longer session lifetime is a warning",
);
/// Seconds of leeway of a verifier above which there is a warning (RFC 7519 §4.1.4).
pub static VERIFIER_SKEW_MAX: Limit = limit(
    "verifier-skew-max",
    LimitUnit::Seconds,
    300,
    "practice; RFC 7519 §4.1.4: a few minutes at most",
    "a verifier with more leeway is a warning",
);

/// All limits, sorted by name.
pub static LIMITS: &[&Limit] = &[
    &ACCESS_TOKEN_ADVISED,
    &ACCESS_TOKEN_EXTREME,
    &ACCESS_TOKEN_MAX,
    &AUDIENCES_MAX,
    &AUTH_CODE_MAX,
    &CLAIM_SHARE,
    &CLOCK_SKEW,
    &COOKIE_MAX,
    &COOKIE_ADVISED,
    &COOKIES_PER_DOMAIN,
    &HEADER_LINE_MAX,
    &HEADER_TOTAL_MAX,
    &HSTS_MIN,
    &ID_TOKEN_MAX,
    &KEY_AGE_MAX,
    &KID_BYTES,
    &LIST_BYTES,
    &LIST_ITEMS,
    &LOGOUT_TOKEN_MAX,
    &PBES2_COUNT_MAX,
    &PBES2_COUNT_MIN,
    &REDIRECTS_MAX,
    &REFRESH_TOKEN_EXTREME,
    &REFRESH_TOKEN_MAX,
    &REMEMBER_ME_MAX,
    &REUSE_WINDOW_EXTREME,
    &REUSE_WINDOW_MAX,
    &RSA_BITS_ADVISED,
    &SECRET_BITS_ADVISED,
    &SECRET_BITS_MIN,
    &SESSION_COOKIE_ADVISED,
    &SESSION_COOKIE_EXTREME,
    &SESSION_COOKIE_MAX,
    &SESSION_ID_BITS_ADVISED,
    &SESSION_ID_BITS_MIN,
    &SESSION_IDLE_MAX,
    &SESSION_MAX,
    &VERIFIER_SKEW_MAX,
    &WAF_BYTES,
];

/// The limit named `name`.
pub fn find(name: &str) -> Option<&'static Limit> {
    LIMITS.iter().copied().find(|limit| limit.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_of_a_limit_has_a_unit_that_people_read() {
        let text = |limit: &Limit| limit.text(limit.default);
        assert_eq!(text(&HSTS_MIN), "365 d");
        assert_eq!(text(&SESSION_ID_BITS_MIN), "64 bits");
        assert_eq!(text(&COOKIE_MAX), "4096 bytes");
        assert_eq!(text(&CLAIM_SHARE), "50 %");
        assert_eq!(text(&REDIRECTS_MAX), "5");
    }

    #[test]
    fn limit_list_is_sorted_and_complete() {
        assert!(LIMITS.is_sorted_by(|a, b| a.name < b.name));
        for limit in LIMITS {
            assert!(limit.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(!limit.source.is_empty() && !limit.about.is_empty() && limit.default > 0);
            assert!(find(limit.name).is_some());
        }
    }
}
