//! Revocation: a key dies at once, and another takes its place.

use super::dates::{Dates, KeyRevocation};
use super::key_store::{KeyState, KeyStore, algorithm};
use super::plan::{RotationStep, kid, ready_at};
use crate::key::Key;
use crate::key::generate::KeyType;
use crate::time::UnixTime;

/// Why a key is revoked, in the words of OpenID Federation 1.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevocationReason {
    Unspecified,
    Compromised,
    Superseded,
}

impl RevocationReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Compromised => "compromised",
            Self::Superseded => "superseded",
        }
    }
}

/// What a revocation did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RevocationOutcome {
    /// Keys that died, with what they were.
    pub dead: Vec<(String, KeyState)>,
    /// Keys that sign from now on in their place.
    pub promoted: Vec<String>,
    /// New keys.
    pub made: Vec<String>,
    /// A key signs that not every verifier can hold yet.
    pub early: bool,
}

/// Revokes the key called `kid`, dead or alive. `None` when the store never had one. A key that was revoked before
/// stays as it was.
///
/// # Errors
/// What `make` says; then the store must not be written.
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
    kill(store, &[place], &revocation, now, make).map(Some)
}

/// The file leaked: whatever is in it dies, whether it signs, waits or retires.
///
/// # Errors
/// What `make` says; then the store must not be written.
pub fn revoke_all<E>(
    store: &mut KeyStore,
    reason: RevocationReason,
    now: UnixTime,
    make: impl FnMut(KeyType, &str) -> Result<Key, E>,
) -> Result<RevocationOutcome, E> {
    let all: Vec<usize> = (0..store.keys.len()).collect();
    kill(store, &all, &KeyRevocation { revoked_at: now, reason: reason.name().to_owned() }, now, make)
}

fn kill<E>(
    store: &mut KeyStore,
    places: &[usize],
    revocation: &KeyRevocation,
    now: UnixTime,
    mut make: impl FnMut(KeyType, &str) -> Result<Key, E>,
) -> Result<RevocationOutcome, E> {
    let mut done = RevocationOutcome::default();
    // Whoever signs by being the first does so by date from now on, so that no other key slips into its place.
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

/// One key of the algorithm signs, and one waits when the store is rotated or one waited before.
fn replace<E>(
    store: &mut KeyStore,
    like: &Key,
    now: UnixTime,
    make: &mut impl FnMut(KeyType, &str) -> Result<Key, E>,
    done: &mut RevocationOutcome,
) -> Result<(), E> {
    let of = |store: &KeyStore, wanted: &[KeyState]| -> Vec<Key> {
        let group =
            store.states(now).filter(|(key, state)| wanted.contains(state) && algorithm(key) == algorithm(like));
        group.map(|(key, _)| key.clone()).filter(|key| key.is_private() || key.is_secret()).collect()
    };
    // One that would sign for being the first now is no better than one that waits: it may not be published.
    let by_date = |key: &Key| Dates::read(key).nbf.is_some();
    if !of(store, &[KeyState::Active]).iter().any(by_date) {
        let mut waiting = of(store, &[KeyState::Active, KeyState::Next]);
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
    if !like.is_secret() && of(store, &[KeyState::Next]).is_empty() {
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
