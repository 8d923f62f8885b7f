//! The trace of a session lifecycle, as data: requests, results and exchanges. Only the exchanges contain cookie
//! values.

use super::abort_reason::AbortReason;
use super::auth_classifier::AuthState;
use super::check::{CheckResult, LifecycleCheck};
use crate::cookie::class::CookieClass;
use crate::http::exchange::Exchange;
use crate::http::url::HttpUrl;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A request with its redirects, and the response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceStep {
    /// The purpose of the request, human-readable.
    pub what: Cow<'static, str>,
    /// The HTTP method of the first request; redirects may change it.
    pub method: Cow<'static, str>,
    /// The URL of the first request; without its query if read from a recording.
    pub url: HttpUrl,
    /// Status of the first response, and at the end of the redirects.
    pub first_status: u16,
    /// Status at the end of the redirects; equals `first_status` if there are none.
    pub status: u16,
    /// The authentication state of the response, if it was classified.
    pub standing: Option<AuthState>,
}

/// A cookie of the user after login, and its effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginCookie {
    /// The cookie name as set by the server, untrusted, with invalid UTF-8 replaced.
    pub name: String,
    /// Class, by the name of the cookie.
    pub class: CookieClass,
    /// The state with all cookies except this one.
    pub without: AuthState,
    /// The state with this cookie alone.
    pub alone: AuthState,
    /// Already set before login.
    pub before_login: bool,
}

impl LoginCookie {
    /// Without it the client is anonymous: this is the session cookie, or a part of it.
    pub fn is_needed(&self) -> bool {
        self.without == AuthState::Anonymous
    }

    /// Sufficient alone to be authenticated.
    pub fn is_credential(&self) -> bool {
        self.is_needed() || self.alone == AuthState::Authenticated
    }

    /// A remember-me cookie: it authenticates alone, but is not the session cookie.
    pub fn is_remembered(&self) -> bool {
        self.class == CookieClass::Remember && self.alone == AuthState::Authenticated
    }
}

/// The response to the logout.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoutResponse {
    /// The logout was sent by GET instead of POST.
    pub get: bool,
    /// A response of the logout, or of its redirects, has the header `Clear-Site-Data`.
    pub clear_site_data: bool,
}

/// Tokens issued at login.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginTokens {
    /// The access token is a JWT; otherwise it is opaque.
    pub jwt: bool,
    /// Remaining lifetime of an access token that was still accepted after logout, in seconds: by its `exp`, else by
    /// the `expires_in` of the login.
    pub lives_on: Option<i64>,
}

/// The complete trace.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionTrace {
    /// The exchanges of the anonymous and the authenticated browser, in order, for the evaluation of responses. Replays
    /// are left out: they set the same cookies again.
    pub exchanges: Vec<Exchange>,
    /// The requests in the order sent, each with its redirects, including replays.
    pub done: Vec<TraceStep>,
    /// The properties that distinguish authenticated from anonymous responses.
    pub telling: String,
    /// The cookies of the user after login; empty if tokens represent the session.
    pub cookies: Vec<LoginCookie>,
    /// The checks and their results, in the order of the run.
    pub answers: Vec<(LifecycleCheck, CheckResult)>,
    /// The response to the logout; `None` unless its status was below 400.
    pub left: Option<LogoutResponse>,
    /// The tokens issued at login; `None` if cookies represent the session.
    pub tokens: Option<LoginTokens>,
    /// Number of times credentials were sent.
    pub logins: u32,
    /// Number of requests sent, including replays and redirects.
    pub requests: usize,
    /// Why the run ended before all checks were done.
    pub ended: Option<AbortReason>,
}

impl SessionTrace {
    /// The result of a check; `None` if the run has no result for it.
    pub fn answer(&self, question: LifecycleCheck) -> Option<&CheckResult> {
        self.answers.iter().find(|(own, _)| *own == question).map(|(_, answer)| answer)
    }

    /// The names of the session cookies, as found by replay.
    pub fn session(&self) -> Vec<&str> {
        let is_session = |own: &&LoginCookie| own.is_credential() && !own.is_remembered();
        self.cookies.iter().filter(is_session).map(|own| own.name.as_str()).collect()
    }
}
