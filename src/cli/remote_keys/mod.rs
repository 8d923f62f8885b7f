//! Public keys from the network: a key set at a URL, or the one that an OpenID provider names.
//!
//! The host of a key set decides which tokens are good, so it is the user who names it, and everything on the way is
//! held to that name: TLS, redirects of the same origin only, an issuer that says the same of itself.

use super::context::Context;
use super::failure::Failure;
use super::fetch_settings::FetchSettings;
use super::loaded_keys::{Freshness, LoadedKeys};
use super::system;
use authkit::http::url::shown_reference;
use authkit::key::KeySet;
use authkit::time::UnixTime;

mod cache;
mod fetch;
mod location;

use cache::JwksCache;
use fetch::FetchedJwks;
use location::JwksLocation;

/// Between two fetches of one key set in a run, or in search of a kid, in seconds.
pub const COOL_DOWN: i64 = 30;

/// Loads the keys of `spec`, from the cache when that holds them and they are fresh.
///
/// # Errors
/// A SPEC that cannot be meant, no network, and all that can be wrong with what is there.
pub fn load(context: &Context, settings: &FetchSettings, spec: &str) -> Result<LoadedKeys, Failure> {
    let place = JwksLocation::parse(spec)?;
    let cache = settings.cache.as_deref().map(|folder| JwksCache::open(folder, spec)).transpose()?;
    let now = system::now().0;
    if let Some(entry) =
        cache.as_ref().and_then(|cache| cache.read(context, now)).filter(|entry| now < entry.fresh_until)
    {
        context
            .note_origin("keys", &format!("{}, from the cache of {}", shown_reference(spec), UnixTime(entry.fetched)));
        return loaded(context, &place, &entry, fetch::key_set(spec, &entry.jwks)?);
    }
    let (set, fetched) = fetch(context, settings, &place, spec, now)?;
    context.note_origin("keys", &format!("{}, fetched", shown_reference(spec)));
    let loaded = loaded(context, &place, &fetched, set)?;
    keep(context, cache.as_ref(), fetched, &loaded)?;
    Ok(loaded)
}

/// Keeps an answer in the cache. One without keys replaces what was kept, and is asked for again the next time.
fn keep(
    context: &Context,
    cache: Option<&JwksCache>,
    fetched: FetchedJwks,
    loaded: &LoadedKeys,
) -> Result<(), Failure> {
    let Some(cache) = cache else { return Ok(()) };
    let fresh_until = if loaded.set.keys.is_empty() { fetched.fetched } else { fetched.fresh_until };
    cache.write(context, &FetchedJwks { fresh_until, ..fetched })
}

/// The text of the key set of `spec`, whatever it is worth: asked for now, or from the cache when the network is
/// forbidden.
///
/// # Errors
/// A SPEC that cannot be meant, no network, no answer.
pub fn text(context: &Context, settings: &FetchSettings, spec: &str) -> Result<String, Failure> {
    let place = JwksLocation::parse(spec)?;
    let now = system::now().0;
    if settings.offline.is_some()
        && let Some(folder) = settings.cache.as_deref()
        && let Some(entry) = JwksCache::open(folder, spec)?.read(context, now).filter(|entry| now < entry.fresh_until)
    {
        return Ok(entry.jwks);
    }
    allowed(settings, spec)?;
    Ok(fetch::fetch(context, settings, &place, spec, now)?.jwks)
}

/// The keys of `spec` anew, because one is missing since the host was `asked`. When that is a moment ago, or the
/// network is forbidden, the instant at which it was asked last.
///
/// # Errors
/// What [`load`] says.
pub fn refetch(
    context: &Context,
    settings: &FetchSettings,
    spec: &str,
    asked: i64,
) -> Result<Result<LoadedKeys, i64>, Failure> {
    let now = system::now().0;
    if now.saturating_sub(asked) < COOL_DOWN {
        return Ok(Err(asked));
    }
    let place = JwksLocation::parse(spec)?;
    let cache = settings.cache.as_deref().map(|folder| JwksCache::open(folder, spec)).transpose()?;
    let entry = cache.as_ref().and_then(|cache| cache.read(context, now));
    // Another run may have asked in the meantime. A set that turned out empty is never fresh, and is an answer still.
    if let Some(entry) = entry.as_ref().filter(|entry| entry.fetched > asked) {
        let loaded = loaded(context, &place, entry, fetch::key_set(spec, &entry.jwks)?)?;
        if now < entry.fresh_until || loaded.set.keys.is_empty() {
            return Ok(Ok(loaded));
        }
    }
    let last = entry.as_ref().map_or(asked, |entry| entry.tried().max(asked));
    if now.saturating_sub(last) < COOL_DOWN || settings.offline.is_some() {
        return Ok(Err(last));
    }
    context.note_origin("keys", &format!("{}, asked again for an unknown kid", shown_reference(spec)));
    match (fetch(context, settings, &place, spec, now), cache, entry) {
        (Ok((set, fetched)), cache, _) => {
            let loaded = loaded(context, &place, &fetched, set)?;
            keep(context, cache.as_ref(), fetched, &loaded)?;
            Ok(Ok(loaded))
        }
        (Err(failure), Some(cache), Some(entry)) => {
            cache.write(context, &FetchedJwks { tried: Some(now), ..entry })?;
            Err(failure)
        }
        (Err(failure), _, _) => Err(failure),
    }
}

fn loaded(
    context: &Context,
    place: &JwksLocation,
    fetched: &FetchedJwks,
    mut set: KeySet,
) -> Result<LoadedKeys, Failure> {
    let source = shown_reference(&fetched.source);
    let before = set.keys.len();
    set.keys.retain(|key| !key.is_secret());
    if set.keys.len() < before {
        context.warn(format!("{source} publishes a secret, with which everyone can sign; it is left out"));
    }
    if set.keys.iter().any(|key| key.is_private()) {
        context
            .warn(format!("{source} publishes a private key, with which everyone can sign; its owner must replace it"));
    }
    set.keys = set.keys.into_iter().map(|key| key.public().unwrap_or(key)).collect();
    let issuer = place.issuer().map(str::to_owned);
    let freshness = Some(Freshness { asked: fetched.tried(), fresh_until: fetched.fresh_until });
    Ok(LoadedKeys { set, source, issuer, raw: false, freshness })
}

/// Asks the network.
fn fetch(
    context: &Context,
    settings: &FetchSettings,
    place: &JwksLocation,
    spec: &str,
    now: i64,
) -> Result<(KeySet, FetchedJwks), Failure> {
    allowed(settings, spec)?;
    let fetched = fetch::fetch(context, settings, place, spec, now)?;
    Ok((fetch::key_set(spec, &fetched.jwks)?, fetched))
}

/// Whether the network may be asked.
fn allowed(settings: &FetchSettings, spec: &str) -> Result<(), Failure> {
    if let Some(who) = settings.offline {
        return Err(Failure::environment(format!(
            "{who} forbids the network, and the keys of {} are not at hand",
            shown_reference(spec)
        ))
        .hint("--jwks-cache DIR keeps them for a while; a downloaded file can be named instead"));
    }
    Ok(())
}
