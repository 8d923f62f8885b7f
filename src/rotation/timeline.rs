//! Upcoming events of the keys, as far as their dates determine them.

use super::dates::Dates;
use super::key_store::{KeyState, KeyStore, algorithm};
use super::plan::{kid, ready_at};
use super::policy::{Overlap, RotationPolicy};
use crate::time::UnixTime;

/// An upcoming event. Overdue events happen at the next run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyEvent {
    /// Time at which the event is due; in the past if it is overdue.
    pub at: UnixTime,
    /// `kid` of the key; empty if it has none.
    pub kid: String,
    /// Predicate of the key in English: `signs`, `retires`, …
    pub what: &'static str,
}

impl KeyEvent {
    /// Value of [`KeyEvent::what`]: the key starts to sign.
    pub const SIGNS: &'static str = "signs";
    const RETIRES: &'static str = "retires";
    const KNOWN: &'static str = "is known to every verifier";
    const WITHDRAWN: &'static str = "is withdrawn: its last token has expired";
}

/// The events of a rotated store, the earliest first; empty before the first rotation.
pub fn timeline(store: &KeyStore, now: UnixTime) -> Vec<KeyEvent> {
    store.meta.rotation.map_or_else(Vec::new, |policy| timeline_with(store, &policy, &policy.overlap(), now))
}

/// [`timeline`] with explicit waits, like [`super::plan::plan_with`].
pub(super) fn timeline_with(
    store: &KeyStore,
    policy: &RotationPolicy,
    overlap: &Overlap,
    now: UnixTime,
) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut due = Vec::new();
    for (key, state) in store.states(now) {
        let dates = Dates::read(key);
        match (state, dates.nbf, dates.exp) {
            (KeyState::Active, Some(since), _) => due.push((algorithm(key), key, since.plus(policy.every))),
            (KeyState::Retiring | KeyState::Expired, _, Some(at)) => {
                events.push(KeyEvent { at, kid: kid(key), what: KeyEvent::WITHDRAWN });
            }
            _ => {}
        }
    }
    for (key, _) in store.states(now).filter(|(_, state)| *state == KeyState::Next) {
        let Some(ready) = ready_at(key, overlap) else { continue };
        events.push(KeyEvent { at: ready, kid: kid(key), what: KeyEvent::KNOWN });
        if let Some((_, active, due)) = due.iter().find(|(own, _, _)| *own == algorithm(key)) {
            let at = ready.max(*due);
            events.push(KeyEvent { at, kid: kid(key), what: KeyEvent::SIGNS });
            events.push(KeyEvent { at, kid: kid(active), what: KeyEvent::RETIRES });
            events.push(KeyEvent { at: at.plus(overlap.behind()), kid: kid(active), what: KeyEvent::WITHDRAWN });
        }
    }
    events.retain(|event| event.at >= now || event.what != KeyEvent::KNOWN);
    events.sort_by(|a, b| (a.at, &a.kid).cmp(&(b.at, &b.kid)));
    events
}
