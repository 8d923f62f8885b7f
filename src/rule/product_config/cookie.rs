//! Rules about cookie settings in product configuration.

use super::{SettingGroupSubject, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

pub(super) const COOKIE_NOT_HTTPONLY: Rule<SettingGroupSubject> = Rule {
    id: "cookie-not-httponly",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.3.4 (level 2); NIST SP 800-63B-4 §5.1.1 item 3",
    why: "A script injected by an attacker (XSS) reads the cookie and hijacks the session.",
    fix: "enable HttpOnly",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_httponly = false\ncookie_samesite = \"lax\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_httponly = true\ncookie_samesite = \"lax\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::CookieHttpOnly).filter(|setting| setting.is(false)) {
            report_setting(report, setting, Severity::Warning, || {
                config.message("scripts can read the session cookie")
            });
        }
    },
};

pub(super) const COOKIE_NOT_SECURE: Rule<SettingGroupSubject> = Rule {
    id: "cookie-not-secure",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 3.3.1; NIST SP 800-63B-4 §5.1.1 item 1; RFC 6750 §5.3",
    why: "One request over plain HTTP, which an on-path attacker can provoke, sends the cookie in cleartext.",
    fix: "enable Secure",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_secure = \"false\"\ncookie_samesite = \"lax\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_secure = true\ncookie_samesite = \"lax\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::CookieSecure).filter(|setting| setting.is(false)) {
            report_setting(report, setting, Severity::Error, || {
                config.message("the session cookie is also sent over plain HTTP")
            });
        }
    },
};

pub(super) const COOKIE_SAMESITE_OFF: Rule<SettingGroupSubject> = Rule {
    id: "cookie-samesite-off",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 6 (should be Lax or Strict)",
    why: "Every other site can send cross-site requests with the session cookie (CSRF).",
    fix: "use Lax or Strict, unless cross-site requests must carry the session",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"none\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"",
    check: |config, report| {
        let none = |setting: &&ProductSetting| setting.text().is_some_and(|text| text.eq_ignore_ascii_case("none"));
        for setting in config.group.all(SettingRole::CookieSameSite).filter(none) {
            report_setting(report, setting, Severity::Warning, || {
                config.message("the session cookie is SameSite=None")
            });
        }
    },
};

pub(super) const COOKIE_SAMESITE_UNSET: Rule<SettingGroupSubject> = Rule {
    id: "cookie-samesite-unset",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "OWASP Session Management Cheat Sheet (do not rely on the browser's default); OWASP ASVS 5.0 3.3.2",
    why: "Browsers treat a cookie without SameSite differently.",
    fix: "set SameSite to lax or strict",
    bad: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"\"",
    good: "cookie_secret = \"env(COOKIE_SECRET)\"\ncookie_samesite = \"lax\"",
    check: |config, report| {
        for setting in config.group.all(SettingRole::CookieSameSite).filter(|setting| setting.text() == Some("")) {
            report_setting(report, setting, Severity::Warning, || config.message("the session cookie has no SameSite"));
        }
    },
};
