//! What is going to be asked, as data: it can be checked and shown before anything is sent.

use crate::cookie::class::CookieClassifier;
use crate::encoding::json::JsonObject;
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use std::fmt;

/// How often at most a login is tried, unless the user says otherwise.
pub const MAX_LOGINS: u32 = 5;

/// Cookies that are taken away one at a time; more would be a flood of requests.
pub const MAX_COOKIES: usize = 12;

/// A field of the login form. The value may be a password.
#[derive(Clone)]
pub struct FormField {
    pub name: String,
    pub value: Secret<String>,
}

/// How a session is ended.
#[derive(Clone)]
pub struct LogoutPlan {
    pub url: HttpUrl,
    /// By GET instead of POST.
    pub get: bool,
}

/// The login hands out tokens, which are the session.
#[derive(Clone)]
pub struct BearerPlan {
    /// Where the access token is in the answer to the login: a JSON pointer (RFC 6901).
    pub access: String,
    pub refresh: Option<RefreshPlan>,
}

/// How an access token is renewed (RFC 6749 §6).
#[derive(Clone)]
pub struct RefreshPlan {
    pub url: HttpUrl,
    /// Where the refresh token is in the answers of login and refresh.
    pub token: String,
    /// What is sent besides: `client_id`.
    pub fields: Vec<FormField>,
}

/// The plan.
#[derive(Clone)]
pub struct LifecyclePlan {
    /// Takes the login, by POST.
    pub login: HttpUrl,
    /// Shows the form, by GET; usually the same.
    pub page: HttpUrl,
    /// Answers differently to a visitor and to the user.
    pub protected: HttpUrl,
    pub logout: Option<LogoutPlan>,
    pub fields: Vec<FormField>,
    /// The login is this JSON object, and the fields are members of it.
    pub json: Option<Secret<String>>,
    /// Send what the page has against forged requests: hidden fields, and tokens as headers.
    pub csrf: bool,
    /// Text that only the user sees at `protected`.
    pub marker: Option<String>,
    pub max_logins: u32,
    pub bearer: Option<BearerPlan>,
    /// What cookies are for.
    pub names: CookieClassifier,
    /// Random bytes for an id that nobody issued.
    pub random: Secret<Vec<u8>>,
}

/// Why a plan is not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LifecyclePlanError {
    /// Neither https nor this machine.
    NotSafe(String),
    /// Origins.
    OtherOrigin {
        login: String,
        other: String,
    },
    NothingToLogInWith,
    NoLogins,
    EmptyMarker,
    /// The JSON of the login is no object.
    NotAnObject(String),
    TooLittleRandomness,
    NotAPointer(String),
}

impl fmt::Display for LifecyclePlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSafe(url) => {
                write!(f, "{url} is plain http: a login goes over https, or to this machine")
            }
            Self::OtherOrigin { login, other } => {
                write!(f, "{other} is another origin than that of the login, {login}: credentials stay at one origin")
            }
            Self::NothingToLogInWith => f.write_str("there is nothing to log in with"),
            Self::NoLogins => f.write_str("no login is allowed, and nothing can be seen without one"),
            Self::EmptyMarker => f.write_str("the marker is empty: every answer holds it"),
            Self::NotAnObject(why) => write!(f, "the login is no JSON object: {why}"),
            Self::TooLittleRandomness => f.write_str("32 random bytes are needed"),
            Self::NotAPointer(text) => write!(f, "{text} is no JSON pointer: it begins with / (/access_token)"),
        }
    }
}

impl std::error::Error for LifecyclePlanError {}

/// A step of the plan, for eyes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanStep {
    /// What it is good for.
    pub what: &'static str,
    pub method: &'static str,
    pub url: HttpUrl,
    /// How often at most, redirects not counted.
    pub times: usize,
    /// Sends the credentials.
    pub is_login: bool,
}

impl LifecyclePlan {
    /// Whether the plan can be carried out without harm: encrypted or local, one origin, few logins.
    ///
    /// # Errors
    /// What speaks against it.
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

    /// What would be asked, in order, if every step were possible.
    pub fn steps(&self) -> Vec<PlanStep> {
        match &self.bearer {
            Some(bearer) => self.steps_with_tokens(bearer),
            None => self.steps_with_cookies(),
        }
    }

    fn steps_with_cookies(&self) -> Vec<PlanStep> {
        let get = |what, times| get(what, &self.protected, times);
        let mut steps = vec![
            get("what a visitor gets, twice", 2),
            once("the login form, and the cookies before login", "GET", &self.page),
            get("the cookies before login open nothing (control)", 1),
            self.login_step("log in"),
            get("what the user gets, twice", 2),
            get("which cookie is the session: without each, each alone, and all (control)", ABLATION),
            get("the cookies before login, replayed after it; those after it (control)", 2),
            get("an invented id opens nothing (control)", 1),
        ];
        if self.max_logins > 1 {
            steps.push(once("the login form with the invented id", "GET", &self.page));
            steps.push(self.login_step("log in with the invented id"));
            steps.push(get("what the user gets (control); the invented id, replayed", 2));
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
            get("what a visitor gets, twice", 2),
            form(),
            self.login_step("log in"),
            get("what the access token gets, twice", 2),
        ];
        if let Some(refresh) = &bearer.refresh {
            let post = |what| once(what, "POST", &refresh.url);
            steps.push(post("refresh"));
            steps.push(get("what the new access token gets (control)", 1));
            steps.push(post("the old refresh token, replayed"));
            steps.push(post("the new refresh token after that: was the replay noticed?"));
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

/// Requests that find the session among the cookies.
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
