//! What a starter is made of: decisions, in words that belong to no product.

use crate::product_config::setting::SettingRole;
use crate::time::Span;

/// What was decided about tokens, sessions and their verification.
///
/// `None` leaves a limit to the product, except where it would then have none: a starter never writes what lasts for
/// ever, and takes the next limit that was decided instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StarterSpec {
    /// What the realm, the client or the provider is called.
    pub name: String,
    /// The address of the issuer, `https://login.example`.
    pub issuer: String,
    /// Whom access tokens are for, `https://api.example`.
    pub audience: String,
    /// The application that users sign in to, `https://app.example`.
    pub application: String,
    /// How long an access token is accepted.
    pub access: Span,
    /// How long refreshing works in all.
    pub refresh_absolute: Option<Span>,
    /// How long a refresh token that nobody uses works.
    pub refresh_idle: Option<Span>,
    /// `None`: clients are confidential and keep their refresh token, as FAPI 2.0 wants it. Of a public client refresh
    /// tokens are rotated (RFC 9700 §2.2.2).
    pub rotation: Option<RefreshRotation>,
    pub session_absolute: Option<Span>,
    pub session_idle: Option<Span>,
    pub cookie: CookieFlags,
    /// How far clocks may differ.
    pub leeway: Span,
}

/// Refresh tokens are replaced when they are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RefreshRotation {
    /// How long the replaced one still works, for answers that got lost.
    pub grace: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CookieFlags {
    pub secure: bool,
    pub http_only: bool,
    pub same_site: StarterSameSite,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StarterSameSite {
    Lax,
    Strict,
}

impl StarterSameSite {
    /// As the attribute of a cookie writes it.
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
    /// 15 minutes of access, a day of session, 30 days of refreshing with rotation: what no rule warns about.
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
    /// The time that was decided for a role.
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

    /// All times that were decided, but for a grace of zero, which asks for nothing.
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

    /// How long a session lasts where it is the only limit there is: a day when nothing else was decided.
    pub(super) fn session_limit(&self) -> Span {
        self.session_absolute.or(self.refresh_absolute).unwrap_or(Span::seconds(86_400))
    }

    /// How long refreshing lasts where it must end.
    pub(super) fn refresh_limit(&self) -> Span {
        self.refresh_absolute.or(self.session_absolute).unwrap_or(Span::seconds(86_400))
    }

    /// A client that can keep no secret.
    pub(super) const fn is_public(&self) -> bool {
        self.rotation.is_some()
    }

    /// Where answers go.
    pub(super) fn callback(&self) -> String {
        format!("{}/callback", self.application.trim_end_matches('/'))
    }
}
