//! The normalised model: what a product is told about tokens and sessions, whatever its file looks like.

use crate::secret::Secret;
use crate::time::Span;
use std::ops::Range;

/// What a setting decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SettingRole {
    /// How long an access token is accepted.
    AccessTokenLifetime,
    IdTokenLifetime,
    /// How long an authorization code can be exchanged.
    CodeLifetime,
    /// How long a refresh token that nobody uses works.
    RefreshIdle,
    /// How long refreshing works in all.
    RefreshLifetime,
    /// Whether a refresh token is replaced when it is used.
    RefreshRotation,
    /// How long a replaced refresh token still works.
    RefreshReuseWindow,
    SessionIdle,
    SessionLifetime,
    /// How long a sign-in that the browser remembers lasts.
    RememberMeLifetime,
    CookieSecure,
    CookieHttpOnly,
    CookieSameSite,
    /// Whether plain HTTP is refused: `none` switches it off.
    TlsRequired,
    GrantImplicit,
    GrantPassword,
    /// The PKCE method that is demanded; empty: none is.
    Pkce,
    /// One address that codes or tokens are sent to, or a pattern of such.
    RedirectUri,
    /// A verifier looks at exp.
    VerifiesExpiry,
    /// A verifier refuses a token without exp.
    RequiresExpiry,
    /// How long a token may live at most for a verifier to take it.
    VerifierMaxLifetime,
    /// Whom a verifier takes a token to be for.
    VerifierAudience,
    VerifierIssuer,
    /// A verifier takes tokens from the URL.
    TokenInUrl,
    /// A request without a good token goes through.
    AllowsMissing,
    KeysUrl,
    /// How long a verifier keeps keys that it fetched.
    KeysCache,
    ClockSkew,
    /// How long a gateway keeps its answer about a token without looking at it again.
    AnswerCache,
    /// How long a session is taken on trust before its issuer is asked again.
    SessionRecheck,
    /// A claim that the product cannot check.
    UnknownClaim,
    /// Whether tokens can be revoked at all.
    Revocation,
    /// A secret that signs tokens.
    SigningSecret,
    /// A secret that protects sessions or cookies, or that a client signs in with.
    OtherSecret,
    /// A token that stands in the file.
    Token,
    /// A password that a person signs in with.
    Password,
    /// One that has to be changed at the first sign-in.
    PasswordTemporary,
    /// The hash of a password.
    PasswordHash,
}

impl SettingRole {
    /// Every role with the name that `[[map]]` of authkit.toml and reports call it by, in the order above.
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
        (Self::RequiresExpiry, "demands-expiry"),
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

/// What a role is told, in one unit.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingValue {
    Duration(Span),
    /// No limit.
    Unlimited,
    Switch(bool),
    /// Empty: not named.
    Text(String),
    /// What nobody may see; empty: none is set.
    Secret(Secret<Vec<u8>>),
    /// Not what the product reads there; the text says what is wrong.
    Invalid(String),
    /// Known only where the product runs: `${VAR}`, `!Ref`.
    Unresolved,
}

/// Who says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingOrigin {
    Explicit,
    /// The product, because the file does not.
    Default,
}

/// Where a setting stands in its file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SettingLocation {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// The bytes of its value; of a default, the key of its parent.
    pub bytes: Range<usize>,
    /// The bytes of its key, which stand before the value; of a default or a list's item, as `bytes`.
    pub key: Range<usize>,
    /// The bytes where it is written, when it is used through an anchor.
    pub defined: Option<Range<usize>>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ProductSetting {
    pub role: SettingRole,
    pub value: SettingValue,
    pub origin: SettingOrigin,
    pub place: SettingLocation,
    /// The name that the product gives it.
    pub name: String,
    /// The unit that the product takes when none is written: `hours`.
    pub implied_unit: Option<&'static str>,
    /// The unit of a bare number that could be written and would change nothing.
    pub bare: Option<UnitPlacement>,
}

/// Where a unit that is not written could stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitPlacement {
    /// Behind the number: `s`.
    Suffix(&'static str),
    /// In a map beside it, which is not there yet: its key, and the units of all that have none.
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
    /// Whoever verifies it asks nobody.
    Jwt,
    /// A reference: the issuer is asked, so that it can be revoked.
    Opaque,
}

/// Settings that work together: those of a realm, a client, a verifier.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SettingGroup {
    /// `realm "shop"`; empty when there is one only.
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

    /// `realm "shop": `, to begin a message with.
    pub fn prefix(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}: ", self.name) }
    }
}

impl ProductSetting {
    /// How long, when that is known and limited.
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
