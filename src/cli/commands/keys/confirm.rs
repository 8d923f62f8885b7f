//! `--confirm-url`: the published set is fetched as a verifier would, and searched for the keys of the store.

use super::published_jwks;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::network_args::FetchArgs;
use authkit::http::url::shown_reference;
use authkit::key::KeySet;
use authkit::rotation::{KeyState, KeyStore};
use authkit::time::UnixTime;
use clap::Args;

#[derive(Args)]
pub struct ConfirmUrlArgs {
    /// Fetch the published set and look for the keys: what is there counts as published
    #[arg(long, value_name = "URL")]
    confirm_url: Option<String>,

    #[command(flatten)]
    fetching: FetchArgs,
}

impl ConfirmUrlArgs {
    pub fn is_asked(&self) -> bool {
        self.confirm_url.is_some()
    }

    /// Fetches the set; never from a cache of ours.
    ///
    /// # Errors
    /// No network, or something else than a key set.
    pub fn ask(&self, context: &Context) -> Result<Option<KeySet>, Failure> {
        let Some(url) = &self.confirm_url else { return Ok(None) };
        if !["https:", "http:", "oidc:"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(
                Failure::usage(format!("--confirm-url: \"{}\" is not a URL", shown_reference(url))).hint("https://…")
            );
        }
        let settings = self.fetching.settings(None)?;
        fetch(context, &settings, url)
            .map(Some)
            .map_err(|failure| failure.hint("nothing was changed; a key is promoted only when it is seen at that URL"))
    }

    /// Says what stands wrong at the URL.
    pub fn compare(&self, context: &Context, set: &KeySet, store: &KeyStore, now: UnixTime) {
        let url = shown_reference(self.confirm_url.as_deref().unwrap_or_default());
        for (key, state) in store.states(now) {
            let kid = key.kid.as_deref().unwrap_or_default();
            let missing = !published_jwks::holds(set, key);
            if missing && matches!(state, KeyState::Active | KeyState::Retiring) {
                context.warn(format!(
                    "\"{kid}\" is {} and not at {url}: who fetches the set there refuses its tokens",
                    state.name()
                ));
            }
            if missing && set.keys.iter().any(|own| own.kid == key.kid) {
                context.warn(format!("another key stands at {url} under the kid \"{kid}\""));
            }
        }
        for key in &set.keys {
            if let Some(dead) = store.tombstone(key) {
                context.warn(format!("\"{}\" is {} and still at {url}", dead.kid, dead.state().name()));
            }
        }
    }
}

#[cfg(feature = "net")]
fn fetch(
    context: &Context,
    settings: &crate::cli::fetch_settings::FetchSettings,
    url: &str,
) -> Result<KeySet, Failure> {
    if let Some(why) = settings.offline {
        return Err(Failure::environment(format!("{why} forbids to fetch {}", shown_reference(url))));
    }
    Ok(crate::cli::remote_keys::load(context, settings, url)?.set)
}

#[cfg(not(feature = "net"))]
fn fetch(_: &Context, _: &crate::cli::fetch_settings::FetchSettings, url: &str) -> Result<KeySet, Failure> {
    Err(Failure::usage(format!("this authkit was built without the network; {} is not fetched", shown_reference(url))))
}
