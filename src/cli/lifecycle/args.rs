//! The options of a login, and the plan that they come to.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::fetch;
use crate::cli::input;
use crate::cli::key_spec;
use crate::cli::system;
use authkit::cookie::class::CookieClassifier;
use authkit::http::url::HttpUrl;
use authkit::lifecycle::{BearerPlan, FormField, LifecyclePlan, LogoutPlan, MAX_LOGINS, RefreshPlan};
use authkit::secret::Secret;
use clap::{Args, ValueEnum};
use rand_core::Rng as _;
use std::path::{Path, PathBuf};

/// A JSON login is as small as a form.
const MAX_JSON: usize = 1024 * 1024;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Csrf {
    /// Send what the login page has: hidden fields, and tokens of a meta tag or a cookie as headers
    Auto,
    /// Send nothing but the fields that were given
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LogoutMethodArg {
    Post,
    Get,
}

#[derive(Args)]
#[command(next_help_heading = "Life cycle of a session")]
pub struct LifecycleArgs {
    /// Log in at URL and look what becomes of the session; use an account made for tests
    ///
    /// Logs in at most --max-logins times, at one origin, over https or to this machine, and stops at the first
    /// refusal or 429. Which cookie is the session, whether it is new at login and over after logout is told by
    /// sending copies of cookies again, never by comparing their values. --dry-run shows the plan and sends nothing.
    #[arg(long, value_name = "URL", requires = "protected")]
    pub login: Option<String>,

    /// Get the login form from URL [default: that of --login]
    #[arg(long, value_name = "URL", requires = "login", hide_short_help = true)]
    login_page: Option<String>,

    /// Field of the login: user=alice, password=env:PW, file:PATH, prompt: or - (repeatable)
    ///
    /// Passwords as they are would stay in the shell history, so fields that look secret take env:, file:, prompt:
    /// or - alone; text:VALUE insists.
    #[arg(long, value_name = "NAME=VALUE", requires = "login")]
    form: Vec<String>,

    /// Log in with the JSON object in FILE; --form fields become members of it
    #[arg(long, value_name = "FILE", requires = "login", hide_short_help = true)]
    json_body: Option<PathBuf>,

    /// What to send against forged requests
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto", requires = "login", hide_short_help = true)]
    csrf: Csrf,

    /// Page that answers differently to the user and to a visitor
    #[arg(long, value_name = "URL", requires = "login")]
    protected: Option<String>,

    /// Text on the protected page that only the user sees; without it, answers are compared
    #[arg(long, value_name = "TEXT", requires = "login", hide_short_help = true)]
    marker: Option<String>,

    /// Log out at URL, and send copies of the cookies after it
    #[arg(long, value_name = "URL", requires = "login")]
    logout: Option<String>,

    /// How to log out
    #[arg(
        long,
        value_enum,
        value_name = "METHOD",
        default_value = "post",
        requires = "logout",
        hide_short_help = true
    )]
    logout_method: LogoutMethodArg,

    /// The login hands out an access token at POINTER of its JSON, and that is the session: /access_token
    #[arg(long, value_name = "POINTER", requires = "login", hide_short_help = true)]
    bearer_from: Option<String>,

    /// Renew the access token at URL, replay the old refresh token, and try it after logout
    #[arg(long, value_name = "URL", requires = "bearer_from", hide_short_help = true)]
    refresh: Option<String>,

    /// Where the refresh token is
    #[arg(
        long,
        value_name = "POINTER",
        default_value = "/refresh_token",
        requires = "refresh",
        hide_short_help = true
    )]
    refresh_from: String,

    /// Field of the refresh: client_id=app (repeatable; values as in --form)
    #[arg(long, value_name = "NAME=VALUE", requires = "refresh", hide_short_help = true)]
    refresh_form: Vec<String>,

    /// Send the credentials at most N times
    #[arg(long, value_name = "N", default_value_t = MAX_LOGINS, requires = "login", hide_short_help = true)]
    max_logins: u32,

    /// Show what would be sent, and send nothing
    #[arg(long, requires = "login")]
    pub dry_run: bool,

    /// Ask each URL (with --login: the login page) as N visitors, and tell what their ids leave to guess
    ///
    /// Ids are taken from the cookies that visitors get. 20 is a good number; no number shows that ids are random.
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["headers", "har"],
        value_parser = clap::value_parser!(u16).range(5..=1000)
    )]
    pub samples: Option<u16>,
}

impl LifecycleArgs {
    /// The plan, when a login was asked for. Asks for secrets unless it is only shown, and sends nothing.
    ///
    /// # Errors
    /// A value that cannot be understood, a secret that cannot be had, a plan that would do harm.
    pub fn plan(&self, context: &Context, names: &CookieClassifier) -> Result<Option<LifecyclePlan>, Failure> {
        let dry = self.dry_run;
        let (Some(login), Some(protected)) = (&self.login, &self.protected) else { return Ok(None) };
        let login = address("--login", login)?;
        let optional =
            |option: &str, text: &Option<String>| text.as_deref().map(|text| address(option, text)).transpose();
        let logout = optional("--logout", &self.logout)?;
        let mut plan = LifecyclePlan {
            page: optional("--login-page", &self.login_page)?.unwrap_or_else(|| login.clone()),
            login,
            protected: address("--protected", protected)?,
            logout: logout.map(|url| LogoutPlan { url, get: self.logout_method == LogoutMethodArg::Get }),
            fields: self.form.iter().map(|text| field(context, "--form", text, dry)).collect::<Result<_, _>>()?,
            json: None,
            csrf: self.csrf == Csrf::Auto,
            marker: self.marker.clone(),
            max_logins: self.max_logins,
            bearer: self.bearer(context, dry)?,
            names: names.clone(),
            random: random()?,
        };
        if let Some(path) = &self.json_body {
            plan.json = Some(json(path)?);
        }
        plan.check().map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Some(plan))
    }
}

impl LifecycleArgs {
    fn bearer(&self, context: &Context, dry: bool) -> Result<Option<BearerPlan>, Failure> {
        let Some(access) = self.bearer_from.clone() else { return Ok(None) };
        let Some(url) = &self.refresh else { return Ok(Some(BearerPlan { access, refresh: None })) };
        let fields = self.refresh_form.iter().map(|text| field(context, "--refresh-form", text, dry));
        let refresh = RefreshPlan {
            url: address("--refresh", url)?,
            token: self.refresh_from.clone(),
            fields: fields.collect::<Result<_, _>>()?,
        };
        Ok(Some(BearerPlan { access, refresh: Some(refresh) }))
    }
}

fn address(option: &str, text: &str) -> Result<HttpUrl, Failure> {
    // As it is sent: the host in lower case and in its ASCII form.
    let url = fetch::url(text).map_err(|fault| Failure::usage(format!("{option}: {fault}")))?;
    HttpUrl::parse(url.as_str()).map_err(|error| Failure::usage(format!("{option}: \"{text}\" {error}")))
}

/// 64 bytes for an id that nobody issued.
fn random() -> Result<Secret<Vec<u8>>, Failure> {
    let mut rng = system::rng().ok_or_else(|| Failure::environment("the system has no randomness"))?;
    let mut bytes = vec![0; 64];
    rng.fill_bytes(&mut bytes);
    Ok(Secret::new(bytes))
}

fn json(path: &Path) -> Result<Secret<String>, Failure> {
    let read = input::read_file(path, MAX_JSON)?;
    let text = String::from_utf8(read.bytes.expose().clone());
    text.map(Secret::new).map_err(|_| Failure::input(format!("{} is not UTF-8", read.name)))
}

/// Whether a field holds something that must not be seen, as its name tells.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["pass", "pwd", "secret", "token", "otp", "passwort", "kennwort", "apikey", "api_key"];
    parts.iter().any(|part| name.contains(part)) || matches!(name.as_str(), "pin" | "pw" | "code")
}

fn field(context: &Context, option: &str, text: &str, dry: bool) -> Result<FormField, Failure> {
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err(Failure::usage(format!("{option} takes NAME=VALUE"))
            .hint("for example --form user=alice --form password=env:PW"));
    };
    let is_source =
        value == "-" || value == "prompt:" || ["env:", "file:", "text:"].iter().any(|own| value.starts_with(own));
    if !is_source && looks_secret(name) {
        return Err(Failure::usage(format!("{option} {name}: a secret as it is stays in the shell history"))
            .hint(format!("{option} {name}=env:NAME, file:PATH, prompt: or - ({name}=text:VALUE insists)")));
    }
    let value = match (is_source, dry) {
        (false, _) => value.to_owned(),
        (true, true) => String::new(),
        (true, false) => {
            let bytes = key_spec::words_from(context, value, "the value of a field", name)?;
            let text = String::from_utf8(bytes.expose().clone());
            text.map_err(|_| Failure::input(format!("{option} {name}: the value is not UTF-8")))?
        }
    };
    Ok(FormField { name: name.to_owned(), value: Secret::new(value) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name() {
        for name in ["password", "Passwd", "user_password", "pin", "otp", "client_secret", "pw"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["user", "email", "username", "next", "remember", "spinner"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
