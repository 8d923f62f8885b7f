//! Remote keys: a JWKS at a URL, or that of an OpenID provider found by discovery.
//!
//! The host of a JWKS decides which tokens are accepted, so only the user may name it, and every step must match that
//! name: TLS, same-origin redirects only, an issuer that matches the discovery document.

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

/// Minimum time between two fetches of one JWKS in a run, in seconds.
pub const COOL_DOWN: i64 = 30;

/// Loads the keys of `spec`, from the cache if they are fresh.
///
/// # Errors
/// An invalid SPEC, no network access, or an invalid response.
pub fn load(context: &Context, settings: &FetchSettings, spec: &str) -> Result<LoadedKeys, Failure> {
    let place = JwksLocation::parse(spec)?;
    let cache = settings.cache.as_deref().map(|path| JwksCache::open(path, spec)).transpose()?;
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

/// Stores a response in the cache. A JWKS without keys replaces the cached one, and is never fresh.
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

/// The text of the JWKS of `spec`, unvalidated: fetched now, or from the cache when network access is forbidden.
///
/// # Errors
/// An invalid SPEC, no network access, no response.
pub fn text(context: &Context, settings: &FetchSettings, spec: &str) -> Result<String, Failure> {
    let place = JwksLocation::parse(spec)?;
    let now = system::now().0;
    if settings.offline.is_some()
        && let Some(path) = settings.cache.as_deref()
        && let Some(entry) = JwksCache::open(path, spec)?.read(context, now).filter(|entry| now < entry.fresh_until)
    {
        return Ok(entry.jwks);
    }
    allowed(settings, spec)?;
    Ok(fetch::fetch(context, settings, &place, spec, now)?.jwks)
}

/// Fetches the keys of `spec` again, because one is missing; `asked` is the time of the last request. During the
/// cool-down, or when network access is forbidden, returns `Ok(Err(_))` with the time of the last request.
///
/// # Errors
/// As [`load`].
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
    let cache = settings.cache.as_deref().map(|path| JwksCache::open(path, spec)).transpose()?;
    let entry = cache.as_ref().and_then(|cache| cache.read(context, now));
    // Another run may have fetched it in the meantime. An empty JWKS is never fresh, but still a valid response.
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
    context.note_origin("keys", &format!("{}, fetched again for an unknown kid", shown_reference(spec)));
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
        context.warn(format!("{source} publishes an HMAC secret; skipping it"));
    }
    if set.keys.iter().any(|key| key.is_private()) {
        context
            .warn(format!("{source} publishes a private key; anyone can sign with it, and its owner must replace it"));
    }
    set.keys = set.keys.into_iter().map(|key| key.public().unwrap_or(key)).collect();
    let issuer = place.issuer().map(str::to_owned);
    let freshness = Some(Freshness { asked: fetched.tried(), fresh_until: fetched.fresh_until });
    Ok(LoadedKeys { set, source, issuer, raw: false, freshness })
}

/// Fetches and parses the JWKS.
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

/// Checks that network access is allowed.
fn allowed(settings: &FetchSettings, spec: &str) -> Result<(), Failure> {
    if let Some(origin) = settings.offline {
        return Err(Failure::environment(format!(
            "cannot fetch {}: {origin} is set and no cached copy exists",
            shown_reference(spec)
        ))
        .hint("cache it with --jwks-cache DIR, or use a downloaded file"));
    }
    Ok(())
}
