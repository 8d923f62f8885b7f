//! What is going to be asked, as data: it can be checked and shown before anything is sent.

use crate::cookie::address::Address;
use crate::encoding::json::Object;
use crate::secret::Secret;
use std::fmt;

/// How often at most a login is tried, unless the user says otherwise.
pub const MAX_LOGINS: u32 = 5;

/// Cookies that are taken away one at a time; more would be a flood of requests.
pub const MAX_COOKIES: usize = 12;

/// A field of the login form. The value may be a password.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub value: Secret<String>,
}

/// How a session is ended.
#[derive(Clone)]
pub struct Leaving {
    pub url: Address,
    /// By GET instead of POST.
    pub get: bool,
}

/// The plan.
#[derive(Clone)]
pub struct Plan {
    /// Takes the login, by POST.
    pub login: Address,
    /// Shows the form, by GET; usually the same.
    pub page: Address,
    /// Answers differently to a visitor and to the user.
    pub protected: Address,
    pub logout: Option<Leaving>,
    pub fields: Vec<Field>,
    /// The login is this JSON object, and the fields are members of it.
    pub json: Option<Secret<String>>,
    /// Send what the page has against forged requests: hidden fields, and tokens as headers.
    pub csrf: bool,
    /// Text that only the user sees at `protected`.
    pub marker: Option<String>,
    pub max_logins: u32,
    /// Random bytes for an id that nobody issued.
    pub random: Secret<Vec<u8>>,
}

/// Why a plan is not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlanError {
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
}

impl fmt::Display for PlanError {
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
        }
    }
}

impl std::error::Error for PlanError {}

/// A step of the plan, for eyes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    /// What it is good for.
    pub what: &'static str,
    pub method: &'static str,
    pub url: Address,
    /// How often at most, redirects not counted.
    pub times: usize,
    /// Sends the credentials.
    pub is_login: bool,
}

impl Plan {
    /// Whether the plan can be carried out without harm: encrypted or local, one origin, few logins.
    ///
    /// # Errors
    /// What speaks against it.
    pub fn check(&self) -> Result<(), PlanError> {
        let all = [&self.login, &self.page, &self.protected].into_iter();
        for url in all.chain(self.logout.as_ref().map(|leaving| &leaving.url)) {
            if !url.secure && !url.is_loopback() {
                return Err(PlanError::NotSafe(url.shown()));
            }
            if url.origin() != self.login.origin() {
                return Err(PlanError::OtherOrigin { login: self.login.origin(), other: url.origin() });
            }
        }
        if self.fields.is_empty() && self.json.is_none() {
            return Err(PlanError::NothingToLogInWith);
        }
        if self.max_logins == 0 {
            return Err(PlanError::NoLogins);
        }
        if self.marker.as_ref().is_some_and(String::is_empty) {
            return Err(PlanError::EmptyMarker);
        }
        if let Some(json) = &self.json {
            Object::parse(json.expose()).map_err(|error| PlanError::NotAnObject(error.to_string()))?;
        }
        if self.random.expose().len() < 32 {
            return Err(PlanError::TooLittleRandomness);
        }
        Ok(())
    }

    /// What would be asked, in order, if every step were possible.
    pub fn steps(&self) -> Vec<Planned> {
        let get =
            |what, url: &Address, times| Planned { what, method: "GET", url: url.clone(), times, is_login: false };
        let post = |what| Planned { what, method: "POST", url: self.login.clone(), times: 1, is_login: true };
        let mut steps = vec![
            get("what a visitor gets, twice", &self.protected, 2),
            get("the login form, and the cookies before login", &self.page, 1),
            get("the cookies before login open nothing (control)", &self.protected, 1),
            post("log in"),
            get("what the user gets, twice", &self.protected, 2),
            get("which cookie is the session: without each, and each alone", &self.protected, MAX_COOKIES * 2),
            get("the cookies before login, replayed after it; those after it (control)", &self.protected, 2),
        ];
        if self.max_logins > 1 {
            steps.extend([
                get("an invented id opens nothing (control)", &self.protected, 1),
                get("the login form with the invented id", &self.page, 1),
                post("log in with the invented id"),
                get("what the user gets; the invented id, replayed", &self.protected, 2),
            ]);
        }
        if let Some(leaving) = &self.logout {
            steps.push(get("copies of the cookies open it (control)", &self.protected, 2));
            let method = if leaving.get { "GET" } else { "POST" };
            steps.push(Planned { what: "log out", method, url: leaving.url.clone(), times: 1, is_login: false });
            steps.push(get("the browser after logout; copies of its cookies, replayed", &self.protected, 3));
        }
        steps
    }
}
