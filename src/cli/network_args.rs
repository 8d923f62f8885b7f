//! Options of commands that accept remote keys, and the settings they resolve to.

use super::context::Context;
use super::failure::Failure;
use super::fetch_settings::FetchSettings;
#[cfg(feature = "net")]
use super::key_file;
use super::system;
use authkit::time::Span;
use clap::Args;
#[cfg(feature = "net")]
use std::path::Path;
use std::path::PathBuf;

/// Options of every fetch.
#[derive(Args)]
#[command(next_help_heading = "Remote keys")]
pub struct FetchArgs {
    /// Trust the CA certificates in FILE (PEM) only
    ///
    /// They replace the trust store of the system.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    cacert: Option<PathBuf>,

    /// Set the time limit of a fetch [default: 10s]
    #[arg(long, value_name = "DURATION", hide_short_help = true)]
    timeout: Option<String>,

    /// Use cached keys, never the network [env: AUTHKIT_OFFLINE]
    #[arg(long, hide_short_help = true)]
    offline: bool,
}

/// Options of commands that accept remote keys.
#[derive(Args)]
#[command(next_help_heading = "Remote keys")]
pub struct NetworkArgs {
    #[command(flatten)]
    fetching: FetchArgs,

    /// Cache remote keys in DIR
    ///
    /// Entries are fresh as long as Cache-Control allows, at most 24 hours. An unknown kid in a token triggers a new
    /// fetch, at most every 30 seconds.
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    jwks_cache: Option<PathBuf>,
}

/// Size limit of a `--cacert` file, in bytes.
#[cfg(feature = "net")]
const MAX_AUTHORITIES: usize = 16 * 1024 * 1024;

/// Reads the CA certificates of `--cacert`. A user who can change the file can impersonate any host.
///
/// # Errors
/// A file that cannot be read, or that another user can change.
#[cfg(feature = "net")]
pub fn authorities(path: &Path) -> Result<Vec<u8>, Failure> {
    let input = key_file::read_trusted(path, MAX_AUTHORITIES)?;
    let name = &input.name;
    if let Some(why) = input.exposure.changeable() {
        let hint = match input.exposure.writable {
            true => format!("check the certificates in it, then run: chmod o-w {name}"),
            false => "copy it into a directory that you own and name the copy with --cacert FILE".to_owned(),
        };
        return Err(Failure::input(format!("--cacert: {name} is not trusted: {why}")).hint(hint));
    }
    Ok(input.bytes.expose().clone())
}

/// Upper limit of `--timeout`.
const LONGEST: Span = Span::seconds(600);

impl FetchArgs {
    /// The settings from the flags and `AUTHKIT_OFFLINE`; `cache` is the cache directory, if any.
    ///
    /// # Errors
    /// A value that cannot be understood.
    pub fn settings(&self, cache: Option<PathBuf>) -> Result<FetchSettings, Failure> {
        let timeout = match self.timeout.as_deref().map(Span::parse) {
            None => Span::seconds(10),
            Some(Ok(span)) if span > Span::default() && span <= LONGEST => span,
            Some(Ok(_)) => {
                return Err(Failure::usage(format!("--timeout must be more than 0 s and at most {LONGEST}")));
            }
            Some(Err(error)) => return Err(Failure::usage(format!("--timeout: {error}"))),
        };
        let offline = if self.offline { Some("--offline") } else { offline()? };
        Ok(FetchSettings { cacert: self.cacert.clone(), timeout, offline, cache })
    }
}

impl NetworkArgs {
    /// Allows remote keys in this run.
    ///
    /// # Errors
    /// An invalid value.
    pub fn allow(&self, context: &Context) -> Result<(), Failure> {
        context.allow_network(self.fetching.settings(self.jwks_cache.clone())?);
        Ok(())
    }
}

/// The environment variable that forbids network access, if set.
///
/// # Errors
/// An invalid value.
pub fn offline() -> Result<Option<&'static str>, Failure> {
    match system::variable("AUTHKIT_OFFLINE").as_deref() {
        None | Some("0" | "false") => Ok(None),
        Some("1" | "true") => Ok(Some("AUTHKIT_OFFLINE")),
        Some(_) => Err(Failure::usage("AUTHKIT_OFFLINE must be 1, true, 0 or false")),
    }
}
