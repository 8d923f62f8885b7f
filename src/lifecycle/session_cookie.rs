//! Identifies the session cookie: each cookie is omitted once and sent alone once. Names are only a hint.

use super::abort_reason::AbortReason;
use super::auth_classifier::AuthState;
use super::plan::MAX_COOKIES;
use super::run::PreLoginState;
use super::session_driver::SessionDriver;
use super::trace::LoginCookie;
use crate::cookie::cookie_jar::CookieJar;

impl SessionDriver<'_> {
    pub(super) fn find_session(&mut self, before: &PreLoginState, user: &CookieJar) -> Result<(), AbortReason> {
        let names = user.names();
        let mut found = Vec::new();
        for name in names.iter().take(MAX_COOKIES) {
            // With a single cookie both results are known: all cookies, and none.
            let (without, alone) = if names.len() == 1 {
                (AuthState::Anonymous, AuthState::Authenticated)
            } else {
                let without = self.auth_state_with("all cookies but one", &user.only(|own| own != name))?;
                (without, self.auth_state_with("one cookie alone", &user.only(|own| own == name))?)
            };
            let before_login = before.planted.value(name).is_some();
            found.push(LoginCookie {
                name: name.clone(),
                class: self.plan.names.class(name),
                without,
                alone,
                before_login,
            });
        }
        // If values are single-use, the results above reflect that and not the cookies.
        if names.len() > 1 && self.auth_state_with("all cookies once more (control)", user)? != AuthState::Authenticated
        {
            for cookie in &mut found {
                (cookie.without, cookie.alone) = (AuthState::Unclear, AuthState::Unclear);
            }
        }
        self.trace.cookies = found;
        Ok(())
    }
}
