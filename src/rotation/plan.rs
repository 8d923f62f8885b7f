//! Rotation plan: the steps due now, as a pure function of the store, the policy and the time.

use super::dates::Dates;
use super::key_store::{KeyState, KeyStore, algorithm};
use super::policy::{Overlap, PolicyError, RotationPolicy};
use crate::alg::Algorithm;
use crate::key::generate::KeyType;
use crate::key::{Key, Material};
use crate::time::UnixTime;
use std::fmt;

/// One change of the store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RotationStep {
    /// A key that already signs gets the start date of its signing period.
    Adopt {
        /// `kid` of the signing key.
        kid: String,
        /// Start of its signing period: its `iat`, or the time of the plan if it has none.
        since: UnixTime,
    },
    /// A new key, published first, or signing at once with `signs`.
    Generate {
        /// JWS algorithm of the key, such as `ES256` (RFC 7518 §3.1).
        alg: String,
        /// Key type, with the size or the curve.
        kind: KeyType,
        /// Whether it signs at once, before any verifier has it.
        signs: bool,
    },
    /// A published key starts to sign.
    Promote {
        /// `kid` of the next key.
        kid: String,
    },
    /// A retiring key, still published, signs again because no other key can.
    Reactivate {
        /// `kid` of the retiring key.
        kid: String,
    },
    /// A key stops signing, and is withdrawn at `until`.
    Retire {
        /// `kid` of the active key.
        kid: String,
        /// Time of withdrawal, the `exp` of the key.
        until: UnixTime,
    },
    /// A key whose last token has expired loses its private part and leaves the published set.
    Withdraw {
        /// `kid` of the key that gets a tombstone.
        kid: String,
    },
}

/// Why a key that is due to sign must wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wait {
    /// Its publication has not been confirmed.
    Publication {
        /// `kid` of the next key.
        kid: String,
    },
    /// Some verifier may not have it before `at`.
    Verifiers {
        /// `kid` of the next key.
        kid: String,
        /// End of its publication interval (RFC 7583 §3.2).
        at: UnixTime,
    },
}

/// The steps, in order of execution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RotationPlan {
    /// Empty if no step is due.
    pub steps: Vec<RotationStep>,
    /// Keys that are due to sign and must wait, at most one per algorithm.
    pub waits: Vec<Wait>,
    /// The policy to record in the store.
    pub policy: RotationPolicy,
    /// Tokens of an earlier policy with longer waits may be valid until this time.
    pub longest_until: Option<UnixTime>,
    /// Whether the policy or time recorded in the store changes.
    pub changes_policy: bool,
}

/// A key that signs before every verifier has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrematureSigner {
    /// `kid` of the key; `None` for a key that the plan generates.
    pub kid: Option<String>,
    /// From this time every verifier has it; `None` while it is not known to be published.
    pub until: Option<UnixTime>,
}

/// Why the rotation cannot be planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RotationPlanError {
    /// The rotation policy is invalid.
    Policy(PolicyError),
    /// The store has no key.
    Empty,
    /// Secrets cannot be published.
    Secrets,
    /// The store was written at a time in the future.
    Clock {
        /// Evaluation time, earlier than `written_at`.
        now: UnixTime,
        /// Time of the last write, from the store.
        written_at: UnixTime,
    },
}

impl RotationPlan {
    /// Whether executing the plan changes the store.
    pub fn changes(&self) -> bool {
        self.changes_policy || !self.steps.is_empty()
    }

    /// The keys that sign prematurely, as is possible with `--immediately`.
    pub fn early(&self, store: &KeyStore, now: UnixTime) -> Vec<PrematureSigner> {
        let overlap = self.policy.overlap();
        let one = |step: &RotationStep| match step {
            RotationStep::Generate { signs: true, .. } => Some(PrematureSigner { kid: None, until: None }),
            RotationStep::Promote { kid } => {
                let until =
                    store.position(kid).and_then(|at| store.keys.get(at)).and_then(|key| ready_at(key, &overlap));
                until.is_none_or(|at| at > now).then(|| PrematureSigner { kid: Some(kid.clone()), until })
            }
            _ => None,
        };
        self.steps.iter().filter_map(one).collect()
    }
}

/// Plans the rotation of every algorithm of the store. With `immediately`, the next key signs now, even if some
/// verifiers may not have it.
///
/// # Errors
/// An invalid policy; a store that cannot be rotated; a clock earlier than the last write.
pub fn plan(
    store: &KeyStore,
    policy: &RotationPolicy,
    now: UnixTime,
    immediately: bool,
) -> Result<RotationPlan, RotationPlanError> {
    policy.check().map_err(RotationPlanError::Policy)?;
    plan_with(store, policy, &policy.overlap(), now, immediately)
}

/// [`plan`] with explicit waits: tests shorten them and expect an outage.
pub(super) fn plan_with(
    store: &KeyStore,
    policy: &RotationPolicy,
    overlap: &Overlap,
    now: UnixTime,
    immediately: bool,
) -> Result<RotationPlan, RotationPlanError> {
    if store.keys.is_empty() {
        return Err(RotationPlanError::Empty);
    }
    if store.keys.iter().any(Key::is_secret) {
        return Err(RotationPlanError::Secrets);
    }
    if let Some(written_at) = store.meta.written_at.filter(|written_at| *written_at > now) {
        return Err(RotationPlanError::Clock { now, written_at });
    }
    let changes_policy = store.meta.rotation.as_ref() != Some(policy);
    // Tokens signed under the last policy stay valid under the new one.
    let earlier = store.meta.rotation.filter(|_| changes_policy).map(|last| now.plus(last.overlap().behind()));
    let longest_until = store.meta.longest_until.max(earlier);
    let mut plan =
        RotationPlan { steps: Vec::new(), waits: Vec::new(), policy: *policy, longest_until, changes_policy };
    let mut done: Vec<&Algorithm> = Vec::new();
    for algorithm in store.keys.iter().filter_map(algorithm) {
        if !done.contains(&algorithm) {
            done.push(algorithm);
            let until = now.plus(overlap.behind()).max(longest_until.unwrap_or(now));
            AlgorithmGroup::new(store, algorithm, now).plan(policy, overlap, until, immediately, &mut plan);
        }
    }
    Ok(plan)
}

/// The keys of one algorithm.
struct AlgorithmGroup<'s> {
    keys: Vec<(&'s Key, KeyState)>,
    now: UnixTime,
}

impl<'s> AlgorithmGroup<'s> {
    fn new(store: &'s KeyStore, wanted: &'static Algorithm, now: UnixTime) -> Self {
        Self { keys: store.states(now).filter(|(key, _)| algorithm(key) == Some(wanted)).collect(), now }
    }

    fn with(&self, wanted: KeyState) -> impl Iterator<Item = &'s Key> {
        self.keys.iter().filter(move |(_, state)| *state == wanted).map(|(key, _)| *key)
    }

    /// Keys that can sign.
    fn whole(&self, wanted: KeyState) -> impl Iterator<Item = &'s Key> {
        self.with(wanted).filter(|key| key.is_private())
    }

    /// Keys whose private part was lost by restoring an older store.
    fn lost(&self, wanted: KeyState) -> impl Iterator<Item = &'s Key> {
        self.with(wanted).filter(|key| !key.is_private())
    }

    fn plan(
        &self,
        policy: &RotationPolicy,
        overlap: &Overlap,
        until: UnixTime,
        immediately: bool,
        plan: &mut RotationPlan,
    ) {
        let now = self.now;
        // All tokens of an expired key have expired, and a key lost before signing has none.
        let gone = self.with(KeyState::Expired).chain(self.lost(KeyState::Next));
        plan.steps.extend(gone.map(|key| RotationStep::Withdraw { kid: kid(key) }));
        plan.steps.extend(self.lost(KeyState::Active).map(|key| RotationStep::Retire { kid: kid(key), until }));
        let active = self.whole(KeyState::Active).next();
        let settled = active.map(|key| {
            let dates = Dates::read(key);
            let since = dates.nbf.or(dates.iat).unwrap_or(now);
            if dates.nbf.is_none() {
                plan.steps.push(RotationStep::Adopt { kid: kid(key), since });
            }
            since
        });
        let due = immediately || settled.is_none_or(|since| now >= since.plus(policy.every));
        let reusable = self.whole(KeyState::Retiring).max_by_key(|key| Dates::read(key).exp);
        let mut waiting: Vec<&Key> = self.whole(KeyState::Next).collect();
        // The longest published first: most likely known to all verifiers.
        waiting.sort_by_key(|key| Dates::read(key).published_at.unwrap_or(UnixTime(i64::MAX)));
        let next = waiting.first().copied();
        let ready = next.filter(|key| ready_at(key, overlap).is_some_and(|at| at <= now));
        let promoted = if !due {
            false
        } else if active.is_none()
            && let Some(key) = reusable.filter(|_| !immediately)
        {
            plan.steps.push(RotationStep::Reactivate { kid: kid(key) });
            false
        } else if let Some(key) = ready.or(next.filter(|_| immediately)) {
            plan.steps.extend(active.map(|key| RotationStep::Retire { kid: kid(key), until }));
            plan.steps.push(RotationStep::Promote { kid: kid(key) });
            true
        } else {
            plan.waits.extend(next.map(|key| match ready_at(key, overlap) {
                None => Wait::Publication { kid: kid(key) },
                Some(at) => Wait::Verifiers { kid: kid(key), at },
            }));
            if immediately && let Some((like, _)) = self.keys.first() {
                plan.steps.extend(active.map(|key| RotationStep::Retire { kid: kid(key), until }));
                plan.steps.push(RotationStep::make(like, true));
            }
            false
        };
        if waiting.len() <= usize::from(promoted)
            && let Some((like, _)) = self.keys.first()
        {
            plan.steps.push(RotationStep::make(like, false));
        }
    }
}

impl RotationStep {
    /// A step that generates a key of the type of `like`.
    pub(super) fn make(like: &Key, signs: bool) -> Self {
        Self::Generate { alg: like.alg.clone().unwrap_or_default(), kind: kind(like), signs }
    }
}

/// When every verifier has the key; `None` before it is published.
pub(super) fn ready_at(key: &Key, overlap: &Overlap) -> Option<UnixTime> {
    Dates::read(key).published_at.map(|published| published.plus(overlap.ahead()))
}

pub(super) fn kid(key: &Key) -> String {
    key.kid.clone().unwrap_or_default()
}

/// The type of a key like this one; an imported RSA key of an unusual size gets the next usual one.
fn kind(key: &Key) -> KeyType {
    match &key.material {
        Material::Secret(_) => KeyType::Hmac { bits: algorithm(key).map_or(256, |algorithm| algorithm.hash_bits) },
        Material::Rsa(_) => {
            let bits = key.bits().next_multiple_of(256).clamp(2048, 8192);
            KeyType::Rsa { bits: u32::try_from(bits).unwrap_or(2048) }
        }
        Material::Ec(ec) => KeyType::Ec(ec.curve),
        Material::Ed25519(_) => KeyType::Ed25519,
    }
}

impl KeyStore {
    /// Executes a plan. `make` generates a key with kid and alg.
    ///
    /// # Errors
    /// The error of `make`; the store is then partly changed and must not be written.
    pub fn carry_out<E>(
        &mut self,
        plan: &RotationPlan,
        now: UnixTime,
        mut make: impl FnMut(KeyType, &str) -> Result<Key, E>,
    ) -> Result<(), E> {
        self.meta.rotation = Some(plan.policy);
        self.meta.longest_until = plan.longest_until.filter(|until| *until > now);
        for step in &plan.steps {
            self.take(step, now, &mut make)?;
        }
        Ok(())
    }

    pub(super) fn take<E>(
        &mut self,
        step: &RotationStep,
        now: UnixTime,
        make: &mut impl FnMut(KeyType, &str) -> Result<Key, E>,
    ) -> Result<(), E> {
        match step {
            RotationStep::Adopt { kid, since } => self.date(kid, |dates| dates.nbf = Some(*since)),
            RotationStep::Promote { kid } => self.date(kid, |dates| dates.nbf = Some(now)),
            RotationStep::Reactivate { kid } => self.date(kid, |dates| (dates.nbf, dates.exp) = (Some(now), None)),
            RotationStep::Retire { kid, until } => self.date(kid, |dates| {
                dates.nbf = dates.nbf.or(dates.iat).or(Some(now));
                dates.exp = Some(*until);
            }),
            RotationStep::Withdraw { kid } => {
                if let Some(place) = self.position(kid) {
                    self.bury(place, None);
                }
            }
            RotationStep::Generate { alg, kind, signs } => {
                let mut key = make(*kind, alg)?;
                Dates { iat: Some(now), nbf: signs.then_some(now), ..Dates::default() }.write(&mut key);
                self.keys.push(key);
            }
        }
        Ok(())
    }

    fn date(&mut self, kid: &str, change: impl FnOnce(&mut Dates)) {
        if let Some(key) = self.keys.iter_mut().find(|key| key.kid.as_deref() == Some(kid)) {
            Dates::change(key, change);
        }
    }

    /// Records at `now` which keys the published set has; returns whether that is a change. A next key that is missing
    /// from it must be published again.
    pub fn record_published(&mut self, holds: impl Fn(&Key) -> bool, now: UnixTime) -> bool {
        let mut news = false;
        for place in 0..self.keys.len() {
            let waits = self.state(place, now) == KeyState::Next;
            let Some(key) = self.keys.get_mut(place) else { continue };
            let (held, dates) = (holds(key), Dates::read(key));
            match dates.published_at {
                None if held => Dates::change(key, |dates| dates.published_at = Some(now)),
                Some(_) if !held && waits => Dates::change(key, |dates| dates.published_at = None),
                _ => continue,
            }
            news = true;
        }
        news
    }
}

impl fmt::Display for RotationPlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy(error) => error.fmt(f),
            Self::Empty => f.write_str("no key to rotate"),
            Self::Secrets => f.write_str("secrets cannot be rotated: a secret cannot be published before it signs"),
            Self::Clock { now, written_at } => {
                write!(f, "the clock is at {now}, before the last write of the key store at {written_at}")
            }
        }
    }
}

impl std::error::Error for RotationPlanError {}
