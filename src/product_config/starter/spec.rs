//! The decisions from which a starter is written, in product-independent terms.

use crate::product_config::setting::SettingRole;
use crate::time::Span;

/// Decisions about tokens, sessions and their verification.
///
/// `None` leaves a limit to the product, unless the product would then have none: a starter never writes an unlimited
/// duration, and uses the next limit that was decided instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StarterSpec {
    /// The name of the realm, the client or the provider.
    pub name: String,
    /// The URL of the issuer, `https://login.example`.
    pub issuer: String,
    /// The audience of access tokens, `https://api.example`.
    pub audience: String,
    /// The URL of the application that users log in to, `https://app.example`.
    pub application: String,
    /// How long an access token is accepted.
    pub access: Span,
    /// How long a session can be refreshed in total.
    pub refresh_absolute: Option<Span>,
    /// How long an unused refresh token is accepted.
    pub refresh_idle: Option<Span>,
    /// `None`: clients are confidential and keep their refresh token, as FAPI 2.0 requires. Refresh tokens of public
    /// clients are rotated (RFC 9700 §2.2.2).
    pub rotation: Option<RefreshRotation>,
    /// How long a session lasts in total, even if it is used.
    pub session_absolute: Option<Span>,
    /// How long an unused session stays valid.
    pub session_idle: Option<Span>,
    /// The attributes of the session cookie.
    pub cookie: CookieFlags,
    /// The clock skew to allow.
    pub leeway: Span,
}

/// Refresh tokens are replaced on use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RefreshRotation {
    /// How long the replaced one is still accepted, in case a response was lost.
    pub grace: Span,
}

/// Attributes of the session cookie; by default Secure, HttpOnly and SameSite=Lax.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CookieFlags {
    /// Secure: sent over HTTPS only.
    pub secure: bool,
    /// HttpOnly: not readable by scripts.
    pub http_only: bool,
    /// SameSite: whether cross-site requests carry the cookie.
    pub same_site: StarterSameSite,
}

/// The SameSite attribute that a starter writes; never None, which gives no CSRF protection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StarterSameSite {
    /// Sent with cross-site requests only for top-level navigation with a safe method.
    Lax,
    /// Never sent with cross-site requests.
    Strict,
}

impl StarterSameSite {
    /// The spelling in a cookie attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::Strict => "Strict",
        }
    }
}

impl Default for CookieFlags {
    fn default() -> Self {
        Self { secure: true, http_only: true, same_site: StarterSameSite::Lax }
    }
}

impl Default for StarterSpec {
    /// 15 minutes of access, a session of a day, 30 days of refreshing with rotation: values without findings.
    fn default() -> Self {
        Self {
            name: "app".to_owned(),
            issuer: "https://login.example".to_owned(),
            audience: "https://api.example".to_owned(),
            application: "https://app.example".to_owned(),
            access: Span::seconds(900),
            refresh_absolute: Some(Span::seconds(30 * 86_400)),
            refresh_idle: Some(Span::seconds(7 * 86_400)),
            rotation: Some(RefreshRotation { grace: Span::seconds(10) }),
            session_absolute: Some(Span::seconds(86_400)),
            session_idle: Some(Span::seconds(3_600)),
            cookie: CookieFlags::default(),
            leeway: Span::seconds(30),
        }
    }
}

impl StarterSpec {
    /// The duration that was decided for a role.
    pub(super) fn span(&self, role: SettingRole) -> Option<Span> {
        match role {
            SettingRole::AccessTokenLifetime => Some(self.access),
            SettingRole::RefreshLifetime => self.refresh_absolute,
            SettingRole::RefreshIdle => self.refresh_idle,
            SettingRole::RefreshReuseWindow => self.rotation.map(|rotation| rotation.grace),
            SettingRole::SessionLifetime => self.session_absolute,
            SettingRole::SessionIdle => self.session_idle,
            SettingRole::ClockSkew => Some(self.leeway),
            _ => None,
        }
    }

    /// All decided durations, except a grace period of zero, which requests nothing.
    pub(super) fn spans(&self) -> impl Iterator<Item = (SettingRole, Span)> {
        let roles = [
            SettingRole::AccessTokenLifetime,
            SettingRole::RefreshLifetime,
            SettingRole::RefreshIdle,
            SettingRole::RefreshReuseWindow,
            SettingRole::SessionLifetime,
            SettingRole::SessionIdle,
            SettingRole::ClockSkew,
        ];
        let asked = roles.into_iter().filter_map(|role| Some((role, self.span(role)?)));
        asked.filter(|(role, span)| *role != SettingRole::RefreshReuseWindow || span.as_seconds() > 0)
    }

    pub(super) fn set_span(&mut self, role: SettingRole, span: Span) {
        match role {
            SettingRole::AccessTokenLifetime => self.access = span,
            SettingRole::RefreshLifetime => self.refresh_absolute = Some(span),
            SettingRole::RefreshIdle => self.refresh_idle = Some(span),
            SettingRole::RefreshReuseWindow => self.rotation = Some(RefreshRotation { grace: span }),
            SettingRole::SessionLifetime => self.session_absolute = Some(span),
            SettingRole::SessionIdle => self.session_idle = Some(span),
            SettingRole::ClockSkew => self.leeway = span,
            _ => {}
        }
    }

    /// The session duration if it is the only limit: a day unless another limit was decided.
    pub(super) fn session_limit(&self) -> Span {
        self.session_absolute.or(self.refresh_absolute).unwrap_or(Span::seconds(86_400))
    }

    /// The refresh limit where one is required.
    pub(super) fn refresh_limit(&self) -> Span {
        self.refresh_absolute.or(self.session_absolute).unwrap_or(Span::seconds(86_400))
    }

    /// A client that cannot keep a secret (RFC 6749 §2.1).
    pub(super) const fn is_public(&self) -> bool {
        self.rotation.is_some()
    }

    /// The redirect URI.
    pub(super) fn callback(&self) -> String {
        format!("{}/callback", self.application.trim_end_matches('/'))
    }
}
