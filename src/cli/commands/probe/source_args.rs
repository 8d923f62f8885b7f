//! The sources of exchanges: live URLs, saved responses, HAR files and recordings.

use super::collected::CollectedExchanges;
#[cfg(feature = "net")]
use super::http_settings::HttpSettings;
use super::saved;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct SourceArgs {
    /// URLs to request; with --headers, URL of the first response
    #[arg(value_name = "URL")]
    pub url: Vec<String>,

    /// Check saved responses, such as curl -i output (- for stdin)
    ///
    /// FILE is the output of curl -i, curl -D or curl -v, or plain header lines.
    #[arg(long, value_name = "FILE", conflicts_with = "har")]
    pub headers: Option<PathBuf>,

    /// Check a HAR file that a browser saved (- for stdin)
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub har: Option<PathBuf>,

    /// Check a recording written with --record (- for stdin)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "headers", "har"])]
    pub replay: Option<PathBuf>,

    #[cfg(feature = "net")]
    #[command(flatten)]
    live: super::live_requests::LiveRequestArgs,
}

impl SourceArgs {
    /// Whether no source was named.
    #[cfg(feature = "net")]
    pub fn is_empty(&self) -> bool {
        self.url.is_empty() && !self.live.has_list() && self.headers.is_none() && self.har.is_none()
    }

    /// Writes the recording of `--record`, if set.
    ///
    /// # Errors
    /// The file cannot be written.
    #[cfg(feature = "net")]
    pub fn record(&self, collected: &CollectedExchanges, context: &Context) -> Result<(), Failure> {
        self.live.record(collected, context)
    }

    /// The HTTP settings of session checks.
    ///
    /// # Errors
    /// A flag has an invalid value.
    #[cfg(feature = "net")]
    pub fn http_settings(&self) -> Result<HttpSettings, Failure> {
        self.live.http_settings()
    }

    /// Reads the saved source, or sends the requests.
    ///
    /// # Errors
    /// No source was named, or it cannot be read.
    pub fn collect(&self, target: Option<&[String]>, context: &Context) -> Result<CollectedExchanges, Failure> {
        match (&self.headers, &self.har, &self.replay) {
            (Some(name), ..) => saved::headers(name, &self.url, context),
            (None, Some(name), _) => saved::har(name, context),
            (None, None, Some(name)) => saved::replay(name, context),
            (None, None, None) => self.live(target.unwrap_or_default(), context),
        }
    }

    #[cfg(feature = "net")]
    fn live(&self, target: &[String], context: &Context) -> Result<CollectedExchanges, Failure> {
        let urls = [&self.url, target].concat();
        if urls.is_empty() && !self.live.has_list() {
            return Err(Failure::usage("nothing to check: pass a URL, --urls FILE, --headers FILE or --har FILE"));
        }
        self.live.send_requests(&urls, context)
    }

    #[cfg(not(feature = "net"))]
    fn live(&self, _: &[String], _: &Context) -> Result<CollectedExchanges, Failure> {
        Err(Failure::usage("this build has no network support: pass --headers FILE or --har FILE"))
    }
}
