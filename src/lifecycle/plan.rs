//! The plan of a session lifecycle, as data. It can be validated and printed before any request is sent.

use crate::cookie::class::CookieClassifier;
use crate::encoding::json::JsonObject;
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use std::fmt;

/// The default maximum number of logins.
pub const MAX_LOGINS: u32 = 5;

/// The maximum number of cookies that are omitted one at a time; more would send too many requests.
pub(crate) const MAX_COOKIES: usize = 12;

/// A field of the login form. The value may be a password.
#[derive(Clone)]
pub struct FormField {
    /// The name of the form field, or of the member if the login is JSON.
    pub name: String,
    /// The plain value; it is encoded when the request is built.
    pub value: Secret<String>,
}

/// How to log out.
#[derive(Clone)]
pub struct LogoutPlan {
    /// The logout URL, at the origin of the login.
    pub url: HttpUrl,
    /// By GET instead of POST.
    pub get: bool,
}

/// The login issues tokens, which represent the session.
#[derive(Clone)]
pub struct BearerPlan {
    /// JSON pointer (RFC 6901) to the access token in the login response.
    pub access: String,
    /// How to refresh the access token; `None` if refresh tokens are not checked.
    pub refresh: Option<RefreshPlan>,
}

/// How to refresh an access token (RFC 6749 §6).
#[derive(Clone)]
pub struct RefreshPlan {
    /// The URL that issues new tokens, by POST, at the origin of the login.
    pub url: HttpUrl,
    /// JSON pointer to the refresh token in the login and refresh responses.
    pub token: String,
    /// Additional fields: `client_id`.
    pub fields: Vec<FormField>,
}

/// The plan of a session lifecycle.
#[derive(Clone)]
pub struct LifecyclePlan {
    /// The login URL, by POST.
    pub login: HttpUrl,
    /// The URL of the login form, by GET; usually the same.
    pub page: HttpUrl,
    /// A URL that responds differently to anonymous and authenticated clients.
    pub protected: HttpUrl,
    /// How to log out; with `None` the logout checks are skipped.
    pub logout: Option<LogoutPlan>,
    /// The fields of the login; they take precedence over hidden fields of the form with the same name.
    pub fields: Vec<FormField>,
    /// The login is this JSON object, with the fields added as members.
    pub json: Option<Secret<String>>,
    /// Send the CSRF tokens of the page: hidden fields, and tokens as headers.
    pub csrf: bool,
    /// Text that only an authenticated client sees at `protected`.
    pub marker: Option<String>,
    /// The maximum number of times that credentials are sent, from 1.
    pub max_logins: u32,
    /// The tokens that represent the session; `None` if cookies do.
    pub bearer: Option<BearerPlan>,
    /// Classifies cookies by name.
    pub names: CookieClassifier,
    /// Random bytes for a session id that was never issued.
    pub random: Secret<Vec<u8>>,
}

/// Why a plan is rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LifecyclePlanError {
    /// Neither HTTPS nor a loopback host.
    NotSafe(String),
    /// The two origins.
    OtherOrigin {
        /// The origin of the login, the only one to which credentials are sent.
        login: String,
        /// The origin of another URL of the plan.
        other: String,
    },
    /// The plan has neither fields nor a JSON object for the login.
    NothingToLogInWith,
    /// The maximum number of logins is 0.
    NoLogins,
    /// The marker is the empty string.
    EmptyMarker,
    /// The JSON of the login is not an object.
    NotAnObject(String),
    /// There are fewer than 32 random bytes.
    TooLittleRandomness,
    /// This text is not a JSON pointer (RFC 6901): it does not begin with `/`.
    NotAPointer(String),
}

impl fmt::Display for LifecyclePlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSafe(url) => {
                write!(f, "{url} is plain HTTP: a login requires HTTPS or a loopback host")
            }
            Self::OtherOrigin { login, other } => {
                write!(f, "{other} is not the origin of the login, {login}: credentials are sent to one origin only")
            }
            Self::NothingToLogInWith => f.write_str("no credentials to log in with"),
            Self::NoLogins => f.write_str("no login is allowed, but the checks need at least one"),
            Self::EmptyMarker => f.write_str("the marker is empty: every response contains it"),
            Self::NotAnObject(why) => write!(f, "the login is not a JSON object: {why}"),
            Self::TooLittleRandomness => f.write_str("32 random bytes are required"),
            Self::NotAPointer(text) => write!(f, "{text} is not a JSON pointer: it must begin with / (/access_token)"),
        }
    }
}

impl std::error::Error for LifecyclePlanError {}

/// A step of the plan, for human output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanStep {
    /// Its purpose.
    pub what: &'static str,
    /// The HTTP method, `GET` or `POST`.
    pub method: &'static str,
    /// The URL of the first request, before any redirect.
    pub url: HttpUrl,
    /// Maximum number of requests, without redirects.
    pub times: usize,
    /// Sends the credentials.
    pub is_login: bool,
}

impl LifecyclePlan {
    /// Validates that the plan is safe to run: encrypted or loopback, one origin, few logins.
    ///
    /// # Errors
    /// Returns the violated condition.
    pub fn check(&self) -> Result<(), LifecyclePlanError> {
        let all = [&self.login, &self.page, &self.protected].into_iter();
        let refresh = self.bearer.as_ref().and_then(|bearer| bearer.refresh.as_ref());
        let others = self.logout.as_ref().map(|leaving| &leaving.url).into_iter();
        for url in all.chain(others).chain(refresh.map(|refresh| &refresh.url)) {
            if !url.secure && !url.is_loopback() {
                return Err(LifecyclePlanError::NotSafe(url.redacted()));
            }
            if url.origin() != self.login.origin() {
                return Err(LifecyclePlanError::OtherOrigin { login: self.login.origin(), other: url.origin() });
            }
        }
        let pointers = self.bearer.iter().map(|bearer| &bearer.access).chain(refresh.map(|refresh| &refresh.token));
        if let Some(wrong) = pointers.into_iter().find(|pointer| !pointer.starts_with('/')) {
            return Err(LifecyclePlanError::NotAPointer(wrong.clone()));
        }
        if self.fields.is_empty() && self.json.is_none() {
            return Err(LifecyclePlanError::NothingToLogInWith);
        }
        if self.max_logins == 0 {
            return Err(LifecyclePlanError::NoLogins);
        }
        if self.marker.as_ref().is_some_and(String::is_empty) {
            return Err(LifecyclePlanError::EmptyMarker);
        }
        if let Some(json) = &self.json {
            JsonObject::parse(json.expose()).map_err(|error| LifecyclePlanError::NotAnObject(error.to_string()))?;
        }
        if self.random.expose().len() < 32 {
            return Err(LifecyclePlanError::TooLittleRandomness);
        }
        Ok(())
    }

    /// All requests in order, if every step were possible.
    pub fn steps(&self) -> Vec<PlanStep> {
        match &self.bearer {
            Some(bearer) => self.steps_with_tokens(bearer),
            None => self.steps_with_cookies(),
        }
    }

    fn steps_with_cookies(&self) -> Vec<PlanStep> {
        let get = |what, times| get(what, &self.protected, times);
        let mut steps = vec![
            get("anonymous response, twice", 2),
            once("the login form, and the cookies before login", "GET", &self.page),
            get("cookies from before login are not accepted (control)", 1),
            self.login_step("log in"),
            get("authenticated response, twice", 2),
            get("find the session cookie: without each, each alone, and all (control)", ABLATION),
            get("the cookies before login, replayed after it; those after it (control)", 2),
            get("a made-up id is not accepted (control)", 1),
        ];
        if self.max_logins > 1 {
            steps.push(once("the login form with the made-up id", "GET", &self.page));
            steps.push(self.login_step("log in with the made-up id"));
            steps.push(get("authenticated response (control); the made-up id, replayed", 2));
        }
        if let Some(leaving) = &self.logout {
            steps.push(get("the user before logout (control)", 1));
            steps.push(leaving.step());
            steps.push(get("the browser after logout; copies of its cookies, replayed", 3));
        }
        steps
    }

    fn steps_with_tokens(&self, bearer: &BearerPlan) -> Vec<PlanStep> {
        let get = |what, times| get(what, &self.protected, times);
        let form = || once("the login form", "GET", &self.page);
        let mut steps = vec![
            get("anonymous response, twice", 2),
            form(),
            self.login_step("log in"),
            get("response to the access token, twice", 2),
        ];
        if let Some(refresh) = &bearer.refresh {
            let post = |what| once(what, "POST", &refresh.url);
            steps.push(post("refresh"));
            steps.push(get("response to the new access token (control)", 1));
            steps.push(post("the old refresh token, replayed"));
            steps.push(post("the new refresh token after that: was the reuse detected?"));
        }
        if let Some(leaving) = &self.logout {
            if bearer.refresh.is_some() && self.max_logins > 1 {
                steps.push(form());
                steps.push(self.login_step("log in again"));
            }
            steps.push(get("the user before logout (control)", 1));
            steps.push(leaving.step());
            steps.push(get("the access token, replayed after logout", 1));
            let after = |refresh: &RefreshPlan| once("the refresh token, replayed after logout", "POST", &refresh.url);
            steps.extend(bearer.refresh.as_ref().map(after));
        }
        steps
    }

    fn login_step(&self, what: &'static str) -> PlanStep {
        PlanStep { is_login: true, ..once(what, "POST", &self.login) }
    }
}

/// Requests needed to find the session cookie.
const ABLATION: usize = MAX_COOKIES * 2 + 1;

fn get(what: &'static str, url: &HttpUrl, times: usize) -> PlanStep {
    PlanStep { times, ..once(what, "GET", url) }
}

fn once(what: &'static str, method: &'static str, url: &HttpUrl) -> PlanStep {
    PlanStep { what, method, url: url.clone(), times: 1, is_login: false }
}

impl LogoutPlan {
    fn step(&self) -> PlanStep {
        once("log out", if self.get { "GET" } else { "POST" }, &self.url)
    }
}
