//! A simulated world of signers, verifiers, caches and clocks for the rotation plan, over years of simulated time.
//!
//! Every party is as unlucky as the policy allows: a signer keeps its store as long as it may, a published set is
//! visible at once and stays until the end of its lag, verifiers cache to the last second, and the relevant clocks
//! differ by the whole skew. The world is therefore checked by intervals, not by samples: a key that signs in `[from,
//! to]` must be in every set that any verifier can hold from then until its last token has expired.

use super::super::plan::plan_with;
use super::super::timeline::timeline_with;
use super::super::*;
use crate::alg::Curve;
use crate::key::generate::KeyType;
use crate::key::{EcKey, EdKey, Key, Material};
use crate::secret::Secret;
use crate::time::{Span, UnixTime};
use std::collections::BTreeSet;
use std::convert::Infallible;

const DAY: i64 = 86_400;
const START: i64 = 1_700_000_000;

/// xorshift64*: every world can be reproduced from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.roll() >> 20) % limit.max(1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A key whose material is only a counter: no signature is computed here.
fn new_key(kind: KeyType, alg: &str, count: u64) -> Key {
    let mut number = [0; 32];
    number[..8].copy_from_slice(&count.to_be_bytes());
    let mut key = Key::new(match kind {
        KeyType::Ec(curve) => {
            let private = Some(Secret::new(vec![1; 32]));
            Material::Ec(EcKey { curve, x: number.to_vec(), y: vec![0; 32], private })
        }
        _ => Material::Ed25519(EdKey { x: number, private: Some(Secret::new([1; 32])) }),
    });
    key.alg = Some(alg.to_owned());
    key.kid = Some(format!("{alg}-{count}"));
    key
}

fn public(store: &KeyStore) -> KeyStore {
    KeyStore { keys: store.keys.iter().filter_map(Key::public).collect(), meta: store.meta.clone() }
}

/// A published set, in true time.
struct Version {
    at: i64,
    kids: BTreeSet<String>,
}

/// A signing key, in true time; `to` is open while it signs.
#[derive(Debug)]
struct Signing {
    kid: String,
    from: i64,
    to: Option<i64>,
    ttl: i64,
}

pub struct World {
    dice: Dice,
    policy: RotationPolicy,
    overlap: Overlap,
    store: KeyStore,
    ledger: KeyStore,
    backups: Vec<KeyStore>,
    versions: Vec<Version>,
    signing: Vec<Signing>,
    /// Kids that had to sign prematurely, and until when their tokens may be rejected.
    excused: Vec<(String, i64)>,
    revoked: Vec<(String, i64)>,
    made: u64,
    pub events: Events,
}

#[derive(Default, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Events {
    pub runs: u64,
    pub refused_clocks: u64,
    pub promotions: u64,
    pub withdrawals: u64,
    pub reactivations: u64,
    pub failed_publications: u64,
    pub restores: u64,
    pub revocations: u64,
    pub removals: u64,
    pub policy_changes: u64,
}

impl Events {
    pub fn plus(&mut self, other: Self) {
        self.runs += other.runs;
        self.refused_clocks += other.refused_clocks;
        self.promotions += other.promotions;
        self.withdrawals += other.withdrawals;
        self.reactivations += other.reactivations;
        self.failed_publications += other.failed_publications;
        self.restores += other.restores;
        self.revocations += other.revocations;
        self.removals += other.removals;
        self.policy_changes += other.policy_changes;
    }
}

/// Failures of a world, in addition to caches and clocks.
#[derive(Clone, Copy)]
pub struct Accidents {
    /// How many of six publications fail.
    failing: u64,
    /// Backups are restored, keys leak, lifetimes change, clocks are behind the last write.
    disasters: bool,
}

pub const CALM: Accidents = Accidents { failing: 4, disasters: false };
pub const WILD: Accidents = Accidents { failing: 1, disasters: true };

impl World {
    fn new(seed: u64, drop: impl FnOnce(&mut Overlap)) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let minutes = |dice: &mut Dice, most: u64| Span::seconds(60 * (2 + dice.below(most)));
        let policy = RotationPolicy {
            every: Span::seconds(86_400 * (1 + dice.below(30))),
            token_ttl: minutes(&mut dice, 600),
            verifier_cache: minutes(&mut dice, 120),
            signer_reload: minutes(&mut dice, 60),
            publish_lag: minutes(&mut dice, 60),
            leeway: minutes(&mut dice, 5),
            skew: minutes(&mut dice, 10),
        };
        let mut overlap = policy.overlap();
        drop(&mut overlap);
        let mut world = Self {
            dice,
            policy,
            overlap,
            store: KeyStore::default(),
            ledger: KeyStore::default(),
            backups: Vec::new(),
            versions: Vec::new(),
            signing: Vec::new(),
            excused: Vec::new(),
            revoked: Vec::new(),
            made: 0,
            events: Events::default(),
        };
        for (kind, alg) in [(KeyType::Ed25519, "EdDSA"), (KeyType::Ec(Curve::P256), "ES256")] {
            world.made += 1;
            let mut key = new_key(kind, alg, world.made);
            Dates { iat: Some(UnixTime(START)), ..Dates::default() }.write(&mut key);
            // The first keys sign before any verifier has fetched the set.
            let grace = world.true_grace();
            world.excused.push((key.kid.clone().unwrap(), START + grace));
            world.store.keys.push(key);
        }
        world.store.stamp(UnixTime(START));
        world.publish(START, UnixTime(START));
        world.written(START);
        world
    }

    /// The waits that the policy requires, independent of the plan.
    fn true_grace(&self) -> i64 {
        seconds(self.policy.verifier_cache) + seconds(self.policy.publish_lag)
    }

    /// Records the store as of `at`: ledger, backups, and signing keys.
    fn written(&mut self, at: i64) {
        self.ledger = public(&self.store);
        self.backups.push(self.store.clone());
        self.signers(at);
    }

    fn signers(&mut self, at: i64) {
        let ttl = seconds(self.store.meta.rotation.map_or(self.policy.token_ttl, |policy| policy.token_ttl));
        let active: BTreeSet<String> = self
            .store
            .states(UnixTime(at))
            .filter(|(key, state)| *state == KeyState::Active && key.is_private())
            .map(|(key, _)| key.kid.clone().unwrap())
            .collect();
        for signing in self.signing.iter_mut().filter(|signing| signing.to.is_none()) {
            if !active.contains(&signing.kid) || signing.ttl != ttl {
                signing.to = Some(at);
            }
        }
        for kid in active {
            assert!(!self.revoked.iter().any(|(revoked, _)| *revoked == kid), "{kid} signs and is revoked");
            if !self.signing.iter().any(|signing| signing.to.is_none() && signing.kid == kid) {
                self.signing.push(Signing { kid, from: at, to: None, ttl });
            }
        }
    }

    fn publish(&mut self, at: i64, clock: UnixTime) {
        let kids: BTreeSet<String> = self.store.live(clock).map(|key| key.kid.clone().unwrap()).collect();
        assert!(!kids.is_empty(), "the published set is never empty");
        for (dead, _) in &self.revoked {
            assert!(!kids.contains(dead), "{dead} is published and revoked");
        }
        self.store.record_published(|key| key.kid.as_ref().is_some_and(|kid| kids.contains(kid)), clock);
        self.versions.push(Version { at, kids });
    }

    /// One run of the program at true time `at`.
    fn run(&mut self, at: i64, offset: i64, accidents: Accidents) {
        self.events.runs += 1;
        let clock = UnixTime(at + offset);
        let plan = match plan_with(&self.store, &self.policy, &self.overlap, clock, false) {
            Ok(plan) => plan,
            Err(RotationPlanError::Clock { .. }) => {
                self.events.refused_clocks += 1;
                return;
            }
            Err(error) => panic!("{error}"),
        };
        let kids =
            |store: &KeyStore| -> BTreeSet<String> { store.live(clock).map(|key| key.kid.clone().unwrap()).collect() };
        let stale = self.versions.last().is_none_or(|last| last.kids != kids(&self.store));
        if !plan.changes() && !stale {
            return;
        }
        for step in &plan.steps {
            match step {
                RotationStep::Promote { .. } => self.events.promotions += 1,
                RotationStep::Withdraw { .. } => self.events.withdrawals += 1,
                RotationStep::Reactivate { .. } => self.events.reactivations += 1,
                _ => {}
            }
        }
        let made = &mut self.made;
        let carried = self.store.carry_out(&plan, clock, |kind, alg| {
            *made += 1;
            Ok::<_, Infallible>(new_key(kind, alg, *made))
        });
        carried.unwrap();
        self.store.stamp(clock);
        if self.dice.below(6) < accidents.failing {
            self.events.failed_publications += 1;
        } else {
            self.publish(at, clock);
        }
        self.written(at);
        let again = plan_with(&self.store, &self.policy, &self.overlap, clock, false).unwrap();
        assert!(again.steps.is_empty(), "twice does something twice: {:?} after {:?}", again.steps, plan.steps);
    }

    fn revoke(&mut self, at: i64, offset: i64) {
        let clock = UnixTime(at + offset).max(self.store.meta.written_at.unwrap());
        let made = &mut self.made;
        let make = |kind: KeyType, alg: &str| {
            *made += 1;
            Ok::<_, Infallible>(new_key(kind, alg, *made))
        };
        let done = if self.dice.one_in(3) {
            revoke_all(&mut self.store, RevocationReason::Compromised, clock, make).unwrap()
        } else {
            let place = usize::try_from(self.dice.below(self.store.keys.len() as u64)).unwrap();
            let kid = self.store.keys[place].kid.clone().unwrap();
            revoke(&mut self.store, &kid, RevocationReason::Compromised, clock, make).unwrap().unwrap()
        };
        self.events.revocations += 1;
        if done.early {
            let grace = at + self.true_grace();
            self.excused.extend(done.promoted.iter().chain(&done.made).map(|kid| (kid.clone(), grace)));
        }
        self.revoked.extend(done.dead.into_iter().map(|(kid, _)| (kid, at)));
        self.store.stamp(clock);
        self.publish(at, clock);
        self.written(at);
    }

    /// Removes any key by hand, in any state; never the last.
    fn remove(&mut self, at: i64, offset: i64) {
        let clock = UnixTime(at + offset).max(self.store.meta.written_at.unwrap());
        let live: Vec<String> = self.store.live(clock).map(|key| key.kid.clone().unwrap()).collect();
        if live.len() < 2 {
            return;
        }
        let kid = live[usize::try_from(self.dice.below(live.len() as u64)).unwrap()].clone();
        self.store.remove(&kid, clock);
        self.events.removals += 1;
        self.revoked.push((kid, at));
        self.store.stamp(clock);
        self.publish(at, clock);
        self.written(at);
    }

    /// Restores an old store; its ledger stays.
    fn restore(&mut self, at: i64) {
        // Any, or one of the last, whose keys are still in use.
        let back = if self.dice.one_in(2) { self.backups.len() as u64 } else { 4 };
        let back = usize::try_from(self.dice.below(back)).unwrap();
        let which = self.backups.len().saturating_sub(1 + back);
        self.store = self.backups[which].clone();
        self.store.reconcile(self.ledger.clone());
        self.events.restores += 1;
        self.signers(at);
    }

    fn live(&mut self, years: i64, accidents: Accidents) {
        let (mut at, end) = (START, START + years * 365 * DAY);
        let half = seconds(self.policy.skew) / 2;
        while at < end {
            // Either anywhere, or at the exact second at which the fastest clock triggers an event.
            let events = timeline_with(&self.store, &self.policy, &self.overlap, UnixTime(at + half));
            let soon = events.into_iter().map(|event| event.at.0 - half);
            let soon = soon.filter(|event| *event > at).min();
            let missed = if self.dice.one_in(8) { 3 } else { 1 };
            let gap = self.dice.below(self.policy.every.as_seconds() * missed);
            let somewhere = at + 1 + i64::try_from(gap).unwrap();
            let eager = soon.filter(|soon| *soon < somewhere && !self.dice.one_in(4));
            at = eager.unwrap_or(somewhere);
            let offset = if eager.is_some() || self.dice.one_in(2) { half } else { -half };
            if accidents.disasters {
                match self.dice.below(60) {
                    0 => self.restore(at),
                    1 => self.revoke(at, offset),
                    // Tokens from before the first run are bounded only by the policy of that run.
                    2 if self.store.meta.rotation.is_some() => {
                        self.policy.token_ttl = Span::seconds(60 * (2 + self.dice.below(600)));
                        self.overlap = self.policy.overlap();
                        self.events.policy_changes += 1;
                    }
                    3 => {
                        let written = self.store.meta.written_at.unwrap_or(UnixTime(START)).0;
                        let before = self.events.refused_clocks;
                        self.run(at, written - at - DAY, accidents);
                        assert_eq!(self.events.refused_clocks, before + 1, "a clock before the last write");
                    }
                    4 => self.remove(at, offset),
                    _ => {}
                }
            }
            self.run(at, offset, accidents);
        }
        for signing in self.signing.iter_mut().filter(|signing| signing.to.is_none()) {
            signing.to = Some(end);
        }
    }

    /// The first unexpired token that some verifier rejects.
    pub fn violation(&self) -> Option<String> {
        let linger = seconds(self.policy.publish_lag) + seconds(self.policy.verifier_cache);
        let after = |ttl: i64| {
            seconds(self.policy.signer_reload) + ttl + seconds(self.policy.leeway) + seconds(self.policy.skew)
        };
        for signing in &self.signing {
            if self.revoked.iter().any(|(kid, _)| *kid == signing.kid) {
                continue;
            }
            let excuse = self.excused.iter().filter(|(kid, _)| *kid == signing.kid).map(|(_, until)| *until).max();
            let from = signing.from.max(excuse.unwrap_or(signing.from));
            // The last time at which a verifier still accepts it.
            let until = signing.to.unwrap_or(signing.from) + after(signing.ttl) - 1;
            for (place, version) in self.versions.iter().enumerate() {
                let gone = self.versions.get(place + 1).map_or(i64::MAX, |next| next.at + linger - 1);
                if version.at <= until && gone >= from && from <= until && !version.kids.contains(&signing.kid) {
                    return Some(format!(
                        "{signing:?} is not in the set of {} to {gone}: {:?}",
                        version.at, version.kids
                    ));
                }
            }
        }
        None
    }
}

fn seconds(span: Span) -> i64 {
    i64::try_from(span.as_seconds()).unwrap()
}

pub fn years(seed: u64, years: i64, accidents: Accidents, drop: impl FnOnce(&mut Overlap)) -> World {
    let mut world = World::new(seed, drop);
    world.live(years, accidents);
    world
}
