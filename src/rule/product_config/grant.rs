//! What clients may do: grants, PKCE, plain HTTP.

use super::{SettingGroupSubject, tell};
use crate::finding::Severity;
use crate::product_config::setting::{ClientType, ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

pub(super) const GRANT_IMPLICIT: Rule<SettingGroupSubject> = Rule {
    id: "grant-implicit",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.2 (should not be used); OWASP ASVS 5.0 10.4.4 (must not)",
    why: "The token comes back in the URL, where histories, logs and scripts see it.",
    fix: "use the authorization code grant with PKCE",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "implicitFlowEnabled": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "implicitFlowEnabled": false}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::GrantImplicit).filter(|setting| setting.is(true)) {
            tell(report, setting, Severity::Warning, || config.says("the implicit grant is switched on"));
        }
    },
};

pub(super) const GRANT_PASSWORD: Rule<SettingGroupSubject> = Rule {
    id: "grant-password",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.4 (must not be used); OWASP ASVS 5.0 10.4.4",
    why: "The client sees the user's password, learns users to type it anywhere, and leaves no room for a second factor.",
    fix: "use the authorization code grant with PKCE",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "directAccessGrantsEnabled": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "directAccessGrantsEnabled": false}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::GrantPassword).filter(|setting| setting.is(true)) {
            tell(report, setting, Severity::Error, || config.says("the password grant is switched on"));
        }
    },
};

pub(super) const PKCE_NOT_REQUIRED: Rule<SettingGroupSubject> = Rule {
    id: "pkce-not-required",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.1 (public clients must use it, of others it is recommended); OWASP ASVS 5.0 10.4.6",
    why: "Without PKCE a code that was stolen on its way can be exchanged by the thief.",
    fix: "demand PKCE with S256",
    bad: r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "spa", "publicClient": true,
             "attributes": {"pkce.code.challenge.method": "S256"}}]}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::Pkce).filter(|setting| setting.text() == Some("")) {
            let (severity, whose) = match config.group.client {
                ClientType::Public => (Severity::Error, " of a public client"),
                ClientType::Confidential => (Severity::Info, " of a confidential client"),
                ClientType::Unknown => (Severity::Warning, ""),
            };
            tell(report, setting, severity, || config.says(format_args!("PKCE{whose} is not demanded")));
        }
    },
};

pub(super) const PKCE_PLAIN: Rule<SettingGroupSubject> = Rule {
    id: "pkce-plain",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1.1; RFC 7636 §4.2 (who can use S256 must); OWASP ASVS 5.0 10.4.6",
    why: "With plain, whoever reads the request has the verifier.",
    fix: "take S256 only",
    bad: r#"{"realm": "a", "clients": [{"clientId": "spa", "attributes": {"pkce.code.challenge.method": "plain"}}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "spa", "attributes": {"pkce.code.challenge.method": "S256"}}]}"#,
    check: |config, report| {
        let plain = |setting: &&ProductSetting| setting.text().is_some_and(|text| text.eq_ignore_ascii_case("plain"));
        for setting in config.group.all(SettingRole::Pkce).filter(plain) {
            tell(report, setting, Severity::Warning, || config.says("PKCE takes plain challenges"));
        }
    },
};

pub(super) const TLS_NOT_REQUIRED: Rule<SettingGroupSubject> = Rule {
    id: "tls-not-required",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 6749 §3.1, §3.2; RFC 9700 §2.6; OWASP ASVS 5.0 12.2.1",
    why: "Everybody on the way reads passwords, codes and tokens.",
    fix: "demand TLS for all that does not come from this machine",
    bad: r#"{"realm": "a", "sslRequired": "none"}"#,
    good: r#"{"realm": "a", "sslRequired": "external"}"#,
    check: |config, report| {
        for setting in config.group.all(SettingRole::TlsRequired).filter(|setting| setting.is(false)) {
            tell(report, setting, Severity::Error, || config.says("plain HTTP is let in"));
        }
    },
};
