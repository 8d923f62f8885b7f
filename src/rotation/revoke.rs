//! Revocation: a key is withdrawn at once, and another one replaces it.

use super::dates::{Dates, KeyRevocation};
use super::key_store::{KeyState, KeyStore, algorithm};
use super::plan::{RotationStep, kid, ready_at};
use crate::key::Key;
use crate::key::generate::KeyType;
use crate::time::UnixTime;

/// Why a key is revoked, in the terms of OpenID Federation 1.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevocationReason {
    /// No reason was given.
    Unspecified,
    /// The private key was or may have been disclosed.
    Compromised,
    /// Another key replaced it.
    Superseded,
}

impl RevocationReason {
    /// The value of `reason` in the key's `revoked` member: `unspecified`, `compromised` or `superseded`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Compromised => "compromised",
            Self::Superseded => "superseded",
        }
    }
}

/// The result of a revocation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RevocationOutcome {
    /// The revoked keys, with their previous states.
    pub dead: Vec<(String, KeyState)>,
    /// Keys that sign from now on in their place.
    pub promoted: Vec<String>,
    /// Newly generated keys.
    pub made: Vec<String>,
    /// Whether a key signs that some verifier may not have yet.
    pub early: bool,
}

/// Revokes the key `kid`, live or not. `None` if the store never had it. A key that was already revoked is not
/// changed.
///
/// # Errors
/// The error of `make`; the store must not be written then.
pub fn revoke<E>(
    store: &mut KeyStore,
    name: &str,
    reason: RevocationReason,
    now: UnixTime,
    make: impl FnMut(KeyType, &str) -> Result<Key, E>,
) -> Result<Option<RevocationOutcome>, E> {
    let revocation = KeyRevocation { revoked_at: now, reason: reason.name().to_owned() };
    let Some(place) = store.position(name) else {
        let Some(tombstone) = store.meta.tombstones.iter_mut().find(|dead| dead.kid == name) else { return Ok(None) };
        if tombstone.dates.revoked.is_some() {
            return Ok(Some(RevocationOutcome::default()));
        }
        let dead = vec![(name.to_owned(), tombstone.state())];
        tombstone.dates.revoked = Some(revocation);
        return Ok(Some(RevocationOutcome { dead, ..RevocationOutcome::default() }));
    };
    revoke_keys(store, &[place], &revocation, now, make).map(Some)
}

/// Revokes every key of the store, as after a leak of the file.
///
/// # Errors
/// The error of `make`; the store must not be written then.
pub fn revoke_all<E>(
    store: &mut KeyStore,
    reason: RevocationReason,
    now: UnixTime,
    make: impl FnMut(KeyType, &str) -> Result<Key, E>,
) -> Result<RevocationOutcome, E> {
    let all: Vec<usize> = (0..store.keys.len()).collect();
    revoke_keys(store, &all, &KeyRevocation { revoked_at: now, reason: reason.name().to_owned() }, now, make)
}

fn revoke_keys<E>(
    store: &mut KeyStore,
    places: &[usize],
    revocation: &KeyRevocation,
    now: UnixTime,
    mut make: impl FnMut(KeyType, &str) -> Result<Key, E>,
) -> Result<RevocationOutcome, E> {
    let mut done = RevocationOutcome::default();
    // A key that signs by being the first gets an explicit date now, so that no other key takes its place.
    for place in 0..store.keys.len() {
        if store.state(place, now) == KeyState::Active
            && let Some(key) = store.keys.get_mut(place)
        {
            Dates::change(key, |dates| dates.nbf = dates.nbf.or(dates.iat).or(Some(now)));
        }
    }
    let mut like: Vec<Key> = Vec::new();
    for place in places.iter().rev() {
        let state = store.state(*place, now);
        let Some(key) = store.keys.get(*place) else { continue };
        done.dead.push((kid(key), state));
        if !like.iter().any(|own| algorithm(own) == algorithm(key)) {
            like.push(key.clone());
        }
        store.bury(*place, Some(revocation.clone()));
    }
    for like in like {
        replace(store, &like, now, &mut make, &mut done)?;
    }
    done.dead.reverse();
    Ok(done)
}

/// Ensures that one key of the algorithm signs, and that one is next if the store is rotated or had one.
fn replace<E>(
    store: &mut KeyStore,
    like: &Key,
    now: UnixTime,
    make: &mut impl FnMut(KeyType, &str) -> Result<Key, E>,
    done: &mut RevocationOutcome,
) -> Result<(), E> {
    let keys_in = |store: &KeyStore, wanted: &[KeyState]| -> Vec<Key> {
        let group =
            store.states(now).filter(|(key, state)| wanted.contains(state) && algorithm(key) == algorithm(like));
        group.map(|(key, _)| key.clone()).filter(|key| key.is_private() || key.is_secret()).collect()
    };
    // A key that would sign only by being the first now is like a next key: it may not be published.
    let by_date = |key: &Key| Dates::read(key).nbf.is_some();
    if !keys_in(store, &[KeyState::Active]).iter().any(by_date) {
        let mut waiting = keys_in(store, &[KeyState::Active, KeyState::Next]);
        waiting.sort_by_key(|key| Dates::read(key).published_at.unwrap_or(UnixTime(i64::MAX)));
        let overlap = store.meta.rotation.map(|policy| policy.overlap());
        match waiting.first() {
            Some(key) => {
                let ready = overlap.and_then(|overlap| ready_at(key, &overlap)).is_some_and(|at| at <= now);
                done.early |= !ready;
                done.promoted.push(kid(key));
                store.take(&RotationStep::Promote { kid: kid(key) }, now, make)?;
            }
            None => {
                done.early = true;
                made(store, like, true, now, make, done)?;
            }
        }
    }
    if !like.is_secret() && keys_in(store, &[KeyState::Next]).is_empty() {
        made(store, like, false, now, make, done)?;
    }
    Ok(())
}

fn made<E>(
    store: &mut KeyStore,
    like: &Key,
    signs: bool,
    now: UnixTime,
    make: &mut impl FnMut(KeyType, &str) -> Result<Key, E>,
    done: &mut RevocationOutcome,
) -> Result<(), E> {
    store.take(&RotationStep::make(like, signs), now, make)?;
    done.made.extend(store.keys.last().map(kid));
    Ok(())
}
