//! From the first look of a visitor to the last replay after logout, read top down.

use super::auth_classifier::{Seen, Standing, Telling};
use super::login::Filled;
use super::plan::{Plan, PlanError};
use super::session_driver::{Browser, Stop};
use super::trace::Story;
use super::transport::Web;
use crate::cookie::cookie_jar::CookieJar;

/// Before login.
pub struct Before {
    /// The browser's cookies right before the login was sent. What an attacker may have planted.
    pub planted: CookieJar,
    /// What they open before login.
    pub control: Standing,
}

/// Carries the plan out, as far as it can be.
///
/// # Errors
/// A plan that would do harm; nothing was sent.
pub fn run(plan: &Plan, web: &mut dyn Web) -> Result<Story, PlanError> {
    plan.check()?;
    let mut browser = Browser::new(plan, web);
    let ended = browser.live().err();
    let mut story = browser.story;
    story.ended = ended;
    Ok(story)
}

impl Browser<'_> {
    fn live(&mut self) -> Result<(), Stop> {
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
    fn sign_in(&mut self) -> Result<(Before, CookieJar), Stop> {
        let mut wallet = CookieJar::default();
        let first = self.look_and_take("a visitor", &mut wallet)?;
        let second = self.look("a visitor without cookies, to see what changes anyway", &CookieJar::default())?;
        let form: Filled = self.fill_in("the login form", &mut wallet)?;
        let planted = wallet.clone();
        let before = self.look("the cookies from before login (control)", &planted)?;
        let looked = self.story.done.len();
        self.log_in(form, &mut wallet)?;
        let user = self.look_and_take("the user", &mut wallet)?;
        let again = self.look_and_take("the user, to see what changes anyway", &mut wallet)?;
        let telling = self.tell(&[first, second], &[user, again])?;
        let control = telling.standing(&before);
        if let Some(done) = looked.checked_sub(1).and_then(|at| self.story.done.get_mut(at)) {
            done.standing = Some(control);
        }
        self.telling = Some(telling);
        Ok((Before { planted, control }, wallet))
    }

    pub(super) fn tell(&mut self, visitors: &[Seen; 2], users: &[Seen; 2]) -> Result<Telling, Stop> {
        let telling = Telling::new(visitors, users, self.plan.marker.is_some())
            .map_err(|why| Stop::NotTelling(why.words().into()))?;
        self.story.telling = telling.words();
        self.shows(Standing::SignedIn);
        Ok(telling)
    }
}
