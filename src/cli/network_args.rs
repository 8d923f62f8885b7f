//! The options of commands that may take public keys from the network, and what they come to.

use super::context::Context;
use super::failure::Failure;
#[cfg(feature = "net")]
use super::fetch_settings::FetchSettings;
use super::key_file;
use super::system;
use authkit::time::Span;
use clap::Args;
#[cfg(feature = "net")]
use std::path::Path;
use std::path::PathBuf;

/// How a fetch goes.
#[derive(Args)]
#[command(next_help_heading = "Keys from the network")]
pub struct FetchArgs {
    /// Trust the authorities in FILE (PEM) instead of the system's
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    cacert: Option<PathBuf>,

    /// How long a fetch may take [default: 10s]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    timeout: Option<String>,

    /// Never use the network; what a cache holds still counts [env: AUTHKIT_OFFLINE]
    #[arg(long, hide_short_help = true)]
    offline: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Keys from the network")]
pub struct NetworkArgs {
    #[command(flatten)]
    fetching: FetchArgs,

    /// Keep key sets in DIR for as long as their hosts allow, at most 24 hours
    ///
    /// A token with an unknown kid has the set fetched again, at most every 30 seconds.
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    jwks_cache: Option<PathBuf>,
}

/// The most that is read of a file of authorities.
#[cfg(feature = "net")]
const MAX_AUTHORITIES: usize = 16 * 1024 * 1024;

/// The authorities of `--cacert`: who can change the file decides which hosts are genuine.
///
/// # Errors
/// A file that cannot be read, or that another user can change.
#[cfg(feature = "net")]
pub fn authorities(path: &Path) -> Result<Vec<u8>, Failure> {
    let input = key_file::read(path, MAX_AUTHORITIES)?;
    let name = &input.name;
    if let Some(why) = input.exposure.changeable() {
        let hint = match input.exposure.writable {
            true => format!("check the certificates in it, then run chmod o-w {name}"),
            false => "copy it into a directory of your own and name the copy with --cacert FILE".to_owned(),
        };
        return Err(Failure::input(format!("--cacert: {name} is not trusted: {why}")).hint(hint));
    }
    Ok(input.bytes.expose().clone())
}

/// The longest that a fetch may be told to take.
const LONGEST: Span = Span::seconds(600);

impl FetchArgs {
    /// What the flags and `AUTHKIT_OFFLINE` come to, with a cache or without.
    ///
    /// # Errors
    /// A value that cannot be understood.
    pub fn settings(&self, cache: Option<PathBuf>) -> Result<FetchSettings, Failure> {
        let timeout = match self.timeout.as_deref().map(Span::parse) {
            None => Span::seconds(10),
            Some(Ok(span)) if span > Span::default() && span <= LONGEST => span,
            Some(Ok(_)) => return Err(Failure::usage(format!("--timeout: more than 0 s and at most {LONGEST}"))),
            Some(Err(error)) => return Err(Failure::usage(format!("--timeout: {error}"))),
        };
        let offline = if self.offline { Some("--offline") } else { offline()? };
        Ok(FetchSettings { cacert: self.cacert.clone(), timeout, offline, cache })
    }
}

impl NetworkArgs {
    /// Lets keys come from the network in this run.
    ///
    /// # Errors
    /// A value that cannot be understood.
    pub fn allow(&self, context: &Context) -> Result<(), Failure> {
        context.allow_network(self.fetching.settings(self.jwks_cache.clone())?);
        Ok(())
    }
}

/// What of the environment forbids the network, when something does.
///
/// # Errors
/// A value that cannot be understood.
pub fn offline() -> Result<Option<&'static str>, Failure> {
    match system::variable("AUTHKIT_OFFLINE").as_deref() {
        None | Some("0" | "false") => Ok(None),
        Some("1" | "true") => Ok(Some("AUTHKIT_OFFLINE")),
        Some(_) => Err(Failure::usage("AUTHKIT_OFFLINE must be 1, true, 0 or false")),
    }
}
