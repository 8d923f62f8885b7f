//! What a life cycle came to, for machines. No value of a cookie is in it.

use super::auth_classifier::AuthState;
use super::plan::{LifecyclePlan, PlanStep};
use super::trace::{SessionTrace, TraceStep};
use crate::cookie::class::CookieClass;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// A life cycle.
#[derive(Serialize, JsonSchema, Debug, Default)]
pub struct LifecycleOutput {
    /// What would be asked; nothing was sent (`--dry-run`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<PlanStepOutput>,
    /// What tells the user from a visitor.
    pub telling: String,
    /// How often credentials were sent.
    pub logins: u32,
    /// Cookies after login, and what replay shows that they are good for.
    pub cookies: Vec<LoginCookieOutput>,
    /// How tokens that the login handed out end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<LoginTokensOutput>,
    pub answers: Vec<CheckOutput>,
    pub requests: Vec<RequestOutput>,
    /// Requests that were sent, redirects included.
    pub sent: usize,
    /// Why it ended before everything was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// A step of the plan.
#[derive(Serialize, JsonSchema, Debug)]
pub struct PlanStepOutput {
    pub what: &'static str,
    pub method: &'static str,
    /// Without its query.
    pub url: String,
    /// How often at most, redirects not counted.
    pub times: usize,
    /// It sends the credentials.
    pub login: bool,
}

/// A cookie that the user has after login.
#[derive(Serialize, JsonSchema, Debug)]
pub struct LoginCookieOutput {
    pub name: String,
    /// As its name says.
    pub class: CookieClass,
    /// Without it the user is a visitor.
    pub needed: bool,
    /// Alone it is enough to be the user.
    pub sufficient: bool,
    /// It was set before login already.
    pub before_login: bool,
    /// `signed-in`, `visitor` or `unclear`: who is seen with all cookies but this, and with no other.
    pub without: &'static str,
    pub alone: &'static str,
}

/// Tokens that the login handed out.
#[derive(Serialize, JsonSchema, Debug)]
pub struct LoginTokensOutput {
    /// The access token is a JWT.
    pub jwt: bool,
    /// How long an access token that was still good after logout says that it will be, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lives_on_seconds: Option<i64>,
}

/// A question and its answer.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CheckOutput {
    pub id: &'static str,
    /// What should be so.
    pub question: &'static str,
    /// `yes`, `no`, `unclear` or `not-asked`.
    pub answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A request that was sent.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RequestOutput {
    pub what: Cow<'static, str>,
    pub method: Cow<'static, str>,
    /// Without its query.
    pub url: String,
    /// Of the first answer.
    pub first_status: u16,
    /// At the end of the redirects.
    pub status: u16,
    /// Who the answer is for: `signed-in`, `visitor` or `unclear`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<&'static str>,
}

const fn id(standing: AuthState) -> &'static str {
    match standing {
        AuthState::Authenticated => "signed-in",
        AuthState::Anonymous => "visitor",
        AuthState::Unclear => "unclear",
    }
}

impl LifecycleOutput {
    /// A plan that is not carried out.
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

    pub fn from_trace(story: &SessionTrace) -> Self {
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
            question: question.words(),
            answer: answer.name(),
            why: answer.why().map(str::to_owned),
        };
        let request = |done: &TraceStep| RequestOutput {
            what: done.what.clone(),
            method: done.method.clone(),
            url: done.url.redacted(),
            first_status: done.first_status,
            status: done.status,
            standing: done.standing.map(id),
        };
        Self {
            plan: Vec::new(),
            telling: story.telling.clone(),
            logins: story.logins,
            cookies: story.cookies.iter().map(cookie).collect(),
            tokens: story.tokens.as_ref().map(|own| LoginTokensOutput { jwt: own.jwt, lives_on_seconds: own.lives_on }),
            answers: story.answers.iter().map(question).collect(),
            requests: story.done.iter().map(request).collect(),
            sent: story.requests,
            ended: story.ended.as_ref().map(ToString::to_string),
        }
    }
}
