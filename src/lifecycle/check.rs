//! What is asked about a life cycle, and what the answer can be.

use serde::{Deserialize, Serialize};

/// A question. Its good answer is yes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LifecycleCheck {
    /// Are the cookies from before login worthless after it?
    Rotated,
    /// Is an id that nobody issued refused?
    UnknownIdRejected,
    /// Is an id that nobody issued replaced at login?
    UnknownIdReplaced,
    /// Is the browser a visitor after logout?
    LogoutWorks,
    /// Does logout take the cookie away?
    Cleared,
    /// Are copies of the session worthless after logout?
    Revoked,
    /// Is a copy of the remembered login worthless after logout?
    RememberRevoked,
    /// Does a refresh hand out a new refresh token?
    RefreshRotated,
    /// Is a refresh token refused that was used already?
    ReuseRefused,
    /// Does a replay end the tokens that came from the replayed one?
    ReuseDetected,
    /// Is the access token worthless after logout?
    AccessRevoked,
    /// Is the refresh token worthless after logout?
    RefreshRevoked,
}

impl LifecycleCheck {
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

    pub const fn id(self) -> &'static str {
        match self {
            Self::Rotated => "rotated-at-login",
            Self::UnknownIdRejected => "invented-id-refused",
            Self::UnknownIdReplaced => "invented-id-replaced",
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

    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.id() == id)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Rotated => "cookies from before login are worthless after it",
            Self::UnknownIdRejected => "an id that nobody issued opens nothing",
            Self::UnknownIdReplaced => "an id that nobody issued is replaced at login",
            Self::LogoutWorks => "after logout the browser is a visitor",
            Self::Cleared => "logout takes the session cookie away",
            Self::Revoked => "copies of the cookies are worthless after logout",
            Self::RememberRevoked => "a copy of the remembered login is worthless after logout",
            Self::RefreshRotated => "a refresh hands out a new refresh token",
            Self::ReuseRefused => "a refresh token that was used is refused",
            Self::ReuseDetected => "after such a replay the newer refresh token is refused too",
            Self::AccessRevoked => "the access token is worthless after logout",
            Self::RefreshRevoked => "the refresh token is worthless after logout",
        }
    }
}

/// The answer to a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    Yes,
    No,
    /// It was asked, and why the answers do not tell.
    Unclear(String),
    /// Why it was not asked.
    Skipped(String),
}

impl CheckResult {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unclear(_) => "unclear",
            Self::Skipped(_) => "not-asked",
        }
    }

    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Yes | Self::No => None,
            Self::Unclear(why) | Self::Skipped(why) => Some(why),
        }
    }
}
