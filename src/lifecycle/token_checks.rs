//! Checks of token-based sessions: refresh token rotation and reuse detection, and revocation of copied tokens at
//! logout.
//!
//! Values are compared in one case only: a refresh that returns the same refresh token has not rotated it. Whether a
//! token is accepted is found out by using it.

use super::abort_reason::AbortReason;
use super::auth_classifier::{AuthState, ResponseFingerprint};
use super::check::{CheckResult, LifecycleCheck};
use super::login::encoded;
use super::plan::{BearerPlan, RefreshPlan};
use super::session_driver::{OutgoingRequest, SessionDriver};
use super::session_fixation::replay_result;
use super::trace::{LoginTokens, LogoutResponse};
use crate::cookie::cookie_jar::CookieJar;
use crate::encoding::json::{self, JsonValue};
use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::token::claims::Claims;
use crate::token::compact::Segments;

/// Tokens as issued.
struct Grant {
    access: Secret<String>,
    refresh: Option<Secret<String>>,
    /// When the access token expires, by its claim or the response.
    expires: Option<UnixTime>,
    jwt: bool,
}

/// The result of a refresh.
enum RenewalResponse {
    Given(Grant),
    Refused,
    /// A server error, with its status.
    Broken(u16),
}

impl Grant {
    fn from_response(answer: &Exchange, access: &str, refresh: Option<&str>) -> Option<Self> {
        let value = JsonValue::parse(json::text(&answer.body).ok()?).ok()?;
        let at = |pointer: &str| value.pointer(pointer)?.as_str().map(|text| text.into_owned());
        let access = at(access).filter(|text| !text.is_empty())?;
        let expires_in = value.pointer("/expires_in").and_then(JsonValue::as_f64).filter(|seconds| seconds.is_finite());
        // RFC 6749 §5.1: relative to the time of the response.
        let by_answer =
            expires_in.zip(answer.time).map(|(seconds, now)| UnixTime(now.0.saturating_add(seconds as i64)));
        let payload = Segments::cut(access.as_bytes(), access.len()).and_then(|segments| segments.decode()).ok();
        let claims = payload.as_ref().and_then(|parts| Claims::parse(json::text(&parts.payload).ok()?).ok());
        let by_token = claims.as_ref().and_then(|claims| Some(claims.exp.present()?.floor()));
        Some(Self {
            jwt: claims.is_some(),
            expires: by_token.or(by_answer),
            refresh: refresh.and_then(at).filter(|text| !text.is_empty()).map(Secret::new),
            access: Secret::new(access),
        })
    }
}

impl SessionDriver<'_> {
    /// Runs the token checks.
    pub(super) fn run_token_checks(&mut self, bearer: &BearerPlan) -> Result<(), AbortReason> {
        let visitor = CookieJar::default();
        let first = self.fetch_protected("an anonymous client", &visitor)?;
        let second = self.fetch_protected("an anonymous client, to find volatile content", &visitor)?;
        let grant = self.grant(bearer)?;
        let user = self.fetch_with_token("the access token", &grant.access)?;
        let again = self.fetch_with_token("the access token, to find volatile content", &grant.access)?;
        self.classifier = Some(self.learn_classifier(&[first, second], &[user, again])?);
        self.trace.tokens = Some(LoginTokens { jwt: grant.jwt, lives_on: None });
        let mut grant = Some(grant);
        if let Some((refresh, own)) = bearer.refresh.as_ref().zip(grant.take_if(|_| bearer.refresh.is_some())) {
            grant = self.renew(bearer, refresh, own)?;
        }
        self.check_token_logout(bearer, grant)
    }

    fn grant(&mut self, bearer: &BearerPlan) -> Result<Grant, AbortReason> {
        let mut jar = CookieJar::default();
        let form = self.fill_in("the login form", &mut jar)?;
        let chain = self.log_in(form, &mut jar)?;
        let refresh = bearer.refresh.as_ref().map(|refresh| refresh.token.as_str());
        let grant = chain.last().and_then(|answer| Grant::from_response(answer, &bearer.access, refresh));
        grant.ok_or_else(|| AbortReason::NoToken(bearer.access.clone()))
    }

    /// Requests the protected page with a token and without cookies: the token alone must be sufficient.
    fn fetch_with_token(
        &mut self,
        what: &'static str,
        token: &Secret<String>,
    ) -> Result<ResponseFingerprint, AbortReason> {
        let mut sending = OutgoingRequest::get(what, &self.plan.protected);
        sending.headers.push(authorization(token));
        let chain = self.send(sending, &mut CookieJar::default())?;
        Ok(ResponseFingerprint::from_chain(&chain, self.plan.marker.as_deref()))
    }

    fn auth_state_with_token(&mut self, what: &'static str, token: &Secret<String>) -> Result<AuthState, AbortReason> {
        let seen = self.fetch_with_token(what, token)?;
        Ok(self.classify(&seen))
    }

    /// Refreshes, replays the used refresh token, and then uses the newer one. Returns the tokens that are still valid.
    fn renew(
        &mut self,
        bearer: &BearerPlan,
        refresh: &RefreshPlan,
        grant: Grant,
    ) -> Result<Option<Grant>, AbortReason> {
        use LifecycleCheck::{RefreshRotated, ReuseDetected, ReuseRefused};
        let all = [RefreshRotated, ReuseRefused, ReuseDetected];
        let Some(old) = grant.refresh.clone() else {
            self.say(
                &all,
                &CheckResult::Skipped(format!(
                    "the login response does not contain a refresh token at {}",
                    refresh.token
                )),
            );
            return Ok(Some(grant));
        };
        let renewed = match self.ask_refresh("refresh", bearer, refresh, &old)? {
            RenewalResponse::Given(renewed) => renewed,
            other => {
                self.say(&all, &CheckResult::Inconclusive(format!("the first refresh already {}", other.words())));
                return Ok(Some(grant));
            }
        };
        let control = self.auth_state_with_token("the new access token (control)", &renewed.access)?;
        if control != AuthState::Authenticated {
            self.say(
                &all,
                &CheckResult::Inconclusive("the control failed: the new access token is not accepted".to_owned()),
            );
            return Ok(None);
        }
        let Some(new) = renewed.refresh.clone().filter(|new| new.expose() != old.expose()) else {
            self.say(&[RefreshRotated], &CheckResult::Fail);
            let why = "refresh tokens are not rotated: the same one is reused by design";
            self.say(&[ReuseRefused, ReuseDetected], &CheckResult::Skipped(why.to_owned()));
            return Ok(Some(Grant { refresh: renewed.refresh.clone().or(Some(old)), ..renewed }));
        };
        self.say(&[RefreshRotated], &CheckResult::Pass);
        match self.ask_refresh("the old refresh token, replayed", bearer, refresh, &old)? {
            RenewalResponse::Refused => self.say(&[ReuseRefused], &CheckResult::Pass),
            RenewalResponse::Given(_) => {
                self.say(&[ReuseRefused], &CheckResult::Fail);
                self.say(&[ReuseDetected], &CheckResult::Skipped("the replay was granted".to_owned()));
                return Ok(None);
            }
            broken @ RenewalResponse::Broken(_) => {
                self.say(
                    &[ReuseRefused, ReuseDetected],
                    &CheckResult::Inconclusive(format!("the replay {}", broken.words())),
                );
                return Ok(None);
            }
        }
        let answer = match self.ask_refresh("the new refresh token, after the replay", bearer, refresh, &new)? {
            RenewalResponse::Refused => CheckResult::Pass,
            RenewalResponse::Given(_) => CheckResult::Fail,
            broken @ RenewalResponse::Broken(_) => CheckResult::Inconclusive(format!("the refresh {}", broken.words())),
        };
        self.say(&[ReuseDetected], &answer);
        // Whatever is left of these tokens, the replay may have affected them.
        Ok(None)
    }

    fn ask_refresh(
        &mut self,
        what: &'static str,
        bearer: &BearerPlan,
        refresh: &RefreshPlan,
        token: &Secret<String>,
    ) -> Result<RenewalResponse, AbortReason> {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token.expose().as_str())];
        let pairs = pairs.into_iter().chain(refresh.own_name(token)).chain(refresh.own_fields());
        let sending = self.posting(what, refresh.url.clone(), pairs);
        let chain = self.send(sending, &mut CookieJar::default())?;
        let Some(last) = chain.last() else { return Ok(RenewalResponse::Broken(0)) };
        Ok(match (last.status, Grant::from_response(last, &bearer.access, Some(&refresh.token))) {
            (status @ 500.., _) => RenewalResponse::Broken(status),
            (..400, Some(grant)) => RenewalResponse::Given(grant),
            _ => RenewalResponse::Refused,
        })
    }

    /// A POST in the encoding of the login: JSON if the login is JSON.
    fn posting<'p>(
        &self,
        what: &'static str,
        url: HttpUrl,
        pairs: impl Iterator<Item = (&'p str, &'p str)>,
    ) -> OutgoingRequest {
        let (body, kind) = if self.plan.json.is_some() {
            let object: serde_json::Map<_, _> = pairs.map(|(name, value)| (name.to_owned(), value.into())).collect();
            (Secret::new(serde_json::to_vec(&object).unwrap_or_default()), "application/json")
        } else {
            (encoded(pairs), "application/x-www-form-urlencoded")
        };
        OutgoingRequest { what, url, headers: vec![HttpHeader::new("Content-Type", kind)], body: Some(body) }
    }

    /// Logs out and checks the tokens afterwards. `grant`: tokens that are still valid; without them another login is
    /// needed.
    fn check_token_logout(&mut self, bearer: &BearerPlan, grant: Option<Grant>) -> Result<(), AbortReason> {
        let both = [LifecycleCheck::AccessRevoked, LifecycleCheck::RefreshRevoked];
        let Some(leaving) = self.plan.logout.clone() else {
            self.say(&both, &CheckResult::Skipped("no logout URL was given".to_owned()));
            return Ok(());
        };
        let grant = match grant {
            Some(grant) => grant,
            None if self.may_log_in() => self.grant(bearer)?,
            None => {
                self.say(&both, &CheckResult::Skipped("no login attempt is left".to_owned()));
                return Ok(());
            }
        };
        let control = self.auth_state_with_token("the access token before logout (control)", &grant.access)?;
        // RFC 7009 §2.1 names the parameter `token`; other servers use the name of the response member.
        let refresh = bearer.refresh.as_ref().zip(grant.refresh.as_ref());
        let pairs = refresh.into_iter().flat_map(|(refresh, token)| {
            let names = [("token", token.expose().as_str()), ("refresh_token", token.expose().as_str())];
            names.into_iter().chain(refresh.own_name(token)).chain(refresh.own_fields())
        });
        let mut sending = match leaving.get {
            true => OutgoingRequest::get("log out", &leaving.url),
            false => self.posting("log out", leaving.url.clone(), pairs),
        };
        sending.headers.push(authorization(&grant.access));
        let chain = self.send(sending, &mut CookieJar::default())?;
        let status = chain.first().map_or(0, |answer| answer.status);
        if status >= 400 {
            self.say(&both, &CheckResult::Skipped(format!("the logout response has status {status}")));
            return Ok(());
        }
        let clear_site_data = chain.iter().any(|answer| answer.header("clear-site-data").is_some());
        self.trace.left = Some(LogoutResponse { get: leaving.get, clear_site_data });
        let replayed = self.auth_state_with_token("the access token, replayed after logout", &grant.access)?;
        self.say(&[LifecycleCheck::AccessRevoked], &replay_result(replayed, control, "the access token before logout"));
        if let Some(tokens) = &mut self.trace.tokens
            && replayed == AuthState::Authenticated
        {
            let now = self.trace.exchanges.last().and_then(|exchange| exchange.time);
            tokens.lives_on = grant.expires.zip(now).map(|(end, now)| end.0.saturating_sub(now.0).max(0));
        }
        let answer = match bearer.refresh.as_ref().zip(grant.refresh.as_ref()) {
            None => CheckResult::Skipped("the login issued no refresh token".to_owned()),
            Some((refresh, token)) => {
                match self.ask_refresh("the refresh token, replayed after logout", bearer, refresh, token)? {
                    RenewalResponse::Given(_) => CheckResult::Fail,
                    RenewalResponse::Refused => CheckResult::Pass,
                    broken @ RenewalResponse::Broken(_) => {
                        CheckResult::Inconclusive(format!("the refresh {}", broken.words()))
                    }
                }
            }
        };
        self.say(&[LifecycleCheck::RefreshRevoked], &answer);
        Ok(())
    }

    fn say(&mut self, questions: &[LifecycleCheck], answer: &CheckResult) {
        self.trace.answers.extend(questions.iter().map(|question| (*question, answer.clone())));
    }
}

impl RefreshPlan {
    /// The token under the name of its response member, if that is not the usual one.
    fn own_name<'t>(&'t self, token: &'t Secret<String>) -> Option<(&'t str, &'t str)> {
        let name = self.token.rsplit('/').next().filter(|name| !["", "refresh_token", "token"].contains(name))?;
        Some((name, token.expose().as_str()))
    }

    /// Additional fields: a public client identifies itself to refresh and to revoke (RFC 6749 §6, RFC 7009 §2.1).
    fn own_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.value.expose().as_str()))
    }
}

impl RenewalResponse {
    fn words(&self) -> String {
        match self {
            Self::Given(_) => "was granted".to_owned(),
            Self::Refused => "was rejected".to_owned(),
            Self::Broken(status) => format!("failed with status {status}"),
        }
    }
}

fn authorization(token: &Secret<String>) -> HttpHeader {
    HttpHeader::new("Authorization", format!("Bearer {}", token.expose()))
}
