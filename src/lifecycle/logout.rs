//! Logout checks: whether logout ends the session at the server, or only deletes the cookie.

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

const LOGOUT_CHECKS: [LifecycleCheck; 4] =
    [LifecycleCheck::LogoutWorks, LifecycleCheck::Cleared, LifecycleCheck::Revoked, LifecycleCheck::RememberRevoked];

impl SessionDriver<'_> {
    /// Copies the cookies of `user`, logs out, and replays the copies.
    pub(super) fn check_logout(&mut self, mut user: CookieJar) -> Result<(), AbortReason> {
        let Some(leaving) = self.plan.logout.clone() else {
            return self.skip_all("no logout URL was given");
        };
        let (sending, standing) = self.prepare(&leaving, &mut user)?;
        let copies = user.clone();
        if standing != AuthState::Authenticated {
            return self.skip_all("the user was no longer authenticated before logout");
        }
        let chain = self.send(sending, &mut user)?;
        let status = chain.first().map_or(0, |answer| answer.status);
        if status >= 400 {
            return self.skip_all(&format!("the logout response has status {status}"));
        }
        let clear_site_data = chain.iter().any(|answer| answer.header("clear-site-data").is_some());
        self.trace.left = Some(LogoutResponse { get: leaving.get, clear_site_data });
        self.after(&copies, &user)
    }

    fn skip_all(&mut self, why: &str) -> Result<(), AbortReason> {
        self.trace.answers.extend(LOGOUT_CHECKS.map(|question| (question, CheckResult::Skipped(why.to_owned()))));
        Ok(())
    }

    /// Requests the protected page as the user, which is the control, and extracts what the logout request needs.
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

    /// `copies`: a stolen copy from before logout. `user`: the browser's cookies after it.
    fn after(&mut self, copies: &CookieJar, user: &CookieJar) -> Result<(), AbortReason> {
        let browser = self.auth_state_with("the browser after logout", user)?;
        let left = match browser {
            AuthState::Anonymous => CheckResult::Pass,
            AuthState::Authenticated => CheckResult::Fail,
            AuthState::Unclear => CheckResult::Inconclusive(
                "the response matches neither the anonymous nor the authenticated state".to_owned(),
            ),
        };
        let without_effect = left == CheckResult::Fail;
        self.trace.answers.push((LifecycleCheck::LogoutWorks, left));
        let session: Vec<String> = self.trace.session().into_iter().map(str::to_owned).collect();
        // A new value of the same name is a new, anonymous session.
        let same = |name: &String| user.value(name).is_some() && user.value(name) == copies.value(name);
        let cleared = match (session.is_empty(), session.iter().any(same)) {
            (true, _) => CheckResult::Skipped("no session cookie was identified".to_owned()),
            (false, true) => CheckResult::Fail,
            (false, false) => CheckResult::Pass,
        };
        self.trace.answers.push((LifecycleCheck::Cleared, cleared));
        let remembered: Vec<String> =
            self.trace.cookies.iter().filter(|own| own.is_remembered()).map(|own| own.name.clone()).collect();
        let is_remembered = |name: &str| remembered.iter().any(|own| own == name);
        let revoked = if without_effect {
            CheckResult::Skipped("the logout had no effect".to_owned())
        } else {
            let replayed = self.auth_state_with(
                "copies of the cookies, replayed after logout",
                &copies.only(|name| !is_remembered(name)),
            )?;
            // The control of this replay is the request before logout.
            replay_result(replayed, AuthState::Authenticated, "")
        };
        self.trace.answers.push((LifecycleCheck::Revoked, revoked));
        let answer = if remembered.is_empty() {
            CheckResult::Skipped("no remember-me cookie was found".to_owned())
        } else if without_effect {
            CheckResult::Skipped("the logout had no effect".to_owned())
        } else {
            let replayed = self.auth_state_with(
                "a copy of the remember-me cookie, replayed after logout",
                &copies.only(is_remembered),
            )?;
            replay_result(replayed, AuthState::Authenticated, "")
        };
        self.trace.answers.push((LifecycleCheck::RememberRevoked, answer));
        Ok(())
    }
}
