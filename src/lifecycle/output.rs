//! JSON output of a session lifecycle. It contains no cookie values.

use super::auth_classifier::AuthState;
use super::plan::{LifecyclePlan, PlanStep};
use super::trace::{SessionTrace, TraceStep};
use crate::cookie::class::CookieClass;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// A session lifecycle.
#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct LifecycleOutput {
    /// The planned requests; nothing was sent (`--dry-run`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<PlanStepOutput>,
    /// The properties that distinguish authenticated from anonymous responses.
    pub auth_signal: String,
    /// Number of times credentials were sent.
    pub logins: u32,
    /// Cookies after login, and whether replay shows them to be credentials.
    pub cookies: Vec<LoginCookieOutput>,
    /// Checks of tokens issued at login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<LoginTokensOutput>,
    /// Checks and their results, in the order of the run; empty for a dry run.
    pub checks: Vec<CheckOutput>,
    /// Requests in the order sent, each with its redirects; empty for a dry run.
    pub requests: Vec<RequestOutput>,
    /// Number of requests sent, including redirects.
    pub sent: usize,
    /// Why the run ended before all checks were done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aborted: Option<String>,
}

/// A step of the plan.
#[derive(Serialize, JsonSchema, Debug)]
pub struct PlanStepOutput {
    /// Purpose of the step, human-readable.
    pub what: &'static str,
    /// HTTP method, `GET` or `POST`.
    pub method: &'static str,
    /// URL without its query.
    pub url: String,
    /// Maximum number of requests, without redirects.
    pub times: usize,
    /// The step sends the credentials.
    pub login: bool,
}

/// A cookie of the user after login.
#[derive(Serialize, JsonSchema, Debug)]
pub struct LoginCookieOutput {
    /// Cookie name as set by the server, untrusted.
    pub name: String,
    /// Class, by the name of the cookie.
    pub class: CookieClass,
    /// Without it the client is anonymous.
    pub needed: bool,
    /// Sufficient alone to be authenticated.
    pub sufficient: bool,
    /// Already set before login.
    pub before_login: bool,
    /// `authenticated`, `anonymous` or `unclear`: the state with all cookies except this one, and with this one alone.
    pub without: &'static str,
    /// The state with this cookie alone: `authenticated`, `anonymous` or `unclear`.
    pub alone: &'static str,
}

/// Tokens issued at login.
#[derive(Serialize, JsonSchema, Debug)]
pub struct LoginTokensOutput {
    /// The access token is a JWT.
    pub jwt: bool,
    /// Remaining lifetime of an access token that was still accepted after logout, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<i64>,
}

/// A check and its result.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CheckOutput {
    /// Id of the check, kebab-case, such as `rotated-at-login`.
    pub id: &'static str,
    /// The statement that should hold.
    pub expectation: &'static str,
    /// `pass`, `fail`, `inconclusive` or `skipped`.
    pub result: &'static str,
    /// Why the check is inconclusive or skipped, human-readable; absent for `pass` and `fail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A request as sent.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RequestOutput {
    /// Purpose of the request, human-readable.
    pub what: Cow<'static, str>,
    /// HTTP method of the first request; redirects may change it.
    pub method: Cow<'static, str>,
    /// URL without its query.
    pub url: String,
    /// Status of the first response.
    pub first_status: u16,
    /// Status at the end of the redirects.
    pub status: u16,
    /// State of the response: `authenticated`, `anonymous` or `unclear`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_state: Option<&'static str>,
}

const fn id(standing: AuthState) -> &'static str {
    match standing {
        AuthState::Authenticated => "authenticated",
        AuthState::Anonymous => "anonymous",
        AuthState::Unclear => "unclear",
    }
}

impl LifecycleOutput {
    /// The output for a plan that was not run.
    pub fn planned(plan: &LifecyclePlan) -> Self {
        let step = |step: PlanStep| PlanStepOutput {
            what: step.what,
            method: step.method,
            url: step.url.redacted(),
            times: step.times,
            login: step.is_login,
        };
        Self { plan: plan.steps().into_iter().map(step).collect(), ..Self::default() }
    }

    /// The output for a trace, live or recorded; its `plan` is empty.
    pub fn from_trace(trace: &SessionTrace) -> Self {
        let cookie = |own: &super::trace::LoginCookie| LoginCookieOutput {
            name: own.name.clone(),
            class: own.class,
            needed: own.is_needed(),
            sufficient: own.alone == AuthState::Authenticated,
            before_login: own.before_login,
            without: id(own.without),
            alone: id(own.alone),
        };
        let question = |(question, answer): &(super::LifecycleCheck, super::CheckResult)| CheckOutput {
            id: question.id(),
            expectation: question.words(),
            result: answer.name(),
            why: answer.why().map(str::to_owned),
        };
        let request = |done: &TraceStep| RequestOutput {
            what: done.what.clone(),
            method: done.method.clone(),
            url: done.url.redacted(),
            first_status: done.first_status,
            status: done.status,
            auth_state: done.standing.map(id),
        };
        Self {
            plan: Vec::new(),
            auth_signal: trace.telling.clone(),
            logins: trace.logins,
            cookies: trace.cookies.iter().map(cookie).collect(),
            tokens: trace
                .tokens
                .as_ref()
                .map(|own| LoginTokensOutput { jwt: own.jwt, remaining_seconds: own.lives_on }),
            checks: trace.answers.iter().map(question).collect(),
            requests: trace.done.iter().map(request).collect(),
            sent: trace.requests,
            aborted: trace.ended.as_ref().map(ToString::to_string),
        }
    }
}
