//! Short tokens and a list of those that were revoked: asked at each request, polled, or pushed.

use super::token::{self, Check};
use super::{Kind, Scenario, Strategy, User, jwt_only};
use crate::simulate::closed_form as theory;
use crate::simulate::scenario::units::{Law, Nanos, seconds};
use crate::simulate::scenario::{EntryTtl, ListMode, OnOutage, Refresh, When};
use crate::simulate::streams::Purpose;
use crate::simulate::tally::{Count, Measure};
use crate::simulate::user::Store;

pub const KIND: Kind = Kind {
    id: "jwt_denylist",
    about: "Short tokens and a list of revoked ones: central, polled or pushed",
    keys: &["access", "mode", "poll", "fetch", "entry_ttl"],
    live: |user| token::live(user, &mut List { mode: user.strategy.list_mode() }),
    expected,
    title,
};

fn title(strategy: &Strategy) -> String {
    let how = match strategy.list_mode() {
        ListMode::Central => "central".to_owned(),
        ListMode::Poll => format!("polled every {}", crate::time::Span::seconds(strategy.poll() / 1_000_000_000)),
        ListMode::Push => "pushed".to_owned(),
        ListMode::Bloom => "filtered".to_owned(),
    };
    format!("JWT {} + denylist, {how}", token::lifetime(strategy))
}

struct List {
    mode: ListMode,
}

impl Check for List {
    fn request(&mut self, user: &mut User<'_>, _: Nanos, _: Nanos, store: &mut Store) -> Nanos {
        if self.mode != ListMode::Central {
            return 0;
        }
        user.tally.add(Count::StoreOps, 1);
        store.visit()
    }

    fn waits(&mut self, user: &mut User<'_>, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
        self.remember(user, left);
        let nodes = usize::try_from(user.nodes()).unwrap_or(1);
        match user.strategy.list_mode() {
            ListMode::Central => vec![0; nodes],
            ListMode::Poll | ListMode::Bloom => {
                let (poll, fetch) = (user.strategy.poll(), user.strategy.fetch.map_or(0, |span| span.0));
                let wait = |node| user.world.until_next(node, poll, revoked).saturating_add(fetch).min(left);
                (0..nodes).map(wait).collect()
            }
            ListMode::Push => pushed(user, nodes, revoked, left),
        }
    }

    /// A central list that is out refuses everybody, unless it is left open.
    fn refused(&self, user: &User<'_>, _: Nanos, length: Nanos, left: Nanos) -> Nanos {
        let closed = user.strategy.on_outage.unwrap_or(user.scenario().store.on_outage) == OnOutage::Closed;
        if user.strategy.list_mode() == ListMode::Central && closed { length } else { length.saturating_sub(left) }
    }
}

impl List {
    /// How long the entry lives, and for how long the token comes back to life when it dies too early.
    fn remember(&self, user: &mut User<'_>, left: Nanos) {
        let leeway = user.scenario().clock.leeway.0;
        let entry = match user.strategy.entry_ttl.unwrap_or_default() {
            EntryTtl::Residual => left.saturating_sub(leeway),
            EntryTtl::ResidualLeeway => left,
            EntryTtl::Access => match user.strategy.access() {
                Law::Const(nanos) | Law::Exp(nanos) | Law::Uniform(_, nanos) => nanos,
            },
        };
        user.tally.record(Measure::EntryLife, entry);
        user.tally.record(Measure::Resurrected, left.saturating_sub(entry));
    }
}

/// A message to each node; one that is lost is made up for by the next reading of the whole list.
fn pushed(user: &mut User<'_>, nodes: usize, revoked: Nanos, left: Nanos) -> Vec<Nanos> {
    let bus = &user.scenario().bus;
    let (delay, loss, reconcile) = (bus.delay.0, bus.loss, bus.reconcile.0);
    let mut losses = user.stream(Purpose::Loss);
    let (mut waits, mut reached) = (Vec::with_capacity(nodes), true);
    for node in 0..nodes {
        let lost = losses.chance(loss);
        reached &= !lost;
        let wait = if lost { user.world.until_next(node, reconcile, revoked) } else { delay };
        waits.push(wait.min(left));
    }
    user.tally.add(Count::PushMessages, 1);
    user.tally.one(Count::PushReachedAll, reached);
    waits
}

fn expected(scenario: &Scenario, strategy: &Strategy, metric: &str) -> Option<f64> {
    let (mode, l, n) = (strategy.list_mode(), scenario.rate(), scenario.topology.nodes as f64);
    let refreshes = || token::expected(scenario, strategy, "refresh_per_user_per_s");
    let outage = scenario.store.outage.first().map(|outage| seconds(outage.length.0));
    let (poll, fetch) = (seconds(strategy.poll()), strategy.fetch.map_or(0.0, |span| seconds(span.0)));
    let endless = strategy.is_endless();
    let closed = strategy.on_outage.unwrap_or(scenario.store.on_outage) == OnOutage::Closed;
    match (metric, mode) {
        (
            "exposure_credential_mean_s"
            | "exposure_all_nodes_mean_s"
            | "exposure_per_node_mean_s"
            | "exposure_accepted_requests_mean",
            ListMode::Central,
        ) => Some(0.0),
        ("exposure_per_node_mean_s", ListMode::Poll) if endless => Some(poll / 2.0 + fetch),
        ("exposure_per_node_mean_s", ListMode::Poll) if fetch == 0.0 && plain(scenario, strategy) => {
            Some(theory::polled(poll, strategy.access().mean_s()))
        }
        ("exposure_all_nodes_mean_s", ListMode::Poll) if endless => Some(theory::polled_all_nodes(poll, n) + fetch),
        ("push_all_nodes_reached_ratio", ListMode::Push) => Some(theory::all_reached(scenario.bus.loss, n)),
        ("store_ops_per_request", ListMode::Central) => refreshes().map(|refreshes| 1.0 + refreshes / l),
        ("store_ops_per_user_per_s", ListMode::Central) => refreshes().map(|refreshes| l + refreshes),
        ("outage_denied_s_per_user_mean", ListMode::Central) if closed => outage,
        ("outage_users_hit_ratio", ListMode::Central) if closed => outage.map(|_| 1.0),
        ("denylist_entries_mean", _) => {
            let residual = token::residual(scenario, strategy)?;
            let leeway = seconds(scenario.clock.leeway.0);
            match strategy.entry_ttl.unwrap_or_default() {
                EntryTtl::ResidualLeeway => Some(scenario.revoke.rate.0 * residual),
                EntryTtl::Residual => Some(scenario.revoke.rate.0 * (residual - leeway)),
                EntryTtl::Access => Some(scenario.revoke.rate.0 * strategy.access().mean_s()),
            }
        }
        ("exposure_resurrected_mean_s", _) => match strategy.entry_ttl.unwrap_or_default() {
            EntryTtl::ResidualLeeway => Some(0.0),
            EntryTtl::Residual if scenario.client.refresh == Refresh::Timer => Some(seconds(scenario.clock.leeway.0)),
            _ => None,
        },
        // Cut short by the token's end, or told by the bus: no closed form here.
        (name, _) if name.starts_with("exposure_") => None,
        _ => jwt_only::expected(scenario, strategy, metric),
    }
}

/// The token that is cut short is one of a timer without margin, revoked at any time.
fn plain(scenario: &Scenario, strategy: &Strategy) -> bool {
    scenario.client.refresh == Refresh::Timer
        && scenario.client.margin.0 == 0
        && scenario.client.jitter <= 0.0
        && scenario.clock.leeway.0 == 0
        && scenario.clock.verifier_offset.0 == 0
        && scenario.revoke.when == When::Random
        && matches!(strategy.access(), Law::Const(_))
}
