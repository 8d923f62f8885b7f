//! Where exchanges come from.

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
    /// URLs to ask; with --headers, where the first response came from
    #[arg(value_name = "URL")]
    pub url: Vec<String>,

    /// Judge saved responses: what curl -i, curl -D or curl -v wrote, or header lines; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "har")]
    pub headers: Option<PathBuf>,

    /// Judge a HAR, as the network panel of a browser saves it; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub har: Option<PathBuf>,

    /// Judge what --record wrote; - is standard input
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

    /// Writes what was seen, if that was asked for.
    ///
    /// # Errors
    /// It cannot be written.
    #[cfg(feature = "net")]
    pub fn record(&self, got: &CollectedExchanges, context: &Context) -> Result<(), Failure> {
        self.live.record(got, context)
    }

    /// How the network is used.
    ///
    /// # Errors
    /// A value that cannot be understood.
    #[cfg(feature = "net")]
    pub fn tools(&self) -> Result<HttpSettings, Failure> {
        self.live.tools()
    }

    /// Reads or asks.
    ///
    /// # Errors
    /// Nothing was named, or it cannot be read.
    pub fn get(&self, target: Option<&[String]>, context: &Context) -> Result<CollectedExchanges, Failure> {
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
            return Err(Failure::usage(
                "there is nothing to judge: name a URL, --urls FILE, --headers FILE or --har FILE",
            ));
        }
        self.live.send_requests(&urls, context)
    }

    #[cfg(not(feature = "net"))]
    fn live(&self, _: &[String], _: &Context) -> Result<CollectedExchanges, Failure> {
        Err(Failure::usage("this build asks no network: --headers FILE or --har FILE"))
    }
}
