//! Rules about configuration: what a product is told about tokens, sessions, cookies and verifiers.
//!
//! They see the normalised model only. What is not written and counts by a product's default is judged like the rest;
//! whoever runs the rules says so, and weighs it less.

use super::{Reporter, Rule, RuleSubject};
use crate::finding::Severity;
use crate::product_config::detect;
use crate::product_config::setting::{ProductSetting, SettingGroup, SettingOrigin, SettingRole, TokenFormat};
use crate::time::Span;
use revocation_delay::RevocationDelay;

mod access;
mod cookie;
mod grant;
mod password;
mod redirect;
mod refresh;
mod revocation_delay;
mod secret;
mod session;
pub mod text;
mod value;
mod verifier;

/// All rules about a group of settings, sorted by id.
pub static RULES: &[Rule<SettingGroupSubject>] = &[
    access::ACCESS_TOKEN_TTL,
    access::AUTH_CODE_TTL,
    value::CONFIG_VALUE_INVALID,
    cookie::COOKIE_NOT_HTTPONLY,
    cookie::COOKIE_NOT_SECURE,
    cookie::COOKIE_SAMESITE_OFF,
    cookie::COOKIE_SAMESITE_UNSET,
    grant::GRANT_IMPLICIT,
    grant::GRANT_PASSWORD,
    access::ID_TOKEN_TTL,
    secret::JWT_COMMITTED,
    verifier::KEYS_CACHE_LONG,
    password::PASSWORD_COMMITTED,
    password::PASSWORD_HASH_COMMITTED,
    grant::PKCE_NOT_REQUIRED,
    grant::PKCE_PLAIN,
    redirect::REDIRECT_URI_HTTP,
    redirect::REDIRECT_URI_NOT_EXACT,
    refresh::REFRESH_NOT_LONGER_THAN_ACCESS,
    refresh::REFRESH_TOKEN_NO_ABSOLUTE_EXPIRY,
    refresh::REFRESH_TOKEN_REUSE_WINDOW,
    refresh::REFRESH_TOKEN_ROTATION_OFF,
    refresh::REFRESH_TOKEN_ROTATION_ON,
    refresh::REFRESH_TOKEN_TTL,
    session::REMEMBER_ME_TTL,
    refresh::REVOCATION_OFF,
    secret::SECRET_COMMITTED,
    secret::SECRET_PUBLISHED,
    secret::SECRET_SHORT,
    session::SESSION_ABSOLUTE_MISSING,
    session::SESSION_ABSOLUTE_TTL,
    session::SESSION_IDLE_EXCEEDS_ABSOLUTE,
    session::SESSION_IDLE_MISSING,
    session::SESSION_IDLE_TTL,
    session::SESSION_NOT_RECHECKED,
    grant::TLS_NOT_REQUIRED,
    value::UNIT_IMPLIED,
    value::UNIT_SUSPICIOUS,
    verifier::VERIFIER_ALLOWS_MISSING,
    verifier::VERIFIER_CLOCK_SKEW,
    verifier::VERIFIER_EXP_NOT_CHECKED,
    verifier::VERIFIER_EXP_NOT_DEMANDED,
    verifier::VERIFIER_JWKS_HTTP,
    verifier::VERIFIER_NO_AUDIENCE,
    verifier::VERIFIER_NO_ISSUER,
    verifier::VERIFIER_NO_MAX_LIFETIME,
    verifier::VERIFIER_TOKEN_IN_QUERY,
    verifier::VERIFIER_UNKNOWN_CLAIM,
];

/// The subject: settings that work together.
pub enum SettingGroupSubject {}

pub struct SettingGroupView<'a> {
    pub group: &'a SettingGroup,
    /// Whose settings they are: `Keycloak 26.0.5`.
    pub product: &'a str,
    /// How far the verifiers of the same file let clocks differ, when the group has nothing of its own to say, and whose
    /// setting that is.
    pub verifier: Option<(&'a ProductSetting, &'a str)>,
}

impl SettingGroupView<'_> {
    fn get(&self, role: SettingRole) -> Option<&ProductSetting> {
        self.group.get(role)
    }

    /// How far clocks may differ, and whose setting that is.
    fn skew(&self) -> Option<(&ProductSetting, &str)> {
        self.get(SettingRole::ClockSkew).map(|own| (own, self.product)).or(self.verifier)
    }

    /// A message with the group's name before it.
    fn says(&self, text: impl std::fmt::Display) -> String {
        format!("{}{text}", self.group.prefix())
    }
}

/// What a credential that nobody withdraws gives on top of its own life: the last access token that is had with it.
fn with_access(config: &SettingGroupView<'_>, report: &Reporter<'_>, mut delay: RevocationDelay) -> RevocationDelay {
    let Some(access) = config.get(SettingRole::AccessTokenLifetime).and_then(ProductSetting::lasts) else {
        return delay;
    };
    delay.add("access token".to_owned(), access);
    if config.group.tokens == TokenFormat::Jwt { delay.verified(config, report) } else { delay }
}

/// A finding about a setting: at its pointer, at the byte where its value begins.
fn tell(report: &mut Reporter<'_>, setting: &ProductSetting, severity: Severity, message: impl FnOnce() -> String) {
    report.with_severity(severity).report_at_offset(&setting.place.pointer, setting.place.bytes.start, message);
}

/// The first of `limits`, the highest, that `lasts` is above.
fn above(
    report: &Reporter<'_>,
    lasts: Span,
    limits: &[(&'static crate::rule_config::limit::Limit, Severity)],
) -> Option<(Span, Severity)> {
    let mut above: Vec<(Span, Severity)> = limits
        .iter()
        .map(|(limit, severity)| (Span::seconds(report.limit(limit)), *severity))
        .filter(|(limit, _)| lasts > *limit)
        .collect();
    above.sort_by_key(|(_, severity)| *severity);
    above.pop()
}

impl RuleSubject for SettingGroupSubject {
    type View<'a> = SettingGroupView<'a>;

    const ABOUT: &'static str = "configuration";

    /// A file of any format; of its groups a user is looked at, or the first in which anything is written, or the last.
    fn with_example<R>(text: &str, then: impl FnOnce(&SettingGroupView<'_>) -> R) -> R {
        let Ok(reading) = detect::read(text, "", None) else { unreachable!("an example is a configuration: {text}") };
        let written =
            |group: &SettingGroup| group.settings.iter().any(|setting| setting.origin == SettingOrigin::Explicit);
        // A user stands beside a realm that says something, too.
        let users = reading.groups().find(|(_, group)| group.name.starts_with("user "));
        let first = users.or_else(|| reading.groups().find(|(_, group)| written(group)));
        match first.or_else(|| reading.groups().last()) {
            Some((format, group)) => then(&SettingGroupView { group, product: format.product, verifier: None }),
            None => unreachable!("an example has settings: {text}"),
        }
    }
}
