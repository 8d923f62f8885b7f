//! Rules about redirect URIs, to which codes and tokens are sent.

use super::{SettingGroupSubject, report_setting};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingRole};
use crate::rule::{Basis, Rule};

/// The host of a URI with an authority; it may contain patterns.
fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next();
    }
    Some(authority.split(':').next().unwrap_or(authority))
}

/// Native applications listen on loopback addresses (RFC 8252 §7.3).
fn is_loopback(uri: &str) -> bool {
    host(uri).is_some_and(|host| host == "localhost" || host == "::1" || host.starts_with("127."))
}

pub(super) const REDIRECT_URI_HTTP: Rule<SettingGroupSubject> = Rule {
    id: "redirect-uri-http",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 9700 §2.6 (must not be sent over an unencrypted connection); RFC 8252 §7.3 exempts loopback",
    why: "The code or token crosses the network in cleartext.",
    fix: "use HTTPS, or HTTP on a loopback address only",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "redirectUris": ["http://shop.example/cb"]}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "redirectUris": ["http://localhost:8080/cb"]}]}"#,
    check: |config, report| {
        for (setting, uri) in uris(config.group.all(SettingRole::RedirectUri)) {
            if uri.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) && !is_loopback(uri) {
                report_setting(report, setting, Severity::Error, || {
                    config.message(format_args!("authorization responses go to {uri} over plain HTTP"))
                });
            }
        }
    },
};

pub(super) const REDIRECT_URI_NOT_EXACT: Rule<SettingGroupSubject> = Rule {
    id: "redirect-uri-not-exact",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §2.1, §4.1.3 (exact comparison, except for the port of a loopback address); OWASP ASVS 5.0 \
          10.4.1",
    why: "An attacker can direct the code to any page that matches the pattern, for example an open redirect.",
    fix: "list each redirect URI in full",
    bad: r#"{"realm": "a", "clients": [{"clientId": "web", "redirectUris": ["https://shop.example/*"]}]}"#,
    good: r#"{"realm": "a", "clients": [{"clientId": "web", "redirectUris": ["https://shop.example/cb"]}]}"#,
    check: |config, report| {
        for (setting, uri) in uris(config.group.all(SettingRole::RedirectUri)) {
            if uri.contains('*') {
                let everywhere = uri == "*" || host(uri).is_some_and(|host| host.contains('*'));
                let severity = match (everywhere, is_loopback(uri)) {
                    (true, _) => Severity::Error,
                    (false, true) => Severity::Info,
                    (false, false) => Severity::Warning,
                };
                report_setting(report, setting, severity, || {
                    config.message(format_args!("authorization responses go to any URI that matches {uri}"))
                });
            }
        }
    },
};

fn uris<'s>(settings: impl Iterator<Item = &'s ProductSetting>) -> impl Iterator<Item = (&'s ProductSetting, &'s str)> {
    settings.filter_map(|setting| Some((setting, setting.text()?)))
}
