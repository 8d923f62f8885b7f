//! Rules about what becomes of a session, as replay has shown it.

use super::{Rule, RuleSubject};
use crate::cookie::class::CookieClass;
use crate::lifecycle::{AuthState, CheckResult, LifecycleCheck, LoginCookie, LogoutResponse, SessionTrace};

mod login;
mod logout;
mod tokens;

/// All rules about a life cycle, sorted by id.
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

/// The subject: a life cycle.
pub enum LifecycleSubject {}

impl RuleSubject for LifecycleSubject {
    type View<'a> = SessionTrace;

    const ABOUT: &'static str = "life cycle";

    /// Parts between ` | `: `QUESTION ANSWER`, `session COOKIE`, `logout METHOD [clear-site-data]`.
    fn with_example<R>(text: &str, then: impl FnOnce(&SessionTrace) -> R) -> R {
        let mut story = SessionTrace::default();
        for part in text.split(" | ") {
            let words: Vec<&str> = part.split(' ').collect();
            match words[..] {
                ["session", name] => story.cookies.push(LoginCookie {
                    name: name.to_owned(),
                    class: CookieClass::Session,
                    without: AuthState::Anonymous,
                    alone: AuthState::Authenticated,
                    before_login: false,
                }),
                ["logout", method, ref rest @ ..] => {
                    story.left =
                        Some(LogoutResponse { get: method == "get", clear_site_data: rest == ["clear-site-data"] });
                }
                [question, answer] => {
                    let answer = if answer == "yes" { CheckResult::Yes } else { CheckResult::No };
                    story.answers.extend(LifecycleCheck::named(question).map(|question| (question, answer)));
                }
                _ => {}
            }
        }
        then(&story)
    }
}

/// Whether replay has shown that the answer to `question` is no.
fn failed(story: &SessionTrace, question: LifecycleCheck) -> bool {
    story.answer(question) == Some(&CheckResult::No)
}

/// The session's cookies by name, for messages.
fn session(story: &SessionTrace) -> String {
    let names = story.session();
    if names.is_empty() { "the session cookie".to_owned() } else { names.join(", ") }
}
