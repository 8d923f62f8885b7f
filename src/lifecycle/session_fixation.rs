//! Session fixation checks (CWE-384): an attacker plants a cookie in a browser, waits for the user to log in, and uses
//! the same cookie.

use super::abort_reason::AbortReason;
use super::auth_classifier::AuthState;
use super::check::{CheckResult, LifecycleCheck};
use super::run::PreLoginState;
use super::session_driver::SessionDriver;
use crate::cookie::cookie_jar::CookieJar;
use crate::cookie::value::ValueAlphabet;
use crate::secret::Secret;

impl SessionDriver<'_> {
    /// Replays the cookies from before login after it.
    pub(super) fn check_fixation(&mut self, before: &PreLoginState, user: &CookieJar) -> Result<(), AbortReason> {
        let answer = if before.planted.is_empty() {
            CheckResult::Skipped("no cookie is set before login".to_owned())
        } else if before.control != AuthState::Anonymous {
            CheckResult::Inconclusive(format!(
                "before login the cookies of an anonymous client do not get an anonymous response: {}",
                before.control.name()
            ))
        } else {
            let replayed = self.auth_state_with("the cookies from before login, replayed", &before.planted)?;
            let control = self.auth_state_with("the user's cookies (control)", user)?;
            replay_result(replayed, control, "the user's own cookies")
        };
        self.trace.answers.push((LifecycleCheck::Rotated, answer));
        Ok(())
    }

    /// Uses an id that was never issued, before a second login and after it. Returns the cookies of that login, if it
    /// worked.
    pub(super) fn check_unknown_id(&mut self, user: &CookieJar) -> Result<Option<CookieJar>, AbortReason> {
        let session: Vec<String> = self.trace.session().into_iter().map(str::to_owned).collect();
        let skipped = |why: &str| {
            [LifecycleCheck::UnknownIdRejected, LifecycleCheck::UnknownIdReplaced]
                .map(|question| (question, CheckResult::Skipped(why.to_owned())))
        };
        let Some((first, rest)) = session.split_first() else {
            self.trace.answers.extend(skipped("no session cookie was identified"));
            return Ok(None);
        };
        let mut planted = self.made_up_id(user, first);
        for name in rest {
            planted.add(&self.made_up_id(user, name));
        }
        let refused = match self.auth_state_with("a made-up id (control)", &planted)? {
            AuthState::Anonymous => CheckResult::Pass,
            AuthState::Authenticated => CheckResult::Fail,
            AuthState::Unclear => CheckResult::Inconclusive(
                "the response to a made-up id matches neither the anonymous nor the \
                    authenticated state"
                    .to_owned(),
            ),
        };
        let sound = refused == CheckResult::Pass;
        self.trace.answers.push((LifecycleCheck::UnknownIdRejected, refused));
        if !sound || !self.may_log_in() {
            let why =
                if sound { "no login attempt is left" } else { "a made-up id is not rejected even without login" };
            self.trace.answers.push((LifecycleCheck::UnknownIdReplaced, CheckResult::Skipped(why.to_owned())));
            return Ok(None);
        }
        let mut jar = planted.clone();
        let form = self.fill_in("the login form, with the made-up id", &mut jar)?;
        self.log_in(form, &mut jar)?;
        let seen = self.fetch_protected_storing_cookies("the user (control)", &mut jar)?;
        let control = self.classify(&seen);
        let replayed = self.auth_state_with("the made-up id, replayed after login", &planted)?;
        let answer = replay_result(replayed, control, "the cookies of the second login");
        self.trace.answers.push((LifecycleCheck::UnknownIdReplaced, answer));
        Ok((control == AuthState::Authenticated).then_some(jar))
    }

    /// A cookie whose value has the same shape but was never issued.
    fn made_up_id(&self, user: &CookieJar, name: &str) -> CookieJar {
        let model = user.value(name).map(|value| value.expose().clone()).unwrap_or_default();
        user.with_value(name, &Secret::new(with_shape_of(&model, self.plan.random.expose())))
    }
}

/// The result of a replay, provided that its control holds.
pub(crate) fn replay_result(replayed: AuthState, control: AuthState, of: &str) -> CheckResult {
    match (replayed, control) {
        (AuthState::Authenticated, _) => CheckResult::Fail,
        (_, AuthState::Anonymous | AuthState::Unclear) => {
            CheckResult::Inconclusive(format!("the control failed: {of} got the response of {}", state_name(control)))
        }
        (AuthState::Anonymous, AuthState::Authenticated) => CheckResult::Pass,
        (AuthState::Unclear, _) => CheckResult::Inconclusive(
            "the response matches neither the anonymous nor the \
            authenticated state"
                .to_owned(),
        ),
    }
}

const fn state_name(standing: AuthState) -> &'static str {
    match standing {
        AuthState::Authenticated => "the user",
        AuthState::Anonymous => "an anonymous client",
        AuthState::Unclear => "neither state",
    }
}

/// A value in the shape of `model`: letters keep their case, digits stay digits, other characters stay.
fn with_shape_of(model: &[u8], random: &[u8]) -> Vec<u8> {
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
    fn made_up_id_has_the_shape_of_a_real_one() {
        let random: Vec<u8> = (7..=39).collect();
        let made = with_shape_of(b"5f4dcc3b5aa7", &random);
        assert!(made != b"5f4dcc3b5aa7" && made.len() == 12 && made.iter().all(u8::is_ascii_hexdigit));
        let made = with_shape_of(b"s:Ab1-x.Y_9", &random);
        assert!(made.starts_with(&[made[0], b':']) && made[5] == b'-' && made[7] == b'.' && made[9] == b'_');
    }
}
