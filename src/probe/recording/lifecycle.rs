//! The life cycle of a session in a recording: the answers that replay gave, and nothing that could be replayed again.

use super::address;
use super::placeholders::Placeholders;
use crate::http::url::HttpUrl;
use crate::lifecycle::{
    AbortReason, AuthState, CheckResult, LifecycleCheck, LoginCookie, LoginTokens, LogoutResponse, SessionTrace,
    TraceStep,
};
use serde::{Deserialize, Serialize};

/// A life cycle, without its exchanges: those are among the others.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedLifecycle {
    login: String,
    telling: String,
    logins: u32,
    requests: usize,
    done: Vec<RecordedStep>,
    cookies: Vec<LoginCookie>,
    answers: Vec<(String, CheckResult)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<LogoutResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<LoginTokens>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<AbortReason>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedStep {
    what: String,
    method: String,
    url: String,
    first_status: u16,
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    standing: Option<AuthState>,
}

impl RecordedLifecycle {
    pub fn from_trace(login: &HttpUrl, story: &SessionTrace, mask: &mut Placeholders) -> Self {
        let step = |done: &TraceStep| RecordedStep {
            what: done.what.to_string(),
            method: done.method.to_string(),
            url: done.url.redacted(),
            first_status: done.first_status,
            status: done.status,
            standing: done.standing,
        };
        Self {
            login: login.redacted(),
            telling: mask.tokens(&story.telling),
            logins: story.logins,
            requests: story.requests,
            done: story.done.iter().map(step).collect(),
            cookies: story.cookies.clone(),
            answers: story
                .answers
                .iter()
                .map(|(question, answer)| (question.id().to_owned(), answer.clone()))
                .collect(),
            left: story.left.clone(),
            tokens: story.tokens.clone(),
            ended: story.ended.clone(),
        }
    }

    /// Where the session was logged in, and what became of it.
    ///
    /// # Errors
    /// A value that cannot be.
    pub fn into_trace(self) -> Result<(HttpUrl, SessionTrace), String> {
        let mut story = SessionTrace {
            telling: self.telling,
            logins: self.logins,
            requests: self.requests,
            cookies: self.cookies,
            left: self.left,
            tokens: self.tokens,
            ended: self.ended,
            ..SessionTrace::default()
        };
        for RecordedStep { what, method, url, first_status, status, standing } in self.done {
            let (what, method, url) = (what.into(), method.into(), address(&url)?);
            story.done.push(TraceStep { what, method, url, first_status, status, standing });
        }
        for (id, answer) in self.answers {
            let question = LifecycleCheck::named(&id).ok_or_else(|| format!("no question \"{id}\""))?;
            story.answers.push((question, answer));
        }
        Ok((address(&self.login)?, story))
    }
}
