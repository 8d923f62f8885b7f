//! Rules about OAuth clients and TLS: grants, PKCE, plain HTTP.

use super::{SettingGroupSubject, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::{ClientType, ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

pub(super) const GRANT_IMPLICIT: Rule<SettingGroupSubject> = Rule {
    id: "grant-implicit",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.2 (should not be used); OWASP ASVS 5.0 10.4.4 (must not)",
    why: "The token is returned in the URL, where browser histories, logs and scripts can read it.",
    fix: "use the authorization code grant with PKCE",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "implicitFlowEnabled": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "implicitFlowEnabled": false}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::GrantImplicit).filter(|setting| setting.is(true)) {
            report_setting(report, setting, Severity::Warning, || config.message("the implicit grant is enabled"));
        }
    },
};

pub(super) const GRANT_PASSWORD: Rule<SettingGroupSubject> = Rule {
    id: "grant-password",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.4 (must not be used); OWASP ASVS 5.0 10.4.4",
    why: "The client sees the user's password, teaches users to type it anywhere, and does not allow a second factor.",
    fix: "use the authorization code grant with PKCE",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "directAccessGrantsEnabled": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "directAccessGrantsEnabled": false}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::GrantPassword).filter(|setting| setting.is(true)) {
            report_setting(report, setting, Severity::Error, || config.message("the password grant is enabled"));
        }
    },
};

pub(super) const PKCE_NOT_REQUIRED: Rule<SettingGroupSubject> = Rule {
    id: "pkce-not-required",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.1 (required for public clients, recommended for others); OWASP ASVS 5.0 10.4.6",
    why: "Without PKCE an attacker can exchange an intercepted code.",
    fix: "require PKCE with S256",
    bad: r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true,
             "attributes": {"pkce.code.challenge.method": "S256"}}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::Pkce).filter(|setting| setting.text() == Some("")) {
            let (severity, owner) = match config.group.client {
                ClientType::Public => (Severity::Error, " of a public client"),
                ClientType::Confidential => (Severity::Info, " of a confidential client"),
                ClientType::Unknown => (Severity::Warning, ""),
            };
            report_setting(report, setting, severity, || config.message(format_args!("PKCE{owner} is not required")));
        }
    },
};

pub(super) const PKCE_PLAIN: Rule<SettingGroupSubject> = Rule {
    id: "pkce-plain",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.1; RFC 7636 §4.2 (S256 is required of clients that support it); OWASP ASVS 5.0 10.4.6",
    why: "With plain, an attacker who reads the authorization request has the verifier.",
    fix: "accept S256 only",
    bad: r#"{"realm": "a", "clients": [{"clientId": "spa", "attributes": {"pkce.code.challenge.method": "plain"}}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "spa", "attributes": {"pkce.code.challenge.method": "S256"}}]}"#,
    check: |config, report| {
        let plain = |setting: &&ProductSetting| setting.text().is_some_and(|text| text.eq_ignore_ascii_case("plain"));
        for setting in config.group.all(SettingRole::Pkce).filter(plain) {
            report_setting(report, setting, Severity::Warning, || config.message("PKCE accepts plain challenges"));
        }
    },
};

pub(super) const TLS_NOT_REQUIRED: Rule<SettingGroupSubject> = Rule {
    id: "tls-not-required",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 6749 §3.1, §3.2; RFC 9700 §2.6; OWASP ASVS 5.0 12.2.1",
    why: "An on-path attacker can read passwords, codes and tokens.",
    fix: "require TLS for all requests that are not from the loopback interface",
    bad: r#"{"realm": "a", "sslRequired": "none"}"#,
    good: r#"{"realm": "a", "sslRequired": "external"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::TlsRequired).filter(|setting| setting.is(false)) {
            report_setting(report, setting, Severity::Error, || config.message("plain HTTP is accepted"));
        }
    },
};
