//! The numbers that rules compare with. None is hidden in a rule: each has a name, a unit, a default and
//! where that comes from, and most have no standard behind them, which their source says.

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitUnit {
    Seconds,
    Bytes,
    Count,
    Percent,
}

impl LimitUnit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Percent => "percent",
        }
    }
}

/// A limit by name.
#[derive(Debug)]
pub struct Limit {
    /// Kebab-case, as in `authkit.toml`.
    pub name: &'static str,
    pub unit: LimitUnit,
    pub default: u64,
    /// RFC and section, or `practice`, or the product whose limit it is.
    pub source: &'static str,
    pub about: &'static str,
}

const fn threshold(
    name: &'static str,
    unit: LimitUnit,
    default: u64,
    source: &'static str,
    about: &'static str,
) -> Limit {
    Limit { name, unit, default, source, about }
}

const HOUR: u64 = 3_600;

pub static ACCESS_TOKEN_ADVISED: Limit = threshold(
    "access-token-advised",
    LimitUnit::Seconds,
    HOUR / 4,
    "practice",
    "a longer access token is an info finding",
);
pub static ACCESS_TOKEN_EXTREME: Limit = threshold(
    "access-token-extreme",
    LimitUnit::Seconds,
    HOUR * 24,
    "practice",
    "a longer access token is an error finding",
);
pub static ACCESS_TOKEN_MAX: Limit =
    threshold("access-token-max", LimitUnit::Seconds, HOUR, "RFC 6750 §5.3", "a longer access token is a warning");
pub static AUDIENCES_MAX: Limit =
    threshold("audiences-max", LimitUnit::Count, 5, "practice", "more audiences in one token are a warning");
pub static CLAIM_SHARE: Limit = threshold(
    "claim-share",
    LimitUnit::Percent,
    50,
    "practice",
    "a claim that takes more of the payload is an info finding",
);
pub static CLOCK_SKEW: Limit = threshold(
    "clock-skew",
    LimitUnit::Seconds,
    60,
    "practice; RFC 7519 §4.1.4 says a few minutes at most",
    "how far clocks may differ before a token counts as expired or from the future",
);
pub static COOKIE_ADVISED: Limit = threshold(
    "cookie-bytes-advised",
    LimitUnit::Bytes,
    3_072,
    "practice",
    "a larger token is a warning: it nears the cookie limit",
);
pub static COOKIE_MAX: Limit = threshold(
    "cookie-bytes",
    LimitUnit::Bytes,
    4_096,
    "RFC 6265bis §5.7 step 4",
    "browsers ignore a cookie whose name and value are larger",
);
pub static COOKIES_PER_DOMAIN: Limit = threshold(
    "cookies-per-domain",
    LimitUnit::Count,
    50,
    "RFC 6265bis §6.1: what every browser supports at least",
    "more cookies of one domain are an info finding: browsers may evict the oldest",
);
pub static HEADER_LINE_MAX: Limit = threshold(
    "header-line-bytes",
    LimitUnit::Bytes,
    8_190,
    "Apache LimitRequestFieldSize 8190; nginx large_client_header_buffers 8k",
    "servers answer 400 to a larger header line",
);
pub static HEADER_TOTAL_MAX: Limit = threshold(
    "header-total-bytes",
    LimitUnit::Bytes,
    16_384,
    "Node.js --max-http-header-size 16 KiB; AWS ALB 16K a header",
    "servers answer 431 to larger headers",
);
pub static HSTS_MIN: Limit = threshold(
    "hsts-min",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "OWASP ASVS 5.0 3.4.1",
    "a shorter Strict-Transport-Security is an info finding",
);
pub static ID_TOKEN_MAX: Limit =
    threshold("id-token-max", LimitUnit::Seconds, HOUR, "practice", "a longer ID token is a warning");
pub static KEY_AGE_MAX: Limit = threshold(
    "key-age-max",
    LimitUnit::Seconds,
    HOUR * 24 * 90,
    "practice: no standard sets a number",
    "a key that is in use for longer is a warning",
);
pub static KID_BYTES: Limit =
    threshold("kid-bytes", LimitUnit::Bytes, 256, "practice", "a longer kid is an info finding");
pub static LIST_BYTES: Limit =
    threshold("list-bytes", LimitUnit::Bytes, 1_024, "practice", "a list claim of more bytes is a warning");
pub static LIST_ITEMS: Limit =
    threshold("list-items", LimitUnit::Count, 50, "practice", "a list claim of more entries is a warning");
pub static LOGOUT_TOKEN_MAX: Limit = threshold(
    "logout-token-max",
    LimitUnit::Seconds,
    120,
    "OpenID Connect Back-Channel Logout §4",
    "a longer logout token is a warning",
);
pub static PBES2_COUNT_MAX: Limit = threshold(
    "pbes2-count-max",
    LimitUnit::Count,
    1_200_000,
    "draft-ietf-oauth-rfc8725bis §3.13",
    "more PBES2 iterations are a warning: they stall the reader",
);
pub static PBES2_COUNT_MIN: Limit =
    threshold("pbes2-count-min", LimitUnit::Count, 1_000, "RFC 7518 §4.8.1.2", "fewer PBES2 iterations are a warning");
pub static REDIRECTS_MAX: Limit =
    threshold("redirects-max", LimitUnit::Count, 5, "practice", "more redirects in a row are an info finding");
pub static RSA_BITS_ADVISED: Limit = threshold(
    "rsa-bits-advised",
    LimitUnit::Count,
    3_072,
    "OWASP ASVS 5.0 11.2.3",
    "a shorter RSA modulus is an info finding; below 2048 bits it is an error",
);
pub static SECRET_BITS_ADVISED: Limit = threshold(
    "secret-bits-advised",
    LimitUnit::Count,
    160,
    "OWASP JWT cheat sheet",
    "an HMAC secret with less estimated entropy is a warning",
);
pub static SECRET_BITS_MIN: Limit = threshold(
    "secret-bits-min",
    LimitUnit::Count,
    128,
    "RFC 7515 §10.1; OWASP ASVS 5.0 11.5.1",
    "an HMAC secret with less estimated entropy is an error finding",
);
pub static SESSION_COOKIE_ADVISED: Limit = threshold(
    "session-cookie-advised",
    LimitUnit::Seconds,
    HOUR * 24,
    "practice; NIST SP 800-63B-4 §5.1 says that session cookies should not persist",
    "a session cookie that is kept longer is an info finding",
);
pub static SESSION_COOKIE_EXTREME: Limit = threshold(
    "session-cookie-extreme",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "practice",
    "a session or remember-me cookie that is kept longer is an error finding",
);
pub static SESSION_COOKIE_MAX: Limit = threshold(
    "session-cookie-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a session or remember-me cookie that is kept longer is a warning",
);
pub static SESSION_ID_BITS_ADVISED: Limit = threshold(
    "session-id-bits-advised",
    LimitUnit::Count,
    128,
    "OWASP ASVS 5.0 7.2.3",
    "a session id that cannot have more bits is a warning",
);
pub static SESSION_ID_BITS_MIN: Limit = threshold(
    "session-id-bits-min",
    LimitUnit::Count,
    64,
    "NIST SP 800-63B-4 §5.1 item 2",
    "a session id that cannot have more bits is an error finding",
);
pub static WAF_BYTES: Limit = threshold(
    "waf-bytes",
    LimitUnit::Bytes,
    8_192,
    "AWS WAF inspects 8 KB of headers",
    "a firewall may not see what is beyond",
);

pub static AUTH_CODE_MAX: Limit = threshold(
    "auth-code-max",
    LimitUnit::Seconds,
    600,
    "RFC 6749 §4.1.2; OWASP ASVS 5.0 10.4.3",
    "a longer authorization code is a warning",
);
pub static REFRESH_TOKEN_EXTREME: Limit = threshold(
    "refresh-token-extreme",
    LimitUnit::Seconds,
    HOUR * 24 * 365,
    "practice",
    "a longer refresh token is an error finding",
);
pub static REFRESH_TOKEN_MAX: Limit = threshold(
    "refresh-token-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a longer refresh token is a warning",
);
pub static REMEMBER_ME_MAX: Limit = threshold(
    "remember-me-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice",
    "a sign-in that is remembered longer is a warning",
);
pub static REUSE_WINDOW_EXTREME: Limit = threshold(
    "reuse-window-extreme",
    LimitUnit::Seconds,
    60,
    "practice",
    "a replaced refresh token that works longer is an error finding",
);
pub static REUSE_WINDOW_MAX: Limit = threshold(
    "reuse-window-max",
    LimitUnit::Seconds,
    10,
    "practice",
    "a replaced refresh token that works longer is a warning",
);
pub static SESSION_IDLE_MAX: Limit = threshold(
    "session-idle-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "practice; NIST SP 800-63B-4 §2.2.3 and §2.3.3 have numbers for levels 2 and 3",
    "a session that nobody uses and that lives longer is a finding",
);
pub static SESSION_MAX: Limit = threshold(
    "session-max",
    LimitUnit::Seconds,
    HOUR * 24 * 30,
    "NIST SP 800-63B-4 §2.1.3",
    "a longer session is a warning",
);
pub static VERIFIER_SKEW_MAX: Limit = threshold(
    "verifier-skew-max",
    LimitUnit::Seconds,
    300,
    "practice; RFC 7519 §4.1.4 says a few minutes at most",
    "a verifier that forgives more is a warning",
);

/// All thresholds, sorted by name.
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

pub fn find(name: &str) -> Option<&'static Limit> {
    LIMITS.iter().copied().find(|threshold| threshold.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_of_the_list() {
        assert!(LIMITS.is_sorted_by(|a, b| a.name < b.name));
        for threshold in LIMITS {
            assert!(threshold.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(!threshold.source.is_empty() && !threshold.about.is_empty() && threshold.default > 0);
            assert!(find(threshold.name).is_some());
        }
    }
}
