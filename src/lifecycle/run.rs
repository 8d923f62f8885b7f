//! The sequence of checks, from the first anonymous request to the last replay after logout.

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthClassifier, AuthState, ResponseFingerprint};
use super::login::PreparedLogin;
use super::plan::{LifecyclePlan, LifecyclePlanError};
use super::session_driver::SessionDriver;
use super::trace::SessionTrace;
use super::transport::HttpTransport;
use crate::cookie::cookie_jar::CookieJar;

/// The state before login.
pub(crate) struct PreLoginState {
    /// The browser's cookies right before login: those that an attacker may have planted.
    pub planted: CookieJar,
    /// Their authentication state before login.
    pub control: AuthState,
}

/// Runs the plan, as far as possible.
///
/// # Errors
/// An unsafe plan; nothing was sent.
pub fn run(plan: &LifecyclePlan, web: &mut dyn HttpTransport) -> Result<SessionTrace, LifecyclePlanError> {
    plan.check()?;
    let mut browser = SessionDriver::new(plan, web);
    let ended = browser.run_checks().err();
    let mut trace = browser.trace;
    trace.ended = ended;
    Ok(trace)
}

impl SessionDriver<'_> {
    fn run_checks(&mut self) -> Result<(), AbortReason> {
        if let Some(bearer) = &self.plan.bearer {
            return self.run_token_checks(bearer);
        }
        let (before, mut user) = self.sign_in()?;
        self.find_session(&before, &user)?;
        self.check_fixation(&before, &user)?;
        if let Some(second) = self.check_unknown_id(&user)? {
            user = second;
        }
        self.check_logout(user)
    }

    /// The first login: anonymous responses, authenticated responses, and the differences between them.
    fn sign_in(&mut self) -> Result<(PreLoginState, CookieJar), AbortReason> {
        let mut jar = CookieJar::default();
        let first = self.fetch_protected_storing_cookies("an anonymous client", &mut jar)?;
        let second = self
            .fetch_protected("an anonymous client without cookies, to find volatile content", &CookieJar::default())?;
        let form: PreparedLogin = self.fill_in("the login form", &mut jar)?;
        let planted = jar.clone();
        let before = self.fetch_protected("the cookies from before login (control)", &planted)?;
        let looked = self.trace.done.len();
        self.log_in(form, &mut jar)?;
        let user = self.fetch_protected_storing_cookies("the user", &mut jar)?;
        let again = self.fetch_protected_storing_cookies("the user, to find volatile content", &mut jar)?;
        let classifier = self.learn_classifier(&[first, second], &[user, again])?;
        let control = classifier.classify(&before);
        if let Some(done) = looked.checked_sub(1).and_then(|at| self.trace.done.get_mut(at)) {
            done.standing = Some(control);
        }
        self.classifier = Some(classifier);
        Ok((PreLoginState { planted, control }, jar))
    }

    pub(super) fn learn_classifier(
        &mut self,
        visitors: &[ResponseFingerprint; 2],
        users: &[ResponseFingerprint; 2],
    ) -> Result<AuthClassifier, AbortReason> {
        let classifier = AuthClassifier::new(visitors, users, self.plan.marker.is_some())
            .map_err(|why| AbortReason::Indistinguishable(why.words().into()))?;
        self.trace.telling = classifier.words();
        self.shows(AuthState::Authenticated);
        Ok(classifier)
    }
}
