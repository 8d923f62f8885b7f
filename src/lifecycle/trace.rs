//! What was done and what came of it, as data. Values of cookies are in the exchanges alone.

use super::abort_reason::AbortReason;
use super::auth_classifier::AuthState;
use super::check::{CheckResult, LifecycleCheck};
use crate::cookie::class::CookieClass;
use crate::http::exchange::Exchange;
use crate::http::url::HttpUrl;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A request with its redirects, and how it was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceStep {
    pub what: Cow<'static, str>,
    pub method: Cow<'static, str>,
    pub url: HttpUrl,
    /// Of the first answer, and at the end of the redirects.
    pub first_status: u16,
    pub status: u16,
    /// Who the answer is for, where that is the question.
    pub standing: Option<AuthState>,
}

/// A cookie that the user has after login, and what it is good for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginCookie {
    pub name: String,
    /// As its name says.
    pub class: CookieClass,
    /// All cookies but this.
    pub without: AuthState,
    /// This cookie and no other.
    pub alone: AuthState,
    /// It was there before login already.
    pub before_login: bool,
}

impl LoginCookie {
    /// Without it the user is a visitor: this is the session, or a part of it.
    pub fn is_needed(&self) -> bool {
        self.without == AuthState::Anonymous
    }

    /// Whoever has it is the user.
    pub fn is_credential(&self) -> bool {
        self.is_needed() || self.alone == AuthState::Authenticated
    }

    /// It logs the user in by itself, and it is not the session.
    pub fn is_remembered(&self) -> bool {
        self.class == CookieClass::Remember && self.alone == AuthState::Authenticated
    }
}

/// How the logout was answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoutResponse {
    pub get: bool,
    pub clear_site_data: bool,
}

/// Tokens that were handed out at login.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginTokens {
    /// The access token is a JWT; otherwise nothing can be read in it.
    pub jwt: bool,
    /// How long an access token that was still good after logout says that it will be, in seconds: by its `exp`, else
    /// by the `expires_in` of the login.
    pub lives_on: Option<i64>,
}

/// The whole of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionTrace {
    /// What the browsers of visitor and user got, in order, for whoever judges responses. Replays are left out: they
    /// set the same cookies again.
    pub exchanges: Vec<Exchange>,
    pub done: Vec<TraceStep>,
    /// What tells the user from a visitor, in words.
    pub telling: String,
    pub cookies: Vec<LoginCookie>,
    pub answers: Vec<(LifecycleCheck, CheckResult)>,
    pub left: Option<LogoutResponse>,
    pub tokens: Option<LoginTokens>,
    pub logins: u32,
    /// Requests that were sent, replays and redirects included.
    pub requests: usize,
    /// Why it ended before everything was asked.
    pub ended: Option<AbortReason>,
}

impl SessionTrace {
    pub fn answer(&self, question: LifecycleCheck) -> Option<&CheckResult> {
        self.answers.iter().find(|(own, _)| *own == question).map(|(_, answer)| answer)
    }

    /// The names of the cookies that are the session, as replay tells.
    pub fn session(&self) -> Vec<&str> {
        let is_session = |own: &&LoginCookie| own.is_credential() && !own.is_remembered();
        self.cookies.iter().filter(is_session).map(|own| own.name.as_str()).collect()
    }
}
