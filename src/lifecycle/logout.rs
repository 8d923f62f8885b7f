//! Logout: does it end the session, or does it only take the cookie away?

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthState, ResponseFingerprint};
use super::check::{CheckResult, LifecycleCheck};
use super::html_form::Page;
use super::login::{encoded, script_headers};
use super::plan::LogoutPlan;
use super::session_driver::{OutgoingRequest, SessionDriver};
use super::session_fixation::replay_result;
use super::trace::LogoutResponse;
use crate::cookie::cookie_jar::CookieJar;
use crate::http::exchange::HttpHeader;
use crate::secret::Secret;

const ABOUT: [LifecycleCheck; 4] =
    [LifecycleCheck::LogoutWorks, LifecycleCheck::Cleared, LifecycleCheck::Revoked, LifecycleCheck::RememberRevoked];

impl SessionDriver<'_> {
    /// Copies the cookies of `user`, logs out, and replays the copies.
    pub(super) fn leave(&mut self, mut user: CookieJar) -> Result<(), AbortReason> {
        let Some(leaving) = self.plan.logout.clone() else {
            return self.not_asked("no logout URL was given");
        };
        let (sending, standing) = self.prepare(&leaving, &mut user)?;
        let copies = user.clone();
        if standing != AuthState::Authenticated {
            return self.not_asked("before logout already, the user was not signed in any more");
        }
        let chain = self.send(sending, &mut user)?;
        let status = chain.first().map_or(0, |answer| answer.status);
        if status >= 400 {
            return self.not_asked(&format!("the logout was answered with status {status}"));
        }
        let clear_site_data = chain.iter().any(|answer| answer.header("clear-site-data").is_some());
        self.story.left = Some(LogoutResponse { get: leaving.get, clear_site_data });
        self.after(&copies, &user)
    }

    fn not_asked(&mut self, why: &str) -> Result<(), AbortReason> {
        self.story.answers.extend(ABOUT.map(|question| (question, CheckResult::Skipped(why.to_owned()))));
        Ok(())
    }

    /// Opens the protected page as the user, which is the control, and takes from it what the logout has to bring.
    fn prepare(
        &mut self,
        leaving: &LogoutPlan,
        user: &mut CookieJar,
    ) -> Result<(OutgoingRequest, AuthState), AbortReason> {
        let page = OutgoingRequest::get("the user before logout (control)", &self.plan.protected);
        let chain = self.send(page, user)?;
        let standing = self.classify(&ResponseFingerprint::from_chain(&chain, self.plan.marker.as_deref()));
        let mut sending = OutgoingRequest::get("log out", &leaving.url);
        if leaving.get {
            return Ok((sending, standing));
        }
        let mut hidden = Vec::new();
        if self.plan.csrf
            && let Some(last) = chain.last()
        {
            let read = Page::read(&last.body);
            if let Some(form) = read.leading_to(&last.url, &leaving.url) {
                hidden.clone_from(&form.hidden);
            }
            sending.headers = script_headers(&self.plan.names, &last.url, &leaving.url, read.meta.as_deref(), user);
        }
        sending.headers.push(HttpHeader::new("Content-Type", "application/x-www-form-urlencoded"));
        let pairs = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        sending.body = Some(if hidden.is_empty() { Secret::new(Vec::new()) } else { encoded(pairs) });
        Ok((sending, standing))
    }

    /// `copies`: what a thief took before logout. `user`: what the browser has after it.
    fn after(&mut self, copies: &CookieJar, user: &CookieJar) -> Result<(), AbortReason> {
        let browser = self.auth_state_with("the browser after logout", user)?;
        let left = match browser {
            AuthState::Anonymous => CheckResult::Yes,
            AuthState::Authenticated => CheckResult::No,
            AuthState::Unclear => {
                CheckResult::Unclear("after logout the answer is neither a visitor's nor the user's".to_owned())
            }
        };
        let without_effect = left == CheckResult::No;
        self.story.answers.push((LifecycleCheck::LogoutWorks, left));
        let session: Vec<String> = self.story.session().into_iter().map(str::to_owned).collect();
        // A new value of the same name is a new session, of a visitor.
        let same = |name: &String| user.value(name).is_some() && user.value(name) == copies.value(name);
        let cleared = match (session.is_empty(), session.iter().any(same)) {
            (true, _) => CheckResult::Skipped("no cookie is known to be the session".to_owned()),
            (false, true) => CheckResult::No,
            (false, false) => CheckResult::Yes,
        };
        self.story.answers.push((LifecycleCheck::Cleared, cleared));
        let remembered: Vec<String> =
            self.story.cookies.iter().filter(|own| own.is_remembered()).map(|own| own.name.clone()).collect();
        let is_remembered = |name: &str| remembered.iter().any(|own| own == name);
        let revoked = if without_effect {
            CheckResult::Skipped("the logout had no effect".to_owned())
        } else {
            let replayed = self.auth_state_with(
                "copies of the cookies, replayed after logout",
                &copies.only(|name| !is_remembered(name)),
            )?;
            // The control of this replay is the look before logout.
            replay_result(replayed, AuthState::Authenticated, "")
        };
        self.story.answers.push((LifecycleCheck::Revoked, revoked));
        let answer = if remembered.is_empty() {
            CheckResult::Skipped("no cookie remembers the login".to_owned())
        } else if without_effect {
            CheckResult::Skipped("the logout had no effect".to_owned())
        } else {
            let replayed = self.auth_state_with(
                "a copy of the remembered login, replayed after logout",
                &copies.only(is_remembered),
            )?;
            replay_result(replayed, AuthState::Authenticated, "")
        };
        self.story.answers.push((LifecycleCheck::RememberRevoked, answer));
        Ok(())
    }
}
