//! Which cookie is the session: each is left out, and each is sent alone. Names are only a hint.

use super::auth_classifier::Standing;
use super::plan::MAX_COOKIES;
use super::run::Before;
use super::session_driver::{Browser, Stop};
use super::trace::Credential;
use crate::cookie::cookie_jar::CookieJar;

impl Browser<'_> {
    pub(super) fn find_session(&mut self, before: &Before, user: &CookieJar) -> Result<(), Stop> {
        let names = user.names();
        let mut found = Vec::new();
        for name in names.iter().take(MAX_COOKIES) {
            // Of one cookie both answers are known: all cookies, and none.
            let (without, alone) = if names.len() == 1 {
                (Standing::Visitor, Standing::SignedIn)
            } else {
                let without = self.who("all cookies but one", &user.only(|own| own != name))?;
                (without, self.who("one cookie alone", &user.only(|own| own == name))?)
            };
            let before_login = before.planted.value(name).is_some();
            found.push(Credential {
                name: name.clone(),
                class: self.plan.names.class(name),
                without,
                alone,
                before_login,
            });
        }
        // Where a value is good for one request only, all of the above is about that and not about the cookies.
        if names.len() > 1 && self.who("all cookies once more (control)", user)? != Standing::SignedIn {
            for cookie in &mut found {
                (cookie.without, cookie.alone) = (Standing::Unclear, Standing::Unclear);
            }
        }
        self.story.cookies = found;
        Ok(())
    }
}
