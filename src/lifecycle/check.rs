//! The checks of a session lifecycle and their results.

use serde::{Deserialize, Serialize};

/// A check. It passes if the statement of [`Self::words`] holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LifecycleCheck {
    /// Pre-login cookies are rejected after login.
    Rotated,
    /// An id that was never issued is rejected.
    UnknownIdRejected,
    /// An id that was never issued is replaced at login.
    UnknownIdReplaced,
    /// The browser is anonymous after logout.
    LogoutWorks,
    /// Logout deletes the session cookie.
    Cleared,
    /// Copies of the session are rejected after logout.
    Revoked,
    /// A copy of the remember-me cookie is rejected after logout.
    RememberRevoked,
    /// A refresh issues a new refresh token.
    RefreshRotated,
    /// A used refresh token is rejected.
    ReuseRefused,
    /// A replay revokes the token family.
    ReuseDetected,
    /// The access token is rejected after logout.
    AccessRevoked,
    /// The refresh token is rejected after logout.
    RefreshRevoked,
}

impl LifecycleCheck {
    /// Every check in the order of a run: those of cookies, then those of tokens.
    pub const ALL: [Self; 12] = [
        Self::Rotated,
        Self::UnknownIdRejected,
        Self::UnknownIdReplaced,
        Self::LogoutWorks,
        Self::Cleared,
        Self::Revoked,
        Self::RememberRevoked,
        Self::RefreshRotated,
        Self::ReuseRefused,
        Self::ReuseDetected,
        Self::AccessRevoked,
        Self::RefreshRevoked,
    ];

    /// The id in JSON and recordings, kebab-case: `rotated-at-login`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Rotated => "rotated-at-login",
            Self::UnknownIdRejected => "unknown-id-rejected",
            Self::UnknownIdReplaced => "unknown-id-replaced",
            Self::LogoutWorks => "logout-works",
            Self::Cleared => "cookie-cleared",
            Self::Revoked => "session-revoked",
            Self::RememberRevoked => "remember-revoked",
            Self::RefreshRotated => "refresh-rotated",
            Self::ReuseRefused => "reuse-refused",
            Self::ReuseDetected => "reuse-detected",
            Self::AccessRevoked => "access-revoked",
            Self::RefreshRevoked => "refresh-revoked",
        }
    }

    /// The check with this [`Self::id`]; `None` if the id is unknown.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.id() == id)
    }

    /// The statement that holds if the check passes, human-readable; `expectation` in JSON.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rotated => "cookies from before login are rejected after login",
            Self::UnknownIdRejected => "a session id that was never issued is rejected",
            Self::UnknownIdReplaced => "a session id that was never issued is replaced at login",
            Self::LogoutWorks => "the browser is anonymous after logout",
            Self::Cleared => "logout deletes the session cookie",
            Self::Revoked => "session cookies are rejected after logout",
            Self::RememberRevoked => "a remember-me cookie is rejected after logout",
            Self::RefreshRotated => "a refresh issues a new refresh token",
            Self::ReuseRefused => "a used refresh token is rejected",
            Self::ReuseDetected => "the newer refresh token is rejected after reuse of an older one",
            Self::AccessRevoked => "the access token is rejected after logout",
            Self::RefreshRevoked => "the refresh token is rejected after logout",
        }
    }
}

/// The result of a check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// The statement of the check holds.
    Pass,
    /// The statement of the check does not hold.
    Fail,
    /// It was run, and why the responses are inconclusive.
    Inconclusive(String),
    /// Why it was not run.
    Skipped(String),
}

impl CheckResult {
    /// The result in JSON, without its reason: `pass`, `fail`, `inconclusive` or `skipped`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive(_) => "inconclusive",
            Self::Skipped(_) => "skipped",
        }
    }

    /// Why the check is inconclusive or skipped, human-readable; `None` for a pass or a fail.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Inconclusive(why) | Self::Skipped(why) => Some(why),
        }
    }
}
