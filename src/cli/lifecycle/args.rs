//! Options of a session lifecycle probe, and the plan built from them. Secrets are read here and nowhere else.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::fetch;
use crate::cli::input;
use crate::cli::key_spec;
use crate::cli::pair::split_secret_pair;
use crate::cli::system;
use authkit::cookie::class::CookieClassifier;
use authkit::http::url::HttpUrl;
use authkit::lifecycle::{BearerPlan, FormField, LifecyclePlan, LogoutPlan, MAX_LOGINS, RefreshPlan};
use authkit::secret::Secret;
use clap::{Args, ValueEnum};
use rand_core::Rng as _;
use std::path::{Path, PathBuf};

/// Size limit of `--json-body`, in bytes.
const MAX_JSON: usize = 1024 * 1024;

/// `--csrf`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Csrf {
    /// Send hidden fields of the login page, and CSRF tokens of a meta tag or cookie as headers
    Auto,
    /// Send only the given fields
    Off,
}

/// `--logout-method`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LogoutMethodArg {
    Post,
    Get,
}

/// Options of a session lifecycle probe.
#[derive(Args)]
#[command(next_help_heading = "Session lifecycle")]
pub struct LifecycleArgs {
    /// Log in at URL and check the session lifecycle
    ///
    /// Use a test account. Logs in at most --max-logins times, at one origin, over https or to this machine, and stops
    /// at the first rejected login or status 429. Replayed copies of cookies show which cookie is the session, whether
    /// it is renewed at login and rejected after logout; values are never compared. --dry-run prints the plan and sends
    /// nothing.
    #[arg(long, value_name = "URL", requires = "protected")]
    pub login: Option<String>,

    /// Get the login form from URL [default: URL of --login]
    #[arg(long, value_name = "URL", requires = "login", hide_short_help = true)]
    login_page: Option<String>,

    /// Set a login field: user=alice, password=env:PW (repeatable)
    ///
    /// Literal passwords would stay in the shell history, so fields that look secret must use env:NAME, file:PATH,
    /// prompt: or -; text:VALUE overrides this.
    #[arg(long, value_name = "NAME=VALUE", requires = "login")]
    form: Vec<String>,

    /// Log in with the JSON object in FILE, plus --form fields
    #[arg(long, value_name = "FILE", requires = "login", hide_short_help = true)]
    json_body: Option<PathBuf>,

    /// Select the CSRF protection to send
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto", requires = "login", hide_short_help = true)]
    csrf: Csrf,

    /// Request this page to classify sessions as user or anonymous
    #[arg(long, value_name = "URL", requires = "login")]
    protected: Option<String>,

    /// Expect TEXT on the protected page only when authenticated
    ///
    /// Without it, responses are compared.
    #[arg(long, value_name = "TEXT", requires = "login", hide_short_help = true)]
    marker: Option<String>,

    /// Log out at URL, and replay copies of the cookies afterwards
    #[arg(long, value_name = "URL", requires = "login")]
    logout: Option<String>,

    /// Set the HTTP method of the logout
    #[arg(
        long,
        value_enum,
        value_name = "METHOD",
        default_value = "post",
        requires = "logout",
        hide_short_help = true
    )]
    logout_method: LogoutMethodArg,

    /// Use the access token at POINTER of the login response
    ///
    /// The token is then the session. POINTER is a JSON pointer such as /access_token.
    #[arg(long, value_name = "POINTER", requires = "login", hide_short_help = true)]
    bearer_from: Option<String>,

    /// Refresh the access token at URL and check token rotation
    ///
    /// Replays the old refresh token, and tries to refresh after logout.
    #[arg(long, value_name = "URL", requires = "bearer_from", hide_short_help = true)]
    refresh: Option<String>,

    /// Read the refresh token at POINTER
    #[arg(
        long,
        value_name = "POINTER",
        default_value = "/refresh_token",
        requires = "refresh",
        hide_short_help = true
    )]
    refresh_from: String,

    /// Set a refresh field: client_id=app (repeatable, as --form)
    #[arg(long, value_name = "NAME=VALUE", requires = "refresh", hide_short_help = true)]
    refresh_form: Vec<String>,

    /// Send the credentials at most N times
    #[arg(long, value_name = "N", default_value_t = MAX_LOGINS, requires = "login", hide_short_help = true)]
    max_logins: u32,

    /// Print the planned requests, and send nothing
    #[arg(long, requires = "login")]
    pub dry_run: bool,

    /// Request each URL N times and estimate session id entropy
    ///
    /// Each request is sent without cookies (with --login: to the login page), and ids are taken from the cookies of
    /// the response. 20 is a good number; no number proves that ids are random.
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["headers", "har"],
        value_parser = clap::value_parser!(u16).range(5..=1000)
    )]
    pub samples: Option<u16>,
}

impl LifecycleArgs {
    /// The plan; `None` without `--login`. Prompts for secrets unless it is a dry run, and sends nothing.
    ///
    /// # Errors
    /// An invalid value, an unavailable secret, or an unsafe plan.
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
    // Normalised as it is sent: the host in lower case and in its ASCII form.
    let url = fetch::url(text).map_err(|fault| Failure::usage(format!("{option}: {fault}")))?;
    HttpUrl::parse(url.as_str()).map_err(|error| Failure::usage(format!("{option}: \"{text}\" {error}")))
}

/// 64 random bytes, for a session id that the server never issued.
fn random() -> Result<Secret<Vec<u8>>, Failure> {
    let mut rng = system::rng()?;
    let mut bytes = vec![0; 64];
    rng.fill_bytes(&mut bytes);
    Ok(Secret::new(bytes))
}

fn json(path: &Path) -> Result<Secret<String>, Failure> {
    let read = input::read_file(path, MAX_JSON)?;
    let text = String::from_utf8(read.bytes.expose().clone());
    text.map(Secret::new).map_err(|_| Failure::input(format!("{} is not UTF-8", read.name)))
}

/// Whether the name of a field suggests a secret value.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["pass", "pwd", "secret", "token", "otp", "passwort", "kennwort", "apikey", "api_key"];
    parts.iter().any(|part| name.contains(part)) || matches!(name.as_str(), "pin" | "pw" | "code")
}

fn field(context: &Context, option: &str, text: &str, dry: bool) -> Result<FormField, Failure> {
    let (name, value) = split_secret_pair(option, "NAME=VALUE", text)
        .map_err(|failure| failure.hint("use, for example, --form user=alice --form password=env:PW"))?;
    let is_source =
        value == "-" || value == "prompt:" || ["env:", "file:", "text:"].iter().any(|own| value.starts_with(own));
    if !is_source && looks_secret(name) {
        return Err(Failure::usage(format!("{option} {name}: a literal secret would stay in the shell history")).hint(
            format!("use {option} {name}=env:NAME, file:PATH, prompt: or - ({name}=text:VALUE overrides this)"),
        ));
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
    fn secret_field_is_recognised_by_name() {
        for name in ["password", "Passwd", "user_password", "pin", "otp", "client_secret", "pw"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["user", "email", "username", "next", "remember", "spinner"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
