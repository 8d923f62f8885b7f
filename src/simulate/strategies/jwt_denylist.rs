//! Short-lived tokens and a denylist of revoked ones: queried on each request, polled, pushed, or a Bloom filter.

use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, Strategy, StrategyKind, User, jwt_only};
use crate::simulate::closed_form as theory;
use crate::simulate::metrics::{Metric, MetricGroup};
use crate::simulate::rng::{Purpose, Stream};
use crate::simulate::scenario::units::{DurationDistribution, Nanos, seconds};
use crate::simulate::scenario::{EntryTtl, EventTiming, FailMode, ListMode, RefreshTrigger};
use crate::simulate::store_access::StoreAccess;
use crate::simulate::tally::{Count, Measure};

/// The kind `jwt_denylist`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "jwt_denylist",
    about: "Short-lived tokens and a denylist: central, polled, pushed or a Bloom filter",
    keys: &["access", "mode", "poll", "fetch", "entry_ttl", "fp", "confirm"],
    modes: &["central", "poll", "push", "bloom"],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: true,
    coupled: CoupledForm::DenylistedToken,
    live: |user| {
        let mut list = DenylistCheck::for_user(user);
        token::live(user, &mut list);
    },
    expected,
    title,
};

fn title(strategy: &Strategy) -> String {
    let how = match strategy.list_mode() {
        ListMode::Central => "central".to_owned(),
        ListMode::Poll => format!("polled every {}", crate::time::Span::seconds(strategy.poll() / 1_000_000_000)),
        ListMode::Push => "pushed".to_owned(),
        ListMode::Bloom => {
            let confirmed = if strategy.confirms() { ", confirmed" } else { "" };
            format!("Bloom filter of {} %{confirmed}", strategy.false_positives() * 100.0)
        }
    };
    format!("JWT {} + denylist, {how}", token::lifetime(strategy))
}

/// Candidate ids per token in Bloom mode. Variance reduction: a single id per token would rarely be a false positive.
pub const IDS: u64 = 200;

struct DenylistCheck {
    mode: ListMode,
    ids: Stream,
    /// Number of candidate ids of the current token that the filter hits, and whether the actual id is one of them.
    hits: u64,
    is_hit: bool,
}

impl TokenCheck for DenylistCheck {
    fn request(&mut self, user: &mut User<'_>, _: Nanos, _: Nanos, store: &mut StoreAccess) -> Nanos {
        let is_asked = match self.mode {
            ListMode::Central => true,
            ListMode::Bloom if user.strategy.confirms() => {
                user.tally.add(Count::ConfirmOps, self.hits);
                self.is_hit
            }
            ListMode::Bloom | ListMode::Poll | ListMode::Push => false,
        };
        if !is_asked {
            return 0;
        }
        user.tally.add(Count::StoreOps, 1);
        store.visit()
    }

    fn renewed(&mut self, user: &mut User<'_>, renewals: u64) {
        (0..renewals).for_each(|_| self.look_up(user));
    }

    fn is_left_open(&self, user: &User<'_>) -> bool {
        user.strategy.list_mode() == ListMode::Central && user.on_outage() == FailMode::Open
    }

    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
        self.remember(user, left);
        let nodes = usize::try_from(user.nodes()).unwrap_or(1);
        match user.strategy.list_mode() {
            ListMode::Central => vec![user.scenario().replica_lag().min(left); nodes],
            ListMode::Poll | ListMode::Bloom => {
                let (poll, fetch) = (user.strategy.poll(), user.strategy.fetch.map_or(0, |span| span.0));
                let wait = |node| user.world.until_next_reading(node, poll, revoked).saturating_add(fetch).min(left);
                (0..nodes).map(wait).collect()
            }
            ListMode::Push => pushed(user, nodes, revoked, left),
        }
    }

    /// An unavailable central list denies all users unless nodes fail open: nodes have no local copy.
    fn refused(&self, user: &User<'_>, _: Nanos, length: Nanos, left: Nanos) -> Nanos {
        let refuses = user.strategy.list_mode() == ListMode::Central && user.on_outage() != FailMode::Open;
        if refuses { length } else { length.saturating_sub(left) }
    }
}

impl DenylistCheck {
    fn for_user(user: &mut User<'_>) -> Self {
        let mode = user.strategy.list_mode();
        let mut list = Self { mode, ids: user.stream(Purpose::Tokens), hits: 0, is_hit: false };
        list.look_up(user);
        list
    }

    /// Looks a new token up in the filter, if there is one. A hit lasts until the next renewal.
    fn look_up(&mut self, user: &mut User<'_>) {
        let Some(filter) = &user.world.filter else { return };
        self.is_hit = filter.hits(self.ids.bits());
        let others = (1..IDS).filter(|_| filter.hits(self.ids.bits())).count() as u64;
        self.hits = others.saturating_add(u64::from(self.is_hit));
        let refused = if user.strategy.confirms() { 0 } else { self.hits };
        user.tally.add(Count::BloomTokens, IDS);
        user.tally.add(Count::BloomFalse, refused);
    }

    /// Records the lifetime of the denylist entry, and how long the token is accepted again after the entry expires.
    fn remember(&self, user: &mut User<'_>, left: Nanos) {
        let leeway = user.scenario().clock.leeway.0;
        let entry = match user.strategy.entry_ttl.unwrap_or_default() {
            EntryTtl::Residual => left.saturating_sub(leeway),
            EntryTtl::ResidualLeeway => left,
            EntryTtl::Access => match user.strategy.access() {
                DurationDistribution::Const(nanos)
                | DurationDistribution::Exp(nanos)
                | DurationDistribution::Uniform(_, nanos) => nanos,
            },
        };
        user.tally.record(Measure::EntryLife, entry);
        user.tally.record(Measure::Resurrected, left.saturating_sub(entry));
    }
}

/// Sends a message to each node; a node that misses it reads the whole list at its next reconciliation.
fn pushed(user: &mut User<'_>, nodes: usize, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
    let bus = &user.scenario().bus;
    let (delay, loss, reconcile) = (bus.delay.0, bus.loss, bus.reconcile.0);
    let mut losses = user.stream(Purpose::Loss);
    let (mut waits, mut reached) = (Vec::with_capacity(nodes), true);
    for node in 0..nodes {
        let lost = losses.chance(loss);
        reached &= !lost;
        let wait = if lost { user.world.until_next_reading(node, reconcile, revoked) } else { delay };
        waits.push(wait.min(left));
    }
    user.tally.add(Count::PushMessages, 1);
    user.tally.one(Count::PushReachedAll, reached);
    waits
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    if metric.is_in(MetricGroup::Exposure) {
        return exposure(scenario, strategy, metric);
    }
    let (mode, l, users) = (strategy.list_mode(), scenario.rate(), scenario.run.users as f64);
    let refreshes = || token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond);
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let closed = strategy.on_outage.unwrap_or(scenario.store.on_outage) != FailMode::Open;
    match (metric, mode) {
        (Metric::TokensFalselyRejected, ListMode::Bloom) => {
            Some(if strategy.confirms() { 0.0 } else { users * strategy.false_positives() })
        }
        (Metric::StoreOpsConfirmPerSecond, ListMode::Bloom) => {
            Some(if strategy.confirms() { users * l * strategy.false_positives() } else { 0.0 })
        }
        (Metric::StoreOpsPerRequest, ListMode::Bloom) if strategy.confirms() => {
            refreshes().map(|refreshes| strategy.false_positives() + refreshes / l)
        }
        (Metric::StoreOpsPerUserPerSecond, ListMode::Bloom) if strategy.confirms() => {
            refreshes().map(|refreshes| l * strategy.false_positives() + refreshes)
        }
        (Metric::OutageUnauthorisedAccepted, ListMode::Central) if !closed => token::unauthorised(scenario, strategy),
        (Metric::PushAllNodesReachedRatio, ListMode::Push) => {
            Some(theory::all_reached(scenario.bus.loss, scenario.topology.nodes as f64))
        }
        (Metric::StoreOpsPerRequest, ListMode::Central) => refreshes().map(|refreshes| 1.0 + refreshes / l),
        (Metric::StoreOpsPerUserPerSecond, ListMode::Central) => refreshes().map(|refreshes| l + refreshes),
        (Metric::OutageDeniedPerUserMean, ListMode::Central) if closed => outage,
        (Metric::OutageUsersHitRatio, ListMode::Central) if closed => outage.map(|_| 1.0),
        (Metric::DenylistEntriesMean, _) => {
            let residual = token::residual(scenario, strategy)?;
            let leeway = seconds(scenario.clock.leeway.0);
            match strategy.entry_ttl.unwrap_or_default() {
                EntryTtl::ResidualLeeway => Some(scenario.revoke.rate.0 * residual),
                EntryTtl::Residual => Some(scenario.revoke.rate.0 * (residual - leeway)),
                EntryTtl::Access => Some(scenario.revoke.rate.0 * strategy.access().mean_s()),
            }
        }
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}

/// Closed forms of the exposure window.
fn exposure(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    let (poll, fetch) = (seconds(strategy.poll()), strategy.fetch.map_or(0.0, |span| seconds(span.0)));
    let endless = strategy.is_endless() && scenario.store.outage.is_empty();
    match (metric, strategy.list_mode()) {
        (_, ListMode::Central) if scenario.replica_lag() > 0 => None,
        (
            Metric::ExposureCredentialMean
            | Metric::ExposureAllNodesMean
            | Metric::ExposurePerNodeMean
            | Metric::ExposureAcceptedRequestsMean,
            ListMode::Central,
        ) => Some(0.0),
        (Metric::ExposurePerNodeMean, ListMode::Poll | ListMode::Bloom) if endless => Some(poll / 2.0 + fetch),
        (Metric::ExposurePerNodeMean, ListMode::Poll | ListMode::Bloom)
            if fetch == 0.0 && plain(scenario, strategy) =>
        {
            Some(theory::polled(poll, strategy.access().mean_s()))
        }
        (Metric::ExposureAllNodesMean, ListMode::Poll | ListMode::Bloom) if endless => {
            Some(theory::polled_all_nodes(poll, scenario.topology.nodes as f64) + fetch)
        }
        (Metric::ExposureResurrectedMean, _) => match strategy.entry_ttl.unwrap_or_default() {
            EntryTtl::ResidualLeeway => Some(0.0),
            EntryTtl::Residual if scenario.client.refresh == RefreshTrigger::Timer => {
                Some(seconds(scenario.clock.leeway.0))
            }
            _ => None,
        },
        // Capped by the expiry of the token, or pushed over the bus: no closed form.
        _ => None,
    }
}

/// Whether the closed form of a poll capped by expiry applies: timer client without margin, random revocation, no
/// outage.
fn plain(scenario: &Scenario, strategy: &Strategy) -> bool {
    scenario.client.refresh == RefreshTrigger::Timer
        && scenario.client.margin.0 == 0
        && scenario.client.jitter <= 0.0
        && scenario.clock.leeway.0 == 0
        && scenario.clock.verifier_offset.0 == 0
        && scenario.revoke.when == EventTiming::Random
        && matches!(strategy.access(), DurationDistribution::Const(_))
        && scenario.store.outage.is_empty()
}
