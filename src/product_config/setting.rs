//! The normalised model of token and session settings, independent of the product's file format.

use crate::secret::Secret;
use crate::time::Span;
use std::ops::Range;

/// The meaning of a setting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SettingRole {
    /// How long an access token is accepted.
    AccessTokenLifetime,
    /// How long an ID token is accepted (OpenID Connect).
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
    /// How long an unused session stays valid.
    SessionIdle,
    /// How long a session lasts in total, even if it is used.
    SessionLifetime,
    /// How long a remember-me login lasts.
    RememberMeLifetime,
    /// Whether the session cookie has the attribute Secure.
    CookieSecure,
    /// Whether the session cookie has the attribute HttpOnly.
    CookieHttpOnly,
    /// The SameSite attribute of the session cookie; empty: the cookie has none.
    CookieSameSite,
    /// Whether plain HTTP is rejected: `none` disables it.
    TlsRequired,
    /// Whether the implicit grant is enabled (RFC 6749 §4.2).
    GrantImplicit,
    /// Whether the password grant is enabled (RFC 6749 §4.3), or another login in which the client sees the password.
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
    /// The issuer that a verifier accepts; empty: not checked.
    VerifierIssuer,
    /// Whether a verifier accepts tokens in the URL.
    TokenInUrl,
    /// Whether requests without a valid token pass.
    AllowsMissing,
    /// The JWKS URL of a verifier.
    KeysUrl,
    /// How long a verifier caches fetched keys.
    KeysCache,
    /// The leeway of a verifier: how much clock skew it allows for exp (RFC 7519 §4.1.4).
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

    /// The name in [`Self::ALL`]: `access-token-lifetime`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, name)| *name)
    }

    /// The role with this name in [`Self::ALL`]; `None`: the name is unknown.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(role, _)| *role)
    }
}

/// The value of a setting, in a normalised unit.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingValue {
    /// In whole seconds; sub-second values are rounded up.
    Duration(Span),
    /// No limit.
    Unlimited,
    /// Whether the behaviour that the role names is enabled.
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
    /// Written in the file, or computed from values written there.
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

/// A token or session setting of a product, read from a configuration file.
#[derive(Clone, PartialEq, Debug)]
pub struct ProductSetting {
    /// The product-independent meaning of the value.
    pub role: SettingRole,
    /// The value in a normalised unit, or why there is none.
    pub value: SettingValue,
    /// Whether the file sets the value, or the product defaults to it.
    pub origin: SettingOrigin,
    /// The location of the value; for a default, that of its closest existing parent.
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
    SiblingKey {
        /// The key of the missing map: `TokenValidityUnits`.
        map: &'static str,
        /// Keys in the map, each with its unit: `AccessToken` and `hours`.
        units: Vec<(&'static str, &'static str)>,
    },
}

/// The client type: whether clients can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClientType {
    /// Not set by the file, or computed at run time.
    #[default]
    Unknown,
    /// Cannot keep a secret: an app on a device or in a browser.
    Public,
    /// Authenticates with a secret or a key.
    Confidential,
}

/// The format of access tokens, which decides whether a verifier needs the issuer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TokenFormat {
    /// Not evident from the file or the product.
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
    /// The type of its clients; public if at least one of them is.
    pub client: ClientType,
    /// The format of the tokens that the group issues or verifies.
    pub tokens: TokenFormat,
    /// Explicit and default settings; a role may occur several times.
    pub settings: Vec<ProductSetting>,
}

impl SettingGroup {
    /// A group without settings, of unknown client type and token format.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The first setting with this role; `None`: the group has none.
    pub fn get(&self, role: SettingRole) -> Option<&ProductSetting> {
        self.settings.iter().find(|setting| setting.role == role)
    }

    /// All settings with this role: each redirect URI of a client, for example.
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

    /// Whether the value is [`SettingValue::Unlimited`].
    pub fn is_forever(&self) -> bool {
        self.value == SettingValue::Unlimited
    }

    /// Whether the value is a switch in this position; never for an invalid or unresolved value.
    pub fn is(&self, switch: bool) -> bool {
        self.value == SettingValue::Switch(switch)
    }

    /// The text, which may be empty; `None` for values of another kind, including secrets.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            SettingValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The secret, which may be empty; `None` for values of another kind.
    pub fn secret(&self) -> Option<&Secret<Vec<u8>>> {
        match &self.value {
            SettingValue::Secret(secret) => Some(secret),
            _ => None,
        }
    }
}
