//! Promotion of one key by hand, without a rotation policy or ahead of it.

use super::key_store::{KeyState, KeyStore, algorithm};
use super::plan::{RotationStep, kid, ready_at};
use crate::time::UnixTime;
use std::convert::Infallible;

/// The result of a promotion.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PromotionOutcome {
    /// Whether the key did not sign before.
    pub promoted: bool,
    /// The key of the same algorithm that signed before, and the time of its withdrawal.
    pub retired: Option<(String, UnixTime)>,
    /// Whether the algorithm of the key is now the default of the store, and was not before.
    pub is_new_default: bool,
    /// Whether some verifier may not have the key yet.
    pub premature: bool,
}

/// Makes the key at index `place` sign from now on, and its algorithm the default of the store. The key that signed
/// retires: it stays published until its tokens have expired.
pub fn promote(store: &mut KeyStore, place: usize, now: UnixTime) -> PromotionOutcome {
    let mut done = PromotionOutcome::default();
    let Some(key) = store.keys.get(place).cloned() else { return done };
    done.is_new_default = store.meta.default_alg != key.alg;
    store.meta.default_alg.clone_from(&key.alg);
    let was = store.state(place, now);
    if was == KeyState::Active {
        return done;
    }
    let overlap = store.meta.rotation.unwrap_or_default().overlap();
    let signing =
        store.states(now).find(|(own, state)| *state == KeyState::Active && algorithm(own) == algorithm(&key));
    let signing = signing.map(|(own, _)| kid(own));
    done.promoted = true;
    // Verifiers of tokens that nobody has verified yet need no wait: an algorithm without an active key.
    done.premature = was == KeyState::Next && !key.is_secret() && ready_at(&key, &overlap).is_none_or(|at| at > now);
    if let Some(kid) = signing {
        let until = now.plus(overlap.behind());
        take(store, &RotationStep::Retire { kid: kid.clone(), until }, now);
        done.retired = Some((kid, until));
    }
    let step = match was {
        KeyState::Retiring => RotationStep::Reactivate { kid: kid(&key) },
        _ => RotationStep::Promote { kid: kid(&key) },
    };
    take(store, &step, now);
    done
}

/// Takes a step that generates no key.
fn take(store: &mut KeyStore, step: &RotationStep, now: UnixTime) {
    let taken: Result<(), Option<Infallible>> = store.take(step, now, &mut |_, _| Err(None));
    debug_assert!(taken.is_ok(), "no key is generated");
}

impl KeyStore {
    /// The keys that may sign by default among `keys`: those of the store's default algorithm, if any is.
    pub fn default_alg_only<'k>(
        &self,
        keys: Vec<(&'k crate::key::Key, KeyState)>,
    ) -> Vec<(&'k crate::key::Key, KeyState)> {
        let is_default = |key: &crate::key::Key| key.alg.is_some() && key.alg == self.meta.default_alg;
        if keys.iter().any(|(key, _)| is_default(key)) {
            keys.into_iter().filter(|(key, _)| is_default(key)).collect()
        } else {
            keys
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Key, Material};
    use crate::rotation::Dates;
    use crate::secret::Secret;

    fn store(keys: &[(&str, &str)]) -> KeyStore {
        let key = |(kid, alg): &(&str, &str)| Key {
            kid: Some((*kid).to_owned()),
            alg: Some((*alg).to_owned()),
            ..Key::new(Material::Secret(Secret::new(kid.as_bytes().to_vec())))
        };
        KeyStore { keys: keys.iter().map(key).collect(), ..KeyStore::default() }
    }

    fn states(store: &KeyStore, now: UnixTime) -> Vec<KeyState> {
        store.states(now).map(|(_, state)| state).collect()
    }

    #[test]
    fn promoted_key_signs_and_its_predecessor_retires() {
        let (mut store, now) = (store(&[("a", "HS256"), ("b", "HS256"), ("c", "HS512")]), UnixTime(1_000));
        assert_eq!(states(&store, now), [KeyState::Active, KeyState::Next, KeyState::Active]);
        let done = promote(&mut store, 1, now);
        assert!(done.promoted && done.is_new_default && !done.premature);
        assert!(done.retired.is_some_and(|(kid, until)| kid == "a" && until > now));
        assert_eq!(states(&store, now), [KeyState::Retiring, KeyState::Active, KeyState::Active]);
        // And back again, before the withdrawal.
        assert!(promote(&mut store, 0, now.plus(crate::time::Span::seconds(1))).promoted);
        assert_eq!(states(&store, now), [KeyState::Active, KeyState::Retiring, KeyState::Active]);
        assert_eq!(promote(&mut store, 0, now), PromotionOutcome::default());
    }

    #[test]
    fn default_algorithm_decides_between_active_keys() {
        let (mut store, now) = (store(&[("a", "HS256"), ("c", "HS512")]), UnixTime(1_000));
        let active = |store: &KeyStore| {
            let keys = store.default_alg_only(store.states(now).collect());
            keys.iter().filter_map(|(key, _)| key.kid.clone()).collect::<Vec<_>>()
        };
        assert_eq!(active(&store), ["a", "c"]);
        let done = promote(&mut store, 1, now);
        assert!(!done.promoted && done.is_new_default && done.retired.is_none());
        assert_eq!(active(&store), ["c"]);
    }

    #[test]
    fn unknown_place_changes_nothing() {
        let mut store = store(&[("a", "HS256")]);
        assert_eq!(promote(&mut store, 7, UnixTime(1)), PromotionOutcome::default());
        assert_eq!(Dates::read(&store.keys[0]), Dates::default());
    }
}
