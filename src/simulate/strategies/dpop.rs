//! Sender-constrained tokens with a DPoP proof per request (RFC 9449). A stolen token is useless without the key; a
//! stolen proof can be replayed within its window where its `jti` is not in a replay cache.

use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, ScenarioKey, Strategy, StrategyKind, User, credential, jwt_only};
use crate::simulate::metrics::Metric;
use crate::simulate::rng::Purpose;
use crate::simulate::scenario::units::{Nanos, SECOND, seconds};
use crate::simulate::scenario::{AttackerBehaviour, DatePrecision, FailMode, FirstUse, ReplayCache, StolenCredential};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::{Count, Measure};

/// Bytes of an ES256 proof with the key in its header and the hash of the token (RFC 9449 §4.2, figure 12).
const PROOF_BYTES: u64 = crate::simulate::closed_form::compact_bytes(165, 162, 64);

/// The kind `dpop`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "dpop",
    about: "Short-lived tokens bound to a key, and a DPoP proof with each request",
    keys: &["access", "nbf", "window", "replay_cache"],
    modes: &[],
    reads: &[ScenarioKey::ProofTheft],
    credential: CredentialFormat::ProvenToken { proof: PROOF_BYTES },
    has_refresh_token: true,
    coupled: CoupledForm::UnsupportedToken,
    live: |user| {
        let mut proofs = ProofCheck::for_user(user);
        token::live(user, &mut proofs);
        user.tally.record(Measure::ReplayEntries, proofs.remembered);
    },
    expected,
    title: |strategy| {
        let cache = match strategy.replay_cache.unwrap_or_default() {
            ReplayCache::Shared => "shared replay cache",
            ReplayCache::PerNode => "replay cache per node",
        };
        format!("JWT {} + DPoP, {cache}", token::lifetime(strategy))
    },
};

/// Time for which a proof is accepted; RFC 9449 §11.1 recommends seconds or minutes.
fn window(strategy: &Strategy) -> Nanos {
    strategy.window.map_or(60 * SECOND, |span| span.0)
}

/// Time from which a proof made at `now` is rejected and its `jti` may leave the replay cache.
fn accepted_until(user: &User<'_>, now: Nanos) -> Nanos {
    let clock = &user.scenario().clock;
    let written = match clock.numeric_date {
        DatePrecision::Exact => now,
        DatePrecision::Seconds => now.saturating_sub(now.checked_rem(SECOND).unwrap_or(0)),
    };
    let end = written.saturating_add(window(user.strategy)).saturating_add(clock.leeway.0);
    end.saturating_add_signed(clock.verifier_offset.0.saturating_neg())
}

struct ProofCheck {
    /// Time at which the replay cache entries are counted.
    counted_at: Nanos,
    remembered: u64,
    /// Latency of the signature check of one proof, in nanoseconds.
    check_cost: Nanos,
}

impl ProofCheck {
    fn for_user(user: &User<'_>) -> Self {
        // Late enough that all cached proofs were sent within the run.
        let first = accepted_until(user, 0).min(user.horizon());
        let draw = user.stream(Purpose::Proofs).within(user.horizon().saturating_sub(first));
        let check_cost = credential::check_cost(user.strategy);
        Self { counted_at: first.saturating_add(draw), remembered: 0, check_cost }
    }
}

impl TokenCheck for ProofCheck {
    fn request(&mut self, user: &mut User<'_>, now: Nanos, _: Nanos, store: &mut StoreAccess) -> Nanos {
        if now <= self.counted_at && self.counted_at < accepted_until(user, now) {
            self.remembered = self.remembered.saturating_add(1);
        }
        // The proof has a signature in addition to that of the token.
        let checked = self.check_cost;
        match user.strategy.replay_cache.unwrap_or_default() {
            ReplayCache::PerNode => checked,
            ReplayCache::Shared => {
                user.tally.add(Count::StoreOps, 1);
                store.visit().saturating_add(checked)
            }
        }
    }

    fn waits(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Vec<Nanos> {
        vec![left; usize::try_from(user.nodes()).unwrap_or(1)]
    }

    /// Only a shared replay cache depends on the store. Fail open and per-node caches continue with local entries.
    fn refused(&self, user: &User<'_>, _: Nanos, length: Nanos, left: Nanos) -> Nanos {
        if asks(user.strategy) && user.on_outage() == FailMode::Closed { length } else { length.saturating_sub(left) }
    }

    /// Access and refresh tokens that are bound to the key are useless without it (RFC 9449 §5).
    fn stolen(&mut self, user: &mut User<'_>, at: Nanos, _: Nanos) -> Option<Nanos> {
        match user.scenario().theft.target {
            StolenCredential::Access | StolenCredential::Refresh => Some(0),
            StolenCredential::DpopProof => Some(self.replay(user, at)),
            StolenCredential::Session => None,
        }
    }
}

impl ProofCheck {
    /// Replays a proof made at `at`, once or to every node. Returns the time of the last acceptance after `at`.
    fn replay(&self, user: &mut User<'_>, at: Nanos) -> Nanos {
        let attacker = &user.scenario().theft.attacker;
        let mut draws = user.stream(Purpose::Attacker);
        let delay = match attacker.first {
            FirstUse::After(law) => law.draw(&mut draws),
            FirstUse::WithinLifetime => draws.within(super::super::rng::whole(user.strategy.access().mean_s() * 1e9)),
        };
        let end = accepted_until(user, at).saturating_sub(at);
        let other_nodes = user.nodes().saturating_sub(1);
        let accepted = match user.strategy.replay_cache.unwrap_or_default() {
            _ if delay >= end => 0,
            ReplayCache::Shared => 0,
            // The node that received the original proof has it in its cache.
            ReplayCache::PerNode if attacker.then == AttackerBehaviour::Never => {
                u64::from(draws.below(user.nodes()) < other_nodes)
            }
            ReplayCache::PerNode => other_nodes,
        };
        user.tally.record(Measure::Replays, accepted);
        match accepted {
            0 => 0,
            _ if attacker.then == AttackerBehaviour::Never => delay,
            _ => end,
        }
    }
}

/// Whether each request queries the store.
fn asks(strategy: &Strategy) -> bool {
    strategy.replay_cache.unwrap_or_default() == ReplayCache::Shared
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let (l, clock, theft) = (scenario.rate(), &scenario.clock, &scenario.theft);
    let refreshes = || token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond);
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let closed = strategy.on_outage.unwrap_or(scenario.store.on_outage) == FailMode::Closed;
    let life = seconds(window(strategy)) + seconds(clock.leeway.0) - clock.verifier_offset.0 as f64 / 1e9;
    match metric {
        Metric::ReplayCacheEntriesMean
            if clock.numeric_date == DatePrecision::Exact && life < seconds(scenario.run.horizon.0) =>
        {
            Some(scenario.run.users as f64 * l * life)
        }
        Metric::ReplaysAcceptedMax
            if theft.attacker.first == FirstUse::default() && theft.attacker.then != AttackerBehaviour::Never =>
        {
            Some(if asks(strategy) { 0.0 } else { scenario.topology.nodes.saturating_sub(1) as f64 })
        }
        Metric::StoreOpsPerRequest if asks(strategy) => refreshes().map(|refreshes| 1.0 + refreshes / l),
        Metric::StoreOpsPerUserPerSecond if asks(strategy) => refreshes().map(|refreshes| l + refreshes),
        Metric::OutageDeniedPerUserMean if asks(strategy) && closed => outage,
        Metric::OutageUsersHitRatio if asks(strategy) && closed => outage.map(|_| 1.0),
        Metric::TheftAttackerAccessMean
            if matches!(theft.target, StolenCredential::Access | StolenCredential::Refresh) =>
        {
            Some(0.0)
        }
        Metric::TheftAttackerAccessMean => None,
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}
