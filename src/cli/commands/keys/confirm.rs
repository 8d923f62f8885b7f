//! `--confirm-url`: fetches the published JWKS as a verifier would and looks for the keys of the key store in it. It
//! never uses a cache, since a key counts as published only when verifiers can fetch it.

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
    /// Fetch the JWKS at URL and record its keys as published
    #[arg(long, value_name = "URL")]
    confirm_url: Option<String>,

    #[command(flatten)]
    fetching: FetchArgs,
}

impl ConfirmUrlArgs {
    /// Whether `--confirm-url` is set.
    pub fn is_asked(&self) -> bool {
        self.confirm_url.is_some()
    }

    /// Fetches the JWKS, never from authkit's cache.
    ///
    /// # Errors
    /// No network access, or a response that is not a JWKS.
    pub fn ask(&self, context: &Context) -> Result<Option<KeySet>, Failure> {
        let Some(url) = &self.confirm_url else { return Ok(None) };
        if !["https:", "http:", "oidc:"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(Failure::usage(format!("--confirm-url: \"{}\" is not a URL", shown_reference(url)))
                .hint("pass a URL such as https://…"));
        }
        let settings = self.fetching.settings(None)?;
        fetch(context, &settings, url)
            .map(Some)
            .map_err(|failure| failure.hint("nothing was changed; a key is promoted only after it appears at that URL"))
    }

    /// Warns about differences between the JWKS at the URL and the key store.
    pub fn compare(&self, context: &Context, set: &KeySet, store: &KeyStore, now: UnixTime) {
        let url = shown_reference(self.confirm_url.as_deref().unwrap_or_default());
        for (key, state) in store.states(now) {
            let kid = key.kid.as_deref().unwrap_or_default();
            let missing = !published_jwks::holds(set, key);
            if missing && matches!(state, KeyState::Active | KeyState::Retiring) {
                context.warn(format!(
                    "key \"{kid}\" is {} but not in {url}: verifiers that fetch it reject its tokens",
                    state.name()
                ));
            }
            if missing && set.keys.iter().any(|published| published.kid == key.kid) {
                context.warn(format!("{url} has a different key with the kid \"{kid}\""));
            }
        }
        for key in &set.keys {
            if let Some(tombstone) = store.tombstone(key) {
                context.warn(format!("key \"{}\" is {} but still in {url}", tombstone.kid, tombstone.state().name()));
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
        return Err(Failure::environment(format!("cannot fetch {}: {why} is set", shown_reference(url))));
    }
    Ok(crate::cli::remote_keys::load(context, settings, url)?.set)
}

#[cfg(not(feature = "net"))]
fn fetch(_: &Context, _: &crate::cli::fetch_settings::FetchSettings, url: &str) -> Result<KeySet, Failure> {
    Err(Failure::usage(format!("cannot fetch {}: authkit was built without network support", shown_reference(url))))
}
