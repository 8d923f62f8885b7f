//! Rules about the session lifecycle, from the results of recording and replay.

use super::{Rule, RuleSubject};
use crate::lifecycle::{CheckResult, LifecycleCheck, SessionTrace};

mod login;
mod logout;
mod tokens;

/// All rules about the session lifecycle, sorted by id.
pub static RULES: &[Rule<LifecycleSubject>] = &[
    tokens::ACCESS_TOKEN_NOT_REVOKED,
    logout::CLEAR_SITE_DATA_MISSING,
    logout::LOGOUT_COOKIE_NOT_CLEARED,
    logout::LOGOUT_VIA_GET,
    logout::LOGOUT_WITHOUT_EFFECT,
    tokens::REFRESH_REUSE_UNDETECTED,
    tokens::REFRESH_TOKEN_NOT_REVOKED,
    tokens::REFRESH_TOKEN_NOT_ROTATED,
    tokens::REFRESH_TOKEN_REUSABLE,
    logout::REMEMBER_NOT_REVOKED,
    login::SESSION_ID_ADOPTED,
    login::SESSION_ID_UNCHECKED,
    logout::SESSION_NOT_REVOKED,
    login::SESSION_NOT_ROTATED,
];

/// The subject: a session lifecycle.
pub enum LifecycleSubject {}

impl RuleSubject for LifecycleSubject {
    type View<'a> = SessionTrace;

    const ABOUT: &'static str = "session lifecycle";
}

/// Whether `check` failed.
fn failed(trace: &SessionTrace, check: LifecycleCheck) -> bool {
    trace.answer(check) == Some(&CheckResult::Fail)
}

/// The names of the session cookies, for messages.
fn session_names(trace: &SessionTrace) -> String {
    let names = trace.session();
    if names.is_empty() { "the session cookie".to_owned() } else { names.join(", ") }
}
