//! Session fixation: somebody plants a cookie in a browser, waits for its user to log in, and uses the same cookie.

use super::abort_reason::AbortReason;
use super::auth_classifier::AuthState;
use super::check::{CheckResult, LifecycleCheck};
use super::run::PreLoginState;
use super::session_driver::SessionDriver;
use crate::cookie::cookie_jar::CookieJar;
use crate::cookie::value::ValueAlphabet;
use crate::secret::Secret;

impl SessionDriver<'_> {
    /// The cookies from before login, replayed after it.
    pub(super) fn try_planted(&mut self, before: &PreLoginState, user: &CookieJar) -> Result<(), AbortReason> {
        let answer = if before.planted.is_empty() {
            CheckResult::Skipped("no cookie is set before login".to_owned())
        } else if before.control != AuthState::Anonymous {
            CheckResult::Unclear(format!(
                "before login already, the cookies of a visitor do not get what a visitor gets: {}",
                before.control.name()
            ))
        } else {
            let replayed = self.auth_state_with("the cookies from before login, replayed", &before.planted)?;
            let control = self.auth_state_with("the user's cookies (control)", user)?;
            replay_result(replayed, control, "the user's own cookies")
        };
        self.story.answers.push((LifecycleCheck::Rotated, answer));
        Ok(())
    }

    /// An id that nobody issued, before a second login and after it. The cookies of that login, if it worked.
    pub(super) fn try_invented(&mut self, user: &CookieJar) -> Result<Option<CookieJar>, AbortReason> {
        let session: Vec<String> = self.story.session().into_iter().map(str::to_owned).collect();
        let not_asked = |why: &str| {
            [LifecycleCheck::UnknownIdRejected, LifecycleCheck::UnknownIdReplaced]
                .map(|question| (question, CheckResult::Skipped(why.to_owned())))
        };
        let Some((first, rest)) = session.split_first() else {
            self.story.answers.extend(not_asked("no cookie is known to be the session"));
            return Ok(None);
        };
        let mut planted = self.invented(user, first);
        for name in rest {
            planted.add(&self.invented(user, name));
        }
        let refused = match self.auth_state_with("an invented id (control)", &planted)? {
            AuthState::Anonymous => CheckResult::Yes,
            AuthState::Authenticated => CheckResult::No,
            AuthState::Unclear => {
                CheckResult::Unclear("the answer to an invented id is neither a visitor's nor the user's".to_owned())
            }
        };
        let sound = refused == CheckResult::Yes;
        self.story.answers.push((LifecycleCheck::UnknownIdRejected, refused));
        if !sound || !self.may_log_in() {
            let why = if sound { "no login is left" } else { "an invented id is not refused even without login" };
            self.story.answers.push((LifecycleCheck::UnknownIdReplaced, CheckResult::Skipped(why.to_owned())));
            return Ok(None);
        }
        let mut wallet = planted.clone();
        let form = self.fill_in("the login form, with the invented id", &mut wallet)?;
        self.log_in(form, &mut wallet)?;
        let seen = self.fetch_protected_storing_cookies("the user (control)", &mut wallet)?;
        let control = self.classify(&seen);
        let replayed = self.auth_state_with("the invented id, replayed after login", &planted)?;
        let answer = replay_result(replayed, control, "the cookies of the second login");
        self.story.answers.push((LifecycleCheck::UnknownIdReplaced, answer));
        Ok((control == AuthState::Authenticated).then_some(wallet))
    }

    /// A cookie with a value of the same shape that nobody issued.
    fn invented(&self, user: &CookieJar, name: &str) -> CookieJar {
        let model = user.value(name).map(|value| value.expose().clone()).unwrap_or_default();
        user.with_value(name, &Secret::new(like(&model, self.plan.random.expose())))
    }
}

/// What a replay says, when its control holds.
pub fn replay_result(replayed: AuthState, control: AuthState, of: &str) -> CheckResult {
    match (replayed, control) {
        (AuthState::Authenticated, _) => CheckResult::No,
        (_, AuthState::Anonymous | AuthState::Unclear) => {
            CheckResult::Unclear(format!("the control failed: {of} got the answer of {}", who(control)))
        }
        (AuthState::Anonymous, AuthState::Authenticated) => CheckResult::Yes,
        (AuthState::Unclear, _) => CheckResult::Unclear("the answer is neither a visitor's nor the user's".to_owned()),
    }
}

const fn who(standing: AuthState) -> &'static str {
    match standing {
        AuthState::Authenticated => "the user",
        AuthState::Anonymous => "a visitor",
        AuthState::Unclear => "neither user nor visitor",
    }
}

/// A value in the shape of `model`: letters stay letters of their case, digits stay digits, signs stay.
fn like(model: &[u8], random: &[u8]) -> Vec<u8> {
    let hex = ValueAlphabet::smallest_for(model) == ValueAlphabet::Hex;
    let pick = |from: &[u8], random: u8| {
        let at = usize::from(random).checked_rem(from.len()).unwrap_or(0);
        from.get(at).copied().unwrap_or(b'0')
    };
    let spread = model.iter().zip(random.iter().cycle());
    spread
        .map(|(own, random)| match own {
            b'0'..=b'9' => pick(b"0123456789", *random),
            b'a'..=b'f' if hex => pick(b"abcdef", *random),
            b'A'..=b'F' if hex => pick(b"ABCDEF", *random),
            b'a'..=b'z' => pick(b"abcdefghijklmnopqrstuvwxyz", *random),
            b'A'..=b'Z' => pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *random),
            other => *other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_id_has_the_shape_of_a_real_one() {
        let random: Vec<u8> = (7..=39).collect();
        let made = like(b"5f4dcc3b5aa7", &random);
        assert!(made != b"5f4dcc3b5aa7" && made.len() == 12 && made.iter().all(u8::is_ascii_hexdigit));
        let made = like(b"s:Ab1-x.Y_9", &random);
        assert!(made.starts_with(&[made[0], b':']) && made[5] == b'-' && made[7] == b'.' && made[9] == b'_');
    }
}
