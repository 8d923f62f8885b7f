//! From the first look of a visitor to the last replay after logout, read top down.

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthClassifier, AuthState, ResponseFingerprint};
use super::login::PreparedLogin;
use super::plan::{LifecyclePlan, LifecyclePlanError};
use super::session_driver::SessionDriver;
use super::trace::SessionTrace;
use super::transport::HttpTransport;
use crate::cookie::cookie_jar::CookieJar;

/// Before login.
pub struct PreLoginState {
    /// The browser's cookies right before the login was sent. What an attacker may have planted.
    pub planted: CookieJar,
    /// What they open before login.
    pub control: AuthState,
}

/// Carries the plan out, as far as it can be.
///
/// # Errors
/// A plan that would do harm; nothing was sent.
pub fn run(plan: &LifecyclePlan, web: &mut dyn HttpTransport) -> Result<SessionTrace, LifecyclePlanError> {
    plan.check()?;
    let mut browser = SessionDriver::new(plan, web);
    let ended = browser.live().err();
    let mut story = browser.story;
    story.ended = ended;
    Ok(story)
}

impl SessionDriver<'_> {
    fn live(&mut self) -> Result<(), AbortReason> {
        if let Some(bearer) = &self.plan.bearer {
            return self.live_with_tokens(bearer);
        }
        let (before, mut user) = self.sign_in()?;
        self.find_session(&before, &user)?;
        self.try_planted(&before, &user)?;
        if let Some(second) = self.try_invented(&user)? {
            user = second;
        }
        self.leave(user)
    }

    /// The first login: what a visitor gets, what the user gets, and what tells them apart.
    fn sign_in(&mut self) -> Result<(PreLoginState, CookieJar), AbortReason> {
        let mut wallet = CookieJar::default();
        let first = self.fetch_protected_storing_cookies("a visitor", &mut wallet)?;
        let second =
            self.fetch_protected("a visitor without cookies, to see what changes anyway", &CookieJar::default())?;
        let form: PreparedLogin = self.fill_in("the login form", &mut wallet)?;
        let planted = wallet.clone();
        let before = self.fetch_protected("the cookies from before login (control)", &planted)?;
        let looked = self.story.done.len();
        self.log_in(form, &mut wallet)?;
        let user = self.fetch_protected_storing_cookies("the user", &mut wallet)?;
        let again = self.fetch_protected_storing_cookies("the user, to see what changes anyway", &mut wallet)?;
        let telling = self.tell(&[first, second], &[user, again])?;
        let control = telling.classify(&before);
        if let Some(done) = looked.checked_sub(1).and_then(|at| self.story.done.get_mut(at)) {
            done.standing = Some(control);
        }
        self.telling = Some(telling);
        Ok((PreLoginState { planted, control }, wallet))
    }

    pub(super) fn tell(
        &mut self,
        visitors: &[ResponseFingerprint; 2],
        users: &[ResponseFingerprint; 2],
    ) -> Result<AuthClassifier, AbortReason> {
        let telling = AuthClassifier::new(visitors, users, self.plan.marker.is_some())
            .map_err(|why| AbortReason::Indistinguishable(why.words().into()))?;
        self.story.telling = telling.words();
        self.shows(AuthState::Authenticated);
        Ok(telling)
    }
}
