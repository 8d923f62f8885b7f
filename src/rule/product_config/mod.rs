//! Rules about product configuration: settings of tokens, sessions, cookies and verifiers.
//!
//! They see the normalised model only. A product's default is checked like an explicit setting; the caller marks its
//! findings as defaults and lowers their severity.

use super::{Reporter, Rule, RuleSubject};
use crate::finding::Severity;
use crate::product_config::setting::{ProductSetting, SettingGroup, SettingRole, TokenFormat};
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

/// The subject: a group of settings that work together.
pub enum SettingGroupSubject {}

/// A group of settings and its product.
pub struct SettingGroupView<'a> {
    /// The settings that work together.
    pub group: &'a SettingGroup,
    /// The product and its version: `Keycloak 26.0.5`.
    pub product: &'a str,
    /// The leeway of the verifiers in the same file, and their product; used when the group has no clock skew setting
    /// of its own.
    pub verifier: Option<(&'a ProductSetting, &'a str)>,
}

impl SettingGroupView<'_> {
    fn get(&self, role: SettingRole) -> Option<&ProductSetting> {
        self.group.get(role)
    }

    /// The leeway of the verifiers, and their product.
    fn skew(&self) -> Option<(&ProductSetting, &str)> {
        self.get(SettingRole::ClockSkew).map(|own| (own, self.product)).or(self.verifier)
    }

    /// The message, prefixed with the name of the group.
    fn message(&self, text: impl std::fmt::Display) -> String {
        format!("{}{text}", self.group.prefix())
    }
}

/// Adds the lifetime of the last access token that an unrevoked credential obtains to the lifetime of the credential.
fn with_access(config: &SettingGroupView<'_>, report: &Reporter<'_>, mut delay: RevocationDelay) -> RevocationDelay {
    let Some(access) = config.get(SettingRole::AccessTokenLifetime).and_then(ProductSetting::lasts) else {
        return delay;
    };
    delay.add("access token".to_owned(), access);
    if config.group.tokens == TokenFormat::Jwt { delay.verified(config, report) } else { delay }
}

/// Reports a finding about a setting, at its pointer and at the byte offset of its value.
fn report_setting(
    report: &mut Reporter<'_>,
    setting: &ProductSetting,
    severity: Severity,
    message: impl FnOnce() -> String,
) {
    report.with_severity(severity).report_at_offset(&setting.place.pointer, setting.place.bytes.start, message);
}

/// The exceeded limit with the highest severity.
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
}
