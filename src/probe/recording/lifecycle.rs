//! The session lifecycle within a recording: the results of the checks, without anything that could be replayed.

use super::address;
use super::placeholders::Placeholders;
use crate::http::url::HttpUrl;
use crate::lifecycle::{
    AbortReason, AuthState, CheckResult, LifecycleCheck, LoginCookie, LoginTokens, LogoutResponse, SessionTrace,
    TraceStep,
};
use serde::{Deserialize, Serialize};

/// A session lifecycle without its exchanges, which the recording stores separately.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedLifecycle {
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
    pub(crate) fn from_trace(login: &HttpUrl, trace: &SessionTrace, mask: &mut Placeholders) -> Self {
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
            telling: mask.tokens(&trace.telling),
            logins: trace.logins,
            requests: trace.requests,
            done: trace.done.iter().map(step).collect(),
            cookies: trace.cookies.clone(),
            answers: trace
                .answers
                .iter()
                .map(|(question, answer)| (question.id().to_owned(), answer.clone()))
                .collect(),
            left: trace.left.clone(),
            tokens: trace.tokens.clone(),
            ended: trace.ended.clone(),
        }
    }

    /// The login URL and the trace.
    ///
    /// # Errors
    /// Returns the invalid value.
    pub(crate) fn into_trace(self) -> Result<(HttpUrl, SessionTrace), String> {
        let mut trace = SessionTrace {
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
            trace.done.push(TraceStep { what, method, url, first_status, status, standing });
        }
        for (id, answer) in self.answers {
            let question = LifecycleCheck::named(&id).ok_or_else(|| format!("unknown check \"{id}\""))?;
            trace.answers.push((question, answer));
        }
        Ok((address(&self.login)?, trace))
    }
}
