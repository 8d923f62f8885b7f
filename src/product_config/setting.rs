//! The normalised model of token and session settings, independent of the product's file format.

use crate::secret::Secret;
use crate::time::Span;
use std::ops::Range;

/// The meaning of a setting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SettingRole {
    /// How long an access token is accepted.
    AccessTokenLifetime,
    IdTokenLifetime,
    /// How long an authorization code can be exchanged.
    CodeLifetime,
    /// How long an unused refresh token is accepted.
    RefreshIdle,
    /// How long a session can be refreshed in total.
    RefreshLifetime,
    /// Whether a refresh token is replaced on use.
    RefreshRotation,
    /// How long a replaced refresh token is still accepted.
    RefreshReuseWindow,
    SessionIdle,
    SessionLifetime,
    /// How long a remember-me login lasts.
    RememberMeLifetime,
    CookieSecure,
    CookieHttpOnly,
    CookieSameSite,
    /// Whether plain HTTP is rejected: `none` disables it.
    TlsRequired,
    GrantImplicit,
    GrantPassword,
    /// The required PKCE method; empty: none.
    Pkce,
    /// A redirect URI for codes or tokens, or a pattern of such.
    RedirectUri,
    /// Whether a verifier checks exp.
    VerifiesExpiry,
    /// Whether a verifier rejects tokens without exp.
    RequiresExpiry,
    /// The maximum token lifetime that a verifier accepts.
    VerifierMaxLifetime,
    /// The audience that a verifier accepts.
    VerifierAudience,
    VerifierIssuer,
    /// Whether a verifier accepts tokens in the URL.
    TokenInUrl,
    /// Whether requests without a valid token pass.
    AllowsMissing,
    KeysUrl,
    /// How long a verifier caches fetched keys.
    KeysCache,
    ClockSkew,
    /// How long a gateway caches the verification result of a token.
    AnswerCache,
    /// How long a session is trusted before it is checked with its issuer again.
    SessionRecheck,
    /// A claim that the product cannot check.
    UnknownClaim,
    /// Whether tokens can be revoked at all.
    Revocation,
    /// A secret that signs tokens.
    SigningSecret,
    /// A secret that protects sessions or cookies, or authenticates a client.
    OtherSecret,
    /// A token in the file.
    Token,
    /// A user's password.
    Password,
    /// A password that must be changed at the first login.
    PasswordTemporary,
    /// A password hash.
    PasswordHash,
}

impl SettingRole {
    /// Every role with its name in `[[map]]` of authkit.toml and in reports, in the order above.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::AccessTokenLifetime, "access-token-lifetime"),
        (Self::IdTokenLifetime, "id-token-lifetime"),
        (Self::CodeLifetime, "code-lifetime"),
        (Self::RefreshIdle, "refresh-idle"),
        (Self::RefreshLifetime, "refresh-lifetime"),
        (Self::RefreshRotation, "refresh-rotation"),
        (Self::RefreshReuseWindow, "refresh-reuse-window"),
        (Self::SessionIdle, "session-idle"),
        (Self::SessionLifetime, "session-lifetime"),
        (Self::RememberMeLifetime, "remember-me-lifetime"),
        (Self::CookieSecure, "cookie-secure"),
        (Self::CookieHttpOnly, "cookie-httponly"),
        (Self::CookieSameSite, "cookie-samesite"),
        (Self::TlsRequired, "tls-required"),
        (Self::GrantImplicit, "grant-implicit"),
        (Self::GrantPassword, "grant-password"),
        (Self::Pkce, "pkce"),
        (Self::RedirectUri, "redirect-uri"),
        (Self::VerifiesExpiry, "verifies-expiry"),
        (Self::RequiresExpiry, "requires-expiry"),
        (Self::VerifierMaxLifetime, "verifier-max-lifetime"),
        (Self::VerifierAudience, "verifier-audience"),
        (Self::VerifierIssuer, "verifier-issuer"),
        (Self::TokenInUrl, "token-in-url"),
        (Self::AllowsMissing, "allows-missing"),
        (Self::KeysUrl, "keys-url"),
        (Self::KeysCache, "keys-cache"),
        (Self::ClockSkew, "clock-skew"),
        (Self::AnswerCache, "answer-cache"),
        (Self::SessionRecheck, "session-recheck"),
        (Self::UnknownClaim, "unknown-claim"),
        (Self::Revocation, "revocation"),
        (Self::SigningSecret, "signing-secret"),
        (Self::OtherSecret, "other-secret"),
        (Self::Token, "token"),
        (Self::Password, "password"),
        (Self::PasswordTemporary, "password-temporary"),
        (Self::PasswordHash, "password-hash"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, name)| *name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(role, _)| *role)
    }
}

/// The value of a setting, in a normalised unit.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingValue {
    Duration(Span),
    /// No limit.
    Unlimited,
    Switch(bool),
    /// Empty: not set.
    Text(String),
    /// Never printed; empty: not set.
    Secret(Secret<Vec<u8>>),
    /// Not a valid value for the product; the text states the fault.
    Invalid(String),
    /// Computed at run time: `${VAR}`, `!Ref`.
    Unresolved,
}

/// The origin of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingOrigin {
    Explicit,
    /// The product's default, because the file does not set it.
    Default,
}

/// The location of a setting in its file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SettingLocation {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// The bytes of its value; for a default, the key of its parent.
    pub bytes: Range<usize>,
    /// The bytes of its key, which precede the value; for a default or a list item, as `bytes`.
    pub key: Range<usize>,
    /// The bytes of its definition, if it is used through an anchor.
    pub defined: Option<Range<usize>>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ProductSetting {
    pub role: SettingRole,
    pub value: SettingValue,
    pub origin: SettingOrigin,
    pub place: SettingLocation,
    /// The product's name for it.
    pub name: String,
    /// The unit that the product assumes if none is written: `hours`.
    pub implied_unit: Option<&'static str>,
    /// The implied unit of a bare number, which could be written without changing the value.
    pub bare: Option<UnitPlacement>,
}

/// Where an implied unit could be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitPlacement {
    /// After the number: `s`.
    Suffix(&'static str),
    /// In a missing sibling map: its key, and the units of all values without one.
    SiblingKey { map: &'static str, units: Vec<(&'static str, &'static str)> },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClientType {
    #[default]
    Unknown,
    Public,
    Confidential,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TokenFormat {
    #[default]
    Unknown,
    /// Verified without contacting the issuer.
    Jwt,
    /// A reference token: verifiers ask the issuer, so it can be revoked.
    Opaque,
}

/// Related settings: those of a realm, a client, a verifier.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SettingGroup {
    /// `realm "shop"`; empty if the file has only one.
    pub name: String,
    pub client: ClientType,
    pub tokens: TokenFormat,
    pub settings: Vec<ProductSetting>,
}

impl SettingGroup {
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    pub fn get(&self, role: SettingRole) -> Option<&ProductSetting> {
        self.settings.iter().find(|setting| setting.role == role)
    }

    pub fn all(&self, role: SettingRole) -> impl Iterator<Item = &ProductSetting> {
        self.settings.iter().filter(move |setting| setting.role == role)
    }

    /// `realm "shop": `, the prefix of a message.
    pub fn prefix(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}: ", self.name) }
    }
}

impl ProductSetting {
    /// The duration, if it is known and limited.
    pub fn lasts(&self) -> Option<Span> {
        match self.value {
            SettingValue::Duration(span) => Some(span),
            _ => None,
        }
    }

    pub fn is_forever(&self) -> bool {
        self.value == SettingValue::Unlimited
    }

    pub fn is(&self, switch: bool) -> bool {
        self.value == SettingValue::Switch(switch)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            SettingValue::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn secret(&self) -> Option<&Secret<Vec<u8>>> {
        match &self.value {
            SettingValue::Secret(secret) => Some(secret),
            _ => None,
        }
    }
}
